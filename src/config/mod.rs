//! The configuration: what the program is told before it starts. Three layers, each over the one before: the defaults that are compiled
//! in, a file, the environment. Anything that is not understood is refused with a sentence that names the place and the right key,
//! because a misspelt key that is silently ignored is found only when it hurts.

mod checks;
mod error;
mod keys;
mod known;
mod layers;
mod sections;
mod values;

pub use checks::Finding;
pub use error::ConfigError;
pub use keys::Keys;
pub use layers::Sources;
pub use sections::{
    Auth, Crypto, Database, Log, LogFormat, Reconcile, Sandbox, Server, Slack, Stripe, Switch, Twilio, Workers,
};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// Every key with its default, its unit and what it means.
pub const DEFAULTS: &str = include_str!("../../config.default.toml");

/// The configuration. Printing it for debugging shows no secret.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The HTTP server.
    pub server: Server,
    /// Where things are kept.
    pub database: Database,
    /// The simulated providers.
    pub sandbox: Sandbox,
    /// Slack.
    pub slack: Slack,
    /// Twilio.
    pub twilio: Twilio,
    /// Stripe.
    pub stripe: Stripe,
    /// Signatures of our own.
    pub auth: Auth,
    /// Sealing of secrets.
    pub crypto: Crypto,
    /// The workers.
    pub workers: Workers,
    /// The reconcilers.
    pub reconcile: Reconcile,
    /// The log.
    pub log: Log,
}

impl Config {
    /// Reads the three layers.
    ///
    /// # Errors
    /// [`ConfigError`] for a file that cannot be read, a key that is not known, and a value that does not fit.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        layers::merge(sources)?.into_config()
    }

    /// Whether simulated providers run.
    pub fn is_sandbox(&self) -> bool {
        match self.sandbox.enabled {
            Switch::On => true,
            Switch::Off => false,
            Switch::Auto => !self.has_slack() && !self.has_twilio() && self.stripe.secret_key.is_none(),
        }
    }

    /// Whether Slack is configured; with the sandbox on, it is simulated otherwise.
    pub fn has_slack(&self) -> bool {
        self.slack.client_id.is_some() || self.slack.client_secret.is_some() || self.slack.signing_secret.is_some()
    }

    /// Whether Twilio is configured; with the sandbox on, it is simulated otherwise.
    pub fn has_twilio(&self) -> bool {
        self.twilio.account_sid.is_some() || self.twilio.auth_token.is_some()
    }

    /// What is wrong with the configuration as a whole (problems first), and what deserves a warning.
    pub fn findings(&self) -> Vec<Finding> {
        checks::findings(self)
    }

    /// Every secret in it, for the log's filter.
    pub fn secrets(&self) -> Vec<SecretString> {
        let single = [
            &self.slack.client_secret,
            &self.slack.signing_secret,
            &self.slack.previous_signing_secret,
            &self.twilio.auth_token,
            &self.twilio.previous_auth_token,
            &self.stripe.secret_key,
            &self.stripe.webhook_secret,
            &self.crypto.master_key,
        ];
        let password = database_password(self.database.url.expose_secret());
        single.into_iter().flatten().cloned().chain(self.auth.signing_keys.iter().cloned()).chain(password).collect()
    }
}

/// The password in the address of a database: between the first colon behind the scheme and the last `@`.
fn database_password(url: &str) -> Option<SecretString> {
    let (user, _) = url.split_once("://")?.1.rsplit_once('@')?;
    user.split_once(':').map(|(_, password)| SecretString::from(password))
}

#[cfg(test)]
mod tests;
