//! `auth.*` and `apps.uninstall`: what a token is, and its end.

use serde_json::{Value, json};

use super::{
    events,
    room::{Answer, Room},
};
use crate::{
    clock, ids,
    options::{CLIENT_ID, CLIENT_SECRET},
    state::{
        Data,
        slack::{Team, Token},
    },
    wire::call::Call,
    world::World,
};

/// `api.test`.
pub(crate) fn api_test(_room: &mut Room<'_>, _call: &Call) -> Answer {
    Ok(json!({}))
}

/// `auth.test`.
pub(crate) fn test(room: &mut Room<'_>, _call: &Call) -> Answer {
    let team = room.data.slack.team(&room.team).ok_or("invalid_auth")?;
    let user = room.data.slack.users.get(&room.token.user).ok_or("invalid_auth")?;
    let mut answer = json!({
        "url": format!("https://{}.slack.example/", team.domain),
        "team": team.name,
        "user": user.name,
        "team_id": team.id,
        "user_id": user.id,
        "is_enterprise_install": !room.token.enterprise.is_empty(),
    });
    if let Some(enterprise) = room.data.slack.enterprise_of(&room.team) {
        answer["enterprise_id"] = json!(enterprise.id);
    }
    if room.token.expires > 0 {
        answer["expires_in"] = clock::secs(room.token.expires.saturating_sub(clock::micros())).into();
    }
    if room.token.is_bot {
        answer["bot_id"] = json!(team.bot_id);
    }
    Ok(answer)
}

/// `auth.teams.list`: the teams that the token opens.
pub(crate) fn teams(room: &mut Room<'_>, _call: &Call) -> Answer {
    let (slack, token) = (&room.data.slack, &room.token);
    let is_open = |team: &&Team| match slack.enterprise_of(&team.id) {
        Some(own) if own.id == token.enterprise => !own.withheld,
        _ => team.id == token.team,
    };
    let teams: Vec<Value> =
        slack.teams.iter().filter(is_open).map(|team| json!({ "id": team.id, "name": team.name })).collect();
    Ok(json!({ "teams": teams, "response_metadata": { "next_cursor": "" } }))
}

/// `auth.revoke`: ends this token only.
pub(crate) fn revoke(room: &mut Room<'_>, call: &Call) -> Answer {
    if call.flag("test") {
        return Ok(json!({ "revoked": false }));
    }
    let secret = room.secret.clone();
    if let Some(token) = room.data.slack.tokens.get_mut(&secret) {
        token.dead = Some("token_revoked".to_owned());
    }
    let kind = if room.token.is_bot { "bot" } else { "oauth" };
    let event = json!({ "type": "tokens_revoked", "tokens": { kind: [room.token.user] }, "event_ts": ids::ts(clock::micros()) });
    room.tell(event);
    Ok(json!({ "revoked": true }))
}

/// `apps.uninstall`.
pub(crate) fn uninstall(room: &mut Room<'_>, call: &Call) -> Answer {
    if call.text("client_id").as_deref() != Some(CLIENT_ID) {
        return Err("invalid_client_id".into());
    }
    if call.text("client_secret").as_deref() != Some(CLIENT_SECRET) {
        return Err("bad_client_secret".into());
    }
    let team = room.team.clone();
    if let Some(farewell) = end_installation(&mut room.data, &team) {
        announce(room.world, &team);
        let world = room.world.clone();
        // The state is locked here, and the farewell reads it again.
        room.world.spawn(async move { events::emit_farewell(&world, &team, farewell) });
    }
    Ok(json!({}))
}

/// Ends the installation in a team; answers the last events, or `None` if there was none.
pub(crate) fn end_installation(data: &mut Data, team: &str) -> Option<Vec<Value>> {
    let at = data.serial.next();
    let known = data.slack.team_mut(team).filter(|team| team.installed)?;
    known.installed = false;
    let bot = known.bot_user.clone();
    let enterprise = known.enterprise.clone();
    let is_of = |token: &Token| token.team == team || (token.team.is_empty() && token.enterprise == enterprise);
    for token in data.slack.tokens.values_mut().filter(|token| is_of(token) && token.dead.is_none()) {
        token.dead = Some("account_inactive".to_owned());
    }
    for channel in data.slack.channels.values_mut().filter(|channel| channel.team == team) {
        channel.members.retain(|member| *member != bot || channel.id.starts_with('D'));
    }
    let at = ids::ts(at);
    Some(vec![
        json!({ "type": "tokens_revoked", "tokens": { "oauth": [], "bot": [bot] }, "event_ts": at }),
        json!({ "type": "app_uninstalled", "event_ts": at }),
    ])
}

/// Tells the page that the app is gone from a team.
pub(crate) fn announce(world: &World, team: &str) {
    world.feed.publish("slack.uninstalled", || json!({ "team_id": team, "installed": false }));
}
