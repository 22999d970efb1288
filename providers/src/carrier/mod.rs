//! The carriers. To add one: its folder here, a variant of [`Settings`] and its line in [`open`].

pub mod twilio;

use domain::contracts::carrier::Carrier;

use crate::{Adapter, Misconfigured};

/// Which carrier, and how it is configured.
#[derive(Clone, Debug)]
pub enum Settings {
    /// Twilio, or whatever speaks its form.
    Twilio(twilio::Config),
}

/// Builds both halves of a carrier.
///
/// # Errors
/// [`Misconfigured`] names the setting that cannot work.
pub fn open(settings: Settings) -> Result<Adapter<dyn Carrier>, Misconfigured> {
    match settings {
        Settings::Twilio(config) => twilio::open(config),
    }
}
