//! Broadcasts: one text to many, with who gets it and how far each is; how a workspace sends what nobody waits for; and which texts wait for the end of
//! somebody's quiet hours. Each contact stands once in a broadcast, so whatever dies in the middle, nobody gets it twice.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Adds broadcasts, and how workspaces send.
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0009_broadcasts"
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
    "ALTER TABLE messages ADD COLUMN quiet_hours text NOT NULL DEFAULT 'kept'",
    "CREATE INDEX messages_broadcast ON messages (conversation_id, id) WHERE origin = 'broadcast' AND post_ts IS NULL",
    "CREATE TABLE sending_settings (
        workspace_id <ID> PRIMARY KEY REFERENCES workspaces (id), keeps_quiet_hours boolean NOT NULL,
        broadcasts_keep_quiet_hours boolean NOT NULL, broadcast_per_second integer NOT NULL, tells_how_to_opt_out boolean NOT NULL,
        updated_at <TIME> NOT NULL)",
    "CREATE TABLE broadcasts (
        id <ID> PRIMARY KEY, workspace_id <ID> NOT NULL REFERENCES workspaces (id), number_id <ID> NOT NULL, author text NOT NULL,
        body text NOT NULL, audience <JSON> NOT NULL, status text NOT NULL, pause_reason text, version text NOT NULL,
        recipient_count integer NOT NULL, segment_count bigint NOT NULL, excluded <JSON> NOT NULL, per_second integer NOT NULL,
        round integer NOT NULL, start_at <TIME>, shown_percent integer NOT NULL, post_channel text, post_ts text,
        created_at <TIME> NOT NULL, started_at <TIME>, ended_at <TIME>, UNIQUE (workspace_id, id),
        FOREIGN KEY (workspace_id, number_id) REFERENCES numbers (workspace_id, id))",
    "CREATE INDEX broadcasts_workspace ON broadcasts (workspace_id, id)",
    "CREATE INDEX broadcasts_paused ON broadcasts (id) WHERE status = 'paused'",
    "CREATE TABLE broadcast_recipients (
        workspace_id <ID> NOT NULL, broadcast_id <ID> NOT NULL, contact_id <ID> NOT NULL, position integer NOT NULL, body text NOT NULL,
        segment_count integer NOT NULL, state text NOT NULL, not_before <TIME>, reason text, message_id <ID>,
        PRIMARY KEY (broadcast_id, contact_id),
        FOREIGN KEY (workspace_id, broadcast_id) REFERENCES broadcasts (workspace_id, id),
        FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
        FOREIGN KEY (workspace_id, message_id) REFERENCES messages (workspace_id, id))",
    "CREATE INDEX broadcast_recipients_waiting ON broadcast_recipients (broadcast_id, position) WHERE state = 'waiting'",
    "CREATE INDEX broadcast_recipients_contact ON broadcast_recipients (workspace_id, contact_id) WHERE state = 'sent'",
    "CREATE UNIQUE INDEX broadcast_recipients_message ON broadcast_recipients (message_id) WHERE message_id IS NOT NULL",
];

const DOWN: &[&str] = &[
    "DROP TABLE broadcast_recipients",
    "DROP TABLE broadcasts",
    "DROP TABLE sending_settings",
    "DROP INDEX messages_broadcast",
    "ALTER TABLE messages DROP COLUMN quiet_hours",
];
