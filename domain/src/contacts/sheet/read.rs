//! Reading a file of contacts, without looking at anything else. Nothing of it is lost: a line is either read whole or kept as it stood, with every
//! cell that has to be mended, so that it can be given back.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use csv::StringRecord;

use super::{
    cells,
    columns::{Column, Columns, wrong},
};
use crate::{
    Error, Result,
    contacts::{ConsentDecision, NewConsent, ledger, ops},
    phone::{CountryCode, PhoneError, PhoneNumber},
};

/// Most lines of a file.
pub(crate) const MOST_LINES: usize = 10_000;

/// Largest file, in bytes.
pub(crate) const MOST_BYTES: usize = 5_000_000;

/// What stands between cells, the likeliest first.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// Characters of a wrong cell that are shown.
const SHOWN: usize = 100;

/// A cell that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Line of the file on which it begins; the first is 1.
    pub line: u64,
    /// Name of its column, as in the file; empty for the line as a whole.
    pub column: String,
    /// What stands there, shortened.
    pub value: String,
    /// What is wrong with it, and what to do.
    pub problem: String,
}

/// A line that can be read.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) line: u64,
    /// What stands for the number: it may be a sender that is none.
    pub(crate) address: String,
    pub(crate) number: Result<PhoneNumber, PhoneError>,
    pub(crate) name: Option<String>,
    pub(crate) company: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) notes: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) consent: Option<NewConsent>,
    pub(crate) is_opted_out: bool,
    record: StringRecord,
}

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// Lines that can be read.
    rows: Vec<Row>,
    /// Lines that cannot, as they stood.
    rejected: Vec<(u64, StringRecord, Vec<Fault>)>,
    columns: Columns,
}

/// How a file is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    /// Country of numbers that are written the national way.
    pub(crate) country: Option<CountryCode>,
    /// What time it is.
    pub(crate) now: DateTime<Utc>,
}

/// The text of a file.
///
/// # Errors
/// [`Error::Invalid`] when it is none, or too large.
pub(crate) fn text(bytes: Vec<u8>) -> Result<String> {
    if bytes.len() > MOST_BYTES {
        return Err(too_large());
    }
    let is_wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let text = String::from_utf8(bytes).ok().filter(|_| !is_wide);
    text.ok_or_else(|| wrong("The file is not in UTF-8. Save it as “CSV UTF-8” and give it again.".to_owned()))
}

/// A file that has too many bytes.
pub(crate) fn too_large() -> Error {
    wrong(format!("The file is larger than {} MB. Split it into several.", MOST_BYTES / 1_000_000))
}

/// Reads a file.
///
/// # Errors
/// [`Error::Invalid`] when it cannot be read as a whole, with what to do.
pub(crate) fn read(text: &str, how: Reading) -> Result<Sheet> {
    if text.len() > MOST_BYTES {
        return Err(too_large());
    }
    let text = text.trim_start_matches('\u{feff}').replace('\0', "");
    let (columns, records) = records(&text)?;
    let is_open = text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1;
    let last = records.len().saturating_sub(1);
    let mut sheet = Sheet { rows: Vec::new(), rejected: Vec::new(), columns };
    for (at, (line, record)) in records.into_iter().enumerate() {
        let swallows = is_open && at == last && record.iter().any(|cell| cell.contains('\n'));
        let read = if swallows { Err(vec![unclosed(line, &record)]) } else { sheet.row(line, &record, how) };
        match read {
            Ok(row) => sheet.rows.push(row),
            Err(faults) => sheet.rejected.push((line, record, faults)),
        }
    }
    Ok(sheet)
}

/// A quotation mark without its fellow takes in everything behind it.
fn unclosed(line: u64, record: &StringRecord) -> Fault {
    let value = record.iter().find(|cell| cell.contains('\n')).unwrap_or_default();
    let problem = "A quotation mark opens on this line and never closes, so everything behind it was taken for one cell. Close it, or remove it.";
    fault(line, "", value, problem)
}

fn fault(line: u64, column: &str, value: &str, problem: impl Into<String>) -> Fault {
    let mut shown: String = value.chars().take(SHOWN).collect();
    if shown.len() < value.len() {
        shown.push('…');
    }
    Fault { line, column: column.to_owned(), value: shown, problem: problem.into() }
}

/// The columns and the lines of a file, without the empty ones.
fn records(text: &str) -> Result<(Columns, Vec<(u64, StringRecord)>)> {
    let first = |delimiter: u8| {
        let header = reader(text, delimiter).into_records().next().and_then(Result::ok).unwrap_or_default();
        (Columns::read(header.iter().map(cells::unguarded)), delimiter)
    };
    let tried = DELIMITERS.map(first);
    let most = tried.iter().map(|(columns, _)| columns.known_count()).max().unwrap_or(0);
    let chosen = tried.into_iter().find(|(columns, _)| columns.known_count() == most);
    let (columns, delimiter) = chosen.expect("one of three has the most");
    if columns.all.is_empty() {
        return Err(wrong("The file is empty.".to_owned()));
    }
    columns.check()?;
    let mut lines = Vec::new();
    for record in reader(text, delimiter).into_records().skip(1) {
        let record = record.map_err(|error| wrong(format!("The file cannot be read: {error}.")))?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if lines.len() == MOST_LINES {
            return Err(wrong(format!("The file has more than {MOST_LINES} lines. Split it into several.")));
        }
        lines.push((line_of(text, &record), record));
    }
    Ok((columns, lines))
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes())
}

/// Line on which a record begins. The reader counts from where the one before it ended, so empty lines between them are counted here.
fn line_of(text: &str, record: &StringRecord) -> u64 {
    let Some(position) = record.position() else { return 0 };
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let between = text.as_bytes().get(start..).unwrap_or_default().iter();
    let ends = between.take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n').count();
    position.line() + ends as u64
}

impl Sheet {
    /// Reads a line, or all that is wrong with it.
    fn row(&self, line: u64, record: &StringRecord, how: Reading) -> Result<Row, Vec<Fault>> {
        let cell = |column: Column| {
            let at = self.columns.position(column)?;
            record.get(at).map(|cell| cells::unguarded(cell).trim()).filter(|cell| !cell.is_empty())
        };
        let mut faults = Vec::new();
        let mut note = |column: Column, problem: String| {
            faults.push(fault(line, &self.columns.name(column), cell(column).unwrap_or_default(), problem));
        };
        let name = cell(Column::Name).map(str::to_owned).or_else(|| joined(&cell));
        let named = if cell(Column::Name).is_some() { Column::Name } else { Column::LastName };
        for (column, field, text) in [
            (named, "name", name.as_deref()),
            (Column::Company, "company", cell(Column::Company)),
            (Column::Email, "email", cell(Column::Email)),
            (Column::Notes, "notes", cell(Column::Notes)),
        ] {
            if let Err(error) = ops::check_length(field, text.unwrap_or_default()) {
                note(column, error.to_string());
            }
        }
        let tags = vec![cell(Column::Tags).unwrap_or_default().to_owned()];
        let tags = ops::checked_tags(tags).map_err(|error| note(Column::Tags, error.to_string())).unwrap_or_default();
        let consent = consent(&cell, how).map_err(|(column, problem)| note(column, problem)).unwrap_or_default();
        let is_opted_out = opted_out(cell(Column::OptedOut)).map_err(|problem| note(Column::OptedOut, problem));
        let address = cell(Column::Number).unwrap_or_default().to_owned();
        let number = PhoneNumber::parse(&address, how.country);
        faults.extend(self.surplus(line, record));
        if let (Err(error), false) = (number, faults.is_empty()) {
            faults.push(fault(line, &self.columns.name(Column::Number), &address, error.to_string()));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let owned = |column: Column| cell(column).map(str::to_owned);
        Ok(Row {
            line,
            address,
            number,
            name,
            company: owned(Column::Company),
            email: owned(Column::Email),
            notes: owned(Column::Notes),
            tags: tags.0,
            consent,
            is_opted_out: is_opted_out.unwrap_or_default(),
            record: record.clone(),
        })
    }

    /// Cells behind the last column.
    fn surplus(&self, line: u64, record: &StringRecord) -> Option<Fault> {
        let behind: Vec<&str> =
            record.iter().skip(self.columns.all.len()).filter(|cell| !cell.trim().is_empty()).collect();
        let problem =
            "There are more cells than columns. Put a cell that has the separator in it between quotation marks.";
        (!behind.is_empty()).then(|| fault(line, "", &behind.join(", "), problem))
    }

    /// A row cannot be kept after all.
    pub(in crate::contacts) fn reject(&mut self, row: Row, column: Column, problem: String) {
        let value = if column == Column::Number { row.address.clone() } else { row.tags.join("; ") };
        let fault = fault(row.line, &self.columns.name(column), &value, problem);
        self.rejected.push((row.line, row.record, vec![fault]));
    }

    /// Lines that can be read; they are taken out.
    pub(crate) fn take_rows(&mut self) -> Vec<Row> {
        std::mem::take(&mut self.rows)
    }

    /// How many lines there are that can be read, and that cannot.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.rows.len(), self.rejected.len())
    }

    /// Columns that were not read.
    pub(crate) fn unknown_columns(&self) -> Vec<String> {
        self.columns.unknown()
    }

    /// Everything that is wrong, and a file of the lines with a column that says so; none when nothing is.
    pub(crate) fn rejected(mut self) -> (Vec<Fault>, Option<String>) {
        if self.rejected.is_empty() {
            return (Vec::new(), None);
        }
        self.rejected.sort_by_key(|(line, ..)| *line);
        let kept: Vec<usize> =
            (0..self.columns.all.len()).filter(|at| self.columns.all[*at].0 != Some(Column::Problem)).collect();
        let mut header: Vec<String> = kept.iter().map(|at| self.columns.all[*at].1.clone()).collect();
        header.push(Column::Problem.name().to_owned());
        let mut lines = vec![header];
        for (_, record, faults) in &self.rejected {
            let cell = |at: &usize| cells::unguarded(record.get(*at).unwrap_or_default()).to_owned();
            let mut line: Vec<String> = kept.iter().map(cell).collect();
            let problems: Vec<&str> = faults.iter().map(|fault| fault.problem.as_str()).collect();
            line.push(problems.join(" "));
            line.extend(record.iter().skip(self.columns.all.len()).map(str::to_owned));
            lines.push(line);
        }
        let faults = self.rejected.into_iter().flat_map(|(_, _, faults)| faults).collect();
        (faults, Some(cells::written(lines)))
    }
}

/// First and last name as one.
fn joined<'a>(cell: &impl Fn(Column) -> Option<&'a str>) -> Option<String> {
    let names: Vec<&str> = [cell(Column::FirstName), cell(Column::LastName)].into_iter().flatten().collect();
    (!names.is_empty()).then(|| names.join(" "))
}

/// What the contact agreed to, when the line has something that proves it.
fn consent<'a>(
    cell: &impl Fn(Column) -> Option<&'a str>,
    how: Reading,
) -> Result<Option<NewConsent>, (Column, String)> {
    let words = |column: Column, field| ledger::words(field, cell(column)).map_err(|error| (column, error.to_string()));
    let wording = words(Column::OptInWording, "wording")?;
    let evidence = words(Column::OptInEvidence, "evidence")?;
    let decided_at =
        cell(Column::OptInAt).map(|text| time(text, how.now)).transpose().map_err(|why| (Column::OptInAt, why))?;
    if wording.is_none() && evidence.is_none() {
        let alone = "A time alone proves nothing. Say how they agreed in “opt_in_evidence”, or leave this empty.";
        return if decided_at.is_some() { Err((Column::OptInAt, alone.to_owned())) } else { Ok(None) };
    }
    Ok(Some(NewConsent { decision: ConsentDecision::Given, wording, evidence, decided_at }))
}

fn time(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, String> {
    let exact = DateTime::parse_from_rfc3339(text).map(|at| at.to_utc());
    let forms = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"];
    let simple = || forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let day = || text.parse::<NaiveDate>().ok().and_then(|day| day.and_hms_opt(0, 0, 0));
    let read = exact.ok().or_else(|| simple().or_else(day).map(|at| at.and_utc()));
    match read {
        None => Err("This is no time. Write it like 2026-11-24 or 2026-11-24 09:30.".to_owned()),
        Some(at) if at > now => Err("This time has not come yet.".to_owned()),
        Some(at) => Ok(at),
    }
}

fn opted_out(cell: Option<&str>) -> Result<bool, String> {
    match cell.unwrap_or_default().to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "x" => Ok(true),
        "" | "no" | "n" | "false" | "0" => Ok(false),
        _ => Err("Write “yes” when they opted out, or leave it empty.".to_owned()),
    }
}
