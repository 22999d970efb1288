//! Finds a number for someone who asked for one in the chat, and claims it.

use domain::{
    Error, Result,
    contracts::{Answer, carrier::NumberWish, chat::Place},
    ids::WorkspaceId,
    numbers,
    outbox::Lease,
};

use super::{Turn, asking};
use crate::Workers;

pub(super) async fn run(
    workers: &Workers,
    lease: &Lease,
    workspace: WorkspaceId,
    wish: &NumberWish,
    asked: Option<&(String, Option<Place>)>,
) -> Result<Turn> {
    let ctx = &workers.ctx;
    let found = match workers.carrier.search_numbers(wish).await {
        Ok(Answer::Done(found)) => found,
        Ok(Answer::Refused(refusal)) => {
            numbers::find_refused(ctx, lease, workspace, asked, refusal.reason.sentence()).await?;
            return Ok(Turn::Settled);
        }
        Err(error) => return Ok(asking::repeatable(error)),
    };
    match numbers::claim_found(ctx, lease, workspace, &found).await {
        Ok(true) => {}
        Ok(false) => {
            numbers::find_refused(
                ctx,
                lease,
                workspace,
                asked,
                "The carrier has no such number for sale now. Try again later.",
            )
            .await?
        }
        Err(refusal @ (Error::PlanLimit { .. } | Error::Invalid { .. } | Error::CountryNotEnabled { .. })) => {
            numbers::find_refused(ctx, lease, workspace, asked, &refusal.to_string()).await?;
        }
        Err(error) => return Err(error),
    }
    Ok(Turn::Settled)
}
