//! Shows a message in its thread.

use domain::{
    Result,
    contracts::chat::Place,
    ids::MessageId,
    messages,
    outbox::{Lease, Settlement, park_key},
};

use super::{Turn, posting};
use crate::Workers;

pub(super) async fn run(workers: &Workers, lease: &Lease, id: MessageId) -> Result<Turn> {
    let ctx = &workers.ctx;
    let Some(posting) = messages::to_post(ctx, id).await? else { return Ok(Turn::done()) };
    let conversation = &posting.thread.conversation;
    let (Some(channel), Some(thread)) = (conversation.channel_id.clone(), conversation.thread_ts.clone()) else {
        let on = park_key::thread(conversation.id);
        return Ok(Turn::End(Settlement::Park { on, why: "its thread could not be opened yet".to_owned() }));
    };
    let place = Place { channel, thread: Some(thread) };
    match posting::post_once(workers, lease, &place, &posting.post).await? {
        Ok(at) => {
            messages::posted(ctx, lease, id, &at).await?;
            Ok(Turn::Settled)
        }
        Err(turn) => Ok(turn),
    }
}
