//! Transport in: GraphQL, webhooks, the installation and health. Requests are verified and bounded here, and handed to operations of
//! `domain`; nothing is decided here, and no provider is called but through a contract.

pub mod graphql;
pub mod state;

pub use state::{ApiState, Probe, Schedule, Settings, Webhooks};
