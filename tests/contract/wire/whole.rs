//! The whole product at servers that are not the sandbox: it is configured with other addresses, installed, given a number, texted, answered in
//! the thread, and told that the answer arrived. Everything that it asked of the vendors on the way is judged.

use std::path::PathBuf;

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use clerk::{
    config::{Config, Keys, Sources},
    telemetry::Metrics,
    wiring::{self, Role, Running},
};
use domain::{
    numbers::{self, Claim},
    workspaces,
};
use reqwest::{RequestBuilder, redirect::Policy};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    ACCOUNT, AUTH_TOKEN, CLIENT_ID, CLIENT_SECRET, PUBLIC_URL, Recorded, SIGNING_SECRET, assert_spotless, fake::Fake,
    judge_slack, judge_twilio,
};
use crate::world::{operator, until};

/// A number of Twilio's examples.
const NUMBER: &str = "+18089255327";
const MARIA: &str = "+14155550101";
/// The team of Slack's documented installation.
const TEAM: &str = "T9TK3CUKW";
/// Keys of a test installation, of 64 hexadecimal digits; they guard nothing.
const KEY: &str = "7e57000000000000000000000000000000000000000000000000000000000004";

/// A product between two servers.
struct Stage {
    twilio: Fake,
    slack: Fake,
    running: Running,
    _folder: TempDir,
}

impl Stage {
    async fn open() -> Self {
        let (twilio, slack) = (Fake::twilio().await, Fake::slack().await);
        let folder = tempfile::Builder::new().prefix("clerk-test-").tempdir().expect("a folder");
        let settings = [
            ("SERVER__LISTEN", "127.0.0.1:0".to_owned()),
            ("SERVER__PUBLIC_URL", PUBLIC_URL.to_owned()),
            ("DATABASE__URL", format!("sqlite://{}", folder.path().join("clerk.db").display())),
            ("SANDBOX__ENABLED", "false".to_owned()),
            ("TWILIO__ACCOUNT_SID", ACCOUNT.to_owned()),
            ("TWILIO__AUTH_TOKEN", AUTH_TOKEN.to_owned()),
            ("TWILIO__API_URL", twilio.url.clone()),
            ("SLACK__CLIENT_ID", CLIENT_ID.to_owned()),
            ("SLACK__CLIENT_SECRET", CLIENT_SECRET.to_owned()),
            ("SLACK__SIGNING_SECRET", SIGNING_SECRET.to_owned()),
            ("SLACK__API_URL", format!("{}/api/", slack.url)),
            ("SLACK__AUTHORIZE_URL", format!("{}/oauth/v2/authorize", slack.url)),
            ("SLACK__POSTS_PER_SECOND", "0".to_owned()),
            ("AUTH__SIGNING_KEYS", KEY.to_owned()),
            ("CRYPTO__MASTER_KEY", KEY.to_owned()),
        ];
        let environment = settings.map(|(key, value)| (format!("CLERK__{key}"), value)).to_vec();
        let sources = Sources { file: Some(PathBuf::from("/dev/null")), environment };
        let config = Config::load(&sources).expect("a sound configuration");
        let keys = Keys::resolve(&config).expect("both keys are given");
        let roles = [Role::Api, Role::Workers];
        let running = wiring::start(&config, &keys, &roles, &Metrics::install()).await.expect("the product starts");
        Self { twilio, slack, running, _folder: folder }
    }

    /// A request to the product, as the proxy in front of it would pass it on.
    fn to_product(&self, method: reqwest::Method, target: &str) -> RequestBuilder {
        let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client");
        let url = format!("http://{}{target}", self.running.bound.expect("a server runs"));
        client.request(method, url).header("host", PUBLIC_URL.trim_start_matches("https://"))
    }

    /// The way of the browser, without Slack's page of consent.
    async fn installs(&self) {
        let begun = self.to_product(reqwest::Method::GET, "/slack/install").send().await.expect("an answer");
        let consent = url::Url::parse(header(&begun, "location")).expect("an address");
        let given =
            |name: &str| consent.query_pairs().find(|(known, _)| known == name).expect("it is given").1.into_owned();
        let back = given("redirect_uri");
        let back = back.strip_prefix(PUBLIC_URL).expect("an address of ours");
        let cookie = header(&begun, "set-cookie").split(';').next().expect("a cookie").to_owned();
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("code", "4724469134.4644010092847.232b4e6d")
            .append_pair("state", &given("state"))
            .finish();
        let arrived = self.to_product(reqwest::Method::GET, &format!("{back}?{query}")).header("cookie", cookie);
        let status = arrived.send().await.expect("an answer").status();
        assert!(status.is_success() || status.is_redirection(), "{status}");
    }

    async fn claims_number(&self) {
        let ctx = &self.running.ctx;
        let workspace = workspaces::by_team(ctx, TEAM).await.expect("it is looked for").expect("the app is installed");
        let wanted = Claim { number: NUMBER.parse().expect("a number"), label: None, shared_channel_id: None };
        numbers::claim(ctx, &operator(), workspace.id, wanted).await.expect("the number is free");
        self.waits_for("the number to be bought", || self.called("CreateIncomingPhoneNumber") > 0).await;
    }

    /// Twilio tells something.
    async fn carrier_tells(&self, target: &str, fields: &[(&str, &str)]) {
        let mut sorted = fields.to_vec();
        sorted.sort_unstable();
        let signed = sorted.iter().fold(format!("{PUBLIC_URL}{target}"), |text, (name, value)| text + name + value);
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, AUTH_TOKEN.as_bytes());
        let signature = STANDARD.encode(hmac::sign(&key, signed.as_bytes()));
        let request =
            self.to_product(reqwest::Method::POST, target).form(fields).header("x-twilio-signature", signature);
        assert_eq!(request.send().await.expect("an answer").status(), 200);
    }

    /// Slack tells of an event.
    async fn slack_tells(&self, event: Value) {
        let body = json!({ "type": "event_callback", "team_id": TEAM, "api_app_id": "A0KRD7HC3", "event_id": "Ev1", "event_time": 1,
            "event": event, "authorizations": [{ "team_id": TEAM, "user_id": "U0KRQLJ9H", "is_bot": true }] });
        let (body, stamp) = (body.to_string(), self.running.ctx.now().timestamp());
        let key = hmac::Key::new(hmac::HMAC_SHA256, SIGNING_SECRET.as_bytes());
        let signature = hex::encode(hmac::sign(&key, format!("v0:{stamp}:{body}").as_bytes()));
        let request = self.to_product(reqwest::Method::POST, "/webhooks/slack/events").body(body);
        let request = request.header("content-type", "application/json").header("x-slack-request-timestamp", stamp);
        let answer = request.header("x-slack-signature", format!("v0={signature}")).send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
    }

    /// How often an operation of Twilio or a method of Slack was called.
    fn called(&self, name: &str) -> usize {
        let is_operation = |request: &&Recorded| judge_twilio::operation(request).is_some_and(|(id, _)| id == name);
        let is_method = |request: &&Recorded| judge_slack::method(request) == Some(name);
        self.twilio.recorded().iter().filter(is_operation).count()
            + self.slack.recorded().iter().filter(is_method).count()
    }

    async fn waits_for(&self, what: &str, is_so: impl Fn() -> bool) {
        until(what, async || is_so()).await;
    }

    /// What was posted, oldest first.
    fn posts(&self) -> Vec<Value> {
        let requests = self.slack.recorded();
        let posts = requests.iter().filter(|request| judge_slack::method(request) == Some("chat.postMessage"));
        posts.map(Recorded::json).collect()
    }

    /// Channel and first post of the thread in which a text was shown.
    async fn thread_that_shows(&self, body: &str) -> (Value, Value) {
        let is_it = |post: &Value| post["thread_ts"].is_string() && post["text"].to_string().contains(body);
        let shown = || self.posts().into_iter().rfind(is_it);
        self.waits_for("the text to be shown in a thread", || shown().is_some()).await;
        let post = shown().expect("it is shown");
        (post["channel"].clone(), post["thread_ts"].clone())
    }
}

fn header<'a>(answer: &'a reqwest::Response, name: &str) -> &'a str {
    let value = answer.headers().get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_else(|| panic!("no {name} in {answer:?}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_at_other_servers_asks_the_vendors_only_what_they_describe() {
    let stage = Stage::open().await;
    stage.installs().await;
    stage.claims_number().await;

    let text = [
        ("MessageSid", "SM00000000000000000000000000000001"),
        ("AccountSid", ACCOUNT),
        ("From", MARIA),
        ("To", NUMBER),
        ("Body", "Are you open + ë?"),
    ];
    stage.carrier_tells("/webhooks/twilio/messages", &text).await;
    let (channel, thread) = stage.thread_that_shows("Are you open").await;
    stage.slack_tells(json!({ "type": "message", "channel": channel, "user": "U1234", "text": "Yes &amp; until 6", "ts": "1503439999.000001",
        "thread_ts": thread, "team": TEAM, "channel_type": "channel" })).await;
    stage.waits_for("the answer to be sent", || stage.called("CreateMessage") > 0).await;
    let report = [
        ("MessageSid", "SMaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ("AccountSid", ACCOUNT),
        ("MessageStatus", "delivered"),
        ("To", MARIA),
        ("From", NUMBER),
    ];
    stage.carrier_tells("/webhooks/twilio/status", &report).await;
    stage.waits_for("the mark to change", || stage.called("reactions.add") > 1).await;

    assert_spotless(&stage.twilio.recorded(), judge_twilio::judge);
    assert_spotless(&stage.slack.recorded(), judge_slack::judge);
    stage.running.stop().await;
}
