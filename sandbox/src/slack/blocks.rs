//! Slack's limits for blocks; one block too long and the whole post is refused.

use serde_json::{Value, json};

use super::room::Refusal;

const BLOCKS_MAX: usize = 50;
const SECTION_MAX: usize = 3_000;
const HEADER_MAX: usize = 150;
const BUTTON_MAX: usize = 75;
const ACTION_ID_MAX: usize = 255;
const VALUE_MAX: usize = 2_000;
const ELEMENTS_MAX: usize = 25;
const FIELDS_MAX: usize = 10;

/// Refuses blocks that Slack would refuse.
pub(crate) fn check(blocks: &Value) -> Result<(), Refusal> {
    let Some(list) = blocks.as_array() else { return Err(invalid("must be an array", "")) };
    if list.len() > BLOCKS_MAX {
        return Err(invalid("no more than 50 items allowed", "/blocks"));
    }
    list.iter().enumerate().try_for_each(|(place, block)| {
        block_fault(block).map_or(Ok(()), |fault| Err(invalid(fault, &format!("/blocks/{place}"))))
    })
}

fn block_fault(block: &Value) -> Option<&'static str> {
    match block["type"].as_str() {
        Some("section") => section_fault(block),
        Some("header") => too_long(&block["text"]["text"], HEADER_MAX).then_some("must be less than 151 characters"),
        Some("actions") => {
            let elements = block["elements"].as_array().filter(|list| (1..=ELEMENTS_MAX).contains(&list.len()));
            elements.map_or(Some("no more than 25 items allowed"), |list| list.iter().find_map(element_fault))
        }
        Some("context") => {
            let elements = block["elements"].as_array().filter(|list| (1..=10).contains(&list.len()));
            elements.is_none().then_some("no more than 10 items allowed")
        }
        Some(_) => None,
        None => Some("missing required field: type"),
    }
}

fn section_fault(block: &Value) -> Option<&'static str> {
    if block["text"].is_null() && block["fields"].is_null() {
        return Some("missing required field: text");
    }
    if too_long(&block["text"]["text"], SECTION_MAX) {
        return Some("must be less than 3001 characters");
    }
    if block["fields"].as_array().is_some_and(|fields| fields.len() > FIELDS_MAX) {
        return Some("no more than 10 items allowed");
    }
    element_fault(&block["accessory"])
}

fn element_fault(element: &Value) -> Option<&'static str> {
    if element["type"] == "button" && too_long(&element["text"]["text"], BUTTON_MAX) {
        return Some("must be less than 76 characters");
    }
    if too_long(&element["action_id"], ACTION_ID_MAX) {
        return Some("must be less than 256 characters");
    }
    too_long(&element["value"], VALUE_MAX).then_some("must be less than 2001 characters")
}

fn too_long(text: &Value, most: usize) -> bool {
    text.as_str().is_some_and(|text| text.chars().count() > most)
}

fn invalid(fault: &str, pointer: &str) -> Refusal {
    let line = format!("[ERROR] {fault} [json-pointer:{pointer}]");
    Refusal {
        code: "invalid_blocks".to_owned(),
        details: json!({ "errors": [line.trim_start_matches("[ERROR] ")], "response_metadata": { "messages": [line] } }),
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
    fn a_post_has_at_most_fifty_blocks() {
        let dividers = |count: usize| Value::from(vec![json!({ "type": "divider" }); count]);

        assert!(check(&dividers(50)).is_ok());
        assert!(check(&dividers(51)).is_err());
    }
}
