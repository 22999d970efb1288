//! What goes back: the media type that was asked for, a status that tells the truth, and errors that all have a code and the id of the
//! request. `data` is there when execution began, and only then.
//!
//! With `application/graphql-response+json` a document that cannot be executed is a 400; with `application/json`, which older clients
//! ask for, it is a 200, because they take everything else for a broken server.

use async_graphql::Value;
use poem::{
    Request, Response,
    http::{StatusCode, header},
};
use serde_json::{Value as Json, json};

use crate::request_id::RequestId;

/// Largest answer, in bytes.
const ANSWER_LIMIT: usize = 5 * 1024 * 1024;

/// Media type of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/graphql-response+json`.
    Graphql,
    /// `application/json`.
    Json,
}

impl Media {
    fn name(self) -> &'static str {
        match self {
            Self::Graphql => "application/graphql-response+json",
            Self::Json => "application/json",
        }
    }

    /// The media type that the request prefers; none when it accepts neither.
    pub(super) fn wanted(request: &Request) -> Option<Self> {
        let headers = request.headers().get_all(header::ACCEPT);
        let accepted = headers.iter().filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join(",");
        if accepted.trim().is_empty() {
            return Some(Self::Json);
        }
        let ranges = accepted.split(',').filter_map(Self::range);
        // The first of several that are liked equally.
        ranges.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(media, _)| media)
    }

    /// A media range that we can serve, with its quality in thousandths.
    fn range(text: &str) -> Option<(Self, u16)> {
        let mut parts = text.split(';').map(|part| part.trim().to_ascii_lowercase());
        let media = match parts.next()?.as_str() {
            "application/graphql-response+json" => Self::Graphql,
            "application/json" | "application/*" | "*/*" => Self::Json,
            _ => return None,
        };
        let quality =
            parts.find_map(|part| part.strip_prefix("q=").map(str::to_owned)).unwrap_or_else(|| "1".to_owned());
        let quality = quality.parse::<f32>().ok().filter(|quality| (0.0..=1.0).contains(quality))?;
        (quality > 0.0).then_some((media, (quality * 1000.0) as u16))
    }
}

/// Stable code of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    BadRequest,
    Unauthenticated,
    Timeout,
    Unavailable,
}

impl Code {
    fn name(self) -> &'static str {
        match self {
            Self::BadRequest => "BAD_REQUEST",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Timeout => "TIMEOUT",
            Self::Unavailable => "UNAVAILABLE",
        }
    }
}

/// Why a request was not executed.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: Code,
    sentence: String,
    /// Whether it is the document that is wrong; then the media type decides about the status.
    is_document: bool,
    allow: Option<&'static str>,
}

impl Refusal {
    /// A refusal by HTTP.
    pub(super) fn new(status: StatusCode, code: Code, sentence: impl Into<String>) -> Self {
        Self { status, code, sentence: sentence.into(), is_document: false, allow: None }
    }

    /// The document cannot be executed.
    pub(super) fn document(sentence: impl Into<String>) -> Self {
        Self { is_document: true, ..Self::new(StatusCode::BAD_REQUEST, Code::BadRequest, sentence) }
    }

    /// The document asks for too much.
    pub(super) fn limit(sentence: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Code::BadRequest, sentence)
    }

    /// Not by this method.
    pub(super) fn method(allow: &'static str, sentence: &str) -> Self {
        Self { allow: Some(allow), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, Code::BadRequest, sentence) }
    }
}

/// The answer to a request that was not executed.
pub(super) fn refused(refusal: &Refusal, media: Media, id: &RequestId) -> Response {
    let status = if refusal.is_document { status_of_document_error(media) } else { refusal.status };
    let extensions = json!({ "code": refusal.code.name(), "requestId": id.0 });
    let mut answer =
        written(status, media, &json!({ "errors": [{ "message": refusal.sentence, "extensions": extensions }] }));
    let headers = answer.headers_mut();
    if let Some(allow) = refusal.allow {
        headers.insert(header::ALLOW, header::HeaderValue::from_static(allow));
    }
    if refusal.status == StatusCode::UNAUTHORIZED {
        let challenge = header::HeaderValue::from_static("Bearer realm=\"clerk\", error=\"invalid_token\"");
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    if refusal.status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, header::HeaderValue::from_static("5"));
    }
    answer
}

/// The answer of the schema.
pub(super) fn executed(response: async_graphql::Response, media: Media, id: &RequestId) -> Response {
    let has_begun = response.data != Value::Null || response.errors.iter().any(|error| !error.path.is_empty());
    let mut body = match serde_json::to_value(&response) {
        Ok(body) => body,
        Err(error) => {
            tracing::error!(%error, "an answer could not be written");
            return StatusCode::INTERNAL_SERVER_ERROR.into();
        }
    };
    if let Some(Json::Array(errors)) = body.get_mut("errors") {
        errors.iter_mut().for_each(|error| complete(error, id));
    }
    if has_begun {
        return written(StatusCode::OK, media, &body);
    }
    if let Some(body) = body.as_object_mut() {
        body.remove("data");
    }
    written(status_of_document_error(media), media, &body)
}

fn status_of_document_error(media: Media) -> StatusCode {
    match media {
        Media::Graphql => StatusCode::BAD_REQUEST,
        Media::Json => StatusCode::OK,
    }
}

/// An error that was found by the library itself, in the document or in a value, has no code yet.
fn complete(error: &mut Json, id: &RequestId) {
    let Some(error) = error.as_object_mut() else { return };
    let extensions = error.entry("extensions").or_insert_with(|| json!({}));
    if let Some(extensions) = extensions.as_object_mut() {
        extensions.entry("code").or_insert_with(|| json!(Code::BadRequest.name()));
        extensions.insert("requestId".to_owned(), json!(id.0));
    }
}

fn written(status: StatusCode, media: Media, body: &Json) -> Response {
    let text = body.to_string();
    if text.len() > ANSWER_LIMIT {
        let sentence = "The answer would be longer than 5 MiB. Ask for less at a time.";
        let error = json!({ "message": sentence, "extensions": { "code": Code::BadRequest.name() } });
        return written(StatusCode::OK, media, &json!({ "data": null, "errors": [error] }));
    }
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, format!("{}; charset=utf-8", media.name()))
        .header(header::CACHE_CONTROL, "no-store")
        .body(text)
}
