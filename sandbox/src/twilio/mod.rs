//! The simulated carrier: Twilio's REST API of 2010-04-01, as far as Clerk uses it.
//!
//! Names, types and error codes are the vendor's. A method is a function from a call to a reply; what happens later
//! (delivery, callbacks) runs beside it.

mod account;
pub(crate) mod cdn;
pub(crate) mod delivery;
pub(crate) mod error;
mod fetching;
mod geography;
pub(crate) mod inbound;
mod inventory;
mod listing;
pub(crate) mod media;
mod messages;
mod numbers;
mod opt_outs;
mod paging;
mod pictures;
mod segments;
pub(crate) mod signature;

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use poem::http::Method;

use crate::{
    options::{ACCOUNT_SID, AUTH_TOKEN},
    wire::{call::Call, reply::Reply},
    world::World,
};

pub(crate) use messages::view as message_view;
pub(crate) use numbers::view as number_view;

/// The path under which everything of the account lies.
pub(crate) const BASE: &str = "/2010-04-01/Accounts";

/// What a path and verb mean.
enum Route<'a> {
    Account,
    MessageCreate,
    MessageList,
    MessageFetch(&'a str),
    MessageUpdate(&'a str),
    MessageDelete(&'a str),
    MediaList(&'a str),
    MediaFetch(&'a str, &'a str),
    MediaContent(&'a str, &'a str),
    Available(&'a str, &'a str),
    NumberCreate,
    NumberList,
    NumberFetch(&'a str),
    NumberUpdate(&'a str),
    NumberDelete(&'a str),
    Unknown,
}

/// The name of a call for faults and the log, such as `messages.create`.
pub(crate) fn method_name(call: &Call) -> &'static str {
    match route(call) {
        Route::Account => "accounts.fetch",
        Route::MessageCreate => "messages.create",
        Route::MessageList => "messages.list",
        Route::MessageFetch(_) => "messages.fetch",
        Route::MessageUpdate(_) => "messages.update",
        Route::MessageDelete(_) => "messages.delete",
        Route::MediaList(_) => "media.list",
        Route::MediaFetch(..) => "media.fetch",
        Route::MediaContent(..) => "media.content",
        Route::Available(..) => "availablePhoneNumbers.list",
        Route::NumberCreate => "incomingPhoneNumbers.create",
        Route::NumberList => "incomingPhoneNumbers.list",
        Route::NumberFetch(_) => "incomingPhoneNumbers.fetch",
        Route::NumberUpdate(_) => "incomingPhoneNumbers.update",
        Route::NumberDelete(_) => "incomingPhoneNumbers.delete",
        Route::Unknown => "unknown",
    }
}

/// Answers a call.
pub(crate) fn handle(world: &Arc<World>, call: &Call) -> Reply {
    let route = route(call);
    let is_media = matches!(route, Route::MediaContent(..));
    if is_media {
        world.data().media_counts.api_requests += 1;
    }
    if !is_authentic(call) {
        if is_media {
            world.data().media_counts.api_unauthenticated += 1;
        }
        return error::reply(error::UNAUTHENTIC, "Authenticate").unexpected();
    }
    let answer = match route {
        Route::Account => Ok(account::fetch()),
        Route::MessageCreate => messages::create(world, call),
        Route::MessageList => Ok(listing::list(world, call)),
        Route::MessageFetch(sid) => messages::fetch(world, sid),
        Route::MessageUpdate(sid) => messages::update(world, call, sid),
        Route::MessageDelete(sid) => messages::delete(world, sid),
        Route::MediaList(message) => media::list(world, call, message),
        Route::MediaFetch(message, media) => media::fetch(world, message, media),
        Route::Available(country, kind) => inventory::search(world, call, (country, kind)),
        Route::NumberCreate => numbers::create(world, call),
        Route::NumberList => Ok(numbers::list(world, call)),
        Route::NumberFetch(sid) => numbers::fetch(world, sid),
        Route::NumberUpdate(sid) => numbers::update(world, call, sid),
        Route::NumberDelete(sid) => numbers::delete(world, sid),
        Route::MediaContent(message, media) => Ok(media::content(world, message, media)),
        Route::Unknown => Err(error::not_found(&call.path).unexpected()),
    };
    answer.unwrap_or_else(|refusal| refusal)
}

fn route(call: &Call) -> Route<'_> {
    let Some(rest) = call.path.strip_prefix(BASE) else { return Route::Unknown };
    let (is_json, rest) = match rest.strip_suffix(".json") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let mut parts = rest.split('/').skip(1);
    if parts.next() != Some(ACCOUNT_SID) {
        return Route::Unknown;
    }
    let parts: Vec<&str> = parts.collect();
    let verb = &call.verb;
    match parts.as_slice() {
        ["Messages", message, "Media", media] if !is_json && verb == Method::GET => Route::MediaContent(message, media),
        _ if !is_json => Route::Unknown,
        [] if verb == Method::GET => Route::Account,
        ["Messages"] => either(verb, Route::MessageList, Route::MessageCreate),
        ["Messages", sid] if verb == Method::DELETE => Route::MessageDelete(sid),
        ["Messages", sid] => either(verb, Route::MessageFetch(sid), Route::MessageUpdate(sid)),
        ["Messages", message, "Media"] if verb == Method::GET => Route::MediaList(message),
        ["Messages", message, "Media", media] if verb == Method::GET => Route::MediaFetch(message, media),
        ["AvailablePhoneNumbers", country, kind] if verb == Method::GET => Route::Available(country, kind),
        ["IncomingPhoneNumbers"] => either(verb, Route::NumberList, Route::NumberCreate),
        ["IncomingPhoneNumbers", sid] if verb == Method::DELETE => Route::NumberDelete(sid),
        ["IncomingPhoneNumbers", sid] => either(verb, Route::NumberFetch(sid), Route::NumberUpdate(sid)),
        _ => Route::Unknown,
    }
}

fn either<'a>(verb: &Method, get: Route<'a>, post: Route<'a>) -> Route<'a> {
    match *verb {
        Method::GET => get,
        Method::POST => post,
        _ => Route::Unknown,
    }
}

fn is_authentic(call: &Call) -> bool {
    let wanted = STANDARD.encode(format!("{ACCOUNT_SID}:{AUTH_TOKEN}"));
    call.header("authorization")
        .and_then(|value| value.split_once(' '))
        .is_some_and(|(scheme, value)| scheme.eq_ignore_ascii_case("basic") && value == wanted)
}
