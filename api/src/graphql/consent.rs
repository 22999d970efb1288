//! The ledger of consent: what a contact agreed to or took back, and what proves it. Entries are added and never changed.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use domain::contacts::{self, ConsentDecision, ConsentSource, NewConsent};

use super::{
    actor::{self, Actor},
    auth::{Permission, auth, holds},
    connection::connection,
    contact::{self, Contact},
    context::Ask,
    errors::Refusal,
    payload::{answer, payload},
    scalars::Instant,
};

/// An entry of the ledger.
pub(crate) struct ContactConsent(pub(super) contacts::Consent);

/// What a contact agreed to or took back, and what proves it. It never changes; the latest entry tells how things stand.
#[Object]
impl ContactConsent {
    /// Id of the entry.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Who decided.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Contact> {
        Ok(Contact(ctx.must(self.0.contact_id, "contact").await?))
    }

    /// What they decided.
    async fn decision(&self) -> ContactConsentDecision {
        self.0.decision.into()
    }

    /// How we know.
    async fn source(&self) -> ContactConsentSource {
        self.0.source.into()
    }

    /// The words that they were shown or texted; null when nobody said.
    async fn wording(&self) -> Option<&str> {
        self.0.wording.as_deref()
    }

    /// What proves it; null when nothing but the wording does.
    async fn evidence(&self) -> Option<&str> {
        self.0.evidence.as_deref()
    }

    /// When they decided.
    async fn decided_at(&self) -> Instant {
        Instant(self.0.decided_at)
    }

    /// Who recorded it; null when the contact texted it.
    async fn recorded_by(&self, ctx: &Context<'_>) -> Result<Option<Actor>> {
        actor::of(ctx, self.0.recorded_by.as_deref()).await
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> Instant {
        Instant(self.0.recorded_at)
    }
}

/// What a contact decided.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "ConsentDecision")]
pub(crate) enum ContactConsentDecision {
    /// They want texts.
    Given,
    /// They want none any more.
    Withdrawn,
}

/// How consent came to be known.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "ConsentSource")]
pub(crate) enum ContactConsentSource {
    /// The contact texted a word such as START or STOP.
    Text,
    /// It stood in a file that was imported.
    Import,
    /// A program recorded it.
    Api,
    /// A member recorded it.
    Member,
}

/// Entry for the ledger of consent.
#[derive(InputObject)]
pub(crate) struct ContactConsentInput {
    /// What the contact decided.
    decision: ContactConsentDecision,
    /// The words that the contact was shown, at most 2,000 characters.
    wording: Option<String>,
    /// What proves it, such as the form, the call or the page; at most 2,000 characters. Consent that was given needs this or the wording.
    evidence: Option<String>,
    /// When they decided; now when left out.
    decided_at: Option<Instant>,
}

connection! {
    /// Page of the ledger of consent.
    ContactConsentConnection,
    /// Item of a `ContactConsentConnection`.
    ContactConsentEdge: ContactConsent
}

payload! {
    /// Answer of `contactConsentRecord`.
    ContactConsentPayload {
        /// The entry; null when there are errors.
        consent: ContactConsent,
    }
}

/// Mutations of the ledger of consent.
#[derive(Default)]
pub(crate) struct ConsentMutations;

#[Object]
impl ConsentMutations {
    /// Adds an entry to the ledger of consent. Consent that was withdrawn opts the contact out; consent that was given does not opt anybody in who
    /// texted STOP: only the contact can do that, by texting START.
    #[graphql(directive = auth::apply(Permission::ContactsManage), guard = "holds(Permission::ContactsManage)")]
    async fn contact_consent_record(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Contact who decided.")] id: ID,
        #[graphql(desc = "What they decided, and what proves it.")] input: ContactConsentInput,
    ) -> Result<ContactConsentPayload> {
        let recorded = record(ctx, &id, input).await;
        answer(ctx, recorded, |entry| ContactConsentPayload::done(ContactConsent(entry))).await
    }
}

async fn record(ctx: &Context<'_>, id: &ID, input: ContactConsentInput) -> Result<contacts::Consent, Refusal> {
    let contact = contact::subject(ctx, id).await?;
    let new = NewConsent {
        decision: input.decision.into(),
        wording: input.wording,
        evidence: input.evidence,
        decided_at: input.decided_at.map(|at| at.0),
    };
    Ok(contacts::record_consent(ctx.domain(), ctx.viewer().by(), contact.workspace_id, contact.id, new).await?)
}
