//! Values of the configuration that are more than text or a number. Each reader says what it expects in words that fit behind
//! "expected"; it never repeats the value, which may be a secret.

use std::net::SocketAddr;

use secrecy::SecretString;
use serde::{
    Deserialize, Deserializer,
    de::{Error, Unexpected, Visitor},
};

use super::sections::{LogFormat, Switch};

/// Hexadecimal digits of a key of 32 bytes.
const KEY_DIGITS: usize = 64;

/// Posts per second that pacing can be set to.
const USEFUL_RATES: std::ops::RangeInclusive<f64> = 0.01..=1_000.0;

fn expected<E: Error>(what: &str) -> E {
    E::custom(format_args!("expected {what}"))
}

pub(super) fn address<'de, D: Deserializer<'de>>(value: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(value)?;
    text.parse().map_err(|_| expected("an address and a port, such as 127.0.0.1:8080"))
}

pub(super) fn optional_text<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(value)?;
    Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}

pub(super) fn optional_secret<'de, D: Deserializer<'de>>(value: D) -> Result<Option<SecretString>, D::Error> {
    Ok(optional_text(value)?.map(SecretString::from))
}

pub(super) fn optional_key<'de, D: Deserializer<'de>>(value: D) -> Result<Option<SecretString>, D::Error> {
    optional_text(value)?.map(key).transpose()
}

pub(super) fn key_list<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<SecretString>, D::Error> {
    Vec::<String>::deserialize(value)?.into_iter().map(key).collect()
}

fn key<E: Error>(text: String) -> Result<SecretString, E> {
    if text.len() != KEY_DIGITS || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(expected("64 hexadecimal digits, such as `openssl rand -hex 32` prints"));
    }
    Ok(SecretString::from(text))
}

pub(super) fn database_url<'de, D: Deserializer<'de>>(value: D) -> Result<SecretString, D::Error> {
    let text = String::deserialize(value)?;
    let schemes = ["sqlite:", "postgres://", "postgresql://"];
    if !schemes.iter().any(|scheme| text.starts_with(scheme)) {
        return Err(expected("sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME"));
    }
    Ok(SecretString::from(text))
}

/// An http(s) address without a slash at its end.
pub(super) fn web_url<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    let text = String::deserialize(value)?;
    let wanted = "an address that begins with https:// or http:// and has a host";
    let rest =
        text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or_else(|| expected(wanted))?;
    if rest.is_empty()
        || rest.starts_with(['/', ':', '?', '#'])
        || text.contains(|sign: char| sign.is_whitespace() || sign.is_control())
    {
        return Err(expected(wanted));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// An http(s) address with a slash at its end, below which paths are appended.
pub(super) fn base_url<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    web_url(value).map(|url| url + "/")
}

/// Scheme, host and port only; none for an empty text.
pub(super) fn optional_origin<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    let Some(text) = optional_text(value)? else {
        return Ok(None);
    };
    let url = web_url(serde::de::value::StringDeserializer::<D::Error>::new(text))?;
    let host = url.split_once("://").map_or(url.as_str(), |(_, host)| host);
    if host.contains(['/', '?', '#', '@']) {
        return Err(expected("scheme and host without a path, such as https://clerk.example.com"));
    }
    Ok(Some(url))
}

/// None (0), or slow enough to be useful and fast enough that its inverse can be waited for.
pub(super) fn rate<'de, D: Deserializer<'de>>(value: D) -> Result<f64, D::Error> {
    let rate = f64::deserialize(value)?;
    if rate != 0.0 && !USEFUL_RATES.contains(&rate) {
        return Err(expected("0, or a number from 0.01 to 1000"));
    }
    Ok(rate)
}

pub(super) fn log_format<'de, D: Deserializer<'de>>(value: D) -> Result<LogFormat, D::Error> {
    match String::deserialize(value)?.as_str() {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(expected("\"text\" or \"json\"")),
    }
}

impl<'de> Deserialize<'de> for Switch {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        value.deserialize_any(SwitchVisitor)
    }
}

struct SwitchVisitor;

impl Visitor<'_> for SwitchVisitor {
    type Value = Switch;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("true, false or \"auto\"")
    }

    fn visit_bool<E: Error>(self, is_on: bool) -> Result<Switch, E> {
        Ok(if is_on { Switch::On } else { Switch::Off })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Switch, E> {
        match text {
            "auto" => Ok(Switch::Auto),
            "true" => Ok(Switch::On),
            "false" => Ok(Switch::Off),
            other => Err(E::invalid_value(Unexpected::Str(other), &self)),
        }
    }
}
