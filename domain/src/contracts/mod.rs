//! What the product asks of the outside, in its own words. `Ok` means that the provider has spoken, so both
//! [`Answer`]s are final; `Err` means that we do not know, or that nothing happened yet. Adapters live in the
//! crate `providers`; no vendor is named here.

pub mod carrier;
pub mod chat;
pub mod inbound;
pub mod media;
pub mod view;
pub mod webhook;

use std::time::Duration;

/// What came of a call to a provider.
pub type Outcome<T, R> = Result<Answer<T, R>, CallError>;

/// The provider has spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<T, R> {
    /// It did what we asked.
    Done(T),
    /// It refused for good: the same request would be refused again.
    Refused(R),
}

impl<T, R> Answer<T, R> {
    /// The same with another result.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U, R> {
        match self {
            Self::Done(done) => Answer::Done(change(done)),
            Self::Refused(refusal) => Answer::Refused(refusal),
        }
    }
}

/// The provider has not spoken, or not clearly.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Nothing happened there and it may work later: no connection, an overloaded provider, a clear "try again".
    #[error("{why}")]
    Unavailable {
        /// What happened, for a person; never a text or a secret.
        why: String,
    },
    /// We are too fast for it.
    #[error("asked to wait {} s", wait.as_secs())]
    Throttled {
        /// How long it asked us to wait.
        wait: Duration,
    },
    /// The request left and no trustworthy answer came: it may have happened. Read back before repeating.
    #[error("{why}")]
    Ambiguous {
        /// What happened, for a person; never a text or a secret.
        why: String,
    },
}

impl CallError {
    /// Whether the effect may have happened.
    pub fn is_ambiguous(&self) -> bool {
        matches!(self, Self::Ambiguous { .. })
    }
}

/// What a provider does for us. Part of ids, tables and metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    /// Carries texts and calls.
    Carrier,
    /// Shows conversations to the team.
    Chat,
    /// Takes payments.
    Payment,
}

crate::codes!(ProviderKind { Carrier = "carrier", Chat = "chat", Payment = "payment" });
