//! Judges a request by the types of Slack's packages and the documented limits.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    BOT_TOKEN, Recorded, kinds,
    lint::{limit, lint_blocks, oracle},
    manners,
};

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

/// Everything in a request that Slack does not describe. Files and answers to what a member did are no methods: they have addresses of their own.
pub(super) fn judge(request: &Recorded) -> Vec<String> {
    let mut complaints = manners(request);
    if request.path.starts_with("/upload/") {
        if request.method != "POST" || request.header("authorization").is_some() {
            complaints.push("a file is posted to its address, without the token".to_owned());
        }
        return complaints;
    }
    if request.path.starts_with("/files-pri/") {
        complaints.extend(download(request));
        return complaints;
    }
    if request.path.starts_with("/actions/") {
        complaints.extend(answer(request));
        return complaints;
    }
    let described = method(request).map_or(&Value::Null, |name| &oracle()["methods"][name]);
    if described.is_null() {
        return vec!["there is no such method".to_owned()];
    }
    complaints.extend(transport(request, described));
    let given = arguments(request, described);
    complaints.extend(kinds::faults(
        &oracle()["shapes"],
        &json!({ "kind": { "fields": described["arguments"] } }),
        &given,
        "arguments",
    ));
    complaints.extend(alternatives(described, &given));
    complaints.extend(authentication(request, &given));
    complaints.extend(limits(method(request).unwrap_or_default(), &given));
    complaints
}

/// A file is got with the token in the header (docs.slack.dev/reference/objects/file-object).
fn download(request: &Recorded) -> Option<String> {
    let is_fine = request.method == "GET" && request.header("authorization") == Some(&format!("Bearer {BOT_TOKEN}"));
    (!is_fine).then(|| "a file is got with the token in the header".to_owned())
}

/// An answer to what a member did is posted as JSON, without the token
/// (docs.slack.dev/interactivity/handling-user-interaction, "Message responses").
fn answer(request: &Recorded) -> Vec<String> {
    let mut complaints = Vec::new();
    let given = request.json();
    if request.method != "POST" || request.content_type() != Some(JSON) || request.header("authorization").is_some() {
        complaints.push("an answer is posted as JSON, without the token".to_owned());
    }
    let known = ["text", "blocks", "replace_original", "delete_original", "response_type", "thread_ts"];
    let fields = given.as_object().into_iter().flatten();
    complaints.extend(
        fields.filter(|(name, _)| !known.contains(&name.as_str())).map(|(name, _)| format!("{name} is not described")),
    );
    let is_new = given["response_type"] == "ephemeral" && given["replace_original"] == false;
    if given["replace_original"] != true && given["delete_original"] != true && !is_new {
        complaints.push(
            "neither replaces, nor takes away what was there, nor says something new to the member alone".to_owned(),
        );
    }
    complaints.extend(limits("", &given));
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
    let mut complaints = Vec::new();
    let length = given["text"].as_str().unwrap_or_default().chars().count();
    if length > limit("text") {
        complaints.push(format!("characters of the text: {length}, at most {} are allowed", limit("text")));
    }
    complaints
        .extend([&given["blocks"], &given["view"]].into_iter().filter(|shown| !shown.is_null()).flat_map(lint_blocks));
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
