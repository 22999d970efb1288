//! What every test stands on: a sandbox on free ports, its control API, and a stand-in for Clerk.

use std::{
    collections::VecDeque,
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use poem::{
    Endpoint, Request, Response, Route, Server,
    http::{HeaderMap, StatusCode},
    listener::TcpAcceptor,
};
use sandbox::{Credentials, Options, Pace, Sandbox, credentials};
use serde_json::{Value, json};
use tokio::sync::watch;

/// Long enough for anything that happens at all.
const PATIENCE: Duration = Duration::from_secs(10);
/// The scopes that Clerk asks for in these tests.
const SCOPES: &str = "chat:write,channels:manage,channels:join,channels:read,channels:history,groups:history,im:write,\
    reactions:write,reactions:read,users:read,files:write,files:read,team:read,metadata.message:read,groups:read,groups:write,\
    im:read,im:history,commands,app_mentions:read,users:read.email";

/// A webhook that the stand-in received.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Seen {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// A field of a form.
    pub(crate) fn field(&self, name: &str) -> String {
        let mut pairs = url::form_urlencoded::parse(self.body.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    }

    /// A header.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Whether Slack's signature fits.
    pub(crate) fn is_signed_by_slack(&self) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, credentials().slack_signing_secret.as_bytes());
        let text = format!("v0:{}:{}", self.header("x-slack-request-timestamp"), self.body);
        self.header("x-slack-signature") == format!("v0={}", hex::encode(hmac::sign(&key, text.as_bytes())))
    }

    /// Whether the carrier's signature fits this URL.
    pub(crate) fn is_signed_by_carrier(&self, url: &str) -> bool {
        let mut pairs: Vec<(String, String)> = url::form_urlencoded::parse(self.body.as_bytes()).into_owned().collect();
        pairs.sort();
        let text = pairs.into_iter().fold(url.to_owned(), |text, (key, value)| format!("{text}{key}{value}"));
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, credentials().twilio_auth_token.as_bytes());
        self.header("x-twilio-signature") == STANDARD.encode(hmac::sign(&key, text.as_bytes()))
    }
}

/// The stand-in: notes webhooks and answers what it is told to, 200 by default.
#[derive(Clone)]
pub(crate) struct Clerk {
    seen: Arc<watch::Sender<Vec<Seen>>>,
    answers: Arc<Mutex<VecDeque<(u16, String)>>>,
}

impl Clerk {
    async fn start() -> (Self, String) {
        let clerk = Self { seen: Arc::new(watch::Sender::new(Vec::new())), answers: Arc::default() };
        let url = serve(clerk.clone()).await;
        (clerk, url)
    }

    /// The next webhooks are answered with these.
    pub(crate) fn will_answer(&self, answers: &[(u16, &str)]) {
        self.answers.lock().unwrap().extend(answers.iter().map(|(status, body)| (*status, (*body).to_owned())));
    }

    /// Waits until so many webhooks that fit have come; answers all that fit.
    pub(crate) async fn wait(&self, count: usize, fits: impl Fn(&Seen) -> bool) -> Vec<Seen> {
        let mut seen = self.seen.subscribe();
        let waited = seen.wait_for(|seen| seen.iter().filter(|seen| fits(seen)).count() >= count);
        let all = tokio::time::timeout(PATIENCE, waited).await.expect("the webhooks come in time").unwrap().clone();
        all.into_iter().filter(|seen| fits(seen)).collect()
    }

    /// What has come so far and fits.
    pub(crate) fn so_far(&self, fits: impl Fn(&Seen) -> bool) -> Vec<Seen> {
        self.seen.borrow().iter().filter(|seen| fits(seen)).cloned().collect()
    }
}

impl Endpoint for Clerk {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let (parts, body) = request.into_parts();
        let seen = Seen {
            path: parts.uri.path_and_query().unwrap().to_string(),
            headers: parts.headers,
            body: body.into_string().await.unwrap(),
        };
        self.seen.send_modify(|all| all.push(seen));
        let (status, body) = self.answers.lock().unwrap().pop_front().unwrap_or((200, String::new()));
        let content_type = if body.starts_with('{') { "application/json" } else { "text/plain" };
        Ok(Response::builder().status(StatusCode::from_u16(status).unwrap()).content_type(content_type).body(body))
    }
}

/// A sandbox, the stand-in, and ways to talk to both vendors.
pub(crate) struct Bench {
    pub(crate) sandbox: Sandbox,
    pub(crate) clerk: Clerk,
    pub(crate) clerk_url: String,
    pub(crate) control: String,
    pub(crate) http: reqwest::Client,
    pub(crate) keys: Credentials,
}

impl Bench {
    /// Brisk and without limits.
    pub(crate) async fn new() -> Self {
        Self::with(Pace::brisk(), None).await
    }

    /// With a pace and a state file.
    pub(crate) async fn with(pace: Pace, state_file: Option<PathBuf>) -> Self {
        let (clerk, clerk_url) = Clerk::start().await;
        let options = Options {
            listen: IpAddr::V4(Ipv4Addr::LOCALHOST),
            twilio_port: 0,
            slack_port: 0,
            clerk_url: clerk_url.clone(),
            state_file,
            pace,
        };
        let sandbox = sandbox::start(options).await.unwrap();
        let control = serve(Route::new().nest("/sandbox", sandbox.page())).await;
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Self {
            control: format!("{control}/sandbox"),
            http: http.timeout(PATIENCE).build().unwrap(),
            keys: credentials(),
            sandbox,
            clerk,
            clerk_url,
        }
    }

    /// An order of the control API that must succeed.
    pub(crate) async fn order(&self, act: &str, body: Value) -> Value {
        let answer = self.http.post(format!("{}/api/{act}", self.control)).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{act}");
        answer.json().await.unwrap()
    }

    /// Something read from the control API.
    pub(crate) async fn read(&self, what: &str) -> Value {
        self.http.get(format!("{}/api/{what}", self.control)).send().await.unwrap().json().await.unwrap()
    }

    /// The address of something of the carrier's account.
    pub(crate) fn carrier_url(&self, rest: &str) -> String {
        format!("{}/2010-04-01/Accounts/{}/{rest}", self.sandbox.twilio_url(), self.keys.twilio_account_sid)
    }

    /// A request to the carrier, authenticated.
    pub(crate) fn carrier(&self, method: reqwest::Method, rest: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, self.carrier_url(rest))
            .basic_auth(&self.keys.twilio_account_sid, Some(&self.keys.twilio_auth_token))
    }

    /// A form posted to the carrier: status and JSON.
    pub(crate) async fn carrier_post(&self, rest: &str, form: &[(&str, &str)]) -> (u16, Value) {
        let answer = self.carrier(reqwest::Method::POST, rest).form(form).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// Something read from the carrier.
    pub(crate) async fn carrier_get(&self, rest: &str) -> Value {
        self.carrier(reqwest::Method::GET, rest).send().await.unwrap().json().await.unwrap()
    }

    /// The codes with which the carrier refuses these texts, one after another.
    pub(crate) async fn codes_of_texts(&self, forms: &[&[(&str, &str)]]) -> Vec<u64> {
        let mut codes = Vec::new();
        for form in forms {
            codes.push(self.carrier_post("Messages.json", form).await.1["code"].as_u64().unwrap_or_default());
        }
        codes
    }

    /// Buys a number.
    pub(crate) async fn buy(&self, number: &str) -> Value {
        let (status, bought) = self.carrier_post("IncomingPhoneNumbers.json", &[("PhoneNumber", number)]).await;
        assert_eq!(status, 201, "{bought}");
        bought
    }

    /// A text from a person; the answer of the control API.
    pub(crate) async fn text(&self, from: &str, to: &str, body: &str) -> Value {
        self.order("phone/text", json!({ "from": from, "to": to, "body": body })).await
    }

    /// Installs the app; answers the bot's token.
    pub(crate) async fn install(&self) -> String {
        let installed = self.exchange(&self.consent(&[("scope", SCOPES)]).await).await;
        installed["access_token"].as_str().unwrap().to_owned()
    }

    /// Agrees on the consent page; answers the code.
    pub(crate) async fn consent(&self, query: &[(&str, &str)]) -> String {
        let fixed = [
            ("client_id", self.keys.slack_client_id.as_str()),
            ("redirect_uri", "http://clerk.test/slack/oauth/callback"),
            ("state", "s1"),
            ("auto", "1"),
        ];
        let page = self.http.get(self.sandbox.slack_authorize_url()).query(&fixed).query(query).send().await.unwrap();
        let back = url::Url::parse(page.headers()["location"].to_str().unwrap()).unwrap();
        back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned()
    }

    /// Exchanges a code.
    pub(crate) async fn exchange(&self, code: &str) -> Value {
        let form = [
            ("code", code),
            ("client_id", &self.keys.slack_client_id),
            ("client_secret", &self.keys.slack_client_secret),
        ];
        let url = format!("{}oauth.v2.access", self.sandbox.slack_url());
        self.http.post(url).form(&form).send().await.unwrap().json().await.unwrap()
    }

    /// A method of Slack's Web API with a JSON body.
    pub(crate) async fn slack(&self, token: &str, method: &str, body: Value) -> Value {
        let url = format!("{}{method}", self.sandbox.slack_url());
        self.http.post(url).bearer_auth(token).json(&body).send().await.unwrap().json().await.unwrap()
    }

    /// The codes with which Slack refuses these posts, one after another.
    pub(crate) async fn codes_of_posts(&self, token: &str, posts: &[Value]) -> Vec<Value> {
        let mut codes = Vec::new();
        for post in posts {
            codes.push(self.slack(token, "chat.postMessage", post.clone()).await["error"].clone());
        }
        codes
    }

    /// A form of Slack's `oauth.v2.access`, with the app's credentials.
    pub(crate) async fn oauth(&self, form: &[(&str, &str)]) -> Value {
        let keys =
            [("client_id", self.keys.slack_client_id.as_str()), ("client_secret", &self.keys.slack_client_secret)];
        let all: Vec<(&str, &str)> = keys.into_iter().chain(form.iter().copied()).collect();
        let url = format!("{}oauth.v2.access", self.sandbox.slack_url());
        self.http.post(url).form(&all).send().await.unwrap().json().await.unwrap()
    }

    /// An order of the control API that is refused; its sentence.
    pub(crate) async fn refused(&self, act: &str, body: Value) -> String {
        let answer = self.http.post(format!("{}/api/{act}", self.control)).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 422, "{act}");
        answer.json::<Value>().await.unwrap()["error"].as_str().unwrap().to_owned()
    }

    /// What the last slash command brought: its form, once so many have come.
    pub(crate) async fn command(&self, channel: &str, count: usize) -> Seen {
        self.order("slack/command", json!({ "user": "ana", "channel": channel, "command": "/clerk", "text": "" }))
            .await;
        self.clerk.wait(count, |seen| seen.path == "/webhooks/slack/commands").await.pop().unwrap()
    }

    /// Opens a modal after a command; answers the view.
    pub(crate) async fn modal(&self, token: &str, view: Value) -> Value {
        let trigger = self.command("general", 1).await.field("trigger_id");
        self.slack(token, "views.open", json!({ "trigger_id": trigger, "view": view })).await["view"].clone()
    }

    /// The payloads of interactions of a type, once so many have come.
    pub(crate) async fn payloads(&self, count: usize, kind: &'static str) -> Vec<Value> {
        let read = |seen: &Seen| serde_json::from_str::<Value>(&seen.field("payload")).unwrap_or_default();
        let fits = move |seen: &Seen| seen.path == "/webhooks/slack/interactions" && read(seen)["type"] == kind;
        self.clerk.wait(count, fits).await.iter().map(read).collect()
    }

    /// Makes a channel with the app in it; answers its id.
    pub(crate) async fn channel(&self, token: &str, name: &str) -> String {
        let made = self.slack(token, "conversations.create", json!({ "name": name })).await;
        made["channel"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
    }
}

/// Serves an endpoint on a free port; answers its address.
pub(crate) async fn serve(endpoint: impl Endpoint + 'static) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = TcpAcceptor::from_tokio(listener).unwrap();
    tokio::spawn(Server::new_with_acceptor(acceptor).run(endpoint));
    format!("http://{address}")
}

/// Waits until something holds.
pub(crate) async fn until(holds: impl AsyncFn() -> bool) {
    let waited = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, waited).await.expect("it holds in time");
}

/// Webhooks about texts.
pub(crate) fn texts(seen: &Seen) -> bool {
    seen.path == "/webhooks/twilio/messages"
}

/// Events of Slack.
pub(crate) fn events(seen: &Seen) -> bool {
    seen.path == "/webhooks/slack/events"
}

/// Events of Slack of one type (and subtype, after a dot).
pub(crate) fn event(kind: &'static str) -> impl Fn(&Seen) -> bool {
    move |seen| {
        let (kind, subtype) = kind.split_once('.').unwrap_or((kind, ""));
        events(seen) && {
            let event = &seen.json()["event"];
            event["type"] == kind && event["subtype"].as_str().unwrap_or_default() == subtype
        }
    }
}
