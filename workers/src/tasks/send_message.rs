//! Hands a text to the carrier, exactly once. A send whose answer was lost is never repeated blindly: the carrier's list is read, and a text found
//! there is adopted. When it is not found in the end, nobody sends it again but a person.

use chrono::TimeDelta;
use domain::{
    Result,
    contracts::{
        Answer, CallError,
        carrier::{CarrierRefusal, FailureReason, OutboundText},
    },
    ids::MessageId,
    messages,
    outbox::{self, Lease, Settlement},
};

use super::Turn;
use crate::Workers;

/// How far before the call a read-back looks, for clocks that differ.
const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(30);

/// How long a text waits for a carrier that is away, before its author is told.
const PATIENCE: TimeDelta = TimeDelta::hours(1);

pub(super) async fn run(workers: &Workers, lease: &Lease, id: MessageId) -> Result<Turn> {
    let ctx = &workers.ctx;
    let Some(text) = messages::to_send(ctx, id).await? else { return Ok(Turn::done()) };
    if lease.is_ambiguous {
        return read_back(workers, lease, id, &text).await;
    }
    outbox::calling(ctx, lease).await?;
    match workers.carrier.send(&text).await {
        Ok(Answer::Done(sent)) => messages::sent(ctx, lease, id, &sent).await?,
        Ok(Answer::Refused(refusal)) => messages::refused(ctx, lease, id, &refusal).await?,
        Err(CallError::Throttled { wait }) => return Ok(Turn::End(Settlement::Throttled { wait })),
        Err(CallError::Unavailable { .. }) if ctx.now() - lease.created_at > PATIENCE => {
            let away = CarrierRefusal { code: "carrier_away".to_owned(), reason: FailureReason::Unknown };
            messages::refused(ctx, lease, id, &away).await?;
        }
        Err(CallError::Unavailable { why }) => return Ok(Turn::End(Settlement::Retry { why })),
        Err(CallError::Ambiguous { why }) => return Ok(again(workers, 0, &why)),
    }
    Ok(Turn::Settled)
}

async fn read_back(workers: &Workers, lease: &Lease, id: MessageId, text: &OutboundText) -> Result<Turn> {
    let ctx = &workers.ctx;
    let since = lease.called_at.unwrap_or(lease.created_at) - CLOCK_SKEW;
    let why = match workers.carrier.find_sent(text, since).await {
        Ok(Answer::Done(found)) => match messages::adoptable(ctx, found).await? {
            Some(sent) => {
                messages::sent(ctx, lease, id, &sent).await?;
                return Ok(Turn::Settled);
            }
            None => "the carrier does not list the text".to_owned(),
        },
        Ok(Answer::Refused(refusal)) => format!("the carrier's list could not be read ({})", refusal.code),
        Err(CallError::Throttled { wait }) => return Ok(Turn::End(Settlement::Throttled { wait })),
        Err(error) => format!("the carrier's list could not be read: {error}"),
    };
    let next = usize::try_from(lease.read_back_count + 1).unwrap_or(usize::MAX);
    if next < workers.settings.send_read_backs.len() {
        return Ok(again(workers, next, &why));
    }
    messages::unconfirmed(ctx, lease, id, &why).await?;
    Ok(Turn::Settled)
}

fn again(workers: &Workers, read_back: usize, why: &str) -> Turn {
    let pause = workers.settings.send_read_backs.get(read_back).and_then(|pause| TimeDelta::from_std(*pause).ok());
    let read_back_at = workers.ctx.now() + pause.unwrap_or(TimeDelta::minutes(1));
    Turn::End(Settlement::Ambiguous { read_back_at, why: why.to_owned() })
}
