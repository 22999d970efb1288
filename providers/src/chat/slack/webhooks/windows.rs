//! A view as it comes back: what it is for, our state in it, and what was entered, by the ids of the inputs. An input that is empty is missing.

use std::collections::BTreeMap;

use chrono::DateTime;
use domain::contracts::view::{Entries, Entry, FileRef, ViewRef};
use serde_json::Value;

use super::events::word;
use crate::chat::slack::markup;

/// None when there is no view.
pub(super) fn view(view: &Value) -> Option<ViewRef> {
    let text = |name| word(view, name).unwrap_or_default().to_owned();
    Some(ViewRef {
        id: word(view, "id")?.to_owned(),
        hash: word(view, "hash").map(str::to_owned),
        purpose: text("callback_id"),
        state: text("private_metadata"),
    })
}

/// What stands in the state of a view.
pub(super) fn entries(state: &Value) -> Entries {
    let blocks = state["values"].as_object();
    let entries: BTreeMap<String, Entry> = blocks
        .into_iter()
        .flatten()
        .filter_map(|(id, actions)| {
            let mut entered = actions.as_object()?.values().filter_map(entry);
            Some((id.clone(), entered.next()?))
        })
        .collect();
    Entries(entries)
}

fn entry(entered: &Value) -> Option<Entry> {
    let text = |text: &str| Some(Entry::Text(text.to_owned()));
    match word(entered, "type")? {
        "plain_text_input" | "email_text_input" | "url_text_input" | "number_input" => {
            Some(Entry::Text(markup::entered(word(entered, "value")?)))
        }
        "static_select" | "external_select" | "radio_buttons" => text(word(&entered["selected_option"], "value")?),
        "users_select" => text(word(entered, "selected_user")?),
        "conversations_select" => text(word(entered, "selected_conversation")?),
        "channels_select" => text(word(entered, "selected_channel")?),
        "checkboxes" | "multi_static_select" => several(&entered["selected_options"]),
        "datetimepicker" => Some(Entry::Moment(DateTime::from_timestamp(entered["selected_date_time"].as_i64()?, 0)?)),
        "file_input" => Some(files(&entered["files"])).filter(|files| !files.is_empty()).map(Entry::Files),
        _ => None,
    }
}

fn several(options: &Value) -> Option<Entry> {
    let options = options.as_array()?.iter();
    let values: Vec<String> = options.filter_map(|option| Some(word(option, "value")?.to_owned())).collect();
    (!values.is_empty()).then_some(Entry::Several(values))
}

/// Files of a post or an input. In channels with other companies Slack tells no more than the id: the address is asked for later.
pub(super) fn files(files: &Value) -> Vec<FileRef> {
    files.as_array().into_iter().flatten().filter_map(file).collect()
}

fn file(file: &Value) -> Option<FileRef> {
    let id = word(file, "id")?.to_owned();
    let name = word(file, "name").or_else(|| word(file, "title"));
    Some(FileRef {
        name: name.unwrap_or(&id).to_owned(),
        content_type: word(file, "mimetype").unwrap_or("application/octet-stream").to_owned(),
        byte_count: file["size"].as_u64().unwrap_or_default(),
        url: word(file, "url_private").unwrap_or_default().to_owned(),
        id,
    })
}

#[cfg(test)]
#[path = "windows_tests.rs"]
mod tests;
