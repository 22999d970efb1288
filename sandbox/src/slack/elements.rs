//! What interactive elements hold: their first value, what a member enters, and the forms of both in `state` and `actions`.
//!
//! A value may be ordered plainly (`"high"`, `["U1"]`, `true`) or in Slack's shape; Slack's shape comes out.

use serde_json::{Map, Value, json};

use super::wire;
use crate::state::slack::Slack;

/// How an element type holds its value: its type, the member of the state, the member with the first value.
type Holder = (&'static str, &'static str, &'static str);

const HOLDERS: [Holder; 21] = [
    ("plain_text_input", "value", "initial_value"),
    ("number_input", "value", "initial_value"),
    ("email_text_input", "value", "initial_value"),
    ("url_text_input", "value", "initial_value"),
    ("rich_text_input", "rich_text_value", "initial_value"),
    ("static_select", "selected_option", "initial_option"),
    ("external_select", "selected_option", "initial_option"),
    ("radio_buttons", "selected_option", "initial_option"),
    ("multi_static_select", "selected_options", "initial_options"),
    ("multi_external_select", "selected_options", "initial_options"),
    ("checkboxes", "selected_options", "initial_options"),
    ("users_select", "selected_user", "initial_user"),
    ("multi_users_select", "selected_users", "initial_users"),
    ("conversations_select", "selected_conversation", "initial_conversation"),
    ("multi_conversations_select", "selected_conversations", "initial_conversations"),
    ("channels_select", "selected_channel", "initial_channel"),
    ("multi_channels_select", "selected_channels", "initial_channels"),
    ("datepicker", "selected_date", "initial_date"),
    ("timepicker", "selected_time", "initial_time"),
    ("datetimepicker", "selected_date_time", "initial_date_time"),
    ("file_input", "files", "initial_files"),
];

/// Who fills in, and with which options the app answered the last search.
pub(crate) struct Hand<'a> {
    pub(crate) slack: &'a Slack,
    pub(crate) team: &'a str,
    pub(crate) offered: &'a [Value],
}

fn holder(element: &Value) -> Option<&'static Holder> {
    HOLDERS.iter().find(|(kind, ..)| element["type"] == *kind)
}

fn holds_many(member: &str) -> bool {
    member.ends_with('s')
}

/// The elements of blocks that can be used, each with its block.
pub(crate) fn of_blocks(blocks: &Value) -> impl Iterator<Item = (&Value, &Value)> {
    blocks.as_array().into_iter().flatten().flat_map(|block| {
        let inside = block["elements"].as_array().into_iter().flatten().filter(|_| block["type"] == "actions");
        let beside = [&block["element"], &block["accessory"]].into_iter();
        inside.chain(beside).filter(|element| element["action_id"].is_string()).map(move |element| (block, element))
    })
}

/// The element with this action; the block may be left open.
pub(crate) fn find<'b>(blocks: &'b Value, block_id: Option<&str>, action_id: &str) -> Option<(&'b Value, &'b Value)> {
    of_blocks(blocks).find(|(block, element)| {
        element["action_id"] == action_id && block_id.is_none_or(|wanted| block["block_id"] == wanted)
    })
}

/// The state of an element that nobody touched; `None` for one that holds nothing, such as a button.
pub(crate) fn untouched(element: &Value) -> Option<Value> {
    let (kind, member, initial) = holder(element)?;
    let nothing = if holds_many(member) { json!([]) } else { Value::Null };
    let first = element.get(*initial).cloned().unwrap_or(nothing);
    Some(held(kind, member, first))
}

/// The state of an element into which a member entered something; a sentence when they cannot.
pub(crate) fn entered(hand: &Hand<'_>, element: &Value, given: &Value) -> Result<Value, String> {
    let (kind, member, _) = holder(element).ok_or_else(|| format!("A {} holds no value.", element["type"]))?;
    let plain = given.get(*member).unwrap_or(given);
    let value = if holds_many(member) {
        let list =
            plain.as_array().cloned().unwrap_or_else(|| if plain.is_null() { vec![] } else { vec![plain.clone()] });
        Value::Array(list.iter().map(|one| single(hand, element, one)).collect::<Result<_, _>>()?)
    } else if plain.is_null() || *plain == "" {
        Value::Null
    } else {
        single(hand, element, plain)?
    };
    Ok(held(kind, member, value))
}

/// The entry of `actions` for an element: what it holds or, for a button or menu, what was pressed.
pub(crate) fn action((block, element): (&Value, &Value), entry: Option<&Value>, pressed: &str, at: &str) -> Value {
    let mut action = Map::new();
    for name in ["type", "action_id", "text", "style", "placeholder", "value", "confirm"] {
        let is_own = name != "value" || element["type"] == "button";
        if let Some(member) = element.get(name).filter(|_| is_own) {
            action.insert(name.to_owned(), member.clone());
        }
    }
    action.insert("block_id".to_owned(), block["block_id"].clone());
    action.insert("action_ts".to_owned(), at.into());
    if element["type"] == "button" && !pressed.is_empty() {
        action.insert("value".to_owned(), pressed.into());
    }
    if element["type"] == "overflow" {
        let chosen = option(element, &[], &json!(pressed)).unwrap_or_else(|| json!({ "value": pressed }));
        action.insert("selected_option".to_owned(), chosen);
    }
    for (name, member) in entry.and_then(Value::as_object).into_iter().flatten() {
        action.insert(name.clone(), member.clone());
    }
    Value::Object(action)
}

/// What Slack itself says about an input before it lets a form be sent off.
pub(crate) fn complaint(block: &Value, entry: &Value) -> Option<String> {
    let element = &block["element"];
    let (kind, member, _) = holder(element)?;
    let value = &entry[*member];
    if value.is_null() || value.as_array().is_some_and(Vec::is_empty) {
        return (block["optional"] != true).then(|| "Please complete this required field.".to_owned());
    }
    let text = value.as_str().unwrap_or_default();
    match *kind {
        "plain_text_input" => length_complaint(element, text.chars().count()),
        "number_input" => number_complaint(element, text),
        "email_text_input" if !text.contains('@') => Some("Enter a valid email address.".to_owned()),
        "url_text_input" if url::Url::parse(text).is_err() => Some("Enter a valid link.".to_owned()),
        _ => None,
    }
}

fn length_complaint(element: &Value, length: usize) -> Option<String> {
    let limit = |name: &str| element[name].as_u64().and_then(|limit| usize::try_from(limit).ok());
    if let Some(least) = limit("min_length").filter(|least| length < *least) {
        return Some(format!("Must be at least {least} characters."));
    }
    let most = limit("max_length").filter(|most| length > *most)?;
    Some(format!("Must be at most {most} characters."))
}

fn number_complaint(element: &Value, text: &str) -> Option<String> {
    let Ok(number) = text.parse::<f64>() else { return Some("Enter a number.".to_owned()) };
    if element["is_decimal_allowed"] != true && text.contains('.') {
        return Some("Enter a whole number.".to_owned());
    }
    let limit = |name: &str| element[name].as_str().and_then(|limit| limit.parse::<f64>().ok());
    if limit("min_value").is_some_and(|least| number < least) {
        return Some(format!("Must be {} or more.", element["min_value"].as_str().unwrap_or_default()));
    }
    let is_over = limit("max_value").is_some_and(|most| number > most);
    is_over.then(|| format!("Must be {} or less.", element["max_value"].as_str().unwrap_or_default()))
}

fn held(kind: &str, member: &str, value: Value) -> Value {
    let mut entry = Map::new();
    entry.insert("type".to_owned(), kind.into());
    entry.insert(member.to_owned(), value);
    Value::Object(entry)
}

fn single(hand: &Hand<'_>, element: &Value, given: &Value) -> Result<Value, String> {
    let kind = element["type"].as_str().unwrap_or_default();
    match kind.trim_start_matches("multi_") {
        "static_select" | "external_select" | "radio_buttons" | "checkboxes" => {
            option(element, hand.offered, given).ok_or_else(|| format!("There is no option {given} to choose."))
        }
        "users_select" => {
            let wanted = given.as_str().unwrap_or_default();
            let user = hand.slack.find_user(hand.team, wanted).or_else(|| hand.slack.users.get(wanted));
            user.map(|user| json!(user.id)).ok_or_else(|| format!("There is no member {wanted}."))
        }
        "conversations_select" | "channels_select" => channel(hand, given.as_str().unwrap_or_default()),
        "datetimepicker" => {
            Ok(given.as_str().and_then(|text| text.parse::<u64>().ok()).map_or(given.clone(), Value::from))
        }
        "file_input" => {
            let id = given["id"].as_str().or(given.as_str()).unwrap_or_default();
            let file = hand.slack.files.get(id).ok_or_else(|| format!("There is no file {id}."))?;
            Ok(wire::file(hand.slack, file))
        }
        "rich_text_input" => Ok(given.clone()),
        _ => Ok(given.as_str().map_or_else(|| json!(given.to_string()), |text| json!(text))),
    }
}

fn channel(hand: &Hand<'_>, wanted: &str) -> Result<Value, String> {
    let named = hand.slack.team(hand.team).and_then(|team| team.names.get(wanted.trim_start_matches('#')));
    let id = named.map_or(wanted, String::as_str);
    match hand.slack.channels.contains_key(id) {
        true => Ok(json!(id)),
        false => Err(format!("There is no channel {wanted}.")),
    }
}

/// An option by its value, as the app wrote it.
fn option(element: &Value, offered: &[Value], given: &Value) -> Option<Value> {
    let wanted = given.get("value").unwrap_or(given);
    let groups = element["option_groups"].as_array().into_iter().flatten();
    let grouped = groups.flat_map(|group| group["options"].as_array().into_iter().flatten());
    let own = element["options"].as_array().into_iter().flatten();
    own.chain(grouped).chain(offered).find(|option| option["value"] == *wanted).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_untouched_element_holds_its_first_value_or_nothing() {
        let with_first = json!({ "type": "plain_text_input", "action_id": "a", "initial_value": "Hi" });
        let many = json!({ "type": "multi_users_select", "action_id": "a" });

        assert_eq!(untouched(&with_first), Some(json!({ "type": "plain_text_input", "value": "Hi" })));
        assert_eq!(untouched(&many), Some(json!({ "type": "multi_users_select", "selected_users": [] })));
        assert_eq!(untouched(&json!({ "type": "button", "action_id": "a" })), None);
    }

    #[test]
    fn a_required_input_must_be_filled_in_and_a_number_must_be_one() {
        let required = json!({ "type": "input", "element": { "type": "number_input", "max_value": "9" } });

        let said = |value: Value| complaint(&required, &json!({ "value": value }));

        assert!(said(Value::Null).is_some());
        assert!(said(json!("ten")).is_some());
        assert!(said(json!("10")).is_some());
        assert_eq!(said(json!("9")), None);
    }
}
