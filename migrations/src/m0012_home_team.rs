//! An app that was let in for a whole organisation lives in one of its teams: where its shared channel is, further channels are made.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Adds the team that an installation lives in.
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0012_home_team"
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

const UP: &[&str] = &["ALTER TABLE installations ADD COLUMN home_team_id text"];

const DOWN: &[&str] = &["ALTER TABLE installations DROP COLUMN home_team_id"];
