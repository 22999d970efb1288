//! The configuration as types: one struct for each section of `config.default.toml`, with the same keys. No default stands here, and
//! none of the structs forgives a missing or unknown key, so that the file and the types cannot drift apart.

use std::net::SocketAddr;

use secrecy::SecretString;
use serde::Deserialize;

use super::values;

/// The HTTP server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Address and port to listen on; port 0 picks a free one.
    #[serde(deserialize_with = "values::address")]
    pub listen: SocketAddr,
    /// Where the providers reach us, without a slash at the end; none for `http://localhost` and the bound port.
    #[serde(deserialize_with = "values::optional_origin")]
    pub public_url: Option<String>,
    /// Milliseconds after which a webhook that could not be stored is answered with 503.
    pub webhook_timeout_ms: u64,
    /// Seconds that running work is given at a stop.
    pub drain_secs: u64,
}

impl Server {
    /// Where the providers reach us, given the address that was really bound.
    pub fn public_url_at(&self, bound: SocketAddr) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://localhost:{}", bound.port()))
    }
}

/// Where things are kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite://…` or `postgres://…`; a secret, as it may hold a password.
    #[serde(deserialize_with = "values::database_url")]
    pub url: SecretString,
    /// Whether the database is migrated at start.
    pub migrate: bool,
    /// Connections at most.
    pub max_connections: u32,
}

/// The simulated providers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sandbox {
    /// Whether they run.
    pub enabled: Switch,
    /// Port of the simulated carrier; 0 picks a free one.
    pub twilio_port: u16,
    /// Port of the simulated Slack; 0 picks a free one.
    pub slack_port: u16,
    /// Whether they enforce rate limits.
    pub enforce_limits: bool,
}

/// On, off, or as the rest of the configuration suggests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// As the rest suggests.
    Auto,
    /// On.
    On,
    /// Off.
    Off,
}

/// Slack.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slack {
    /// Id of the app; none when Slack is not configured.
    #[serde(deserialize_with = "values::optional_text")]
    pub client_id: Option<String>,
    /// Secret of the app.
    #[serde(deserialize_with = "values::optional_secret")]
    pub client_secret: Option<SecretString>,
    /// Verifies what Slack sends.
    #[serde(deserialize_with = "values::optional_secret")]
    pub signing_secret: Option<SecretString>,
    /// Accepted too while secrets are changed.
    #[serde(deserialize_with = "values::optional_secret")]
    pub previous_signing_secret: Option<SecretString>,
    /// Base of the Web API, with a slash at its end.
    #[serde(deserialize_with = "values::base_url")]
    pub api_url: String,
    /// Where people are sent to install the app.
    #[serde(deserialize_with = "values::web_url")]
    pub authorize_url: String,
    /// Posts per second into one channel; 0 for no pacing.
    #[serde(deserialize_with = "values::rate")]
    pub posts_per_second: f64,
    /// Posts into one channel that may go out at once.
    pub burst: u32,
}

/// Twilio.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Twilio {
    /// Account; none when Twilio is not configured.
    #[serde(deserialize_with = "values::optional_text")]
    pub account_sid: Option<String>,
    /// Authenticates us and verifies what Twilio sends.
    #[serde(deserialize_with = "values::optional_secret")]
    pub auth_token: Option<SecretString>,
    /// Accepted too while tokens are changed.
    #[serde(deserialize_with = "values::optional_secret")]
    pub previous_auth_token: Option<SecretString>,
    /// Base of the main API, without a slash at the end.
    #[serde(deserialize_with = "values::web_url")]
    pub api_url: String,
    /// Where the files of texts are kept, without a slash at the end.
    #[serde(deserialize_with = "values::web_url")]
    pub media_url: String,
    /// Base of the Messaging API, without a slash at the end.
    #[serde(deserialize_with = "values::web_url")]
    pub messaging_url: String,
    /// Base of the Numbers API, without a slash at the end.
    #[serde(deserialize_with = "values::web_url")]
    pub numbers_url: String,
    /// Seconds after an unclear answer at which the carrier is asked whether it has the text.
    pub read_back_secs: Vec<u64>,
}

/// Stripe; read, but not used yet.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stripe {
    /// Authenticates us.
    #[serde(deserialize_with = "values::optional_secret")]
    pub secret_key: Option<SecretString>,
    /// Verifies what Stripe sends.
    #[serde(deserialize_with = "values::optional_secret")]
    pub webhook_secret: Option<SecretString>,
    /// Base of the API, with a slash at its end.
    #[serde(deserialize_with = "values::base_url")]
    pub api_url: String,
}

/// Signatures of our own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    /// Keys of 64 hexadecimal digits; the first one signs, all verify.
    #[serde(deserialize_with = "values::key_list")]
    pub signing_keys: Vec<SecretString>,
}

/// Sealing of secrets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crypto {
    /// Key of 64 hexadecimal digits.
    #[serde(deserialize_with = "values::optional_key")]
    pub master_key: Option<SecretString>,
}

/// The workers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workers {
    /// Tasks done at the same time.
    pub concurrency: usize,
    /// Seconds after which the task of a silent worker is taken over.
    pub lease_secs: u64,
    /// Seconds between two signs of life.
    pub heartbeat_secs: u64,
}

/// The reconcilers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reconcile {
    /// Seconds between two looks at the carrier's list.
    pub carrier_secs: u64,
    /// Hours back that a look reaches.
    pub carrier_window_hours: u64,
    /// Seconds between two checks of each installation of the app.
    pub installations_secs: u64,
    /// Seconds between two looks at lost channels.
    pub channels_secs: u64,
}

/// The log.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// For people or for machines.
    #[serde(deserialize_with = "values::log_format")]
    pub format: LogFormat,
    /// What is logged.
    pub filter: String,
}

/// Form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One line for people.
    Text,
    /// One JSON object a line.
    Json,
}
