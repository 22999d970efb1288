//! Puts the crates together: the only place that knows all of them. The command line calls these functions and nothing else of the
//! other crates, and the integration tests start worlds through the same [`start_at`] as the program does.

mod commands;
mod database;
mod installations;
mod providers;
mod start;

pub use commands::{Check, MadeToken, TokenWish, check, create_token, schema, slack_manifest, verify_audit};
pub use database::{Step, migrate, migration_status};
pub use providers::{Connected, connect};
pub use start::{Role, Running, start, start_at};
