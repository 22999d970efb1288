//! Words that may stand in some places only: the database library, the vendors, the output of the process, the clock.

use super::{
    assert_none, scan,
    sources::{Source, all},
};

/// Vendors. Their names stand where they are spoken to, and nowhere else: a second one must not mean changing everything.
const VENDORS: &[&str] = &["twilio", "slack", "stripe"];

/// Where vendors may be named: their adapters, their simulation, the program that wires them, its tests, and in the API the paths that
/// they call.
const VENDOR_PLACES: &[&str] = &[
    "providers/",
    "sandbox/",
    "src/",
    "tests/",
    "examples/",
    "api/src/webhooks",
    "api/src/install",
    "api/src/graphql",
];

/// Module names that say nothing.
const EMPTY_NAMES: &[&str] = &["common", "helper", "helpers", "misc", "models", "shared", "types", "util", "utils"];

fn may_use_the_database(path: &str) -> bool {
    let is_store = path.ends_with("/store.rs") || path.contains("/store/");
    (is_store && path.starts_with("domain/"))
        || path == "domain/src/ctx.rs"
        || path.starts_with("migrations/")
        || path.starts_with("tests/")
}

fn database_words(sources: &[Source]) -> Vec<String> {
    let outside = sources.iter().filter(|source| !may_use_the_database(&source.path));
    let names = |word: &str| word.starts_with("sea_orm") || word.starts_with("sea_query") || word == "sqlx";
    let found = outside.flat_map(|source| {
        scan::words(&source.code).filter(move |(_, word)| names(word)).map(move |(at, word)| (source, at, word))
    });
    found.map(|(source, at, word)| format!("{}: {word} is for store.rs and migrations only.", source.at(at))).collect()
}

fn vendor_words(sources: &[Source]) -> Vec<String> {
    let neutral = sources.iter().filter(|source| !VENDOR_PLACES.iter().any(|place| source.path.starts_with(place)));
    let mut complaints = Vec::new();
    for source in neutral {
        let text = source.text.to_ascii_lowercase();
        for vendor in VENDORS {
            let places = text.match_indices(vendor);
            complaints
                .extend(places.map(|(at, _)| format!("{}: {vendor} is named outside its adapter.", source.at(at))));
        }
    }
    complaints
}

fn empty_names(sources: &[Source]) -> Vec<String> {
    let is_empty = |part: &str| EMPTY_NAMES.contains(&part.trim_end_matches(".rs"));
    let named = sources.iter().filter(|source| source.path.split('/').any(is_empty));
    named.map(|source| format!("{}: the name says nothing about what is inside.", source.path)).collect()
}

#[test]
fn the_database_library_is_used_in_stores_only() {
    assert_none(database_words(all()));
}

#[test]
fn vendors_are_named_in_their_adapters_only() {
    assert_none(vendor_words(all()));
}

#[test]
fn names_of_modules_say_what_is_inside() {
    assert_none(empty_names(all()));
}

#[test]
fn a_word_in_the_wrong_place_is_found() {
    let bad = [
        Source::new("domain/src/numbers/ops.rs", "use sea_orm::A;\n// as Twilio does\n"),
        Source::new("workers/src/store.rs", "use sea_orm_migration::A;"),
        Source::new("api/src/server/utils.rs", "struct SlackTeam;"),
    ];
    assert_eq!(database_words(&bad).len(), 2);
    assert_eq!(
        vendor_words(&bad),
        [
            "domain/src/numbers/ops.rs:2: twilio is named outside its adapter.",
            "api/src/server/utils.rs:1: slack is named outside its adapter."
        ]
    );
    assert_eq!(empty_names(&bad).len(), 1);
}

#[test]
fn a_word_in_its_place_is_not_found() {
    let good = [
        Source::new("domain/src/numbers/store.rs", "use sea_orm::A;"),
        Source::new("domain/src/ids.rs", "// sea_orm is not named here"),
        Source::new("providers/src/carrier/twilio/mod.rs", "struct Twilio;"),
    ];
    assert_none(database_words(&good));
    assert_none(vendor_words(&good));
}
