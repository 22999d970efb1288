//! Do Not Disturb (we block them) and opt-outs (they said STOP). The two are independent of each other.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::{
    contacts::{self, Blocked},
    ids::{DoNotDisturbId, NumberId},
    numbers::Number,
};

use super::{
    access::{self, Owned},
    actor::{self, Actor},
    auth::{Permission, auth, holds},
    connection::connection,
    contact::{Contact, DeletePayload},
    context::Ask,
    errors::Refusal,
    number_mutations::read,
    payload::{answer, payload},
    phone_number::PhoneNumber,
    scalars::{E164, Instant},
};

/// An entry of the Do Not Disturb list.
pub(crate) struct DoNotDisturbEntry(pub(super) Blocked);

/// Number whose texts and calls are not let in.
#[Object]
impl DoNotDisturbEntry {
    /// Id of the entry.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The number. A sender that is no phone number, such as a short code, stands as the carrier gave it.
    async fn number(&self) -> E164 {
        E164(self.0.address.clone())
    }

    /// Why it is there; null when nobody said.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Who added it; null when nobody in particular did.
    async fn created_by(&self, ctx: &Context<'_>) -> Result<Option<Actor>> {
        actor::of(ctx, self.0.created_by.as_deref()).await
    }

    /// When it was added.
    async fn created_at(&self) -> Instant {
        Instant(self.0.created_at)
    }

    /// How many texts and calls it kept out.
    async fn blocked_count(&self) -> i32 {
        self.0.blocked_count
    }

    /// When it last kept one out; null when never.
    async fn last_blocked_at(&self) -> Option<Instant> {
        self.0.last_blocked_at.map(Instant)
    }
}

/// An opt-out.
pub(crate) struct OptOut(pub(super) contacts::OptOut);

/// A contact does not want texts.
#[Object]
impl OptOut {
    /// Id of the opt-out.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Who does not want texts.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Contact> {
        Ok(Contact(ctx.must(self.0.contact_id, "contact").await?))
    }

    /// Number that must not text; null when none of the workspace may.
    async fn phone_number(&self, ctx: &Context<'_>) -> Result<Option<PhoneNumber>> {
        let Some(number) = self.0.number_id else { return Ok(None) };
        Ok(ctx.load(number).await?.map(PhoneNumber))
    }

    /// What the contact texted, such as `STOP`; null when it was recorded by hand.
    async fn keyword(&self) -> Option<&str> {
        self.0.keyword.as_deref()
    }

    /// When it began.
    async fn created_at(&self) -> Instant {
        Instant(self.0.created_at)
    }
}

/// Numbers to block.
#[derive(InputObject)]
pub(crate) struct DoNotDisturbInput {
    /// The numbers, 1 to 100.
    numbers: Vec<E164>,
    /// Why.
    reason: Option<String>,
}

/// Opt-out to record.
#[derive(InputObject)]
pub(crate) struct OptOutInput {
    /// Number of who does not want texts.
    number: E164,
    /// Number of the workspace that must not text; none may when left out.
    phone_number_id: Option<ID>,
}

connection! {
    /// Page of Do Not Disturb entries.
    DoNotDisturbEntryConnection,
    /// Item of a `DoNotDisturbEntryConnection`.
    DoNotDisturbEntryEdge: DoNotDisturbEntry
}

connection! {
    /// Page of opt-outs.
    OptOutConnection,
    /// Item of an `OptOutConnection`.
    OptOutEdge: OptOut
}

payload! {
    /// Answer of `doNotDisturbAdd`.
    DoNotDisturbPayload {
        /// The entries, also those that were there before; null when there are errors.
        entries: Vec<DoNotDisturbEntry>,
    }
}

payload! {
    /// Answer of mutations of an opt-out.
    OptOutPayload {
        /// The opt-out; null when there are errors.
        opt_out: OptOut,
    }
}

/// Mutations of what is let in and what may go out.
#[derive(Default)]
pub(crate) struct BlockingMutations;

#[Object]
impl BlockingMutations {
    /// Blocks inbound texts and calls from numbers.
    #[graphql(directive = auth::apply(Permission::ContactsManage), guard = "holds(Permission::ContactsManage)")]
    async fn do_not_disturb_add(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Workspace that blocks.")] workspace_id: ID,
        #[graphql(desc = "Numbers to block.")] input: DoNotDisturbInput,
    ) -> Result<DoNotDisturbPayload> {
        let entries = block(ctx, &workspace_id, input).await;
        let shown = |rows: Vec<Blocked>| rows.into_iter().map(DoNotDisturbEntry).collect();
        answer(ctx, entries, |rows| DoNotDisturbPayload::done(shown(rows))).await
    }

    /// Takes a number off the Do Not Disturb list.
    #[graphql(directive = auth::apply(Permission::ContactsManage), guard = "holds(Permission::ContactsManage)")]
    async fn do_not_disturb_remove(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Entry to remove.")] id: ID,
    ) -> Result<DeletePayload> {
        let removed = unblock(ctx, &id).await;
        answer(ctx, removed, |()| DeletePayload::of(id)).await
    }

    /// Records that a contact asked by other means not to be texted. Only the contact can opt in again, by texting START.
    #[graphql(directive = auth::apply(Permission::ContactsManage), guard = "holds(Permission::ContactsManage)")]
    async fn opt_out_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Workspace that recorded it.")] workspace_id: ID,
        #[graphql(desc = "Who, and on which number.")] input: OptOutInput,
    ) -> Result<OptOutPayload> {
        let recorded = opt_out(ctx, &workspace_id, input).await;
        answer(ctx, recorded, |row| OptOutPayload::done(OptOut(row))).await
    }
}

async fn block(ctx: &Context<'_>, workspace: &ID, input: DoNotDisturbInput) -> Result<Vec<Blocked>, Refusal> {
    let workspace = access::home(ctx, workspace, Permission::ContactsManage).await?;
    let mut addresses = Vec::with_capacity(input.numbers.len());
    for (index, typed) in input.numbers.iter().enumerate() {
        let number = read(typed, &["input", "numbers", &index.to_string()])?;
        addresses.push(number.as_e164().to_owned());
    }
    Ok(contacts::block(ctx.domain(), ctx.viewer().by(), workspace.id, &addresses, input.reason).await?)
}

async fn unblock(ctx: &Context<'_>, id: &ID) -> Result<(), Refusal> {
    let not_found = || Refusal::not_found(&["id"], Blocked::WHAT);
    let id: DoNotDisturbId = id.parse().map_err(|_| not_found())?;
    let entry = contacts::blocked_by_ids(ctx.domain(), &[id]).await?.pop().ok_or_else(not_found)?;
    let allowed = access::allow(ctx, entry.workspace_id, Permission::ContactsManage);
    allowed.map_err(|why| why.unwrap_or_else(not_found))?;
    Ok(contacts::unblock(ctx.domain(), ctx.viewer().by(), entry.workspace_id, id).await?)
}

async fn opt_out(ctx: &Context<'_>, workspace: &ID, input: OptOutInput) -> Result<contacts::OptOut, Refusal> {
    let permission = Permission::ContactsManage;
    let workspace = access::home(ctx, workspace, permission).await?;
    let number = read(&input.number, &["input", "number"])?;
    let sender = match &input.phone_number_id {
        Some(id) => {
            let path = &["input", "phoneNumberId"];
            let sender = access::find::<NumberId, Number>(ctx, id, path, permission).await?;
            let is_own = sender.workspace_id == workspace.id;
            Some(is_own.then_some(sender.id).ok_or_else(|| Refusal::not_found(path, Number::WHAT))?)
        }
        None => None,
    };
    Ok(contacts::record_opt_out(ctx.domain(), ctx.viewer().by(), workspace.id, &number, sender).await?)
}
