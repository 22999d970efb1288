//! Puts the crates together: the only place that knows all of them. The command line calls these functions and nothing else of the
//! other crates, and the integration tests start worlds through the same [`start`] as the program does.
//!
//! Until a function is wired it fails and says so; none pretends.

use std::net::SocketAddr;

use anyhow::{Result, bail};
use chrono::{DateTime, TimeDelta, Utc};
use clap::ValueEnum;
use domain::{audit::Verdict, members::Permission};
use secrecy::SecretString;

use crate::{
    config::{Config, Keys},
    telemetry::Metrics,
};

/// A part of the program that can run on a node of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Answers requests and webhooks.
    Api,
    /// Does what was promised, and reconciles.
    Workers,
}

/// A program that runs.
pub struct Running {
    /// Address that the server is bound to; none when this node has no server.
    pub bound: Option<SocketAddr>,
    /// What people may open, as name and address, in the order to print.
    pub places: Vec<(&'static str, String)>,
}

impl Running {
    /// Returns only when a part that should run for ever has ended by itself, with what it said.
    pub async fn failed(&mut self) -> anyhow::Error {
        std::future::pending().await
    }

    /// Takes no new work, lets running work finish within `server.drain_secs`, and closes the database.
    pub async fn stop(self) {}
}

/// Starts everything that the configuration and the roles ask for: migrates the database, starts the sandbox when it is on and points
/// the providers at it, then the server and the workers.
///
/// # Errors
/// When the database does not open or migrate, or the address is taken.
pub async fn start(_config: &Config, _keys: &Keys, _roles: &[Role], _metrics: &Metrics) -> Result<Running> {
    bail!("`run` is not wired yet")
}

/// Applies every migration that is missing and returns their names, oldest first.
///
/// # Errors
/// When the database does not open, or a migration fails.
pub async fn migrate(_config: &Config) -> Result<Vec<String>> {
    bail!("`migrate` is not wired yet")
}

/// A migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// Whether the database has it.
    pub is_applied: bool,
}

/// Every migration that the program knows, oldest first.
///
/// # Errors
/// When the database does not open.
pub async fn migration_status(_config: &Config) -> Result<Vec<Step>> {
    bail!("`migrate status` is not wired yet")
}

/// The GraphQL schema, in its definition language.
///
/// # Errors
/// While it is not wired.
pub fn schema() -> Result<String> {
    bail!("`schema` is not wired yet")
}

/// A token to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenWish {
    /// Short name of the workspace that it opens; none for an operator's.
    pub workspace: Option<String>,
    /// What people call it.
    pub name: String,
    /// What it may do; empty for everything that an owner (or an operator) may.
    pub permissions: Vec<Permission>,
    /// How long it lasts; none for ever.
    pub lasts: Option<TimeDelta>,
}

/// A token that was made.
#[derive(Clone, Debug)]
pub struct MadeToken {
    /// Its id, by which it is revoked.
    pub id: String,
    /// The token itself, told here and nowhere else.
    pub secret: SecretString,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Makes an API token, on behalf of the console.
///
/// # Errors
/// When there is no such workspace, or the database does not open.
pub async fn create_token(_config: &Config, _keys: &Keys, _wish: TokenWish) -> Result<MadeToken> {
    bail!("`token create` is not wired yet")
}

/// What a look at one thing outside found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was looked at, such as "Database" or "Twilio".
    pub subject: &'static str,
    /// What is fine, or what is wrong and how to mend it; sentences.
    pub result: Result<String, String>,
}

/// Looks at the database and at each configured provider, without any effect there.
///
/// # Errors
/// While it is not wired; what is found wrong is no error but part of the answer.
pub async fn check(_config: &Config, _keys: &Keys) -> Result<Vec<Check>> {
    bail!("`check` is not wired yet")
}

/// The manifest from which a Slack app is made that calls this public address (no slash at its end), as JSON.
///
/// # Errors
/// While it is not wired.
pub fn slack_manifest(_public_url: &str) -> Result<String> {
    bail!("`slack manifest` is not wired yet")
}

/// Verifies the whole audit log.
///
/// # Errors
/// When the database does not open.
pub async fn verify_audit(_config: &Config, _keys: &Keys) -> Result<Verdict> {
    bail!("`audit verify` is not wired yet")
}
