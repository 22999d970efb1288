//! Whether a draft was filled from a template, and how much was fetched of a file that came with a text.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Adds both.
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0011_timed_details"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, DOWN).await
    }
}

const UP: &[&str] = &[
    "ALTER TABLE drafts ADD COLUMN is_template boolean NOT NULL DEFAULT false",
    "ALTER TABLE attachments ADD COLUMN fetched_bytes bigint NOT NULL DEFAULT 0",
];

const DOWN: &[&str] =
    &["ALTER TABLE attachments DROP COLUMN fetched_bytes", "ALTER TABLE drafts DROP COLUMN is_template"];
