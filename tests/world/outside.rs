//! The world outside: the simulated carrier and Slack, and what a test orders of them and reads from them. The ledger and the snapshots
//! are the vendors' own; nothing here asks what the product believes.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Mutex,
};

use poem::{Endpoint, EndpointExt, Request, Response, endpoint::BoxEndpoint, http::Method};
use sandbox::{Options, Pace, Sandbox};
use serde::Deserialize;
use serde_json::{Value, json};

use super::slack::Slack;

/// A vendor, by the sandbox's name for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Vendor {
    /// The carrier.
    Carrier,
    /// The chat.
    Slack,
}

impl Vendor {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Carrier => "twilio",
            Self::Slack => "slack",
        }
    }
}

/// An order about the webhooks of a vendor.
#[derive(Clone, Copy)]
struct Ordered {
    vendor: &'static str,
    /// Webhooks of all vendors that came before it.
    before: usize,
    /// Attempts that each should see: one and its copies; none when they are lost.
    attempts: usize,
}

/// The vendors.
pub(crate) struct Outside {
    sandbox: Sandbox,
    page: BoxEndpoint<'static, Response>,
    /// How webhooks were ordered to be delivered, the latest order last.
    manners: Mutex<Vec<Ordered>>,
}

impl Outside {
    /// Starts both vendors; their webhooks go to `clerk_url`.
    pub(crate) async fn start(clerk_url: String) -> Self {
        let options = Options {
            listen: IpAddr::V4(Ipv4Addr::LOCALHOST),
            twilio_port: 0,
            slack_port: 0,
            clerk_url,
            state_file: None,
            pace: Pace::brisk(),
        };
        let sandbox = sandbox::start(options).await.expect("free ports");
        let page = sandbox.page().boxed();
        Self { sandbox, page, manners: Mutex::default() }
    }

    /// The running vendors, for their addresses.
    pub(crate) fn vendors(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Reads something.
    pub(crate) async fn read(&self, what: &str) -> Value {
        self.call(Method::GET, what, Value::Null).await.unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    /// Orders something that must be possible.
    pub(crate) async fn order(&self, act: &str, order: Value) -> Value {
        self.call(Method::POST, act, order).await.unwrap_or_else(|error| panic!("{act}: {error}"))
    }

    async fn call(&self, method: Method, act: &str, order: Value) -> Result<Value, Value> {
        let request = Request::builder().method(method).uri(format!("/api/{act}").parse().expect("a path"));
        let request = request.content_type("application/json").body(order.to_string());
        let response = self.page.get_response(request).await;
        let status = response.status();
        let bytes = response.into_body().into_bytes().await.expect("a body");
        let value: Value = serde_json::from_slice(&bytes).expect("JSON");
        if status.is_success() { Ok(value) } else { Err(value["error"].clone()) }
    }

    /// What really happened.
    pub(crate) async fn ledger(&self) -> Ledger {
        serde_json::from_value(self.read("ledger").await).expect("the ledger's form")
    }

    /// What a team's Slack shows now.
    pub(crate) async fn slack(&self, team: &str) -> Slack {
        let team: String = url::form_urlencoded::byte_serialize(team.as_bytes()).collect();
        let state = self.read(&format!("state?team={team}&limit=100000")).await;
        serde_json::from_value(state["slack"].clone()).expect("the form of the snapshot")
    }

    /// What the carrier has counted about files.
    pub(crate) async fn counts(&self) -> Counts {
        serde_json::from_value(self.read("carrier/counts").await).expect("the form of the counts")
    }

    /// Requests of the product to a vendor's method, oldest first.
    pub(crate) async fn requests(&self, vendor: Vendor, method: &str) -> Vec<Asked> {
        let requests = self.read(&format!("requests?vendor={}&method={method}", vendor.code())).await;
        serde_json::from_value(requests).expect("the log's form")
    }

    /// From now on something goes wrong; the fields are those of the sandbox's faults.
    pub(crate) async fn breaks(&self, vendor: Vendor, method: &str, mut fault: Value) {
        fault["vendor"] = vendor.code().into();
        fault["method"] = method.into();
        self.order("faults", fault).await;
    }

    /// Nothing goes wrong any more.
    pub(crate) async fn is_repaired(&self) {
        self.call(Method::DELETE, "faults", Value::Null).await.expect("faults can be ended");
    }

    /// How a vendor delivers its webhooks from now on; the fields are those of the sandbox's order.
    pub(crate) async fn delivers(&self, vendor: Vendor, mut manner: Value) {
        let copies = manner["duplicate"].as_u64().unwrap_or(0);
        let attempts = if manner["lose"] == true { 0 } else { usize::try_from(copies).expect("few") + 1 };
        let before = self.ledger().await.webhook_deliveries.len();
        let ordered = Ordered { vendor: vendor.code(), before, attempts };
        self.manners.lock().expect("nobody panics while holding it").push(ordered);
        manner["vendor"] = vendor.code().into();
        self.order("webhooks", manner).await;
    }

    /// How long a text takes to each next status, in milliseconds.
    pub(crate) async fn delivers_texts_after(&self, sent_ms: u64, delivered_ms: u64) {
        self.order("delivery", json!({ "sent_ms": sent_ms, "delivered_ms": delivered_ms })).await;
    }

    /// Whether vendors have nothing more to tell, and how much they have told.
    pub(super) async fn quiet(&self) -> (bool, usize) {
        let ledger = self.ledger().await;
        let manners = self.manners.lock().expect("nobody panics while holding it").clone();
        let wanted = |told: &Told, position: usize| {
            let orders = manners.iter().rev().filter(|order| order.vendor == told.vendor && order.before <= position);
            orders.map(|order| order.attempts).next().unwrap_or(1)
        };
        let mut deliveries = ledger.webhook_deliveries.iter().enumerate();
        let is_told = deliveries.all(|(position, told)| told.is_over(wanted(told, position)));
        let is_on_its_way = |text: &Text| ["queued", "sending", "sent"].contains(&text.status.as_str());
        let is_quiet = is_told && !ledger.texts_out.iter().any(is_on_its_way);
        let attempts: usize = ledger.webhook_deliveries.iter().map(|told| told.attempts.len()).sum();
        (is_quiet, attempts + ledger.posts.len() + ledger.texts_in.len() + ledger.texts_out.len())
    }
}

/// What really happened, as the vendors saw it.
#[derive(Debug, Deserialize)]
pub(crate) struct Ledger {
    /// Texts of people.
    pub(crate) texts_in: Vec<Text>,
    /// Texts to people.
    pub(crate) texts_out: Vec<Text>,
    /// Everything ever posted, also what was deleted.
    pub(crate) posts: Vec<Posted>,
    /// What the vendors told us.
    pub(crate) webhook_deliveries: Vec<Told>,
    /// What no client of a vendor should ask.
    pub(crate) unexpected: Vec<Value>,
}

impl Ledger {
    /// Texts that a phone got from us, oldest first.
    pub(crate) fn texts_to(&self, phone: &str) -> Vec<&Text> {
        self.texts_out.iter().filter(|text| text.to == phone).collect()
    }
}

/// A text.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Text {
    /// The carrier's id.
    pub(crate) sid: String,
    /// Who sent it.
    pub(crate) from: String,
    /// Who gets it.
    pub(crate) to: String,
    /// What it says.
    pub(crate) body: String,
    /// The carrier's word for how far it is.
    pub(crate) status: String,
    /// The carrier's word for where it comes from.
    pub(crate) direction: String,
    /// Files that the carrier has fetched for it.
    #[serde(default)]
    pub(crate) media_kept: Vec<Kept>,
}

/// A file that the carrier has fetched from us.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Kept {
    /// The carrier's id.
    pub(crate) sid: String,
    /// What the answer said that it is.
    pub(crate) content_type: String,
    /// Size in bytes; none for one that somebody sent us.
    pub(crate) size: Option<u64>,
}

/// What the carrier has counted about files.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Counts {
    /// Requests to where it keeps files.
    pub(crate) cdn_requests: u64,
    /// Those that brought credentials along.
    pub(crate) cdn_with_authorization: u64,
    /// Connections to where nobody may be sent.
    pub(crate) trap_connections: u64,
    /// The address of that.
    pub(crate) trap_url: String,
    /// Bytes that it has handed out of files of which it does not say how large they are.
    pub(crate) cdn_bytes: u64,
}

/// A post when it was made.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Posted {
    /// Where.
    pub(crate) channel: String,
    /// Time stamp.
    pub(crate) ts: String,
    /// First post of its thread.
    pub(crate) thread_ts: Option<String>,
    /// Fallback text.
    pub(crate) text: String,
    /// What the app attached to it.
    #[serde(default)]
    pub(crate) metadata: Value,
}

/// Something that a vendor told us, and how often it tried.
#[derive(Debug, Deserialize)]
pub(crate) struct Told {
    /// `twilio` or `slack`.
    pub(crate) vendor: String,
    /// What identifies it.
    pub(crate) key: String,
    /// The tries.
    pub(crate) attempts: Vec<Attempt>,
}

/// Slack's tries: one and three repetitions.
const SLACK_TRIES: usize = 4;

impl Told {
    fn is_over(&self, wanted: usize) -> bool {
        let is_event = self.vendor == "slack" && self.key.starts_with("Ev");
        let is_repeated = is_event && self.attempts.last().is_some_and(|last| !last.is_good());
        self.attempts.len() >= wanted && !(is_repeated && self.attempts.len() < SLACK_TRIES)
    }
}

/// One try.
#[derive(Debug, Deserialize)]
pub(crate) struct Attempt {
    /// What we answered; none when no answer came.
    pub(crate) status: Option<u16>,
}

impl Attempt {
    /// Whether we took it.
    pub(crate) fn is_good(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// A request of the product to a vendor.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// Which request of all it is.
    pub(crate) seq: u64,
    /// When, in RFC 3339.
    pub(crate) at: String,
    /// What was answered; 0 when the connection was broken.
    pub(crate) status: u16,
    /// Fields of a JSON body.
    #[serde(default)]
    pub(crate) json: Value,
}
