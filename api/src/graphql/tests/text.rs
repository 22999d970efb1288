//! The schema's text in the repository is the one that the code exports. `UPDATE=1 cargo test -p api schema` writes it anew.

use std::{fs, path::PathBuf};

use super::super::sdl;

/// The file that people read.
fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../schema.graphql")
}

#[expect(clippy::disallowed_methods, reason = "a switch of this test, not of the program")]
fn is_update() -> bool {
    std::env::var("UPDATE").is_ok()
}

#[test]
fn the_schema_file_is_current() {
    let exported = sdl();
    if is_update() {
        fs::write(file(), &exported).expect("the file can be written");
    }
    let written = fs::read_to_string(file()).unwrap_or_default();
    let first_difference = exported.lines().zip(written.lines()).position(|(one, other)| one != other);
    assert!(
        exported == written,
        "schema.graphql differs from line {first_difference:?}; run with UPDATE=1 to write it anew"
    );
}

#[test]
fn the_text_is_a_schema_that_a_parser_reads() {
    async_graphql::parser::parse_schema(sdl()).expect("the exported text is GraphQL");
}
