//! A door at which the vendors call: what arrives is verified and understood by the adapters, and kept.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use domain::contracts::{
    carrier::Carrier,
    chat::{Chat, ChatAccess},
    inbound::{Envelope, Inbound},
    view::Fault,
    webhook::{Parsed, Refused, Request as Received},
};
use poem::{Endpoint, Request, Response, http::StatusCode, listener::TcpAcceptor};
use providers::{Adapter, Hook};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::Notify};

use super::{Stage, access, done, members, now};

/// How long a sentence waits for what must be told.
const PATIENCE: Duration = Duration::from_secs(10);

/// What arrives at our address, verified and understood by the adapters.
#[derive(Clone, Default)]
pub(super) struct Door {
    hooks: Arc<Mutex<Vec<Hook>>>,
    told: Arc<Mutex<Vec<Envelope>>>,
    refused: Arc<Mutex<Vec<Refused>>>,
    faults: Arc<Mutex<Vec<Fault>>>,
    changed: Arc<Notify>,
}

impl Door {
    /// Opens the door; the address is where the vendors are to call.
    async fn open() -> (Self, String) {
        let door = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let acceptor = TcpAcceptor::from_tokio(listener).expect("a listener");
        tokio::spawn(poem::Server::new_with_acceptor(acceptor).run(door.clone()));
        (door, address)
    }

    fn listens_to<C: ?Sized>(&self, adapter: &Adapter<C>) {
        self.hooks.lock().expect("nobody panics here").extend(adapter.hooks.clone());
    }

    /// Waits until something of this kind was told.
    pub(super) async fn waits_for<T>(&self, wanted: impl Fn(&Envelope) -> Option<T>) -> T {
        self.waits_until(|told| told.iter().find_map(&wanted)).await
    }

    /// Waits until enough was told.
    pub(super) async fn waits_until<T>(&self, enough: impl Fn(&[Envelope]) -> Option<T>) -> T {
        let seen = tokio::time::timeout(PATIENCE, async {
            loop {
                let changed = self.changed.notified();
                let found = enough(&self.told());
                match found {
                    Some(found) => return found,
                    None => changed.await,
                }
            }
        });
        seen.await.unwrap_or_else(|_| panic!("not told, but: {:?}", self.told()))
    }

    pub(super) fn told(&self) -> Vec<Envelope> {
        self.told.lock().expect("nobody panics here").clone()
    }

    pub(super) fn refusals(&self) -> Vec<Refused> {
        self.refused.lock().expect("nobody panics here").clone()
    }

    /// The next window that is submitted has these faults.
    pub(super) fn reproaches(&self, faults: Vec<Fault>) {
        *self.faults.lock().expect("nobody panics here") = faults;
    }

    fn understand<'a>(&self, received: &'a Received<'a>, hook: &Hook) -> Result<Response, Refused> {
        let verified = hook.webhook.verify(received)?;
        let mut parsed = hook.webhook.parse(&verified)?;
        if parsed.envelopes.iter().any(|told| matches!(told.event, Inbound::ViewSubmitted(_))) {
            let faults = std::mem::take(&mut *self.faults.lock().expect("nobody panics here"));
            if !faults.is_empty() {
                parsed = Parsed { envelopes: Vec::new(), reply: hook.webhook.reproach(&faults) };
            }
        }
        self.told.lock().expect("nobody panics here").extend(parsed.envelopes);
        let mut answer = Response::builder();
        if let Some(content_type) = parsed.reply.content_type {
            answer = answer.content_type(content_type);
        }
        Ok(answer.body(parsed.reply.body))
    }
}

impl Endpoint for Door {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let body = request.take_body().into_bytes().await?;
        let target = request.uri().path_and_query().map(|target| target.as_str().to_owned()).unwrap_or_default();
        let headers = request.headers().clone();
        let header = |name: &str| {
            let mut values = headers.get_all(name).iter();
            values.next().filter(|_| values.next().is_none())?.to_str().ok()
        };
        let received = Received { path_and_query: &target, header: &header, body: &body, received_at: now() };
        let hooks = self.hooks.lock().expect("nobody panics here").clone();
        let hook = hooks.iter().find(|hook| request.uri().path() == hook.path);
        let answer = match hook.map(|hook| self.understand(&received, hook)) {
            Some(Ok(answer)) => answer,
            Some(Err(refused)) => {
                self.refused.lock().expect("nobody panics here").push(refused);
                StatusCode::FORBIDDEN.into()
            }
            None => StatusCode::NOT_FOUND.into(),
        };
        self.changed.notify_waiters();
        Ok(answer)
    }
}

/// Tells a sentence to each carrier whose webhooks come in at a door.
pub(super) async fn each_carrier(sentence: impl AsyncFn(&dyn Carrier, &Stage, &Door)) {
    let count = Stage::begin().await.carriers().len();
    for index in 0..count {
        let (door, address) = Door::open().await;
        let stage = Stage::before(address).await;
        let adapter = stage.carriers().remove(index);
        door.listens_to(&adapter);
        sentence(&*adapter.calls, &stage, &door).await;
        stage.sandbox.stop().await;
    }
}

/// Tells a sentence to each chat system whose webhooks come in at a door; the app is in a channel.
pub(super) async fn each_chat(sentence: impl AsyncFn(&dyn Chat, &Stage, &Door, &Scene)) {
    let count = Stage::begin().await.chats().len();
    for index in 0..count {
        let (door, address) = Door::open().await;
        let stage = Stage::before(address).await;
        let adapter = stage.chats().remove(index);
        door.listens_to(&adapter);
        let access = access(&*adapter.calls).await;
        let channel = done(adapter.calls.create_channel(&access, "clerk-contract").await).id;
        let [member, _] = members(&stage).await;
        sentence(&*adapter.calls, &stage, &door, &Scene { access, channel, member }).await;
        stage.sandbox.stop().await;
    }
}

pub(super) struct Scene {
    pub(super) access: ChatAccess,
    pub(super) channel: String,
    pub(super) member: String,
}

impl Scene {
    pub(super) async fn writes(&self, stage: &Stage, text: &str) -> Value {
        let order = json!({ "user": self.member, "channel": self.channel, "text": text });
        stage.order("slack/post", order).await
    }
}
