//! `clerk migrate`: brings the database up to date, or shows how far it is. Needs nothing of the configuration but `database.*`, so that
//! it can run before the secrets are in place.

use anyhow::Result;
use clap::{Args, Subcommand};

use super::{Ending, output::say};
use crate::{config::Config, telemetry, wiring};

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Apply what is missing (also without any word)
    Up,
    /// List every migration and whether it is applied; fails when one is missing
    Status,
}

pub(super) async fn migrate(config: &Config, options: &Options) -> Result<Ending> {
    telemetry::start_log(&config.log, &config.secrets())?;
    match options.what {
        None | Some(What::Up) => up(config).await,
        Some(What::Status) => status(config).await,
    }
}

async fn up(config: &Config) -> Result<Ending> {
    let applied = wiring::migrate(config).await?;
    for name in &applied {
        say(&format!("applied  {name}"));
    }
    if applied.is_empty() {
        say("The database is up to date.");
    }
    Ok(Ending::Good)
}

async fn status(config: &Config) -> Result<Ending> {
    let steps = wiring::migration_status(config).await?;
    for step in &steps {
        say(&format!("{}  {}", if step.is_applied { "applied" } else { "missing" }, step.name));
    }
    Ok(if steps.iter().all(|step| step.is_applied) { Ending::Good } else { Ending::Bad })
}
