//! Simulated vendors over real HTTP: a carrier (Twilio) and a chat (Slack), with a control API and a page.
//!
//! The crate knows none of Clerk's other crates: it speaks the vendors' wire formats and signs what it sends, so the
//! product cannot tell it from the real thing but by the base URL. Faults, limits and lost webhooks can be ordered, and
//! a ledger tells what really happened.

mod clock;
mod control;
mod faults;
mod feed;
mod hooks;
mod ids;
mod ledger;
mod limits;
mod options;
mod requests;
mod running;
mod slack;
mod state;
mod twilio;
mod wire;
mod world;

pub use options::{Credentials, Options, Pace, credentials};
pub use running::{Sandbox, start};
