//! The world of the edge's tests: the whole application on a real port, over a fresh database, with providers that do as they are told. Each
//! test asks over HTTP, as the outside does.

mod counting;
mod edge;
mod port;
pub(crate) mod providers;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use domain::{Ctx, Database, clock::Clock, ids::Ids, inbox, vault::Vault};
use migrations::{Migrator, MigratorTrait};
use poem::endpoint::BoxEndpoint;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

use crate::{ApiState, Limits, Probe, Settings, Webhooks, app, serve};
pub(crate) use counting::Counts;
pub(crate) use providers::{FakeChat, FakeWeb, TEAM};

/// Path of the webhook that the world listens to.
pub(crate) const HOOK: &str = "/webhooks/example/messages";

/// How long a webhook may take to be stored here.
pub(crate) const WEBHOOK_DEADLINE: Duration = Duration::from_secs(2);

/// How long answers may take to end at a stop here.
pub(crate) const DRAIN: Duration = Duration::from_secs(2);

/// What a test may wish for.
#[derive(Default)]
pub(crate) struct Wish {
    pub(crate) public_url: Option<&'static str>,
    pub(crate) extra: Vec<(&'static str, BoxEndpoint<'static>)>,
    pub(crate) probes: Vec<Probe>,
    pub(crate) limits: Limits,
    pub(crate) clock: Clock,
}

/// A server that runs.
pub(crate) struct World {
    pub(crate) ctx: Ctx,
    pub(crate) chat: Arc<FakeChat>,
    pub(crate) address: SocketAddr,
    pub(crate) client: reqwest::Client,
    pub(crate) public_url: String,
    database_url: String,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<std::io::Result<()>>,
    _folder: TempDir,
}

impl World {
    /// A world as it comes.
    pub(crate) async fn start() -> Self {
        Self::wished(Wish::default()).await
    }

    /// A world whose clock stands still until it is turned.
    pub(crate) async fn standing() -> Self {
        let noon = chrono::DateTime::from_timestamp(1_800_000_000, 0).expect("in range");
        Self::wished(Wish { clock: Clock::standing_at(noon), ..Wish::default() }).await
    }

    /// A world as wished for.
    pub(crate) async fn wished(wish: Wish) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database_url = format!("sqlite://{}", folder.path().join("world.db").display());
        let database = Database::open(&database_url, 4).await.expect("a database");
        Migrator::up(database.writer(), None).await.expect("tables");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let public_url = wish.public_url.map_or_else(|| format!("http://{address}"), str::to_owned);
        let ctx = Ctx {
            database,
            clock: wish.clock,
            ids: Ids::default(),
            vault: Vault::new(&[7; 32]),
            public_url: public_url.as_str().into(),
        };
        let chat = Arc::new(FakeChat::default());
        let state = ApiState {
            ctx: ctx.clone(),
            carrier: Arc::new(providers::FakeCarrier),
            chat: chat.clone(),
            web: Arc::new(providers::FakeWeb),
            webhooks: Webhooks::default().with("example", HOOK, Arc::new(providers::FakeWebhook)),
            settings: Settings {
                public_url: public_url.clone(),
                webhook_timeout: WEBHOOK_DEADLINE,
                metrics: Arc::new(|| "clerk_example_total 1\n".to_owned()),
                probes: wish.probes,
                schedules: Vec::new(),
                chat_scopes: Vec::new(),
            },
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async move { stopped.await.unwrap_or_default() };
        let app = app(state, wish.extra);
        let server = tokio::spawn(serve(listener, app, stopped, DRAIN, wish.limits));
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self { ctx, chat, address, client, public_url, database_url, stop: Some(stop), server, _folder: folder }
    }

    /// The address of a path.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Asks for a path.
    pub(crate) async fn get(&self, path: &str) -> reqwest::Response {
        self.client.get(self.at(path)).send().await.expect("an answer")
    }

    /// Another door to the same database, as another process has it.
    pub(crate) async fn other_process(&self) -> Database {
        Database::open(&self.database_url, 1).await.expect("the same database")
    }

    /// How many events the inbox holds.
    pub(crate) async fn event_count(&self) -> u64 {
        inbox::count(&self.ctx, &inbox::EventFilter::default()).await.expect("a count")
    }

    /// Sends bytes as they are, and reads until the server closes.
    pub(crate) async fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).await.expect("a connection");
        // The server may refuse before it has read everything.
        let _ = stream.write_all(bytes).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Asks the server to stop.
    pub(crate) fn ask_to_stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send(()).expect("the server waits for it");
        }
    }

    /// Waits for the server to end.
    pub(crate) async fn ended(self) {
        self.server.await.expect("no panic").expect("no error");
    }
}
