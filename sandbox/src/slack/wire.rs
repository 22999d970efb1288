//! Slack's objects as the Web API, events and the page show them.

use serde_json::{Value, json};

use crate::{
    clock, ids,
    options::APP_ID,
    state::slack::{Channel, File, Kind, Post, Slack, Team, User},
};

/// The app that other bots belong to.
const OTHER_APP_ID: &str = "A0OTHERAPP1";

/// A post as the Web API shows it; its metadata only if asked for.
pub(crate) fn post(slack: &Slack, channel: &Channel, post: &Post, with_metadata: bool) -> Value {
    let mut value = json!({
        "type": "message", "user": post.user, "text": post.text, "ts": ids::ts(post.ts), "team": channel.team,
    });
    if post.by_app {
        add_app(&mut value, slack, channel, post);
    } else {
        add_author(&mut value, slack, channel, post);
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
        value["files"] = post.files.iter().filter_map(|id| slack.files.get(id)).map(|own| file(slack, own)).collect();
        value["upload"] = true.into();
        value["display_as_bot"] = false.into();
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
        "files": post.files.iter().filter_map(|id| slack.files.get(id)).map(|own| file(slack, own)).collect::<Vec<Value>>(),
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
        "is_shared": is_shared(channel),
        "is_org_shared": false,
        "is_ext_shared": is_shared(channel),
        "is_pending_ext_shared": false,
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "parent_conversation": null,
        "unlinked": 0,
        "context_team_id": channel.team,
        "conversation_host_id": channel.team,
        "shared_team_ids": std::iter::once(&channel.team).chain(&channel.shared_with).collect::<Vec<&String>>(),
        "connected_team_ids": channel.shared_with,
        "internal_team_ids": [],
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
    value
}

/// Whether other companies are in it.
pub(crate) fn is_shared(channel: &Channel) -> bool {
    !channel.shared_with.is_empty()
}

/// Whether this is the channel that cannot be archived.
pub(crate) fn is_general(channel: &Channel) -> bool {
    channel.name == "general" && channel.kind == Kind::Channel
}

/// A member as the Web API shows them.
pub(crate) fn user(slack: &Slack, user: &User) -> Value {
    let mut value = json!({
        "id": user.id,
        "team_id": user.team,
        "name": user.name,
        "deleted": user.deleted,
        "color": user.color,
        "real_name": user.real_name,
        "tz": "America/Los_Angeles",
        "tz_label": "Pacific Standard Time",
        "tz_offset": -28_800,
        "profile": {
            "real_name": user.real_name,
            "real_name_normalized": user.real_name,
            "display_name": user.real_name,
            "display_name_normalized": user.real_name,
            "email": format!("{}@northwind.example", user.name),
            "team": user.team,
            "title": "",
            "status_text": "",
            "status_emoji": "",
        },
        "is_admin": user.is_owner,
        "is_owner": user.is_owner,
        "is_primary_owner": user.is_owner,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "is_bot": user.is_bot,
        "is_app_user": false,
        "updated": 1_700_000_000,
    });
    if user.is_bot {
        let own = slack.team(&user.team).map(|team| team.bot_id.as_str()).unwrap_or_default();
        value["profile"]["bot_id"] = json!(if user.bot_id.is_empty() { own } else { &user.bot_id });
        value["profile"]["api_app_id"] = json!(if user.bot_id.is_empty() { APP_ID } else { OTHER_APP_ID });
        value["profile"].as_object_mut().map(|profile| profile.remove("email"));
    }
    if let Some(enterprise) = slack.enterprise_of(&user.team) {
        value["enterprise_user"] = json!({
            "id": user.id, "enterprise_id": enterprise.id, "enterprise_name": enterprise.name, "is_admin": false,
            "is_owner": false, "teams": [user.team],
        });
    }
    value
}

/// A file as the Web API shows it.
pub(crate) fn file(slack: &Slack, file: &File) -> Value {
    let private = format!("{}/files-pri/{}-{}", slack.address, file.team, file.id);
    let kind = file.name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let mut value = json!({
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
        "external_type": "",
        "editable": false,
        "is_public": true,
        "public_url_shared": false,
        "display_as_bot": false,
        "pretty_type": kind.to_uppercase(),
        "url_private": format!("{private}/{}", file.name),
        "url_private_download": format!("{private}/download/{}", file.name),
        "permalink": format!("{}/files/{}/{}/{}", slack.address, file.user, file.id, file.name),
        "permalink_public": format!("{}/files-pub/{}", slack.address, file.id),
        "file_access": "visible",
        "shares": shares(slack, file),
    });
    if file.content_type.starts_with("image/") {
        value["thumb_360"] = json!(format!("{private}/{}", file.name));
    }
    value
}

/// A file as events show it when the app has to ask for the details.
pub(crate) fn file_stub(file: &File) -> Value {
    json!({
        "id": file.id, "created": 0, "timestamp": 0, "user": file.user, "mode": "file_access",
        "file_access": "check_file_info",
    })
}

fn shares(slack: &Slack, file: &File) -> Value {
    let mut value = json!({});
    for (channel, ts) in &file.shares {
        let Some(known) = slack.channels.get(channel) else { continue };
        let side = if known.kind == Kind::Channel { "public" } else { "private" };
        let thread = known.posts.get(ts).and_then(|post| post.thread).map(ids::ts);
        let line =
            json!({ "ts": ids::ts(*ts), "thread_ts": thread, "channel_name": known.name, "team_id": known.team });
        value[side][channel] = json!([line]);
    }
    value
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

/// Bots of other apps and people of other companies are told apart.
fn add_author(value: &mut Value, slack: &Slack, channel: &Channel, post: &Post) {
    let Some(author) = slack.users.get(&post.user) else { return };
    if !author.bot_id.is_empty() {
        value["bot_id"] = json!(author.bot_id);
        value["app_id"] = OTHER_APP_ID.into();
        value["bot_profile"] = json!({
            "id": author.bot_id, "app_id": OTHER_APP_ID, "name": author.real_name, "deleted": false,
            "updated": 1_700_000_000, "team_id": channel.team, "icons": {},
        });
    }
    if author.team != channel.team {
        value["user_team"] = json!(author.team);
        value["source_team"] = json!(author.team);
        value["team"] = json!(author.team);
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
