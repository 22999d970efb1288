//! Writing contacts, and the ledger of what they agreed to.

use chrono::{DateTime, SecondsFormat, Utc};

use super::{
    cells,
    columns::{Column, WRITTEN},
};
use crate::contacts::{Consent, Contact};

/// Columns of the ledger.
const LEDGER: [&str; 9] =
    ["number", "name", "decision", "source", "wording", "evidence", "decided_at", "recorded_at", "recorded_by"];

/// A contact, and how things stand with them.
pub(in crate::contacts) struct Line<'a> {
    pub(in crate::contacts) contact: &'a Contact,
    pub(in crate::contacts) is_opted_out: bool,
    /// What they agreed to last.
    pub(in crate::contacts) consent: Option<&'a Consent>,
}

/// A file of contacts.
pub(in crate::contacts) fn contacts(lines: &[Line<'_>]) -> String {
    let header = WRITTEN.map(|column| column.name().to_owned());
    let lines = lines.iter().map(|line| WRITTEN.map(|column| line.cell(column)));
    cells::written(std::iter::once(header).chain(lines))
}

impl Line<'_> {
    fn cell(&self, column: Column) -> String {
        let contact = self.contact;
        let cell = match column {
            Column::Number => Some(contact.address.clone()),
            Column::Name => contact.name.clone(),
            Column::Company => contact.company.clone(),
            Column::Email => contact.email.clone(),
            Column::Notes => contact.notes.clone(),
            Column::Tags => Some(contact.tags.0.join("; ")),
            Column::OptedOut => self.is_opted_out.then(|| "yes".to_owned()),
            Column::OptInAt => self.consent.map(|consent| time(consent.decided_at)),
            Column::OptInWording => self.consent.and_then(|consent| consent.wording.clone()),
            Column::OptInEvidence => self.consent.and_then(|consent| consent.evidence.clone()),
            Column::FirstName | Column::LastName | Column::Problem => None,
        };
        cell.unwrap_or_default()
    }
}

/// A file of the ledger; each entry with its contact.
pub(in crate::contacts) fn consents(entries: &[(&Consent, &Contact)]) -> String {
    let header = LEDGER.map(str::to_owned);
    let lines = entries.iter().map(|(consent, contact)| {
        [
            contact.address.clone(),
            contact.name.clone().unwrap_or_default(),
            consent.decision.to_string(),
            consent.source.to_string(),
            consent.wording.clone().unwrap_or_default(),
            consent.evidence.clone().unwrap_or_default(),
            time(consent.decided_at),
            time(consent.recorded_at),
            consent.recorded_by.clone().unwrap_or_else(|| "the contact".to_owned()),
        ]
    });
    cells::written(std::iter::once(header).chain(lines))
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
