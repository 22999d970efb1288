//! Files: the three steps of an upload, and handing the bytes out.
//!
//! `/files-pri/` needs the token, as Slack's `url_private` does; `/files-pub/` is for the page, which has none.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    posting,
    room::{Answer, Refusal, Room},
    wire,
};
use crate::{
    ids,
    state::slack::{File, Post, Slack},
    wire::{call::Call, reply::Reply},
    world::World,
};

/// `files.getUploadURLExternal`.
pub(crate) fn get_upload_url(room: &mut Room<'_>, call: &Call) -> Answer {
    let name = call.filled("filename").ok_or("invalid_arguments")?;
    let size = call.number("length", 0);
    if size == 0 {
        return Err("invalid_arguments".into());
    }
    let serial = room.data.serial.next();
    let file = File {
        id: ids::slack("F", serial),
        team: room.team.clone(),
        user: room.token.user.clone(),
        title: name.clone(),
        content_type: content_type(&name).to_owned(),
        name,
        created: serial,
        size,
        ..File::default()
    };
    let answer = json!({ "upload_url": format!("{}/upload/v1/{}", room.world.slack_url, file.id), "file_id": file.id });
    room.data.slack.files.insert(file.id.clone(), file);
    Ok(answer)
}

/// `POST /upload/v1/{file}`: the bytes, raw or as the first part of a form.
pub(crate) fn upload(world: &Arc<World>, call: &Call) -> Reply {
    let id = call.path.rsplit('/').next().unwrap_or_default();
    let mut data = world.data();
    let Some(file) = data.slack.files.get_mut(id) else {
        return Reply::bytes("text/plain", "no such upload").unexpected();
    };
    let bytes = match call.content_type().split_once("boundary=") {
        Some((_, boundary)) => first_part(&call.body, boundary.trim_matches('"')).unwrap_or_default(),
        None => &call.body,
    };
    file.content = STANDARD.encode(bytes);
    Reply::bytes("text/plain", format!("OK - {}", bytes.len()))
}

/// `files.completeUploadExternal`: shares the files in a channel, if one is named.
pub(crate) fn complete_upload(room: &mut Room<'_>, call: &Call) -> Answer {
    let listed = call.structure("files").map_err(|()| Refusal::from("invalid_arguments"))?.unwrap_or_default();
    let listed = listed.as_array().filter(|list| !list.is_empty()).ok_or("invalid_arguments")?;
    let mut files = Vec::new();
    for item in listed {
        let id = item["id"].as_str().ok_or("file_not_found")?;
        let file = room.data.slack.files.get_mut(id).ok_or("file_not_found")?;
        if file.content.is_empty() {
            return Err("file_update_failed".into());
        }
        if let Some(title) = item["title"].as_str() {
            file.title = title.to_owned();
        }
        file.complete = true;
        files.push(id.to_owned());
    }
    if call.filled("channel_id").is_some() {
        share(room, call, files.clone())?;
    }
    let shown: Vec<Value> = files.iter().filter_map(|id| shown(&room.data.slack, id, &room.world.slack_url)).collect();
    Ok(json!({ "files": shown }))
}

/// `files.info`.
pub(crate) fn info(room: &mut Room<'_>, call: &Call) -> Answer {
    let id = call.filled("file").ok_or("file_not_found")?;
    let file = shown(&room.data.slack, &id, &room.world.slack_url).ok_or("file_not_found")?;
    Ok(json!({ "file": file, "comments": [] }))
}

/// `GET /files-pri/{file}/…` and `/files-pub/{file}`.
pub(crate) fn content(world: &Arc<World>, call: &Call) -> Reply {
    if call.path.starts_with("/files-pri/")
        && let Err(refusal) = Room::enter(world, call)
    {
        // Slack shows its login page instead, with status 200.
        let page = Reply::bytes("text/html", "<html><body>Sign in to Slack</body></html>");
        return page.with("X-Slack-Failure", refusal.code).unexpected();
    }
    let id = call.path.split('/').nth(2).unwrap_or_default();
    let data = world.data();
    match data.slack.files.get(id).filter(|file| !file.content.is_empty()) {
        Some(file) => Reply::bytes(&file.content_type, STANDARD.decode(&file.content).unwrap_or_default()),
        None => Reply::empty(404),
    }
}

/// Keeps a file that a member uploads; answers its id.
pub(crate) fn keep(
    slack: &mut Slack,
    serial: u64,
    (team, user): (&str, &str),
    (name, data_url): (&str, &str),
) -> Option<String> {
    let (head, content) = data_url.strip_prefix("data:")?.split_once(";base64,")?;
    let size = STANDARD.decode(content).ok()?.len();
    let file = File {
        id: ids::slack("F", serial),
        team: team.to_owned(),
        user: user.to_owned(),
        name: name.to_owned(),
        title: name.to_owned(),
        content_type: head.to_owned(),
        created: serial,
        content: content.to_owned(),
        size,
        complete: true,
    };
    let id = file.id.clone();
    slack.files.insert(id.clone(), file);
    Some(id)
}

fn share(room: &mut Room<'_>, call: &Call, files: Vec<String>) -> Result<(), Refusal> {
    let id = call.filled("channel_id").ok_or("channel_not_found")?;
    let channel = room.see(&id)?;
    if channel.archived {
        return Err("is_archived".into());
    }
    if !channel.has(&room.token.user) {
        return Err("not_in_channel".into());
    }
    let post = Post {
        ts: room.data.serial.next(),
        thread: call.filled("thread_ts").and_then(|ts| ids::parse_ts(&ts)),
        user: room.token.user.clone(),
        by_app: room.token.is_bot,
        text: call.text("initial_comment").unwrap_or_default(),
        subtype: Some("file_share".to_owned()),
        files,
        ..Post::default()
    };
    let event = posting::store(room.world, &mut room.data, &id, post);
    event.into_iter().for_each(|event| room.tell(event));
    Ok(())
}

fn shown(slack: &Slack, id: &str, slack_url: &str) -> Option<Value> {
    slack.files.get(id).map(|file| with_addresses(wire::file(file), file, slack_url))
}

/// Adds the addresses of the bytes.
fn with_addresses(mut value: Value, file: &File, slack_url: &str) -> Value {
    let private = format!("{slack_url}/files-pri/{}/{}", file.id, file.name);
    value["url_private"] = json!(private);
    value["url_private_download"] = json!(private);
    value["permalink_public"] = json!(format!("{slack_url}/files-pub/{}", file.id));
    value
}

fn first_part<'b>(body: &'b [u8], boundary: &str) -> Option<&'b [u8]> {
    let find = |from: usize, wanted: &[u8]| {
        body[from..].windows(wanted.len()).position(|window| window == wanted).map(|at| from + at)
    };
    let start = find(0, b"\r\n\r\n")? + 4;
    let end = find(start, format!("\r\n--{boundary}").as_bytes())?;
    Some(&body[start..end])
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "mp4" => "video/mp4",
        "mp3" => "audio/mpeg",
        "pdf" => "application/pdf",
        "txt" => "text/plain",
        _ => "application/octet-stream",
    }
}
