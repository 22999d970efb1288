//! Texts that wait for their author's word before they go out, and how long a reply may still be undone.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Adds drafts and the undo window.
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0007_drafts"
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
    "CREATE TABLE drafts (
        id <ID> PRIMARY KEY, workspace_id <ID> NOT NULL, conversation_id <ID> NOT NULL, author_id <ID> NOT NULL REFERENCES users (id),
        body text NOT NULL, files <JSON> NOT NULL, reason text NOT NULL, post_channel text NOT NULL, post_ts text NOT NULL, client_id text,
        created_at <TIME> NOT NULL, decision text, decided_at <TIME>,
        FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id))",
    "CREATE UNIQUE INDEX drafts_post ON drafts (workspace_id, post_channel, post_ts)",
    "CREATE INDEX drafts_client ON drafts (workspace_id, client_id) WHERE client_id IS NOT NULL",
    "CREATE INDEX drafts_open ON drafts (conversation_id) WHERE decision IS NULL",
    "ALTER TABLE numbers ADD COLUMN undo_secs integer NOT NULL DEFAULT 5",
];

const DOWN: &[&str] = &["ALTER TABLE numbers DROP COLUMN undo_secs", "DROP TABLE drafts"];
