//! Opens the thread of a conversation: its first post, which names the contact.

use domain::{
    Result,
    contracts::chat::Place,
    conversations,
    ids::ConversationId,
    outbox::{Lease, Settlement, park_key},
};

use super::{Turn, posting};
use crate::Workers;

pub(super) async fn run(workers: &Workers, lease: &Lease, id: ConversationId) -> Result<Turn> {
    let ctx = &workers.ctx;
    let Some(thread) = conversations::thread(ctx, id).await? else { return Ok(Turn::done()) };
    if thread.conversation.thread_ts.is_some() {
        return Ok(Turn::done());
    }
    let Some(channel) = thread.channel.clone() else {
        let on = park_key::shared_channel(thread.number.workspace_id);
        return Ok(Turn::End(Settlement::Park { on, why: "the workspace has no shared channel yet".to_owned() }));
    };
    let post = conversations::parent(&thread.conversation, &thread.contact, &thread.number);
    let place = Place { channel, thread: None };
    match posting::post_once(workers, lease, &place, &post).await? {
        Ok(at) => {
            conversations::thread_opened(ctx, lease, id, &at).await?;
            Ok(Turn::Settled)
        }
        Err(turn) => Ok(turn),
    }
}
