//! Anything by its id. The prefix tells what it is; what the viewer may not see, what was deleted and what never was are all null.

use std::{hash::Hash, str::FromStr};

use async_graphql::{Context, ID, Interface, Result, dataloader::Loader};
use domain::{
    catalog, contacts,
    ids::{
        AuditEntryId, BroadcastId, ConsentId, ContactId, ConversationId, DoNotDisturbId, EventId, MembershipId,
        MessageId, NumberId, OptOutId, PlanId, TaskId, TemplateId, TokenId, UsageEntryId, UsagePeriodId, UserId,
        WorkspaceId,
    },
    inbox, members, outbox, usage,
};

use super::{
    access::Owned,
    actor::Actor,
    audit::AuditEntry,
    auth::Permission,
    blocking::{DoNotDisturbEntry, OptOut},
    broadcast::Broadcast,
    consent::ContactConsent,
    contact::Contact,
    context::Ask,
    conversation::Conversation,
    loaders::{Failure, Finder},
    message::Message,
    phone_number::PhoneNumber,
    plan::Plan,
    provider_event::ProviderEvent,
    task::Task,
    template::Template,
    token::ApiToken,
    usage::{UsageEntry, UsagePeriod},
    user::{Membership, User},
    workspace::Workspace,
};

/// Object with an id of its own. Ids are opaque, unique across types and never change.
#[derive(Interface)]
#[graphql(field(
    name = "id",
    ty = "ID",
    desc = "Id of the object, such as `num_01jdd3q7w9x2m4k8t6v5c0b1nz`. The prefix tells the type, for people; programs ask `__typename`."
))]
pub(crate) enum Node {
    Workspace(Workspace),
    User(User),
    ApiToken(ApiToken),
    Actor(Actor),
    Membership(Membership),
    PhoneNumber(PhoneNumber),
    Contact(Contact),
    Conversation(Conversation),
    Message(Message),
    Template(Template),
    Broadcast(Broadcast),
    DoNotDisturbEntry(DoNotDisturbEntry),
    OptOut(OptOut),
    ContactConsent(ContactConsent),
    UsagePeriod(UsagePeriod),
    UsageEntry(UsageEntry),
    Plan(Plan),
    AuditEntry(AuditEntry),
    Task(Task),
    ProviderEvent(ProviderEvent),
}

/// The object with an id, when the viewer may see it.
pub(super) async fn find(ctx: &Context<'_>, id: &str) -> Result<Option<Node>> {
    use Permission::{ConversationsRead, WorkspaceRead};
    match id.split_once('_').map_or("", |(prefix, _)| prefix) {
        WorkspaceId::PREFIX => row::<WorkspaceId, _>(ctx, id, WorkspaceRead, |row| Workspace(row).into()).await,
        NumberId::PREFIX => row::<NumberId, _>(ctx, id, WorkspaceRead, |row| PhoneNumber(row).into()).await,
        ContactId::PREFIX => row::<ContactId, _>(ctx, id, ConversationsRead, |row| Contact(row).into()).await,
        ConversationId::PREFIX => {
            row::<ConversationId, _>(ctx, id, ConversationsRead, |row| Conversation(row).into()).await
        }
        MessageId::PREFIX => row::<MessageId, _>(ctx, id, ConversationsRead, |row| Message(row).into()).await,
        TemplateId::PREFIX => row::<TemplateId, _>(ctx, id, ConversationsRead, |row| Template(row).into()).await,
        BroadcastId::PREFIX => row::<BroadcastId, _>(ctx, id, ConversationsRead, |row| Broadcast(row).into()).await,
        OptOutId::PREFIX => row::<OptOutId, _>(ctx, id, Permission::ContactsManage, |row| OptOut(row).into()).await,
        ConsentId::PREFIX => row::<ConsentId, _>(ctx, id, ConversationsRead, |row| ContactConsent(row).into()).await,
        DoNotDisturbId::PREFIX => blocked(ctx, id).await,
        UserId::PREFIX => user(ctx, id).await,
        TokenId::PREFIX => token(ctx, id).await,
        MembershipId::PREFIX => membership(ctx, id).await,
        UsagePeriodId::PREFIX => period(ctx, id).await,
        UsageEntryId::PREFIX => entry(ctx, id).await,
        AuditEntryId::PREFIX => audited(ctx, id).await,
        PlanId::PREFIX => Ok(plan(id)),
        TaskId::PREFIX => task(ctx, id).await,
        EventId::PREFIX => event(ctx, id).await,
        _ => Ok(None),
    }
}

/// A row of a workspace, when the viewer holds a permission there.
async fn row<I, T>(ctx: &Context<'_>, id: &str, permission: Permission, wrap: fn(T) -> Node) -> Result<Option<Node>>
where
    I: FromStr + Clone + Eq + Hash + Send + Sync + 'static,
    T: Owned,
    Finder: Loader<I, Value = T, Error = Failure>,
{
    let Ok(id) = id.parse::<I>() else { return Ok(None) };
    let found = ctx.load(id).await?;
    Ok(found.filter(|row| ctx.viewer().may(row.workspace(), permission)).map(wrap))
}

async fn blocked(ctx: &Context<'_>, id: &str) -> Result<Option<Node>> {
    let Ok(id) = id.parse() else { return Ok(None) };
    let found = contacts::blocked_by_ids(ctx.domain(), &[id]).await?.pop();
    let may_see = |row: &contacts::Blocked| ctx.viewer().may(row.workspace_id, Permission::ContactsManage);
    Ok(found.filter(may_see).map(|row| DoNotDisturbEntry(row).into()))
}

/// A person is seen by operators and by who shares a workspace.
async fn user(ctx: &Context<'_>, id: &str) -> Result<Option<Node>> {
    let Ok(id) = id.parse::<UserId>() else { return Ok(None) };
    let Some(user) = ctx.load(id).await? else { return Ok(None) };
    let memberships = members::memberships_of(ctx.domain(), id).await?;
    let viewer = ctx.viewer();
    let is_shared = memberships.iter().any(|one| viewer.may(one.workspace_id, Permission::WorkspaceRead));
    Ok((viewer.is_operator() || is_shared).then(|| User(user).into()))
}

/// A token is seen by who may manage it, and by itself.
async fn token(ctx: &Context<'_>, id: &str) -> Result<Option<Node>> {
    let Ok(id) = id.parse::<TokenId>() else { return Ok(None) };
    let Some(token) = ctx.load(id).await? else { return Ok(None) };
    let viewer = ctx.viewer();
    let is_self = viewer.by().actor == domain::ctx::Actor::Token(id);
    let may_manage =
        token.workspace.map_or(viewer.is_operator(), |owner| viewer.may(owner, Permission::SettingsManage));
    Ok((is_self || may_manage).then(|| ApiToken(token).into()))
}

async fn membership(ctx: &Context<'_>, id: &str) -> Result<Option<Node>> {
    let Ok(id) = id.parse() else { return Ok(None) };
    let found = members::membership(ctx.domain(), id).await?;
    let may_see = |row: &members::Membership| ctx.viewer().may(row.workspace_id, Permission::WorkspaceRead);
    Ok(found.filter(may_see).map(|row| Membership(row).into()))
}

async fn period(ctx: &Context<'_>, id: &str) -> Result<Option<Node>> {
    let Ok(id) = id.parse() else { return Ok(None) };
    let Some(period) = usage::period(ctx.domain(), id).await? else { return Ok(None) };
    if !ctx.viewer().may(period.workspace_id, Permission::WorkspaceRead) {
        return Ok(None);
    }
    let workspace = ctx.must(period.workspace_id, "workspace").await?;
    Ok(Some(UsagePeriod::new(workspace, period).into()))
}

async fn entry(ctx: &Context<'_>, id: &str) -> Result<Option<Node>> {
    let Ok(id) = id.parse() else { return Ok(None) };
    let found = usage::entry_by_id(ctx.domain(), id).await?;
    let may_see = |row: &usage::Entry| ctx.viewer().may(row.workspace_id, Permission::WorkspaceRead);
    Ok(found.filter(may_see).map(|row| UsageEntry(row).into()))
}

async fn audited(ctx: &Context<'_>, id: &str) -> Result<Option<Node>> {
    let Ok(id) = id.parse() else { return Ok(None) };
    let found = domain::audit::find(ctx.domain(), id).await?;
    let viewer = ctx.viewer();
    let may_see = |entry: &domain::audit::Entry| {
        entry.workspace.map_or(viewer.is_operator(), |owner| viewer.may(owner, Permission::AuditRead))
    };
    Ok(found.filter(may_see).map(|entry| AuditEntry(entry).into()))
}

fn plan(id: &str) -> Option<Node> {
    catalog::plans().into_iter().find(|plan| plan.id.to_string() == id).map(|plan| Plan(plan).into())
}

async fn task(ctx: &Context<'_>, id: &str) -> Result<Option<Node>> {
    let Some(id) = id.parse().ok().filter(|_| ctx.viewer().is_operator()) else { return Ok(None) };
    Ok(outbox::find(ctx.domain(), id).await?.map(|task| Task(task).into()))
}

async fn event(ctx: &Context<'_>, id: &str) -> Result<Option<Node>> {
    let Some(id) = id.parse().ok().filter(|_| ctx.viewer().is_operator()) else { return Ok(None) };
    Ok(inbox::find(ctx.domain(), id).await?.map(|event| ProviderEvent(event).into()))
}
