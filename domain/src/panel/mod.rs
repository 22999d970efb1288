//! What members see of the app itself: the panel, the command, the home, the window to send a text, help.

pub(crate) mod answers;
mod asker;
pub(crate) mod broadcasts;
mod command;
pub(crate) mod contacts;
mod help;
mod home;
mod late;
mod meter;
mod overview;
mod parts;
mod presses;
mod quick_send;
pub(crate) mod quiet;
pub(crate) mod scheduled;
pub(crate) mod send_text;
pub(crate) mod targets;
pub(crate) mod templates;
mod verbs;
mod words;

pub(crate) use asker::Asker;
pub(crate) use command::{command, edit, said, shortcut};
pub use contacts::{MOST_FETCHED, import_fetched};
pub use home::home;
pub use late::too_late;
pub(crate) use overview::{SETTINGS, settings_submitted};
pub(crate) use presses::pressed;
pub(crate) use verbs::verb;
