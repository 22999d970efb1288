//! The HTTP ground under both vendors: listeners, requests read, answers written, faults applied.
//!
//! A vendor is a function from a [`call::Call`] to a [`reply::Reply`]; everything that may go wrong on the way is
//! done here, so no vendor method knows that faults exist.

pub(crate) mod call;
pub(crate) mod listener;
pub(crate) mod pipeline;
pub(crate) mod reply;
