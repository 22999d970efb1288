//! Contacts, and the ledger of what they agreed to, as files. A file has at most as many lines as one that can be imported; the rest is in the next.

use std::collections::{HashMap, HashSet};

use super::{
    Consent, ConsentDecision, Contact, ContactFilter,
    sheet::{self, Line, MOST_LINES},
    store::{consents, contacts, opt_outs},
};
use crate::{
    Ctx, Result,
    ids::{ContactId, WorkspaceId},
    page::PageRequest,
};

/// Contacts that are looked up with one statement.
const AT_ONCE: usize = 500;

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// What is in it: UTF-8, with a first line that names the columns.
    pub csv: String,
    /// How many lines it has, without the first.
    pub line_count: usize,
    /// Cursor for the next file; none when there is nothing left.
    pub next: Option<String>,
}

fn page(after: Option<String>) -> PageRequest {
    PageRequest { first: MOST_LINES as u64, after }
}

/// Contacts, by name.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn export(
    ctx: &Ctx,
    workspace: WorkspaceId,
    filter: &ContactFilter,
    after: Option<String>,
) -> Result<Export> {
    let found = contacts::list(ctx, workspace, filter, &page(after)).await?;
    let next = found.items.last().filter(|_| found.has_next).map(|(cursor, _)| cursor.clone());
    let found: Vec<Contact> = found.items.into_iter().map(|(_, contact)| contact).collect();
    let (mut given, mut out) = (HashMap::<ContactId, Consent>::new(), HashSet::<ContactId>::new());
    for some in found.chunks(AT_ONCE) {
        let ids: Vec<ContactId> = some.iter().map(|contact| contact.id).collect();
        let decided = consents::of_contacts(ctx.database.reader(), &ids).await?;
        let agreed = decided.into_iter().filter(|consent| consent.decision == ConsentDecision::Given);
        given.extend(agreed.map(|consent| (consent.contact_id, consent)));
        let stopped = opt_outs::active_of(ctx.database.reader(), &ids).await?;
        out.extend(stopped.into_iter().filter(|row| row.number_id.is_none()).map(|row| row.contact_id));
    }
    let line = |contact| Line { contact, is_opted_out: out.contains(&contact.id), consent: given.get(&contact.id) };
    let lines: Vec<Line<'_>> = found.iter().map(line).collect();
    Ok(Export { csv: sheet::contacts(&lines), line_count: lines.len(), next })
}

/// The ledger of consent, oldest first.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn export_consents(ctx: &Ctx, workspace: WorkspaceId, after: Option<String>) -> Result<Export> {
    let found = consents::of_workspace(ctx, workspace, &page(after)).await?;
    let next = found.items.last().filter(|_| found.has_next).map(|(cursor, _)| cursor.clone());
    let entries: Vec<Consent> = found.items.into_iter().map(|(_, entry)| entry).collect();
    let mut known = HashMap::<ContactId, Contact>::new();
    for some in entries.chunks(AT_ONCE) {
        let ids: Vec<ContactId> = some.iter().map(|entry| entry.contact_id).collect();
        let found = contacts::by_ids(ctx.database.reader(), &ids).await?;
        known.extend(found.into_iter().map(|contact| (contact.id, contact)));
    }
    let entries: Vec<_> = entries.iter().filter_map(|entry| Some((entry, known.get(&entry.contact_id)?))).collect();
    Ok(Export { csv: sheet::consents(&entries), line_count: entries.len(), next })
}
