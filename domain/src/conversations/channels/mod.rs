//! Channels in which the texts of a number are read and answered: its shared channel, and those of its conversations. What goes out of each is its
//! own setting.

mod store;

use crate::{
    Ctx, Result,
    ids::NumberId,
    numbers::Number,
    page::{Page, PageRequest},
    workspaces::KnownChannel,
};

/// Channels of a number, by their ids.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn channels_of(ctx: &Ctx, number: &Number, page: &PageRequest) -> Result<Page<KnownChannel>> {
    store::of_number(ctx.database.reader(), number, page).await
}

/// How many channels a number has.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn count_channels_of(ctx: &Ctx, number: NumberId) -> Result<u64> {
    store::count_of_number(ctx.database.reader(), number).await
}
