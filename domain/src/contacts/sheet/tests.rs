//! Files of contacts, as programs and people write them.

use chrono::{DateTime, Utc};

use super::{Fault, Line, MOST_LINES, Reading, Row, Sheet, contacts, read, text};
use crate::{
    contacts::{Contact, Tags},
    ids::Ids,
    phone::CountryCode,
};

fn now() -> DateTime<Utc> {
    "2026-11-24T12:00:00Z".parse().expect("a time")
}

fn sheet(csv: &str) -> Sheet {
    read(csv, Reading { country: Some(CountryCode::US), now: now() }).expect("the file is read")
}

fn rows(csv: &str) -> Vec<Row> {
    let mut sheet = sheet(csv);
    assert_eq!(sheet.counts().1, 0, "{:?}", sheet.rejected().0);
    sheet.take_rows()
}

fn faults(csv: &str) -> Vec<Fault> {
    sheet(csv).rejected().0
}

fn refused(csv: &str) -> String {
    read(csv, Reading { country: None, now: now() }).expect_err("the file is refused").to_string()
}

fn number(row: &Row) -> String {
    row.number.expect("a number").as_e164().to_owned()
}

#[test]
fn columns_stand_in_any_order_and_case() {
    let read = rows("\u{feff}COMPANY,Full Name,Phone Number\nBakery,Maria Lopez,(415) 555-0101\n");

    assert_eq!(number(&read[0]), "+14155550101");
    assert_eq!((read[0].name.as_deref(), read[0].company.as_deref()), (Some("Maria Lopez"), Some("Bakery")));
}

#[test]
fn semicolons_and_tabs_separate_cells_too() {
    for csv in ["number;name\n+14155550101;Lopez, Maria\n", "number\tname\r\n+14155550101\tLopez, Maria\r\n"] {
        assert_eq!(rows(csv)[0].name.as_deref(), Some("Lopez, Maria"), "{csv}");
    }
}

#[test]
fn a_quoted_cell_may_have_lines_and_quotation_marks() {
    let read = rows("number,notes\n+14155550101,\"first\nsecond, \"\"so to say\"\"\"\n+14155550102,next\n");

    assert_eq!(read[0].notes.as_deref(), Some("first\nsecond, \"so to say\""));
    assert_eq!(read[1].line, 4);
}

#[test]
fn lines_are_counted_past_empty_ones_however_they_end() {
    for end in ["\n", "\r\n"] {
        let csv = ["number", "", "+14155550101", "", ",,", "+14155550102", ""].join(end);
        let lines: Vec<u64> = rows(&csv).iter().map(|row| row.line).collect();
        assert_eq!(lines, [3, 6], "{end:?}");
    }
}

#[test]
fn first_and_last_name_make_a_name_when_there_is_none() {
    let read = rows("number,name,first name,last name\n+14155550101,,Maria,Lopez\n+14155550102,Tom,Thomas,Hill\n");

    assert_eq!(read.iter().map(|row| row.name.as_deref()).collect::<Vec<_>>(), [Some("Maria Lopez"), Some("Tom")]);
}

#[test]
fn tags_are_separated_by_semicolons_or_bars() {
    assert_eq!(rows("number,tags\n+14155550101,VIP; billing|vip\n")[0].tags, ["billing", "vip"]);
}

#[test]
fn every_cell_that_is_wrong_is_told_with_its_line_its_column_and_what_stood_there() {
    let csv = format!("Phone,Tags,opted out\n+14155550101,ok,\n12,{},perhaps\n", "t".repeat(41));
    let found = faults(&csv);

    let told: Vec<_> = found.iter().map(|fault| (fault.line, fault.column.as_str(), fault.value.as_str())).collect();
    assert_eq!(told, [(3, "Tags", "t".repeat(41).as_str()), (3, "opted out", "perhaps"), (3, "Phone", "12")]);
    assert!(found.iter().all(|fault| !fault.problem.is_empty()));
}

#[test]
fn what_cannot_be_read_is_given_back_as_a_file_that_can_be_mended() {
    let csv = "number,shoe,tags\n+14155550101,44,a\n+14155550102,45,\"x, y\",more\n";
    let (_, back) = sheet(csv).rejected();
    let back = back.expect("a line is given back");

    assert!(back.starts_with("number,shoe,tags,problem\n+14155550102,45,\"x, y\",There are more cells than columns."));
    let mended = back.replace(",more", "");
    assert_eq!(rows(&mended)[0].tags, ["x, y"]);
    assert_eq!(sheet(&mended).unknown_columns(), ["shoe"]);
}

#[test]
fn a_quotation_mark_that_never_closes_loses_nothing() {
    let csv = "number,notes\n+14155550101,fine\n+14155550102,\"open\n+14155550103,swallowed\n";
    let mut read = sheet(csv);

    assert_eq!(read.take_rows().len(), 1);
    let (faults, back) = read.rejected();
    assert_eq!((faults[0].line, faults[0].column.as_str()), (3, ""));
    assert!(back.expect("the rest is given back").contains("+14155550103,swallowed"));
}

#[test]
fn an_inch_is_no_open_quotation_mark() {
    assert_eq!(rows("number,notes\n+14155550101,a 5\" pipe\n")[0].notes.as_deref(), Some("a 5\" pipe"));
}

#[test]
fn consent_needs_proof_and_a_time_that_has_been() {
    let given =
        |cells: &str| rows(&format!("number,opt_in_evidence,opt_in_at\n+14155550101,{cells}\n"))[0].consent.clone();
    let wrong = |cells: &str| faults(&format!("number,opt_in_evidence,opt_in_at\n+14155550101,{cells}\n")).len();

    let form = given("Form 7,2026-11-01 09:30").expect("a consent");
    assert_eq!(form.decided_at.map(|at| at.to_rfc3339()), Some("2026-11-01T09:30:00+00:00".to_owned()));
    assert!(given(",").is_none() && given("Form 7,2026-11-01T09:30:00+01:00").is_some());
    assert_eq!([wrong(",2026-11-01"), wrong("Form 7,yesterday"), wrong("Form 7,2026-12-24")], [1, 1, 1]);
}

#[test]
fn a_file_that_cannot_be_read_as_a_whole_is_refused_with_what_to_do() {
    assert!(refused("").starts_with("The file is empty."));
    assert!(refused("name\nMaria\n").starts_with("No column has the number."));
    assert!(refused(&format!("number\n{}", "+14155550101\n".repeat(MOST_LINES + 1))).contains("more than 10000 lines"));
    let not_utf8 =
        [vec![0xff, 0xfe, b'n', 0], vec![b'n', 0xe9]].map(|bytes| text(bytes).expect_err("no UTF-8").to_string());
    assert!(not_utf8.iter().all(|said| said.contains("Save it as “CSV UTF-8”")), "{not_utf8:?}");
}

#[test]
fn a_file_of_the_most_lines_is_read() {
    let csv = format!("number\n{}", "+14155550101\n".repeat(MOST_LINES));

    assert_eq!(rows(&csv).len(), MOST_LINES);
}

#[test]
fn what_is_written_reads_back_the_same_and_runs_in_no_spreadsheet() {
    let contact = Contact {
        id: Ids::default().make(now()),
        workspace_id: Ids::default().make(now()),
        address: "+14155550101".to_owned(),
        name: Some("=HYPERLINK(\"http://example.com\")".to_owned()),
        company: Some("+1 Lopez, Bakery".to_owned()),
        email: Some("@maria".to_owned()),
        notes: Some("-2\nof \"5\"".to_owned()),
        tags: Tags(vec!["billing".to_owned(), "vip".to_owned()]),
        created_at: now(),
    };
    let line = Line { contact: &contact, is_opted_out: true, consent: None };
    let csv = contacts(&[line]);
    let read = rows(&csv).remove(0);

    assert_eq!(number(&read), contact.address);
    assert_eq!(
        [&read.name, &read.company, &read.email, &read.notes],
        [&contact.name, &contact.company, &contact.email, &contact.notes]
    );
    assert_eq!((read.tags, read.is_opted_out), (contact.tags.0, true));
    let cells = csv::Reader::from_reader(csv.as_bytes()).into_records().next().expect("a line").expect("cells");
    assert!(cells.iter().skip(1).all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{csv}");
}
