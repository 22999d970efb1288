//! What a workspace uses: a ledger keyed by workspace and calendar month. Nothing is ever reset, so the allowance renews even when no worker
//! runs. The counter of a month is the sum of its entries and moves with them in one transaction; a text is consumed whole or not at all.

mod month;
mod ops;
pub(crate) mod store;

pub use month::Month;
pub(crate) use ops::{Consumption, consume, give_back, is_contended, left, renews_at, revise};
pub use ops::{
    Sum, count_entries, count_periods, current, current_of, day_of, entries, entry_by_id, grant, period, periods, span,
    sums,
};
pub use store::{EntryRow as Entry, MonthRow as Period};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meter {
    /// Segments of text.
    Segments,
    /// Texts with attachments.
    Mms,
}

crate::codes!(Meter { Segments = "segments", Mms = "mms" });

impl Period {
    /// Segments that the month allows.
    pub fn limit(&self) -> i64 {
        self.included + self.granted
    }

    /// Segments that are left.
    pub fn remaining(&self) -> i64 {
        (self.limit() - self.used).max(0)
    }
}
