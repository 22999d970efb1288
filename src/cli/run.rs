//! `clerk run`: starts, prints where to look, and waits for a signal. The first SIGINT or SIGTERM lets running work finish, the second
//! one ends the program at once.

use anyhow::Result;
use clap::Args;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{Ending, keys_of_sound, output::say};
use crate::{
    config::Config,
    telemetry::Metrics,
    wiring::{self, Role},
};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Parts to run on this node
    #[arg(long = "role", value_enum, value_delimiter = ',', default_values = ["api", "workers"])]
    roles: Vec<Role>,
}

impl Default for Options {
    fn default() -> Self {
        Self { roles: vec![Role::Api, Role::Workers] }
    }
}

pub(super) async fn run(config: &Config, options: &Options) -> Result<Ending> {
    let keys = keys_of_sound(config)?;
    let metrics = Metrics::install();
    let mut stop = Stop::listen()?;
    let mut running = tokio::select! {
        started = wiring::start(config, &keys, &options.roles, &metrics) => started?,
        () = stop.asked() => return Ok(Ending::Good),
    };
    say(&format!("Clerk {} is ready.", env!("CARGO_PKG_VERSION")));
    for (name, address) in &running.places {
        say(&format!("  {name:<12} {address}"));
    }
    tokio::select! {
        error = running.failed() => return Err(error),
        () = stop.asked() => {}
    }
    tracing::info!("Stopping: no new work is taken, running work has {} s to finish.", config.server.drain_secs);
    tokio::select! {
        () = running.stop() => tracing::info!("Stopped."),
        () = stop.asked() => tracing::warn!("Asked twice to stop: running work was left as it is and is taken up again at the next start."),
    }
    Ok(Ending::Good)
}

/// The signals that ask the program to stop.
struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    fn listen() -> std::io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
