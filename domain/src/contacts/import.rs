//! Keeping what a file says of contacts. A cell that is empty erases nothing, tags are added to those that are there, and lines of one number are
//! taken together, the later one last; so a file may be imported twice and changes nothing the second time. What a line proves of consent goes into
//! the ledger once. Somebody who opted out stays so: no file opts a contact in again.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    Consent, ConsentDecision, ConsentSource, Contact, NewConsent, consent, ledger, ops,
    sheet::{Column, Fault, Row, Sheet},
    store::{consents, contacts, opt_outs},
};
use crate::{
    By, Ctx, Result, Tx,
    audit::{self, Deed},
    ids::{ContactId, WorkspaceId},
    vault,
};

/// Contacts that are looked up with one statement.
const AT_ONCE: usize = 500;

/// What an import did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// Whether nothing was kept.
    pub is_dry_run: bool,
    /// Lines of the file, without the first and empty ones.
    pub line_count: usize,
    /// Contacts that are new.
    pub added_count: usize,
    /// Contacts that were known and changed.
    pub changed_count: usize,
    /// Contacts that were known and stay as they were.
    pub unchanged_count: usize,
    /// Lines whose number stood on a line before.
    pub merged_count: usize,
    /// Entries for the ledger of consent, those of opt-outs included.
    pub consent_count: usize,
    /// Contacts who get no texts from now on.
    pub opt_out_count: usize,
    /// Lines that were not imported.
    pub rejected_count: usize,
    /// What is wrong with them.
    pub faults: Vec<Fault>,
    /// Those lines as a file, with a column that says what to do; none when there are none.
    pub rejected_csv: Option<String>,
    /// Columns that were not read.
    pub unknown_columns: Vec<String>,
}

/// A contact of the file.
struct Wanted {
    before: Option<Contact>,
    /// As it will be.
    after: Contact,
    /// What the file says: what is none stays.
    said: Contact,
    consents: Vec<NewConsent>,
    is_opted_out: bool,
}

impl Wanted {
    fn of(ctx: &Ctx, workspace: WorkspaceId, address: &str, before: Option<Contact>) -> Self {
        let said = Contact::new(ctx, workspace, address);
        let after = before.clone().unwrap_or_else(|| said.clone());
        Self { before, after, said, consents: Vec::new(), is_opted_out: false }
    }

    /// Takes in a line.
    ///
    /// # Errors
    /// What is wrong with the tags, all of them together.
    fn take_in(&mut self, row: &Row) -> Result<()> {
        let tags = self.after.tags.0.iter().chain(&row.tags).cloned().collect();
        self.after.tags = ops::checked_tags(tags)?;
        for (said, after, cell) in [
            (&mut self.said.name, &mut self.after.name, &row.name),
            (&mut self.said.company, &mut self.after.company, &row.company),
            (&mut self.said.email, &mut self.after.email, &row.email),
            (&mut self.said.notes, &mut self.after.notes, &row.notes),
        ] {
            if cell.is_some() {
                said.clone_from(cell);
                after.clone_from(cell);
            }
        }
        self.said.tags = self.after.tags.clone();
        self.consents.extend(row.consent.clone());
        self.is_opted_out |= row.is_opted_out;
        Ok(())
    }

    fn is_changed(&self) -> bool {
        self.before.as_ref() != Some(&self.after)
    }

    fn is_renamed(&self) -> bool {
        self.before.as_ref().is_some_and(|before| before.name != self.after.name)
    }
}

/// Imports a file, or only looks what it would do. What was done, and the contacts that are called something else now.
pub(crate) async fn import_in(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    workspace: WorkspaceId,
    (mut sheet, is_dry_run): (Sheet, bool),
) -> Result<(Import, Vec<ContactId>)> {
    let (readable_count, unreadable_count) = sheet.counts();
    let mut report = Import {
        is_dry_run,
        line_count: readable_count + unreadable_count,
        unknown_columns: sheet.unknown_columns(),
        ..Import::default()
    };
    let mut wanted = wanted(ctx, tx, workspace, (&mut sheet, &mut report)).await?;
    for one in wanted.values() {
        match (&one.before, one.is_changed()) {
            (None, _) => report.added_count += 1,
            (Some(_), true) => report.changed_count += 1,
            (Some(_), false) => report.unchanged_count += 1,
        }
    }
    if !is_dry_run {
        keep(tx, workspace, &mut wanted).await?;
    }
    let (entries, stopped) = decisions(ctx, tx, by, &wanted).await?;
    (report.consent_count, report.opt_out_count) = (entries.len(), stopped.len());
    if !is_dry_run {
        for contact in &stopped {
            consent::begin_opt_out(ctx, tx, contact, None).await?;
        }
        consents::insert(tx, entries).await?;
        record(ctx, tx, by, (workspace, &report)).await?;
    }
    let renamed = wanted.values().filter(|one| one.is_renamed()).map(|one| one.after.id).collect();
    report.rejected_count = sheet.counts().1;
    (report.faults, report.rejected_csv) = sheet.rejected();
    Ok((report, renamed))
}

/// The contacts of a file by their address. Lines that cannot be kept are given back.
async fn wanted(
    ctx: &Ctx,
    tx: &Tx,
    workspace: WorkspaceId,
    (sheet, report): (&mut Sheet, &mut Import),
) -> Result<BTreeMap<String, Wanted>> {
    let rows = sheet.take_rows();
    let addresses: Vec<String> = rows.iter().map(|row| address(row).to_owned()).collect();
    let mut known = known(tx, workspace, &addresses).await?;
    let mut wanted = BTreeMap::<String, Wanted>::new();
    for (row, address) in rows.into_iter().zip(addresses) {
        if let Err(error) = row.number
            && !known.contains_key(&address)
            && !wanted.contains_key(&address)
        {
            sheet.reject(row, Column::Number, error.to_string());
            continue;
        }
        let is_again = wanted.contains_key(&address);
        let mut one = match wanted.remove(&address) {
            Some(one) => one,
            None => Wanted::of(ctx, workspace, &address, known.remove(&address)),
        };
        match one.take_in(&row) {
            Ok(()) => {
                report.merged_count += usize::from(is_again);
                wanted.insert(address, one);
            }
            Err(error) => {
                sheet.reject(row, Column::Tags, error.to_string());
                if is_again {
                    wanted.insert(address, one);
                } else if let Some(before) = one.before {
                    known.insert(address, before);
                }
            }
        }
    }
    Ok(wanted)
}

/// The number, or what stands for one: the sender of a contact need not be a phone number.
fn address(row: &Row) -> &str {
    row.number.as_ref().map_or(row.address.as_str(), |number| number.as_e164())
}

async fn known(tx: &Tx, workspace: WorkspaceId, addresses: &[String]) -> Result<HashMap<String, Contact>> {
    let mut known = HashMap::new();
    for some in addresses.chunks(AT_ONCE) {
        let found = contacts::by_addresses(tx, workspace, some).await?;
        known.extend(found.into_iter().map(|contact| (contact.address.clone(), contact)));
    }
    Ok(known)
}

/// Keeps what is new or changed. A contact that somebody else added meanwhile keeps its id.
async fn keep(tx: &Tx, workspace: WorkspaceId, wanted: &mut BTreeMap<String, Wanted>) -> Result<()> {
    let changed: Vec<Contact> = wanted.values().filter(|one| one.is_changed()).map(|one| one.said.clone()).collect();
    contacts::upsert(tx, changed).await?;
    let new: Vec<String> =
        wanted.values().filter(|one| one.before.is_none()).map(|one| one.after.address.clone()).collect();
    for (address, contact) in known(tx, workspace, &new).await? {
        wanted.entry(address).and_modify(|one| one.after.id = contact.id);
    }
    Ok(())
}

/// What has to be added to the ledger, and who opts out.
async fn decisions(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    wanted: &BTreeMap<String, Wanted>,
) -> Result<(Vec<Consent>, Vec<Contact>)> {
    let decided: Vec<&Wanted> = wanted.values().filter(|one| one.is_opted_out || !one.consents.is_empty()).collect();
    let (mut entries, mut stopped) = (Vec::new(), Vec::new());
    for some in decided.chunks(AT_ONCE) {
        let ids: Vec<ContactId> = some.iter().map(|one| one.after.id).collect();
        let known = consents::of_contacts(tx, &ids).await?;
        let opt_outs = opt_outs::active_of(tx, &ids).await?;
        let out: HashSet<ContactId> =
            opt_outs.iter().filter(|row| row.number_id.is_none()).map(|row| row.contact_id).collect();
        for one in some {
            let contact = &one.after;
            let mut keys = HashSet::new();
            for new in &one.consents {
                let is_known = known.iter().any(|row| row.contact_id == contact.id && says_the_same(row, new));
                let key = key(new);
                if !is_known && keys.insert(key.clone()) {
                    entries.push(imported(ctx, by, contact, (new.clone(), Some(key))));
                }
            }
            if one.is_opted_out && !out.contains(&contact.id) {
                entries.push(imported(ctx, by, contact, (withdrawn(), None)));
                stopped.push(contact.clone());
            }
        }
    }
    Ok((entries, stopped))
}

fn imported(ctx: &Ctx, by: &By, contact: &Contact, (new, import_key): (NewConsent, Option<String>)) -> Consent {
    Consent { source: ConsentSource::Import, import_key, ..ledger::row(ctx, by, contact, new) }
}

fn withdrawn() -> NewConsent {
    let evidence = Some("The file says that they opted out.".to_owned());
    NewConsent { decision: ConsentDecision::Withdrawn, wording: None, evidence, decided_at: None }
}

/// Whether an entry proves already what a line says.
fn says_the_same(known: &Consent, new: &NewConsent) -> bool {
    let is_then = new.decided_at.is_none_or(|at| at == known.decided_at);
    is_then && known.decision == new.decision && known.wording == new.wording && known.evidence == new.evidence
}

fn key(new: &NewConsent) -> String {
    let words = [&new.wording, &new.evidence].map(|words| words.as_deref().unwrap_or_default());
    let at = new.decided_at.map(|at| at.to_rfc3339()).unwrap_or_default();
    vault::fingerprint(&serde_json::json!([new.decision.code(), words, at]).to_string())
}

async fn record(ctx: &Ctx, tx: &Tx, by: &By, (workspace, report): (WorkspaceId, &Import)) -> Result<()> {
    let deed = Deed {
        workspace: Some(workspace),
        action: "contactsImport",
        summary: format!("Imported contacts from a file of {} lines.", report.line_count),
        subject: None,
        changes: serde_json::json!({
            "added": report.added_count, "changed": report.changed_count, "consents": report.consent_count,
            "optOuts": report.opt_out_count,
        }),
    };
    audit::record(ctx, tx, by, deed).await
}
