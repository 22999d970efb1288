//! Judges a request by the types of Slack's packages and the documented limits.

use std::{collections::BTreeSet, sync::LazyLock};

use serde_json::{Map, Value, json};

use super::{BOT_TOKEN, Recorded, kinds, manners};

static ORACLE: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../oracles/slack_methods.json")).expect("the oracle is JSON")
});

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// The method that a request calls.
pub(super) fn method(request: &Recorded) -> Option<&str> {
    request.path.strip_prefix("/api/")
}

/// Methods that were called, each once, in order.
pub(super) fn called(requests: &[Recorded]) -> Vec<&str> {
    let names: BTreeSet<&str> = requests.iter().filter_map(method).collect();
    names.into_iter().collect()
}

/// Everything in a request that Slack does not describe. The upload of a file is no method: it has its own address, and no token goes there.
pub(super) fn judge(request: &Recorded) -> Vec<String> {
    let mut complaints = manners(request);
    if request.path.starts_with("/upload/") {
        if request.method != "POST" || request.header("authorization").is_some() {
            complaints.push("a file is posted to its address, without the token".to_owned());
        }
        return complaints;
    }
    let described = method(request).map_or(&Value::Null, |name| &ORACLE["methods"][name]);
    if described.is_null() {
        return vec!["there is no such method".to_owned()];
    }
    complaints.extend(transport(request, described));
    let given = arguments(request, described);
    complaints.extend(kinds::faults(
        &ORACLE["shapes"],
        &json!({ "kind": { "fields": described["arguments"] } }),
        &given,
        "arguments",
    ));
    complaints.extend(alternatives(described, &given));
    complaints.extend(authentication(request, &given));
    complaints.extend(limits(method(request).unwrap_or_default(), &given));
    complaints
}

fn transport(request: &Recorded, described: &Value) -> Vec<String> {
    let mut complaints = Vec::new();
    let has = |name: &str, word: &str| described[name].as_array().expect("a list").iter().any(|known| known == word);
    if !has("http", &request.method) {
        complaints.push(format!("{} instead of {}", request.method, described["http"]));
    }
    if request.method == "POST" {
        let is_described = request.content_type().is_some_and(|media| has("content_types", media));
        if !is_described && !request.body.is_empty() {
            complaints.push(format!("content type {:?}", request.header("content-type")));
        }
        let charset = request.header("content-type").is_some_and(|value| value.ends_with("charset=utf-8"));
        if request.content_type() == Some(JSON) && !charset {
            complaints.push("JSON without a charset, which Slack warns of".to_owned());
        }
        if !request.query.is_empty() {
            complaints.push("arguments in the address of a POST".to_owned());
        }
    }
    complaints
}

/// What was given, as JSON: values in forms and queries are texts, and are read as what they stand for.
fn arguments(request: &Recorded, described: &Value) -> Value {
    let pairs = match (request.method.as_str(), request.content_type()) {
        ("POST", Some(JSON)) => return request.json(),
        ("POST", Some(FORM)) => request.form(),
        _ => request.query.clone(),
    };
    let read = |name: &str, text: &str| match &described["arguments"][name]["kind"] {
        Value::String(kind) if kind == "string" => json!(text),
        Value::Object(kind) if kind.contains_key("words") => json!(text),
        _ => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
    };
    pairs.iter().map(|(name, text)| (name.clone(), read(name, text))).collect::<Map<_, _>>().into()
}

fn alternatives(described: &Value, given: &Value) -> Vec<String> {
    let Some(sets) = described["one_of"].as_array() else { return Vec::new() };
    let has_all = |set: &Value| {
        set.as_array().expect("a set").iter().all(|name| !given[name.as_str().expect("a name")].is_null())
    };
    if sets.iter().any(has_all) { Vec::new() } else { vec![format!("none of {} is there", described["one_of"])] }
}

/// A bearer token in the header, and nowhere else; the exchange of a code has the app's own secret instead.
fn authentication(request: &Recorded, given: &Value) -> Vec<String> {
    let header = request.header("authorization");
    let mut complaints = Vec::new();
    match method(request) {
        Some("oauth.v2.access") if header.is_some_and(|value| value.starts_with("Bearer")) => {
            complaints.push("a token where there is none yet".to_owned());
        }
        Some("oauth.v2.access") => {}
        _ if header != Some(&format!("Bearer {BOT_TOKEN}")) => {
            complaints.push("not authenticated with the bot's token".to_owned())
        }
        _ => {}
    }
    if !given["token"].is_null() || request.query.iter().any(|(name, _)| name == "client_secret") {
        complaints.push("a secret outside of the header and the body".to_owned());
    }
    complaints
}

/// Limits that stand in the documentation and not in the types.
fn limits(method: &str, given: &Value) -> Vec<String> {
    let limit = |name: &str| ORACLE["limits"][name].as_u64().expect("a limit") as usize;
    let mut complaints = Vec::new();
    let mut most = |what: &str, count: usize, limit: usize| {
        if count > limit {
            complaints.push(format!("{what}: {count}, at most {limit} are allowed"));
        }
    };
    let blocks = given["blocks"].as_array().map(Vec::as_slice).unwrap_or_default();
    most("blocks", blocks.len(), limit("blocks"));
    most("characters of the text", given["text"].as_str().unwrap_or_default().chars().count(), limit("text"));
    let mut texts = Texts::default();
    blocks.iter().for_each(|block| texts.take(block));
    most("characters in all blocks", texts.characters, limit("characters_in_blocks"));
    complaints.extend(texts.faults);
    if method == "conversations.create" {
        complaints.extend(channel_name(given["name"].as_str().unwrap_or_default(), limit("channel_name")));
    }
    complaints
}

fn channel_name(name: &str, longest: usize) -> Option<String> {
    let is_fine = |sign: char| sign.is_lowercase() || sign.is_ascii_digit() || matches!(sign, '-' | '_');
    let fits = (1..=longest).contains(&name.chars().count()) && name.chars().all(is_fine);
    (!fits).then(|| format!("{name:?} is no name for a channel"))
}

/// What is looked for in all blocks: how much text they hold, texts that are empty, rows without anything, and ids that stand there twice.
#[derive(Default)]
struct Texts {
    characters: usize,
    action_ids: BTreeSet<String>,
    faults: Vec<String>,
}

impl Texts {
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
            if text.is_empty() {
                self.faults.push("a text that is empty, which Slack refuses".to_owned());
            }
        }
        if fields.get("elements").and_then(Value::as_array).is_some_and(Vec::is_empty) {
            self.faults.push("a block without elements, which Slack refuses".to_owned());
        }
        if let Some(id) = fields.get("action_id").and_then(Value::as_str)
            && !self.action_ids.insert(id.to_owned())
        {
            self.faults.push(format!("the action {id} twice, which Slack refuses"));
        }
    }
}
