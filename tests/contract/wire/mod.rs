//! What we send is what the vendors' official specifications describe. The adapters, and then the whole product, are pointed at servers that
//! are written here a second time, apart from the sandbox: they answer with the vendors' documented examples and record every request byte
//! for byte. Each request is judged by what Twilio's OpenAPI file and Slack's own packages say (`tests/oracles/twilio_operations.json`,
//! `slack_methods.json`): method, path, names and types of parameters, nothing unknown, nothing missing, authentication, content type.

mod blocks;
mod carrier;
mod chat;
mod fake;
mod judge_slack;
mod judge_twilio;
mod kinds;
pub(crate) mod lint;
mod whole;
mod windows;

use std::collections::BTreeSet;

use serde_json::Value;

/// The account, as Twilio's examples have it, so that their addresses are of this account.
const ACCOUNT: &str = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
/// The token of it.
const AUTH_TOKEN: &str = "0123456789abcdef0123456789abcdef";
/// Token of the app in the team.
const BOT_TOKEN: &str = "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy";
/// The app in Slack's OAuth.
const CLIENT_ID: &str = "3336676.569200954261";
const CLIENT_SECRET: &str = "ABCDEFGH";
const SIGNING_SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
/// Where the vendors reach us.
const PUBLIC_URL: &str = "https://clerk.example:8443";

/// A request exactly as it arrived.
#[derive(Clone, Debug)]
struct Recorded {
    method: String,
    /// Without the query.
    path: String,
    /// Decoded, in order.
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Recorded {
    /// A header; the first one, when it stands there twice.
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Content type without its parameters.
    fn content_type(&self) -> Option<&str> {
        self.header("content-type").map(|value| value.split(';').next().unwrap_or_default().trim())
    }

    /// The body as a form.
    fn form(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// The body as JSON.
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Parts of the path, without the first slash.
    fn parts(&self) -> Vec<&str> {
        self.path.trim_start_matches('/').split('/').collect()
    }
}

/// What every client of an API has to send, whatever the call.
fn manners(request: &Recorded) -> Vec<String> {
    let mut complaints = Vec::new();
    for (at, (name, value)) in request.headers.iter().enumerate() {
        if request.headers[..at].iter().any(|(known, _)| known == name) {
            complaints.push(format!("the header {name} a second time, as {value:?}"));
        }
    }
    if request.header("user-agent").is_none_or(|agent| !agent.starts_with("clerk/")) {
        complaints.push(format!("no user agent of ours, but {:?}", request.header("user-agent")));
    }
    if request.header("host").is_none() {
        complaints.push("no host".to_owned());
    }
    let length = request.header("content-length").and_then(|length| length.parse().ok());
    if !request.body.is_empty() && length != Some(request.body.len()) {
        complaints.push(format!("a body of {} bytes, declared as {length:?}", request.body.len()));
    }
    if request.method == "GET" && !request.body.is_empty() {
        complaints.push("a GET with a body".to_owned());
    }
    complaints
}

/// Fails with everything that is wrong with the requests.
#[track_caller]
fn assert_spotless(requests: &[Recorded], judge: impl Fn(&Recorded) -> Vec<String>) {
    assert!(!requests.is_empty(), "nothing was sent");
    let line = |request: &Recorded, complaint| format!("{} {}: {complaint}", request.method, request.path);
    let of =
        |request: &Recorded| judge(request).into_iter().map(|complaint| line(request, complaint)).collect::<Vec<_>>();
    let complaints: BTreeSet<String> = requests.iter().flat_map(of).collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
}
