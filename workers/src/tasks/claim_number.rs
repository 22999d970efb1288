//! Buys a claimed number. A purchase whose answer was lost is looked for among our numbers at the carrier before it is repeated.

use domain::{
    Result,
    contracts::Answer,
    ids::NumberId,
    numbers,
    outbox::{self, Lease},
};

use super::{Turn, asking};
use crate::Workers;

pub(super) async fn run(workers: &Workers, lease: &Lease, id: NumberId) -> Result<Turn> {
    let ctx = &workers.ctx;
    let Some(number) = numbers::to_buy(ctx, id).await? else { return Ok(Turn::done()) };
    if lease.is_ambiguous {
        match workers.carrier.find_number(&number.e164).await {
            Ok(Answer::Done(Some(held))) => {
                numbers::bought(ctx, lease, &number, &held).await?;
                return Ok(Turn::Settled);
            }
            Ok(Answer::Done(None) | Answer::Refused(_)) => {}
            Err(error) => return Ok(asking::repeatable(error)),
        }
    }
    outbox::calling(ctx, lease).await?;
    match workers.carrier.buy_number(&number.e164).await {
        Ok(Answer::Done(held)) => numbers::bought(ctx, lease, &number, &held).await?,
        Ok(Answer::Refused(refusal)) => numbers::purchase_refused(ctx, lease, &number, &refusal).await?,
        Err(error) => return Ok(asking::post_in_doubt(workers, error)),
    }
    Ok(Turn::Settled)
}
