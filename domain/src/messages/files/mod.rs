//! Files that go out with a text. Each is fetched from where its author has put it before the text is sent, and handed to the carrier by an address of
//! ours; what cannot go with the text stands in it as a link. When a file cannot be had, nothing is sent and its author is told.

mod plan;
mod taking;
mod waiting;

pub use plan::Route;
pub use taking::{ToTake, gave_up, taken, to_take};
pub(super) use waiting::{dropped, going_out, of_waiting};

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{
    Attachment, Message, Origin, Status,
    outbound::{self, Draft},
    reply, store,
};
use crate::{
    Ctx, Result, Tx,
    contracts::{
        carrier::HeldKind,
        chat::{Part, Span},
        media::Web,
        view::FileRef,
    },
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
    let plan = weighed(ctx, (&draft.number, draft.contact.number()), (&draft.body, &draft.files))?;
    if plan.media_count == 0 {
        outbound::check_body(&plan.body)?;
    } else {
        outbound::check_words(&plan.body)?;
    }
    Ok(plan)
}

/// What a text with files would come to, for whoever writes it.
#[derive(Clone, Debug)]
pub(crate) struct Estimate {
    /// What it says, links included.
    pub(crate) body: String,
    /// How many segments it counts for.
    pub(crate) segment_count: i32,
    /// Files that go with it.
    pub(crate) media_count: i32,
    /// Files that go as links.
    pub(crate) link_count: i32,
}

/// What a text with files would come to; as within our number's country as long as it is not known to whom it goes.
///
/// # Errors
/// [`crate::Error::TooMuchMedia`] when the files cannot go with it.
pub(crate) fn estimate(
    ctx: &Ctx,
    (from, to): (&Number, Option<PhoneNumber>),
    text: (&str, &[FileRef]),
) -> Result<Estimate> {
    let plan = weighed(ctx, (from, to.or(Some(from.e164))), text)?;
    let all = i32::try_from(plan.rows.len()).unwrap_or(i32::MAX);
    let Plan { body, segment_count, media_count, .. } = plan;
    Ok(Estimate { body, segment_count, media_count, link_count: all - media_count })
}

fn weighed(ctx: &Ctx, (from, to): (&Number, Option<PhoneNumber>), (body, files): (&str, &[FileRef])) -> Result<Plan> {
    let ways = plan::ways(files, sender(from, to))?;
    let planned = files.iter().cloned().zip(ways);
    let rows: Vec<Planned> = planned.map(|(file, way)| Planned { id: ctx.id(), file, way }).collect();
    let linked = rows.iter().filter(|row| row.way.route == Route::Link).map(|row| row.id);
    let body = with_links(body, linked.map(|id| link(ctx, id, ctx.now())));
    let media_count = rows.iter().filter(|row| row.way.route == Route::Mms).count();
    let segments = if media_count > 0 { sms::MMS_SEGMENTS } else { sms::measure(&body).segment_count };
    Ok(Plan {
        body,
        segment_count: i32::try_from(segments).unwrap_or(i32::MAX),
        media_count: i32::try_from(media_count).unwrap_or(i32::MAX),
        rows,
    })
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
    // What waits for its time holds up nobody who writes before it.
    let order = match message.status {
        Status::Scheduled => format!("files:{}", message.id),
        _ => outbound::send_order(message.conversation_id),
    };
    for id in ids {
        let take = Promise::new(Task::TakeFile { attachment: id }).of(message.workspace_id);
        outbox::append(ctx, tx, take.in_order_of(order.clone())).await?;
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
        fetched_bytes: 0,
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
    let until = Span::Time(message.send_at.unwrap_or(message.created_at) + KEPT);
    reply::tell_author(ctx, tx, message, vec![Part::Text(vec![Span::Text(what), until, Span::Text(".".to_owned())])])
        .await
}

/// What a text says and what goes with it, as members see it.
pub(super) fn shown(body: &str, files: &[FileRef]) -> String {
    let named: Vec<String> = files.iter().map(described).collect();
    let with = (!named.is_empty()).then(|| format!("With {}", named.join(", ")));
    [Some(body.to_owned()).filter(|body| !body.trim().is_empty()), with]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("\n")
}

/// The same for files that are known already.
pub(super) fn shown_with(body: &str, rows: Vec<Attachment>) -> String {
    shown(body, &rows.into_iter().map(file_of).collect::<Vec<_>>())
}

fn described(file: &FileRef) -> String {
    match file.byte_count {
        0 => plan::shown(&file.name),
        count => format!("{} ({})", plan::shown(&file.name), plan::size(count)),
    }
}

/// New words of a text that has not gone yet, with links to its files as of an instant, and what it counts for then.
///
/// # Errors
/// [`crate::Error::Invalid`] when it cannot be sent with these words.
pub(super) async fn reworded(
    ctx: &Ctx,
    tx: &Tx,
    message: &Message,
    (words, at): (&str, DateTime<Utc>),
) -> Result<Plan> {
    let rows = store::attachments::of(tx, &[message.id]).await?;
    let linked = rows.iter().filter(|row| row.route == Some(Route::Link));
    let body = with_links(words, linked.map(|row| link(ctx, row.id, at)));
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
    let is_link = |line: &&str| rows.iter().any(|row| media::leads_to(ctx, line, row.id));
    let words: Vec<&str> = message.body.split('\n').filter(|line| !is_link(line)).collect();
    Ok((words.join("\n"), rows.into_iter().map(file_of).collect()))
}

/// How long servers may take to say what their files are, all together: a program waits for it.
const LONGEST_LOOK: Duration = Duration::from_secs(3);

/// Files that lie somewhere in the web, with what their servers say of them at once.
///
/// # Errors
/// [`crate::Error::TooMuchMedia`] for more files than a text can have; nobody is asked then.
pub async fn of_web(web: &dyn Web, urls: &[String]) -> Result<Vec<FileRef>> {
    plan::check_count(urls.len())?;
    let heads = web.heads(urls, LONGEST_LOOK).await;
    let known = urls.iter().zip(heads).map(|(url, head)| {
        let named = named(url);
        let content_type = head.content_type.filter(|_| named.content_type.is_empty());
        let content_type = content_type.unwrap_or(named.content_type);
        FileRef { byte_count: head.byte_count.unwrap_or(0), content_type, ..named }
    });
    Ok(known.collect())
}

/// What an address says of its file. What it really is, is seen when it is there.
fn named(url: &str) -> FileRef {
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
