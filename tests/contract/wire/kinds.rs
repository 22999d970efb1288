//! Judges a JSON value by a kind that `tests/oracles/slack_methods.mjs` read from the types of Slack's packages: `"string"`, `"number"`,
//! `"boolean"`, `{"words": […]}`, `{"list": kind}`, `{"map": kind}`, `{"fields": {…}}`, `{"object": "Name"}` of a named shape, `{"any": […]}`. What is
//! not there is left out and never null, as in the types.

use serde_json::{Map, Value};

/// Everything in a value that its field does not allow: a field is a kind with limits.
pub(super) fn faults(shapes: &Value, field: &Value, value: &Value, place: &str) -> Vec<String> {
    let mut faults = of_kind(shapes, &field["kind"], value, place);
    faults.extend(of_limits(field, value, place));
    faults
}

fn of_kind(shapes: &Value, kind: &Value, value: &Value, place: &str) -> Vec<String> {
    let is_fine = match kind.as_str() {
        Some("string") => value.is_string(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some(word) => panic!("a kind that this judge does not know: {word}"),
        None => return of_table(shapes, kind, value, place),
    };
    if is_fine { Vec::new() } else { vec![format!("{place} is {}, not a {kind}", short(value))] }
}

fn of_table(shapes: &Value, kind: &Value, value: &Value, place: &str) -> Vec<String> {
    let (name, inner) = kind.as_object().and_then(|table| table.iter().next()).expect("a kind has one key");
    match (name.as_str(), value) {
        ("words", value) if inner.as_array().expect("words").contains(value) => Vec::new(),
        ("any", value) => of_any(shapes, inner.as_array().expect("kinds"), value, place),
        ("object", value) => {
            let shape = &shapes[inner.as_str().expect("a name")];
            of_fields(shapes, shape.as_object().expect("the shape is kept"), value, place)
        }
        ("fields", value) => of_fields(shapes, inner.as_object().expect("fields"), value, place),
        ("list", Value::Array(items)) => {
            let each = items.iter().enumerate();
            each.flat_map(|(at, item)| of_kind(shapes, inner, item, &format!("{place}[{at}]"))).collect()
        }
        ("map", Value::Object(entries)) => {
            entries.iter().flat_map(|(key, item)| of_kind(shapes, inner, item, &format!("{place}.{key}"))).collect()
        }
        _ => vec![format!("{place} is {}, not {kind}", short(value))],
    }
}

/// Fine when one kind fits; otherwise the faults by the kind that the value says it is.
fn of_any(shapes: &Value, kinds: &[Value], value: &Value, place: &str) -> Vec<String> {
    let mut all = kinds.iter().map(|kind| (kind, of_kind(shapes, kind, value, place)));
    if all.any(|(_, faults)| faults.is_empty()) {
        return Vec::new();
    }
    let says_it_is = |kind: &&Value| {
        let shape = &shapes[kind["object"].as_str().unwrap_or_default()];
        shape["type"]["kind"]["words"][0] == value["type"] && !value["type"].is_null()
    };
    match kinds.iter().find(says_it_is) {
        Some(kind) => of_kind(shapes, kind, value, place),
        None => vec![format!("{place} is {}, and none of {}", short(value), Value::from(kinds))],
    }
}

fn of_fields(shapes: &Value, fields: &Map<String, Value>, value: &Value, place: &str) -> Vec<String> {
    let Some(given) = value.as_object() else { return vec![format!("{place} is {}, not an object", short(value))] };
    let mut found = Vec::new();
    for (name, item) in given {
        match fields.get(name) {
            None => found.push(format!("{place}.{name} is not described")),
            Some(field) => found.extend(faults(shapes, field, item, &format!("{place}.{name}"))),
        }
    }
    let missing = fields.iter().filter(|(name, field)| field["required"] == true && !given.contains_key(*name));
    found.extend(missing.map(|(name, _)| format!("{place}.{name} is missing")));
    found
}

/// Limits of a text (or of the text in a text object), and of a list.
fn of_limits(field: &Value, value: &Value, place: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(text) = value.as_str().or_else(|| value["text"].as_str()) {
        let length = text.chars().count() as u64;
        if field["longest"].as_u64().is_some_and(|most| most < length) {
            found.push(format!("{place} has {length} characters, at most {} are allowed", field["longest"]));
        }
        if field["shortest"].as_u64().is_some_and(|least| length < least) {
            found.push(format!("{place} is too short: {}", short(value)));
        }
    }
    if let (Some(items), Some(most)) = (value.as_array(), field["most"].as_u64())
        && most < items.len() as u64
    {
        found.push(format!("{place} has {} items, at most {most} are allowed", items.len()));
    }
    found
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(120).collect()
}
