//! Where a conversation is in the chat: in a thread of the shared channel, or in a channel of its own. It keeps both, so that it can move, and every
//! place that it ever had still leads to it.

mod channel_name;
mod lost;
mod moving;
mod posts;
mod signposts;
pub(super) mod store;

pub use channel_name::{digits_name, name_of};
pub(crate) use lost::{channel_back, channel_lost};
pub use lost::{channel_gone, fallback_told, is_left, route_to, shared_channel_chosen, wait_for_channel};
pub use moving::{Opening, channel_made, channel_refused, opening, stepped};
pub(crate) use moving::{ask_for_channel, begin_channel, move_back, stay_in_thread};
pub use posts::fallback_note;
pub(crate) use posts::{moved_notice, thread_of, transcript_posts};
pub use signposts::signpost_stands;

use super::{Conversation, Placement, store as rows};
use crate::{
    Ctx, Result, Tx,
    contracts::chat::{Place, PostRef},
    ids::{ConversationId, WorkspaceId},
};

impl Conversation {
    /// Where it goes on in the chat; none before its thread or channel stands.
    pub fn place(&self) -> Option<Place> {
        match &self.own_channel_id {
            Some(channel) if self.is_direct() => Some(Place { channel: channel.clone(), thread: None }),
            _ => self.thread(),
        }
    }

    /// Whether it is in a channel of its own, which stands.
    pub fn is_direct(&self) -> bool {
        self.placement == Placement::DirectChannel && self.own_channel_id.is_some()
    }

    /// The post that names the contact, where it goes on.
    pub fn head(&self) -> Option<PostRef> {
        let (channel, ts) = match self.is_direct() {
            true => (&self.own_channel_id, &self.own_head_ts),
            false => (&self.channel_id, &self.thread_ts),
        };
        Some(PostRef { channel: channel.clone()?, ts: ts.clone()? })
    }

    /// The first post of the other place that it has, which it has left; none when there is none, or its channel is gone.
    pub fn left_head(&self) -> Option<PostRef> {
        let (channel, ts) = match self.is_direct() {
            true => (&self.channel_id, &self.thread_ts),
            false if self.is_own_channel_lost => return None,
            false => (&self.own_channel_id, &self.own_head_ts),
        };
        Some(PostRef { channel: channel.clone()?, ts: ts.clone()? })
    }

    /// Its thread in the shared channel, when it has one.
    pub fn thread(&self) -> Option<Place> {
        let channel = self.channel_id.clone()?;
        self.thread_ts.clone().map(|ts| Place { channel, thread: Some(ts) })
    }

    /// Whether what is written there belongs to it now. In a channel of its own that is everything, threads too.
    pub fn is_at(&self, channel: &str, thread: Option<&str>) -> bool {
        match self.is_direct() {
            true => self.own_channel_id.as_deref() == Some(channel),
            false => {
                thread.is_some() && self.channel_id.as_deref() == Some(channel) && self.thread_ts.as_deref() == thread
            }
        }
    }

    /// Whether its own channel is gone and the next sender chooses where it goes on.
    pub fn must_choose(&self) -> bool {
        self.is_own_channel_lost
    }
}

/// The conversation of a thread or of a channel, also of one that it has left: see [`Conversation::is_at`].
pub(crate) async fn at(
    tx: &Tx,
    workspace: WorkspaceId,
    channel: &str,
    thread: Option<&str>,
) -> Result<Option<Conversation>> {
    if let Some(ts) = thread {
        if let Some(found) = rows::by_thread(tx, workspace, channel, ts).await? {
            return Ok(Some(found));
        }
        if let Some(id) = store::by_past_thread(tx, workspace, channel, ts).await? {
            return rows::by_id(tx, id).await;
        }
    }
    match store::direct_by_channel(tx, workspace, channel).await? {
        Some(direct) => rows::by_id(tx, direct.conversation_id).await,
        None => Ok(None),
    }
}

/// Every place that conversations of a workspace have or had.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn all(ctx: &Ctx, workspace: WorkspaceId) -> Result<Vec<(ConversationId, Place)>> {
    let db = ctx.database.reader();
    let whole = |channel: String| Place { channel, thread: None };
    let directs = store::directs_of(db, workspace).await?;
    let mut places: Vec<_> = directs.into_iter().map(|row| (row.conversation_id, whole(row.channel_id))).collect();
    let past = store::past_threads_of(db, workspace).await?;
    places.extend(past.into_iter().map(|(id, channel, ts)| (id, Place { channel, thread: Some(ts) })));
    Ok(places)
}
