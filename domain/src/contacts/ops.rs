//! Keeping contacts. The first text of someone adds them; nothing that a person entered is ever overwritten by a text.

use super::{Contact, ContactChange, ContactFilter, Tags, store::contacts};
use crate::{
    By, Ctx, Error, Result, Tx,
    audit::{self, Deed},
    error::InvalidReason,
    ids::{ContactId, WorkspaceId},
    page::{Page, PageRequest},
    phone::PhoneNumber,
};

/// Longest name, in characters.
pub(crate) const NAME_LENGTH: usize = 120;

/// Longest name, company, e-mail address and note, in characters.
const LENGTHS: [(&str, usize); 4] = [("name", NAME_LENGTH), ("company", NAME_LENGTH), ("email", 254), ("notes", 4_000)];

/// Longest list of tags, and longest tag in characters.
const TAGS: (usize, usize) = (20, 40);

/// What stands between tags in a cell of a file, and therefore in no tag.
const TAG_ENDS: [char; 2] = [';', '|'];

/// The contact with an address, added when it is new.
pub(crate) async fn ensure(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, address: &str) -> Result<Contact> {
    if let Some(known) = contacts::by_address(tx, workspace, address).await? {
        return Ok(known);
    }
    contacts::insert_if_new(tx, Contact::new(ctx, workspace, address)).await?;
    contacts::by_address(tx, workspace, address).await?.ok_or(Error::NotFound { what: "contact" })
}

/// Contacts that somebody may mean by a name: those who are called so, or else those whose name has it in it.
pub(crate) async fn by_name(tx: &Tx, workspace: WorkspaceId, name: &str) -> Result<Vec<Contact>> {
    contacts::by_name(tx, workspace, name).await
}

/// The contact with a number, when there is one.
pub(crate) async fn known_at(tx: &Tx, workspace: WorkspaceId, number: &PhoneNumber) -> Result<Option<Contact>> {
    contacts::by_address(tx, workspace, number.as_e164()).await
}

/// What the contact with a number is called; the number when it is none.
pub(crate) async fn named_at(tx: &Tx, workspace: WorkspaceId, number: &PhoneNumber) -> Result<String> {
    let known = contacts::by_address(tx, workspace, number.as_e164()).await?;
    Ok(known.map_or_else(|| number.international(), |contact| contact.shown()))
}

/// The contact of a workspace, inside a transaction.
pub(crate) async fn lock(tx: &Tx, workspace: WorkspaceId, id: ContactId) -> Result<Contact> {
    contacts::by_id(tx, workspace, id).await?.ok_or(Error::NotFound { what: "contact" })
}

/// Adds a contact.
///
/// # Errors
/// [`Error::Invalid`] when the number is taken or a value cannot be.
pub async fn create(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    number: &PhoneNumber,
    change: ContactChange,
) -> Result<Contact> {
    let tx = ctx.database.begin().await?;
    let address = number.as_e164().to_owned();
    if contacts::by_address(&tx, workspace, &address).await?.is_some() {
        return Err(Error::invalid(
            "number",
            InvalidReason::Taken,
            "There is a contact with this number already. Change that one.",
        ));
    }
    let contact = ensure(ctx, &tx, workspace, &address).await?;
    let contact = save(&tx, contact, change).await?;
    record(ctx, &tx, by, &contact, ("contactCreate", "Added a contact.")).await?;
    tx.commit().await?;
    Ok(contact)
}

/// Changes a contact.
pub(crate) async fn update_in(ctx: &Ctx, tx: &Tx, by: &By, before: &Contact, change: ContactChange) -> Result<Contact> {
    let contact = save(tx, before.clone(), change).await?;
    record(ctx, tx, by, &contact, ("contactUpdate", "Changed a contact.")).await?;
    Ok(contact)
}

/// Takes away what a contact was called. The conversations stay, under the bare number.
pub(crate) async fn delete_in(ctx: &Ctx, tx: &Tx, by: &By, workspace: WorkspaceId, id: ContactId) -> Result<()> {
    let contact = lock(tx, workspace, id).await?;
    contacts::clear(tx, id).await?;
    record(ctx, tx, by, &contact, ("contactDelete", "Deleted what was known of a contact.")).await
}

async fn save(tx: &Tx, before: Contact, change: ContactChange) -> Result<Contact> {
    let text =
        |field: &'static str, value: Option<Option<String>>, before: Option<String>| checked(field, value, before);
    let after = Contact {
        name: text("name", change.name, before.name.clone())?,
        company: text("company", change.company, before.company.clone())?,
        email: text("email", change.email, before.email.clone())?,
        notes: text("notes", change.notes, before.notes.clone())?,
        tags: change.tags.map_or(Ok(before.tags.clone()), checked_tags)?,
        ..before
    };
    contacts::update(tx, after.clone()).await?;
    Ok(after)
}

fn checked(field: &'static str, value: Option<Option<String>>, before: Option<String>) -> Result<Option<String>> {
    let Some(value) = value else { return Ok(before) };
    let value = value.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    check_length(field, value.as_deref().unwrap_or_default())?;
    Ok(value)
}

/// Whether a value is not too long for its field.
///
/// # Errors
/// [`Error::Invalid`] when it is.
pub(super) fn check_length(field: &'static str, text: &str) -> Result<()> {
    let limit = LENGTHS.iter().find(|(name, _)| *name == field).map_or(usize::MAX, |(_, limit)| *limit);
    if text.chars().count() > limit {
        return Err(Error::invalid(field, InvalidReason::TooLarge, format!("It has at most {limit} characters.")));
    }
    Ok(())
}

/// Tags in lower case, in order, each once.
pub(crate) fn checked_tags(tags: Vec<String>) -> Result<Tags> {
    let (count, length) = TAGS;
    let words = tags.iter().flat_map(|tag| tag.split(TAG_ENDS));
    let mut tags: Vec<String> = words.map(|tag| tag.trim().to_lowercase()).filter(|tag| !tag.is_empty()).collect();
    tags.sort();
    tags.dedup();
    if tags.len() > count || tags.iter().any(|tag| tag.chars().count() > length) {
        let message = format!("At most {count} tags of at most {length} characters.");
        return Err(Error::invalid("tags", InvalidReason::TooLarge, message));
    }
    Ok(Tags(tags))
}

async fn record(ctx: &Ctx, tx: &Tx, by: &By, contact: &Contact, (action, summary): (&'static str, &str)) -> Result<()> {
    let deed = Deed {
        workspace: Some(contact.workspace_id),
        action,
        summary: summary.to_owned(),
        subject: Some(contact.id.to_string()),
        changes: serde_json::json!({}),
    };
    audit::record(ctx, tx, by, deed).await
}

/// Contacts by their ids.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn find(ctx: &Ctx, ids: &[ContactId]) -> Result<Vec<Contact>> {
    contacts::by_ids(ctx.database.reader(), ids).await
}

/// Contacts of a workspace, by name; those without one by number.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn list(
    ctx: &Ctx,
    workspace: WorkspaceId,
    filter: &ContactFilter,
    page: &PageRequest,
) -> Result<Page<Contact>> {
    contacts::list(ctx, workspace, filter, page).await
}

/// How many contacts a filter matches.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn count(ctx: &Ctx, workspace: WorkspaceId, filter: &ContactFilter) -> Result<u64> {
    contacts::count(ctx, workspace, filter).await
}
