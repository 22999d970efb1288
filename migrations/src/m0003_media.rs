//! Files of texts: how each travels and how far it is, and the bytes of those that are handed out for a while.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Adds what is known of a file, and the files that are kept.
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0003_media"
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
    "ALTER TABLE attachments ADD COLUMN name text",
    "ALTER TABLE attachments ADD COLUMN chat_file_id text",
    "ALTER TABLE attachments ADD COLUMN route text",
    "ALTER TABLE attachments ADD COLUMN most_bytes bigint",
    "ALTER TABLE attachments ADD COLUMN state text NOT NULL DEFAULT 'waiting'",
    "ALTER TABLE attachments ADD COLUMN reason text",
    "ALTER TABLE attachments ADD COLUMN spent_ms integer NOT NULL DEFAULT 0",
    "CREATE UNIQUE INDEX attachments_workspace ON attachments (workspace_id, id)",
    "CREATE TABLE media (
        attachment_id <ID> PRIMARY KEY, workspace_id <ID> NOT NULL, name text NOT NULL, content_type text NOT NULL,
        byte_count bigint NOT NULL, sealed <BYTES> NOT NULL, expires_at <TIME> NOT NULL, created_at <TIME> NOT NULL,
        FOREIGN KEY (workspace_id, attachment_id) REFERENCES attachments (workspace_id, id))",
    "CREATE INDEX media_expiry ON media (expires_at)",
];

const DOWN: &[&str] = &[
    "DROP TABLE media",
    "DROP INDEX attachments_workspace",
    "ALTER TABLE attachments DROP COLUMN spent_ms",
    "ALTER TABLE attachments DROP COLUMN reason",
    "ALTER TABLE attachments DROP COLUMN state",
    "ALTER TABLE attachments DROP COLUMN most_bytes",
    "ALTER TABLE attachments DROP COLUMN route",
    "ALTER TABLE attachments DROP COLUMN chat_file_id",
    "ALTER TABLE attachments DROP COLUMN name",
];
