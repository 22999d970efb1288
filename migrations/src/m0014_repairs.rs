//! Repairs of what tasks wait for, counted for each workspace: a task that would wait for what was repaired meanwhile looks again instead. And the
//! post whose call was begun: where it was to go, and its key.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Adds the count of repairs.
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0014_repairs"
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
    "ALTER TABLE tasks ADD COLUMN called_post text",
    "CREATE TABLE repairs (workspace_id <ID> NOT NULL PRIMARY KEY REFERENCES workspaces (id), repair_count bigint NOT NULL)",
    "ALTER TABLE channels ADD COLUMN is_loss_told boolean NOT NULL DEFAULT false",
    "CREATE INDEX channels_lost ON channels (lost_at) WHERE lost_reason IS NOT NULL",
];

const DOWN: &[&str] = &[
    "DROP INDEX channels_lost",
    "ALTER TABLE channels DROP COLUMN is_loss_told",
    "DROP TABLE repairs",
    "ALTER TABLE tasks DROP COLUMN called_post",
];
