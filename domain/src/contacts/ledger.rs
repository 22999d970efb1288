//! The ledger of consent: what each contact agreed to or took back, in which words, when, and what proves it. Entries are only ever added. That
//! somebody agreed never ends an opt-out: only the contact can do that, with START. That somebody took it back always begins one.

use chrono::{DateTime, Utc};

use super::{
    Contact, consent, ops,
    store::consents::{self, Model as Consent},
};
use crate::{
    By, Ctx, Error, Result, Tx,
    audit::{self, Deed},
    ctx::Actor,
    error::InvalidReason,
    ids::{ConsentId, ContactId, WorkspaceId},
    page::{Page, PageRequest},
};

/// Longest wording and longest evidence, in characters.
pub(super) const WORDS_LENGTH: usize = 2_000;

/// What a contact decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConsentDecision {
    /// They want texts.
    Given,
    /// They want none any more.
    Withdrawn,
}

crate::codes!(ConsentDecision { Given = "given", Withdrawn = "withdrawn" });

/// How we know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConsentSource {
    /// They texted a word such as START or STOP.
    Text,
    /// It stood in a file that was imported.
    Import,
    /// A program recorded it.
    Api,
    /// A member recorded it.
    Member,
}

crate::codes!(ConsentSource { Text = "text", Import = "import", Api = "api", Member = "member" });

/// What to record.
#[derive(Clone, Debug)]
pub struct NewConsent {
    /// What was decided.
    pub decision: ConsentDecision,
    /// The words that the contact was shown or said.
    pub wording: Option<String>,
    /// What proves it.
    pub evidence: Option<String>,
    /// When it was decided; none: now.
    pub decided_at: Option<DateTime<Utc>>,
}

/// What a contact texted is its own proof.
pub(super) async fn texted(
    ctx: &Ctx,
    tx: &Tx,
    contact: &Contact,
    (decision, word): (ConsentDecision, &str),
) -> Result<()> {
    let new = NewConsent { decision, wording: Some(word.to_owned()), evidence: None, decided_at: None };
    let row = Consent { source: ConsentSource::Text, recorded_by: None, ..row(ctx, &By::default(), contact, new) };
    consents::insert(tx, vec![row]).await
}

/// An entry, before it is kept.
pub(super) fn row(ctx: &Ctx, by: &By, contact: &Contact, new: NewConsent) -> Consent {
    let source = if matches!(by.actor, Actor::User(_)) { ConsentSource::Member } else { ConsentSource::Api };
    Consent {
        id: ctx.id(),
        workspace_id: contact.workspace_id,
        contact_id: contact.id,
        decision: new.decision,
        source,
        wording: new.wording,
        evidence: new.evidence,
        decided_at: new.decided_at.unwrap_or_else(|| ctx.now()),
        recorded_by: Some(by.actor.code()),
        recorded_at: ctx.now(),
        import_key: None,
    }
}

/// Records what a contact decided. When they took consent back, texts to them stop as well.
///
/// # Errors
/// [`Error::Invalid`] when nothing proves it, a text is too long, or the time has not come yet; [`Error::NotFound`].
pub async fn record_consent(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    contact: ContactId,
    new: NewConsent,
) -> Result<Consent> {
    let new = checked(ctx, new)?;
    let tx = ctx.database.begin().await?;
    let contact = ops::lock(&tx, workspace, contact).await?;
    if new.decision == ConsentDecision::Withdrawn {
        consent::begin_opt_out(ctx, &tx, &contact, None).await?;
    }
    let row = row(ctx, by, &contact, new);
    consents::insert(&tx, vec![row.clone()]).await?;
    let deed = Deed {
        workspace: Some(workspace),
        action: "contactConsentRecord",
        summary: format!("Recorded that consent was {}.", row.decision),
        subject: Some(row.id.to_string()),
        changes: serde_json::json!({ "contact": contact.id }),
    };
    audit::record(ctx, &tx, by, deed).await?;
    tx.commit().await?;
    Ok(row)
}

/// Consent without any words or proof proves nothing.
fn checked(ctx: &Ctx, new: NewConsent) -> Result<NewConsent> {
    let wording = words("wording", new.wording.as_deref())?;
    let evidence = words("evidence", new.evidence.as_deref())?;
    if new.decision == ConsentDecision::Given && wording.is_none() && evidence.is_none() {
        let what = "Say what proves it, such as the form that they filled in, or the words that they agreed to.";
        return Err(Error::invalid("evidence", InvalidReason::Required, what));
    }
    if new.decided_at.is_some_and(|at| at > ctx.now()) {
        return Err(Error::invalid("decided_at", InvalidReason::Invalid, "This time has not come yet."));
    }
    Ok(NewConsent { wording, evidence, ..new })
}

/// Words without the space around them; none when nothing is left.
///
/// # Errors
/// [`Error::Invalid`] when they are too long.
pub(super) fn words(field: &'static str, text: Option<&str>) -> Result<Option<String>> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.chars().count() > WORDS_LENGTH) {
        let message = format!("It has at most {WORDS_LENGTH} characters.");
        return Err(Error::invalid(field, InvalidReason::TooLarge, message));
    }
    Ok(text.map(str::to_owned))
}

/// Entries by their ids.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn find_consents(ctx: &Ctx, ids: &[ConsentId]) -> Result<Vec<Consent>> {
    consents::by_ids(ctx.database.reader(), ids).await
}

/// What a contact decided, newest first.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn list_consents(ctx: &Ctx, contact: ContactId, page: &PageRequest) -> Result<Page<Consent>> {
    consents::list(ctx, contact, page).await
}

/// How many entries a contact has.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn count_consents(ctx: &Ctx, contact: ContactId) -> Result<u64> {
    consents::count(ctx, contact).await
}
