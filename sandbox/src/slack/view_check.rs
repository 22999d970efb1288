//! Slack's limits for views; a view with a fault is not shown at all.

use serde_json::{Value, json};

use super::{
    block_elements::plain_text_faults,
    blocks::{self, Fault},
    room::Refusal,
};

/// Characters of title, submit and close.
const TITLE_MAX: usize = 24;
const METADATA_MAX: usize = 3_000;
const ID_MAX: usize = 255;
/// Bytes of a whole view.
const VIEW_MAX: usize = 250_000;

/// Refuses a view that Slack would refuse; `kind` is what it must be, `modal` or `home`.
pub(crate) fn check(view: &Value, kind: &str) -> Result<(), Refusal> {
    if view.to_string().len() > VIEW_MAX {
        return Err("view_too_large".into());
    }
    let faults = faults(view, kind);
    if faults.is_empty() {
        return Ok(());
    }
    let messages: Vec<String> = faults.iter().map(|fault| format!("[ERROR] {}", fault.line())).collect();
    Err(Refusal {
        code: "invalid_arguments".to_owned(),
        details: json!({ "response_metadata": { "messages": messages } }),
    })
}

fn faults(view: &Value, kind: &str) -> Vec<Fault> {
    if view["type"] != kind {
        return vec![Fault::new(format!("value must be one of: {kind}"), "/view/type")];
    }
    let mut found = if view["blocks"].is_null() {
        vec![Fault::new("missing required field: blocks", "/view")]
    } else {
        blocks::view_faults(&view["blocks"])
    };
    for (name, most) in [("private_metadata", METADATA_MAX), ("callback_id", ID_MAX), ("external_id", ID_MAX)] {
        if view[name].as_str().is_some_and(|text| text.chars().count() > most) {
            found.push(Fault::new(format!("must be less than {} characters", most + 1), format!("/view/{name}")));
        }
    }
    if kind == "modal" {
        found.extend(modal_faults(view));
    }
    found
}

fn modal_faults(view: &Value) -> Vec<Fault> {
    let mut found = Vec::new();
    if view["title"].is_null() {
        found.push(Fault::new("missing required field: title", "/view"));
    }
    for name in ["title", "submit", "close"] {
        if !view[name].is_null() {
            found.extend(plain_text_faults(&view[name], TITLE_MAX, &format!("/view/{name}")));
        }
    }
    let has_input = view["blocks"].as_array().into_iter().flatten().any(|block| block["type"] == "input");
    if has_input && view["submit"].is_null() {
        found.push(Fault::new("missing required field: submit", "/view"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modal(change: impl Fn(&mut Value)) -> Result<(), Refusal> {
        let mut view = json!({
            "type": "modal",
            "title": { "type": "plain_text", "text": "Send text" },
            "submit": { "type": "plain_text", "text": "Send" },
            "blocks": [{
                "type": "input",
                "block_id": "to",
                "label": { "type": "plain_text", "text": "To" },
                "element": { "type": "plain_text_input", "action_id": "a" },
            }],
        });
        change(&mut view);
        check(&view, "modal")
    }

    #[test]
    fn a_title_has_24_characters() {
        assert!(modal(|view| view["title"]["text"] = "x".repeat(24).into()).is_ok());

        let refusal = modal(|view| view["title"]["text"] = "x".repeat(25).into()).unwrap_err();

        let line = "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]";
        assert_eq!(
            (refusal.code.as_str(), &refusal.details["response_metadata"]["messages"][0]),
            ("invalid_arguments", &json!(line))
        );
    }

    #[test]
    fn each_limit_of_a_modal_is_kept() {
        assert!(modal(|view| view["private_metadata"] = "x".repeat(3_000).into()).is_ok());
        assert!(modal(|view| view["private_metadata"] = "x".repeat(3_001).into()).is_err());
        assert!(modal(|view| view["callback_id"] = "x".repeat(256).into()).is_err());
        assert!(modal(|view| view["submit"] = Value::Null).is_err());
        assert!(modal(|view| view["title"] = Value::Null).is_err());
        assert!(modal(|view| view["type"] = "home".into()).is_err());
        assert!(modal(|view| view["blocks"][0]["element"]["type"] = "button".into()).is_err());
        assert_eq!(
            modal(|view| view["private_metadata"] = "x".repeat(250_000).into()).unwrap_err().code,
            "view_too_large"
        );
    }
}
