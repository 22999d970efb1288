//! The chat systems. To add one: its folder here, a variant of [`Settings`] and its line in [`open`].

pub mod slack;

use domain::contracts::chat::Chat;

use crate::{Adapter, Misconfigured};

/// Which chat system, and how it is configured.
#[derive(Clone, Debug)]
pub enum Settings {
    /// Slack, or whatever speaks its form.
    Slack(slack::Config),
}

/// Builds both halves of a chat system.
///
/// # Errors
/// [`Misconfigured`] names the setting that cannot work.
pub fn open(settings: Settings) -> Result<Adapter<dyn Chat>, Misconfigured> {
    match settings {
        Settings::Slack(config) => slack::open(config),
    }
}
