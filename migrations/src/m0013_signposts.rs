//! Posts that ask where a conversation goes on, for as long as nobody has answered.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Adds signposts.
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0013_signposts"
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
    "CREATE TABLE signposts (
        workspace_id <ID> NOT NULL, channel_id text NOT NULL, ts text NOT NULL, conversation_id <ID> NOT NULL, sign text NOT NULL,
        own_channel_id text NOT NULL, PRIMARY KEY (workspace_id, channel_id, ts),
        FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id))",
    "CREATE INDEX signposts_conversation ON signposts (conversation_id)",
];

const DOWN: &[&str] = &["DROP TABLE signposts"];
