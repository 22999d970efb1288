//! The schema, as one list of steps. Each step is a file that is never changed once released; to add a table, write the next one and name
//! it here. SQL is written once for both databases: [`dialect`] turns the few words that differ.

mod dialect;
mod m0001_bridge;
mod m0002_direct_channels;
mod m0003_media;
mod m0004_conversation_work;
mod m0005_timed_texts;
mod m0006_renewal;
mod m0007_drafts;
mod m0008_contacts;
mod m0009_broadcasts;
mod m0010_reply_targets;
mod m0011_timed_details;
mod m0012_home_team;
mod m0013_signposts;
mod m0014_repairs;

pub use sea_orm_migration::{MigratorTrait, sea_orm};
use sea_orm_migration::{
    prelude::*,
    sea_orm::{DatabaseConnection, DbBackend, TransactionTrait},
};

/// Key of PostgreSQL's lock that keeps two nodes from migrating at once.
const LOCK: i64 = 0x636c_6572_6b00;

/// Every step, oldest first.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_bridge::Migration),
            Box::new(m0002_direct_channels::Migration),
            Box::new(m0003_media::Migration),
            Box::new(m0004_conversation_work::Migration),
            Box::new(m0005_timed_texts::Migration),
            Box::new(m0006_renewal::Migration),
            Box::new(m0007_drafts::Migration),
            Box::new(m0008_contacts::Migration),
            Box::new(m0009_broadcasts::Migration),
            Box::new(m0010_reply_targets::Migration),
            Box::new(m0011_timed_details::Migration),
            Box::new(m0012_home_team::Migration),
            Box::new(m0013_signposts::Migration),
            Box::new(m0014_repairs::Migration),
        ]
    }
}

/// A step, and whether the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// Whether the database has it.
    pub is_applied: bool,
}

/// Every step, oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn status(db: &DatabaseConnection) -> Result<Vec<Step>, DbErr> {
    let pending: Vec<String> =
        Migrator::get_pending_migrations(db).await?.iter().map(|step| step.name().to_owned()).collect();
    let all = Migrator::migrations();
    Ok(all
        .iter()
        .map(|step| Step { name: step.name().to_owned(), is_applied: !pending.contains(&step.name().to_owned()) })
        .collect())
}

/// Applies every step that is missing and returns their names, oldest first. Several nodes may start at once: on PostgreSQL one migrates and
/// the others wait for it; SQLite has one process.
///
/// # Errors
/// When the database does not answer, or a step fails: then the database is as it was before that step.
pub async fn bring_up(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let lock = match db.get_database_backend() {
        DbBackend::Postgres => {
            let tx = db.begin().await?;
            tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
            Some(tx)
        }
        _ => None,
    };
    let missing: Vec<String> =
        status(db).await?.into_iter().filter(|step| !step.is_applied).map(|step| step.name).collect();
    if !missing.is_empty() {
        Migrator::up(db, None).await?;
    }
    if let Some(lock) = lock {
        lock.commit().await?;
    }
    Ok(missing)
}
