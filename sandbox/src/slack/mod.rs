//! The simulated Slack: the Web API under `/api/`, OAuth, files, and the addresses for delayed answers.
//!
//! Names, shapes and error codes are the vendor's. A method works on a [`room::Room`]: the locked state seen by one
//! token. The events that it causes are sent after the state was let go.

mod answers;
mod auth;
mod authorize;
mod block_elements;
mod blocks;
mod channel_acts;
mod chat;
mod conversations;
pub(crate) mod elements;
pub(crate) mod events;
pub(crate) mod files;
mod history;
pub(crate) mod interactions;
mod membership;
mod names;
mod oauth;
mod people;
pub(crate) mod posting;
mod reactions;
pub(crate) mod room;
pub(crate) mod signature;
pub(crate) mod surfaces;
mod tokens;
mod triggers;
mod view_check;
mod views;
pub(crate) mod wire;

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    state::Data,
    wire::{call::Call, reply::Reply},
    world::World,
};
use room::{Answer, Refusal, Room};

pub(crate) use channel_acts::{act as act_on_channel, create as create_channel};
pub(crate) use membership::let_in;
pub(crate) use reactions::react;

/// A method of the Web API: its name, the scopes of which the token needs one (none: any token), what it does.
type Method = (&'static str, &'static [&'static str], fn(&mut Room<'_>, &Call) -> Answer);

const HISTORY: &[&str] = &["channels:history", "groups:history", "im:history", "mpim:history"];
const READ: &[&str] = &["channels:read", "groups:read", "im:read", "mpim:read"];
const MANAGE: &[&str] = &["channels:manage", "groups:write", "channels:write"];
const OPEN: &[&str] = &["im:write", "mpim:write", "channels:manage", "groups:write"];
const JOIN: &[&str] = &["channels:join"];
const WRITE: &[&str] = &["chat:write"];
const REACT: &[&str] = &["reactions:write"];
const SEE_REACTIONS: &[&str] = &["reactions:read"];
const USERS: &[&str] = &["users:read"];
const UPLOAD: &[&str] = &["files:write"];

const METHODS: [Method; 45] = [
    ("auth.test", &[], auth::test),
    ("auth.teams.list", &[], auth::teams),
    ("auth.revoke", &[], auth::revoke),
    ("apps.uninstall", &[], auth::uninstall),
    ("team.info", &["team:read"], people::team_info),
    ("bots.info", USERS, people::bots_info),
    ("users.info", USERS, people::users_info),
    ("users.list", USERS, people::users_list),
    ("users.identity", &["identity.basic"], people::identity),
    ("users.conversations", READ, conversations::of_user),
    ("chat.postMessage", WRITE, chat::post_message),
    ("chat.update", WRITE, chat::update),
    ("chat.delete", WRITE, chat::delete),
    ("chat.postEphemeral", WRITE, chat::post_ephemeral),
    ("chat.getPermalink", &[], chat::get_permalink),
    ("reactions.add", REACT, reactions::add),
    ("reactions.remove", REACT, reactions::remove),
    ("reactions.get", SEE_REACTIONS, reactions::get),
    ("conversations.create", MANAGE, conversations::create),
    ("conversations.list", READ, conversations::list),
    ("conversations.info", READ, conversations::info),
    ("conversations.archive", MANAGE, conversations::archive),
    ("conversations.unarchive", MANAGE, conversations::unarchive),
    ("conversations.rename", MANAGE, conversations::rename),
    ("conversations.setTopic", MANAGE, conversations::set_topic),
    ("conversations.setPurpose", MANAGE, conversations::set_purpose),
    ("conversations.join", JOIN, membership::join),
    ("conversations.invite", MANAGE, membership::invite),
    ("conversations.leave", MANAGE, membership::leave),
    ("conversations.kick", MANAGE, membership::kick),
    ("conversations.members", READ, membership::members),
    ("conversations.open", OPEN, membership::open),
    ("conversations.history", HISTORY, history::history),
    ("conversations.replies", HISTORY, history::replies),
    ("files.getUploadURLExternal", UPLOAD, files::get_upload_url),
    ("files.completeUploadExternal", UPLOAD, files::complete_upload),
    ("files.info", &["files:read"], files::info),
    ("files.delete", UPLOAD, files::delete),
    ("views.open", &[], views::open),
    ("views.push", &[], views::push),
    ("views.update", &[], views::update),
    ("views.publish", &[], views::publish),
    ("openid.connect.userInfo", &[], people::open_id),
    ("dialog.open", &[], views::dialog),
    ("api.test", &[], auth::api_test),
];
/// Calls that are not methods of the Web API, by the beginning of their path.
const PLACES: [(&str, &str); 7] = [
    ("/oauth/v2/authorize", "oauth.authorize"),
    ("/openid/connect/authorize", "oauth.authorize"),
    ("/upload/", "files.upload"),
    ("/files-pri/", "files.content"),
    ("/files-pub/", "files.content"),
    ("/actions/", "response_url"),
    ("/login", "login"),
];

/// The name of a call for faults and the log: the method's, or that of the place.
pub(crate) fn method_name(call: &Call) -> &'static str {
    let Some(name) = call.path.strip_prefix("/api/") else {
        return PLACES.iter().find(|(path, _)| call.path.starts_with(path)).map_or("unknown", |(_, name)| name);
    };
    let exchange = ["oauth.v2.access", "openid.connect.token"].into_iter();
    let methods = METHODS.iter().map(|(name, ..)| *name);
    exchange.chain(methods).find(|known| *known == name).unwrap_or("unknown")
}

/// Answers a call; `name` is what [`method_name`] said.
pub(crate) fn handle(world: &Arc<World>, name: &'static str, call: &Call) -> Reply {
    match name {
        "oauth.authorize" => authorize::page(world, call),
        "files.upload" => files::upload(world, call),
        "files.content" => files::content(world, call),
        "response_url" => answers::receive(world, call),
        "login" => files::login(),
        "oauth.v2.access" => spoken(oauth::access(world, call)),
        "openid.connect.token" => spoken(oauth::open_id_token(world, call)),
        _ => method(world, name, call),
    }
}

/// Ends the installation in a team, and says so on the page; answers the last events, or `None` if there was none.
pub(crate) fn end_installation(world: &World, data: &mut Data, team: &str) -> Option<Vec<Value>> {
    let farewell = auth::end_installation(data, team)?;
    auth::announce(world, team);
    Some(farewell)
}

fn method(world: &Arc<World>, name: &'static str, call: &Call) -> Reply {
    let Some((_, scopes, run)) = METHODS.iter().find(|(known, ..)| *known == name) else {
        return spoken(Err(Refusal::from("unknown_method"))).unexpected();
    };
    let mut room = match Room::enter(world, call) {
        Ok(room) => room,
        Err(refusal) => {
            let unknown = ["not_authed", "invalid_auth"].contains(&refusal.code.as_str());
            let reply = spoken(Err(refusal));
            return if unknown { reply.unexpected() } else { reply };
        }
    };
    if let Err(seconds) = room.count(name, call) {
        let body = json!({ "ok": false, "error": "ratelimited" });
        return Reply::json(429, body).with("Retry-After", seconds.to_string());
    }
    let may = room.needs_one_of(scopes).and_then(|()| room.needs_team(name, call));
    let answer = may.and_then(|()| run(&mut room, call));
    let granted = room.token.scopes.clone();
    let (team, events) = room.leave();
    events::emit(world, &team, events);
    spoken(answer).with("X-OAuth-Scopes", granted)
}

/// The form of every answer: `ok` and the rest.
fn spoken(answer: Answer) -> Reply {
    let value = match answer {
        Ok(mut value) => {
            value["ok"] = true.into();
            value
        }
        Err(refusal) => {
            let mut value = refusal.details;
            value["ok"] = false.into();
            value["error"] = Value::String(refusal.code);
            value
        }
    };
    Reply::json(200, value)
}
