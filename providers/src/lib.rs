//! Adapters to carriers and chat systems. Each vendor has one folder with both halves: the calls that go out (a trait of
//! [`domain::contracts`]) and the webhooks that come in. Nothing else in the product knows a vendor's words.
//!
//! A provider is its folder plus its line in the list of its kind ([`carrier`], [`chat`]). There is no special case for
//! a simulator: it is another base URL.

pub mod carrier;
pub mod chat;
mod fetch;

mod json;
#[cfg(test)]
mod oracle;
mod retry_after;
mod secrets;
mod wire;

use std::sync::Arc;

use domain::contracts::webhook::Webhook;

pub use fetch::web;
pub use secrets::Rotating;

/// Both halves of a vendor.
pub struct Adapter<C: ?Sized> {
    /// Stable code of the vendor.
    pub name: &'static str,
    /// The calls that go out.
    pub calls: Arc<C>,
    /// The webhooks that come in, one per path.
    pub hooks: Vec<Hook>,
}

impl<C: ?Sized> Clone for Adapter<C> {
    fn clone(&self) -> Self {
        Self { name: self.name, calls: Arc::clone(&self.calls), hooks: self.hooks.clone() }
    }
}

/// A path at which a vendor calls us.
#[derive(Clone)]
pub struct Hook {
    /// Path below our public address, such as `/webhooks/twilio/messages`.
    pub path: &'static str,
    /// Who verifies and understands what arrives there.
    pub webhook: Arc<dyn Webhook>,
}

/// The configuration of a provider cannot work; said to the operator at start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {why}")]
pub struct Misconfigured {
    /// Key of the configuration, such as `twilio.auth_token`.
    pub setting: &'static str,
    /// What is wrong with it; never its value.
    pub why: String,
}

impl Misconfigured {
    fn new(setting: &'static str, why: impl Into<String>) -> Self {
        Self { setting, why: why.into() }
    }
}
