//! Words to the app, windows and the home: which operation each calls for.

use super::moving;
use crate::{
    Ctx, Result, Tx,
    contracts::{
        inbound::{HomeOpened, PostWritten, ViewSubmitted},
        view::Fault,
    },
    conversations,
    ids::EventId,
    outbox::{self, Promise, Task},
    panel,
    workspaces::Workspace,
};

/// A member wrote something that may be meant for the app itself. None when it is not, or is part of a conversation.
pub(super) async fn said(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    event: EventId,
    post: &PostWritten,
) -> Result<Option<String>> {
    match conversations::at(tx, workspace.id, &post.post.channel, post.thread.as_deref()).await? {
        Some(conversation) => panel::verb(ctx, tx, workspace, &conversation, post).await,
        None => panel::said(ctx, tx, workspace, event, post).await,
    }
}

/// What is wrong with a window at first sight, so that it stays open.
pub(super) fn faults(submitted: &ViewSubmitted) -> Vec<Fault> {
    match submitted.view.purpose.as_str() {
        panel::send_text::PURPOSE => panel::send_text::faults(submitted),
        panel::scheduled::WINDOW => panel::scheduled::faults(submitted),
        panel::templates::WINDOW => panel::templates::faults(&submitted.entries),
        panel::answers::WINDOW => panel::answers::faults(&submitted.entries),
        panel::targets::WINDOW => panel::targets::faults(&submitted.entries),
        panel::broadcasts::WINDOW => panel::broadcasts::faults(&submitted.entries),
        conversations::DETAILS => conversations::details_faults(&submitted.entries),
        moving::CHOOSE => moving::faults(submitted),
        _ => Vec::new(),
    }
}

/// A member submitted a window of ours.
pub(super) async fn submitted(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    event: EventId,
    submitted: &ViewSubmitted,
) -> Result<String> {
    match submitted.view.purpose.as_str() {
        panel::send_text::PURPOSE => panel::send_text::submitted(ctx, tx, workspace, event, submitted).await,
        panel::SETTINGS => panel::settings_submitted(ctx, tx, workspace, submitted).await,
        panel::scheduled::WINDOW => panel::scheduled::submitted(ctx, tx, workspace, submitted).await,
        panel::templates::WINDOW => panel::templates::submitted(ctx, tx, workspace, submitted).await,
        panel::answers::WINDOW => panel::answers::submitted(ctx, tx, workspace, submitted).await,
        panel::targets::WINDOW => panel::targets::submitted(ctx, tx, workspace, submitted).await,
        panel::broadcasts::WINDOW => panel::broadcasts::submitted(ctx, tx, workspace, submitted).await,
        conversations::DETAILS => conversations::save_details(ctx, tx, workspace, submitted).await,
        moving::CHOOSE => moving::chosen(ctx, tx, workspace, submitted).await,
        other => Ok(format!("no window of ours is called {other}")),
    }
}

/// A member looked at the app's home.
pub(super) async fn home_opened(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    opened: &HomeOpened,
) -> Result<&'static str> {
    let draw = Promise::new(Task::PublishHome { user: opened.user.clone() }).of(workspace.id);
    outbox::append(ctx, tx, draw.in_lane(outbox::team_lane(&workspace.team_id))).await?;
    Ok("the home is drawn")
}
