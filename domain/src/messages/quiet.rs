//! Quiet hours of new and scheduled texts: one that would wake somebody waits until it would not, and its author may send it all the same. An answer is
//! exempt: what is written in a conversation, and a text to somebody who wrote within the day before it.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Message, outbound::Draft, store};
use crate::{
    Ctx, Result, Tx, sending,
    sms::quiet_hours::{self, Wait},
};

/// How long after a text of the contact a conversation is live.
const LIVE: TimeDelta = TimeDelta::hours(24);

/// How a text stands to the quiet hours of who gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuietHours {
    /// It keeps them.
    Kept,
    /// It waits for their end, later than was wished.
    PutOff,
    /// Its author wishes that it goes out all the same.
    Ignored,
}

crate::codes!(QuietHours { Kept = "kept", PutOff = "put_off", Ignored = "ignored" });

/// When a text goes out that is wished for a time, or for now: none for now.
pub(super) async fn placed(
    ctx: &Ctx,
    tx: &Tx,
    draft: &Draft,
    (wished, is_ignored): (Option<DateTime<Utc>>, bool),
) -> Result<(Option<DateTime<Utc>>, QuietHours)> {
    if is_ignored {
        return Ok((wished, QuietHours::Ignored));
    }
    Ok(match wait(ctx, tx, draft, wished.unwrap_or_else(|| ctx.now())).await? {
        Some(wait) => (Some(wait.until), QuietHours::PutOff),
        None => (wished, QuietHours::Kept),
    })
}

/// How long a text has to wait that would come at an instant; none when it need not.
pub(super) async fn wait(ctx: &Ctx, tx: &Tx, draft: &Draft, at: DateTime<Utc>) -> Result<Option<Wait>> {
    let Some(wait) = draft.contact.number().and_then(|number| quiet_hours::wait(&number, at)) else { return Ok(None) };
    let is_exempt = !sending::of_in(ctx, tx, draft.workspace.id).await?.keeps_quiet_hours
        || store::messages::has_inbound_since(tx, draft.conversation.id, at - LIVE).await?;
    Ok((!is_exempt).then_some(wait))
}

impl Message {
    /// Whether it waits for the end of the quiet hours of who gets it.
    pub fn is_put_off(&self) -> bool {
        self.status == super::Status::Scheduled && self.quiet_hours == QuietHours::PutOff
    }
}
