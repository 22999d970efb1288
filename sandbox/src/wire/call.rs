//! A request, read completely: query, form and JSON arguments under one lookup.
//!
//! Slack takes arguments as a form or as JSON, the carrier as a form or in the query; a method should not care.

use poem::{
    Request,
    http::{HeaderMap, Method},
};
use serde_json::{Map, Value};

/// The largest body accepted, in bytes.
const BODY_MAX: usize = 32 * 1024 * 1024;

/// A request.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) verb: Method,
    pub(crate) path: String,
    pub(crate) path_and_query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Query first, then form fields.
    pub(crate) fields: Vec<(String, String)>,
    /// The members of a JSON body.
    pub(crate) json: Map<String, Value>,
}

impl Call {
    /// Reads a request; a sentence when it is too large or breaks off.
    pub(crate) async fn read(request: Request) -> Result<Self, String> {
        let (parts, body) = request.into_parts();
        let read = body.into_bytes_limit(BODY_MAX).await.map_err(|error| error.to_string())?;
        let mut call = Self {
            verb: parts.method,
            path: parts.uri.path().to_owned(),
            path_and_query: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            fields: pairs(parts.uri.query().unwrap_or_default().as_bytes()),
            headers: parts.headers,
            body: read.to_vec(),
            json: Map::new(),
        };
        if call.is_json() {
            call.json = serde_json::from_slice(&call.body).unwrap_or_default();
        } else if call.content_type().starts_with("application/x-www-form-urlencoded") {
            call.fields.extend(pairs(&call.body));
        }
        Ok(call)
    }

    /// Whether the body is JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.content_type().starts_with("application/json")
    }

    /// The content type, or nothing.
    pub(crate) fn content_type(&self) -> &str {
        self.header("content-type").unwrap_or_default()
    }

    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// An argument as text; numbers and booleans of JSON become text too.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        match self.json.get(name) {
            Some(Value::Null) | None => {
                self.fields.iter().rfind(|(key, _)| key == name).map(|(_, value)| value.clone())
            }
            Some(Value::String(text)) => Some(text.clone()),
            Some(other) => Some(other.to_string()),
        }
    }

    /// An argument as text, if it is not empty.
    pub(crate) fn filled(&self, name: &str) -> Option<String> {
        self.text(name).filter(|text| !text.is_empty())
    }

    /// All values of a repeated form field.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.fields.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }

    /// An argument that means yes.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| text == "true" || text == "1")
    }

    /// A structured argument: a JSON member, or a form field that contains JSON. `Err` when it is not JSON.
    pub(crate) fn structure(&self, name: &str) -> Result<Option<Value>, ()> {
        match self.json.get(name) {
            Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => return parse(text),
            Some(other) => return Ok(Some(other.clone())),
            None => {}
        }
        self.text(name).map_or(Ok(None), |text| parse(&text))
    }

    /// A number argument; `default` when absent or not a number.
    pub(crate) fn number(&self, name: &str, default: usize) -> usize {
        self.text(name).and_then(|text| text.parse().ok()).unwrap_or(default)
    }
}

/// The pairs of a form or query.
pub(crate) fn pairs(text: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text).map(|(key, value)| (key.into_owned(), value.into_owned())).collect()
}

fn parse(text: &str) -> Result<Option<Value>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    serde_json::from_str(text).map(Some).map_err(|_| ())
}
