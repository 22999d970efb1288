//! What the carrier reports on a text of ours. Reports come in any order and any number; a status never goes back. A report may come before the
//! answer to our own request is stored: our reference in it tells which message it is, and the carrier's id is kept from it.

use super::{Status, outbound, store, store::messages::StatusChange};
use crate::{Ctx, Result, Tx, contracts::inbound::DeliveryReport};

/// What a report came to.
pub(crate) enum Reported {
    /// It moved the message on, or said nothing new.
    Done(&'static str),
    /// No message is known by it yet.
    Unknown,
}

/// Takes a report in.
pub(crate) async fn report(ctx: &Ctx, tx: &Tx, report: &DeliveryReport) -> Result<Reported> {
    let by_carrier = store::messages::by_carrier_id(tx, &report.carrier_id).await?;
    let reference = report.reference.as_deref().and_then(|reference| reference.parse().ok());
    let message = match (by_carrier, reference) {
        (Some(message), _) => message,
        (None, Some(id)) => match store::messages::by_id(tx, id).await? {
            // The answer to our request may have been stored a moment ago.
            Some(message) if message.carrier_id.as_ref().is_none_or(|known| *known == report.carrier_id) => message,
            _ => return Ok(Reported::Unknown),
        },
        (None, None) => return Ok(Reported::Unknown),
    };
    let change = StatusChange {
        to: Status::from_delivery(report.status),
        carrier_id: Some(report.carrier_id.clone()),
        failure: report.failure.clone(),
    };
    if store::messages::advance(ctx, tx, message.id, change).await? {
        outbound::advanced(ctx, tx, message.id).await?;
        return Ok(Reported::Done("message moved on"));
    }
    Ok(Reported::Done("nothing new"))
}
