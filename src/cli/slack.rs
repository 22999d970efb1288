//! `clerk slack manifest`: prints what a Slack app is made from, at api.slack.com under "Create New App", "From a manifest". Only the
//! public address has to be known for it, so it comes before any credential.

use anyhow::Result;
use clap::{Args, Subcommand};

use super::{
    Ending,
    output::{complain, say},
};
use crate::{config::Config, wiring};

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print the manifest of the Slack app for the configured public address
    Manifest,
}

pub(super) fn dispatch(config: &Config, options: &Options) -> Result<Ending> {
    let What::Manifest = options.what;
    if config.server.public_url.is_none() {
        complain("server.public_url is not set: this manifest names localhost, which Slack cannot reach.");
    }
    say(wiring::slack_manifest(&config.server.public_url_at(config.server.listen))?.trim_end());
    Ok(Ending::Good)
}
