//! The bridge: workspaces and who may do what, numbers, contacts, conversations, messages, the usage ledger, consent, the audit log, and the
//! inbox and outbox. Every table has its workspace; children refer to their parent by workspace and id together, so a row cannot hang below
//! another tenant's.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

use crate::dialect;

/// Adds the tables of the bridge.
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0001_bridge"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, WORKSPACES).await?;
        dialect::run(manager, NUMBERS).await?;
        dialect::run(manager, CONVERSATIONS).await?;
        dialect::run(manager, LEDGERS).await?;
        dialect::run(manager, WORK).await?;
        let postgres = manager.get_connection().get_database_backend() == DbBackend::Postgres;
        dialect::run(manager, if postgres { APPEND_ONLY_POSTGRES } else { APPEND_ONLY_SQLITE }).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_connection().get_database_backend() == DbBackend::Postgres {
            dialect::run(manager, &["DROP FUNCTION IF EXISTS refuse_change CASCADE"]).await?;
        }
        for table in TABLES.iter().rev() {
            dialect::run(manager, &[&format!("DROP TABLE {table}")]).await?;
        }
        Ok(())
    }
}

/// Every table, parents first.
const TABLES: &[&str] = &[
    "workspaces",
    "users",
    "memberships",
    "installations",
    "install_attempts",
    "api_tokens",
    "channels",
    "numbers",
    "contacts",
    "conversations",
    "messages",
    "attachments",
    "do_not_disturb",
    "opt_outs",
    "usage_months",
    "usage_entries",
    "audit_entries",
    "provider_events",
    "tasks",
    "lanes",
    "schedules",
    "nodes",
];

const WORKSPACES: &[&str] = &[
    "CREATE TABLE workspaces (
        id <ID> PRIMARY KEY, slug text NOT NULL UNIQUE, name text NOT NULL, team_id text NOT NULL UNIQUE, status text NOT NULL,
        suspension_reason text, time_zone text NOT NULL, plan text NOT NULL, default_channel_id text, created_at <TIME> NOT NULL)",
    "CREATE TABLE users (
        id <ID> PRIMARY KEY, team_id text NOT NULL, chat_user_id text NOT NULL, display_name text NOT NULL, email text, avatar_url text,
        is_operator boolean NOT NULL, last_seen_at <TIME>, created_at <TIME> NOT NULL, UNIQUE (team_id, chat_user_id))",
    "CREATE TABLE memberships (
        id <ID> PRIMARY KEY, workspace_id <ID> NOT NULL REFERENCES workspaces (id), user_id <ID> NOT NULL REFERENCES users (id),
        role text NOT NULL, created_at <TIME> NOT NULL, UNIQUE (workspace_id, user_id))",
    "CREATE INDEX memberships_user ON memberships (user_id)",
    "CREATE TABLE installations (
        workspace_id <ID> PRIMARY KEY REFERENCES workspaces (id), app_id text NOT NULL, enterprise_id text, bot_user_id text NOT NULL,
        bot_token text NOT NULL, scopes text NOT NULL, installed_by <ID> REFERENCES users (id), installed_at <TIME> NOT NULL,
        broken_reason text, broken_at <TIME>)",
    "CREATE TABLE install_attempts (fingerprint text PRIMARY KEY, created_at <TIME> NOT NULL, used_at <TIME>)",
    "CREATE TABLE api_tokens (
        id <ID> PRIMARY KEY, workspace_id <ID> REFERENCES workspaces (id), name text NOT NULL, hint text NOT NULL,
        fingerprint text NOT NULL UNIQUE, permissions text NOT NULL, created_by <ID> REFERENCES users (id), created_at <TIME> NOT NULL,
        last_used_at <TIME>, expires_at <TIME>, revoked_at <TIME>)",
    "CREATE INDEX api_tokens_workspace ON api_tokens (workspace_id, id)",
    "CREATE TABLE channels (
        workspace_id <ID> NOT NULL REFERENCES workspaces (id), channel_id text NOT NULL, name text, lost_reason text, lost_at <TIME>,
        PRIMARY KEY (workspace_id, channel_id))",
];

const NUMBERS: &[&str] = &[
    "CREATE TABLE numbers (
        id <ID> PRIMARY KEY, workspace_id <ID> NOT NULL REFERENCES workspaces (id), e164 text NOT NULL, country text NOT NULL,
        kind text NOT NULL, has_sms boolean NOT NULL, has_mms boolean NOT NULL, has_voice boolean NOT NULL, status text NOT NULL,
        carrier_id text, label text, shared_channel_id text, quiet_secs integer NOT NULL, claimed_at <TIME> NOT NULL, expires_at <TIME>,
        released_at <TIME>, release_reason text, failure_reason text, UNIQUE (workspace_id, id))",
    "CREATE UNIQUE INDEX numbers_held ON numbers (e164) WHERE status IN ('claiming', 'active', 'expiring', 'releasing')",
    "CREATE TABLE contacts (
        id <ID> PRIMARY KEY, workspace_id <ID> NOT NULL REFERENCES workspaces (id), address text NOT NULL, name text, email text,
        notes text, tags <JSON> NOT NULL, created_at <TIME> NOT NULL, UNIQUE (workspace_id, id), UNIQUE (workspace_id, address))",
    "CREATE INDEX contacts_name ON contacts (workspace_id, name, id)",
];

const CONVERSATIONS: &[&str] = &[
    "CREATE TABLE conversations (
        id <ID> PRIMARY KEY, workspace_id <ID> NOT NULL REFERENCES workspaces (id), number_id <ID> NOT NULL, contact_id <ID> NOT NULL,
        placement text NOT NULL, status text NOT NULL, assignee_id <ID> REFERENCES users (id), subject text, tags <JSON> NOT NULL,
        channel_id text, thread_ts text, last_message_id <ID>, last_message_at <TIME> NOT NULL, created_at <TIME> NOT NULL,
        UNIQUE (workspace_id, id), UNIQUE (number_id, contact_id),
        FOREIGN KEY (workspace_id, number_id) REFERENCES numbers (workspace_id, id),
        FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id))",
    "CREATE INDEX conversations_latest ON conversations (workspace_id, last_message_at, id)",
    "CREATE INDEX conversations_contact ON conversations (workspace_id, contact_id)",
    "CREATE UNIQUE INDEX conversations_thread ON conversations (workspace_id, channel_id, thread_ts) WHERE thread_ts IS NOT NULL",
    "CREATE TABLE messages (
        id <ID> PRIMARY KEY, workspace_id <ID> NOT NULL, conversation_id <ID> NOT NULL, direction text NOT NULL, origin text NOT NULL,
        body text NOT NULL, encoding text NOT NULL, segment_count integer NOT NULL, media_count integer NOT NULL, status text NOT NULL,
        hold_reason text, failure_reason text, failure_code text, carrier_id text, author text, post_channel text, post_ts text,
        client_id text, shown_mark text, is_late boolean NOT NULL, retry_of <ID>, created_at <TIME> NOT NULL, sent_at <TIME>,
        delivered_at <TIME>, UNIQUE (workspace_id, id),
        FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id))",
    "CREATE INDEX messages_conversation ON messages (conversation_id, id)",
    "CREATE UNIQUE INDEX messages_carrier ON messages (carrier_id) WHERE carrier_id IS NOT NULL",
    "CREATE UNIQUE INDEX messages_post ON messages (workspace_id, post_channel, post_ts) WHERE origin = 'post'",
    "CREATE INDEX messages_client ON messages (workspace_id, client_id) WHERE client_id IS NOT NULL",
    "CREATE UNIQUE INDEX messages_retry ON messages (retry_of) WHERE retry_of IS NOT NULL",
    "CREATE INDEX messages_held ON messages (workspace_id, id) WHERE status = 'held'",
    "CREATE TABLE attachments (
        id <ID> PRIMARY KEY, workspace_id <ID> NOT NULL, message_id <ID> NOT NULL, url text NOT NULL, content_type text NOT NULL,
        byte_count bigint, FOREIGN KEY (workspace_id, message_id) REFERENCES messages (workspace_id, id))",
    "CREATE INDEX attachments_message ON attachments (message_id, id)",
    "CREATE TABLE do_not_disturb (
        id <ID> PRIMARY KEY, workspace_id <ID> NOT NULL REFERENCES workspaces (id), address text NOT NULL, reason text, created_by text,
        created_at <TIME> NOT NULL, blocked_count integer NOT NULL, last_blocked_at <TIME>, UNIQUE (workspace_id, address))",
    "CREATE TABLE opt_outs (
        id <ID> PRIMARY KEY, workspace_id <ID> NOT NULL, contact_id <ID> NOT NULL, number_id <ID>, keyword text,
        created_at <TIME> NOT NULL, ended_at <TIME>,
        FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
        FOREIGN KEY (workspace_id, number_id) REFERENCES numbers (workspace_id, id))",
    "CREATE INDEX opt_outs_contact ON opt_outs (workspace_id, contact_id) WHERE ended_at IS NULL",
];

const LEDGERS: &[&str] = &[
    "CREATE TABLE usage_months (
        id <ID> NOT NULL UNIQUE, workspace_id <ID> NOT NULL REFERENCES workspaces (id), month text NOT NULL, used bigint NOT NULL,
        included bigint NOT NULL, granted bigint NOT NULL, PRIMARY KEY (workspace_id, month))",
    "CREATE TABLE usage_entries (
        id <ID> PRIMARY KEY, workspace_id <ID> NOT NULL, month text NOT NULL, meter text NOT NULL, used bigint NOT NULL,
        granted bigint NOT NULL, source_id text, direction text, number_id <ID>, reason text, created_at <TIME> NOT NULL,
        FOREIGN KEY (workspace_id, month) REFERENCES usage_months (workspace_id, month))",
    "CREATE INDEX usage_entries_month ON usage_entries (workspace_id, month, id)",
    "CREATE UNIQUE INDEX usage_entries_once ON usage_entries (source_id, meter, reason) WHERE source_id IS NOT NULL",
    "CREATE TABLE audit_entries (
        id <ID> PRIMARY KEY, workspace_id <ID> REFERENCES workspaces (id), chain text NOT NULL, position bigint NOT NULL,
        actor text NOT NULL, action text NOT NULL, summary text NOT NULL, subject_id text, changes <JSON> NOT NULL, ip_address text,
        request_id text NOT NULL, created_at <TIME> NOT NULL, hash text NOT NULL, UNIQUE (chain, position))",
    "CREATE INDEX audit_entries_workspace ON audit_entries (workspace_id, id)",
];

const WORK: &[&str] = &[
    "CREATE TABLE provider_events (
        id <ID> PRIMARY KEY, workspace_id <ID> REFERENCES workspaces (id), kind text NOT NULL, provider text NOT NULL,
        account text NOT NULL, event_key text NOT NULL, event_type text NOT NULL, event <JSON> NOT NULL, received_at <TIME> NOT NULL,
        handled_at <TIME>, outcome text, error text, UNIQUE (provider, account, event_key))",
    "CREATE INDEX provider_events_unhandled ON provider_events (id) WHERE handled_at IS NULL",
    "CREATE TABLE tasks (
        seq <SEQUENCE>, id <ID> NOT NULL UNIQUE, workspace_id <ID> REFERENCES workspaces (id), kind text NOT NULL,
        arguments <JSON> NOT NULL, subject_id text, ordering_key text, dedupe_key text UNIQUE, lane text, state text NOT NULL,
        is_ambiguous boolean NOT NULL, read_back_count integer NOT NULL, attempt_count integer NOT NULL, failure_count integer NOT NULL,
        run_at <TIME> NOT NULL, lease_owner text, lease_until bigint, called_at <TIME>, parked_on text, last_error text,
        created_at <TIME> NOT NULL, finished_at <TIME>)",
    "CREATE INDEX tasks_due ON tasks (run_at, seq) WHERE state = 'ready'",
    "CREATE INDEX tasks_order ON tasks (ordering_key, seq) WHERE state IN ('ready', 'running', 'calling', 'parked')",
    "CREATE INDEX tasks_leased ON tasks (lease_owner, lease_until) WHERE state IN ('running', 'calling')",
    "CREATE INDEX tasks_open ON tasks (state, seq) WHERE state IN ('ready', 'running', 'calling', 'parked', 'unknown', 'dead')",
    "CREATE INDEX tasks_subject ON tasks (subject_id) WHERE subject_id IS NOT NULL",
    "CREATE TABLE lanes (
        lane text PRIMARY KEY, arrival_ms bigint NOT NULL, open_at_ms bigint NOT NULL, closed_until_ms bigint NOT NULL,
        strict_until_ms bigint NOT NULL)",
    "CREATE TABLE schedules (
        name text PRIMARY KEY, next_run_at <TIME> NOT NULL, last_run_at <TIME>, last_report text, last_error text)",
    "CREATE TABLE nodes (name text PRIMARY KEY, version text NOT NULL, started_at <TIME> NOT NULL, seen_at <TIME> NOT NULL)",
];

const APPEND_ONLY_SQLITE: &[&str] = &[
    "CREATE TRIGGER audit_entries_keep BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER audit_entries_hold BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER usage_entries_keep BEFORE UPDATE ON usage_entries BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
];

const APPEND_ONLY_POSTGRES: &[&str] = &[
    "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
    "CREATE TRIGGER audit_entries_keep BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER usage_entries_keep BEFORE UPDATE ON usage_entries FOR EACH ROW EXECUTE FUNCTION refuse_change()",
];
