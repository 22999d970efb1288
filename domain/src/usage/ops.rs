//! Counting texts, granting more, and telling what was used.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{Entry, Meter, Month, Period, store};
use crate::{
    By, Ctx, Error, Result, Tx,
    audit::{self, Deed},
    catalog,
    error::{InvalidReason, LimitReached},
    ids::{MessageId, NumberId, UsageEntryId, UsagePeriodId, WorkspaceId},
    page::{Page, PageRequest},
    workspaces::{self, Workspace},
};

/// Most segments of one grant.
const LARGEST_GRANT: i64 = 10_000_000;

/// What is unavailable when another text took the last segments at the same time.
const CONTENDED: &str = "allowance";

/// Entry that takes back what a message had used that was not sent.
const REFUSED: &str = "not sent";

/// What a message uses.
pub(crate) struct Consumption {
    pub(crate) message: MessageId,
    pub(crate) number: NumberId,
    pub(crate) direction: &'static str,
    pub(crate) segments: i64,
    pub(crate) is_mms: bool,
    pub(crate) at: DateTime<Utc>,
}

/// Zone in which the months of a workspace begin.
fn zone(workspace: &Workspace) -> Tz {
    workspace.time_zone.parse().unwrap_or(Tz::UTC)
}

/// Counts a message whole, or refuses it whole and counts nothing. The sum of the month is one row for which all texts of a workspace queue,
/// so it is changed at the very end: a transaction counts one message.
///
/// # Errors
/// [`Error::LimitReached`] when the segments are not left.
pub(crate) async fn consume(ctx: &Ctx, tx: &Tx, workspace: &Workspace, what: &Consumption) -> Result<()> {
    let month = Month::of(what.at, zone(workspace));
    let row = match store::month(tx, workspace.id, month).await? {
        Some(row) => row,
        None => opened(ctx, tx, workspace, month).await?,
    };
    if row.remaining() < what.segments {
        return Err(limit_reached(workspace, &row, what.segments));
    }
    for (meter, used) in [(Meter::Segments, what.segments), (Meter::Mms, i64::from(what.is_mms))] {
        if used > 0 {
            let counted = Entry { meter, used, ..entry(ctx, workspace.id, month, what) };
            store::insert(tx, &counted).await?;
        }
    }
    tx.at_the_end(store::use_up(workspace.id, month, what.segments), contended());
    Ok(())
}

fn contended() -> Error {
    Error::Unavailable { what: CONTENDED, why: "another text took the last segments at the same time".to_owned() }
}

/// Whether another text took the last segments at the same time. Tried once more, it is refused in order.
pub(crate) fn is_contended(error: &Error) -> bool {
    matches!(error, Error::Unavailable { what: CONTENDED, .. })
}

async fn opened(ctx: &Ctx, tx: &Tx, workspace: &Workspace, month: Month) -> Result<Period> {
    store::open(ctx, tx, workspace.id, month, catalog::plan(&workspace.plan).included_segments).await?;
    store::month(tx, workspace.id, month).await?.ok_or(Error::NotFound { what: "month" })
}

/// The entry of a message, before it is known what it counts for.
fn entry(ctx: &Ctx, workspace: WorkspaceId, month: Month, what: &Consumption) -> Entry {
    Entry {
        id: ctx.id(),
        workspace_id: workspace,
        month,
        meter: Meter::Segments,
        used: 0,
        granted: 0,
        source_id: Some(what.message.to_string()),
        direction: Some(what.direction.to_owned()),
        number_id: Some(what.number),
        reason: None,
        created_at: what.at,
    }
}

fn limit_reached(workspace: &Workspace, row: &Period, wanted: i64) -> Error {
    let resets_at = row.month.next().starts_at(zone(workspace));
    Error::LimitReached(LimitReached { used: row.used, limit: row.limit(), wanted, resets_at })
}

/// Takes back what a message had used that was not sent. Once; a message that used nothing gives nothing back.
pub(crate) async fn give_back(ctx: &Ctx, tx: &Tx, message: MessageId) -> Result<()> {
    for meter in Meter::all() {
        let entries = store::of_source(tx, &message.to_string(), *meter).await?;
        let used: i64 = entries.iter().map(|entry| entry.used).sum();
        if let Some(first) = entries.first().filter(|_| used > 0) {
            let correction = corrected(ctx, first, -used, REFUSED.to_owned());
            store::insert(tx, &correction).await?;
            let segments = if *meter == Meter::Segments { correction.used } else { 0 };
            store::add(tx, first.workspace_id, first.month, segments, 0).await?;
        }
    }
    Ok(())
}

fn corrected(ctx: &Ctx, entry: &Entry, used: i64, reason: String) -> Entry {
    Entry { id: ctx.id(), used, reason: Some(reason), created_at: ctx.now(), ..entry.clone() }
}

/// Counts a message anew that was changed before it was sent.
///
/// # Errors
/// [`Error::LimitReached`] when it has become longer than what is left.
pub(crate) async fn revise(ctx: &Ctx, tx: &Tx, workspace: &Workspace, message: MessageId, segments: i64) -> Result<()> {
    let entries = store::of_source(tx, &message.to_string(), Meter::Segments).await?;
    let Some(first) = entries.first() else { return Ok(()) };
    let more = segments - entries.iter().map(|entry| entry.used).sum::<i64>();
    if more == 0 {
        return Ok(());
    }
    let row = store::month(tx, workspace.id, first.month).await?.ok_or(Error::NotFound { what: "month" })?;
    if row.remaining() < more {
        return Err(limit_reached(workspace, &row, segments));
    }
    store::insert(tx, &corrected(ctx, first, more, format!("edited {}", entries.len()))).await?;
    tx.at_the_end(store::use_up(workspace.id, first.month, more), contended());
    Ok(())
}

/// When the allowance of a workspace starts again.
pub(crate) fn renews_at(ctx: &Ctx, workspace: &Workspace) -> DateTime<Utc> {
    let zone = zone(workspace);
    Month::of(ctx.now(), zone).next().starts_at(zone)
}

/// What is left of the present month of a workspace, and of how much.
pub(crate) async fn left(ctx: &Ctx, tx: &Tx, workspace: &Workspace) -> Result<(i64, i64)> {
    let month = Month::of(ctx.now(), zone(workspace));
    let row = match store::month(tx, workspace.id, month).await? {
        Some(row) => row,
        None => opened(ctx, tx, workspace, month).await?,
    };
    Ok((row.remaining(), row.limit()))
}

/// Gives a workspace more segments in its current month.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for an amount that cannot be.
pub async fn grant(ctx: &Ctx, by: &By, workspace: WorkspaceId, segments: i64, reason: &str) -> Result<Period> {
    if !(1..=LARGEST_GRANT).contains(&segments) {
        let message = format!("Give 1 to {LARGEST_GRANT} segments.");
        return Err(Error::invalid("segments", InvalidReason::Invalid, message));
    }
    let tx = ctx.database.begin().await?;
    let owner = workspaces::lock(&tx, workspace).await?;
    let month = Month::of(ctx.now(), zone(&owner));
    store::open(ctx, &tx, workspace, month, catalog::plan(&owner.plan).included_segments).await?;
    store::add(&tx, workspace, month, 0, segments).await?;
    let entry = Entry {
        id: ctx.id(),
        workspace_id: workspace,
        month,
        meter: Meter::Segments,
        used: 0,
        granted: segments,
        source_id: None,
        direction: None,
        number_id: None,
        reason: Some(reason.to_owned()),
        created_at: ctx.now(),
    };
    store::insert(&tx, &entry).await?;
    let deed = Deed {
        workspace: Some(workspace),
        action: "usageGrant",
        summary: format!("Gave {segments} segments for {month}."),
        subject: Some(workspace.to_string()),
        changes: serde_json::json!({ "segments": segments, "reason": reason }),
    };
    audit::record(ctx, &tx, by, deed).await?;
    let row = store::month(&tx, workspace, month).await?.ok_or(Error::NotFound { what: "month" })?;
    tx.commit().await?;
    Ok(row)
}

/// The current month of a workspace; one without a text yet stands there with nothing used.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn current(ctx: &Ctx, workspace: &Workspace) -> Result<Period> {
    let month = Month::of(ctx.now(), zone(workspace));
    if let Some(row) = store::month(ctx.database.reader(), workspace.id, month).await? {
        return Ok(row);
    }
    let tx = ctx.database.begin().await?;
    store::open(ctx, &tx, workspace.id, month, catalog::plan(&workspace.plan).included_segments).await?;
    let row = store::month(&tx, workspace.id, month).await?.ok_or(Error::NotFound { what: "month" })?;
    tx.commit().await?;
    Ok(row)
}

/// A month by its id.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn period(ctx: &Ctx, id: UsagePeriodId) -> Result<Option<Period>> {
    store::by_id(ctx.database.reader(), id).await
}

/// Months of a workspace, newest first.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn periods(ctx: &Ctx, workspace: WorkspaceId, page: &PageRequest) -> Result<Page<Period>> {
    store::months(ctx, workspace, page).await
}

/// Entries of a month, newest first: their sums are the numbers that the month shows.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn entries(ctx: &Ctx, period: &Period, meter: Option<Meter>, page: &PageRequest) -> Result<Page<Entry>> {
    store::entries(ctx, period, meter, page).await
}

/// How many months of a workspace there are.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn count_periods(ctx: &Ctx, workspace: WorkspaceId) -> Result<u64> {
    store::count_months(ctx, workspace).await
}

/// How many entries a month has.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn count_entries(ctx: &Ctx, period: &Period, meter: Option<Meter>) -> Result<u64> {
    store::count_entries(ctx, period, meter).await
}

/// An entry by its id.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn entry_by_id(ctx: &Ctx, id: UsageEntryId) -> Result<Option<Entry>> {
    store::entry(ctx.database.reader(), id).await
}

/// The current months of workspaces, as far as they are opened.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn current_of(ctx: &Ctx, workspaces: &[Workspace]) -> Result<Vec<Period>> {
    let wanted: Vec<_> = workspaces.iter().map(|one| (one.id, Month::of(ctx.now(), zone(one)))).collect();
    store::months_of(ctx.database.reader(), &wanted).await
}

/// First instant of a month of a workspace, and the first behind it.
pub fn span(workspace: &Workspace, month: Month) -> (DateTime<Utc>, DateTime<Utc>) {
    let zone = zone(workspace);
    (month.starts_at(zone), month.next().starts_at(zone))
}

/// Day of an instant in the time zone of a workspace.
pub fn day_of(workspace: &Workspace, instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&zone(workspace)).date_naive()
}

/// Sum of some entries of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// What they count for.
    pub meter: Meter,
    /// Whether they are of texts that came in, or that went out; none for grants.
    pub is_inbound: Option<bool>,
    /// Number that they went through.
    pub number: Option<NumberId>,
    /// Day, in the time zone of the workspace.
    pub day: NaiveDate,
    /// Sum of what was used.
    pub used: i64,
    /// How many messages they come from, less those whose use was taken back.
    pub message_count: i64,
}

/// Sums of a month's entries by meter, direction, number and day, oldest first.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn sums(ctx: &Ctx, workspace: &Workspace, period: &Period) -> Result<Vec<Sum>> {
    let days = period.month.days(zone(workspace));
    let starts: Vec<_> = days.iter().map(|(_, start)| *start).collect();
    let rows = store::sums(ctx, period, &starts).await?;
    let sum = |row: store::SumRow| {
        let index = usize::try_from(row.day_index).ok()?;
        Some(Sum {
            meter: row.meter,
            is_inbound: row.direction.map(|direction| direction == "inbound"),
            number: row.number_id,
            day: days.get(index)?.0,
            used: row.used,
            message_count: row.message_count,
        })
    };
    Ok(rows.into_iter().filter_map(sum).collect())
}
