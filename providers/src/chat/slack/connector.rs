//! The transport under slack-morphism, written over the HTTP client of all adapters. The crate's own transport keeps
//! whole answers in its errors (texts in logs), loses `Retry-After` when the answer to a 429 has no body, knows it only
//! in seconds, and cannot tell a connection that was never made from one that broke; all four decide here.
//!
//! The errors that leave this file carry codes and statuses, never a body or an address.

use std::time::Duration;

use futures_util::{FutureExt, future::BoxFuture};
use reqwest::{RequestBuilder, StatusCode, header::CONTENT_TYPE};
use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use slack_morphism::{
    ClientResult, SlackClientApiCallContext, SlackClientHttpConnector, SlackClientId, SlackClientSecret,
    errors::{
        SlackClientApiError, SlackClientError, SlackClientHttpError, SlackClientProtocolError, SlackClientSystemError,
        SlackRateLimitError,
    },
    multipart_form::FileMultipartData,
};
use url::Url;

use super::methods::Method;
use crate::{
    Misconfigured,
    wire::{self, Silence, Spoken},
};

/// The whole call, from connecting to the last byte.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The same for the bytes of a file.
const FILE_TIMEOUT: Duration = Duration::from_secs(60);
const JSON: &str = "application/json; charset=utf-8";
const FORM: &str = "application/x-www-form-urlencoded";

/// What slack-morphism's sessions speak through.
#[derive(Clone, Debug)]
pub(super) struct Connector {
    http: reqwest::Client,
    base: String,
}

impl Connector {
    /// `base` has no slash at its end.
    pub(super) fn new(base: String) -> Result<Self, Misconfigured> {
        Ok(Self { http: wire::client(TIMEOUT)?, base })
    }

    /// Whether an address that Slack gave us is one of Slack's, so that a file or the token may go there.
    pub(super) fn is_of_slack(&self, address: &Url) -> bool {
        self.is_own(address) || of_host(address, |host| host.ends_with(".slack.com"))
    }

    /// Whether an address is one at which Slack takes answers to what a member did.
    pub(super) fn takes_answers(&self, address: &Url) -> bool {
        self.is_own(address) || of_host(address, |host| host == "hooks.slack.com")
    }

    /// Whether an address is where the Web API is.
    fn is_own(&self, address: &Url) -> bool {
        Url::parse(&self.base).is_ok_and(|own| {
            own.scheme() == address.scheme()
                && own.host() == address.host()
                && own.port_or_known_default() == address.port_or_known_default()
        })
    }

    /// Posts a form without a token: how the code of an installation is exchanged. The body keeps what
    /// is secret out of the address.
    pub(super) async fn post_form<T: DeserializeOwned>(
        &self,
        method: Method,
        form: &[(&str, &str)],
    ) -> ClientResult<T> {
        let request = self.http.post(self.create_method_uri_path(method.name())?).form(form);
        speak(request).await
    }

    /// Puts the bytes of a file where Slack wants them; the answer says nothing but its status.
    pub(super) async fn put_bytes(&self, address: Url, bytes: Vec<u8>) -> ClientResult<()> {
        let request = self.http.post(address).header(CONTENT_TYPE, "application/octet-stream");
        good(wire::speak(request.body(bytes)).await).map(|_| ())
    }

    /// Gets what lies at an address, with the token; a redirect is not followed.
    pub(super) async fn get_bytes(
        &self,
        address: Url,
        token: &SecretString,
        longest: usize,
    ) -> Result<Spoken, Silence> {
        let request = self.http.get(address).timeout(FILE_TIMEOUT).bearer_auth(token.expose_secret());
        wire::speak_within(request, longest).await
    }

    /// Posts to an address that came with what a member did; it needs no token, and gets none.
    pub(super) async fn post_answer(&self, address: Url, body: &Value) -> Result<Spoken, Silence> {
        wire::speak(self.http.post(address).header(CONTENT_TYPE, JSON).json(body)).await
    }
}

fn of_host(address: &Url, is_right: impl FnOnce(&str) -> bool) -> bool {
    address.scheme() == "https"
        && address.port_or_known_default() == Some(443)
        && address.username().is_empty()
        && address.host_str().is_some_and(is_right)
}

fn authorized(request: RequestBuilder, context: &SlackClientApiCallContext<'_>) -> RequestBuilder {
    match context.token {
        Some(token) => request.bearer_auth(&token.token_value.0),
        None => request,
    }
}

async fn speak<T: DeserializeOwned>(request: RequestBuilder) -> ClientResult<T> {
    let spoken = good(wire::speak(request).await)?;
    by_content(&spoken.body)
}

/// What came back, when its status is a good one.
pub(super) fn good(spoken: Result<Spoken, Silence>) -> ClientResult<Spoken> {
    let spoken = spoken.map_err(silent)?;
    by_status(&spoken)?;
    Ok(spoken)
}

fn silent(silence: Silence) -> SlackClientError {
    SlackClientError::SystemError(SlackClientSystemError::new().with_cause(Box::new(silence)))
}

fn by_status(spoken: &Spoken) -> ClientResult<()> {
    match spoken.status {
        200..=299 => Ok(()),
        429 => {
            let error = SlackRateLimitError::new().with_retry_after(spoken.wait);
            Err(SlackClientError::RateLimitError(error))
        }
        status => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            Err(SlackClientError::HttpError(SlackClientHttpError::new(status)))
        }
    }
}

/// Slack says in the body whether it did it. The scope that was missing travels in `errors`.
pub(super) fn by_content<T: DeserializeOwned>(body: &[u8]) -> ClientResult<T> {
    let unreadable = |error| SlackClientError::ProtocolError(SlackClientProtocolError::new(error));
    let value: Value = serde_json::from_slice(body).map_err(unreadable)?;
    if value.get("ok").and_then(Value::as_bool) == Some(false) {
        let word = |name: &str| value.get(name).and_then(|word| word.as_str()).map(str::to_owned);
        let code = word("error").unwrap_or_else(|| "unnamed_error".to_owned());
        let error = SlackClientApiError::new(code).opt_errors(word("needed").map(|scope| vec![scope]));
        return Err(SlackClientError::ApiError(error));
    }
    serde_json::from_value(value).map_err(unreadable)
}

impl SlackClientHttpConnector for Connector {
    fn http_get_uri<'a, RS>(
        &'a self,
        full_uri: Url,
        context: SlackClientApiCallContext<'a>,
    ) -> BoxFuture<'a, ClientResult<RS>>
    where
        RS: for<'de> serde::Deserialize<'de> + Send + 'a,
    {
        speak(authorized(self.http.get(full_uri), &context)).boxed()
    }

    fn http_get_with_client_secret<'a, RS>(
        &'a self,
        full_uri: Url,
        client_id: &'a SlackClientId,
        client_secret: &'a SlackClientSecret,
    ) -> BoxFuture<'a, ClientResult<RS>>
    where
        RS: for<'de> serde::Deserialize<'de> + Send + 'a,
    {
        speak(self.http.get(full_uri).basic_auth(&client_id.0, Some(&client_secret.0))).boxed()
    }

    fn http_post_uri<'a, RQ, RS>(
        &'a self,
        full_uri: Url,
        request_body: &'a RQ,
        context: SlackClientApiCallContext<'a>,
    ) -> BoxFuture<'a, ClientResult<RS>>
    where
        RQ: Serialize + Send + Sync,
        RS: for<'de> serde::Deserialize<'de> + Send + 'a,
    {
        // The header comes first: behind it, the client adds none of its own.
        let request = self.http.post(full_uri).header(CONTENT_TYPE, JSON).json(request_body);
        speak(authorized(request, &context)).boxed()
    }

    /// Fields go as a plain form. Files do not go this way at all: Slack retired it for upload addresses.
    fn http_post_uri_multipart_form<'a, 'p, RS, PT, TS>(
        &'a self,
        full_uri: Url,
        file: Option<FileMultipartData<'p>>,
        params: &'p PT,
        context: SlackClientApiCallContext<'a>,
    ) -> BoxFuture<'a, ClientResult<RS>>
    where
        RS: for<'de> serde::Deserialize<'de> + Send + 'a,
        PT: IntoIterator<Item = (&'p str, Option<TS>)> + Clone,
        TS: AsRef<str> + 'p + Send,
    {
        if file.is_some() {
            let retired = "files go through an upload address".to_owned();
            let error = SlackClientSystemError::new().with_message(retired);
            return futures_util::future::ready(Err(SlackClientError::SystemError(error))).boxed();
        }
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in params.clone() {
            value.iter().for_each(|value| {
                form.append_pair(name, value.as_ref());
            });
        }
        let request = self.http.post(full_uri).header(CONTENT_TYPE, FORM).body(form.finish());
        speak(authorized(request, &context)).boxed()
    }

    fn http_post_uri_binary<'a, 'p, RS>(
        &'a self,
        full_uri: Url,
        content_type: String,
        data: &'a [u8],
        context: SlackClientApiCallContext<'a>,
    ) -> BoxFuture<'a, ClientResult<RS>>
    where
        RS: for<'de> serde::Deserialize<'de> + Send + 'a,
    {
        let request = self.http.post(full_uri).header(CONTENT_TYPE, content_type);
        speak(authorized(request.body(data.to_vec()), &context)).boxed()
    }

    fn create_method_uri_path(&self, method_relative_uri: &str) -> ClientResult<Url> {
        Ok(format!("{}/{method_relative_uri}", self.base).parse()?)
    }
}

/// A session's token.
pub(super) fn token(access: &domain::contracts::chat::ChatAccess) -> slack_morphism::SlackApiToken {
    slack_morphism::SlackApiToken::new(access.token.expose_secret().into()).with_team_id(access.team.clone().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_429_keeps_the_wait_that_was_asked_for() {
        let empty = Spoken { status: 429, wait: Duration::from_secs(7), content_type: String::new(), body: Vec::new() };

        let Err(SlackClientError::RateLimitError(error)) = by_status(&empty) else { panic!("no wait") };

        assert_eq!(error.retry_after, Some(Duration::from_secs(7)));
    }

    #[test]
    fn a_refusal_keeps_its_code_and_the_missing_scope_but_not_the_body() {
        let body = br#"{"ok":false,"error":"missing_scope","needed":"chat:write","secret":"s3cret"}"#;

        let error = by_content::<Value>(body).unwrap_err();

        assert!(!error.to_string().contains("s3cret"));
        let SlackClientError::ApiError(error) = error else { panic!("not a refusal") };
        assert_eq!((error.code.as_str(), error.errors), ("missing_scope", Some(vec!["chat:write".to_owned()])));
    }

    #[test]
    fn half_an_answer_is_no_answer_and_its_text_is_not_in_the_error() {
        let error = by_content::<Value>(br#"{"ok":true,"text":"s3cret"#).unwrap_err();

        assert!(matches!(error, SlackClientError::ProtocolError(_)));
        assert!(!error.to_string().contains("s3cret"));
    }

    #[test]
    fn files_go_to_slack_only() {
        let connector = Connector::new("https://slack.com/api".to_owned()).unwrap();
        let is_of_slack = |address: &str| connector.is_of_slack(&Url::parse(address).unwrap());

        assert!(is_of_slack("https://files.slack.com/upload/v1/abc"));
        assert!(is_of_slack("https://slack.com/upload"));
        assert!(!is_of_slack("http://files.slack.com/upload"));
        assert!(!is_of_slack("https://files.slack.com:8443/upload"));
        assert!(!is_of_slack("https://a@files.slack.com/upload"));
        assert!(!is_of_slack("https://slack.com.example.org/"));
        assert!(!is_of_slack("https://169.254.169.254/"));
    }

    #[test]
    fn answers_go_to_the_one_host_that_takes_them() {
        let connector = Connector::new("http://127.0.0.1:1234/api".to_owned()).unwrap();
        let takes = |address: &str| connector.takes_answers(&Url::parse(address).unwrap());

        assert!(takes("https://hooks.slack.com/actions/T1/1/x"));
        assert!(takes("http://127.0.0.1:1234/response/1"));
        assert!(!takes("http://127.0.0.1:1235/response/1"));
        assert!(!takes("http://hooks.slack.com/actions/T1/1/x"));
        assert!(!takes("https://files.slack.com/actions"));
        assert!(!takes("https://hooks.slack.com.example.org/"));
    }
}
