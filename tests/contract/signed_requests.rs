//! The running product lets in what the vendors' own libraries signed, and nothing else. `tests/oracles/signed_requests.py` made the requests
//! with `twilio` and `slack_sdk` from PyPI; here they arrive over HTTP, byte for byte, at a product that is configured with the same secrets and
//! public address and whose clock stands at their time. What is let in is kept once; what is refused gets 401 or 403 and leaves no row.

use std::{collections::BTreeMap, path::PathBuf};

use chrono::DateTime;
use clerk::{
    config::{Config, Keys, Sources},
    telemetry::Metrics,
    wiring::{self, Role, Running},
};
use domain::clock::Clock;
use sea_orm::{ConnectionTrait, Statement};
use serde::Deserialize;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Keys of a test installation, of 64 hexadecimal digits; they guard nothing.
const KEY: &str = "7e57000000000000000000000000000000000000000000000000000000000003";

const TWILIO_SIGNATURE: &str = "x-twilio-signature";
const SLACK_SIGNATURE: &str = "x-slack-signature";
const SLACK_TIMESTAMP: &str = "x-slack-request-timestamp";

#[derive(Deserialize)]
struct Fixture {
    account_sid: String,
    auth_token: String,
    signing_secret: String,
    now: i64,
    accepted: Vec<Request>,
    refused: Vec<Request>,
}

/// A request as a library signed it.
#[derive(Clone, Deserialize)]
struct Request {
    name: String,
    /// Our public address.
    site: String,
    /// Path and query.
    target: String,
    headers: BTreeMap<String, String>,
    body: String,
    /// Rows that it leaves.
    rows: Option<i64>,
    /// Status that it gets when it is refused.
    status: Option<u16>,
}

impl Request {
    fn is_of_slack(&self) -> bool {
        self.headers.contains_key(SLACK_SIGNATURE)
    }

    fn signature(&self) -> &'static str {
        if self.is_of_slack() { SLACK_SIGNATURE } else { TWILIO_SIGNATURE }
    }

    fn wire(&self) -> Wire {
        let headers = self.headers.iter().map(|(name, value)| (name.clone(), value.clone().into_bytes()));
        Wire { target: self.target.clone(), headers: headers.collect(), body: self.body.clone().into_bytes() }
    }
}

/// A request as it is sent.
#[derive(Clone)]
struct Wire {
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Wire {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes =
            format!("POST {} HTTP/1.1\r\nhost: clerk.example\r\nconnection: close\r\n", self.target).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        bytes.extend(format!("content-length: {}\r\n\r\n", self.body.len()).into_bytes());
        bytes.extend(&self.body);
        bytes
    }

    fn without(mut self, header: &str) -> Self {
        self.headers.retain(|(name, _)| name != header);
        self
    }

    fn with(self, header: &str, value: impl Into<Vec<u8>>) -> Self {
        let mut wire = self.without(header);
        wire.headers.push((header.to_owned(), value.into()));
        wire
    }

    fn with_twice(mut self, header: &str) -> Self {
        let again = self.headers.iter().find(|(name, _)| name == header).expect("the header is there").clone();
        self.headers.push(again);
        self
    }
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("../oracles/signed_requests.json")).expect("the fixture is JSON")
}

/// A product that runs for one public address.
struct Product {
    running: Running,
    _folder: TempDir,
}

impl Product {
    async fn start(fixture: &Fixture, site: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("clerk-test-").tempdir().expect("a folder");
        let database = format!("sqlite://{}", folder.path().join("clerk.db").display());
        let settings = [
            ("SERVER__LISTEN", "127.0.0.1:0"),
            ("SERVER__PUBLIC_URL", site),
            ("DATABASE__URL", &database),
            ("SANDBOX__ENABLED", "false"),
            ("TWILIO__ACCOUNT_SID", &fixture.account_sid),
            ("TWILIO__AUTH_TOKEN", &fixture.auth_token),
            ("SLACK__CLIENT_ID", "1.2"),
            ("SLACK__CLIENT_SECRET", "unused"),
            ("SLACK__SIGNING_SECRET", &fixture.signing_secret),
            ("AUTH__SIGNING_KEYS", KEY),
            ("CRYPTO__MASTER_KEY", KEY),
        ];
        let environment = settings.map(|(key, value)| (format!("CLERK__{key}"), value.to_owned())).to_vec();
        let config = Config::load(&Sources { file: Some(PathBuf::from("/dev/null")), environment })
            .expect("a sound configuration");
        let keys = Keys::resolve(&config).expect("both keys are given");
        let clock = Clock::standing_at(DateTime::from_timestamp(fixture.now, 0).expect("a time"));
        let running = wiring::start_at(&config, &keys, &[Role::Api], &Metrics::install(), clock).await;
        Self { running: running.expect("the product starts"), _folder: folder }
    }

    /// The status that a request gets.
    async fn answers(&self, wire: &Wire) -> u16 {
        let mut connection =
            TcpStream::connect(self.running.bound.expect("a server runs")).await.expect("a connection");
        connection.write_all(&wire.bytes()).await.expect("the request is taken");
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await.expect("an answer");
        let head = String::from_utf8_lossy(&answer);
        head.split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap_or_else(|| panic!("no answer of HTTP: {head}"))
    }

    /// Rows of what providers told us, and of what was promised because of it.
    async fn rows(&self) -> (i64, i64) {
        let db = self.running.ctx.database.reader();
        let sql = "SELECT (SELECT count(*) FROM provider_events) AS events, (SELECT count(*) FROM tasks) AS tasks";
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await;
        let row = row.expect("rows are counted").expect("a count has a row");
        (row.try_get("", "events").expect("a number"), row.try_get("", "tasks").expect("a number"))
    }
}

/// Public addresses, each with its requests.
fn by_site(requests: &[Request]) -> BTreeMap<&str, Vec<&Request>> {
    let mut sites: BTreeMap<&str, Vec<&Request>> = BTreeMap::new();
    requests.iter().for_each(|request| sites.entry(&request.site).or_default().push(request));
    sites
}

/// Sends each request twice to the product of its address; what did not get 200 both times, or left other rows than it should.
async fn wrongly_taken(fixture: &Fixture) -> Vec<String> {
    let mut wrong = Vec::new();
    for (site, requests) in by_site(&fixture.accepted) {
        let product = Product::start(fixture, site).await;
        for request in requests {
            let (before, _) = product.rows().await;
            let statuses = [product.answers(&request.wire()).await, product.answers(&request.wire()).await];
            let new_rows = product.rows().await.0 - before;
            if statuses != [200, 200] || Some(new_rows) != request.rows {
                wrong.push(format!("{}: {statuses:?}, {new_rows} rows", request.name));
            }
        }
        product.running.stop().await;
    }
    wrong
}

/// Sends every change of each request to the product of its address; what was not refused, and what left a row.
async fn wrongly_let_in(fixture: &Fixture, changes: impl Fn(&Request) -> Vec<(String, Wire)>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (site, requests) in by_site(&fixture.accepted) {
        let product = Product::start(fixture, site).await;
        for (request, (change, wire)) in
            requests.into_iter().flat_map(|request| changes(request).into_iter().map(move |change| (request, change)))
        {
            let status = product.answers(&wire).await;
            if !matches!(status, 401 | 403) {
                wrong.push(format!("{}, {change}: {status}", request.name));
            }
        }
        if product.rows().await != (0, 0) {
            wrong.push(format!("rows are left at {site}: {:?}", product.rows().await));
        }
        product.running.stop().await;
    }
    wrong
}

/// Places in a text of some length: its ends and its middle.
fn places(length: usize) -> [usize; 3] {
    [0, length / 2, length - 1]
}

/// One bit of the body is another.
fn changed_bodies(request: &Request) -> Vec<(String, Wire)> {
    let changed = places(request.body.len()).map(|place| {
        let mut wire = request.wire();
        wire.body[place] ^= 1;
        (format!("byte {place} of the body changed"), wire)
    });
    let mut longer = request.wire();
    longer.body.extend(b"&x=y");
    changed.into_iter().chain([("something behind the body".to_owned(), longer)]).collect()
}

/// The signature is another, or not there, or there twice.
fn changed_signatures(request: &Request) -> Vec<(String, Wire)> {
    let (name, right) = (request.signature(), &request.headers[request.signature()]);
    let changed = places(right.len()).map(|place| {
        let mut signature = right.clone().into_bytes();
        signature[place] ^= 1;
        (format!("byte {place} of the signature changed"), request.wire().with(name, signature))
    });
    let others = [
        ("no signature", request.wire().without(name)),
        ("an empty signature", request.wire().with(name, "")),
        ("half a signature", request.wire().with(name, &right.as_bytes()[..right.len() / 2])),
        ("a longer signature", request.wire().with(name, format!("{right}0"))),
        ("the signature in large letters", request.wire().with(name, right.to_uppercase())),
        ("a signature of the other vendor's form", request.wire().with(name, "v1=00")),
        ("the signature twice", request.wire().with_twice(name)),
    ];
    changed.into_iter().chain(others.map(|(change, wire)| (change.to_owned(), wire))).collect()
}

/// What else is signed is another: the time for Slack, the address for Twilio.
fn changed_surroundings(request: &Request) -> Vec<(String, Wire)> {
    let at = |target: String| Wire { target, ..request.wire() };
    let joint = if request.target.contains('?') { '&' } else { '?' };
    let changes = match request.headers.get(SLACK_TIMESTAMP) {
        Some(stamp) => {
            let secs: i64 = stamp.parse().expect("a time");
            vec![
                ("another time", request.wire().with(SLACK_TIMESTAMP, (secs - 1).to_string())),
                ("the time with a sign", request.wire().with(SLACK_TIMESTAMP, format!("+{stamp}"))),
                ("no time", request.wire().without(SLACK_TIMESTAMP)),
                ("the time twice", request.wire().with_twice(SLACK_TIMESTAMP)),
            ]
        }
        None => vec![
            ("one more parameter", at(format!("{}{joint}x=y", request.target))),
            ("a path of the other vendor", at("/webhooks/slack/events".to_owned())),
        ],
    };
    changes.into_iter().map(|(change, wire)| (change.to_owned(), wire)).collect()
}

/// Statuses of requests that a library signed with something that is not ours, beside those that they should get; and the rows left.
async fn refusals(fixture: &Fixture) -> (Vec<(String, u16)>, (i64, i64)) {
    let product = Product::start(fixture, "https://clerk.example").await;
    let mut statuses = Vec::new();
    for request in &fixture.refused {
        statuses.push((request.name.clone(), product.answers(&request.wire()).await));
    }
    let rows = product.rows().await;
    product.running.stop().await;
    (statuses, rows)
}

#[tokio::test]
async fn what_the_vendors_libraries_signed_is_accepted_and_kept_once() {
    let fixture = fixture();

    let wrong = wrongly_taken(&fixture).await;

    assert_eq!(wrong, [] as [String; 0]);
    assert_eq!((fixture.accepted.len(), by_site(&fixture.accepted).len()), (165, 7));
}

#[tokio::test]
async fn a_changed_body_is_refused_and_leaves_no_row() {
    let wrong = wrongly_let_in(&fixture(), changed_bodies).await;

    assert_eq!(wrong, [] as [String; 0]);
}

#[tokio::test]
async fn a_changed_or_missing_signature_is_refused_and_leaves_no_row() {
    let wrong = wrongly_let_in(&fixture(), changed_signatures).await;

    assert_eq!(wrong, [] as [String; 0]);
}

#[tokio::test]
async fn another_time_or_address_than_was_signed_is_refused_and_leaves_no_row() {
    let wrong = wrongly_let_in(&fixture(), changed_surroundings).await;

    assert_eq!(wrong, [] as [String; 0]);
}

#[tokio::test]
async fn what_was_signed_by_others_for_others_or_long_ago_is_refused_and_leaves_no_row() {
    let fixture = fixture();

    let (statuses, rows) = refusals(&fixture).await;

    let expected = fixture.refused.iter().map(|request| (request.name.clone(), request.status.expect("a status")));
    assert_eq!(statuses, expected.collect::<Vec<_>>());
    assert_eq!((rows, statuses.len()), ((0, 0), 16));
}
