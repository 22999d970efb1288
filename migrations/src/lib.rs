//! The schema, as one list of steps. Each step is a file that is never changed once released; to add a table, write the next one and name
//! it here. SQL is written once for both databases: [`dialect`] turns the few words that differ.

mod dialect;
mod m0001_bridge;

use sea_orm_migration::prelude::*;
pub use sea_orm_migration::{MigratorTrait, sea_orm};

/// Every step, oldest first.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m0001_bridge::Migration)]
    }
}
