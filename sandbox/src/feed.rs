//! The stream of events that the page follows.
//!
//! Nothing is built or kept when nobody listens. A listener that falls behind loses events and reads the state again.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;
use tokio::sync::broadcast;

/// Events a slow listener may be behind before it loses some.
const BACKLOG: usize = 4_096;

/// One event: its number and its JSON.
pub(crate) type Event = (u64, std::sync::Arc<str>);

/// The stream.
#[derive(Debug)]
pub(crate) struct Feed {
    sender: broadcast::Sender<Event>,
    last: AtomicU64,
}

impl Feed {
    /// A stream without listeners, whose numbers begin after `last`.
    pub(crate) fn new(last: u64) -> Self {
        Self { sender: broadcast::Sender::new(BACKLOG), last: AtomicU64::new(last) }
    }

    /// Sends an object to all listeners, with its `type`; `object` is built only if there is one.
    pub(crate) fn publish(&self, kind: &str, object: impl FnOnce() -> Value) {
        if self.sender.receiver_count() == 0 {
            return;
        }
        let mut value = object();
        value["type"] = kind.into();
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        // Without a listener left there is nobody to tell.
        self.sender.send((number, value.to_string().into())).ok();
    }

    /// Listens from now on.
    pub(crate) fn listen(&self) -> broadcast::Receiver<Event> {
        self.sender.subscribe()
    }
}
