//! Channels that texts go to: remembered when they come into use, and looked at who is in them, because that decides which posts go out.

use super::{KnownChannel, Workspace, send_mode, store};
use crate::{
    Ctx, Result, Tx,
    contracts::chat::{Button, ButtonStyle, Channel, Company, Part, Place, Post, Span},
    ids::WorkspaceId,
    outbox::{self, Lease, Promise, Settlement, Task, park_key},
};

/// The workspace's shared channel exists and the app is in it: remembers it, and greets in it the first time.
///
/// # Errors
/// [`crate::Error::LeaseLost`] when another worker has the task by now.
pub async fn channel_prepared(ctx: &Ctx, lease: &Lease, workspace: &Workspace, channel: &Channel) -> Result<()> {
    let tx = ctx.database.begin().await?;
    channel_in_use(ctx, &tx, workspace.id, &channel.id, Some(&channel.name)).await?;
    live_beside(&tx, workspace, channel).await?;
    if workspace.default_channel_id.as_deref() != Some(channel.id.as_str()) {
        store::workspaces::set_default_channel(&tx, workspace.id, &channel.id).await?;
        let place = Place { channel: channel.id.clone(), thread: None };
        let greet = Promise::new(Task::Publish { place, post: greeting(workspace.id) }).of(workspace.id);
        outbox::append(ctx, &tx, greet.once(format!("greeting:{}:{}", workspace.id, channel.id))).await?;
    }
    outbox::unpark(ctx, &tx, workspace.id, &park_key::channel(workspace.id, &channel.id)).await?;
    outbox::unpark(ctx, &tx, workspace.id, &park_key::shared_channel(workspace.id)).await?;
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

/// An app of a whole organisation lives in the team of its shared channel: there its other channels are made too.
async fn live_beside(tx: &Tx, workspace: &Workspace, channel: &Channel) -> Result<()> {
    let row = store::installations::of(tx, workspace.id).await?;
    let is_of_organisation = row.is_some_and(|row| row.enterprise_id.as_ref() == Some(&workspace.team_id));
    match &channel.team {
        Some(team) if is_of_organisation => store::installations::set_home(tx, workspace.id, team).await,
        _ => Ok(()),
    }
}

fn greeting(workspace: WorkspaceId) -> Post {
    let text = |text: &str| Span::Text(text.to_owned());
    let button = Button {
        action: "number.find".to_owned(),
        value: workspace.to_string(),
        label: "Get a number".to_owned(),
        style: ButtonStyle::Primary,
        confirm: None,
    };
    Post {
        key: format!("greeting:{workspace}"),
        author: None,
        parts: vec![
            Part::Text(vec![
                Span::Bold("Welcome to Clerk.".to_owned()),
                text(
                    " Texts from your customers will arrive in this channel, each person in a thread of their own. Answer in the thread and they get a text.",
                ),
            ]),
            Part::Text(vec![text("First you need a phone number. The free plan has one, with 10 segments a month.")]),
            Part::Buttons(vec![button]),
        ],
    }
}

/// Channels that we know of workspaces.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn list_channels(ctx: &Ctx, workspaces: &[WorkspaceId]) -> Result<Vec<KnownChannel>> {
    store::channels::of(ctx.database.reader(), workspaces).await
}

/// The chat says that a channel has another name.
pub(crate) async fn channel_renamed(
    tx: &Tx,
    workspace: WorkspaceId,
    channel: &str,
    name: &str,
) -> Result<&'static str> {
    let Some(row) = store::channels::by_id(tx, workspace, channel).await? else { return Ok("not a channel of ours") };
    store::channels::save(tx, KnownChannel { name: Some(name.to_owned()), ..row }).await?;
    Ok("channel has another name")
}

/// The channel texts go to from now on, when they went to one that is gone.
pub(crate) async fn replace_default_channel(
    tx: &Tx,
    workspace: WorkspaceId,
    instead_of: &str,
    channel: &str,
) -> Result<()> {
    let row = super::lock(tx, workspace).await?;
    if row.default_channel_id.as_deref() == Some(instead_of) {
        store::workspaces::set_default_channel(tx, workspace, channel).await?;
    }
    Ok(())
}

/// A channel comes into use: it is remembered, and looked at who is in it.
pub(crate) async fn channel_in_use(
    ctx: &Ctx,
    tx: &Tx,
    workspace: WorkspaceId,
    channel: &str,
    name: Option<&str>,
) -> Result<()> {
    store::channels::insert_if_new(tx, KnownChannel::new(workspace, channel, name)).await?;
    if let Some(row) = store::channels::by_id(tx, workspace, channel).await? {
        let name = name.map(str::to_owned).or_else(|| row.name.clone());
        store::channels::save(tx, KnownChannel { name, lost_reason: None, lost_at: None, is_loss_told: false, ..row })
            .await?;
    }
    promise_inspection(ctx, tx, workspace, channel).await
}

async fn promise_inspection(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, channel: &str) -> Result<()> {
    let team = super::lock(tx, workspace).await?.team_id;
    let look = Promise::new(Task::InspectChannel { channel: channel.to_owned() }).of(workspace);
    let look = look.in_lane(outbox::team_lane(&team)).in_order_of(format!("inspect:{workspace}:{channel}"));
    outbox::append(ctx, tx, look).await
}

/// Other people may read a channel now.
pub(crate) async fn company_changed(ctx: &Ctx, tx: &Tx, workspace: &Workspace, channel: &str) -> Result<&'static str> {
    if store::channels::by_id(tx, workspace.id, channel).await?.is_none() {
        return Ok("not a channel of ours");
    }
    promise_inspection(ctx, tx, workspace.id, channel).await?;
    Ok("looking who is in the channel")
}

/// Who is in a channel besides the members of the team. When that decides which posts go out, the channel is told.
///
/// # Errors
/// [`crate::Error::LeaseLost`] when another worker has the task by now.
pub async fn channel_inspected(
    ctx: &Ctx,
    lease: &Lease,
    workspace: WorkspaceId,
    channel: &str,
    company: Company,
) -> Result<()> {
    let tx = ctx.database.begin().await?;
    if let Some(before) = store::channels::lock(&tx, workspace, channel).await? {
        let words = send_mode::words_of(company);
        store::channels::set_company(&tx, workspace, channel, words.clone()).await?;
        let after = KnownChannel { company: Some(words), ..before.clone() };
        if after.effective_mode() != before.effective_mode() {
            let key = format!("company:{workspace}:{channel}:{}", ctx.now().timestamp_micros());
            let place = Place { channel: channel.to_owned(), thread: None };
            let post = send_mode::explanation(company, key);
            let team = super::lock(&tx, workspace).await?.team_id;
            let tell = Promise::new(Task::Publish { place, post }).of(workspace);
            outbox::append(ctx, &tx, tell.in_lane(outbox::post_lane(&team, channel))).await?;
        }
    }
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

impl KnownChannel {
    /// A channel of which nothing is known but its id, and its name perhaps.
    pub(super) fn new(workspace: WorkspaceId, channel: &str, name: Option<&str>) -> Self {
        Self {
            workspace_id: workspace,
            channel_id: channel.to_owned(),
            name: name.map(str::to_owned),
            lost_reason: None,
            lost_at: None,
            is_loss_told: false,
            send_mode: None,
            company: None,
        }
    }
}
