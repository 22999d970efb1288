//! Puts the layers over each other, key by key, and remembers where each value came from so that an error can name it.
//!
//! The defaults are also the list of keys: what does not stand in `config.default.toml` does not exist.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use super::{
    Config, ConfigError, DEFAULTS,
    known::{self, FILE_SUFFIX, PREFIX, SECRETS, default_of, is_known, unknown, variable},
};

/// File that is read when no other is named; it may be missing.
const USUAL_FILE: &str = "clerk.toml";

/// Where the configuration comes from, besides the defaults.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// File that was asked for; it must exist. None for `clerk.toml`, which may be missing.
    pub file: Option<PathBuf>,
    /// Environment variables, as name and value. Those that do not begin with `CLERK__` are ignored.
    pub environment: Vec<(String, String)>,
}

impl Sources {
    /// The process's own environment.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn of_process(file: Option<PathBuf>) -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())
        };
        Self { file, environment: std::env::vars_os().map(text).collect() }
    }
}

/// A value and where it came from.
#[derive(Clone)]
struct Entry {
    value: Value,
    place: String,
}

type Entries = BTreeMap<String, Entry>;

/// The layers in one.
pub(super) struct Merged {
    defaults: Table,
    overrides: Entries,
}

pub(super) fn merge(sources: &Sources) -> Result<Merged, ConfigError> {
    let defaults: Table = DEFAULTS.parse().expect("a test reads the defaults");
    let mut overrides = Entries::new();
    lay(&mut overrides, from_file(&defaults, sources.file.as_deref())?)?;
    lay(&mut overrides, from_environment(&defaults, &sources.environment)?)?;
    read_secret_files(&defaults, &mut overrides)?;
    Ok(Merged { defaults, overrides })
}

fn from_file(defaults: &Table, named: Option<&Path>) -> Result<Entries, ConfigError> {
    let path = named.unwrap_or(Path::new(USUAL_FILE));
    let place = path.display().to_string();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Entries::new());
        }
        Err(error) => {
            return Err(ConfigError::Unreadable { path: place, why: error.to_string() });
        }
    };
    let table: Table = text.parse().map_err(|error| not_toml(&place, &text, &error))?;
    let mut entries = Entries::new();
    for (section, content) in table {
        let keys = match content {
            Value::Table(keys) if !keys.is_empty() || defaults.contains_key(&section) => keys,
            _ => return Err(unknown(&known::sections(defaults), place, section)),
        };
        for (key, value) in keys {
            let key = format!("{section}.{key}");
            if !is_known(defaults, &key) {
                return Err(unknown(&known::keys(defaults), place, key));
            }
            entries.insert(key, Entry { value, place: place.clone() });
        }
    }
    Ok(entries)
}

/// Says no more than the line: an excerpt could hold a secret.
fn not_toml(place: &str, text: &str, error: &toml::de::Error) -> ConfigError {
    let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    let place = line.map_or_else(|| place.to_owned(), |line| format!("{place}, line {line},"));
    let why = error.message().lines().next().unwrap_or("it cannot be read").to_owned();
    ConfigError::NotToml { place, why }
}

fn from_environment(defaults: &Table, environment: &[(String, String)]) -> Result<Entries, ConfigError> {
    let mut entries = Entries::new();
    for (name, text) in environment {
        let Some(rest) = name.strip_prefix(PREFIX) else {
            continue;
        };
        let key = rest.to_lowercase().replacen("__", ".", 1);
        if !is_known(defaults, &key) {
            let variables: Vec<_> = known::keys(defaults).iter().map(|key| variable(key)).collect();
            return Err(unknown(&variables, "The environment".to_owned(), name.clone()));
        }
        let place = format!("The environment variable {name}");
        let value = typed(default_of(defaults, &key), text)
            .map_err(|expected| wrong(&place, &key, &Value::from(text.as_str()), expected))?;
        entries.insert(key, Entry { value, place });
    }
    Ok(entries)
}

/// Turns text into a value of the same kind as the default.
fn typed(default: Option<&Value>, text: &str) -> Result<Value, &'static str> {
    match default {
        Some(Value::Boolean(_)) => text.parse().map(Value::Boolean).map_err(|_| "true or false"),
        Some(Value::Integer(_)) => text.parse().map(Value::Integer).map_err(|_| "a whole number"),
        Some(Value::Float(_)) => text.parse().map(Value::Float).map_err(|_| "a number"),
        Some(Value::Array(items)) => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            parts.map(|part| typed(items.first(), part)).collect::<Result<_, _>>().map(Value::Array)
        }
        _ => Ok(Value::from(text)),
    }
}

/// Lays a layer over those below. A secret and its `_file` replace each other, unless one layer has both.
fn lay(below: &mut Entries, layer: Entries) -> Result<(), ConfigError> {
    for (key, entry) in &layer {
        let twin = key.strip_suffix(FILE_SUFFIX).map_or_else(|| format!("{key}{FILE_SUFFIX}"), str::to_owned);
        if layer.contains_key(&twin) {
            let key = key.trim_end_matches(FILE_SUFFIX).to_owned();
            return Err(ConfigError::GivenTwice { place: entry.place.clone(), key });
        }
        below.remove(&twin);
    }
    below.extend(layer);
    Ok(())
}

fn read_secret_files(defaults: &Table, entries: &mut Entries) -> Result<(), ConfigError> {
    let files: Vec<_> = entries.keys().filter(|key| default_of(defaults, key).is_none()).cloned().collect();
    for file_key in files {
        let Entry { value, place } = entries.remove(&file_key).expect("the key was listed a line ago");
        let key = file_key.trim_end_matches(FILE_SUFFIX).to_owned();
        let Some(path) = value.as_str() else {
            return Err(wrong(&place, &file_key, &value, "the path of a file"));
        };
        let why = |error: std::io::Error| ConfigError::Unreadable {
            path: format!("{path} (`{file_key}`)"),
            why: error.to_string(),
        };
        let text = std::fs::read_to_string(path).map_err(why)?;
        let value = match default_of(defaults, &key) {
            Some(Value::Array(_)) => Value::Array(text.split_whitespace().map(Value::from).collect()),
            _ => Value::from(text.trim_end_matches(['\r', '\n'])),
        };
        entries.insert(key, Entry { value, place: format!("{path} (`{file_key}`)") });
    }
    Ok(())
}

impl Merged {
    pub(super) fn into_config(self) -> Result<Config, ConfigError> {
        let mut table = self.defaults;
        for (key, entry) in self.overrides {
            let before = set(&mut table, &key, entry.value.clone());
            if let Err(error) = table.clone().try_into::<Config>() {
                return Err(wrong(&entry.place, &key, &entry.value, wanted(error.message(), before.as_ref())));
            }
        }
        Ok(table.try_into().expect("the defaults are whole, and each override was tried"))
    }
}

/// Sets a key and returns what stood there. A whole number becomes a float where the default is one.
fn set(table: &mut Table, key: &str, value: Value) -> Option<Value> {
    let (section, name) = key.split_once('.').expect("only known keys get here");
    let keys = table.get_mut(section).and_then(Value::as_table_mut).expect("only known keys get here");
    let value = match (&value, keys.get(name)) {
        (Value::Integer(whole), Some(Value::Float(_))) => whole.to_string().parse().map_or(value.clone(), Value::Float),
        _ => value,
    };
    keys.insert(name.to_owned(), value)
}

/// What a key expects: the words of our own readers, or else the kind of the default.
fn wanted(message: &str, default: Option<&Value>) -> String {
    let own = message.rsplit_once("expected ").map_or("", |(_, words)| words);
    let kind = match default {
        Some(Value::Integer(_)) => "a whole number, 0 or more, that is not too large",
        Some(Value::Float(_)) if own == "f64" => "a number",
        Some(Value::Boolean(_)) => "true or false",
        Some(Value::Array(items)) if items.first().is_some_and(Value::is_integer) => {
            "a list of whole numbers, such as [5, 60]"
        }
        Some(Value::Array(_)) if !own.contains("digits") => "a list of texts, such as [\"…\"]",
        _ if own == "a string" => "text in quotes",
        _ => own,
    };
    kind.to_owned()
}

fn wrong(place: &str, key: &str, value: &Value, expected: impl Into<String>) -> ConfigError {
    let is_secret = SECRETS.contains(&key);
    let value = if is_secret { "a secret that does not fit".to_owned() } else { value.to_string() };
    ConfigError::WrongValue { place: place.to_owned(), key: key.to_owned(), value, expected: expected.into() }
}
