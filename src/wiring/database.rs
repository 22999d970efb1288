//! Opens the database and keeps its schema. Several nodes may start at once: on PostgreSQL one migrates and the others wait for it.

use anyhow::{Context, Result};
use domain::{Ctx, Database, Tx, clock::Clock, ids::Ids, vault::Vault};
use migrations::{
    Migrator, MigratorTrait,
    sea_orm::{ConnectionTrait, DbBackend},
};
use secrecy::ExposeSecret;

use crate::config::{Config, Keys};

/// Key of PostgreSQL's lock that keeps two nodes from migrating at once.
const MIGRATION_LOCK: i64 = 0x636c_6572_6b00;

/// What the domain works with.
pub(super) async fn context(config: &Config, keys: &Keys, clock: Clock) -> Result<Ctx> {
    let database = open(config).await?;
    Ok(Ctx { database, clock, ids: Ids::default(), vault: Vault::new(keys.master.expose_secret()) })
}

pub(super) async fn open(config: &Config) -> Result<Database> {
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
    let lock = lock(database).await?;
    let connection = database.reader();
    let missing = Migrator::get_pending_migrations(connection).await.context("the migrations could not be listed")?;
    let names: Vec<String> = missing.iter().map(|step| step.name().to_owned()).collect();
    if !names.is_empty() {
        Migrator::up(connection, None).await.context("a migration failed; the database is as it was before it")?;
    }
    if let Some(lock) = lock {
        lock.commit().await?;
    }
    Ok(names)
}

/// Held until the transaction ends. SQLite has one process, which migrates before it does anything else.
async fn lock(database: &Database) -> Result<Option<Tx>> {
    if database.is_sqlite() {
        return Ok(None);
    }
    let tx = database.begin().await?;
    debug_assert_eq!(tx.get_database_backend(), DbBackend::Postgres);
    tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")).await?;
    Ok(Some(tx))
}

/// How many migrations the database lacks.
pub(super) async fn missing(database: &Database) -> Result<usize> {
    Ok(Migrator::get_pending_migrations(database.reader()).await?.len())
}

/// A migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// Whether the database has it.
    pub is_applied: bool,
}

/// Every migration that the program knows, oldest first.
///
/// # Errors
/// When the database does not open.
pub async fn migration_status(config: &Config) -> Result<Vec<Step>> {
    let database = open(config).await?;
    let missing: Vec<String> =
        Migrator::get_pending_migrations(database.reader()).await?.iter().map(|step| step.name().to_owned()).collect();
    let known = Migrator::migrations();
    let steps = known.iter().map(|step| {
        let name = step.name().to_owned();
        Step { is_applied: !missing.contains(&name), name }
    });
    let steps = steps.collect();
    database.close().await;
    Ok(steps)
}
