//! Broadcasts: one text to many, who is left out, and how far its texts are.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use domain::broadcasts;

use super::{
    actor::{self, Actor},
    connection::connection,
    context::Ask,
    phone_number::PhoneNumber,
    scalars::{Instant, int},
};

/// A broadcast.
pub(crate) struct Broadcast(pub(super) broadcasts::Broadcast);

/// One text to many. Its texts are messages; each stands in the conversation of whoever got it.
#[Object]
impl Broadcast {
    /// Id of the broadcast.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Number that it is sent from.
    async fn phone_number(&self, ctx: &Context<'_>) -> Result<PhoneNumber> {
        Ok(PhoneNumber(ctx.must(self.0.number_id, "number").await?))
    }

    /// What it says, with its fields.
    async fn body(&self) -> &str {
        &self.0.body
    }

    /// How far it is.
    async fn status(&self) -> BroadcastStatus {
        BroadcastStatus::of(self.0.status)
    }

    /// Why it stands still; null when it does not.
    async fn pause_reason(&self) -> Option<BroadcastPauseReason> {
        self.0.pause_reason.map(BroadcastPauseReason::from)
    }

    /// How many get it.
    async fn recipient_count(&self) -> i32 {
        self.0.recipient_count
    }

    /// Segments of all its texts.
    async fn segment_count(&self) -> i32 {
        int(self.0.segment_count.unsigned_abs())
    }

    /// How many did not get it from the beginning, by why.
    async fn excluded(&self) -> Vec<BroadcastExclusion> {
        BroadcastExclusion::all(&self.0.excluded.0)
    }

    /// How far its texts are.
    async fn tally(&self, ctx: &Context<'_>) -> Result<BroadcastTally> {
        let tally = broadcasts::tally(ctx.domain(), self.0.id).await?;
        let count = |count: i64| int(count.unsigned_abs());
        Ok(BroadcastTally {
            waiting_count: count(tally.waiting),
            queued_count: count(tally.queued),
            sent_count: count(tally.sent),
            delivered_count: count(tally.delivered),
            failed_count: count(tally.failed),
            skipped_count: count(tally.skipped),
            canceled_count: count(tally.canceled),
            opted_out_count: count(tally.opted_out),
        })
    }

    /// Who began it; null when that is not known any more.
    async fn created_by(&self, ctx: &Context<'_>) -> Result<Option<Actor>> {
        actor::of(ctx, Some(&self.0.author)).await
    }

    /// When it was made.
    async fn created_at(&self) -> Instant {
        Instant(self.0.created_at)
    }

    /// When it was wished to begin; null for at once.
    async fn start_at(&self) -> Option<Instant> {
        self.0.start_at.map(Instant)
    }

    /// When it began; null before.
    async fn started_at(&self) -> Option<Instant> {
        self.0.started_at.map(Instant)
    }

    /// When it ended; null before.
    async fn ended_at(&self) -> Option<Instant> {
        self.0.ended_at.map(Instant)
    }
}

connection! {
    /// Page of broadcasts.
    BroadcastConnection,
    /// Item of a `BroadcastConnection`.
    BroadcastEdge: Broadcast
}

/// How far a broadcast is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum BroadcastStatus {
    /// It begins at a time.
    Scheduled,
    /// It goes out.
    Sending,
    /// It stands still.
    Paused,
    /// It was ended before everybody had it.
    Canceled,
    /// Everybody has it who gets it.
    Completed,
}

impl BroadcastStatus {
    /// One that is only looked at is shown to nobody.
    fn of(status: broadcasts::Status) -> Self {
        match status {
            broadcasts::Status::Draft | broadcasts::Status::Scheduled => Self::Scheduled,
            broadcasts::Status::Sending => Self::Sending,
            broadcasts::Status::Paused => Self::Paused,
            broadcasts::Status::Canceled => Self::Canceled,
            broadcasts::Status::Completed => Self::Completed,
        }
    }
}

/// Why a broadcast stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "broadcasts::PauseReason")]
pub(crate) enum BroadcastPauseReason {
    /// Somebody paused it.
    Member,
    /// The allowance of the month is used up. It goes on by itself when there is room.
    Limit,
    /// The workspace or its number cannot send.
    CannotSend,
}

/// Why somebody does not get a broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "broadcasts::Exclusion")]
pub(crate) enum BroadcastExclusionReason {
    /// They stand in the list more than once.
    Duplicate,
    /// They opted out.
    OptedOut,
    /// They are on the Do Not Disturb list.
    Blocked,
    /// Their number cannot be texted.
    NotTextable,
    /// Numbers of their country are not enabled.
    CountryNotEnabled,
    /// A field of the text has no value for them.
    MissingField,
    /// The text is too long once its fields are filled.
    TooLong,
}

/// How many do not get a broadcast for a reason.
#[derive(SimpleObject)]
pub(crate) struct BroadcastExclusion {
    /// Why.
    reason: BroadcastExclusionReason,
    /// How many.
    count: i32,
}

impl BroadcastExclusion {
    pub(super) fn all(excluded: &[(broadcasts::Exclusion, u64)]) -> Vec<Self> {
        excluded.iter().map(|(why, count)| Self { reason: (*why).into(), count: int(*count) }).collect()
    }
}

/// How far the texts of a broadcast are.
#[derive(SimpleObject)]
pub(crate) struct BroadcastTally {
    /// Not made yet.
    waiting_count: i32,
    /// Wait for the carrier.
    queued_count: i32,
    /// The carrier has them; nobody knows yet whether they arrived.
    sent_count: i32,
    /// Arrived.
    delivered_count: i32,
    /// Did not arrive.
    failed_count: i32,
    /// Left out while it went out, such as those who opted out meanwhile.
    skipped_count: i32,
    /// Not sent, because it was ended.
    canceled_count: i32,
    /// Opted out since they got it.
    opted_out_count: i32,
}
