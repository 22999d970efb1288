//! Files that go out with a text. Each is fetched from where its author has put it before the text is sent, and handed to the carrier by an address of
//! ours; what cannot go with the text stands in it as a link. When a file cannot be had, nothing is sent and its author is told.

mod plan;
mod taking;

pub use plan::Route;
pub use taking::{ToTake, gave_up, taken, to_take};

use chrono::{DateTime, Utc};

use super::{
    Attachment, Message, Origin,
    outbound::{self, Draft},
    reply, store,
};
use crate::{
    Ctx, Error, Result, Tx,
    contracts::{
        carrier::HeldKind,
        chat::{Part, Span},
        view::FileRef,
    },
    error::InvalidReason,
    ids::{AttachmentId, MessageId},
    media::{self, KEPT},
    numbers::Number,
    outbox::{self, Promise, Task},
    phone::PhoneNumber,
    sms::{self, media::SenderKind},
};

/// How far a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileState {
    /// It has to be fetched.
    Waiting,
    /// It is where it should be.
    Ready,
    /// It could not be had.
    Failed,
}

crate::codes!(FileState { Waiting = "waiting", Ready = "ready", Failed = "failed" });

/// A text with its files, as it will be sent.
pub(super) struct Plan {
    /// What it says, links included.
    pub(super) body: String,
    /// How many segments it counts for.
    pub(super) segment_count: i32,
    /// Files that go with it.
    pub(super) media_count: i32,
    rows: Vec<Planned>,
}

struct Planned {
    id: AttachmentId,
    file: FileRef,
    way: plan::Way,
}

/// Decides how the files of a text travel, and what the text says and costs then.
///
/// # Errors
/// [`crate::Error::Invalid`] says why they cannot be sent with it.
pub(super) fn plan(ctx: &Ctx, draft: &Draft) -> Result<Plan> {
    let ways = plan::ways(&draft.files, sender(&draft.number, draft.contact.number()))?;
    let planned = draft.files.iter().cloned().zip(ways);
    let rows: Vec<Planned> = planned.map(|(file, way)| Planned { id: ctx.id(), file, way }).collect();
    let linked = rows.iter().filter(|row| row.way.route == Route::Link).map(|row| row.id);
    let body = with_links(&draft.body, linked.map(|id| link(ctx, id, ctx.now())));
    let media_count = rows.iter().filter(|row| row.way.route == Route::Mms).count();
    if media_count == 0 {
        outbound::check_body(&body)?;
    } else {
        outbound::check_words(&body)?;
    }
    let segments = if media_count > 0 { sms::MMS_SEGMENTS } else { sms::measure(&body).segment_count };
    Ok(Plan {
        body,
        segment_count: i32::try_from(segments).unwrap_or(i32::MAX),
        media_count: i32::try_from(media_count).unwrap_or(i32::MAX),
        rows,
    })
}

/// A text that is sent later takes no files along: nobody can tell today whether they will still be there.
pub(super) fn none_for_later(files: &[FileRef]) -> Result<()> {
    match files {
        [] => Ok(()),
        _ => Err(Error::invalid(
            "files",
            InvalidReason::Invalid,
            "A text with files cannot be scheduled. Send it now, or leave the files out.",
        )),
    }
}

/// What kind of number sends; none when files cannot go with its texts to there.
fn sender(number: &Number, to: Option<PhoneNumber>) -> Option<SenderKind> {
    let can_travel = to.is_some_and(|to| sms::media::can_travel(number.e164.country(), to.country()));
    let kind = if number.kind == HeldKind::TollFree { SenderKind::TollFree } else { SenderKind::LongCode };
    (number.has_mms && can_travel).then_some(kind)
}

fn with_links(body: &str, links: impl Iterator<Item = String>) -> String {
    let lines = std::iter::once(body.to_owned()).filter(|body| !body.trim().is_empty()).chain(links);
    lines.collect::<Vec<_>>().join("\n")
}

/// The address of a file in a text that was written at an instant.
fn link(ctx: &Ctx, id: AttachmentId, written_at: DateTime<Utc>) -> String {
    media::address(ctx, id, written_at + KEPT)
}

/// Promises that the files of a text are fetched before it is sent, and tells its author what will be a link.
pub(super) async fn promise(ctx: &Ctx, tx: &Tx, message: &Message, plan: Plan) -> Result<()> {
    tell_of_links(ctx, tx, message, &plan.rows).await?;
    let ids: Vec<AttachmentId> = plan.rows.iter().map(|row| row.id).collect();
    store::attachments::insert(tx, plan.rows.into_iter().map(|row| attachment(message, row)).collect()).await?;
    for id in ids {
        let take = Promise::new(Task::TakeFile { attachment: id }).of(message.workspace_id);
        outbox::append(ctx, tx, take.in_order_of(outbound::send_order(message.conversation_id))).await?;
    }
    Ok(())
}

fn attachment(message: &Message, row: Planned) -> Attachment {
    let Planned { id, file, way } = row;
    Attachment {
        id,
        workspace_id: message.workspace_id,
        message_id: message.id,
        url: file.url,
        content_type: file.content_type,
        byte_count: i64::try_from(file.byte_count).ok().filter(|count| *count > 0),
        name: Some(file.name),
        chat_file_id: Some(file.id).filter(|id| !id.is_empty()),
        route: Some(way.route),
        most_bytes: i64::try_from(way.most_bytes).ok(),
        state: FileState::Waiting,
        reason: None,
        spent_ms: 0,
    }
}

async fn tell_of_links(ctx: &Ctx, tx: &Tx, message: &Message, rows: &[Planned]) -> Result<()> {
    let linked: Vec<&FileRef> = rows.iter().filter(|row| row.way.route == Route::Link).map(|row| &row.file).collect();
    if linked.is_empty() || message.origin == Origin::Retry {
        return Ok(());
    }
    let named: Vec<String> = linked.iter().map(|file| described(file)).collect();
    let (verb, pronoun) = if named.len() == 1 { ("goes", "It") } else { ("go", "They") };
    let what = format!(
        "{} {verb} out as a link in your text, because the carriers do not pass on such a file to this number. {pronoun} can be opened until ",
        named.join(", ")
    );
    let until = Span::Time(message.created_at + KEPT);
    reply::tell_author(ctx, tx, message, vec![Part::Text(vec![Span::Text(what), until, Span::Text(".".to_owned())])])
        .await
}

/// What a text says and what goes with it, for whoever is asked before it is sent.
pub(super) fn preview(draft: &Draft) -> String {
    let named: Vec<String> = draft.files.iter().map(described).collect();
    let with = (!named.is_empty()).then(|| format!("With {}", named.join(", ")));
    [Some(draft.body.clone()).filter(|body| !body.trim().is_empty()), with]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("\n")
}

fn described(file: &FileRef) -> String {
    match file.byte_count {
        0 => plan::shown(&file.name),
        count => format!("{} ({})", plan::shown(&file.name), plan::size(count)),
    }
}

/// New words of a text that has not gone yet, with the links that it had, and what it counts for then.
///
/// # Errors
/// [`crate::Error::Invalid`] when it cannot be sent with these words.
pub(super) async fn reworded(ctx: &Ctx, tx: &Tx, message: &Message, words: &str) -> Result<Plan> {
    let rows = store::attachments::of(tx, &[message.id]).await?;
    let linked = rows.iter().filter(|row| row.route == Some(Route::Link));
    let body = with_links(words, linked.map(|row| link(ctx, row.id, message.created_at)));
    if message.media_count > 0 {
        outbound::check_words(&body)?;
    } else {
        outbound::check_body(&body)?;
    }
    let measured = i32::try_from(sms::measure(&body).segment_count).unwrap_or(i32::MAX);
    let segment_count = if message.media_count > 0 { message.segment_count } else { measured };
    Ok(Plan { body, segment_count, media_count: message.media_count, rows: Vec::new() })
}

/// What a text said before links were added to it, and its files, so that it can be sent again.
pub(super) async fn again(ctx: &Ctx, tx: &Tx, message: &Message) -> Result<(String, Vec<FileRef>)> {
    let rows = store::attachments::of(tx, &[message.id]).await?;
    let linked = rows.iter().filter(|row| row.route == Some(Route::Link));
    let body = linked.fold(message.body.clone(), |body, row| {
        let link = link(ctx, row.id, message.created_at);
        body.replace(&format!("\n{link}"), "").replace(&link, "")
    });
    Ok((body, rows.into_iter().map(file_of).collect()))
}

/// A file that lies somewhere in the web. What it is, is told by the end of its address until it is there.
pub(super) fn of_web(url: &str) -> FileRef {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("file");
    let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let content_type = match extension.as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "pdf" => "application/pdf",
        "vcf" => "text/vcard",
        "ics" => "text/calendar",
        _ => "",
    };
    FileRef {
        id: String::new(),
        name: name.to_owned(),
        content_type: content_type.to_owned(),
        byte_count: 0,
        url: url.to_owned(),
    }
}

/// A file as whoever has it knows it.
fn file_of(row: Attachment) -> FileRef {
    FileRef {
        id: row.chat_file_id.unwrap_or_default(),
        name: row.name.unwrap_or_default(),
        content_type: row.content_type,
        byte_count: row.byte_count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0),
        url: row.url,
    }
}

/// Addresses at which the carrier fetches what goes with a text.
pub(super) async fn addresses(ctx: &Ctx, message: MessageId) -> Result<Vec<String>> {
    let rows = store::attachments::of(ctx.database.reader(), &[message]).await?;
    let with = rows.into_iter().filter(|row| row.route == Some(Route::Mms));
    Ok(with.map(|row| media::address(ctx, row.id, ctx.now() + KEPT)).collect())
}
