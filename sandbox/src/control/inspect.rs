//! What tests and the page read: the snapshot, the log of requests, the ledger; and the reset.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Value, json};

use super::people::team_of;
use crate::{
    ledger,
    options::APP_ID,
    requests::Wanted,
    slack::{posting, surfaces, wire},
    state::{
        Data, Vendor,
        carrier::Carrier,
        slack::{Channel, Slack, Team, User},
    },
    twilio,
    wire::call::Call,
    world::World,
};

/// Newest posts of a channel and newest texts in a snapshot, unless `limit` says otherwise.
const SNAPSHOT_MAX: usize = 1_000;

/// `GET /api/state`.
pub(crate) fn state(world: &World, call: &Call) -> Value {
    let limit = call.number("limit", SNAPSHOT_MAX);
    let data = world.data();
    json!({
        "clerk_url": data.clerk_url,
        "slack": slack(&data, &team_of(&data, call), limit),
        "carrier": carrier(&data.carrier, limit),
        "faults": data.faults.all(),
        "webhooks": { "twilio": data.manner(Vendor::Twilio), "slack": data.manner(Vendor::Slack) },
        "limits": { "enforce": data.pace.enforce_limits },
        "delivery": { "sent_ms": data.pace.sent_ms, "delivered_ms": data.pace.delivered_ms },
    })
}

/// `GET /api/requests`.
pub(crate) fn requests(world: &World, call: &Call) -> Value {
    let since = call.number("since", 0);
    let wanted = Wanted {
        vendor: call.filled("vendor"),
        method: call.filled("method"),
        since: u64::try_from(since).unwrap_or_default(),
    };
    world.data().requests.show(&wanted).into()
}

/// `GET /api/ledger`.
pub(crate) fn ledger(world: &World) -> Value {
    ledger::report(&world.data())
}

/// `GET /api/carrier/counts`: who asked for media, and the addresses of storage and trap.
pub(crate) fn counts(world: &World) -> Value {
    let mut value = json!(world.data().media_counts);
    value["cdn_url"] = json!(world.cdn_url);
    value["trap_url"] = json!(world.trap_url);
    value
}

/// `POST /api/reset`: everything is forgotten, but ids go on.
pub(crate) fn reset(world: &Arc<World>) -> Value {
    let mut data = world.data();
    let Data { slack, carrier, serial, faults, manners, limits, ledger, requests, media_counts, .. } = &mut *data;
    *slack = Slack::new(serial);
    slack.address.clone_from(&world.slack_url);
    *carrier = Carrier::new();
    faults.clear();
    manners.clear();
    *media_counts = Default::default();
    *limits = Default::default();
    *ledger = Default::default();
    requests.clear();
    world.feed.publish("reset", || json!({}));
    json!({})
}

fn slack(data: &Data, team: &str, limit: usize) -> Value {
    let Some(team) = data.slack.team(team) else { return Value::Null };
    let channels = team.channels.iter().filter_map(|id| data.slack.channels.get(id));
    let bot = team.installed.then_some(&team.bot_user);
    let strangers = strangers(&data.slack, team);
    let users = team.users.iter().chain(bot).chain(&strangers).filter_map(|id| data.slack.users.get(id));
    let notices = data.slack.ephemerals.iter().filter(|notice| notice.team == team.id);
    json!({
        "installed": team.installed,
        "install_url": format!("{}/slack/install", data.clerk_url.trim_end_matches('/')),
        "team": { "id": team.id, "name": team.name, "domain": team.domain },
        "teams": data.slack.teams.iter().map(team_line).collect::<Vec<Value>>(),
        "app": { "id": APP_ID, "name": "Clerk", "bot_user_id": team.bot_user, "bot_id": team.bot_id },
        "users": users.map(user).collect::<Vec<Value>>(),
        "channels": channels.map(|own| channel(data, own, limit)).collect::<Vec<Value>>(),
        "ephemerals": notices.map(posting::ephemeral_view).collect::<Vec<Value>>(),
        "views": views(&data.slack, &team.id),
        "settings": data.slack.settings,
        "commands": data.slack.app.commands,
        "shortcuts": data.slack.app.shortcuts,
    })
}

/// People of other companies who are in channels of a team.
fn strangers(slack: &Slack, team: &Team) -> BTreeSet<String> {
    let shared =
        team.channels.iter().filter_map(|id| slack.channels.get(id)).filter(|channel| wire::is_shared(channel));
    let members = shared.flat_map(|channel| &channel.members);
    members.filter(|id| slack.users.get(*id).is_some_and(|user| user.team != team.id)).cloned().collect()
}

fn team_line(team: &Team) -> Value {
    json!({ "id": team.id, "name": team.name, "domain": team.domain, "installed": team.installed })
}

/// Modals and home tabs of a team, by member.
fn views(slack: &Slack, team: &str) -> Vec<Value> {
    let own = slack.surfaces.values().filter(|view| view.team == team);
    let users: BTreeSet<&str> = own.map(|view| view.user.as_str()).collect();
    users.into_iter().map(|user| surfaces::views_of(slack, user)).collect()
}

fn user(user: &User) -> Value {
    json!({
        "id": user.id, "name": user.name, "real_name": user.real_name, "color": user.color, "is_bot": user.is_bot,
        "avatar": user.avatar, "is_owner": user.is_owner, "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted, "team": user.team, "deleted": user.deleted,
    })
}

fn channel(data: &Data, channel: &Channel, limit: usize) -> Value {
    let mut newest: Vec<Value> =
        channel.posts.values().rev().take(limit).map(|post| wire::post_view(&data.slack, channel, post)).collect();
    newest.reverse();
    let mut value = posting::channel_view(data, channel);
    value["messages"] = newest.into();
    value
}

fn carrier(carrier: &Carrier, limit: usize) -> Value {
    let skipped = carrier.messages.len().saturating_sub(limit);
    json!({
        "numbers": carrier.numbers.values().map(twilio::number_view).collect::<Vec<Value>>(),
        "phones": carrier.phones.values().map(|phone| json!({
            "number": phone.number, "name": phone.name, "reachable": phone.reachable,
        })).collect::<Vec<Value>>(),
        "messages": carrier.messages[skipped..].iter().map(|row| twilio::message_view(row)).collect::<Vec<Value>>(),
    })
}
