//! Judges a request by Twilio's OpenAPI file.

use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};

use super::{ACCOUNT, AUTH_TOKEN, Recorded, manners};

static ORACLE: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../oracles/twilio_operations.json")).expect("the oracle is JSON")
});

/// The operation that a request calls, with its id.
pub(super) fn operation(request: &Recorded) -> Option<(&'static str, &'static Value)> {
    let operations = ORACLE["operations"].as_object().expect("a table").iter();
    let mut called = operations.filter(|(_, operation)| {
        let template: Vec<&str> =
            operation["path"].as_str().expect("a path").trim_start_matches('/').split('/').collect();
        let parts = request.parts();
        let fits = template.iter().zip(&parts).all(|(wanted, part)| matched(wanted, part).is_some());
        operation["method"] == request.method.as_str() && template.len() == parts.len() && fits
    });
    called.next().map(|(id, operation)| (id.as_str(), operation))
}

/// The value for a part of a template such as `Messages.json` or `{Sid}.json`: empty for a part without a parameter.
fn matched<'a>(template: &str, part: &'a str) -> Option<&'a str> {
    match template.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some((_, behind)) => part.strip_suffix(behind).filter(|value| !value.is_empty() && !value.contains('.')),
        None => (template == part).then_some(""),
    }
}

/// Ids of operations that were called, each once, in order.
pub(super) fn called(requests: &[Recorded]) -> Vec<&'static str> {
    let mut ids: Vec<&str> = requests.iter().filter_map(operation).map(|(id, _)| id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Everything in a request that the specification does not describe.
pub(super) fn judge(request: &Recorded) -> Vec<String> {
    let Some((_, operation)) = operation(request) else { return vec!["there is no such operation".to_owned()] };
    let mut complaints = manners(request);
    complaints.extend(path(request, operation));
    complaints.extend(parameters("query", &request.query, &operation["query"]));
    complaints.extend(body(request, operation));
    complaints.extend(authentication(request, operation));
    complaints
}

fn path(request: &Recorded, operation: &Value) -> Vec<String> {
    let template = operation["path"].as_str().expect("a path").trim_start_matches('/').split('/');
    let parts = request.parts();
    let named = template.zip(parts).filter_map(|(template, part)| {
        let name = template.strip_prefix('{')?.split('}').next()?;
        Some((name.to_owned(), matched(template, part)?.to_owned()))
    });
    parameters("path", &named.collect::<Vec<_>>(), &operation["path_parameters"])
}

fn body(request: &Recorded, operation: &Value) -> Vec<String> {
    let wanted = operation["content_type"].as_str();
    if wanted.is_none() && !request.body.is_empty() {
        return vec!["a body where none is described".to_owned()];
    }
    if wanted.is_some() && request.content_type() != wanted {
        return vec![format!("content type {:?} instead of {wanted:?}", request.content_type())];
    }
    parameters("form", &request.form(), &operation["form"])
}

/// HTTP Basic with the account and its token; the account is the one in the path.
fn authentication(request: &Recorded, operation: &Value) -> Vec<String> {
    let scheme = &ORACLE["security"][operation["security"][0].as_str().unwrap_or_default()];
    assert_eq!(
        (&scheme["type"], &scheme["scheme"]),
        (&"http".into(), &"basic".into()),
        "another scheme than this judge knows"
    );
    let given = request.header("authorization").and_then(|value| value.strip_prefix("Basic "));
    let decoded = given.and_then(|value| STANDARD.decode(value).ok()).and_then(|bytes| String::from_utf8(bytes).ok());
    let is_right = decoded.as_deref() == Some(&format!("{ACCOUNT}:{AUTH_TOKEN}"));
    let is_own = request.parts().get(2).is_some_and(|part| part.trim_end_matches(".json") == ACCOUNT);
    (!is_right || !is_own).then(|| "not authenticated as the account that it is about".to_owned()).into_iter().collect()
}

fn parameters(place: &str, given: &[(String, String)], described: &Value) -> Vec<String> {
    let described: &Map<String, Value> = described.as_object().expect("a table of parameters");
    let mut complaints = Vec::new();
    for (name, value) in given {
        match described.get(name) {
            None => complaints.push(format!("{place} parameter {name} is not described")),
            Some(schema) => {
                complaints.extend(fault(schema, value).map(|fault| format!("{place} parameter {name}: {fault}")))
            }
        }
    }
    for (name, schema) in described {
        let count = given.iter().filter(|(known, _)| known == name).count();
        if count == 0 && schema["required"] == true {
            complaints.push(format!("{place} parameter {name} is missing"));
        }
        if count > 1 && schema["type"] != "array" {
            complaints.push(format!("{place} parameter {name} stands there {count} times"));
        }
    }
    complaints
}

/// What is wrong with a value.
fn fault(schema: &Value, value: &str) -> Option<String> {
    let is_fine = match schema["type"].as_str() {
        Some("array") => return fault(&schema["items"], value),
        Some("integer") => value.parse::<i64>().is_ok_and(|number| in_bounds(schema, number)),
        Some("number") => value.parse::<f64>().is_ok(),
        Some("boolean") => matches!(value, "true" | "false"),
        Some("string") => is_string(schema, value),
        _ => false,
    };
    (!is_fine).then(|| format!("{value:?} is not {schema}"))
}

fn in_bounds(schema: &Value, number: i64) -> bool {
    schema["minimum"].as_i64().is_none_or(|least| least <= number)
        && schema["maximum"].as_i64().is_none_or(|most| number <= most)
}

fn is_string(schema: &Value, value: &str) -> bool {
    let length = value.chars().count() as u64;
    schema["minLength"].as_u64().is_none_or(|least| least <= length)
        && schema["maxLength"].as_u64().is_none_or(|most| length <= most)
        && schema["enum"].as_array().is_none_or(|words| words.iter().any(|word| word == value))
        && schema["pattern"].as_str().is_none_or(|pattern| is_sid(pattern, value))
        && schema["format"].as_str().is_none_or(|format| has_format(format, value))
}

/// Patterns in the file are those of ids: `^AC[0-9a-fA-F]{32}$`, `^(SM|MM)[0-9a-fA-F]{32}$`.
fn is_sid(pattern: &str, value: &str) -> bool {
    let prefixes = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix("[0-9a-fA-F]{32}$"));
    let prefixes = prefixes.unwrap_or_else(|| panic!("a pattern that this judge does not know: {pattern}"));
    let mut prefixes = prefixes.trim_start_matches('(').trim_end_matches(')').split('|');
    prefixes.any(|prefix| value.strip_prefix(prefix).is_some_and(|digits| is_hex(digits, 32)))
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn has_format(format: &str, value: &str) -> bool {
    match format {
        "phone-number" => value.strip_prefix('+').is_some_and(|digits| {
            (7..=15).contains(&digits.len())
                && !digits.starts_with('0')
                && digits.bytes().all(|byte| byte.is_ascii_digit())
        }),
        "date-time" => chrono::DateTime::parse_from_rfc3339(value).is_ok(),
        "uri" => url::Url::parse(value).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.contains('_'))
        }),
        "http-method" => matches!(value, "GET" | "POST"),
        "iso-country-code" => value.len() == 2 && value.bytes().all(|byte| byte.is_ascii_uppercase()),
        _ => panic!("a format that this judge does not know: {format}"),
    }
}
