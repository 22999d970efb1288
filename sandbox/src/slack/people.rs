//! `users.*`, `team.info`, `bots.info` and the identity of a person who signs in.

use serde_json::{Value, json};

use super::{
    conversations::{cursor, cursor_start},
    room::{Answer, Room},
    wire,
};
use crate::{
    state::slack::{Team, User},
    wire::call::Call,
};

/// `users.info`.
pub(crate) fn users_info(room: &mut Room<'_>, call: &Call) -> Answer {
    let wanted = call.filled("user").ok_or("user_not_found")?;
    let slack = &room.data.slack;
    let user = slack.users.get(&wanted).filter(|user| user.team == room.team || is_met(room, &user.id));
    let user = user.ok_or("user_not_found")?;
    Ok(json!({ "user": shown(room, user) }))
}

/// `users.list`.
pub(crate) fn users_list(room: &mut Room<'_>, call: &Call) -> Answer {
    let (start, limit) = (cursor_start(call)?, call.number("limit", 200).clamp(1, 1_000));
    let everybody: Vec<&User> = room.data.slack.users.values().filter(|user| user.team == room.team).collect();
    let page: Vec<Value> = everybody.iter().skip(start).take(limit).map(|user| shown(room, user)).collect();
    let next = (start + page.len() < everybody.len()).then_some(start + limit);
    Ok(json!({ "members": page, "cache_ts": 1_700_000_000, "response_metadata": cursor(next) }))
}

/// `users.identity`: who the person of a user token is.
pub(crate) fn identity(room: &mut Room<'_>, _call: &Call) -> Answer {
    let (user, team) = (me(room)?, team(room)?);
    Ok(json!({
        "user": { "id": user.id, "name": user.real_name, "email": format!("{}@northwind.example", user.name) },
        "team": { "id": team.id, "name": team.name, "domain": team.domain },
    }))
}

/// `openid.connect.userInfo`: the same in the words of OpenID Connect.
pub(crate) fn open_id(room: &mut Room<'_>, _call: &Call) -> Answer {
    let (user, team) = (me(room)?, team(room)?);
    Ok(claims(user, team))
}

/// What OpenID Connect says about a person.
pub(crate) fn claims(user: &User, team: &Team) -> Value {
    json!({
        "sub": user.id,
        "https://slack.com/user_id": user.id,
        "https://slack.com/team_id": team.id,
        "https://slack.com/team_name": team.name,
        "https://slack.com/team_domain": team.domain,
        "email": format!("{}@northwind.example", user.name),
        "email_verified": true,
        "name": user.real_name,
        "given_name": user.real_name.split(' ').next(),
        "locale": "en-US",
    })
}

/// `team.info`.
pub(crate) fn team_info(room: &mut Room<'_>, _call: &Call) -> Answer {
    let team = team(room)?;
    Ok(json!({
        "team": {
            "id": team.id,
            "name": team.name,
            "domain": team.domain,
            "url": format!("https://{}.slack.example/", team.domain),
            "email_domain": "northwind.example",
            "icon": { "image_default": true },
        },
    }))
}

/// `bots.info`.
pub(crate) fn bots_info(room: &mut Room<'_>, call: &Call) -> Answer {
    let team = team(room)?;
    if call.filled("bot").is_some_and(|bot| bot != team.bot_id) {
        return Err("bot_not_found".into());
    }
    let mut bot = wire::bot_profile(team);
    bot["user_id"] = json!(team.bot_user);
    Ok(json!({ "bot": bot }))
}

/// A user as this token sees them: addresses need a scope of their own, and strangers never show theirs.
fn shown(room: &Room<'_>, user: &User) -> Value {
    let mut shown = wire::user(&room.data.slack, user);
    let is_stranger = user.team != room.team;
    if is_stranger {
        shown["is_stranger"] = true.into();
    }
    if is_stranger || !room.has_scope("users:read.email") {
        shown["profile"].as_object_mut().map(|profile| profile.remove("email"));
    }
    shown
}

/// Whether somebody of another company is in a channel of this team.
fn is_met(room: &Room<'_>, user: &str) -> bool {
    let own = room.data.slack.channels.values().filter(|channel| channel.team == room.team);
    own.filter(|channel| wire::is_shared(channel)).any(|channel| channel.has(user))
}

fn me<'r>(room: &'r Room<'_>) -> Result<&'r User, super::room::Refusal> {
    room.data.slack.users.get(&room.token.user).ok_or_else(|| "user_not_found".into())
}

fn team<'r>(room: &'r Room<'_>) -> Result<&'r Team, super::room::Refusal> {
    room.data.slack.team(&room.team).ok_or_else(|| "team_not_found".into())
}
