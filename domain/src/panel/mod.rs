//! What members see of the app itself: the panel, the command, the home, the window to send a text, help.

pub(crate) mod answers;
mod asker;
mod command;
mod home;
mod late;
mod overview;
mod parts;
mod presses;
mod quick_send;
pub(crate) mod scheduled;
pub(crate) mod send_text;
pub(crate) mod templates;
mod verbs;
mod words;

pub(crate) use asker::Asker;
pub(crate) use command::{command, edit, said, shortcut};
pub use home::home;
pub use late::too_late;
pub(crate) use overview::{SETTINGS, settings_submitted};
pub(crate) use presses::pressed;
pub(crate) use verbs::verb;
