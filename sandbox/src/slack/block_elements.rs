//! Slack's limits for texts, options and interactive elements within blocks.

use serde_json::Value;

use super::blocks::Fault;

const BUTTON_MAX: usize = 75;
const VALUE_MAX: usize = 2_000;
const ID_MAX: usize = 255;
const URL_MAX: usize = 3_000;
const PLACEHOLDER_MAX: usize = 150;
const OPTION_MAX: usize = 75;
const OPTION_VALUE_MAX: usize = 150;
/// Characters of a plain text input.
const INPUT_MAX: u64 = 3_000;
const KINDS: [&str; 25] = [
    "button",
    "overflow",
    "image",
    "workflow_button",
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "rich_text_input",
    "static_select",
    "external_select",
    "radio_buttons",
    "multi_static_select",
    "multi_external_select",
    "checkboxes",
    "users_select",
    "multi_users_select",
    "conversations_select",
    "multi_conversations_select",
    "channels_select",
    "multi_channels_select",
    "datepicker",
    "timepicker",
    "datetimepicker",
    "file_input",
];

/// What is wrong with an element.
pub(crate) fn element_faults(element: &Value, here: &str) -> Vec<Fault> {
    let Some(kind) = element["type"].as_str() else { return vec![Fault::new("missing required field: type", here)] };
    if !KINDS.contains(&kind) {
        return vec![Fault::new(format!("unsupported type: {kind}"), format!("{here}/type"))];
    }
    let mut found = Vec::new();
    if kind == "button" {
        found.extend(plain_text_faults(&element["text"], BUTTON_MAX, &format!("{here}/text")));
        if element["style"].as_str().is_some_and(|style| !["primary", "danger"].contains(&style)) {
            found.push(Fault::new("value must be one of: primary, danger", format!("{here}/style")));
        }
    }
    if !element["placeholder"].is_null() {
        found.extend(plain_text_faults(&element["placeholder"], PLACEHOLDER_MAX, &format!("{here}/placeholder")));
    }
    let texts = [("action_id", ID_MAX), ("value", VALUE_MAX), ("url", URL_MAX)];
    for (name, most) in texts {
        found.extend(length_fault(&element[name], most, &format!("{here}/{name}")));
    }
    if kind == "plain_text_input" {
        for name in ["min_length", "max_length"] {
            if element[name].as_u64().is_some_and(|length| length > INPUT_MAX) {
                found.push(Fault::new("must be less than or equal to 3000", format!("{here}/{name}")));
            }
        }
    }
    if kind == "number_input" && !element["is_decimal_allowed"].is_boolean() {
        found.push(Fault::new("missing required field: is_decimal_allowed", here));
    }
    found.extend(options_faults(element, kind, here));
    found
}

/// What is wrong with a text object of either kind.
pub(crate) fn text_faults(text: &Value, most: usize, here: &str) -> Vec<Fault> {
    if !text.is_object() {
        return vec![Fault::new("must provide an object", here)];
    }
    if !["plain_text", "mrkdwn"].iter().any(|kind| text["type"] == *kind) {
        return vec![Fault::new("value must be one of: plain_text, mrkdwn", format!("{here}/type"))];
    }
    let at = format!("{here}/text");
    match text["text"].as_str() {
        None => vec![Fault::new("missing required field: text", here)],
        Some("") => vec![Fault::new("must be more than 0 characters", at)],
        Some(_) => length_fault(&text["text"], most, &at).into_iter().collect(),
    }
}

/// What is wrong with a text object that must be plain.
pub(crate) fn plain_text_faults(text: &Value, most: usize, here: &str) -> Vec<Fault> {
    if text["type"] == "mrkdwn" {
        return vec![Fault::new("value must be one of: plain_text", format!("{here}/type"))];
    }
    text_faults(text, most, here)
}

fn length_fault(text: &Value, most: usize, here: &str) -> Option<Fault> {
    let is_over = text.as_str().is_some_and(|text| text.chars().count() > most);
    is_over.then(|| Fault::new(format!("must be less than {} characters", most + 1), here))
}

fn options_faults(element: &Value, kind: &str, here: &str) -> Vec<Fault> {
    let (least, most) = match kind {
        "overflow" => (1, 5),
        "radio_buttons" | "checkboxes" => (1, 10),
        "static_select" | "multi_static_select" => (1, 100),
        _ => return Vec::new(),
    };
    let pointer = format!("{here}/options");
    if element["options"].is_null() && element["option_groups"].is_array() {
        return Vec::new();
    }
    let Some(options) = element["options"].as_array() else {
        return vec![Fault::new("missing required field: options", here)];
    };
    if options.len() < least {
        return vec![Fault::new(format!("no less than {least} items allowed"), pointer)];
    }
    if options.len() > most {
        return vec![Fault::new(format!("no more than {most} items allowed"), pointer)];
    }
    let mut found: Vec<Fault> = Vec::new();
    for (place, option) in options.iter().enumerate() {
        let at = format!("{pointer}/{place}");
        found.extend(text_faults(&option["text"], OPTION_MAX, &format!("{at}/text")));
        found.extend(length_fault(&option["value"], OPTION_VALUE_MAX, &format!("{at}/value")));
    }
    let first = &element["initial_option"];
    if !first.is_null() && !options.contains(first) {
        found.push(Fault::new("must be one of the provided options", format!("{here}/initial_option")));
    }
    found
}
