//! How soon contacts are to be answered, and who is told when they were not. What was told is kept for the instant since which the contact waits, so that
//! nothing is told twice of one waiting; when to look at a conversation next stands in an index, so that nobody has to look at all of them.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Adds reply targets.
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0010_reply_targets"
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
    "CREATE TABLE reply_targets (
        id <ID> PRIMARY KEY, workspace_id <ID> NOT NULL REFERENCES workspaces (id), number_id <ID>, minutes integer,
        escalation_minutes integer NOT NULL, escalation_channel_id text, escalation_user_id <ID> REFERENCES users (id),
        updated_at <TIME> NOT NULL, FOREIGN KEY (workspace_id, number_id) REFERENCES numbers (workspace_id, id))",
    "CREATE UNIQUE INDEX reply_targets_workspace ON reply_targets (workspace_id) WHERE number_id IS NULL",
    "CREATE UNIQUE INDEX reply_targets_number ON reply_targets (number_id) WHERE number_id IS NOT NULL",
    "ALTER TABLE conversations ADD COLUMN reply_due_at <TIME>",
    "ALTER TABLE conversations ADD COLUMN reply_check_at <TIME>",
    "ALTER TABLE conversations ADD COLUMN reminded_for <TIME>",
    "ALTER TABLE conversations ADD COLUMN escalated_for <TIME>",
    "CREATE INDEX conversations_reply_check ON conversations (reply_check_at) WHERE reply_check_at IS NOT NULL",
    "CREATE INDEX conversations_reply_due ON conversations (workspace_id, reply_due_at) WHERE reply_due_at IS NOT NULL",
];

const DOWN: &[&str] = &[
    "DROP INDEX conversations_reply_due",
    "DROP INDEX conversations_reply_check",
    "ALTER TABLE conversations DROP COLUMN escalated_for",
    "ALTER TABLE conversations DROP COLUMN reminded_for",
    "ALTER TABLE conversations DROP COLUMN reply_check_at",
    "ALTER TABLE conversations DROP COLUMN reply_due_at",
    "DROP TABLE reply_targets",
];
