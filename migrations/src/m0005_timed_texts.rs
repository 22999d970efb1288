//! Texts that are sent later, templates, and what is answered automatically. What was answered is kept for each contact, so that two nodes never
//! give the same answer twice.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Adds scheduled texts, templates and automatic answers.
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0005_timed_texts"
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
    "ALTER TABLE messages ADD COLUMN send_at <TIME>",
    "ALTER TABLE messages ADD COLUMN notice_channel text",
    "ALTER TABLE messages ADD COLUMN notice_ts text",
    "CREATE INDEX messages_scheduled ON messages (workspace_id, send_at) WHERE status = 'scheduled'",
    "CREATE TABLE templates (
        id <ID> PRIMARY KEY, workspace_id <ID> NOT NULL REFERENCES workspaces (id), name text NOT NULL, folded_name text NOT NULL,
        body text NOT NULL, created_by text NOT NULL, created_at <TIME> NOT NULL, updated_at <TIME> NOT NULL,
        UNIQUE (workspace_id, folded_name))",
    "CREATE TABLE answer_settings (
        id <ID> PRIMARY KEY, workspace_id <ID> NOT NULL REFERENCES workspaces (id), number_id <ID>, time_zone text, hours <JSON> NOT NULL,
        is_away_on boolean NOT NULL, away_text text NOT NULL, is_greeting_on boolean NOT NULL, greeting_text text NOT NULL,
        updated_at <TIME> NOT NULL, FOREIGN KEY (workspace_id, number_id) REFERENCES numbers (workspace_id, id))",
    "CREATE UNIQUE INDEX answer_settings_workspace ON answer_settings (workspace_id) WHERE number_id IS NULL",
    "CREATE UNIQUE INDEX answer_settings_number ON answer_settings (number_id) WHERE number_id IS NOT NULL",
    "CREATE TABLE given_answers (
        workspace_id <ID> NOT NULL, contact_id <ID> NOT NULL, kind text NOT NULL, given_at <TIME> NOT NULL,
        PRIMARY KEY (workspace_id, contact_id, kind),
        FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id))",
];

const DOWN: &[&str] = &[
    "DROP TABLE given_answers",
    "DROP TABLE answer_settings",
    "DROP TABLE templates",
    "DROP INDEX messages_scheduled",
    "ALTER TABLE messages DROP COLUMN notice_ts",
    "ALTER TABLE messages DROP COLUMN notice_channel",
    "ALTER TABLE messages DROP COLUMN send_at",
];
