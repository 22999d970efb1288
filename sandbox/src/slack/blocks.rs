//! Slack's limits for blocks; one block too long and the whole post or view is refused.
//!
//! Each fault names its place as a JSON pointer, as Slack's `response_metadata.messages` do.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{
    block_elements::{element_faults, plain_text_faults, text_faults},
    room::Refusal,
};
use crate::ids;

const BLOCKS_MAX: usize = 50;
const VIEW_BLOCKS_MAX: usize = 100;
const SECTION_MAX: usize = 3_000;
const HEADER_MAX: usize = 150;
const LABEL_MAX: usize = 2_000;
const ACTIONS_MAX: usize = 25;
const CONTEXT_MAX: usize = 10;
const FIELDS_MAX: usize = 10;
/// Characters of a `block_id` and of an `action_id`.
const ID_MAX: usize = 255;
const KINDS: [&str; 12] = [
    "section",
    "divider",
    "header",
    "context",
    "actions",
    "image",
    "input",
    "rich_text",
    "markdown",
    "video",
    "file",
    "table",
];

/// What is wrong, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) text: String,
    pub(crate) pointer: String,
}

impl Fault {
    /// A fault at a place.
    pub(crate) fn new(text: impl Into<String>, pointer: impl Into<String>) -> Self {
        Self { text: text.into(), pointer: pointer.into() }
    }

    /// As Slack writes it.
    pub(crate) fn line(&self) -> String {
        format!("{} [json-pointer:{}]", self.text, self.pointer)
    }
}

/// Refuses blocks of a post that Slack would refuse.
pub(crate) fn check(blocks: &Value) -> Result<(), Refusal> {
    let faults = faults(blocks, "/blocks", BLOCKS_MAX);
    if faults.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = faults.iter().map(Fault::line).collect();
    let messages: Vec<String> = lines.iter().map(|line| format!("[ERROR] {line}")).collect();
    let details = json!({ "errors": lines, "response_metadata": { "messages": messages } });
    Err(Refusal { code: "invalid_blocks".to_owned(), details })
}

/// What is wrong with the blocks of a view.
pub(crate) fn view_faults(blocks: &Value) -> Vec<Fault> {
    faults(blocks, "/view/blocks", VIEW_BLOCKS_MAX)
}

/// The same blocks with ids where the app gave none, as Slack shows them from then on.
pub(crate) fn with_ids(blocks: &Value, serial: u64) -> Value {
    let mut named = blocks.clone();
    for (place, block) in (0..).zip(named.as_array_mut().into_iter().flatten()) {
        give_id(block, "block_id", serial ^ place);
        for (inner, part) in (1_000..).zip(["element", "accessory"]) {
            if let Some(element) = block.get_mut(part).filter(|element| element["type"] != "image") {
                give_id(element, "action_id", serial ^ (place << 12) ^ inner);
            }
        }
        if block["type"] == "actions" {
            let elements = block.get_mut("elements").and_then(Value::as_array_mut).into_iter().flatten();
            for (inner, element) in (2_000..).zip(elements) {
                give_id(element, "action_id", serial ^ (place << 12) ^ inner);
            }
        }
    }
    named
}

fn give_id(part: &mut Value, name: &str, seed: u64) {
    if part.is_object() && !part[name].is_string() {
        part[name] = format!("{:05x}", ids::mix(seed) & 0xf_ffff).into();
    }
}

fn faults(blocks: &Value, pointer: &str, most: usize) -> Vec<Fault> {
    let Some(list) = blocks.as_array() else { return vec![Fault::new("must be an array", pointer)] };
    if list.len() > most {
        return vec![Fault::new(format!("no more than {most} items allowed"), pointer)];
    }
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for (place, block) in list.iter().enumerate() {
        let here = format!("{pointer}/{place}");
        found.extend(block_faults(block, &here));
        let id = block["block_id"].as_str();
        if id.is_some_and(|id| id.chars().count() > ID_MAX) {
            found.push(Fault::new("must be less than 256 characters", format!("{here}/block_id")));
        }
        if let Some(id) = id.filter(|id| !seen.insert(*id)) {
            found.push(Fault::new(format!("`block_id` {id} already exists"), format!("{here}/block_id")));
        }
    }
    found
}

fn block_faults(block: &Value, here: &str) -> Vec<Fault> {
    match block["type"].as_str() {
        Some("section") => section_faults(block, here),
        Some("header") => plain_text_faults(&block["text"], HEADER_MAX, &format!("{here}/text")),
        Some("actions") => actions_faults(block, here),
        Some("input") => input_faults(block, here),
        Some("context") => list_faults(&block["elements"], CONTEXT_MAX, &format!("{here}/elements")),
        Some("image") if !block["alt_text"].is_string() => vec![Fault::new("missing required field: alt_text", here)],
        Some("image") if !block["image_url"].is_string() && !block["slack_file"].is_object() => {
            vec![Fault::new("missing required field: image_url", here)]
        }
        Some(kind) if KINDS.contains(&kind) => Vec::new(),
        Some(kind) => vec![Fault::new(format!("unsupported type: {kind}"), format!("{here}/type"))],
        None => vec![Fault::new("missing required field: type", here)],
    }
}

fn section_faults(block: &Value, here: &str) -> Vec<Fault> {
    if block["text"].is_null() && block["fields"].is_null() {
        return vec![Fault::new("missing required field: text", here)];
    }
    let mut found = Vec::new();
    if !block["text"].is_null() {
        found.extend(text_faults(&block["text"], SECTION_MAX, &format!("{here}/text")));
    }
    if !block["fields"].is_null() {
        found.extend(list_faults(&block["fields"], FIELDS_MAX, &format!("{here}/fields")));
    }
    if !block["accessory"].is_null() {
        found.extend(element_faults(&block["accessory"], &format!("{here}/accessory")));
    }
    found
}

fn actions_faults(block: &Value, here: &str) -> Vec<Fault> {
    let pointer = format!("{here}/elements");
    let mut found = list_faults(&block["elements"], ACTIONS_MAX, &pointer);
    let mut seen = HashSet::new();
    for (place, element) in block["elements"].as_array().into_iter().flatten().enumerate() {
        let at = format!("{pointer}/{place}");
        found.extend(element_faults(element, &at));
        if let Some(id) = element["action_id"].as_str().filter(|id| !seen.insert(*id)) {
            found.push(Fault::new(format!("`action_id` {id} already exists for block"), format!("{at}/action_id")));
        }
    }
    found
}

fn input_faults(block: &Value, here: &str) -> Vec<Fault> {
    let mut found = plain_text_faults(&block["label"], LABEL_MAX, &format!("{here}/label"));
    if !block["hint"].is_null() {
        found.extend(plain_text_faults(&block["hint"], LABEL_MAX, &format!("{here}/hint")));
    }
    let at = format!("{here}/element");
    match block["element"]["type"].as_str() {
        None => found.push(Fault::new("missing required field: element", here)),
        Some(kind @ ("button" | "overflow" | "image")) => {
            found.push(Fault::new(format!("unsupported type: {kind}"), format!("{at}/type")));
        }
        Some(_) => found.extend(element_faults(&block["element"], &at)),
    }
    found
}

fn list_faults(list: &Value, most: usize, pointer: &str) -> Vec<Fault> {
    match list.as_array().map(Vec::len) {
        None => vec![Fault::new("must be an array", pointer)],
        Some(0) => vec![Fault::new("no less than 1 items allowed", pointer)],
        Some(length) if length > most => vec![Fault::new(format!("no more than {most} items allowed"), pointer)],
        Some(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn button(text: usize, action_id: usize, value: usize) -> Value {
        json!([{ "type": "actions", "elements": [{
            "type": "button",
            "text": { "type": "plain_text", "text": "a".repeat(text) },
            "action_id": "b".repeat(action_id),
            "value": "c".repeat(value),
        }] }])
    }

    #[test]
    fn a_section_holds_three_thousand_characters() {
        let section =
            |length: usize| json!([{ "type": "section", "text": { "type": "mrkdwn", "text": "x".repeat(length) } }]);

        assert!(check(&section(3_000)).is_ok());
        assert_eq!(check(&section(3_001)).unwrap_err().code, "invalid_blocks");
    }

    #[test]
    fn a_button_has_limits_for_text_action_and_value() {
        assert!(check(&button(75, 255, 2_000)).is_ok());
        assert!(check(&button(76, 1, 1)).is_err());
        assert!(check(&button(1, 256, 1)).is_err());
        assert!(check(&button(1, 1, 2_001)).is_err());
    }

    #[test]
    fn a_post_has_at_most_fifty_blocks_and_a_view_a_hundred() {
        let dividers = |count: usize| Value::from(vec![json!({ "type": "divider" }); count]);

        assert!(check(&dividers(50)).is_ok());
        assert!(check(&dividers(51)).is_err());
        assert_eq!((view_faults(&dividers(100)).len(), view_faults(&dividers(101)).len()), (0, 1));
    }

    #[test]
    fn the_place_of_a_fault_is_named() {
        let twice = json!([{ "type": "divider", "block_id": "a" }, { "type": "divider", "block_id": "a" }]);

        assert_eq!(view_faults(&twice)[0].line(), "`block_id` a already exists [json-pointer:/view/blocks/1/block_id]");
    }

    #[test]
    fn ids_are_given_where_the_app_gave_none() {
        let given =
            json!([{ "type": "actions", "elements": [{ "type": "button" }] }, { "type": "divider", "block_id": "d" }]);

        let named = with_ids(&given, 7);

        assert!(named[0]["block_id"].is_string() && named[0]["elements"][0]["action_id"].is_string());
        assert_eq!(named[1], given[1]);
    }
}
