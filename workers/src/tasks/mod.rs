//! What each kind of task does: one file each, and one match without a wildcard. A runner ends its turn itself when the end belongs into the same
//! transaction as its effects, and otherwise says how it ends.

mod announce;
mod asking;
mod broadcasts;
mod channels;
mod claim_number;
mod create_direct;
mod fetch_media;
mod find_number;
mod handle_event;
mod import_contacts;
mod late;
mod mark_message;
mod open_thread;
mod place;
mod post_message;
mod posting;
mod prepare_channel;
mod publish;
mod release_number;
mod scheduled;
mod send_message;
mod take_file;
mod update_parent;
mod views;
mod whisper;
mod withdraw_texts;

use std::pin::Pin;

use domain::{
    Result,
    ids::WorkspaceId,
    inbox,
    outbox::{Lease, Settlement, Task},
};

use crate::Workers;

/// How a runner ended.
pub(crate) enum Turn {
    /// The task is settled, together with its effects.
    Settled,
    /// The engine is to settle it so.
    End(Settlement),
    /// The token of a workspace is being renewed: again in a moment.
    Soon(WorkspaceId),
}

impl Turn {
    /// Nothing is left to do.
    fn done() -> Self {
        Self::End(Settlement::Done)
    }
}

/// A turn that is yet to run.
type Later<'a> = Pin<Box<dyn Future<Output = Result<Turn>> + Send + 'a>>;

/// Keeps a turn off the stack: one match with all of them in it would take half of a thread's.
fn later<'a, F>(turn: impl FnOnce() -> F) -> Later<'a>
where
    F: Future<Output = Result<Turn>> + Send + 'a,
{
    Box::pin(turn())
}

/// Runs a task.
pub(crate) fn run<'a>(workers: &'a Workers, lease: &'a Lease) -> Later<'a> {
    match &lease.task {
        Task::HandleEvent { event } => later(|| handle_event::run(workers, lease, *event)),
        Task::OpenThread { conversation } => later(|| open_thread::run(workers, lease, *conversation)),
        Task::LeaveThread { conversation } => later(|| update_parent::leave(workers, lease, *conversation)),
        Task::UpdateParent { conversation } => later(|| update_parent::run(workers, lease, *conversation)),
        Task::RecountWaiting { workspace } => later(|| late::recount(workers, lease, *workspace)),
        Task::TellLate { conversation, since, to } => later(|| late::run(workers, lease, *conversation, (*since, to))),
        Task::UpdateLate { conversation, at } => later(|| late::update(workers, lease, *conversation, at)),
        Task::Announce { conversation, message } => later(|| announce::run(workers, lease, *conversation, *message)),
        Task::UpdateAnnouncement { conversation, at } => later(|| announce::update(workers, lease, *conversation, at)),
        Task::PostMessage { message } => later(|| post_message::run(workers, lease, *message)),
        Task::SendMessage { message } => later(|| send_message::run(workers, lease, *message)),
        Task::AnswerText { message } => later(|| scheduled::answer(workers, lease, *message)),
        Task::SendBroadcast { broadcast, round } => later(|| broadcasts::step(workers, lease, (*broadcast, *round))),
        Task::ShowBroadcast { broadcast } => later(|| broadcasts::show(workers, lease, *broadcast)),
        Task::SendScheduled { message } => later(|| scheduled::due(workers, lease, *message)),
        Task::AnnounceScheduled { message } => later(|| scheduled::announce(workers, lease, *message)),
        Task::WithdrawTexts { contact } => later(|| withdraw_texts::run(workers, lease, *contact)),
        Task::FetchMedia { attachment } => later(|| fetch_media::run(workers, lease, *attachment)),
        Task::TakeFile { attachment } => later(|| take_file::run(workers, lease, *attachment)),
        Task::ImportContacts { file } => later(|| import_contacts::run(workers, lease, file)),
        Task::MarkMessage { message } => later(|| mark_message::run(workers, lease, *message)),
        Task::RedrawMessage { message } => later(|| post_message::redraw(workers, lease, *message)),
        Task::MarkPost { at, mark } => later(|| mark_message::mark(workers, lease, at, *mark)),
        Task::PutSignpost { signpost, place, post } => later(|| publish::put(workers, lease, signpost, (place, post))),
        Task::Replace { at, post } => later(|| publish::replace(workers, lease, at, post)),
        Task::Publish { place, post } => later(|| publish::run(workers, lease, place, post)),
        Task::PublishInThread { conversation, post } => {
            later(|| publish::run_in_thread(workers, lease, *conversation, post))
        }
        Task::Whisper { place, user, post, answer_url } => {
            later(|| whisper::run(workers, lease, (place, user, answer_url.as_deref()), post))
        }
        Task::TellMember { user, post } => later(|| whisper::tell_member(workers, lease, user, post)),
        Task::Answer { url, post } => later(|| whisper::answer(workers, lease, url, post.as_ref())),
        Task::Remove { at } => later(|| publish::remove(workers, lease, at)),
        Task::OpenView { trigger, user, place, view } => {
            later(|| views::open(workers, lease, (trigger, user, place.as_ref()), view))
        }
        Task::UpdateView { id, hash, view } => later(|| views::update(workers, lease, id, hash.as_deref(), view)),
        Task::PublishHome { user } => later(|| views::publish_home(workers, lease, user)),
        Task::TellInstaller { post } => later(|| whisper::tell_installer(workers, lease, post)),
        Task::PrepareChannel { workspace } => later(|| prepare_channel::run(workers, lease, *workspace)),
        Task::CreateDirect { conversation, asked_by } => {
            later(|| create_direct::run(workers, lease, *conversation, asked_by.as_deref()))
        }
        Task::InspectChannel { channel } => later(|| channels::inspect(workers, lease, channel)),
        Task::AdoptChannel { channel, whose, user } => {
            later(|| channels::adopt(workers, lease, (channel, whose), user.as_deref()))
        }
        Task::FindNumber { workspace, wish, asked } => {
            later(|| find_number::run(workers, lease, *workspace, wish, asked.as_ref()))
        }
        Task::ClaimNumber { number } => later(|| claim_number::run(workers, lease, *number)),
        Task::ReleaseNumber { number } => later(|| release_number::run(workers, lease, *number)),
    }
}

/// Notes a failure where people look for it, besides the task itself.
pub(crate) async fn note_failure(workers: &Workers, lease: &Lease, why: &str) -> Result<()> {
    match &lease.task {
        Task::HandleEvent { event } => inbox::note_error(&workers.ctx, *event, why).await,
        _ => Ok(()),
    }
}
