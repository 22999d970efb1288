//! Telling one member something that nobody else sees: where they did what it is about, or in their direct conversation with the app when that was in
//! no channel.

use super::{Promise, Task, append, team_lane};
use crate::{
    Ctx, Result, Tx,
    contracts::chat::{Part, Place, Post},
    ids::WorkspaceId,
};

/// Who is told, and where.
#[derive(Clone, Debug)]
pub(crate) struct Listener {
    /// The workspace.
    pub(crate) workspace: WorkspaceId,
    /// Its team in the chat.
    pub(crate) team: String,
    /// Id of the member in the chat.
    pub(crate) user: String,
    /// Where they are; none for the home or a window.
    pub(crate) place: Option<Place>,
}

/// Promises to tell a member.
pub(crate) async fn tell(ctx: &Ctx, tx: &Tx, to: &Listener, parts: Vec<Part>) -> Result<()> {
    let post = Post { parts, ..Post::default() };
    let user = to.user.clone();
    let task = match to.place.clone() {
        Some(place) => Task::Whisper { place, user, post },
        None => Task::TellMember { user, post },
    };
    append(ctx, tx, Promise::new(task).of(to.workspace).in_lane(team_lane(&to.team))).await
}
