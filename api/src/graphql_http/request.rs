//! What a request over HTTP asks for: one JSON object by POST, or the same names in the query string by GET. A browser sends forms and plain
//! text across sites without asking, so nothing but JSON is let in.

use poem::{
    Request,
    http::{Method, StatusCode},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::answer::{Code, Refusal};
use crate::body;

/// Longest body, in bytes.
pub(super) const BODY_LIMIT: usize = 64 * 1024;

/// The parameters of a request. Others are ignored, as the specification wants.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Params {
    /// The document.
    pub(super) query: String,
    /// Which of its operations.
    pub(super) operation_name: Option<String>,
    /// Values of its variables.
    pub(super) variables: Option<Map<String, Value>>,
    /// Taken for its form only: nothing of it has a meaning yet.
    #[serde(rename = "extensions")]
    _extensions: Option<Map<String, Value>>,
}

/// Reads the parameters.
///
/// # Errors
/// [`Refusal`] says what has to be different.
pub(super) async fn read(request: &mut Request) -> Result<Params, Refusal> {
    let mut params = if request.method() == Method::GET {
        from_query(request.uri().query().unwrap_or_default())?
    } else {
        from_body(request).await?
    };
    if params.query.trim().is_empty() {
        return Err(bad("The query is empty."));
    }
    if params.query.contains('\0') || params.query.contains(r"\u0000") {
        return Err(bad("The document holds the character U+0000, which no text can keep. Leave it out."));
    }
    params.variables.iter_mut().flat_map(Map::values_mut).for_each(leave_out_zeros);
    Ok(params)
}

/// Not every database keeps the character U+0000, and nobody can see it.
fn leave_out_zeros(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|character| character != '\0'),
        Value::Array(items) => items.iter_mut().for_each(leave_out_zeros),
        Value::Object(fields) => fields.values_mut().for_each(leave_out_zeros),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

async fn from_body(request: &mut Request) -> Result<Params, Refusal> {
    if body::media_type(request).as_deref() != Some("application/json") || !is_utf8(request) {
        let sentence = "Send the operation as JSON: Content-Type: application/json.";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::BadRequest, sentence));
    }
    let bytes = body::read(request, BODY_LIMIT)
        .await
        .map_err(|unread| Refusal::new(unread.status(), Code::BadRequest, unread.sentence()))?;
    match bytes.trim_ascii_start().first() {
        Some(b'{') => {}
        Some(b'[') => return Err(bad("Send one operation at a time: an object, not a list of them.")),
        _ => return Err(bad("The body has to be a JSON object with the key “query”.")),
    }
    serde_json::from_slice(&bytes).map_err(|error| bad(format!("The body is not understood: {error}.")))
}

fn from_query(query: &str) -> Result<Params, Refusal> {
    let mut params = Map::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let value = match &*name {
            "variables" | "extensions" => serde_json::from_str(&value)
                .map_err(|error| bad(format!("The parameter “{name}” is not JSON: {error}.")))?,
            "query" | "operationName" => Value::String(value.into_owned()),
            _ => continue,
        };
        if params.insert(name.to_string(), value).is_some() {
            return Err(bad(format!("The parameter “{name}” stands there twice.")));
        }
    }
    serde_json::from_value(Value::Object(params))
        .map_err(|error| bad(format!("The request is not understood: {error}.")))
}

/// JSON is UTF-8; a charset that says otherwise would be read wrongly.
fn is_utf8(request: &Request) -> bool {
    let parameters = request.header("content-type").unwrap_or_default().split(';').skip(1);
    let mut charsets = parameters
        .filter_map(|parameter| parameter.split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    charsets.all(|(_, charset)| charset.trim().trim_matches('"').eq_ignore_ascii_case("utf-8"))
}

fn bad(sentence: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, Code::BadRequest, sentence)
}
