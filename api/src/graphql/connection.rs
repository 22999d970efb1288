//! Connections: lists that can grow, forward only, by cursors of the domain. One macro makes them all, so that every list has the same four fields
//! with the same words, and the total is counted only where it is selected.

use std::sync::Arc;

use async_graphql::{Result, SimpleObject};
use domain::{
    Error,
    error::InvalidReason,
    page::{Page, PageRequest},
};
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};

/// Most items of a page.
pub(super) const PAGE_MAX: i32 = 100;

/// Points of a query at which adding more makes no difference: far above the limit.
const POINTS_MAX: usize = 1_000_000;

/// Where a page of a connection lies.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub(crate) struct PageInfo {
    /// Whether there are items before this page.
    has_previous_page: bool,
    /// Whether there are items after this page.
    has_next_page: bool,
    /// Cursor of the first item; null on an empty page.
    start_cursor: Option<String>,
    /// Cursor of the last item, for the next `after`; null on an empty page.
    end_cursor: Option<String>,
}

/// The total, counted once it is asked for, and then once.
type Total = Shared<BoxFuture<'static, Result<u64, Arc<Error>>>>;

/// A page on its way into a connection.
pub(crate) struct Listing<T> {
    pub(super) items: Vec<(String, T)>,
    pub(super) info: PageInfo,
    pub(super) total: Total,
}

impl<T> Listing<T> {
    /// A page that was found for a request; `count` runs when the total is selected.
    pub(super) fn new(
        request: &PageRequest,
        page: Page<T>,
        count: impl Future<Output = domain::Result<u64>> + Send + 'static,
    ) -> Self {
        let info = PageInfo {
            has_previous_page: request.after.is_some(),
            has_next_page: page.has_next,
            start_cursor: page.items.first().map(|(cursor, _)| cursor.clone()),
            end_cursor: page.items.last().map(|(cursor, _)| cursor.clone()),
        };
        Self { items: page.items, info, total: count.map(|count| count.map_err(Arc::new)).boxed().shared() }
    }
}

impl<T> Listing<T> {
    /// A page of a list that has nothing in it.
    pub(super) fn nothing(request: &PageRequest) -> Self {
        Self::new(request, Page { items: Vec::new(), has_next: false }, async { Ok(0) })
    }
}

/// The page that was asked for.
pub(super) fn page(first: i32, after: Option<String>) -> Result<PageRequest> {
    if !(1..=PAGE_MAX).contains(&first) {
        let message = format!("`first` is 1 to {PAGE_MAX}.");
        return Err(Error::invalid("first", InvalidReason::Invalid, message).into());
    }
    Ok(PageRequest { first: u64::from(first.unsigned_abs()), after })
}

/// Points of a page: `first` times what one item costs. It is asked before `first` is checked, so it takes any number.
pub(super) fn points(first: i32, of_one: usize) -> usize {
    let first = usize::try_from(first.clamp(1, PAGE_MAX)).unwrap_or(1);
    first.saturating_mul(of_one).saturating_add(1).min(POINTS_MAX)
}

/// Makes the types of a connection.
macro_rules! connection {
    ($(#[$doc:meta])+ $connection:ident, $(#[$edge_doc:meta])+ $edge:ident: $node:ident) => {
        $(#[$doc])+
        pub(crate) struct $connection {
            info: $crate::graphql::connection::PageInfo,
            edges: Vec<$edge>,
            total: futures_util::future::Shared<
                futures_util::future::BoxFuture<'static, Result<u64, std::sync::Arc<domain::Error>>>,
            >,
        }

        $(#[$edge_doc])+
        #[derive(async_graphql::SimpleObject)]
        pub(crate) struct $edge {
            /// Cursor of the item, for `after`.
            cursor: String,
            /// The item.
            node: $node,
        }

        $(#[$doc])+
        #[async_graphql::Object]
        impl $connection {
            /// Where the page lies.
            async fn page_info(&self) -> &$crate::graphql::connection::PageInfo {
                &self.info
            }

            /// Items with their cursors.
            async fn edges(&self) -> &[$edge] {
                &self.edges
            }

            /// Items alone.
            async fn nodes(&self) -> Vec<&$node> {
                self.edges.iter().map(|edge| &edge.node).collect()
            }

            /// How many there are on all pages.
            async fn total_count(&self) -> async_graphql::Result<i32> {
                Ok($crate::graphql::scalars::int(self.total.clone().await?))
            }
        }

        impl From<$crate::graphql::connection::Listing<$node>> for $connection {
            fn from(listing: $crate::graphql::connection::Listing<$node>) -> Self {
                let edges = listing.items.into_iter().map(|(cursor, node)| $edge { cursor, node }).collect();
                Self { info: listing.info, edges, total: listing.total }
            }
        }
    };
}

pub(super) use connection;
