//! The columns of a file of contacts: how we call them when we write one, and what else they may be called when somebody gives us theirs. Names are
//! compared without case, spaces and marks, and may stand in any order.

use crate::{Error, Result, error::InvalidReason};

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::contacts) enum Column {
    Number,
    Name,
    FirstName,
    LastName,
    Company,
    Email,
    Notes,
    Tags,
    OptedOut,
    OptInAt,
    OptInWording,
    OptInEvidence,
    /// What was wrong with a line that we gave back; it is not read.
    Problem,
}

/// Every column and what we call it.
const NAMES: [(Column, &str); 13] = [
    (Column::Number, "number"),
    (Column::Name, "name"),
    (Column::FirstName, "first_name"),
    (Column::LastName, "last_name"),
    (Column::Company, "company"),
    (Column::Email, "email"),
    (Column::Notes, "notes"),
    (Column::Tags, "tags"),
    (Column::OptedOut, "opted_out"),
    (Column::OptInAt, "opt_in_at"),
    (Column::OptInWording, "opt_in_wording"),
    (Column::OptInEvidence, "opt_in_evidence"),
    (Column::Problem, "problem"),
];

/// Columns of a file that we write.
pub(super) const WRITTEN: [Column; 10] = [
    Column::Number,
    Column::Name,
    Column::Company,
    Column::Email,
    Column::Notes,
    Column::Tags,
    Column::OptedOut,
    Column::OptInAt,
    Column::OptInWording,
    Column::OptInEvidence,
];

impl Column {
    /// What we call it.
    pub(super) fn name(self) -> &'static str {
        NAMES.iter().find(|(column, _)| *column == self).map_or("", |(_, name)| name)
    }

    /// What else it may be called, without case, spaces and marks.
    fn others(self) -> &'static [&'static str] {
        match self {
            Self::Number => &[
                "phone",
                "phonenumber",
                "mobile",
                "mobilephone",
                "mobilenumber",
                "cell",
                "cellphone",
                "telephone",
                "tel",
            ],
            Self::Name => &["fullname", "displayname", "contact", "contactname"],
            Self::FirstName => &["givenname", "forename"],
            Self::LastName => &["surname", "familyname"],
            Self::Company => &["companyname", "organization", "organisation", "business"],
            Self::Email => &["emailaddress", "mail"],
            Self::Notes => &["note", "comment", "comments"],
            Self::Tags => &["tag", "labels", "label", "groups"],
            Self::OptedOut => &["optout", "unsubscribed"],
            Self::OptInAt => &["optindate", "optintime", "consentat", "consentdate"],
            Self::OptInWording => &["consentwording"],
            Self::OptInEvidence => &["optin", "evidence", "consentevidence", "consent"],
            Self::Problem => &["problems"],
        }
    }

    fn named(name: &str) -> Option<Self> {
        let name = bare(name);
        let is_so = |column: &Self| bare(column.name()) == name || column.others().contains(&name.as_str());
        NAMES.iter().map(|(column, _)| *column).find(is_so)
    }
}

fn bare(name: &str) -> String {
    name.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The columns of a file, from its first line.
#[derive(Debug)]
pub(super) struct Columns {
    /// What each is, and what it is called there.
    pub(super) all: Vec<(Option<Column>, String)>,
}

impl Columns {
    /// Reads them.
    pub(super) fn read<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let read = |name: &str| (Column::named(name), name.trim().to_owned());
        Self { all: names.into_iter().map(read).collect() }
    }

    /// How many are known.
    pub(super) fn known_count(&self) -> usize {
        self.all.iter().filter(|(column, _)| column.is_some()).count()
    }

    /// Where a column stands.
    pub(super) fn position(&self, wanted: Column) -> Option<usize> {
        self.all.iter().position(|(column, _)| *column == Some(wanted))
    }

    /// What a column is called in the file; as we call it when it has none.
    pub(super) fn name(&self, column: Column) -> String {
        self.position(column).map_or_else(|| column.name().to_owned(), |at| self.all[at].1.clone())
    }

    /// Names that we do not know.
    pub(super) fn unknown(&self) -> Vec<String> {
        let unknown = self.all.iter().filter(|(column, name)| column.is_none() && !name.is_empty());
        unknown.map(|(_, name)| name.clone()).collect()
    }

    /// Whether lines can be read by them.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is no number, or two columns are the same thing.
    pub(super) fn check(&self) -> Result<()> {
        for (at, (column, name)) in self.all.iter().enumerate() {
            let twin = self.all[..at].iter().find(|(other, _)| column.is_some() && other == column);
            if let (Some(column), Some((_, twin))) = (column, twin) {
                return Err(wrong(format!(
                    "“{twin}” and “{name}” are both read as {}. Keep one of them.",
                    column.name()
                )));
            }
        }
        if self.position(Column::Number).is_some() {
            return Ok(());
        }
        let names: Vec<String> = self.all.iter().map(|(_, name)| format!("“{name}”")).take(8).collect();
        Err(wrong(format!(
            "No column has the number. Call one “number” in the first line, which has {}.",
            names.join(", ")
        )))
    }
}

/// The file as a whole cannot be read.
pub(super) fn wrong(message: String) -> Error {
    Error::invalid("csv", InvalidReason::Invalid, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_any_case_and_however_they_are_spaced() {
        let read = Columns::read(["Phone Number", "FIRST-NAME", "opt_in_evidence", "E-Mail", "Shoe size", ""]);

        assert_eq!(read.position(Column::Number), Some(0));
        assert_eq!(read.position(Column::FirstName), Some(1));
        assert_eq!(read.position(Column::OptInEvidence), Some(2));
        assert_eq!(read.position(Column::Email), Some(3));
        assert_eq!(read.unknown(), ["Shoe size"]);
    }

    #[test]
    fn no_name_means_two_columns() {
        let all = NAMES.iter().map(|(column, _)| *column);
        let mut names: Vec<String> =
            all.flat_map(|one| one.others().iter().map(|name| (*name).to_owned()).chain([bare(one.name())])).collect();
        let count = names.len();
        names.sort();
        names.dedup();

        assert_eq!(names.len(), count);
    }

    #[test]
    fn a_file_without_a_number_or_with_two_is_refused() {
        let said = |names: &[&str]| Columns::read(names.iter().copied()).check().expect_err("no").to_string();

        assert!(said(&["name", "age"]).contains("Call one “number” in the first line, which has “name”, “age”."));
        assert!(said(&["Phone", "Mobile"]).starts_with("“Phone” and “Mobile” are both read as number."));
    }
}
