//! What providers tell us: verified on its raw bytes, understood, and accepted by the inbox, all before the provider is answered. A 2xx is a
//! promise that the event is stored, so a database that does not answer in time means 503 and the provider comes again. A refused request
//! leaves no trace but a count: who sends it learns nothing but the status.

use std::time::{Duration, Instant};

use domain::{
    Ctx,
    contracts::webhook::{self, Parsed, Refused, Reply},
    inbox,
};
use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderMap, Method, StatusCode, header},
};
use tokio::time::timeout;

use crate::{
    body::{self, Unread},
    state::{ApiState, Hook},
};

#[cfg(test)]
mod tests;

/// Longest body, in bytes. Providers send some KiB.
const BODY_LIMIT: usize = 1024 * 1024;

/// What a provider is asked to wait when nothing could be stored, in seconds.
const COME_AGAIN_SECS: &str = "5";

/// The endpoint of one path.
pub(crate) struct Webhook {
    ctx: Ctx,
    hook: Hook,
    deadline: Duration,
}

/// Why a webhook was not accepted.
enum NotAccepted {
    Unread(Unread),
    Method,
    Refused(Refused),
    /// It could not be stored, in time or at all; why, for the log.
    Late(String),
}

impl Webhook {
    pub(crate) fn new(state: &ApiState, hook: &Hook) -> Self {
        Self { ctx: state.ctx.clone(), hook: hook.clone(), deadline: state.settings.webhook_timeout }
    }

    async fn take(&self, mut request: Request) -> Result<Response, NotAccepted> {
        if request.method() != Method::POST {
            return Err(NotAccepted::Method);
        }
        let bytes = body::read(&mut request, BODY_LIMIT).await.map_err(NotAccepted::Unread)?;
        let Parsed { envelopes, reply } = self.understand(&request, &bytes).map_err(NotAccepted::Refused)?;
        let faults = inbox::faults(&envelopes);
        if !faults.is_empty() {
            self.count("corrected");
            return Ok(answered(self.hook.webhook.reproach(&faults)));
        }
        let new_count = match timeout(self.deadline, inbox::accept(&self.ctx, &envelopes)).await {
            Ok(Ok(new_count)) => new_count,
            Ok(Err(error)) => return Err(NotAccepted::Late(error.cause())),
            Err(_) => return Err(NotAccepted::Late(format!("not stored within {} ms", self.deadline.as_millis()))),
        };
        self.count(if new_count == 0 && !envelopes.is_empty() { "repeated" } else { "accepted" });
        Ok(answered(reply))
    }

    fn understand(&self, request: &Request, bytes: &[u8]) -> Result<Parsed, Refused> {
        let path_and_query = request.original_uri().path_and_query().map_or("/", |path| path.as_str());
        let find = |name: &str| only_header(request.headers(), name);
        let received = webhook::Request { path_and_query, header: &find, body: bytes, received_at: self.ctx.now() };
        self.hook.webhook.parse(&self.hook.webhook.verify(&received)?)
    }

    fn count(&self, outcome: &'static str) {
        metrics::counter!("clerk_webhooks_total", "provider" => self.hook.provider, "outcome" => outcome).increment(1);
    }

    fn refuse(&self, status: StatusCode, reason: &'static str) -> StatusCode {
        self.count("refused");
        metrics::counter!("clerk_webhooks_refused_total", "provider" => self.hook.provider, "reason" => reason)
            .increment(1);
        tracing::warn!(provider = self.hook.provider, reason, "A webhook was refused.");
        status
    }

    fn answer(&self, why: NotAccepted) -> Response {
        match why {
            NotAccepted::Method => (StatusCode::METHOD_NOT_ALLOWED, "Webhooks are sent with POST.")
                .with_header(header::ALLOW, "POST")
                .into_response(),
            NotAccepted::Unread(why) => (self.refuse(why.status(), "body"), why.sentence()).into_response(),
            NotAccepted::Refused(why) => {
                let (status, reason) = status_of(why);
                self.refuse(status, reason).into_response()
            }
            NotAccepted::Late(why) => {
                self.count("late");
                tracing::error!(
                    provider = self.hook.provider,
                    why,
                    "A webhook could not be stored; its sender is told to come again."
                );
                StatusCode::SERVICE_UNAVAILABLE.with_header(header::RETRY_AFTER, COME_AGAIN_SECS).into_response()
            }
        }
    }
}

impl Endpoint for Webhook {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let begun = Instant::now();
        let answer = self.take(request).await.unwrap_or_else(|why| self.answer(why));
        metrics::histogram!("clerk_webhook_seconds", "provider" => self.hook.provider)
            .record(begun.elapsed().as_secs_f64());
        Ok(answer)
    }
}

fn answered(reply: Reply) -> Response {
    let answer = Response::builder().status(StatusCode::OK);
    match reply.content_type {
        Some(media) => answer.content_type(media).body(reply.body),
        None => answer.finish(),
    }
}

/// A header that stands there once. Of two signatures, one could be checked here and the other one somewhere else.
fn only_header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let only = values.next().filter(|_| values.next().is_none())?;
    only.to_str().ok()
}

fn status_of(refused: Refused) -> (StatusCode, &'static str) {
    match refused {
        Refused::BadSignature => (StatusCode::FORBIDDEN, "signature"),
        Refused::Stale => (StatusCode::UNAUTHORIZED, "stale"),
        Refused::OtherAccount => (StatusCode::FORBIDDEN, "account"),
        Refused::Malformed => (StatusCode::BAD_REQUEST, "malformed"),
    }
}
