//! What members do with posts: write, edit, delete, react.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Act, needed, outcome_of};
use crate::{
    ids,
    slack::{events, files, posting, room::Room},
    state::{
        Data,
        slack::{Post, User},
    },
    wire::call::Call,
    world::World,
};

/// `POST /api/slack/post`.
pub(crate) async fn post(world: &Arc<World>, call: &Call) -> Act {
    let (team, channel, ts, told) = {
        let mut data = world.data();
        let (user, channel) = who_and_where(&mut data, call)?;
        let ts = data.serial.next();
        let post = words(&mut data, call, (&user, &channel), ts)?;
        let files = post.files.clone();
        for id in &files {
            if let Some(file) = data.slack.files.get_mut(id) {
                file.shares.push((channel.clone(), ts));
            }
        }
        step_in(&mut data, &channel, &user.id);
        let text = post.text.clone();
        let mut told: Vec<Value> = posting::store(world, &mut data, &channel, post).into_iter().collect();
        let team = channel_team(&data, &channel, &user);
        told.extend(mention(&data, &team, &text, told.first()));
        if !told.is_empty() {
            told.extend(files::shared_events(&data, &channel, &files));
        }
        (team, channel, ts, told)
    };
    let mut answer = outcome_of(events::emit_and_wait(world, &team, told).await);
    answer["channel"] = json!(channel);
    answer["ts"] = ids::ts(ts).into();
    Ok(answer)
}

/// `POST /api/slack/edit`.
pub(crate) async fn edit(world: &Arc<World>, call: &Call) -> Act {
    let text = needed(call, "text")?;
    let (team, told) = {
        let mut data = world.data();
        let (user, channel) = who_and_where(&mut data, call)?;
        let ts = own_post(&data, call, (&user, &channel))?;
        let told = posting::edit(world, &mut data, (&channel, ts), &user.id, |post| {
            post.blocks = Some(rich_text(&text, ts));
            post.text = text;
        });
        (channel_team(&data, &channel, &user), told)
    };
    Ok(outcome_of(events::emit_and_wait(world, &team, told.into_iter().collect()).await))
}

/// `POST /api/slack/delete`.
pub(crate) async fn delete(world: &Arc<World>, call: &Call) -> Act {
    let (team, told) = {
        let mut data = world.data();
        let (user, channel) = who_and_where(&mut data, call)?;
        let ts = own_post(&data, call, (&user, &channel))?;
        let told = posting::remove(world, &mut data, &channel, ts);
        (channel_team(&data, &channel, &user), told)
    };
    Ok(outcome_of(events::emit_and_wait(world, &team, told.into_iter().collect()).await))
}

/// `POST /api/slack/react` `{user, channel, ts, name, remove?}`.
pub(crate) async fn react(world: &Arc<World>, call: &Call) -> Act {
    let (user, channel) = who_and_where(&mut world.data(), call)?;
    let ts = timestamp(call, "ts")?;
    let name = needed(call, "name")?;
    let (team, told) = {
        let team = channel_team(&world.data(), &channel, &user);
        let mut room = Room::of_app(world, &team).ok_or((422, "There is no such team.".to_owned()))?;
        let add = !call.flag("remove");
        crate::slack::react(&mut room, (&channel, ts), (&user.id, name.trim_matches(':')), add)
            .map_err(|refusal| (422, refusal.code))?;
        room.leave()
    };
    Ok(outcome_of(events::emit_and_wait(world, &team, told).await))
}

/// The member and the channel of an order; `dm` is the member's direct channel with the app.
pub(crate) fn who_and_where(data: &mut Data, call: &Call) -> Result<(User, String), (u16, String)> {
    let (wanted_user, wanted) = (needed(call, "user")?, needed(call, "channel")?);
    let of_channel = data.slack.channels.get(&wanted).map(|channel| channel.team.clone());
    let team = of_channel.unwrap_or_else(|| team_of(data, call));
    let unknown_user = (422, format!("There is no member {wanted_user} in this team."));
    let found = data.slack.find_user(&team, &wanted_user).or_else(|| stranger(data, (&team, &wanted), &wanted_user));
    let user = found.cloned().ok_or(unknown_user)?;
    if wanted == "dm" {
        let bot = data.slack.team(&team).map(|team| team.bot_user.clone()).unwrap_or_default();
        let Data { slack, serial, .. } = data;
        let id = slack.direct_channel(serial, &team, [&bot, &user.id]);
        return Ok((user, id));
    }
    let named = data.slack.team(&team).and_then(|team| team.names.get(wanted.trim_start_matches('#')).cloned());
    let id = named.unwrap_or(wanted);
    match data.slack.channels.contains_key(&id) {
        true => Ok((user, id)),
        false => Err((422, format!("There is no channel {id}."))),
    }
}

/// Somebody of another company who is in the channel.
fn stranger<'d>(data: &'d Data, (team, channel): (&str, &str), wanted: &str) -> Option<&'d User> {
    let members = &data.slack.channels.get(&data.slack.channel_named(team, channel))?.members;
    let users = members.iter().filter_map(|id| data.slack.users.get(id));
    users.into_iter().find(|user| user.id == wanted || user.name == wanted)
}

/// The team that an order means: the named one, else the first.
pub(crate) fn team_of(data: &Data, call: &Call) -> String {
    let named = call.filled("team").and_then(|wanted| data.slack.find_team(&wanted));
    named.unwrap_or(&data.slack.teams[0]).id.clone()
}

/// A Slack timestamp of an order.
pub(crate) fn timestamp(call: &Call, name: &str) -> Result<u64, (u16, String)> {
    ids::parse_ts(&needed(call, name)?).ok_or_else(|| (422, format!("\"{name}\" is not a Slack timestamp.")))
}

fn words(data: &mut Data, call: &Call, (user, channel): (&User, &str), ts: u64) -> Result<Post, (u16, String)> {
    let channel = data.slack.channels.get(channel).ok_or((422, "There is no such channel.".to_owned()))?;
    if channel.archived {
        return Err((422, format!("#{} is archived, nobody can write there.", channel.name)));
    }
    let thread = match call.filled("thread_ts") {
        Some(_) => Some(timestamp(call, "thread_ts")?),
        None => None,
    };
    if thread.is_some_and(|root| !channel.posts.contains_key(&root)) {
        return Err((422, "There is no such thread.".to_owned()));
    }
    let files = uploads(data, call, user);
    let text = call.text("text").unwrap_or_default();
    let broadcast = (thread.is_some() && call.flag("broadcast")).then(|| "thread_broadcast".to_owned());
    let subtype = if files.is_empty() { broadcast } else { Some("file_share".to_owned()) };
    Ok(Post {
        ts,
        thread,
        user: user.id.clone(),
        blocks: (!text.is_empty()).then(|| rich_text(&text, ts)),
        text,
        subtype,
        client_msg_id: Some(call.filled("client_msg_id").unwrap_or_else(|| ids::uuid(ts))),
        files,
        ..Post::default()
    })
}

/// Files of an order: `files: [{id} | {name, data_url | content_base64, must_ask?}]`.
fn uploads(data: &mut Data, call: &Call, user: &User) -> Vec<String> {
    let listed = call.json.get("files").and_then(|files| files.as_array()).cloned().unwrap_or_default();
    let kept = listed.iter().filter_map(|file| match file["id"].as_str() {
        Some(id) => data.slack.files.contains_key(id).then(|| id.to_owned()),
        None => files::keep(data, (&user.team, &user.id), file),
    });
    kept.collect()
}

/// The team whose app hears of what happens in a channel.
pub(crate) fn channel_team(data: &Data, channel: &str, user: &User) -> String {
    data.slack.channels.get(channel).map_or_else(|| user.team.clone(), |channel| channel.team.clone())
}

fn own_post(data: &Data, call: &Call, (user, channel): (&User, &str)) -> Result<u64, (u16, String)> {
    let ts = timestamp(call, "ts")?;
    let post = data.slack.channels.get(channel).and_then(|channel| channel.posts.get(&ts));
    match post {
        Some(post) if post.user == user.id => Ok(ts),
        Some(_) => Err((422, "Members can only change what they wrote themselves.".to_owned())),
        None => Err((422, "There is no such message.".to_owned())),
    }
}

/// Somebody who writes in a channel belongs to it.
fn step_in(data: &mut Data, channel: &str, user: &str) {
    if let Some(channel) = data.slack.channels.get_mut(channel)
        && !channel.has(user)
    {
        channel.members.push(user.to_owned());
    }
}

/// The second event that Slack sends when the app is mentioned.
fn mention(data: &Data, team: &str, text: &str, event: Option<&Value>) -> Option<Value> {
    let bot = &data.slack.team(team)?.bot_user;
    let mut event = event.filter(|_| text.contains(&format!("<@{bot}>")))?.clone();
    event["type"] = "app_mention".into();
    event.as_object_mut()?.remove("channel_type");
    Some(event)
}

fn rich_text(text: &str, ts: u64) -> Value {
    json!([{
        "type": "rich_text",
        "block_id": format!("r{}", ts % 100_000),
        "elements": [{ "type": "rich_text_section", "elements": [{ "type": "text", "text": text }] }],
    }])
}
