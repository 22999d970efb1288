//! The law of ARCHITECTURE.md and the house rules of CONTRIBUTING.md as tests over the sources. A rule that a program does not enforce is
//! kept until somebody is in a hurry.
//!
//! Each rule is a function from sources to complaints, so that beside the real sources it is also given a small bad example: a rule
//! that finds nothing anywhere would otherwise look like one that is kept.

mod crates;
mod documents;
mod functions;
mod house;
mod nouns;
mod places;
mod scan;
mod sources;

/// Fails with all complaints, one on a line.
fn assert_none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}
