//! The sources of the workspace, read once for all tests that look at them.

use std::{fs, path::Path, sync::LazyLock};

use super::scan;

/// Folders that hold our Rust.
const FOLDERS: &[&str] = &["src", "api", "domain", "migrations", "providers", "sandbox", "workers", "tests"];

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
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Self {
        let code = scan::code_only(text);
        let production = if is_test(path) { String::new() } else { scan::without_tests(&code) };
        Self { path: path.to_owned(), text: text.to_owned(), code, production }
    }

    pub(super) fn is_test(&self) -> bool {
        is_test(&self.path)
    }

    /// Path and line of a place, for a complaint.
    pub(super) fn at(&self, place: usize) -> String {
        format!("{}:{}", self.path, self.text[..place.min(self.text.len())].matches('\n').count() + 1)
    }
}

fn is_test(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path.split('/').any(|folder| folder == "tests") || name == "tests.rs" || name.ends_with("_tests.rs")
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
    paths.iter().map(|path| Source::new(path, &read(path))).collect()
});

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
