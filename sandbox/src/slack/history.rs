//! `conversations.history` and `conversations.replies`: reading back what was posted.
//!
//! Metadata is shown only when asked for, because that is what Clerk's read-back depends on.

use std::ops::Bound;

use serde_json::{Value, json};

use super::{
    conversations::{cursor, cursor_start},
    membership,
    room::{Answer, Refusal, Room},
    wire,
};
use crate::{
    ids,
    state::slack::{Channel, Post},
    wire::call::Call,
};

const HISTORY_DEFAULT: usize = 100;
const HISTORY_MAX: usize = 999;
const REPLIES_DEFAULT: usize = 1_000;

/// `conversations.history`: the channel's own posts, newest first.
pub(crate) fn history(room: &mut Room<'_>, call: &Call) -> Answer {
    let id = room.channel_id(call)?;
    room.needs_for(&id, "history")?;
    membership::is_inside(room, &id)?;
    let channel = room.see(&id)?;
    let (start, limit) = (cursor_start(call)?, call.number("limit", HISTORY_DEFAULT).clamp(1, HISTORY_MAX));
    let span = span(call)?;
    if is_empty(span) {
        return Ok(answer(Vec::new(), None));
    }
    let posts = channel
        .posts
        .range(span)
        .rev()
        .map(|(_, row)| &**row)
        .filter(|post| post.thread.is_none() || post.subtype.as_deref() == Some("thread_broadcast"));
    Ok(page(room, call, channel, (posts, start, limit)))
}

/// `conversations.replies`: the root of a thread and its replies, oldest first.
pub(crate) fn replies(room: &mut Room<'_>, call: &Call) -> Answer {
    let id = room.channel_id(call)?;
    room.needs_for(&id, "history")?;
    membership::is_inside(room, &id)?;
    let channel = room.see(&id)?;
    let wanted = call.filled("ts").and_then(|ts| ids::parse_ts(&ts)).ok_or("invalid_arguments")?;
    let post = channel.posts.get(&wanted).ok_or("thread_not_found")?;
    let root = post.thread.unwrap_or(wanted);
    let (start, limit) = (cursor_start(call)?, call.number("limit", REPLIES_DEFAULT).clamp(1, REPLIES_DEFAULT));
    let span = span(call)?;
    let inside = |ts: &u64| {
        let after = match span.0 {
            Bound::Included(oldest) => *ts >= oldest,
            Bound::Excluded(oldest) => *ts > oldest,
            Bound::Unbounded => true,
        };
        let before = match span.1 {
            Bound::Included(latest) => *ts <= latest,
            Bound::Excluded(latest) => *ts < latest,
            Bound::Unbounded => true,
        };
        after && before
    };
    let times = std::iter::once(root).chain(channel.replies(root).iter().copied().filter(inside));
    let posts = times.filter_map(|ts| channel.posts.get(&ts)).map(|row| &**row);
    Ok(page(room, call, channel, (posts, start, limit)))
}

fn page<'p>(
    room: &Room<'_>,
    call: &Call,
    channel: &Channel,
    part: (impl Iterator<Item = &'p Post>, usize, usize),
) -> Value {
    let (posts, start, limit) = part;
    let with_metadata = call.flag("include_all_metadata");
    let mut found: Vec<Value> = posts
        .skip(start)
        .take(limit + 1)
        .map(|post| wire::post(&room.data.slack, channel, post, with_metadata))
        .collect();
    let next = (found.len() > limit).then_some(start + limit);
    found.truncate(limit);
    answer(found, next)
}

fn answer(messages: Vec<Value>, next: Option<usize>) -> Value {
    let mut value = json!({
        "messages": messages, "has_more": next.is_some(), "pin_count": 0, "channel_actions_ts": null, "channel_actions_count": 0,
    });
    if next.is_some() {
        value["response_metadata"] = cursor(next);
    }
    value
}

type Span = (Bound<u64>, Bound<u64>);

/// The times that a call asks for; the ends belong to it only with `inclusive`.
fn span(call: &Call) -> Result<Span, Refusal> {
    let end = |name: &str| match call.filled(name) {
        Some(text) => {
            ids::parse_ts(&text).map(Some).ok_or_else(|| Refusal::from(format!("invalid_ts_{name}").as_str()))
        }
        None => Ok(None),
    };
    let bound = |ts: Option<u64>| match ts {
        Some(ts) if call.flag("inclusive") => Bound::Included(ts),
        Some(ts) => Bound::Excluded(ts),
        None => Bound::Unbounded,
    };
    Ok((bound(end("oldest")?.filter(|ts| *ts > 0)), bound(end("latest")?)))
}

/// Whether nothing can lie in a span; a map refuses to be asked for such a range.
fn is_empty(span: Span) -> bool {
    let value = |bound: Bound<u64>| match bound {
        Bound::Included(ts) | Bound::Excluded(ts) => Some(ts),
        Bound::Unbounded => None,
    };
    match (value(span.0), value(span.1)) {
        (Some(oldest), Some(latest)) => oldest >= latest && !(oldest == latest && matches!(span.0, Bound::Included(_))),
        _ => false,
    }
}
