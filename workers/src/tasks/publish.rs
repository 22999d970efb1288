//! Posts something of ours: a greeting, an announcement, a note in a thread.

use domain::{
    Result,
    contracts::chat::{Place, Post},
    conversations,
    ids::ConversationId,
    outbox::{Lease, Settlement, park_key},
};

use super::{Turn, posting};
use crate::Workers;

pub(super) async fn run(workers: &Workers, lease: &Lease, place: &Place, post: &Post) -> Result<Turn> {
    match posting::post_once(workers, lease, place, post).await? {
        Ok(_) => Ok(Turn::done()),
        Err(turn) => Ok(turn),
    }
}

pub(super) async fn run_in_thread(workers: &Workers, lease: &Lease, id: ConversationId, post: &Post) -> Result<Turn> {
    let Some(thread) = conversations::thread(&workers.ctx, id).await? else { return Ok(Turn::done()) };
    let (Some(channel), Some(ts)) = (thread.conversation.channel_id, thread.conversation.thread_ts) else {
        return Ok(Turn::End(Settlement::Park {
            on: park_key::thread(id),
            why: "its thread could not be opened yet".to_owned(),
        }));
    };
    run(workers, lease, &Place { channel, thread: Some(ts) }, post).await
}
