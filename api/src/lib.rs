//! Transport in: GraphQL, webhooks, the installation and health. Requests are verified and bounded here, and handed to operations of
//! `domain`; nothing is decided here, and no provider is called but through a contract.

mod body;
pub mod graphql;
mod graphql_http;
mod health;
mod index;
mod install;
mod media;
mod page;
mod request_id;
mod routes;
mod server;
pub mod state;
mod webhooks;

#[cfg(test)]
mod tests;

pub use install::INSTALL_PATH;
pub use request_id::RequestId;
pub use routes::app;
pub use server::{Limits, serve};
pub use state::{ApiState, Probe, Schedule, Settings, Webhooks};
