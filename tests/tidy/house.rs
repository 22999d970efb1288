//! House rules that can be seen in a single file: its header, and words that have no place in it.

use super::{
    assert_none,
    sources::{Source, all},
};

/// Lines of a header at most; what needs more belongs into ARCHITECTURE.md.
const HEADER_MAX: usize = 10;

/// Words that promise to finish later. Written in halves, so that this file does not find itself.
const PROMISES: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:"), concat!("HA", "CK:")];

/// Tests that may wait by the clock on the wall: they drive whole processes, which have no other.
const MAY_WAIT: &[&str] = &["tests/chaos/", "tests/world/"];

fn headers(sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for source in sources {
        match source.text.lines().take_while(|line| line.starts_with("//!")).count() {
            0 => complaints
                .push(format!("{}: begin with `//!`: what it is, the rule that it keeps, and why.", source.path)),
            lines if lines > HEADER_MAX => {
                complaints.push(format!("{}: its header has {lines} lines, at most {HEADER_MAX}.", source.path))
            }
            _ => {}
        }
    }
    complaints
}

fn found<'a>(
    source: &'a Source,
    text: &'a str,
    words: &'a [&str],
    why: &'a str,
) -> impl Iterator<Item = String> + use<'a> {
    words.iter().flat_map(move |word| {
        text.match_indices(word).map(move |(at, word)| format!("{}: `{word}`: {why}", source.at(at)))
    })
}

fn words(sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for source in sources {
        let code = &source.code;
        complaints.extend(found(source, &source.text, PROMISES, "do it now, or write it down as an issue."));
        complaints.extend(found(source, code, &["[allow("], "use `expect` with a reason."));
        complaints.extend(found(source, code, &["#[ignore"], "a test that does not run is none."));
        complaints.extend(found(source, code, &["fn test_"], "a test is named as a sentence, without a prefix."));
        complaints.extend(found(
            source,
            &source.production,
            &[".unwrap()"],
            "use `expect` and say why it cannot fail.",
        ));
        complaints.extend(found(
            source,
            &source.production,
            &["todo!(", "unimplemented!(", "dbg!("],
            "this is not for keeping.",
        ));
        if source.is_test && !MAY_WAIT.iter().any(|folder| source.path.starts_with(folder)) {
            complaints.extend(found(source, code, &["sleep("], "wait for the event; the world has the means."));
        }
    }
    complaints
}

#[test]
fn every_file_begins_with_a_header() {
    assert_none(headers(all()));
}

#[test]
fn no_file_holds_what_the_house_forbids() {
    assert_none(words(all()));
}

#[test]
fn a_missing_and_a_long_header_are_found() {
    let long = "//! a\n".repeat(11);
    assert_eq!(
        headers(&[
            Source::new("src/a.rs", "use a;"),
            Source::new("src/b.rs", &long),
            Source::new("src/c.rs", "//! c\n")
        ])
        .len(),
        2
    );
}

#[test]
fn each_forbidden_word_is_found() {
    let promise = format!("// {} later", PROMISES[0]);
    let bad =
        [&promise, "#[allow(dead_code)]", "#[ignore]", "fn test_a() {}", "fn a() { b.unwrap() }", "fn a() { todo!() }"];
    let found: Vec<_> = bad.iter().map(|text| words(&[Source::new("api/src/a.rs", text)]).len()).collect();
    assert_eq!(found, [1; 6]);
    assert_eq!(words(&[Source::new("tests/faq/a.rs", "fn a() { sleep(1) }")]).len(), 1);
}

#[test]
fn words_in_texts_and_in_tests_are_not_found() {
    let good = "fn a() { say(\".unwrap() #[allow(x)]\") }\n#[cfg(test)]\nmod tests { fn b() { c.unwrap() } }";
    assert_none(words(&[Source::new("api/src/a.rs", good)]));
}
