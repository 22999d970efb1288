//! An answer before it is written: status, headers, and a body that faults can still change.

use poem::{Body, Response, http::StatusCode};
use serde_json::Value;

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) content: Content,
    /// Whether no well-behaved client makes such a request: unknown path, bad credentials.
    pub(crate) unexpected: bool,
}

/// What an answer contains.
#[derive(Debug)]
pub(crate) enum Content {
    /// Nothing.
    Empty,
    /// JSON.
    Json(Value),
    /// Bytes with their content type.
    Bytes(String, Vec<u8>),
}

impl Reply {
    /// JSON with a status.
    pub(crate) fn json(status: u16, value: Value) -> Self {
        Self { status, headers: Vec::new(), content: Content::Json(value), unexpected: false }
    }

    /// Bytes of a content type, with status 200.
    pub(crate) fn bytes(content_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let content = Content::Bytes(content_type.to_owned(), bytes.into());
        Self { status: 200, headers: Vec::new(), content, unexpected: false }
    }

    /// A status without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), content: Content::Empty, unexpected: false }
    }

    /// The same answer with a header more.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same answer with another status.
    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The same answer, to a request that nobody should have made.
    pub(crate) fn unexpected(mut self) -> Self {
        self.unexpected = true;
        self
    }

    /// The answer's bytes and their content type.
    pub(crate) fn payload(&self) -> (String, Vec<u8>) {
        match &self.content {
            Content::Empty => (String::new(), Vec::new()),
            Content::Json(value) => ("application/json; charset=utf-8".to_owned(), value.to_string().into_bytes()),
            Content::Bytes(content_type, bytes) => (content_type.clone(), bytes.clone()),
        }
    }

    /// The vendor's code, if the answer is a refusal.
    pub(crate) fn complaint(&self) -> Value {
        match &self.content {
            Content::Json(value) if value["ok"] == false => value["error"].clone(),
            Content::Json(value) if self.status >= 400 => value["code"].clone(),
            _ => Value::Null,
        }
    }

    /// The answer as it is sent.
    pub(crate) fn into_response(self) -> Response {
        let (content_type, bytes) = self.payload();
        self.head(&content_type).body(Body::from_vec(bytes))
    }

    /// The beginning of the response, for a caller that brings its own body.
    pub(crate) fn head(&self, content_type: &str) -> poem::ResponseBuilder {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut builder = Response::builder().status(status);
        if !content_type.is_empty() {
            builder = builder.content_type(content_type);
        }
        for (name, value) in &self.headers {
            builder = builder.header(*name, value.as_str());
        }
        builder
    }
}
