//! The two ways out for people. A closed pipe (`clerk schema | head`) is no mistake of ours, so what cannot be written is dropped.

use std::io::{self, Write};

/// Writes a line of the answer.
pub(super) fn say(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Writes a line that is not part of the answer: what goes wrong, or a remark.
pub(super) fn complain(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
