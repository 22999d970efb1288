//! Where contacts work, and the ledger of what they agreed to. Entries of the ledger are only ever added: the latest one tells how things stand,
//! the others are the proof. The key keeps a file that is imported twice from proving the same thing twice.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Adds the company of contacts and the ledger of consent.
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0008_contacts"
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
    "ALTER TABLE contacts ADD COLUMN company text",
    "CREATE TABLE consents (
        id <ID> PRIMARY KEY, workspace_id <ID> NOT NULL, contact_id <ID> NOT NULL, decision text NOT NULL, source text NOT NULL,
        wording text, evidence text, decided_at <TIME> NOT NULL, recorded_by text, recorded_at <TIME> NOT NULL, import_key text,
        FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id))",
    "CREATE INDEX consents_contact ON consents (contact_id, id)",
    "CREATE INDEX consents_workspace ON consents (workspace_id, id)",
    "CREATE UNIQUE INDEX consents_import ON consents (contact_id, import_key) WHERE import_key IS NOT NULL",
];

const DOWN: &[&str] = &["DROP TABLE consents", "ALTER TABLE contacts DROP COLUMN company"];
