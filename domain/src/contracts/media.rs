//! Fetching files from addresses that others name. Such an address is hostile until it is shown to be harmless: who fetches decides where it may
//! lead, how much may come and how long it may take, and says in plain words why nothing came.

use std::time::Duration;

use super::Outcome;

/// How much may come, and how long it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchLimits {
    /// Most bytes.
    pub longest: u64,
    /// Longest time, from the first name looked up to the last byte.
    pub within: Duration,
}

/// Why a file could not be fetched, and never will be from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediaRefusal {
    /// The address leads to a place where nobody may be sent: a private network, another program of this machine, a host that is not the carrier's.
    #[error("its address leads to a place that is not allowed")]
    Forbidden,
    /// Nothing is there.
    #[error("it is not there any more")]
    NotFound,
    /// There is more than may come.
    #[error("it is too large")]
    TooLarge {
        /// How many bytes had come until then.
        read: u64,
    },
    /// It comes too slowly.
    #[error("it came too slowly")]
    TooSlow {
        /// How many bytes had come until then.
        read: u64,
    },
    /// Whoever has it does not hand it out.
    #[error("the server that has it refused")]
    Denied,
}

impl MediaRefusal {
    /// Stable word, for logs and metrics.
    pub fn code(self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::TooLarge { .. } => "too_large",
            Self::TooSlow { .. } => "too_slow",
            Self::Denied => "denied",
        }
    }

    /// How many bytes had come all the same.
    pub fn read(self) -> u64 {
        match self {
            Self::TooLarge { read } | Self::TooSlow { read } => read,
            Self::Forbidden | Self::NotFound | Self::Denied => 0,
        }
    }
}

/// What a server says of a file. It need not be true.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// How many bytes it has; none when it does not say.
    pub byte_count: Option<u64>,
    /// Media type; none when it does not say.
    pub content_type: Option<String>,
}

/// The open web.
#[async_trait::async_trait]
pub trait Web: Send + Sync {
    /// The bytes at a public address.
    async fn fetch(&self, url: &str, limits: FetchLimits) -> Outcome<Vec<u8>, MediaRefusal>;

    /// What lies at each public address, as its server says without handing it out; nothing where it says nothing in time.
    async fn heads(&self, urls: &[String], within: Duration) -> Vec<Head>;
}
