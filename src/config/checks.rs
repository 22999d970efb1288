//! What the configuration as a whole must fulfil: rules over several keys. A problem stops the program before it does anything; a
//! warning is logged. Each is a sentence that says what to do.

use secrecy::ExposeSecret;

use super::Config;

/// Longest time that makes sense anywhere; what is longer could not even be reckoned with.
const YEAR_SECS: u64 = 365 * 86_400;

/// Something about the configuration that a person should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It cannot work like this.
    Problem(String),
    /// It works, though perhaps not as wished.
    Warning(String),
}

impl Finding {
    /// Whether it stops the program.
    pub fn is_problem(&self) -> bool {
        matches!(self, Self::Problem(_))
    }

    /// What is the matter, and what to do.
    pub fn sentence(&self) -> &str {
        match self {
            Self::Problem(sentence) | Self::Warning(sentence) => sentence,
        }
    }
}

/// Problems first.
pub(super) fn findings(config: &Config) -> Vec<Finding> {
    let problems = [half_slack(config), half_twilio(config), nobody(config), keys(config)]
        .into_iter()
        .flatten()
        .chain(limits(config));
    let warnings = [unreachable(config), plain_http(config), odd_account(config), stripe(config)].into_iter().flatten();
    problems.map(Finding::Problem).chain(warnings.map(Finding::Warning)).collect()
}

fn missing<const N: usize>(keys: [(&str, bool); N]) -> Option<String> {
    let missing: Vec<_> = keys.into_iter().filter(|(_, is_set)| !is_set).map(|(key, _)| key).collect();
    (!missing.is_empty()).then(|| missing.join(", "))
}

fn half_slack(config: &Config) -> Option<String> {
    let slack = &config.slack;
    let missing = missing([
        ("slack.client_id", slack.client_id.is_some()),
        ("slack.client_secret", slack.client_secret.is_some()),
        ("slack.signing_secret", slack.signing_secret.is_some()),
    ])?;
    config.has_slack().then(|| format!("Slack is only half configured: add {missing}."))
}

fn half_twilio(config: &Config) -> Option<String> {
    let twilio = &config.twilio;
    let missing = missing([
        ("twilio.account_sid", twilio.account_sid.is_some()),
        ("twilio.auth_token", twilio.auth_token.is_some()),
    ])?;
    config.has_twilio().then(|| format!("Twilio is only half configured: add {missing}."))
}

fn nobody(config: &Config) -> Option<String> {
    let advice = "or set sandbox.enabled = true to simulate what is missing";
    match (config.is_sandbox(), config.has_slack(), config.has_twilio()) {
        (false, false, false) => Some(format!("No provider is configured: add slack.* and twilio.*, {advice}.")),
        (false, false, true) => Some(format!(
            "Twilio is configured, Slack is not: add slack.client_id, .client_secret and .signing_secret, {advice}."
        )),
        (false, true, false) => {
            Some(format!("Slack is configured, no carrier is: add twilio.account_sid and .auth_token, {advice}."))
        }
        _ => None,
    }
}

fn keys(config: &Config) -> Option<String> {
    let missing = missing([
        ("crypto.master_key", config.crypto.master_key.is_some()),
        ("auth.signing_keys", !config.auth.signing_keys.is_empty()),
    ])?;
    let advice = "Make each with `openssl rand -hex 32`, keep a copy in a safe place, and give it as a `…_file` or in the environment.";
    (!config.is_sandbox())
        .then(|| format!("Outside the sandbox Clerk does not make keys by itself: add {missing}. {advice}"))
}

fn limits(config: &Config) -> Vec<String> {
    let workers = &config.workers;
    let backs = &config.twilio.read_back_secs;
    let reconcile = &config.reconcile;
    let spans = [
        config.server.drain_secs,
        workers.lease_secs,
        reconcile.carrier_secs,
        reconcile.installations_secs,
        reconcile.channels_secs,
    ];
    let longest = spans.iter().chain(backs).max().copied().unwrap_or_default();
    let rules = [
        (longest <= YEAR_SECS, "No time in the configuration may be longer than a year (31536000 seconds)."),
        (
            config.reconcile.carrier_window_hours <= YEAR_SECS / 3_600,
            "reconcile.carrier_window_hours must be at most a year (8760).",
        ),
        (config.server.webhook_timeout_ms > 0, "server.webhook_timeout_ms must be at least 1."),
        (config.database.max_connections > 0, "database.max_connections must be at least 1."),
        (
            workers.concurrency > 0,
            "workers.concurrency must be at least 1; to run no workers, start with `--role api`.",
        ),
        (workers.heartbeat_secs > 0, "workers.heartbeat_secs must be at least 1."),
        (
            workers.heartbeat_secs.saturating_mul(3) <= workers.lease_secs,
            "workers.heartbeat_secs must be at most a third of workers.lease_secs, so that one late sign of life loses no task.",
        ),
        (config.reconcile.carrier_secs > 0, "reconcile.carrier_secs must be at least 1."),
        (config.reconcile.carrier_window_hours > 0, "reconcile.carrier_window_hours must be at least 1."),
        (config.reconcile.installations_secs > 0, "reconcile.installations_secs must be at least 1."),
        (config.reconcile.channels_secs > 0, "reconcile.channels_secs must be at least 1."),
        (
            config.slack.posts_per_second == 0.0 || config.slack.burst > 0,
            "slack.burst must be at least 1 while slack.posts_per_second paces.",
        ),
        (
            !backs.is_empty() && backs.is_sorted_by(|a, b| a < b),
            "twilio.read_back_secs must be a list of growing numbers, such as [5, 60, 300].",
        ),
    ];
    rules.into_iter().filter(|(holds, _)| !holds).map(|(_, sentence)| sentence.to_owned()).collect()
}

fn is_local(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let name = host.strip_prefix('[').map_or_else(|| host.split(':').next(), |v6| v6.split(']').next()).unwrap_or(host);
    name == "localhost" || name.ends_with(".localhost") || name == "::1" || name.starts_with("127.")
}

fn is_real(config: &Config) -> bool {
    config.has_slack() || config.has_twilio()
}

fn unreachable(config: &Config) -> Option<String> {
    let is_local = config.server.public_url.as_deref().is_none_or(is_local);
    let sentence = "Real providers cannot reach this machine as localhost: set server.public_url to the address that they can call.";
    (is_real(config) && is_local).then(|| sentence.to_owned())
}

fn plain_http(config: &Config) -> Option<String> {
    let url = config.server.public_url.as_deref().filter(|url| url.starts_with("http://") && !is_local(url))?;
    is_real(config).then(|| {
        format!("server.public_url is {url}: texts and tokens would cross the network unencrypted. Use https.")
    })
}

fn odd_account(config: &Config) -> Option<String> {
    let sid = config.twilio.account_sid.as_deref()?;
    let is_usual = sid.len() == 34
        && sid.strip_prefix("AC").is_some_and(|rest| rest.bytes().all(|digit| digit.is_ascii_hexdigit()));
    (!is_usual).then(|| "twilio.account_sid does not look like one: AC and 32 hexadecimal digits.".to_owned())
}

fn stripe(config: &Config) -> Option<String> {
    let is_given = config.stripe.secret_key.is_some() || config.stripe.webhook_secret.is_some();
    is_given.then(|| "stripe.* is configured, but nothing uses it yet.".to_owned())
}

impl Config {
    /// Path of the SQLite database; none on PostgreSQL and in memory.
    pub fn sqlite_path(&self) -> Option<std::path::PathBuf> {
        let rest = self.database.url.expose_secret().strip_prefix("sqlite:")?;
        let path = rest.strip_prefix("//").unwrap_or(rest).split('?').next().unwrap_or_default();
        (!path.is_empty() && path != ":memory:" && !rest.contains("mode=memory")).then(|| path.into())
    }
}
