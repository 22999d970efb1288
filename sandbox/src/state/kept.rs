//! The part of the state that survives a restart, and the task that writes it.
//!
//! A change is on disk 100 ms later, by writing a new file and renaming it over the old one. A big state is saved less
//! often, so that saving takes at most about a twentieth of the time whatever its size.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use super::{Data, carrier::Carrier, slack::Slack};
use crate::{ledger::Posted, world::World};

/// The longest a change waits for its first save.
const DEBOUNCE: Duration = Duration::from_millis(80);
/// A save is followed by this many times its own duration without one.
const REST_FACTOR: u32 = 20;

/// What is written.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    serial: u64,
    slack: Slack,
    carrier: Carrier,
    posts: Vec<Posted>,
}

impl Data {
    /// A copy to write; cheap, because rows are not copied.
    pub(crate) fn keep(&mut self) -> Kept {
        Kept {
            serial: self.serial.next(),
            slack: self.slack.clone(),
            carrier: self.carrier.clone(),
            posts: self.ledger.posts.clone(),
        }
    }

    /// Continues from what was written.
    pub(crate) fn restore(&mut self, kept: Kept) {
        self.serial.raise(kept.serial);
        self.slack = kept.slack;
        self.carrier = kept.carrier;
        self.carrier.reindex();
        self.ledger.posts = kept.posts;
    }
}

/// Reads the state file; `None` when there is none yet. An error says what to do about a file that is not understood.
pub(crate) async fn read(path: &Path) -> io::Result<Option<Kept>> {
    match tokio::fs::read(path).await {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| not_understood(path, &error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn not_understood(path: &Path, error: &serde_json::Error) -> io::Error {
    let file = path.display();
    let sentence = format!("The sandbox does not understand its state file {file}: {error}. Delete it to begin anew.");
    io::Error::new(io::ErrorKind::InvalidData, sentence)
}

/// Saves after each burst of changes until the sandbox stops, then once more.
pub(crate) async fn run(world: Arc<World>, path: PathBuf) {
    let stopping = world.stopping.clone();
    while stopping.run_until_cancelled(world.changed.notified()).await.is_some() {
        if stopping.run_until_cancelled(tokio::time::sleep(DEBOUNCE)).await.is_none() {
            break;
        }
        let began = Instant::now();
        save(&world, &path).await;
        let rest = (began.elapsed() * REST_FACTOR).saturating_sub(DEBOUNCE);
        if stopping.run_until_cancelled(tokio::time::sleep(rest)).await.is_none() {
            break;
        }
    }
    save(&world, &path).await;
}

async fn save(world: &World, path: &Path) {
    let kept = world.data().keep();
    if let Err(error) = write(kept, path).await {
        tracing::warn!(%error, path = %path.display(), "the sandbox could not save its state");
    }
}

async fn write(kept: Kept, path: &Path) -> io::Result<()> {
    let bytes = tokio::task::spawn_blocking(move || serde_json::to_vec(&kept)).await??;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    tokio::fs::write(&beside, bytes).await?;
    tokio::fs::rename(&beside, path).await
}
