//! The GraphQL API.

pub mod auth;

pub use auth::Viewer;
