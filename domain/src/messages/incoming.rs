//! Files that came with a text. The text is shown first and waits for nothing; its files follow in order, each once, or a line says why one does not.
//! What came is fetched when it is shown and not kept: it lies at the carrier.

use std::time::Duration;

use super::{Attachment, Direction, FileState, Message, Status, store};
use crate::{
    Ctx, Error, Result, Tx,
    contracts::{
        Answer,
        carrier::Carrier,
        chat::{Part, Post, Span},
        media::FetchLimits,
    },
    conversations::{self, Thread},
    ids::{AttachmentId, WorkspaceId},
    media::{self, File, KEPT},
    outbox::{self, Lease, Promise, Settlement, Task},
    sms::kinds::{self, Kind, Sort},
};

/// Most bytes of one file: twice what carriers pass on of a whole text. Each is held in memory until it is shown.
const MOST_OF_ONE: u64 = 10_000_000;

/// Most bytes of all files of one text, and longest time that they are fetched, together.
const MOST_BYTES: u64 = 25_000_000;
const LONGEST: Duration = Duration::from_secs(30);

/// Less time than this is not worth a try.
const SHORTEST: Duration = Duration::from_millis(500);

/// Promises that the files of a text are shown, now that the text itself stands there.
pub(super) async fn promise(ctx: &Ctx, tx: &Tx, message: &Message) -> Result<()> {
    if message.direction != Direction::Inbound || message.media_count == 0 {
        return Ok(());
    }
    for row in store::attachments::of(tx, &[message.id]).await? {
        let show = Promise::new(Task::FetchMedia { attachment: row.id }).of(message.workspace_id);
        let show = show.in_order_of(format!("media:{}", message.id)).once(format!("media:{}", row.id));
        outbox::append(ctx, tx, show).await?;
    }
    Ok(())
}

/// A line for the files of a text that follow it.
pub(super) fn announcement(attachments: &[Attachment]) -> String {
    let sorts: Vec<Sort> = attachments.iter().map(claimed).collect();
    let noun = match sorts.first() {
        Some(first) if sorts.iter().all(|sort| sort == first) => first.noun(),
        _ => "file",
    };
    match attachments.len() {
        1 => format!("With a {noun}, which follows."),
        count => format!("With {count} {noun}s, which follow."),
    }
}

fn claimed(attachment: &Attachment) -> Sort {
    Sort::claimed(&attachment.content_type).unwrap_or(Sort::Risky)
}

/// A file that is to be shown.
#[derive(Clone, Debug)]
pub struct ToShow {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Where it is shown.
    pub thread: Thread,
    /// Where the file lies.
    pub url: String,
    /// What the carrier says that it is.
    pub content_type: String,
    /// How much of it may come, and how long that may take; none when its siblings have used all of it.
    pub limits: Option<FetchLimits>,
    key: String,
    noun: &'static str,
    position: usize,
    link: String,
}

/// A file to show; none when it is shown already, or is not to be.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn to_show(ctx: &Ctx, id: AttachmentId) -> Result<Option<ToShow>> {
    let db = ctx.database.reader();
    let Some(row) = store::attachments::by_id(db, id).await? else { return Ok(None) };
    let Some(message) = store::messages::by_id(db, row.message_id).await? else { return Ok(None) };
    if row.state != FileState::Waiting || message.status == Status::Held {
        return Ok(None);
    }
    let siblings = store::attachments::of(db, &[message.id]).await?;
    let Some(thread) = conversations::thread(ctx, message.conversation_id).await? else { return Ok(None) };
    Ok(Some(ToShow {
        workspace: row.workspace_id,
        thread,
        limits: limits(&siblings, id),
        key: format!("media:{id}"),
        noun: claimed(&row).noun(),
        position: siblings.iter().position(|sibling| sibling.id == id).unwrap_or(0) + 1,
        link: media::address(ctx, id, ctx.now() + KEPT),
        url: row.url,
        content_type: row.content_type,
    }))
}

/// What the others have left over.
fn limits(siblings: &[Attachment], id: AttachmentId) -> Option<FetchLimits> {
    let others = || siblings.iter().filter(|sibling| sibling.id != id && sibling.state != FileState::Waiting);
    let bytes: i64 = others().map(|sibling| sibling.fetched_bytes.max(sibling.byte_count.unwrap_or(0))).sum();
    let spent: i64 = others().map(|sibling| i64::from(sibling.spent_ms)).sum();
    let longest = MOST_BYTES.saturating_sub(u64::try_from(bytes).unwrap_or(0)).min(MOST_OF_ONE);
    let within = LONGEST.saturating_sub(Duration::from_millis(u64::try_from(spent).unwrap_or(0)));
    (longest > 0 && within >= SHORTEST).then_some(FetchLimits { longest, within })
}

impl ToShow {
    /// Name of the file in the chat.
    pub fn name(&self, kind: &Kind) -> String {
        format!("{}-{}.{}", kind.sort.noun(), self.position, kind.extension)
    }

    /// A line in the place of a file that is not shown.
    pub fn sorry(&self, why: &str) -> Post {
        let line = format!("A {} could not be shown: {why}.", self.noun);
        Post { key: self.key.clone(), author: None, parts: vec![Part::Note(vec![Span::Text(line)])] }
    }

    /// A line for a file of which nobody knows whether it is shown.
    pub fn in_doubt(&self) -> Post {
        let line = format!(
            "The {} number {} of this text may be missing here: it was never confirmed. ",
            self.noun, self.position
        );
        let link = Span::Link { url: self.link.clone(), label: "Open it".to_owned() };
        Post { key: self.key.clone(), author: None, parts: vec![Part::Note(vec![Span::Text(line), link])] }
    }
}

/// What came of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It is shown.
    File {
        /// What it is.
        content_type: String,
        /// How large it is.
        byte_count: usize,
    },
    /// A line stands in its place.
    Sorry {
        /// Why.
        why: String,
        /// How many bytes came all the same.
        fetched: u64,
    },
}

/// A file is shown, or a line stands in its place. `spent` is how long it was fetched.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn shown(ctx: &Ctx, lease: &Lease, id: AttachmentId, shown: &Shown, spent: Duration) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let spent_ms = i32::try_from(spent.as_millis()).unwrap_or(i32::MAX);
    let fetched = match shown {
        Shown::File { content_type, byte_count } => {
            store::attachments::set_ready(&tx, id, content_type, *byte_count).await?;
            *byte_count as u64
        }
        Shown::Sorry { why, fetched } => {
            store::attachments::set_failed(&tx, id, why).await?;
            *fetched
        }
    };
    let fetched = i64::try_from(fetched).unwrap_or(i64::MAX);
    store::attachments::set_spent(&tx, id, (spent_ms, fetched)).await?;
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

/// The file of an address: one that is kept, or one that came with a text, fetched from the carrier now. None when the address is not good, or the file
/// cannot be had.
///
/// # Errors
/// [`Error::Unavailable`] when the database or the carrier does not answer.
pub async fn open_file(ctx: &Ctx, carrier: &dyn Carrier, token: &str) -> Result<Option<File>> {
    let Some(id) = media::read(ctx, token) else { return Ok(None) };
    if let Some(file) = media::kept(ctx, id).await? {
        return Ok(Some(file));
    }
    let Some(row) = store::attachments::by_id(ctx.database.reader(), id).await? else { return Ok(None) };
    if row.route.is_some() {
        return Ok(None);
    }
    let limits = FetchLimits { longest: MOST_OF_ONE, within: LONGEST };
    let bytes = match carrier.fetch_media(&row.url, limits).await {
        Ok(Answer::Done(bytes)) => bytes,
        Ok(Answer::Refused(_)) => return Ok(None),
        Err(error) => return Err(Error::Unavailable { what: "carrier", why: error.to_string() }),
    };
    let Ok(kind) = kinds::trusted(&bytes, &row.content_type) else { return Ok(None) };
    let name = format!("{}.{}", kind.sort.noun(), kind.extension);
    Ok(Some(File { name, content_type: kind.content_type.to_owned(), bytes }))
}

/// Where a file of a message can be opened, for an hour.
pub fn file_address(ctx: &Ctx, id: AttachmentId) -> String {
    media::address(ctx, id, ctx.now() + media::SHOWN_FOR)
}
