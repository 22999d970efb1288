//! `clerk token create`: makes an API token and prints it, once. The token alone goes to standard output, so that
//! `TOKEN=$(clerk token create --operator)` works; what is to be known about it goes to standard error.

use anyhow::Result;
use chrono::TimeDelta;
use clap::{ArgGroup, Args, Subcommand};
use domain::members::Permission;
use secrecy::ExposeSecret;

use super::{
    Ending, duration, keys_of_sound,
    output::{complain, say},
};
use crate::{
    config::Config,
    wiring::{self, MadeToken, TokenWish},
};

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a token and print it, once
    Create(Wish),
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("opens").required(true)))]
struct Wish {
    /// For whoever operates the installation: all workspaces, but not their texts
    #[arg(long, group = "opens")]
    operator: bool,
    /// For one workspace, by its short name
    #[arg(long, group = "opens", value_name = "SLUG")]
    workspace: Option<String>,
    /// What it may do, separated by commas [default: all that an owner, or an operator, may]
    #[arg(long, value_name = "A,B", value_delimiter = ',', value_parser = permission)]
    permissions: Vec<Permission>,
    /// How long it lasts, such as 30d [default: until it is revoked]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    expires: Option<TimeDelta>,
    /// What people call it
    #[arg(long, value_name = "NAME", default_value = "Made at the command line")]
    name: String,
}

fn permission(text: &str) -> Result<Permission, String> {
    let known = || Permission::all().iter().map(|permission| permission.code()).collect::<Vec<_>>().join(", ");
    text.to_uppercase().replace('-', "_").parse().map_err(|_| format!("known are {}", known()))
}

pub(super) async fn dispatch(config: &Config, options: Options) -> Result<Ending> {
    let What::Create(wish) = options.what;
    let keys = keys_of_sound(config)?;
    let wish =
        TokenWish { workspace: wish.workspace, name: wish.name, permissions: wish.permissions, lasts: wish.expires };
    let made = wiring::create_token(config, &keys, wish).await?;
    complain(&description(&made));
    say(made.secret.expose_secret());
    Ok(Ending::Good)
}

fn description(made: &MadeToken) -> String {
    let permissions: Vec<_> = made.permissions.iter().map(|permission| permission.code()).collect();
    let end = made
        .expires_at
        .map_or_else(|| "until it is revoked".to_owned(), |end| format!("until {}", end.format("%Y-%m-%d %H:%M UTC")));
    format!("Token {} is valid {end} for {}. It is shown only now:", made.id, permissions.join(", "))
}
