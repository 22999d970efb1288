//! Which keys there are: those of the defaults, and a `_file` for each secret. Finds the right key that resembles a wrong one.

use toml::{Table, Value};

use super::ConfigError;

/// What environment variables of ours begin with.
pub(super) const PREFIX: &str = "CLERK__";

/// What marks a key that names a file with the secret in it.
pub(super) const FILE_SUFFIX: &str = "_file";

/// Keys whose values are never printed and may be given as a file.
pub(super) const SECRETS: &[&str] = &[
    "database.url",
    "slack.client_secret",
    "slack.signing_secret",
    "slack.previous_signing_secret",
    "twilio.auth_token",
    "twilio.previous_auth_token",
    "stripe.secret_key",
    "stripe.webhook_secret",
    "auth.signing_keys",
    "crypto.master_key",
];

pub(super) fn unknown(known: &[String], place: String, key: String) -> ConfigError {
    let nearest =
        known.iter().min_by_key(|right| strsim::damerau_levenshtein(right, &key)).cloned().unwrap_or_default();
    ConfigError::UnknownKey { place, key, nearest }
}

pub(super) fn sections(defaults: &Table) -> Vec<String> {
    defaults.keys().cloned().collect()
}

pub(super) fn keys(defaults: &Table) -> Vec<String> {
    let sections = defaults.iter().filter_map(|(section, keys)| Some((section, keys.as_table()?)));
    let plain = sections.flat_map(|(section, keys)| keys.keys().map(move |key| format!("{section}.{key}")));
    plain.chain(SECRETS.iter().map(|key| format!("{key}{FILE_SUFFIX}"))).collect()
}

pub(super) fn is_known(defaults: &Table, key: &str) -> bool {
    default_of(defaults, key).is_some() || key.strip_suffix(FILE_SUFFIX).is_some_and(|secret| SECRETS.contains(&secret))
}

pub(super) fn default_of<'a>(defaults: &'a Table, key: &str) -> Option<&'a Value> {
    let (section, name) = key.split_once('.')?;
    defaults.get(section)?.get(name)
}

/// Name of the environment variable for a key.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replacen('.', "__", 1).to_uppercase())
}
