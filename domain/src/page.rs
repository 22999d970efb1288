//! Pages of lists that can grow: forward only, by a cursor that stays right while rows are added.

/// Which page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// How many items, 1 to 100.
    pub first: u64,
    /// Cursor of the item before the page.
    pub after: Option<String>,
}

/// A page.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The items with their cursors.
    pub items: Vec<(String, T)>,
    /// Whether there are items behind it.
    pub has_next: bool,
}

impl PageRequest {
    /// The first page of so many items.
    pub fn first(first: u64) -> Self {
        Self { first, after: None }
    }
}

impl<T> Page<T> {
    /// A page from one row more than was asked for, which only tells that there is more.
    pub fn from_rows(mut rows: Vec<T>, first: u64, cursor: impl Fn(&T) -> String) -> Self {
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        let has_next = rows.len() > first;
        rows.truncate(first);
        Self { items: rows.into_iter().map(|row| (cursor(&row), row)).collect(), has_next }
    }

    /// The same page of something else.
    pub fn map<U>(self, convert: impl Fn(T) -> U) -> Page<U> {
        let items = self.items.into_iter().map(|(cursor, item)| (cursor, convert(item))).collect();
        Page { items, has_next: self.has_next }
    }
}
