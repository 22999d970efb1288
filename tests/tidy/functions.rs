//! Functions and files stay small enough to be read in one go.

use super::{
    assert_none, scan,
    sources::{Source, all},
};

/// Lines of a file: at most, at most in a file of tests, at most for 95 of 100, and for half of them.
const FILE_MAX: usize = 450;
const TEST_FILE_MAX: usize = 600;
const FILE_P95: usize = 350;
const FILE_MEDIAN: usize = 120;

/// Lines between the braces of a function: at most, at most for 95 of 100, and for half of them.
const FUNCTION_MAX: usize = 70;
const FUNCTION_P95: usize = 45;
const FUNCTION_MEDIAN: usize = 10;

fn line_count(source: &Source) -> usize {
    source.text.lines().count()
}

fn long_files(sources: &[Source]) -> Vec<String> {
    let limit = |source: &Source| if source.is_test { TEST_FILE_MAX } else { FILE_MAX };
    let long = sources.iter().filter(|source| line_count(source) > limit(source));
    long.map(|source| format!("{}: {} lines, at most {} are allowed.", source.path, line_count(source), limit(source)))
        .collect()
}

/// Place, name and lines of each function that has a body.
fn functions(source: &Source) -> Vec<(String, String, usize)> {
    let code = &source.code;
    let mut functions = Vec::new();
    for (at, word) in scan::words(code) {
        let after = &code[at + word.len()..];
        let name = scan::words(after).next().filter(|_| after.starts_with(' ')).map(|(_, name)| name);
        if let (true, Some(name), Some(body)) = (word == "fn", name, body(after)) {
            functions.push((source.at(at), name.to_owned(), body.matches('\n').count().saturating_sub(1)));
        }
    }
    functions
}

/// The block behind a signature; none when it ends in a semicolon, or is no signature.
fn body(signature: &str) -> Option<&str> {
    let mut depth = 0;
    for (at, sign) in signature.char_indices() {
        match sign {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '{' if depth == 0 => return Some(&signature[at..at + scan::block(&signature[at..])]),
            ';' if depth == 0 => return None,
            _ if depth < 0 => return None,
            _ => {}
        }
    }
    None
}

fn long_functions(sources: &[Source]) -> Vec<String> {
    let long = sources.iter().flat_map(functions).filter(|(_, _, lines)| *lines > FUNCTION_MAX);
    long.map(|(at, name, lines)| format!("{at}: {name} has {lines} lines, at most {FUNCTION_MAX} are allowed."))
        .collect()
}

/// The value below or at which so many of a hundred lie.
fn percentile(mut values: Vec<usize>, percent: usize) -> usize {
    values.sort_unstable();
    values[(values.len() * percent).div_ceil(100).saturating_sub(1)]
}

fn of_production() -> impl Iterator<Item = &'static Source> {
    all().iter().filter(|source| !source.is_test)
}

#[test]
fn no_file_is_too_long() {
    assert_none(long_files(all()));
}

#[test]
fn files_are_short_as_a_rule() {
    let lengths: Vec<_> = of_production().map(line_count).collect();
    let (median, p95) = (percentile(lengths.clone(), 50), percentile(lengths, 95));
    assert!(median <= FILE_MEDIAN && p95 <= FILE_P95, "median {median}, 95 of 100 have at most {p95} lines");
}

#[test]
fn no_function_is_too_long() {
    assert_none(long_functions(all()));
}

#[test]
fn functions_are_short_as_a_rule() {
    let lengths: Vec<_> = of_production().flat_map(functions).map(|(_, _, lines)| lines).collect();
    let (median, p95) = (percentile(lengths.clone(), 50), percentile(lengths, 95));
    assert!(median <= FUNCTION_MEDIAN && p95 <= FUNCTION_P95, "median {median}, 95 of 100 have at most {p95} lines");
}

#[test]
fn a_long_file_is_found() {
    let bad = [Source::new("api/src/a.rs", &"\n".repeat(451)), Source::new("tests/b.rs", &"\n".repeat(600))];
    assert_eq!(long_files(&bad), ["api/src/a.rs: 451 lines, at most 450 are allowed."]);
}

#[test]
fn a_long_function_is_found_and_others_around_it_are_not() {
    let long = format!(
        "trait A {{ fn a(b: [u8; 3]); }}\nfn b<T>() -> [u8; 2] where T: Fn() {{\n{}}}\nfn c() {{}}",
        "x();\n".repeat(71)
    );
    assert_eq!(
        long_functions(&[Source::new("api/src/a.rs", &long)]),
        ["api/src/a.rs:2: b has 71 lines, at most 70 are allowed."]
    );
}

#[test]
fn percentiles_are_taken_from_the_sorted_list() {
    let values: Vec<_> = (1..=100).rev().collect();
    assert_eq!(
        (percentile(values.clone(), 50), percentile(values.clone(), 95), percentile(values, 100)),
        (50, 95, 100)
    );
}
