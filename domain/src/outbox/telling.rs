//! Telling one member something that nobody else sees: where they did what it is about, or in their direct conversation with the app when that was in
//! no channel. The chat may give an address along with what they did, which works also where the app is not. Whoever has the address may speak as the
//! app, so it is kept sealed, from the moment that it comes in until it is called.

use secrecy::SecretString;

use super::{Promise, Task, append, team_lane};
use crate::{
    Ctx, Result, Tx,
    contracts::chat::{Part, Place, Post},
    ids::WorkspaceId,
};

/// What addresses of answers are sealed for.
const SEALED_FOR: &str = "answer_url";

/// Seals the address of an answer.
pub(crate) fn sealed_address(ctx: &Ctx, address: &str) -> String {
    ctx.vault.seal(SEALED_FOR, &address.into())
}

/// The address of an answer; none when it was not sealed here, or long ago under another key: it has expired then.
pub fn answer_address(ctx: &Ctx, sealed: &str) -> Option<SecretString> {
    ctx.vault.open(SEALED_FOR, sealed).ok()
}

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
    answer(ctx, tx, to, None, parts).await
}

/// Promises to tell a member at the sealed address that came with what they did. An answer there cannot be put into a thread.
pub(crate) async fn answer(
    ctx: &Ctx,
    tx: &Tx,
    to: &Listener,
    answer_url: Option<&str>,
    parts: Vec<Part>,
) -> Result<()> {
    let post = Post { parts, ..Post::default() };
    let user = to.user.clone();
    let task = match to.place.clone() {
        Some(place) => {
            let answer_url = answer_url.filter(|_| place.thread.is_none()).map(str::to_owned);
            Task::Whisper { place, user, post, answer_url }
        }
        None => Task::TellMember { user, post },
    };
    append(ctx, tx, Promise::new(task).of(to.workspace).in_lane(team_lane(&to.team))).await
}
