//! Moving a conversation between its thread and a channel of its own. Twenty members who ask at once get one channel: whoever is first leaves a
//! mark on the conversation, and the channel's task takes its turn among what is shown, so nothing is shown twice and nothing overtakes.

use chrono::TimeDelta;

use super::{posts, signposts, store, store::Turnout};
use crate::{
    Ctx, Error, Result, Tx,
    contracts::chat::{Channel, Part, Place, Post, PostRef, Span},
    conversations::{Conversation, Placement, Thread, parents},
    ids::{ConversationId, WorkspaceId},
    outbox::{self, Lease, Listener, Promise, Settlement, Sign, Signpost, Task},
    workspaces::{self, Workspace},
};

/// After so long nobody makes the channel any more, and it may be asked for again.
const ASKED_FOR: TimeDelta = TimeDelta::days(1);

/// What is shown of a conversation is shown in the order of its promises.
pub(super) fn show_order(conversation: ConversationId) -> String {
    format!("show:{conversation}")
}

/// A member wants a channel of its own for a conversation. What was done, for the log.
///
/// # Errors
/// [`Error::Conflict`] when it has one.
pub(crate) async fn ask_for_channel(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    id: ConversationId,
    asked_by: Option<&str>,
) -> Result<&'static str> {
    let conversation = owned(tx, workspace, id).await?;
    if conversation.is_direct() {
        return Err(Error::conflict(
            "This conversation has a channel of its own. It is named at the end of the thread.",
        ));
    }
    if let Some(channel) = usable_channel(tx, &conversation).await? {
        go_to_channel(ctx, tx, workspace, &conversation, &channel).await?;
        return Ok("conversation went to the channel that it had");
    }
    begin_channel(ctx, tx, workspace, &conversation, asked_by).await
}

/// Promises a channel for a conversation, once.
pub(crate) async fn begin_channel(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    conversation: &Conversation,
    asked_by: Option<&str>,
) -> Result<&'static str> {
    let id = conversation.id;
    if !store::mark_asked(ctx, tx, id, ctx.now() - ASKED_FOR).await? {
        return Ok("its channel is being made");
    }
    turn(ctx, tx, id, Turnout { is_lost: Some(false), ..Turnout::default() }).await?;
    let create = Task::CreateDirect { conversation: id, asked_by: asked_by.map(str::to_owned) };
    let create = Promise::new(create).of(workspace.id).in_lane(outbox::team_lane(&workspace.team_id));
    outbox::append(ctx, tx, create.in_order_of(show_order(id))).await?;
    Ok("its channel is made")
}

/// A conversation of the workspace, and nobody else moves it until the transaction ends.
async fn owned(tx: &Tx, workspace: &Workspace, id: ConversationId) -> Result<Conversation> {
    let row = store::lock(tx, id).await?.filter(|row| row.workspace_id == workspace.id);
    row.ok_or(Error::NotFound { what: "conversation" })
}

/// The channel that the conversation had, when it is not gone.
async fn usable_channel(tx: &Tx, conversation: &Conversation) -> Result<Option<String>> {
    let Some(channel) = &conversation.own_channel_id else { return Ok(None) };
    let is_lost = workspaces::is_lost(tx, conversation.workspace_id, channel).await?;
    Ok((!is_lost && !conversation.is_own_channel_lost).then(|| channel.clone()))
}

/// The conversation goes on in the channel that it has.
pub(super) async fn go_to_channel(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    conversation: &Conversation,
    channel: &str,
) -> Result<()> {
    let to = Turnout {
        placement: Some(Placement::DirectChannel),
        is_lost: Some(false),
        is_fallback_due: Some(false),
        ..Turnout::default()
    };
    turn(ctx, tx, conversation.id, to).await?;
    parents::changed_place(ctx, tx, conversation.id).await?;
    let key = |what: &str| format!("{what}:{}:{}", conversation.id, ctx.now().timestamp_micros());
    let own = Place { channel: channel.to_owned(), thread: None };
    say(ctx, tx, workspace, own, posts::resumed(key("resumed"))).await?;
    point(ctx, tx, workspace, conversation, (channel, key("pointer"))).await
}

/// Moves a conversation; what asked where it goes on is answered by that.
pub(super) async fn turn(ctx: &Ctx, tx: &Tx, id: ConversationId, to: Turnout<'_>) -> Result<()> {
    store::turn(tx, id, to).await?;
    signposts::retire(ctx, tx, id).await
}

/// The thread says that the conversation goes on in its own channel, at its end and in its first post.
async fn point(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    conversation: &Conversation,
    (channel, key): (&str, String),
) -> Result<()> {
    let Some(thread) = conversation.thread() else { return Ok(()) };
    let post = posts::pointer(conversation, channel, key);
    let own_channel = channel.to_owned();
    let signpost = Signpost { conversation: conversation.id, sign: Sign::Pointer, own_channel };
    signposts::put(ctx, tx, workspace, signpost, (thread, post)).await?;
    parents::show_left(ctx, tx, workspace, conversation.id).await
}

/// Promises a post about a move, in its own time.
pub(super) async fn say(ctx: &Ctx, tx: &Tx, workspace: &Workspace, place: Place, post: Post) -> Result<()> {
    let lane = outbox::post_lane(&workspace.team_id, &place.channel);
    let say = Promise::new(Task::Publish { place, post }).of(workspace.id).in_lane(lane);
    outbox::append(ctx, tx, say).await
}

/// A member wants a conversation back in its thread. What was done, for the log.
///
/// # Errors
/// [`Error::Conflict`] when it is there.
pub(crate) async fn move_back(ctx: &Ctx, tx: &Tx, workspace: &Workspace, id: ConversationId) -> Result<&'static str> {
    let conversation = owned(tx, workspace, id).await?;
    let (Some(channel), true) = (conversation.own_channel_id.clone(), conversation.is_direct()) else {
        return Err(Error::conflict("This conversation is in its thread already."));
    };
    turn(ctx, tx, id, Turnout { placement: Some(Placement::SharedThread), ..Turnout::default() }).await?;
    parents::changed_place(ctx, tx, id).await?;
    parents::show_left(ctx, tx, workspace, id).await?;
    let key = |what: &str| format!("{what}:{id}:{}", ctx.now().timestamp_micros());
    let own = Place { channel: channel.clone(), thread: None };
    let farewell = posts::farewell(&conversation, key("farewell"));
    let signpost = Signpost { conversation: id, sign: Sign::Farewell, own_channel: channel.clone() };
    signposts::put(ctx, tx, workspace, signpost, (own, farewell)).await?;
    let post = posts::welcome_back(&channel, key("welcome"));
    let note = Promise::new(Task::PublishInThread { conversation: id, post }).of(workspace.id);
    outbox::append(ctx, tx, note.in_order_of(show_order(id))).await?;
    Ok("conversation went back to its thread")
}

/// A member decides that a conversation whose channel is gone goes on in its thread.
///
/// # Errors
/// [`Error::NotFound`] for a conversation of nobody.
pub(crate) async fn stay_in_thread(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    id: ConversationId,
) -> Result<&'static str> {
    let conversation = owned(tx, workspace, id).await?;
    if !conversation.is_own_channel_lost {
        return Ok("nothing was to be chosen");
    }
    let to = Turnout { is_lost: Some(false), is_fallback_due: Some(false), ..Turnout::default() };
    turn(ctx, tx, id, to).await?;
    Ok("conversation goes on in its thread")
}

/// How far the making of a conversation's own channel is.
#[derive(Clone, Debug)]
pub enum Opening {
    /// Nothing is to be made.
    Over,
    /// It is to be made.
    Wanted,
    /// It stands, and so many of its first posts.
    Made {
        /// The channel.
        channel: String,
        /// How many posts stand there.
        step: usize,
        /// Latest message of its transcript.
        until: Option<crate::ids::MessageId>,
    },
}

/// How far the making of a conversation's own channel is.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn opening(ctx: &Ctx, conversation: &Conversation) -> Result<Opening> {
    if conversation.own_channel_asked_at.is_none() {
        return Ok(Opening::Over);
    }
    let (Some(channel), true) = (&conversation.own_channel_id, conversation.is_direct()) else {
        return Ok(Opening::Wanted);
    };
    let row = store::direct_by_channel(ctx.database.reader(), conversation.workspace_id, channel).await?;
    Ok(row.map_or(Opening::Wanted, |row| Opening::Made {
        channel: row.channel_id,
        step: usize::try_from(row.step).unwrap_or(0),
        until: row.transcript_until,
    }))
}

/// The own channel of a conversation exists: from now on the conversation is there.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn channel_made(
    ctx: &Ctx,
    lease: &Lease,
    thread: &Thread,
    channel: &Channel,
    (asked_by, thread_url): (Option<&str>, Option<&str>),
) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let id = thread.conversation.id;
    let conversation = store::lock(&tx, id).await?.ok_or(Error::NotFound { what: "conversation" })?;
    let workspace = conversation.workspace_id;
    workspaces::channel_in_use(ctx, &tx, workspace, &channel.id, Some(&channel.name)).await?;
    let row = store::direct::Model {
        workspace_id: workspace,
        channel_id: channel.id.clone(),
        conversation_id: id,
        asked_by: asked_by.map(str::to_owned),
        step: 0,
        transcript_until: conversation.last_message_id,
        created_at: ctx.now(),
    };
    store::insert_direct(&tx, row).await?;
    let to = Turnout {
        placement: Some(Placement::DirectChannel),
        own_channel: Some(&channel.id),
        is_lost: Some(false),
        is_fallback_due: Some(false),
        ..Turnout::default()
    };
    turn(ctx, &tx, id, to).await?;
    if let Some(url) = thread_url {
        store::set_thread_url(&tx, id, url).await?;
    }
    outbox::settle(ctx, &tx, lease, &Settlement::Step).await?;
    tx.commit().await
}

/// One more of the first posts of an own channel stands; after the last one the thread is told where the conversation goes on.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn stepped(
    ctx: &Ctx,
    lease: &Lease,
    thread: &Thread,
    (step, at, is_last): (usize, Option<&PostRef>, bool),
) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let id = thread.conversation.id;
    let conversation = store::lock(&tx, id).await?.ok_or(Error::NotFound { what: "conversation" })?;
    let channel = conversation.own_channel_id.clone().unwrap_or_default();
    if let Some(at) = at {
        store::set_step(&tx, conversation.workspace_id, &at.channel, i32::try_from(step).unwrap_or(i32::MAX)).await?;
        if step == 1 {
            store::set_head(&tx, id, &at.ts).await?;
            parents::stands(ctx, &tx, &thread.conversation).await?;
            parents::changed_place(ctx, &tx, id).await?;
        }
    }
    if !is_last {
        outbox::settle(ctx, &tx, lease, &Settlement::Step).await?;
        return tx.commit().await;
    }
    store::turn(&tx, id, Turnout { asked_at: Some(None), ..Turnout::default() }).await?;
    let workspace = workspaces::lock(&tx, conversation.workspace_id).await?;
    point(ctx, &tx, &workspace, &conversation, (&channel, format!("pointer:{id}:{channel}"))).await?;
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

/// The chat refuses to make the channel: the conversation stays in its thread, and whoever asked is told why.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn channel_refused(
    ctx: &Ctx,
    lease: &Lease,
    conversation: &Conversation,
    asked_by: Option<&str>,
    why: &str,
) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let to = Turnout { placement: Some(Placement::SharedThread), asked_at: Some(None), ..Turnout::default() };
    store::turn(&tx, conversation.id, to).await?;
    if let Some(user) = asked_by {
        let workspace: WorkspaceId = conversation.workspace_id;
        let team = workspaces::lock(&tx, workspace).await?.team_id;
        let listener = Listener { workspace, team, user: user.to_owned(), place: conversation.thread() };
        let sentence = vec![
            Span::Bold("The channel could not be created. ".to_owned()),
            Span::Text(format!("{why} The conversation stays in its thread.")),
        ];
        outbox::tell(ctx, &tx, &listener, vec![Part::Text(sentence)]).await?;
    }
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}
