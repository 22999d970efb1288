//! What each kind of task does: one file each, and one match without a wildcard. A runner ends its turn itself when the end belongs into the same
//! transaction as its effects, and otherwise says how it ends.

mod asking;
mod claim_number;
mod find_number;
mod handle_event;
mod mark_message;
mod open_thread;
mod post_message;
mod posting;
mod prepare_channel;
mod publish;
mod release_number;
mod send_message;
mod whisper;

use domain::{
    Result, inbox,
    outbox::{Lease, Settlement, Task},
};

use crate::Workers;

/// How a runner ended.
pub(crate) enum Turn {
    /// The task is settled, together with its effects.
    Settled,
    /// The engine is to settle it so.
    End(Settlement),
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
        Task::PostMessage { message } => post_message::run(workers, lease, *message).await,
        Task::SendMessage { message } => send_message::run(workers, lease, *message).await,
        Task::MarkMessage { message } => mark_message::run(workers, lease, *message).await,
        Task::Publish { place, post } => publish::run(workers, lease, place, post).await,
        Task::PublishInThread { conversation, post } => {
            publish::run_in_thread(workers, lease, *conversation, post).await
        }
        Task::Whisper { place, user, post } => whisper::run(workers, lease, place, user, post).await,
        Task::TellInstaller { post } => whisper::tell_installer(workers, lease, post).await,
        Task::PrepareChannel { workspace } => prepare_channel::run(workers, lease, *workspace).await,
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
