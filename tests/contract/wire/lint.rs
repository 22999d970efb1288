//! Judges blocks of a post, and whole views, by the types of Slack's packages and the documented limits: shapes, lengths, counts, nothing empty,
//! no id twice, and what is chosen at first among what there is. Everything that the product can show is put before this judge.

use std::{collections::BTreeSet, sync::LazyLock};

use serde_json::{Map, Value, json};

use super::kinds;

static ORACLE: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../oracles/slack_methods.json")).expect("the oracle is JSON")
});

/// What Slack's own packages and documentation say.
pub(super) fn oracle() -> &'static Value {
    &ORACLE
}

/// Everything that Slack would refuse: in the blocks of a post when it is a list, in a view when it is an object.
pub(crate) fn lint_blocks(value: &Value) -> Vec<String> {
    match value {
        Value::Array(blocks) => of_post(blocks),
        view => of_view(view),
    }
}

/// A documented limit.
pub(super) fn limit(name: &str) -> usize {
    ORACLE["limits"][name].as_u64().expect("a limit") as usize
}

fn of_post(blocks: &[Value]) -> Vec<String> {
    let kinds = ["ActionsBlock", "ContextBlock", "DividerBlock", "HeaderBlock", "RichTextBlock", "SectionBlock"];
    let kinds: Vec<Value> = kinds.iter().map(|name| json!({ "object": name })).collect();
    let field = json!({ "kind": { "list": { "any": kinds } }, "most": limit("blocks") });
    let mut found = kinds::faults(&ORACLE["shapes"], &field, &json!(blocks), "blocks");
    let mut reader = Reader::default();
    blocks.iter().for_each(|block| reader.take_block(block));
    if reader.characters > limit("characters_in_blocks") {
        found.push(format!(
            "{} characters in all blocks, at most {} are taken",
            reader.characters,
            limit("characters_in_blocks")
        ));
    }
    found.extend(reader.faults);
    found
}

fn of_view(view: &Value) -> Vec<String> {
    let shape = match view["type"].as_str() {
        Some("modal") => "ModalView",
        Some("home") => "HomeView",
        _ => return vec![format!("{} is no kind of view", view["type"])],
    };
    let mut found = kinds::faults(&ORACLE["shapes"], &json!({ "kind": { "object": shape } }), view, "view");
    let blocks = view["blocks"].as_array().map(Vec::as_slice).unwrap_or_default();
    if blocks.len() > limit("view_blocks") {
        found.push(format!("{} blocks in a view, at most {} are allowed", blocks.len(), limit("view_blocks")));
    }
    if shape == "ModalView" && view["submit"].is_null() && blocks.iter().any(|block| block["type"] == "input") {
        found.push("a window with an input that cannot be submitted".to_owned());
    }
    if shape == "HomeView" && blocks.iter().any(|block| block["element"]["type"] == "file_input") {
        found.push("files can be given in a window only".to_owned());
    }
    let mut reader = Reader::default();
    reader.take(&json!([view["title"], view["submit"], view["close"]]));
    blocks.iter().for_each(|block| reader.take_block(block));
    found.extend(reader.faults);
    found
}

/// What is looked for in all blocks.
#[derive(Default)]
struct Reader {
    characters: usize,
    block_ids: BTreeSet<String>,
    action_ids: BTreeSet<String>,
    faults: Vec<String>,
}

impl Reader {
    fn take_block(&mut self, block: &Value) {
        self.action_ids.clear();
        if let Some(id) = block["block_id"].as_str()
            && !self.block_ids.insert(id.to_owned())
        {
            self.faults.push(format!("the block {id:?} twice"));
        }
        self.take(block);
    }

    fn take(&mut self, value: &Value) {
        match value {
            Value::Object(fields) => {
                self.look(fields);
                fields.values().for_each(|field| self.take(field));
            }
            Value::Array(items) => items.iter().for_each(|item| self.take(item)),
            _ => {}
        }
    }

    fn look(&mut self, fields: &Map<String, Value>) {
        if let Some(text) = fields.get("text").and_then(Value::as_str) {
            self.characters += text.chars().count();
            self.must(!text.is_empty(), "a text that is empty");
        }
        for list in ["elements", "options", "initial_options"] {
            self.must(fields.get(list) != Some(&json!([])), &format!("{list} without any"));
        }
        for id in ["block_id", "action_id", "value"] {
            self.must(fields.get(id) != Some(&json!("")), &format!("a {id} that is empty"));
        }
        if let Some(id) = fields.get("action_id").and_then(Value::as_str) {
            let is_new = self.action_ids.insert(id.to_owned());
            self.must(is_new, &format!("the action {id:?} twice in a block"));
        }
        self.look_at_input(&Value::from(fields.clone()));
    }

    fn look_at_input(&mut self, element: &Value) {
        let options = element["options"].as_array().map(Vec::as_slice).unwrap_or_default();
        let values: BTreeSet<&str> = options.iter().filter_map(|option| option["value"].as_str()).collect();
        self.must(values.len() == options.len(), "a choice without a value of its own");
        let chosen = element["initial_options"].as_array().cloned().unwrap_or_default();
        let first = Some(element["initial_option"].clone()).filter(|option| !option.is_null());
        self.must(
            chosen.iter().chain(&first).all(|option| options.contains(option)),
            "chosen at first what there is not",
        );
        let longest = element["max_length"].as_u64().unwrap_or(limit("input_length") as u64);
        self.must((1..=limit("input_length") as u64).contains(&longest), "a length that an input cannot have");
        let length = element["initial_value"].as_str().map_or(0, |text| text.chars().count());
        self.must(length as u64 <= longest, "a text at first that is longer than the input");
        let digits = element["initial_date_time"].as_i64().map_or(10, |secs| secs.to_string().len());
        self.must(digits == 10, "a moment that has not ten digits");
        let files = element["max_files"].as_u64().unwrap_or(1);
        self.must((1..=limit("input_files") as u64).contains(&files), "so many files that an input cannot have");
        if element["type"] == "static_select" {
            self.must(!options.is_empty(), "a choice among nothing");
        }
    }

    fn must(&mut self, is_so: bool, otherwise: &str) {
        if !is_so {
            self.faults.push(format!("{otherwise}, which Slack refuses"));
        }
    }
}

#[cfg(test)]
#[path = "lint_tests.rs"]
mod tests;
