//! The simulated carrier and Slack, driven from outside over their control API.

use poem::{Server, listener::TcpAcceptor};
use sandbox::{Options, Pace, Sandbox};
use serde_json::{Value, json};

/// The sandbox of a chaos run.
pub(crate) struct Control {
    /// The vendors.
    pub(crate) sandbox: Sandbox,
    base: String,
    http: reqwest::Client,
}

impl Control {
    /// Starts the vendors; their webhooks go to Clerk's address.
    pub(crate) async fn start(clerk_url: &str) -> Self {
        let options = Options {
            listen: [127, 0, 0, 1].into(),
            twilio_port: 0,
            slack_port: 0,
            clerk_url: clerk_url.to_owned(),
            state_file: None,
            pace: Pace::brisk(),
        };
        let sandbox = sandbox::start(options).await.expect("the sandbox starts");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let listener = listener.into_std().expect("a listener");
        let acceptor = TcpAcceptor::from_std(listener).expect("an acceptor");
        tokio::spawn(Server::new_with_acceptor(acceptor).run(sandbox.page()));
        Self { sandbox, base, http: reqwest::Client::new() }
    }

    /// Orders something.
    pub(crate) async fn order(&self, act: &str, order: Value) -> Value {
        let request = self.http.post(format!("{}/api/{act}", self.base)).json(&order);
        let answer = request.send().await.expect("the sandbox answers");
        answer.json().await.expect("JSON")
    }

    /// Takes something back.
    pub(crate) async fn forget(&self, what: &str) {
        self.http.delete(format!("{}/api/{what}", self.base)).send().await.expect("the sandbox answers");
    }

    /// Reads something.
    pub(crate) async fn read(&self, what: &str) -> Value {
        let answer = self.http.get(format!("{}/api/{what}", self.base)).send().await.expect("the sandbox answers");
        answer.json().await.expect("JSON")
    }

    /// Someone texts; whether Clerk acknowledged it.
    pub(crate) async fn text(&self, from: &str, to: &str, body: &str) -> bool {
        let answer = self.order("phone/text", json!({ "from": from, "to": to, "body": body })).await;
        answer["webhook_status"] == 200
    }

    /// Someone sends a picture that comes very slowly; whether Clerk acknowledged the text.
    pub(crate) async fn slow_picture(&self, from: &str, to: &str, body: &str) -> bool {
        let slow = json!([{ "content_type": "image/png", "size": 50_000, "behaviour": "slow" }]);
        let answer = self.order("phone/text", json!({ "from": from, "to": to, "body": body, "media": slow })).await;
        answer["webhook_status"] == 200
    }

    /// A member answers in a thread; whether Clerk acknowledged it at once.
    pub(crate) async fn reply(&self, user: &str, thread: (&str, &str), text: &str) -> bool {
        let (channel, thread_ts) = thread;
        let answer = self
            .order("slack/post", json!({ "user": user, "channel": channel, "thread_ts": thread_ts, "text": text }))
            .await;
        answer["webhook_status"] == 200
    }
}
