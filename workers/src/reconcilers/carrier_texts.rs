//! Compares the carrier's list of texts with ours. A text whose webhook never reached us is taken in like any other, marked with the time at which it
//! came, and counted as a gap: without faults there are none.

use chrono::TimeDelta;
use domain::{
    Error, Result,
    contracts::{Answer, inbound::Envelope},
    inbox,
    schedules::Turn,
};

use super::Report;
use crate::Workers;

pub(super) const NAME: &str = "carrier.texts";

/// A text this young may still be told by its webhook: the carrier waits 15 s for us.
const SETTLED_AFTER: TimeDelta = TimeDelta::seconds(20);

/// How far a run looks back behind the one before it, for lists that are late themselves.
const OVERLAP: TimeDelta = TimeDelta::minutes(10);

pub(super) async fn run(workers: &Workers, turn: Turn) -> Result<Report> {
    let ctx = &workers.ctx;
    let window = TimeDelta::from_std(workers.settings.carrier_window).unwrap_or(TimeDelta::hours(48));
    let oldest = ctx.now() - window;
    let since = turn.last_run_at.map_or(oldest, |last| (last - OVERLAP).max(oldest));
    let listed = match workers.carrier.list_received(since, ctx.now() - SETTLED_AFTER).await {
        Ok(Answer::Done(listed)) => listed,
        Ok(Answer::Refused(refusal)) => return Err(away(format!("refused with code {}", refusal.code))),
        Err(error) => return Err(away(error.to_string())),
    };
    let count = listed.len();
    let envelopes: Vec<Envelope> = listed;
    let gap = inbox::accept_found(ctx, &envelopes).await?;
    if gap > 0 {
        metrics::counter!("clerk_gap_found_total", "reconciler" => NAME).increment(gap as u64);
        tracing::warn!(gap, "took in texts whose webhooks never reached us");
    }
    Ok(format!("{count} texts compared, {gap} were missing and taken in."))
}

fn away(why: String) -> Error {
    Error::Unavailable { what: "carrier", why }
}
