//! Gives a number back to the carrier. Giving back twice does no harm.

use domain::{
    Result,
    contracts::Answer,
    ids::NumberId,
    numbers,
    outbox::{self, Lease, Settlement},
};

use super::{Turn, asking};
use crate::Workers;

pub(super) async fn run(workers: &Workers, lease: &Lease, id: NumberId) -> Result<Turn> {
    let ctx = &workers.ctx;
    let Some(number) = numbers::find(ctx, &[id]).await?.pop() else { return Ok(Turn::done()) };
    if let Some(carrier_id) = &number.carrier_id {
        outbox::calling(ctx, lease).await?;
        match workers.carrier.release_number(carrier_id).await {
            Ok(Answer::Done(())) => {}
            Ok(Answer::Refused(refusal)) => {
                let why = format!("the carrier does not take the number back ({})", refusal.code);
                return Ok(Turn::End(Settlement::GiveUp { why }));
            }
            Err(error) => return Ok(asking::repeatable(error)),
        }
    }
    numbers::released(ctx, lease, id).await?;
    Ok(Turn::Settled)
}
