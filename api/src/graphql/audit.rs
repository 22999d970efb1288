//! The audit log: who did what.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::{
    audit::{self, Entry},
    ids::WorkspaceId,
    page::PageRequest,
};

use super::{
    actor::{self, Actor},
    connection::{Listing, connection},
    context::Ask,
    node::{self, Node},
    scalars::{Instant, Json},
    time_range::TimeRangeFilter,
    workspace::Workspace,
};

/// An entry.
pub(crate) struct AuditEntry(pub(super) Entry);

/// Something that somebody did.
#[Object]
impl AuditEntry {
    /// Id of the entry.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// When it was done.
    async fn created_at(&self) -> Instant {
        Instant(self.0.created_at)
    }

    /// Workspace that it was done in; null when it was done to the platform.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Option<Workspace>> {
        let Some(workspace) = self.0.workspace else { return Ok(None) };
        Ok(ctx.load(workspace).await?.map(Workspace))
    }

    /// Who did it; null when a worker or somebody at the command line did.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<Actor>> {
        actor::of(ctx, Some(&self.0.actor)).await
    }

    /// Name of the mutation or schedule, such as `phoneNumberRelease`.
    async fn action(&self) -> &str {
        &self.0.action
    }

    /// What was done, in a sentence.
    async fn summary(&self) -> &str {
        &self.0.summary
    }

    /// What it was done to, as it is now; null when it is deleted, or the viewer may not see it.
    async fn subject(&self, ctx: &Context<'_>) -> Result<Option<Node>> {
        match &self.0.subject {
            Some(id) => node::find(ctx, id).await,
            None => Ok(None),
        }
    }

    /// Values before and after.
    async fn changes(&self) -> Json {
        Json(self.0.changes.clone())
    }

    /// Address that the request came from; null when there was none.
    async fn ip_address(&self) -> Option<&str> {
        self.0.ip_address.as_deref()
    }

    /// Id of the request, which our logs have too.
    async fn request_id(&self) -> &str {
        &self.0.request_id
    }
}

/// Which entries.
#[derive(Default, InputObject)]
pub(crate) struct AuditFilter {
    /// Who did it.
    actor_id: Option<ID>,
    /// Name of the mutation or schedule.
    action: Option<String>,
    /// What it was done to.
    subject_id: Option<ID>,
    /// When it was done.
    created_at: Option<TimeRangeFilter>,
}

connection! {
    /// Page of audit entries.
    AuditEntryConnection,
    /// Item of an `AuditEntryConnection`.
    AuditEntryEdge: AuditEntry
}

/// A page of the log, of one workspace or of all.
pub(super) async fn list(
    ctx: &Context<'_>,
    workspace: Option<WorkspaceId>,
    filter: Option<AuditFilter>,
    page: PageRequest,
) -> Result<AuditEntryConnection> {
    let filter = filter.unwrap_or_default();
    let range = filter.created_at.unwrap_or_default();
    let filter = audit::AuditFilter {
        workspace,
        actor: filter.actor_id.map(|id| id.0),
        action: filter.action,
        subject: filter.subject_id.map(|id| id.0),
        since: range.since(),
        until: range.until(),
    };
    let found = audit::list(ctx.domain(), &filter, &page).await?;
    let domain = ctx.domain().clone();
    let count = async move { audit::count(&domain, &filter).await };
    Ok(Listing::new(&page, found.map(AuditEntry), count).into())
}
