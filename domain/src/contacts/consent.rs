//! Consent: who said STOP. An opt-out holds for the whole workspace and only the contact can end it. Every word goes into the ledger.

use super::{
    ConsentDecision, Contact, NewConsent, OptOut, ledger, ops,
    store::{consents, opt_outs},
};
use crate::{
    By, Ctx, Result, Tx,
    audit::{self, Deed},
    ids::{ContactId, NumberId, OptOutId, WorkspaceId},
    outbox::{self, Promise, Task},
    page::{Page, PageRequest},
    phone::PhoneNumber,
};

/// The opt-out that forbids a number to text a contact.
pub(crate) async fn opted_out(
    tx: &Tx,
    workspace: WorkspaceId,
    contact: ContactId,
    number: NumberId,
) -> Result<Option<OptOut>> {
    opt_outs::active(tx, workspace, contact, number).await
}

/// The contact said STOP. None when they had said so before.
pub(crate) async fn opt_out(
    ctx: &Ctx,
    tx: &Tx,
    contact: &Contact,
    number: NumberId,
    keyword: &str,
) -> Result<Option<OptOut>> {
    ledger::texted(ctx, tx, contact, (ConsentDecision::Withdrawn, keyword)).await?;
    if opted_out(tx, contact.workspace_id, contact.id, number).await?.is_some() {
        return Ok(None);
    }
    insert(ctx, tx, contact, None, Some(keyword.to_owned())).await.map(Some)
}

async fn insert(
    ctx: &Ctx,
    tx: &Tx,
    contact: &Contact,
    number: Option<NumberId>,
    keyword: Option<String>,
) -> Result<OptOut> {
    let row = OptOut {
        id: ctx.id(),
        workspace_id: contact.workspace_id,
        contact_id: contact.id,
        number_id: number,
        keyword,
        created_at: ctx.now(),
        ended_at: None,
    };
    opt_outs::insert(tx, row.clone()).await?;
    Ok(row)
}

/// The contact said START. Whether they had opted out.
pub(crate) async fn opt_in(ctx: &Ctx, tx: &Tx, contact: &Contact, keyword: &str) -> Result<bool> {
    ledger::texted(ctx, tx, contact, (ConsentDecision::Given, keyword)).await?;
    Ok(opt_outs::end(ctx, tx, contact.workspace_id, contact.id).await? > 0)
}

/// Records that a contact asked by other means not to be texted.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn record_opt_out(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    number: &PhoneNumber,
    sender: Option<NumberId>,
) -> Result<OptOut> {
    let tx = ctx.database.begin().await?;
    let contact = ops::ensure(ctx, &tx, workspace, number.as_e164()).await?;
    let (row, is_new) = begin_opt_out(ctx, &tx, &contact, sender).await?;
    if !is_new {
        return Ok(row);
    }
    let said = NewConsent { decision: ConsentDecision::Withdrawn, wording: None, evidence: None, decided_at: None };
    consents::insert(&tx, vec![ledger::row(ctx, by, &contact, said)]).await?;
    let deed = Deed {
        workspace: Some(workspace),
        action: "optOutCreate",
        summary: "Recorded that a contact does not want texts.".to_owned(),
        subject: Some(row.id.to_string()),
        changes: serde_json::json!({ "contact": contact.id }),
    };
    audit::record(ctx, &tx, by, deed).await?;
    tx.commit().await?;
    Ok(row)
}

/// Promises that what waits to be sent to a contact is looked at: some of it is not wanted any more.
pub(super) async fn look_at_waiting(ctx: &Ctx, tx: &Tx, contact: &Contact) -> Result<()> {
    let look = Promise::new(Task::WithdrawTexts { contact: contact.id }).of(contact.workspace_id);
    outbox::append(ctx, tx, look).await
}

/// The opt-out in force for a sender, or all of them; begun when there is none. Whether it was.
pub(super) async fn begin_opt_out(
    ctx: &Ctx,
    tx: &Tx,
    contact: &Contact,
    sender: Option<NumberId>,
) -> Result<(OptOut, bool)> {
    let known = opt_outs::active_of(tx, &[contact.id]).await?;
    match known.into_iter().find(|row| row.number_id.is_none() || row.number_id == sender) {
        Some(known) => Ok((known, false)),
        None => {
            let row = insert(ctx, tx, contact, sender, None).await?;
            look_at_waiting(ctx, tx, contact).await?;
            Ok((row, true))
        }
    }
}

/// Opt-outs in force of contacts.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn active_opt_outs(ctx: &Ctx, contacts: &[ContactId]) -> Result<Vec<OptOut>> {
    opt_outs::active_of(ctx.database.reader(), contacts).await
}

/// Opt-outs by their ids.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn find_opt_outs(ctx: &Ctx, ids: &[OptOutId]) -> Result<Vec<OptOut>> {
    opt_outs::by_ids(ctx.database.reader(), ids).await
}

/// Opt-outs in force, newest first.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn list_opt_outs(
    ctx: &Ctx,
    workspace: WorkspaceId,
    search: Option<&str>,
    page: &PageRequest,
) -> Result<Page<OptOut>> {
    opt_outs::list(ctx, workspace, search, page).await
}

/// How many opt-outs are in force.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn count_opt_outs(ctx: &Ctx, workspace: WorkspaceId, search: Option<&str>) -> Result<u64> {
    opt_outs::count(ctx, workspace, search).await
}
