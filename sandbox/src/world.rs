//! What all parts of the sandbox hold on to: the state, the stream of events, the client for webhooks, and the stop.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{clock, feed::Feed, hooks::Clients, state::Data, wire::listener::Connections};

/// The simulated world.
#[derive(Debug)]
pub(crate) struct World {
    state: Mutex<Data>,
    pub(crate) feed: Feed,
    pub(crate) clients: Clients,
    pub(crate) connections: Connections,
    /// Told after each change, for the state file.
    pub(crate) changed: Notify,
    pub(crate) stopping: CancellationToken,
    pub(crate) tasks: TaskTracker,
    pub(crate) twilio_url: String,
    pub(crate) slack_url: String,
    /// The carrier's storage for media.
    pub(crate) cdn_url: String,
    /// An address that nobody should connect to.
    pub(crate) trap_url: String,
}

impl World {
    /// A world around a state; the URLs are those of carrier, Slack, storage and trap, without a slash at the end.
    pub(crate) fn new(data: Data, clients: Clients, connections: Connections, urls: [String; 4]) -> Arc<Self> {
        let [twilio_url, slack_url, cdn_url, trap_url] = urls;
        Arc::new(Self {
            state: Mutex::new(data),
            feed: Feed::new(clock::micros()),
            clients,
            connections,
            changed: Notify::new(),
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
            twilio_url,
            slack_url,
            cdn_url,
            trap_url,
        })
    }

    /// The state, locked. Never hold it across an await.
    pub(crate) fn data(&self) -> MutexGuard<'_, Data> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs something beside the answer, until the sandbox stops.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stopping = self.stopping.clone();
        self.tasks.spawn(async move {
            stopping.run_until_cancelled(work).await;
        });
    }
}
