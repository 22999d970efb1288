//! What a team does with a conversation: how urgent it is, what it notes, since when the contact waits for an answer; and how often what the
//! first post shows has changed, beside how much of that the post shows already.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Adds what a team notes on a conversation.
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0004_conversation_work"
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
    "ALTER TABLE conversations ADD COLUMN priority text NOT NULL DEFAULT 'normal'",
    "ALTER TABLE conversations ADD COLUMN notes text",
    "ALTER TABLE conversations ADD COLUMN waiting_since <TIME>",
    "ALTER TABLE conversations ADD COLUMN version integer NOT NULL DEFAULT 0",
    "ALTER TABLE conversations ADD COLUMN shown_version integer NOT NULL DEFAULT 0",
    "CREATE INDEX conversations_assignee ON conversations (workspace_id, assignee_id, last_message_at)",
    "CREATE INDEX conversations_waiting ON conversations (workspace_id, last_message_at) WHERE waiting_since IS NOT NULL",
];

const DOWN: &[&str] = &[
    "DROP INDEX conversations_waiting",
    "DROP INDEX conversations_assignee",
    "ALTER TABLE conversations DROP COLUMN shown_version",
    "ALTER TABLE conversations DROP COLUMN version",
    "ALTER TABLE conversations DROP COLUMN waiting_since",
    "ALTER TABLE conversations DROP COLUMN notes",
    "ALTER TABLE conversations DROP COLUMN priority",
];
