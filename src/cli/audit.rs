//! `clerk audit verify`: follows every chain of the audit log and names the first entry that does not fit.

use anyhow::Result;
use clap::{Args, Subcommand};
use domain::audit::Verdict;

use super::{Ending, keys_of_sound, output::say};
use crate::{config::Config, wiring};

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Verify that no entry was changed, removed, added or moved; fails when one was
    Verify,
}

pub(super) async fn dispatch(config: &Config, options: &Options) -> Result<Ending> {
    let What::Verify = options.what;
    let keys = keys_of_sound(config)?;
    match wiring::verify_audit(config, &keys).await? {
        Verdict::Holds { chain_count, entry_count } => {
            say(&format!("The audit log holds: {entry_count} entries in {chain_count} chains."));
            Ok(Ending::Good)
        }
        Verdict::Broken { chain, position, entry } => {
            say(&format!(
                "The audit log is broken in chain {chain} at position {position}: entry {entry} does not fit."
            ));
            Ok(Ending::Bad)
        }
    }
}
