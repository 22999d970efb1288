//! A secret while it is being exchanged. A vendor signs with one secret at a time, but a request that it signed a second
//! before the exchange must still be let in; so for a while the secret before is accepted too.
//!
//! An empty secret is refused when the adapter is built: anybody could sign with it.

use secrecy::{ExposeSecret, SecretString};

use crate::Misconfigured;

/// The secret in use and, during an exchange, the one before.
#[derive(Clone, Debug)]
pub struct Rotating {
    /// What is used for what we send, and accepted.
    pub current: SecretString,
    /// What is accepted as well.
    pub previous: Option<SecretString>,
}

impl Rotating {
    /// A secret that is not being exchanged.
    pub fn only(current: SecretString) -> Self {
        Self { current, previous: None }
    }

    /// What is accepted, the current one first.
    pub(crate) fn accepted(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.current).chain(&self.previous).map(ExposeSecret::expose_secret)
    }

    /// Refuses a secret with which anybody could sign.
    pub(crate) fn checked(self, setting: &'static str) -> Result<Self, Misconfigured> {
        if self.accepted().any(|secret| secret.trim().is_empty()) {
            return Err(Misconfigured::new(setting, "must not be empty"));
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_secret_is_refused_also_when_it_is_the_previous_one() {
        let empty = Rotating::only("  ".into());
        let half = Rotating { current: "s".into(), previous: Some("".into()) };

        assert!(empty.checked("a.b").is_err());
        assert_eq!(
            half.checked("a.b").map(|_| ()).map_err(|error| error.to_string()),
            Err("a.b: must not be empty".to_owned())
        );
    }
}
