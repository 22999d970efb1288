//! One attempt to deliver a webhook, and the loops of attempts that the vendors' rules make of it.

use std::{sync::Arc, time::Duration};

use poem::http::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, redirect::Policy};

use super::{Hook, Rule, Signing};
use crate::{clock, options::SIGNING_SECRET, slack::signature, state::Vendor, world::World};

/// Slack's limit for an answer.
const SLACK_LIMIT: Duration = Duration::from_secs(3);
/// The carrier's limit for a connection.
const CARRIER_CONNECT: Duration = Duration::from_millis(5_000);
/// Bytes of an answer that are read.
const ANSWER_MAX: usize = 256 * 1024;

/// The HTTP clients for webhooks.
#[derive(Debug)]
pub(crate) struct Clients {
    slack: Client,
    carrier: Client,
}

/// What Clerk answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) content_type: String,
    /// Whether the answer asks for no repetition.
    pub(crate) final_word: bool,
}

/// Why there was no answer.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    /// In Slack's words for `X-Slack-Retry-Reason`.
    pub(crate) reason: &'static str,
    pub(crate) text: String,
    pub(crate) is_timeout: bool,
}

/// How an attempt ended.
pub(crate) type Outcome = Result<Answer, Failure>;

impl Clients {
    /// The carrier's client, for what it fetches.
    pub(crate) fn carrier(&self) -> &Client {
        &self.carrier
    }

    /// Clients that ignore proxies of the environment; Slack's follows two redirects.
    pub(crate) fn new() -> std::io::Result<Self> {
        let slack = Client::builder()
            .no_proxy()
            .connect_timeout(SLACK_LIMIT)
            .redirect(Policy::limited(2))
            .user_agent("Slackbot 1.0 (+https://api.slack.com/robots)");
        let carrier = Client::builder()
            .no_proxy()
            .connect_timeout(CARRIER_CONNECT)
            .redirect(Policy::limited(10))
            .user_agent("TwilioProxy/1.1");
        Ok(Self {
            slack: slack.build().map_err(std::io::Error::other)?,
            carrier: carrier.build().map_err(std::io::Error::other)?,
        })
    }
}

/// Attempts as the rule says. Slack's repetitions go on beside; the carrier's are waited for.
pub(super) async fn run(world: &Arc<World>, hook: Hook, place: usize) -> Outcome {
    let mut outcome = noted(world, &hook, place, None).await;
    match hook.rule {
        Rule::Once => {}
        Rule::Events(waits_ms) => {
            if let Some(reason) = retry_reason(&outcome) {
                let own = world.clone();
                world.spawn(async move { repeat(&own, &hook, place, (waits_ms, reason)).await });
            }
        }
        Rule::Carrier(rule) => {
            for _ in 0..rule.retries {
                if !rule.repeats(&outcome) {
                    break;
                }
                outcome = noted(world, &hook, place, None).await;
            }
        }
    }
    outcome
}

/// One attempt beside the others, whose outcome changes nothing.
pub(super) async fn copy(world: &Arc<World>, hook: &Hook, place: usize) {
    // The outcome stands in the ledger.
    drop(noted(world, hook, place, None).await);
}

async fn repeat(world: &Arc<World>, hook: &Hook, place: usize, (waits_ms, first): ([u64; 3], &'static str)) {
    let mut reason = first;
    for (number, wait_ms) in (1..).zip(waits_ms) {
        tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        let outcome = noted(world, hook, place, Some((number, reason))).await;
        match retry_reason(&outcome) {
            Some(next) => reason = next,
            None => return,
        }
    }
}

/// Slack's reason to try again; `None` when it need not or was asked not to.
fn retry_reason(outcome: &Outcome) -> Option<&'static str> {
    match outcome {
        Ok(answer) if answer.final_word || (200..300).contains(&answer.status) => None,
        Ok(_) => Some("http_error"),
        Err(failure) => Some(failure.reason),
    }
}

async fn noted(world: &Arc<World>, hook: &Hook, place: usize, retry: Option<(u32, &'static str)>) -> Outcome {
    let outcome = post(world, hook, retry).await;
    let line = match &outcome {
        Ok(answer) => Ok(answer.status),
        Err(failure) => Err(failure.text.clone()),
    };
    world.data().ledger.attempt(place, line);
    outcome
}

async fn post(world: &World, hook: &Hook, retry: Option<(u32, &'static str)>) -> Outcome {
    let client = match hook.vendor {
        Vendor::Slack => &world.clients.slack,
        Vendor::Twilio => &world.clients.carrier,
    };
    let limit = match hook.rule {
        Rule::Carrier(rule) => Duration::from_millis(rule.read_ms),
        Rule::Events(_) | Rule::Once => SLACK_LIMIT,
    };
    let url = hook.url.split('#').next().unwrap_or_default();
    let mut request = client.post(url).timeout(limit).header("content-type", &hook.content_type);
    if let Signing::Slack = hook.signing {
        let now = clock::secs(clock::micros());
        request = request
            .header("X-Slack-Request-Timestamp", now)
            .header("X-Slack-Signature", signature::sign(SIGNING_SECRET, now, &hook.body));
    }
    if let Some((number, reason)) = retry {
        request = request.header("X-Slack-Retry-Num", number).header("X-Slack-Retry-Reason", reason);
    }
    // Given headers replace ours, so that a test can send a wrong signature.
    let given = given_headers(&hook.headers);
    read(request.headers(given).body(hook.body.clone()).send().await).await
}

fn given_headers(headers: &[(String, String)]) -> HeaderMap {
    headers
        .iter()
        .filter_map(|(name, value)| Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?)))
        .collect()
}

async fn read(sent: reqwest::Result<reqwest::Response>) -> Outcome {
    let mut response = sent.map_err(failure)?;
    let header =
        |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let mut answer = Answer {
        status: response.status().as_u16(),
        final_word: header("x-slack-no-retry") == "1",
        content_type: header("content-type"),
        body: String::new(),
    };
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if bytes.len() < ANSWER_MAX {
            bytes.extend_from_slice(&chunk);
        }
    }
    answer.body = String::from_utf8_lossy(&bytes).into_owned();
    Ok(answer)
}

fn failure(error: reqwest::Error) -> Failure {
    let reason = if error.is_timeout() {
        "http_timeout"
    } else if error.is_redirect() {
        "too_many_redirects"
    } else {
        "connection_failed"
    };
    let is_timeout = error.is_timeout() && !error.is_connect();
    Failure { reason, text: describe(&error), is_timeout }
}

/// The error with its causes, without the URL.
fn describe(error: &reqwest::Error) -> String {
    let mut words = if error.is_timeout() { "no answer in time".to_owned() } else { "no answer".to_owned() };
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        words = format!("{words}: {inner}");
        cause = inner.source();
    }
    words
}
