//! What tests arrange in Slack: other people, other bots, other companies, organisations, menus of the app, its settings.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Act, needed, order, outcome_of, people::team_of, views::member};
use crate::{
    ids,
    slack::{self, events, files, room::Room, wire},
    state::{
        Data,
        slack::{Enterprise, User},
        surfaces::App,
    },
    wire::call::Call,
    world::World,
};

/// An order about this Slack's settings; what is left out stays.
#[derive(Deserialize)]
struct Wanted {
    trigger_ms: Option<u64>,
    response_url_ms: Option<u64>,
    rotation: Option<bool>,
    token_life_s: Option<u64>,
    /// An empty text: whatever the app asks for.
    grant: Option<String>,
}

/// `POST /api/slack/settings`.
pub(crate) fn settings(world: &World, call: &Call) -> Act {
    let wanted: Wanted = order(call)?;
    let mut data = world.data();
    let settings = &mut data.slack.settings;
    settings.trigger_ms = wanted.trigger_ms.unwrap_or(settings.trigger_ms);
    settings.response_url_ms = wanted.response_url_ms.unwrap_or(settings.response_url_ms);
    settings.rotation = wanted.rotation.unwrap_or(settings.rotation);
    settings.token_life_s = wanted.token_life_s.unwrap_or(settings.token_life_s);
    if let Some(grant) = wanted.grant {
        settings.grant = Some(grant).filter(|grant| !grant.is_empty());
    }
    Ok(json!(settings))
}

/// `POST /api/slack/app` `{commands?, shortcuts?}`, or a manifest: what the app has put into Slack's menus.
pub(crate) fn app(world: &World, call: &Call) -> Act {
    Ok(register(world, &call.json))
}

/// Puts what an app has into Slack's menus.
pub(crate) fn register(world: &World, app: &Map<String, Value>) -> Value {
    let features = app.get("features").and_then(Value::as_object).unwrap_or(app);
    let list = |names: [&str; 2]| names.iter().find_map(|name| features.get(*name)).and_then(Value::as_array).cloned();
    let mut data = world.data();
    let App { commands, shortcuts } = data.slack.app.clone();
    data.slack.app = App {
        commands: list(["commands", "slash_commands"]).unwrap_or(commands),
        shortcuts: list(["shortcuts", "shortcuts"]).unwrap_or(shortcuts),
    };
    let answer = json!({ "commands": data.slack.app.commands, "shortcuts": data.slack.app.shortcuts });
    world.feed.publish("slack.app", || answer.clone());
    answer
}

/// `POST /api/slack/org` `{name, org_wide?, withheld?, teams?}`: puts teams (the first, if none is named) into an organisation. While it is withheld,
/// the app is let in for all of them and put into none; that it no longer is, is told.
pub(crate) fn org(world: &Arc<World>, call: &Call) -> Act {
    let name = needed(call, "name")?;
    let mut data = world.data();
    let listed = call.json.get("teams").and_then(Value::as_array).cloned().unwrap_or_default();
    let named = listed.iter().filter_map(|team| data.slack.find_team(team.as_str()?).map(|team| team.id.clone()));
    let mut teams: Vec<String> = named.collect();
    if teams.is_empty() {
        teams.push(team_of(&data, call));
    }
    let known = data.slack.enterprises.iter().position(|enterprise| enterprise.name == name);
    let place = known.unwrap_or_else(|| {
        let id = ids::slack("E", data.serial.next());
        data.slack.enterprises.push(Enterprise { id, name, ..Enterprise::default() });
        data.slack.enterprises.len() - 1
    });
    data.slack.enterprises[place].org_wide = call.flag("org_wide");
    let is_granted = data.slack.enterprises[place].withheld && !call.flag("withheld");
    data.slack.enterprises[place].withheld = call.flag("withheld");
    let enterprise = data.slack.enterprises[place].clone();
    for team in &teams {
        if let Some(team) = data.slack.team_mut(team) {
            team.enterprise.clone_from(&enterprise.id);
        }
    }
    let at = ids::ts(data.serial.next());
    drop(data);
    if is_granted {
        let event = json!({ "type": "team_access_granted", "team_ids": teams, "event_ts": at });
        events::emit(world, &teams[0], vec![event]);
    }
    Ok(json!({ "id": enterprise.id, "name": enterprise.name, "org_wide": enterprise.org_wide, "teams": teams }))
}

/// `POST /api/slack/member` `{name, real_name?, kind?, channels?}`: a new person or bot. Kinds: `member`, `guest`,
/// `single_channel_guest`, `bot` (of another app), `stranger` (of another company, by Slack Connect).
pub(crate) async fn add_member(world: &Arc<World>, call: &Call) -> Act {
    let name = needed(call, "name")?;
    let kind = call.filled("kind").unwrap_or_else(|| "member".to_owned());
    let (team, id, told) = {
        let mut data = world.data();
        let team = team_of(&data, call);
        let user = new_user(&mut data, &team, call, (&name, &kind))?;
        let id = user.id.clone();
        let own = user.team == team;
        let joined = json!({ "type": "team_join", "user": wire::user(&data.slack, &user), "event_ts": ids::ts(data.serial.next()) });
        data.slack.users.insert(id.clone(), user);
        let listed = call.json.get("channels").and_then(Value::as_array).cloned().unwrap_or_default();
        let wanted = listed.iter().filter_map(Value::as_str);
        let channels: Vec<String> = wanted.map(|wanted| data.slack.channel_named(&team, wanted)).collect();
        drop(data);
        let mut told = Vec::new();
        if own {
            told.push(joined);
        }
        for channel in channels {
            told.extend(enter_channel(world, &team, (&channel, &id))?);
        }
        (team, id, told)
    };
    world.feed.publish("slack.users", || json!({}));
    let mut answer = outcome_of(events::emit_and_wait(world, &team, told).await);
    answer["user"] = json!(id);
    Ok(answer)
}

/// `POST /api/slack/user` `{user, real_name?, name?, deleted?}`: somebody is renamed or leaves the company.
pub(crate) async fn change_user(world: &Arc<World>, call: &Call) -> Act {
    let (team, told) = {
        let mut data = world.data();
        let who = member(&data, call)?;
        let at = ids::ts(data.serial.next());
        let known = data.slack.users.get_mut(&who.id).ok_or((422, "There is no such member.".to_owned()))?;
        known.real_name = call.filled("real_name").unwrap_or_else(|| known.real_name.clone());
        known.name = call.filled("name").unwrap_or_else(|| known.name.clone());
        if call.text("deleted").is_some() {
            known.deleted = call.flag("deleted");
        }
        let known = known.clone();
        let shown = wire::user(&data.slack, &known);
        let told = ["user_change", "user_profile_changed"]
            .map(|kind| json!({ "type": kind, "user": shown, "cache_ts": 1_700_000_000, "event_ts": at }));
        (who.team, told.to_vec())
    };
    world.feed.publish("slack.users", || json!({}));
    Ok(outcome_of(events::emit_and_wait(world, &team, told).await))
}

/// `POST /api/slack/upload` `{user, name, content_base64 | data_url, content_type?, must_ask?}`: a file that a member
/// has at hand, to be put into a form or a post by its id.
pub(crate) fn upload(world: &World, call: &Call) -> Act {
    let mut data = world.data();
    let user = member(&data, call)?;
    let kept = files::keep(&mut data, (&user.team, &user.id), &Value::Object(call.json.clone()));
    let id = kept.ok_or((422, "\"content_base64\" or \"data_url\" is missing or is not Base64.".to_owned()))?;
    let file = data.slack.files.get(&id).map(|file| wire::file(&data.slack, file));
    Ok(json!({ "id": id, "file": file }))
}

fn new_user(data: &mut Data, team: &str, call: &Call, (name, kind): (&str, &str)) -> Result<User, (u16, String)> {
    const KINDS: [&str; 5] = ["member", "guest", "single_channel_guest", "bot", "stranger"];
    if !KINDS.contains(&kind) {
        return Err((422, format!("A member is one of: {}.", KINDS.join(", "))));
    }
    let serial = data.serial.next();
    let home = match kind {
        "stranger" => data
            .slack
            .other_company(&mut data.serial, &call.filled("company").unwrap_or_else(|| "Southwind".to_owned())),
        _ => team.to_owned(),
    };
    let is_bot = kind == "bot";
    let user = User {
        id: ids::slack("U", serial),
        team: home,
        name: name.to_lowercase(),
        real_name: call.filled("real_name").unwrap_or_else(|| name.to_owned()),
        color: "8f4a2b".to_owned(),
        avatar: if is_bot { "🤖".to_owned() } else { String::new() },
        is_bot,
        bot_id: if is_bot { ids::slack("B", serial) } else { String::new() },
        is_restricted: kind.ends_with("guest"),
        is_ultra_restricted: kind == "single_channel_guest",
        ..User::default()
    };
    if let Some(own) = data.slack.team_mut(&user.team) {
        own.users.push(user.id.clone());
    }
    Ok(user)
}

/// Puts somebody into a channel; a stranger makes it shared.
fn enter_channel(world: &Arc<World>, team: &str, (channel, user): (&str, &str)) -> Result<Vec<Value>, (u16, String)> {
    let mut room = Room::of_app(world, team).ok_or((422, "There is no such team.".to_owned()))?;
    slack::let_in(&mut room, channel, user).map_err(|refusal| (422, format!("Slack refuses: {}.", refusal.code)))?;
    Ok(room.leave().1)
}
