//! What can be wrong with the configuration, as sentences. A sentence names where the key came from, the key, the value unless it is
//! secret, and what would be right.

/// Why the configuration is refused.
#[derive(Debug, PartialEq, Eq)]
pub enum ConfigError {
    /// A file cannot be read.
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        why: String,
    },
    /// A file is not TOML.
    NotToml {
        /// The file, with the line when it is known.
        place: String,
        /// Why.
        why: String,
    },
    /// A key that does not exist.
    UnknownKey {
        /// File or variable that it stands in.
        place: String,
        /// The key as it was written.
        key: String,
        /// The right key that resembles it most, written in the same way.
        nearest: String,
    },
    /// A value that does not fit its key.
    WrongValue {
        /// File or variable that it stands in.
        place: String,
        /// The key.
        key: String,
        /// The value as it was written, or a word instead of a secret.
        value: String,
        /// What would fit.
        expected: String,
    },
    /// A secret that is given twice.
    GivenTwice {
        /// File or kind of source.
        place: String,
        /// The key.
        key: String,
    },
    /// The configuration as a whole cannot work.
    Problems(Vec<String>),
}

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable { path, why } => write!(f, "Cannot read {path}: {why}."),
            Self::NotToml { place, why } => write!(f, "{place} is not TOML: {why}."),
            Self::UnknownKey { place, key, nearest } => {
                write!(f, "{place}: there is no key `{key}`. The nearest is `{nearest}`.")
            }
            Self::WrongValue { place, key, value, expected } => {
                write!(f, "{place}: `{key}` is {value}; expected {expected}.")
            }
            Self::GivenTwice { place, key } => {
                write!(f, "{place}: `{key}` and `{key}_file` are both given. Keep one of them.")
            }
            Self::Problems(sentences) => f.write_str(&sentences.join("\n")),
        }
    }
}

impl std::error::Error for ConfigError {}
