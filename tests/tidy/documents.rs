//! What documents and lists say is true: the configuration's reference is whole, the commands that the documents name exist, prefixes of
//! ids differ, and each metric stands in the list.

use std::collections::BTreeSet;

use clerk::{
    cli,
    config::{Config, DEFAULTS, Sources},
    telemetry::METRICS,
};
use toml::Table;

use super::{
    assert_none,
    sources::{Source, all, read, root},
};

/// Documents that tell people what to type.
const DOCUMENTS: &[&str] = &["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"];

/// Words behind `cargo` that need nothing but cargo.
const CARGO_WORDS: &[&str] = &["build", "check", "clippy", "doc", "fmt", "run", "test"];

#[test]
fn the_defaults_and_the_types_have_the_same_keys() {
    let sources = Sources { file: Some("/dev/null".into()), environment: vec![] };
    Config::load(&sources).expect("a key that the types lack, or that the defaults lack, is refused");
    let sections = read("src/config/sections.rs");
    let lenient = ["serde(default", "serde(skip", "serde(flatten", "serde(alias"];
    assert!(
        lenient.iter().all(|word| !sections.contains(word)),
        "a lenient field could be missing in config.default.toml"
    );
    assert_eq!(
        sections.matches("#[serde(deny_unknown_fields)]").count(),
        DEFAULTS.parse::<Table>().expect("TOML").len()
    );
}

fn unexplained(defaults: &str) -> Vec<String> {
    let lines: Vec<_> = defaults.lines().collect();
    let keys = lines.iter().enumerate().filter(|(_, line)| !line.starts_with(['#', '[']) && line.contains(" = "));
    keys.filter(|(at, _)| *at == 0 || !lines[at - 1].starts_with("# "))
        .map(|(_, line)| format!("{line}: say what it means."))
        .collect()
}

#[test]
fn every_key_of_the_configuration_is_explained() {
    assert_none(unexplained(DEFAULTS));
}

#[test]
fn an_unexplained_key_is_found() {
    assert_eq!(unexplained("[a]\n# What it is.\nb = 1\nc = 2\n"), ["c = 2: say what it means."]);
}

/// Lines of the shell blocks of a document, without comments.
fn shell_lines(document: &str) -> Vec<String> {
    let blocks = document.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let lines = blocks.flat_map(str::lines).map(|line| line.split(" #").next().unwrap_or_default().trim().to_owned());
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

fn is_command(line: &str) -> bool {
    let mut words: Vec<_> =
        line.split_whitespace().skip_while(|word| word.contains('=') && !word.starts_with('-')).collect();
    if words.starts_with(&["cargo", "run", "--"]) {
        words.splice(..3, ["clerk"]);
    }
    match words.as_slice() {
        ["clerk", ..] => cli::definition().try_get_matches_from(words).is_ok(),
        ["cargo", word, ..] => CARGO_WORDS.contains(word),
        ["just", recipe, ..] => read("justfile").lines().any(|line| line.split([':', ' ']).next() == Some(recipe)),
        [path, ..] if path.starts_with("./") || path.starts_with('.') => root().join(path).is_file(),
        _ => true,
    }
}

#[test]
fn commands_in_the_documents_exist() {
    let lines: Vec<_> = DOCUMENTS.iter().flat_map(|document| shell_lines(&read(document))).collect();
    assert!(lines.contains(&"cargo run".to_owned()) && lines.contains(&"cargo test".to_owned()), "{lines:?}");
    assert_none(lines.into_iter().filter(|line| !is_command(line)).collect());
}

#[test]
fn a_command_that_does_not_exist_is_found() {
    let bad = [
        "clerk fly",
        "cargo run -- migrate sideways",
        "cargo dance",
        "just nothing",
        "./nowhere",
        "A=b clerk --confg x",
    ];
    assert!(bad.iter().all(|line| !is_command(line)));
    let good = ["clerk", "A=b clerk run --role api", "cargo run -- slack manifest", "cargo test --workspace"];
    assert!(good.iter().all(|line| is_command(line)));
}

/// Paths in backquotes that look like ours and do not exist.
fn broken_paths(document: &str, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let quoted =
        document.split('`').skip(1).step_by(2).filter(|text| !text.contains([' ', '\n', '<', '*', '{', ':', '=', '(']));
    let ours =
        ["api/", "domain/", "migrations/", "providers/", "sandbox/", "workers/", "src/", "tests/", "docs/", ".ci/"];
    let paths = quoted.filter(|text| ours.iter().any(|folder| text.starts_with(folder)));
    paths.filter(|path| !exists(path.trim_end_matches('/'))).map(|path| format!("{path} does not exist.")).collect()
}

#[test]
fn paths_in_the_documents_exist() {
    let exists = |path: &str| root().join(path).exists();
    assert_none(DOCUMENTS.iter().flat_map(|document| broken_paths(&read(document), exists)).collect());
}

#[test]
fn a_path_that_does_not_exist_is_found() {
    assert_eq!(
        broken_paths("see `domain/src/a.rs`, `src/b/` and `x`", |path| path == "src/b"),
        ["domain/src/a.rs does not exist."]
    );
}

#[test]
fn prefixes_of_ids_differ() {
    let mut prefixes = BTreeSet::new();
    let repeated = domain::ids::PREFIXES.iter().filter(|prefix| !prefixes.insert(**prefix));
    assert_none(repeated.map(|prefix| format!("{prefix}_ stands for two things.")).collect());
}

/// Names in calls such as `counter!("name"`.
fn metric_names(sources: &[Source]) -> BTreeSet<String> {
    let production = sources.iter().filter(|source| !source.is_test && !source.path.starts_with("src/telemetry/"));
    let calls = production.flat_map(|source| {
        ["counter!(", "gauge!(", "histogram!("].into_iter().flat_map(|call| source.text.split(call).skip(1))
    });
    calls.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next()).map(str::to_owned).collect()
}

#[test]
fn metrics_in_the_sources_and_in_the_list_are_the_same() {
    let used = metric_names(all());
    let listed: BTreeSet<_> = METRICS.iter().map(|metric| metric.name.to_owned()).collect();
    let unlisted = used.difference(&listed).map(|name| format!("{name} is not in src/telemetry/metrics.rs."));
    let unused = listed.difference(&used).map(|name| format!("{name} is listed, but nothing reports it."));
    assert_none(unlisted.chain(unused).collect());
}

#[test]
fn the_names_of_metrics_are_found() {
    let source = Source::new(
        "workers/src/a.rs",
        "metrics::counter!(\"a_total\", \"b\" => c); histogram!(\n    \"d_seconds\").record(1.0);",
    );
    assert_eq!(metric_names(&[source]), BTreeSet::from(["a_total".to_owned(), "d_seconds".to_owned()]));
}
