//! Who did what: an append-only log, one hash chain for each workspace and one for the platform. Each entry is signed together with the
//! entry before it, so a changed, missing, added or moved entry is found. Entries hold ids, never texts.

mod store;

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use crate::{
    By, Ctx, Result, Tx,
    ids::{AuditEntryId, WorkspaceId},
    page::{Page, PageRequest},
};

/// Chain of what belongs to no workspace.
const PLATFORM: &str = "platform";

/// Something that was done, to be recorded.
pub(crate) struct Deed {
    /// Workspace that it was done in.
    pub(crate) workspace: Option<WorkspaceId>,
    /// Name of the mutation or schedule.
    pub(crate) action: &'static str,
    /// What was done, in a sentence.
    pub(crate) summary: String,
    /// Id of what it was done to.
    pub(crate) subject: Option<String>,
    /// Values before and after.
    pub(crate) changes: Json,
}

/// An entry of the log.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Id of it.
    pub id: AuditEntryId,
    /// Workspace that it was done in; none when it was done to the platform.
    pub workspace: Option<WorkspaceId>,
    /// Chain that it stands in.
    pub chain: String,
    /// Place in the chain, from 1.
    pub position: i64,
    /// Id of who did it, or `worker` or `console`.
    pub actor: String,
    /// Name of the mutation or schedule.
    pub action: String,
    /// What was done, in a sentence.
    pub summary: String,
    /// Id of what it was done to.
    pub subject: Option<String>,
    /// Values before and after.
    pub changes: Json,
    /// Address that the request came from.
    pub ip_address: Option<String>,
    /// Id of the request.
    pub request_id: String,
    /// When it was done.
    pub created_at: DateTime<Utc>,
    /// Link to the entry before.
    pub hash: String,
}

impl Entry {
    /// What is signed: everything but the hash, in a fixed order.
    fn canonical(&self) -> String {
        let parts = [
            self.id.to_string(),
            self.chain.clone(),
            self.position.to_string(),
            self.actor.clone(),
            self.action.clone(),
            self.summary.clone(),
            self.subject.clone().unwrap_or_default(),
            canonical_json(&self.changes),
            self.ip_address.clone().unwrap_or_default(),
            self.request_id.clone(),
            self.created_at.timestamp_micros().to_string(),
        ];
        Json::from(parts.to_vec()).to_string()
    }
}

/// JSON with sorted keys: PostgreSQL's `jsonb` keeps neither order nor spaces.
fn canonical_json(value: &Json) -> String {
    match value {
        Json::Object(map) => {
            let mut keys: Vec<_> = map.keys().collect();
            keys.sort();
            let fields: Vec<_> = keys
                .into_iter()
                .map(|key| format!("{}:{}", Json::from(key.as_str()), canonical_json(&map[key])))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Json::Array(items) => format!("[{}]", items.iter().map(canonical_json).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// Records a deed in the transaction that does it.
pub(crate) async fn record(ctx: &Ctx, tx: &Tx, by: &By, deed: Deed) -> Result<()> {
    let chain = deed.workspace.map_or_else(|| PLATFORM.to_owned(), |workspace| workspace.to_string());
    let (position, previous) = store::lock_end(tx, &chain).await?;
    let mut entry = Entry {
        id: ctx.id(),
        workspace: deed.workspace,
        chain,
        position: position + 1,
        actor: by.actor.code(),
        action: deed.action.to_owned(),
        summary: deed.summary,
        subject: deed.subject,
        changes: deed.changes,
        ip_address: by.ip_address.clone(),
        request_id: by.request_id.clone(),
        created_at: ctx.now(),
        hash: String::new(),
    };
    entry.hash = ctx.vault.chain(&previous, &entry.canonical());
    store::insert(tx, &entry).await
}

/// Which entries.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Of this workspace; of all when none.
    pub workspace: Option<WorkspaceId>,
    /// By this actor.
    pub actor: Option<String>,
    /// With this name.
    pub action: Option<String>,
    /// Done to this.
    pub subject: Option<String>,
    /// From this instant on.
    pub since: Option<DateTime<Utc>>,
    /// Before this instant.
    pub until: Option<DateTime<Utc>>,
}

/// Entries, newest first.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn list(ctx: &Ctx, filter: &AuditFilter, page: &PageRequest) -> Result<Page<Entry>> {
    store::list(ctx, filter, page).await
}

/// How many entries a filter matches.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn count(ctx: &Ctx, filter: &AuditFilter) -> Result<u64> {
    store::count(ctx, filter).await
}

/// An entry by its id.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn find(ctx: &Ctx, id: AuditEntryId) -> Result<Option<Entry>> {
    store::find(ctx, id).await
}

/// What the verification of all chains found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every chain holds.
    Holds {
        /// How many chains.
        chain_count: usize,
        /// How many entries.
        entry_count: u64,
    },
    /// The first entry that does not fit.
    Broken {
        /// Chain of it.
        chain: String,
        /// Where the chain breaks.
        position: i64,
        /// Id of the entry found there.
        entry: AuditEntryId,
    },
}

/// Verifies every chain from its first entry. A tail that was cut off is visible only against a hash that was noted elsewhere.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn verify(ctx: &Ctx) -> Result<Verdict> {
    let chains = store::chains(ctx).await?;
    let mut entry_count = 0;
    for chain in &chains {
        let mut previous = String::new();
        let mut position = 0;
        loop {
            let entries = store::after(ctx, chain, position).await?;
            let Some(last) = entries.last() else { break };
            let next_position = last.position;
            for entry in &entries {
                position += 1;
                let expected = ctx.vault.chain(&previous, &entry.canonical());
                if entry.position != position || entry.hash != expected {
                    return Ok(Verdict::Broken { chain: chain.clone(), position, entry: entry.id });
                }
                previous.clone_from(&entry.hash);
                entry_count += 1;
            }
            position = next_position;
        }
    }
    Ok(Verdict::Holds { chain_count: chains.len(), entry_count })
}
