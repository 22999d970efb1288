//! The two keys without which the program cannot start. In the sandbox they are made at the first start and kept beside the database,
//! readable by their owner only, so that `cargo run` needs nothing and a restart still opens what it sealed. Outside the sandbox a key
//! that was forgotten must never be replaced silently: everything sealed under it would be lost.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use secrecy::{ExposeSecret, SecretBox, SecretString};

use super::{Config, ConfigError};

/// Bytes of a key.
const KEY_BYTES: usize = 32;

/// Drafts of kept keys that this process has begun; makes their names differ.
static DRAFTS: AtomicU32 = AtomicU32::new(0);

/// The keys of this installation.
pub struct Keys {
    /// Seals the secrets in the database.
    pub master: SecretBox<[u8; KEY_BYTES]>,
    /// Sign cookies and links, as hexadecimal digits; the first one signs, all verify. Never empty.
    pub signing: Vec<SecretString>,
}

impl Keys {
    /// The configured keys; in the sandbox, those that are kept beside the database, made now when there are none.
    ///
    /// # Errors
    /// [`ConfigError`] for a key that is missing outside the sandbox, and a kept one that cannot be read or written.
    pub fn resolve(config: &Config) -> Result<Self, ConfigError> {
        let master = match &config.crypto.master_key {
            Some(key) => key.clone(),
            None => kept(config, "master", "crypto.master_key")?,
        };
        let signing = match config.auth.signing_keys.as_slice() {
            [] => vec![kept(config, "signing", "auth.signing_keys")?],
            keys => keys.to_vec(),
        };
        let bytes = decoded(&master).expect("configured and kept keys were both checked");
        Ok(Self { master: SecretBox::new(Box::new(bytes)), signing })
    }

    /// Both as text, for the log's filter.
    pub fn secrets(&self) -> Vec<SecretString> {
        let master = SecretString::from(hex::encode(self.master.expose_secret()));
        self.signing.iter().cloned().chain([master]).collect()
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(secret)")
    }
}

fn decoded(key: &SecretString) -> Option<[u8; KEY_BYTES]> {
    hex::decode(key.expose_secret()).ok()?.try_into().ok()
}

fn kept(config: &Config, name: &str, key: &str) -> Result<SecretString, ConfigError> {
    if !config.is_sandbox() {
        let advice = "Make it with `openssl rand -hex 32` and keep a copy in a safe place.";
        return Err(ConfigError::Problems(vec![format!("`{key}` is missing. {advice}")]));
    }
    let fresh = SecretString::from(domain::vault::random_hex(KEY_BYTES));
    let Some(path) = place(config, name) else {
        return Ok(fresh);
    };
    let failed =
        |error: io::Error| ConfigError::Unreadable { path: path.display().to_string(), why: error.to_string() };
    match fs::read_to_string(&path) {
        Ok(text) => checked(&path, text.trim()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            keep(&path, &fresh).map_err(failed)?;
            checked(&path, fs::read_to_string(&path).map_err(failed)?.trim())
        }
        Err(error) => Err(failed(error)),
    }
}

fn checked(path: &Path, text: &str) -> Result<SecretString, ConfigError> {
    let key = SecretString::from(text);
    let why = || ConfigError::Unreadable {
        path: path.display().to_string(),
        why: "it does not hold 64 hexadecimal digits".to_owned(),
    };
    decoded(&key).ok_or_else(why)?;
    Ok(key)
}

/// `clerk.master.key` beside `clerk.db`; in the working directory on PostgreSQL; nowhere for a database in memory.
fn place(config: &Config, name: &str) -> Option<PathBuf> {
    let is_sqlite = config.database.url.expose_secret().starts_with("sqlite:");
    match config.sqlite_path() {
        Some(database) => Some(database.with_extension(format!("{name}.key"))),
        None if is_sqlite => None,
        None => Some(PathBuf::from(format!("clerk.{name}.key"))),
    }
}

/// Writes the whole key under another name first and links it into place, so that of two programs that start at the same time both end
/// up with the same key, and a crash leaves no half of one.
fn keep(path: &Path, key: &SecretString) -> io::Result<()> {
    let draft = path.with_extension(format!("{}-{}.draft", std::process::id(), DRAFTS.fetch_add(1, Ordering::Relaxed)));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    writeln!(file, "{}", key.expose_secret())?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}
