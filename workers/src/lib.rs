//! Does what the domain promised: an engine that claims tasks, one file for each kind of task, and reconcilers that find what nobody told us.

mod engine;
mod reconcilers;
mod tasks;

use std::{sync::Arc, time::Duration};

use domain::{
    Ctx,
    contracts::{carrier::Carrier, chat::Chat},
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
    /// How they work.
    pub settings: Settings,
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
    /// How long a stop waits for what is under way.
    pub drain: Duration,
}
