//! What Clerk knows and promises: rules (pure), operations (transactions) and rows. No HTTP, no GraphQL, no vendor.
//!
//! Modules stand in a strict order, each using only what stands before it: the ground (this list's first lines), then what texts are
//! and what is sold, then the outbox and the contracts with the outside, then the nouns, and the inbox last.

#[macro_use]
mod codes;
#[macro_use]
mod store;
pub mod clock;
pub mod ctx;
pub mod error;
pub mod ids;
pub mod page;
pub mod phone;
pub mod vault;

pub mod catalog;
pub mod sms;

pub mod contracts;
pub mod outbox;
pub mod schedules;

pub mod audit;
pub mod members;
pub mod operations;
pub mod workspaces;

pub mod answers;
pub mod contacts;
pub mod media;
pub mod numbers;
pub mod reply_targets;
pub mod sending;
pub mod templates;
pub mod usage;

pub mod conversations;
pub mod messages;

pub mod broadcasts;

pub mod panel;

pub mod inbox;

pub use ctx::{By, Ctx};
pub use error::{Error, Result};
pub use store::{Database, Stored, Tx};
