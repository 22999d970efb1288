//! Opens the database and keeps its schema.

use anyhow::{Context, Result};
use domain::{Ctx, Database, clock::Clock, ids::Ids, vault::Vault};
pub use migrations::Step;
use secrecy::ExposeSecret;

use crate::config::{Config, Keys};

/// What the domain works with.
pub(super) async fn context(config: &Config, keys: &Keys, clock: Clock) -> Result<Ctx> {
    let database = open(config).await?;
    let public_url = config.server.public_url_at(config.server.listen).into();
    Ok(Ctx { database, clock, ids: Ids::default(), vault: Vault::new(keys.master.expose_secret()), public_url })
}

async fn open(config: &Config) -> Result<Database> {
    let url = config.database.url.expose_secret();
    Database::open(url, config.database.max_connections).await.map_err(|error| {
        anyhow::anyhow!("The database does not open: {}. Check `database.url` and that the server runs.", error.cause())
    })
}

/// Applies every migration that is missing and returns their names, oldest first.
///
/// # Errors
/// When the database does not open, or a migration fails.
pub async fn migrate(config: &Config) -> Result<Vec<String>> {
    let database = open(config).await?;
    let applied = bring_up(&database).await?;
    database.close().await;
    Ok(applied)
}

pub(super) async fn bring_up(database: &Database) -> Result<Vec<String>> {
    migrations::bring_up(database.reader()).await.context("The database could not be migrated")
}

/// How many migrations the database lacks.
pub(super) async fn missing(database: &Database) -> Result<usize> {
    Ok(migrations::status(database.reader()).await?.iter().filter(|step| !step.is_applied).count())
}

/// Every migration that the program knows, oldest first.
///
/// # Errors
/// When the database does not open.
pub async fn migration_status(config: &Config) -> Result<Vec<Step>> {
    let database = open(config).await?;
    let steps = migrations::status(database.reader()).await?;
    database.close().await;
    Ok(steps)
}
