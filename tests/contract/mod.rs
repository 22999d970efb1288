//! What every provider must keep, told once and run over every adapter in the list, against the simulated vendors over real HTTP: each row
//! of the table "provider answer, what we do", and each webhook. A new provider gets its line in [`carriers`] or [`chats`], and has passed
//! when all sentences hold for it.

mod carrier;
mod chat;
mod company;
mod door;
mod files;
mod organisation;
mod renewal;
mod signed_requests;
mod webhooks;
mod windows;
pub(crate) mod wire;

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use domain::{
    clock::Clock,
    contracts::{
        Answer,
        carrier::{Capabilities, Carrier, HeldKind, NumberWish, OutboundText},
        chat::{Chat, ChatAccess, Installed},
    },
    phone::PhoneNumber,
};
use poem::{Endpoint, EndpointExt, Request, Response, endpoint::BoxEndpoint, http::Method};
use providers::{Adapter, Rotating};
use sandbox::{Options, Pace, Sandbox};
use serde_json::{Value, json};

/// Where a person comes back to after consenting.
const REDIRECT: &str = "http://127.0.0.1/slack/oauth/callback";

/// Both vendors, and what a test orders of them.
struct Stage {
    sandbox: Sandbox,
    page: BoxEndpoint<'static, Response>,
    clerk_url: String,
}

impl Stage {
    /// The vendors; their webhooks go to an address where nobody listens.
    async fn begin() -> Self {
        Self::before("http://127.0.0.1:9".to_owned()).await
    }

    /// The vendors; their webhooks go to `clerk_url`.
    async fn before(clerk_url: String) -> Self {
        let options = Options {
            listen: IpAddr::V4(Ipv4Addr::LOCALHOST),
            twilio_port: 0,
            slack_port: 0,
            clerk_url: clerk_url.clone(),
            state_file: None,
            pace: Pace::brisk(),
        };
        let sandbox = sandbox::start(options).await.expect("free ports");
        let page = sandbox.page().boxed();
        Self { sandbox, page, clerk_url }
    }

    /// Reads `/api/…` of the control API.
    async fn read(&self, what: &str) -> Value {
        self.act(Method::GET, what, Value::Null).await
    }

    /// Orders something of the control API; it must be possible.
    async fn order(&self, what: &str, order: Value) -> Value {
        self.act(Method::POST, what, order).await
    }

    /// The next call of this method meets a fault.
    async fn fault(&self, vendor: &str, method: &str, mut fault: Value) {
        fault["vendor"] = vendor.into();
        fault["method"] = method.into();
        fault["times"] = 1.into();
        self.order("faults", fault).await;
    }

    async fn act(&self, method: Method, what: &str, body: Value) -> Value {
        let path = format!("/api/{what}");
        let request = Request::builder().method(method).uri(path.parse().expect("a path"));
        let request = request.content_type("application/json").body(body.to_string());
        let mut answer = self.page.call(request).await.expect("the page answers");
        let text = answer.take_body().into_string().await.expect("text");
        assert!(answer.status().is_success(), "{what}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// The carriers that the contract binds.
    fn carriers(&self) -> Vec<Adapter<dyn Carrier>> {
        self.carriers_at(&self.sandbox.twilio_url())
    }

    /// The carriers, called at this address.
    fn carriers_at(&self, api_url: &str) -> Vec<Adapter<dyn Carrier>> {
        let credentials = sandbox::credentials();
        let twilio = providers::carrier::twilio::Config {
            account_sid: credentials.twilio_account_sid,
            auth_token: Rotating::only(credentials.twilio_auth_token.into()),
            api_url: api_url.to_owned(),
            media_url: api_url.to_owned(),
            public_url: self.clerk_url.clone(),
        };
        let all = [providers::carrier::Settings::Twilio(twilio)];
        all.map(|settings| providers::carrier::open(settings).expect("good settings")).into()
    }

    /// The chat systems that the contract binds.
    fn chats(&self) -> Vec<Adapter<dyn Chat>> {
        let credentials = sandbox::credentials();
        let slack = providers::chat::slack::Config {
            client_id: credentials.slack_client_id,
            client_secret: credentials.slack_client_secret.into(),
            signing_secret: Rotating::only(credentials.slack_signing_secret.into()),
            api_url: self.sandbox.slack_url(),
            authorize_url: self.sandbox.slack_authorize_url(),
        };
        let all = [providers::chat::Settings::Slack(slack)];
        all.map(|settings| providers::chat::open(settings).expect("good settings")).into()
    }
}

/// Two members of the team.
async fn members(stage: &Stage) -> [String; 2] {
    let state = stage.read("state").await;
    let users = state["slack"]["users"].as_array().expect("members");
    let ids: Vec<String> = users.iter().filter_map(|user| Some(user["id"].as_str()?.to_owned())).collect();
    [ids[0].clone(), ids[1].clone()]
}

/// Buys some number.
async fn bought(carrier: &dyn Carrier) -> PhoneNumber {
    let wish = NumberWish {
        country: "US".to_owned(),
        kind: HeldKind::Local,
        area_code: None,
        contains: None,
        capabilities: Capabilities { sms: true, ..Capabilities::default() },
        limit: 1,
    };
    let number = done(carrier.search_numbers(&wish).await).remove(0).number;
    done(carrier.buy_number(&number).await);
    number
}

/// A text from a number of ours to Maria's phone.
fn text(from: PhoneNumber, body: &str) -> OutboundText {
    OutboundText { reference: "msg_1".to_owned(), from, to: maria(), body: body.to_owned(), media_urls: Vec::new() }
}

/// A person with a phone in the simulated world.
fn maria() -> PhoneNumber {
    "+14155550101".parse().expect("a number")
}

/// Installs the app as a person does: follows the link, agrees, comes back with a code.
async fn installed(chat: &dyn Chat) -> Installed {
    let link = format!("{}&auto=1", chat.install_url("state-1", REDIRECT));
    let agent = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let answer = agent.get(link).send().await.expect("the page of consent");
    let back = answer.headers()["location"].to_str().expect("an address").to_owned();
    let back = reqwest::Url::parse(&back).expect("an address");
    let given = |name: &str| back.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    assert_eq!(given("state").as_deref(), Some("state-1"));
    done(chat.exchange_code(&given("code").expect("a code"), REDIRECT).await)
}

/// An installed app's access.
async fn access(chat: &dyn Chat) -> ChatAccess {
    let Installed { team, token, .. } = installed(chat).await;
    ChatAccess { team, token, home: None }
}

/// The answer, which must be a done one.
fn done<T: std::fmt::Debug, R: std::fmt::Debug>(outcome: domain::contracts::Outcome<T, R>) -> T {
    match outcome {
        Ok(Answer::Done(value)) => value,
        other => panic!("not done: {other:?}"),
    }
}

/// The refusal, which the answer must be.
fn refused<T: std::fmt::Debug, R: std::fmt::Debug>(outcome: domain::contracts::Outcome<T, R>) -> R {
    match outcome {
        Ok(Answer::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// Now.
fn now() -> chrono::DateTime<chrono::Utc> {
    Clock::default().now()
}

/// Tells a sentence to each carrier, on a stage of its own.
async fn each_carrier(sentence: impl AsyncFn(&dyn Carrier, &Stage)) {
    let count = Stage::begin().await.carriers().len();
    for index in 0..count {
        let stage = Stage::begin().await;
        let adapter: Arc<dyn Carrier> = stage.carriers().remove(index).calls;
        sentence(&*adapter, &stage).await;
        stage.sandbox.stop().await;
    }
}

/// Tells a sentence to each chat system, on a stage of its own, with the app installed.
async fn each_chat(sentence: impl AsyncFn(&dyn Chat, &ChatAccess, &Stage)) {
    let count = Stage::begin().await.chats().len();
    for index in 0..count {
        let stage = Stage::begin().await;
        let adapter: Arc<dyn Chat> = stage.chats().remove(index).calls;
        let access = access(&*adapter).await;
        sentence(&*adapter, &access, &stage).await;
        stage.sandbox.stop().await;
    }
}

/// An order for a fault in which the answer is a status.
fn status(status: u16) -> Value {
    json!({ "effect": "status", "status": status })
}
