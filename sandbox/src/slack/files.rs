//! Files: the three steps of an upload, and handing the bytes out.
//!
//! `/files-pri/` needs the token, as Slack's `url_private` does: without it the client is sent to the login page, with
//! which a careless one fills its file. `/files-pub/` is for the page, which has no token.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    posting,
    room::{Answer, Refusal, Room},
    wire,
};
use crate::{
    clock, ids,
    state::{
        Data,
        slack::{File, Post},
    },
    wire::{call::Call, reply::Reply},
    world::World,
};

/// Bytes of a file at most; Slack's own limit is 1 GB, ours is what a request may hold.
const FILE_MAX: usize = 30 * 1024 * 1024;

/// `files.getUploadURLExternal`.
pub(crate) fn get_upload_url(room: &mut Room<'_>, call: &Call) -> Answer {
    let name = call.filled("filename").ok_or("invalid_arguments")?;
    let size = call.number("length", 0);
    if size == 0 {
        return Err("invalid_arguments".into());
    }
    if size > FILE_MAX {
        return Err("file_upload_size_restricted".into());
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
    file.size = bytes.len();
    Reply::bytes("text/plain", format!("OK - {}", bytes.len()))
}

/// `files.completeUploadExternal`: shares the files in a channel, if one is named.
pub(crate) fn complete_upload(room: &mut Room<'_>, call: &Call) -> Answer {
    let listed = call.structure("files").map_err(|()| Refusal::from("invalid_arguments"))?.unwrap_or_default();
    let listed = listed.as_array().filter(|list| !list.is_empty()).ok_or("invalid_arguments")?;
    let place = match call.filled("channel_id") {
        Some(id) => Some(place(room, call, id)?),
        None => None,
    };
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
    if let Some(place) = place {
        share(room, call, place, files.clone());
    }
    let slack = &room.data.slack;
    let shown: Vec<Value> =
        files.iter().filter_map(|id| slack.files.get(id)).map(|file| wire::file(slack, file)).collect();
    Ok(json!({ "files": shown }))
}

/// `files.info`.
pub(crate) fn info(room: &mut Room<'_>, call: &Call) -> Answer {
    let id = call.filled("file").ok_or("file_not_found")?;
    let file = room.data.slack.files.get(&id).filter(|file| file.complete).ok_or("file_not_found")?;
    Ok(
        json!({ "file": wire::file(&room.data.slack, file), "comments": [], "response_metadata": { "next_cursor": "" } }),
    )
}

/// `files.delete`.
pub(crate) fn delete(room: &mut Room<'_>, call: &Call) -> Answer {
    let id = call.filled("file").ok_or("file_not_found")?;
    let file = room.data.slack.files.get(&id).ok_or("file_not_found")?;
    if file.user != room.token.user {
        return Err("cant_delete_file".into());
    }
    room.data.slack.files.remove(&id);
    Ok(json!({}))
}

/// `GET /files-pri/{team}-{file}/…` and `/files-pub/{file}`.
pub(crate) fn content(world: &Arc<World>, call: &Call) -> Reply {
    let id = call.path.split('/').nth(2).and_then(|part| part.rsplit('-').next()).unwrap_or_default();
    if call.path.starts_with("/files-pri/")
        && let Err(refusal) = may_read(world, call)
    {
        let there = url::form_urlencoded::byte_serialize(call.path.as_bytes()).collect::<String>();
        let login = format!("{}/login?redir={there}", world.slack_url);
        return Reply::empty(302).with("Location", login).with("X-Slack-Failure", refusal.code).unexpected();
    }
    let data = world.data();
    match data.slack.files.get(id).filter(|file| !file.content.is_empty()) {
        Some(file) => Reply::bytes(&file.content_type, STANDARD.decode(&file.content).unwrap_or_default()),
        None => Reply {
            status: 404,
            ..Reply::bytes("text/html; charset=utf-8", "<html><body>404: There is nothing here.</body></html>")
        },
    }
}

/// `GET /login`: the page that a browser without a session sees.
pub(crate) fn login() -> Reply {
    let page = "<!DOCTYPE html><html lang=\"en-US\"><head><title>Login | Slack</title></head><body>Sign in to Slack</body></html>";
    Reply::bytes("text/html; charset=utf-8", page)
}

/// Keeps a file that a member has at hand: `{name, data_url | content_base64, content_type?, must_ask?}`; answers its id.
pub(crate) fn keep(data: &mut Data, (team, user): (&str, &str), given: &Value) -> Option<String> {
    let url = given["data_url"].as_str().and_then(|url| url.strip_prefix("data:")?.split_once(";base64,"));
    let name = given["name"].as_str().unwrap_or("file");
    let (kind, content) = match url {
        Some(parts) => parts,
        None => (content_type(name), given["content_base64"].as_str()?),
    };
    let size = STANDARD.decode(content).ok()?.len();
    let serial = data.serial.next();
    let file = File {
        id: ids::slack("F", serial),
        team: team.to_owned(),
        user: user.to_owned(),
        name: name.to_owned(),
        title: name.to_owned(),
        content_type: given["content_type"].as_str().unwrap_or(kind).to_owned(),
        created: serial,
        content: content.to_owned(),
        size,
        complete: true,
        must_ask: given["must_ask"] == true,
        ..File::default()
    };
    let id = file.id.clone();
    data.slack.files.insert(id.clone(), file);
    Some(id)
}

/// What the app hears when a file is shown in a channel.
pub(crate) fn shared_events(data: &Data, channel: &str, files: &[String]) -> Vec<Value> {
    let known = files.iter().filter_map(|id| data.slack.files.get(id));
    known
        .map(|file| {
            json!({
                "type": "file_shared", "file_id": file.id, "file": { "id": file.id }, "user_id": file.user,
                "channel_id": channel, "event_ts": ids::ts(clock::micros()),
            })
        })
        .collect()
}

fn may_read(world: &Arc<World>, call: &Call) -> Result<(), Refusal> {
    Room::enter(world, call)?.needs_one_of(&["files:read"])
}

/// Channel and thread in which the files are to be shown.
fn place(room: &Room<'_>, call: &Call, id: String) -> Result<(String, Option<u64>), Refusal> {
    let channel = room.see(&id)?;
    if channel.archived {
        return Err("is_archived".into());
    }
    if !channel.has(&room.token.user) {
        return Err("not_in_channel".into());
    }
    let thread = call.filled("thread_ts").map(|ts| ids::parse_ts(&ts).ok_or("invalid_thread_ts")).transpose()?;
    Ok((id, thread))
}

fn share(room: &mut Room<'_>, call: &Call, (channel, thread): (String, Option<u64>), files: Vec<String>) {
    let ts = room.data.serial.next();
    for id in &files {
        if let Some(file) = room.data.slack.files.get_mut(id) {
            file.shares.push((channel.clone(), ts));
        }
    }
    let told = shared_events(&room.data, &channel, &files);
    let post = Post {
        ts,
        thread,
        user: room.token.user.clone(),
        by_app: room.token.is_bot,
        text: call.text("initial_comment").unwrap_or_default(),
        subtype: Some("file_share".to_owned()),
        files,
        ..Post::default()
    };
    let event = posting::store(room.world, &mut room.data, &channel, post);
    if event.is_some() {
        told.into_iter().for_each(|event| room.tell(event));
    }
    event.into_iter().for_each(|event| room.tell(event));
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
