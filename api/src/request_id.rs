//! What every request gets, whatever it asks for: an id (in the answer, in each line of the log and in errors), its place in the metrics, the
//! headers that keep browsers from guessing, framing and leaking, and an answer even when its handler panics.

use std::{panic::AssertUnwindSafe, time::Instant};

use domain::vault::random_hex;
use futures_util::FutureExt;
use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
};
use tracing::Instrument;

use crate::media;

/// Header that tells the id.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Id of a request, made by us: one that the sender could choose would let it write into our log.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

impl RequestId {
    fn make() -> Self {
        Self(format!("req_{}", random_hex(13)))
    }

    /// The id that a request was given.
    pub(crate) fn of(request: &Request) -> Self {
        request.data::<Self>().cloned().unwrap_or_else(Self::make)
    }
}

/// The whole application, with what every request gets.
pub(crate) struct Accompanied<E> {
    /// The application.
    pub(crate) inner: E,
    /// Whether browsers reach us over TLS.
    pub(crate) is_https: bool,
    /// Paths that are named in the metrics: whole ones, and beginnings.
    pub(crate) routes: Routes,
}

/// Paths that are named in the metrics. Any other path is one label: strangers invent paths.
pub(crate) struct Routes {
    /// Whole paths.
    pub(crate) exact: Vec<&'static str>,
    /// Beginnings of paths.
    pub(crate) below: Vec<&'static str>,
}

impl Routes {
    fn label(&self, path: &str) -> &'static str {
        let exact = self.exact.iter().find(|route| **route == path);
        let is_below =
            |route: &&&str| path.strip_prefix(**route).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        exact.or_else(|| self.below.iter().find(is_below)).copied().unwrap_or("other")
    }
}

impl<E: Endpoint> Endpoint for Accompanied<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let begun = Instant::now();
        let id = RequestId::make();
        let route = self.routes.label(request.uri().path());
        let method = known_method(request.method());
        // The path alone: queries hold codes of installations. And not that of a file: whoever knows it has the file.
        let path = if route == media::PATH { route } else { request.uri().path() };
        let span = tracing::info_span!("request", id = id.0, method, path);
        request.set_data(id.clone());
        let mut answer = self.answer(request).instrument(span.clone()).await;
        let seconds = begun.elapsed().as_secs_f64();
        let status = answer.status().as_u16();
        span.in_scope(|| tracing::debug!(status, seconds, "answered"));
        metrics::counter!("clerk_http_requests_total", "route" => route, "method" => method, "status" => status.to_string())
            .increment(1);
        metrics::histogram!("clerk_http_request_seconds", "route" => route).record(seconds);
        self.add_headers(answer.headers_mut(), &id);
        Ok(answer)
    }
}

impl<E: Endpoint> Accompanied<E> {
    async fn answer(&self, request: Request) -> Response {
        let answered = AssertUnwindSafe(self.inner.call(request)).catch_unwind().await;
        match answered {
            Ok(Ok(answer)) => answer.into_response(),
            Ok(Err(error)) => error.into_response(),
            Err(_) => {
                tracing::error!("The handler of a request panicked.");
                (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.").into_response()
            }
        }
    }

    /// A page that sets one of these headers itself knows better.
    fn add_headers(&self, headers: &mut HeaderMap, id: &RequestId) {
        let mut add = |name, value| {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        };
        add(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        add(header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'");
        add(header::REFERRER_POLICY, "no-referrer");
        add(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
        if self.is_https {
            add(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
        }
        headers.insert(HEADER, HeaderValue::from_str(&id.0).expect("an id is ASCII"));
    }
}

/// Strangers invent methods too.
fn known_method(method: &Method) -> &'static str {
    let known = [Method::GET, Method::POST, Method::HEAD, Method::OPTIONS, Method::PUT, Method::DELETE];
    let names = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE"];
    known.iter().position(|known| known == method).map_or("other", |at| names[at])
}

#[cfg(test)]
mod tests {
    use super::Routes;

    fn label(path: &str) -> &'static str {
        Routes { exact: vec!["/graphql"], below: vec!["/toys"] }.label(path)
    }

    #[test]
    fn a_path_that_nobody_knows_makes_no_series_of_its_own() {
        assert_eq!([label("/graphql"), label("/graphql/../x"), label("/wp-login.php")], ["/graphql", "other", "other"]);
    }

    #[test]
    fn everything_below_a_mounted_path_is_one_series() {
        assert_eq!([label("/toys"), label("/toys/app.js"), label("/toystory")], ["/toys", "/toys", "other"]);
    }
}
