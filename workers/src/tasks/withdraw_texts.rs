//! Withdraws what waits to be sent to a contact who does not want it any more. Nothing of it is a call to the outside.

use domain::{Result, ids::ContactId, messages, outbox::Lease};

use super::Turn;
use crate::Workers;

pub(super) async fn run(workers: &Workers, lease: &Lease, contact: ContactId) -> Result<Turn> {
    messages::withdraw_unwanted(&workers.ctx, lease, contact).await?;
    Ok(Turn::Settled)
}
