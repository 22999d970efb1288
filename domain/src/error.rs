//! What can go wrong, as one closed list. Each has a stable code, a sentence for the person who asked, and (only inside) its cause.
//! One table in `api` maps it to the outside; workers map it to a decision.

use chrono::{DateTime, Utc};

use crate::ids::OptOutId;

/// Result of everything in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It does not exist, or not for who asks.
    #[error("There is no such {what}.")]
    NotFound {
        /// What was looked for, in a word.
        what: &'static str,
    },
    /// An argument has a value that it cannot have.
    #[error("{message}")]
    Invalid {
        /// Name of the argument, in snake case.
        field: &'static str,
        /// What is wrong with it.
        reason: InvalidReason,
        /// What to do, in a sentence.
        message: String,
    },
    /// The thing is in a state that does not allow it.
    #[error("{message}")]
    Conflict {
        /// What stands in the way, and what to do.
        message: String,
    },
    /// The allowance of the month does not suffice.
    #[error("{0}")]
    LimitReached(LimitReached),
    /// The contact does not want texts.
    #[error("This contact replied STOP and gets no texts until they reply START.")]
    OptedOut {
        /// The opt-out.
        opt_out: OptOutId,
    },
    /// The country is not enabled for the workspace.
    #[error("Numbers of {name} are not enabled for this workspace. An owner can ask the operators for it.")]
    CountryNotEnabled {
        /// Two letters of the country.
        country: String,
        /// Name of it.
        name: String,
    },
    /// More or larger files than can go with a text.
    #[error("{message}")]
    TooMuchMedia {
        /// What is too much, and what is the most.
        message: String,
        /// Most files of a text.
        most_files: usize,
        /// Most bytes of a file.
        most_bytes: u64,
    },
    /// The plan does not include so many.
    #[error("{message}")]
    PlanLimit {
        /// What the plan includes.
        message: String,
    },
    /// Who asks may not do it.
    #[error("This needs the permission {permission}. An owner of the workspace can grant it.")]
    Forbidden {
        /// Code of the permission that is missing.
        permission: &'static str,
    },
    /// Something outside refused or does not answer.
    #[error("The {what} does not answer. Try again in a moment.")]
    Unavailable {
        /// What does not answer, in a word.
        what: &'static str,
        /// Why; for logs only.
        why: String,
    },
    /// A worker's lease of a task is over, so what it did must not be written down by it.
    #[error("The lease of the task was lost.")]
    LeaseLost,
    /// Our own fault.
    #[error("Something went wrong on our side.")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidReason {
    /// It is missing.
    Required,
    /// It has not the right form.
    Invalid,
    /// It is too long or too large.
    TooLarge,
    /// It is too short or too small.
    TooSmall,
    /// It must be unique and is not.
    Taken,
    /// It names something that does not exist.
    NotFound,
}

/// How an allowance stands that does not suffice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitReached {
    /// Segments used this month.
    pub used: i64,
    /// Segments allowed this month.
    pub limit: i64,
    /// Segments that were wanted.
    pub wanted: i64,
    /// When the allowance starts again.
    pub resets_at: DateTime<Utc>,
}

impl std::fmt::Display for LimitReached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { used, limit, wanted, resets_at } = self;
        let day = resets_at.format("%-d %B");
        write!(
            f,
            "This text needs {wanted} of {} segments that are left ({used} of {limit} used). ",
            (limit - used).max(0)
        )?;
        write!(f, "The allowance starts again on {day}.")
    }
}

impl Error {
    /// Our own fault.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// An argument that cannot be.
    pub fn invalid(field: &'static str, reason: InvalidReason, message: impl Into<String>) -> Self {
        Self::Invalid { field, reason, message: message.into() }
    }

    /// A state that does not allow it.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::Conflict { message: message.into() }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not_found",
            Self::Invalid { .. } => "invalid",
            Self::Conflict { .. } => "conflict",
            Self::LimitReached(_) => "limit_reached",
            Self::OptedOut { .. } => "opted_out",
            Self::CountryNotEnabled { .. } => "country_not_enabled",
            Self::TooMuchMedia { .. } => "too_much_media",
            Self::PlanLimit { .. } => "plan_limit",
            Self::Forbidden { .. } => "forbidden",
            Self::Unavailable { .. } => "unavailable",
            Self::LeaseLost => "lease_lost",
            Self::Internal(_) => "internal",
        }
    }

    /// The cause, for logs; the sentence alone where there is none.
    pub fn cause(&self) -> String {
        match self {
            Self::Internal(cause) => cause.to_string(),
            Self::Unavailable { what, why } => format!("{what}: {why}"),
            other => other.to_string(),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

/// A code that no version of the product has written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{code}` is no {of}")]
pub struct UnknownCode {
    /// What it should be.
    pub of: &'static str,
    /// What stood there.
    pub code: String,
}
