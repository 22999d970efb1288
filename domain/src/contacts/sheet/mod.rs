//! Contacts as a file of lines and cells (CSV): what the columns are called, how a file is read, and how one is written. What was written can be read
//! again and says the same. Pure: nothing here looks at the database.

mod cells;
mod columns;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub(super) use columns::Column;
pub use read::Fault;
pub(crate) use read::{MOST_BYTES, MOST_LINES, Reading, Row, Sheet, read, text, too_large};
pub(super) use write::{Line, consents, contacts};
