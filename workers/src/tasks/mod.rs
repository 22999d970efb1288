//! What each kind of task does: one file each, and one match without a wildcard. A runner ends its turn itself when the end belongs into the same
//! transaction as its effects, and otherwise says how it ends.

mod announce;
mod asking;
mod channels;
mod claim_number;
mod create_direct;
mod fetch_media;
mod find_number;
mod handle_event;
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

/// Runs a task.
pub(crate) async fn run(workers: &Workers, lease: &Lease) -> Result<Turn> {
    match &lease.task {
        Task::HandleEvent { event } => handle_event::run(workers, lease, *event).await,
        Task::OpenThread { conversation } => open_thread::run(workers, lease, *conversation).await,
        Task::LeaveThread { conversation } => update_parent::leave(workers, lease, *conversation).await,
        Task::UpdateParent { conversation } => update_parent::run(workers, lease, *conversation).await,
        Task::Announce { conversation, message } => announce::run(workers, lease, *conversation, *message).await,
        Task::UpdateAnnouncement { conversation, at } => announce::update(workers, lease, *conversation, at).await,
        Task::PostMessage { message } => post_message::run(workers, lease, *message).await,
        Task::SendMessage { message } => send_message::run(workers, lease, *message).await,
        Task::AnswerText { message } => scheduled::answer(workers, lease, *message).await,
        Task::SendScheduled { message } => scheduled::due(workers, lease, *message).await,
        Task::AnnounceScheduled { message } => scheduled::announce(workers, lease, *message).await,
        Task::FetchMedia { attachment } => fetch_media::run(workers, lease, *attachment).await,
        Task::TakeFile { attachment } => take_file::run(workers, lease, *attachment).await,
        Task::MarkMessage { message } => mark_message::run(workers, lease, *message).await,
        Task::Publish { place, post } => publish::run(workers, lease, place, post).await,
        Task::PublishInThread { conversation, post } => {
            publish::run_in_thread(workers, lease, *conversation, post).await
        }
        Task::Whisper { place, user, post } => whisper::run(workers, lease, place, user, post).await,
        Task::TellMember { user, post } => whisper::tell_member(workers, lease, user, post).await,
        Task::Answer { url, post } => whisper::answer(workers, lease, url, post.as_ref()).await,
        Task::Remove { at } => publish::remove(workers, lease, at).await,
        Task::OpenView { trigger, user, place, view } => {
            views::open(workers, lease, (trigger, user, place.as_ref()), view).await
        }
        Task::UpdateView { id, hash, view } => views::update(workers, lease, id, hash.as_deref(), view).await,
        Task::PublishHome { user } => views::publish_home(workers, lease, user).await,
        Task::TellInstaller { post } => whisper::tell_installer(workers, lease, post).await,
        Task::PrepareChannel { workspace } => prepare_channel::run(workers, lease, *workspace).await,
        Task::CreateDirect { conversation, asked_by } => {
            create_direct::run(workers, lease, *conversation, asked_by.as_deref()).await
        }
        Task::InspectChannel { channel } => channels::inspect(workers, lease, channel).await,
        Task::AdoptChannel { channel, whose, user } => {
            channels::adopt(workers, lease, (channel, whose), user.as_deref()).await
        }
        Task::FindNumber { workspace, wish, asked } => {
            find_number::run(workers, lease, *workspace, wish, asked.as_ref()).await
        }
        Task::ClaimNumber { number } => claim_number::run(workers, lease, *number).await,
        Task::ReleaseNumber { number } => release_number::run(workers, lease, *number).await,
    }
}

/// Notes a failure where people look for it, besides the task itself.
pub(crate) async fn note_failure(workers: &Workers, lease: &Lease, why: &str) -> Result<()> {
    match &lease.task {
        Task::HandleEvent { event } => inbox::note_error(&workers.ctx, *event, why).await,
        _ => Ok(()),
    }
}
