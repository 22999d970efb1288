//! Does what the domain promised: an engine that claims tasks, one file for each kind of task, and reconcilers that find what nobody told us.

mod chat;
mod engine;
mod pictures;
mod reconcilers;
mod tasks;

use std::{sync::Arc, time::Duration};

use domain::{
    Ctx,
    contracts::{carrier::Carrier, chat::Chat, media::Web},
    outbox::Pacing,
};

pub use engine::run;
pub use reconcilers::{NAMES as RECONCILERS, every, run_all as reconcile};

/// What the workers work with.
#[derive(Clone)]
pub struct Workers {
    /// Where things are kept.
    pub ctx: Ctx,
    /// Who carries texts.
    pub carrier: Arc<dyn Carrier>,
    /// Where the team talks.
    pub chat: Arc<dyn Chat>,
    /// Where programs have put files.
    pub web: Arc<dyn Web>,
    /// How they work.
    pub settings: Settings,
}

impl Workers {
    /// Where people install the app again.
    fn install_url(&self) -> String {
        format!("{}{}", self.ctx.public_url, self.settings.install_path)
    }
}

/// How the workers work.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name of this process among the others: its machine and process id.
    pub node: String,
    /// Version that runs.
    pub version: &'static str,
    /// How many tasks run at once.
    pub concurrency: usize,
    /// How long a task is leased.
    pub lease: Duration,
    /// How often leases are prolonged.
    pub heartbeat: Duration,
    /// Pace of posts to a channel.
    pub pacing: Pacing,
    /// Pauses before each read-back of a text whose sending is in doubt; after the last it is unconfirmed.
    pub send_read_backs: Vec<Duration>,
    /// How often the carrier's list of texts is compared with ours.
    pub carrier_every: Duration,
    /// How far back that comparison goes at most.
    pub carrier_window: Duration,
    /// How often installations of the app are checked.
    pub installations_every: Duration,
    /// How often lost channels are looked at.
    pub channels_every: Duration,
    /// Path below our public address at which an installation begins.
    pub install_path: &'static str,
    /// How long a stop waits for what is under way.
    pub drain: Duration,
}
