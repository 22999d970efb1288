//! Conversations with a channel of their own: where each was, is, and is to begin; and what is known of a channel that decides which posts in
//! it go out.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Adds direct channels, former threads and send modes.
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0002_direct_channels"
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
    "CREATE TABLE direct_channels (
        workspace_id <ID> NOT NULL, channel_id text NOT NULL, conversation_id <ID> NOT NULL, asked_by text, step integer NOT NULL,
        transcript_until <ID>, created_at <TIME> NOT NULL, PRIMARY KEY (workspace_id, channel_id),
        FOREIGN KEY (workspace_id, channel_id) REFERENCES channels (workspace_id, channel_id),
        FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id))",
    "CREATE INDEX direct_channels_conversation ON direct_channels (conversation_id)",
    "CREATE TABLE past_threads (
        workspace_id <ID> NOT NULL, channel_id text NOT NULL, thread_ts text NOT NULL, conversation_id <ID> NOT NULL,
        ended_at <TIME> NOT NULL, PRIMARY KEY (workspace_id, channel_id, thread_ts),
        FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id))",
    "ALTER TABLE conversations ADD COLUMN own_channel_id text",
    "ALTER TABLE conversations ADD COLUMN own_head_ts text",
    "ALTER TABLE conversations ADD COLUMN is_own_channel_lost boolean NOT NULL DEFAULT false",
    "ALTER TABLE conversations ADD COLUMN is_fallback_due boolean NOT NULL DEFAULT false",
    "ALTER TABLE conversations ADD COLUMN own_channel_asked_at <TIME>",
    "ALTER TABLE conversations ADD COLUMN thread_url text",
    "ALTER TABLE channels ADD COLUMN send_mode text",
    "ALTER TABLE channels ADD COLUMN company text",
    "ALTER TABLE numbers ADD COLUMN starts_in text NOT NULL DEFAULT 'shared_thread'",
    "ALTER TABLE numbers ADD COLUMN direct_prefix text NOT NULL DEFAULT 'sms-'",
];

const DOWN: &[&str] = &[
    "ALTER TABLE numbers DROP COLUMN direct_prefix",
    "ALTER TABLE numbers DROP COLUMN starts_in",
    "ALTER TABLE channels DROP COLUMN company",
    "ALTER TABLE channels DROP COLUMN send_mode",
    "ALTER TABLE conversations DROP COLUMN thread_url",
    "ALTER TABLE conversations DROP COLUMN own_channel_asked_at",
    "ALTER TABLE conversations DROP COLUMN is_fallback_due",
    "ALTER TABLE conversations DROP COLUMN is_own_channel_lost",
    "ALTER TABLE conversations DROP COLUMN own_head_ts",
    "ALTER TABLE conversations DROP COLUMN own_channel_id",
    "DROP TABLE past_threads",
    "DROP TABLE direct_channels",
];
