//! Slack's objects as the Web API, events and the page show them.

use serde_json::{Value, json};

use crate::{
    clock, ids,
    options::APP_ID,
    state::slack::{Channel, File, Kind, Post, Slack, Team, User},
};

/// A post as the Web API shows it; its metadata only if asked for.
pub(crate) fn post(slack: &Slack, channel: &Channel, post: &Post, with_metadata: bool) -> Value {
    let mut value = json!({
        "type": "message", "user": post.user, "text": post.text, "ts": ids::ts(post.ts), "team": channel.team,
    });
    if post.by_app {
        add_app(&mut value, slack, channel, post);
    }
    if let Some(root) = post.thread {
        value["thread_ts"] = ids::ts(root).into();
        value["parent_user_id"] = channel.posts.get(&root).map(|root| root.user.clone()).into();
    }
    add_thread(&mut value, channel, post.ts);
    let optional = [
        ("subtype", post.subtype.clone().map(Value::String)),
        ("client_msg_id", post.client_msg_id.clone().map(Value::String)),
        ("blocks", post.blocks.clone()),
        ("attachments", post.attachments.clone()),
        ("metadata", post.metadata.clone().filter(|_| with_metadata)),
        ("edited", post.edited.as_ref().map(|edit| json!({ "user": edit.user, "ts": ids::ts(edit.ts) }))),
    ];
    for (name, member) in optional {
        if let Some(member) = member {
            value[name] = member;
        }
    }
    if !post.reactions.is_empty() {
        value["reactions"] = reactions(post);
    }
    if !post.files.is_empty() {
        value["files"] = post.files.iter().filter_map(|id| slack.files.get(id)).map(file).collect();
        value["upload"] = false.into();
    }
    value
}

/// The reactions of a post.
pub(crate) fn reactions(post: &Post) -> Value {
    let list = post
        .reactions
        .iter()
        .map(|reaction| json!({ "name": reaction.name, "users": reaction.users, "count": reaction.users.len() }));
    list.collect()
}

/// A post as the page and the control API show it.
pub(crate) fn post_view(slack: &Slack, channel: &Channel, post: &Post) -> Value {
    let bot = slack.team(&channel.team).filter(|_| post.by_app);
    json!({
        "channel": channel.id,
        "ts": ids::ts(post.ts),
        "thread_ts": post.thread.map(ids::ts),
        "user": post.user,
        "bot_id": bot.map(|team| team.bot_id.as_str()),
        "username": post.username,
        "icon": post.icon,
        "text": post.text,
        "blocks": post.blocks,
        "attachments": post.attachments,
        "reactions": post.reactions,
        "edited": post.edited.as_ref().map(|edit| json!({ "user": edit.user, "ts": ids::ts(edit.ts) })),
        "subtype": post.subtype,
        "reply_count": channel.replies(post.ts).len(),
        "metadata": post.metadata,
        "files": post.files.iter().filter_map(|id| slack.files.get(id)).map(file).collect::<Vec<Value>>(),
    })
}

/// A channel as the Web API shows it to `viewer`.
pub(crate) fn channel(channel: &Channel, viewer: &str) -> Value {
    let other = channel.members.iter().find(|member| *member != viewer);
    let is_im = channel.kind == Kind::Im;
    let mut value = json!({
        "id": channel.id,
        "created": clock::secs(channel.created),
        "creator": channel.creator,
        "updated": channel.created / 1_000,
        "is_channel": channel.kind == Kind::Channel,
        "is_group": channel.kind == Kind::Group,
        "is_im": is_im,
        "is_mpim": false,
        "is_private": channel.kind != Kind::Channel,
        "is_archived": channel.archived,
        "is_general": is_general(channel),
        "is_shared": false,
        "is_org_shared": false,
        "is_ext_shared": false,
        "is_pending_ext_shared": false,
        "unlinked": 0,
        "context_team_id": channel.team,
        "shared_team_ids": [channel.team],
    });
    if is_im {
        value["user"] = json!(other);
        value["is_open"] = true.into();
        return value;
    }
    value["name"] = json!(channel.name);
    value["name_normalized"] = json!(channel.name);
    value["is_member"] = channel.has(viewer).into();
    value["topic"] = detail(channel, &channel.topic);
    value["purpose"] = detail(channel, &channel.purpose);
    value["previous_names"] = json!(channel.previous_names);
    value["num_members"] = channel.members.len().into();
    value
}

/// Whether this is the channel that cannot be archived.
pub(crate) fn is_general(channel: &Channel) -> bool {
    channel.name == "general" && channel.kind == Kind::Channel
}

/// A member as the Web API shows them.
pub(crate) fn user(user: &User) -> Value {
    json!({
        "id": user.id,
        "team_id": user.team,
        "name": user.name,
        "deleted": false,
        "color": user.color,
        "real_name": user.real_name,
        "tz": "America/Los_Angeles",
        "tz_label": "Pacific Standard Time",
        "tz_offset": -28_800,
        "profile": {
            "real_name": user.real_name,
            "real_name_normalized": user.real_name,
            "display_name": user.name,
            "display_name_normalized": user.name,
            "email": format!("{}@northwind.example", user.name),
            "team": user.team,
            "title": "",
            "status_text": "",
            "status_emoji": "",
        },
        "is_admin": user.is_owner,
        "is_owner": user.is_owner,
        "is_primary_owner": user.is_owner,
        "is_restricted": false,
        "is_ultra_restricted": false,
        "is_bot": user.is_bot,
        "is_app_user": false,
        "updated": 1_700_000_000,
    })
}

/// A file as the Web API shows it.
pub(crate) fn file(file: &File) -> Value {
    let kind = file.name.rsplit_once('.').map_or("", |(_, ending)| ending);
    json!({
        "id": file.id,
        "created": clock::secs(file.created),
        "timestamp": clock::secs(file.created),
        "name": file.name,
        "title": file.title,
        "mimetype": file.content_type,
        "filetype": kind,
        "user": file.user,
        "user_team": file.team,
        "size": file.size,
        "mode": "hosted",
        "is_external": false,
        "is_public": true,
        "file_access": "visible",
    })
}

/// The app's bot as posts carry it.
pub(crate) fn bot_profile(team: &Team) -> Value {
    json!({
        "id": team.bot_id,
        "app_id": APP_ID,
        "name": "Clerk",
        "deleted": false,
        "updated": 1_700_000_000,
        "team_id": team.id,
        "icons": {},
    })
}

fn add_app(value: &mut Value, slack: &Slack, channel: &Channel, post: &Post) {
    if let Some(team) = slack.team(&channel.team) {
        value["bot_id"] = json!(team.bot_id);
        value["bot_profile"] = bot_profile(team);
    }
    value["app_id"] = json!(APP_ID);
    if let Some(name) = &post.username {
        value["username"] = json!(name);
    }
    if let Some(icon) = &post.icon {
        value["icons"] = icon.clone();
    }
}

fn add_thread(value: &mut Value, channel: &Channel, ts: u64) {
    let replies = channel.replies(ts);
    let Some(latest) = replies.last() else { return };
    let mut users: Vec<&str> = Vec::new();
    for reply in replies.iter().filter_map(|ts| channel.posts.get(ts)) {
        if users.len() < 5 && !users.contains(&reply.user.as_str()) {
            users.push(&reply.user);
        }
    }
    value["thread_ts"] = ids::ts(ts).into();
    value["reply_count"] = replies.len().into();
    value["reply_users_count"] = users.len().into();
    value["reply_users"] = json!(users);
    value["latest_reply"] = ids::ts(*latest).into();
    value["is_locked"] = false.into();
    value["subscribed"] = false.into();
}

fn detail(channel: &Channel, text: &str) -> Value {
    json!({ "value": text, "creator": channel.creator, "last_set": clock::secs(channel.created) })
}
