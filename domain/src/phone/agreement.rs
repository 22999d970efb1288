//! Agreement with the reference, libphonenumber, on four thousand inputs as people write them. The table is written by
//! `tests/oracles/phone_numbers.py`; the crate and the reference have the same metadata version, so every row must
//! agree in validity, E.164, country, kind and both ways of writing. Where we differ it is by one of four rules, each
//! with its reason, and each counted here, so that no difference can join them unseen.

use std::collections::BTreeMap;

use super::{CountryCode, NumberKind, PhoneError, PhoneNumber};

const ORACLE: &str = include_str!("../../../tests/oracles/phone_numbers.tsv");

/// What the reference says about an input.
struct Row<'a> {
    input: &'a str,
    default_country: Option<CountryCode>,
    is_valid: bool,
    e164: &'a str,
    region: &'a str,
    kind: &'a str,
    national: &'a str,
    international: &'a str,
    extension: &'a str,
}

fn rows() -> Vec<Row<'static>> {
    ORACLE.lines().map(row).collect()
}

fn row(line: &'static str) -> Row<'static> {
    let columns: Vec<_> = line.split('\t').collect();
    let [input, default_country, is_valid, e164, region, kind, national, international, extension] = columns[..] else {
        panic!("a row has nine columns: {line:?}");
    };
    let is_valid = is_valid == "1";
    Row {
        input,
        default_country: default_country.parse().ok(),
        is_valid,
        e164,
        region,
        kind,
        national,
        international,
        extension,
    }
}

/// Where we differ on purpose.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    /// Emergency codes have their own refusal. The reference refuses them too, as too short, so no number is lost.
    EmergencyFirst,
    /// The reference reads the number and keeps its extension; a text cannot reach one, and to drop it in silence would
    /// text a switchboard.
    NoExtension,
    /// The reference takes German numbers of up to 17 digits; E.164 ends at 15, and so do the carriers.
    FifteenDigits,
    /// The reference has no entry for the mobiles that Ofcom keeps for drama; the sandbox and the tests live on them.
    FictionalMobile,
}

fn rule_of(row: &Row, answer: &Result<PhoneNumber, PhoneError>) -> Option<Rule> {
    match answer {
        Err(PhoneError::Emergency { .. }) if !row.is_valid => Some(Rule::EmergencyFirst),
        Err(PhoneError::TooLong) if row.e164.len() > 16 => Some(Rule::FifteenDigits),
        Err(PhoneError::Extension) if !row.extension.is_empty() => Some(Rule::NoExtension),
        Ok(number) if !row.is_valid && number.is_fictional_mobile() => Some(Rule::FictionalMobile),
        _ => None,
    }
}

fn agrees(row: &Row, answer: &Result<PhoneNumber, PhoneError>) -> bool {
    let Ok(number) = answer else { return !row.is_valid };
    let letters = if row.region == "001" { "ZZ" } else { row.region };
    row.is_valid
        && number.as_e164() == row.e164
        && number.country().as_str() == letters
        && number.kind().code() == row.kind
        && number.national() == row.national
        && number.international() == row.international
        && row.extension.is_empty()
}

#[test]
fn every_input_is_read_as_the_reference_reads_it_or_differs_by_a_rule() {
    let rows = rows();
    let mut used = BTreeMap::new();

    let mut disagreements = Vec::new();
    for row in &rows {
        let answer = PhoneNumber::parse(row.input, row.default_country);
        match rule_of(row, &answer) {
            Some(rule) => *used.entry(rule).or_insert(0) += 1,
            None if agrees(row, &answer) => {}
            None => disagreements.push(format!("{:?} in {:?}: {answer:?}", row.input, row.default_country)),
        }
    }

    assert!(disagreements.is_empty(), "{} of {}:\n{}", disagreements.len(), rows.len(), disagreements.join("\n"));
    assert!(rows.len() >= 3_000);
    let expected = BTreeMap::from([
        (Rule::EmergencyFirst, 7),
        (Rule::NoExtension, 78),
        (Rule::FifteenDigits, 1),
        (Rule::FictionalMobile, 2),
    ]);
    assert_eq!(used, expected);
}

#[test]
fn what_was_read_is_read_again_as_the_same_number() {
    let numbers: Vec<_> =
        rows().iter().filter_map(|row| PhoneNumber::parse(row.input, row.default_country).ok()).collect();

    let changed: Vec<_> =
        numbers.iter().filter(|number| PhoneNumber::parse(number.as_e164(), None).as_ref() != Ok(number)).collect();

    assert!(changed.is_empty(), "{changed:?}");
    assert!(numbers.len() > 2_000);
}

#[test]
fn the_american_numbers_kept_for_stories_are_valid_in_every_area_of_the_united_states_and_canada() {
    let valid = |number: String| PhoneNumber::parse(&number, None).ok();
    let is_home = |number: &PhoneNumber| number.country().is_native() && number.kind() == NumberKind::FixedLineOrMobile;
    let areas: Vec<_> =
        (200..1000).filter(|area| valid(format!("+1{area}2345678")).as_ref().is_some_and(is_home)).collect();

    let refused: Vec<_> = areas.iter().filter(|area| valid(format!("+1{area}5550123")).is_none()).collect();

    assert_eq!(refused, Vec::<&i32>::new());
    assert!(areas.len() > 400);
}
