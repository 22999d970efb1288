//! Files of a text that is sent later. They are taken over when it is scheduled, because nobody can tell whether they will still be there when it goes
//! out; they are kept however long it waits, and forgotten with it when it is withdrawn.

use chrono::TimeDelta;

use super::{FileState, file_of};
use crate::{
    Ctx, Result, Tx,
    contracts::view::FileRef,
    ids::AttachmentId,
    media::{self, KEPT},
    messages::{Message, outbound, store},
    outbox::{self, Promise, Task},
};

/// How long a file is kept whose text waits: longer than a text can, however often it is put off.
pub(super) const KEPT_WAITING: TimeDelta = TimeDelta::days(10 * 366);

/// Kind of the task that takes a file over.
const TAKE: &str = "media.take";

/// Files of a text, as whoever has them knows them.
pub(in crate::messages) async fn of_waiting(tx: &Tx, message: &Message) -> Result<Vec<FileRef>> {
    Ok(store::attachments::of(tx, &[message.id]).await?.into_iter().map(file_of).collect())
}

/// The time of a text has come: its files are kept as long as those of any other, and one that is not there yet is fetched before the text is handed
/// over.
pub(in crate::messages) async fn going_out(ctx: &Ctx, tx: &Tx, message: &Message) -> Result<()> {
    let rows = store::attachments::of(tx, &[message.id]).await?;
    let ids: Vec<AttachmentId> = rows.iter().map(|row| row.id).collect();
    media::keep_until(tx, &ids, ctx.now() + KEPT).await?;
    for row in rows.iter().filter(|row| row.state == FileState::Waiting) {
        outbox::withdraw(ctx, tx, TAKE, &row.id.to_string()).await?;
        let take = Promise::new(Task::TakeFile { attachment: row.id }).of(message.workspace_id);
        outbox::append(ctx, tx, take.in_order_of(outbound::send_order(message.conversation_id))).await?;
    }
    Ok(())
}

/// A text does not go out after all: its files are forgotten.
pub(in crate::messages) async fn dropped(ctx: &Ctx, tx: &Tx, message: &Message) -> Result<()> {
    let rows = store::attachments::of(tx, &[message.id]).await?;
    for row in rows.iter().filter(|row| row.state == FileState::Waiting) {
        outbox::withdraw(ctx, tx, TAKE, &row.id.to_string()).await?;
    }
    let ids: Vec<AttachmentId> = rows.iter().map(|row| row.id).collect();
    media::keep_until(tx, &ids, ctx.now()).await
}
