//! Installations for life: tokens that are renewed before they end, by one worker at a time; scopes that an older installation lacks; and calls
//! that one method of the chat holds back.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Adds what keeps an installation alive.
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0006_renewal"
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
    "ALTER TABLE installations ADD COLUMN refresh_token text",
    "ALTER TABLE installations ADD COLUMN token_renew_at <TIME>",
    "ALTER TABLE installations ADD COLUMN token_expires_at <TIME>",
    "ALTER TABLE installations ADD COLUMN is_doubted boolean NOT NULL DEFAULT false",
    "ALTER TABLE installations ADD COLUMN renewal_owner text",
    "ALTER TABLE installations ADD COLUMN renewal_until bigint",
    "ALTER TABLE installations ADD COLUMN told_scopes text NOT NULL DEFAULT ''",
    "ALTER TABLE tasks ADD COLUMN held_by text",
];

const DOWN: &[&str] = &[
    "ALTER TABLE tasks DROP COLUMN held_by",
    "ALTER TABLE installations DROP COLUMN told_scopes",
    "ALTER TABLE installations DROP COLUMN renewal_until",
    "ALTER TABLE installations DROP COLUMN renewal_owner",
    "ALTER TABLE installations DROP COLUMN is_doubted",
    "ALTER TABLE installations DROP COLUMN token_expires_at",
    "ALTER TABLE installations DROP COLUMN token_renew_at",
    "ALTER TABLE installations DROP COLUMN refresh_token",
];
