//! Opens the thread of a conversation: its first post, which names the contact.

use domain::{Result, conversations, ids::ConversationId, outbox::Lease};

use super::{Turn, place};
use crate::Workers;

pub(super) async fn run(workers: &Workers, lease: &Lease, id: ConversationId) -> Result<Turn> {
    let Some(thread) = conversations::thread(&workers.ctx, id).await? else { return Ok(Turn::done()) };
    let ready = place::ready(workers, lease, &thread).await?;
    Ok(ready.map_or_else(|turn| turn, |_| Turn::done()))
}
