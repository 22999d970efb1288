//! The sources of the workspace, read once for all tests that look at them.

use std::{fs, path::Path, sync::LazyLock};

use super::scan;

/// Folders that hold our Rust.
const FOLDERS: &[&str] =
    &["src", "api", "domain", "migrations", "providers", "sandbox", "workers", "tests", "examples"];

/// A Rust file.
pub(super) struct Source {
    /// Path below the root, with `/`.
    pub(super) path: String,
    /// As it stands.
    pub(super) text: String,
    /// Without comments and strings.
    pub(super) code: String,
    /// Without comments, strings and tests; empty for a file of tests.
    pub(super) production: String,
    /// Whether the whole file is there for tests only.
    pub(super) is_test: bool,
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Self {
        let code = scan::code_only(text);
        let is_test = path.split('/').any(|part| part == "tests" || part == "tests.rs" || part.ends_with("_tests.rs"));
        let production = if is_test { String::new() } else { scan::without_tests(&code) };
        Self { path: path.to_owned(), text: text.to_owned(), code, production, is_test }
    }

    /// Where the modules are that this file declares for tests only, without `.rs`.
    fn modules_for_tests(&self) -> impl Iterator<Item = String> {
        let file = self.path.trim_end_matches(".rs");
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
        let folder = if ["lib", "main", "mod"].contains(&name) { folder } else { file };
        let declared = self.code.split("#[cfg(test)]").skip(1);
        let names = declared.filter_map(|rest| rest.trim_start().strip_prefix("mod ")?.split_once(';'));
        names.filter(|(name, _)| !name.contains('{')).map(move |(name, _)| format!("{folder}/{name}"))
    }

    /// Path and line of a place, for a complaint.
    pub(super) fn at(&self, place: usize) -> String {
        format!("{}:{}", self.path, self.text[..place.min(self.text.len())].matches('\n').count() + 1)
    }
}

/// Root of the workspace.
pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file below the root.
pub(super) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

static ALL: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let mut paths = Vec::new();
    for folder in FOLDERS {
        collect(&root().join(folder), folder, &mut paths);
    }
    paths.sort();
    assert!(paths.len() > 50, "only {} sources were found: the tests look in the wrong place", paths.len());
    let mut sources: Vec<_> = paths.iter().map(|path| Source::new(path, &read(path))).collect();
    mark_test_modules(&mut sources);
    sources
});

fn mark_test_modules(sources: &mut [Source]) {
    let modules: Vec<_> = sources.iter().flat_map(Source::modules_for_tests).collect();
    for source in sources {
        let belongs =
            |module: &String| source.path.strip_prefix(module).is_some_and(|rest| rest.starts_with(['.', '/']));
        if modules.iter().any(belongs) {
            source.production.clear();
            source.is_test = true;
        }
    }
}

/// Every Rust file of ours, in the order of their paths.
pub(super) fn all() -> &'static [Source] {
    &ALL
}

fn collect(folder: &Path, name: &str, paths: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{name}: {error}")) {
        let entry = entry.expect("a folder that opens can be read");
        let path = format!("{name}/{}", entry.file_name().to_string_lossy());
        let is_foreign = path.ends_with("/node_modules") || path.ends_with("/target");
        if entry.path().is_dir() && !is_foreign {
            collect(&entry.path(), &path, paths);
        } else if path.ends_with(".rs") {
            paths.push(path);
        }
    }
}

#[test]
fn files_that_are_declared_for_tests_only_are_known() {
    let mut sources = [
        Source::new("a/src/lib.rs", "#[cfg(test)]\nmod oracle;\nmod real;\n#[cfg(test)]\nmod inline { mod x; }"),
        Source::new("a/src/oracle.rs", "fn a() {}"),
        Source::new("a/src/real.rs", "#[cfg(test)]\nmod deep;"),
        Source::new("a/src/real/deep/mod.rs", "fn b() {}"),
    ];
    mark_test_modules(&mut sources);
    assert_eq!(sources.map(|source| source.is_test), [false, true, false, true]);
}
