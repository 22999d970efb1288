//! Rows of the places that conversations have or had: channels of their own, and threads that were given up.

use sea_orm::{ActiveValue::Set, Condition, IntoActiveModel, QuerySelect, entity::prelude::*, sea_query::OnConflict};

use crate::{
    Ctx, Result, Tx,
    contracts::chat::Place,
    conversations::store::{self as conversations, Model as Conversation},
    ids::{ConversationId, WorkspaceId},
    numbers::Placement,
};

pub(crate) mod direct {
    //! Channels of a conversation's own.

    use sea_orm::entity::prelude::*;

    use crate::ids::{ConversationId, MessageId, WorkspaceId};

    /// A channel of a conversation's own.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "direct_channels")]
    pub(crate) struct Model {
        /// The workspace.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) workspace_id: WorkspaceId,
        /// The channel.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) channel_id: String,
        /// The conversation.
        pub(crate) conversation_id: ConversationId,
        /// Member who asked for it, by their id in the chat.
        pub(crate) asked_by: Option<String>,
        /// How many of the posts with which it begins stand there.
        pub(crate) step: i32,
        /// Latest message that its transcript has.
        pub(crate) transcript_until: Option<MessageId>,
        /// When it was made.
        pub(crate) created_at: DateTimeUtc,
    }

    /// Relations are read by batches, not declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod past {
    //! Threads that were given up.

    use sea_orm::entity::prelude::*;

    use crate::ids::{ConversationId, WorkspaceId};

    /// A thread that was given up, because its channel is gone.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "past_threads")]
    pub(crate) struct Model {
        /// The workspace.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) workspace_id: WorkspaceId,
        /// Channel that it is in.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) channel_id: String,
        /// Its first post.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) thread_ts: String,
        /// The conversation.
        pub(crate) conversation_id: ConversationId,
        /// When it was given up.
        pub(crate) ended_at: DateTimeUtc,
    }

    /// Relations are read by batches, not declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod sign {
    //! Signposts whose question is open.

    use sea_orm::entity::prelude::*;

    use crate::{
        contracts::chat::PostRef,
        ids::{ConversationId, WorkspaceId},
        outbox::{Sign, Signpost},
    };

    /// A signpost that stands.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "signposts")]
    pub(crate) struct Model {
        /// The workspace.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) workspace_id: WorkspaceId,
        /// Channel that it stands in.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) channel_id: String,
        /// Its post.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) ts: String,
        /// The conversation.
        pub(crate) conversation_id: ConversationId,
        /// What it says.
        pub(crate) sign: Sign,
        /// The conversation's own channel that it is about.
        pub(crate) own_channel_id: String,
    }

    impl Model {
        pub(crate) fn signpost(&self) -> Signpost {
            let own_channel = self.own_channel_id.clone();
            Signpost { conversation: self.conversation_id, sign: self.sign, own_channel }
        }

        pub(crate) fn at(&self) -> PostRef {
            PostRef { channel: self.channel_id.clone(), ts: self.ts.clone() }
        }
    }

    /// Relations are read by batches, not declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) async fn insert_signpost(tx: &Tx, row: sign::Model) -> Result<()> {
    let keys = [sign::Column::WorkspaceId, sign::Column::ChannelId, sign::Column::Ts];
    let conflict = OnConflict::columns(keys).do_nothing().to_owned();
    let stood = sign::Entity::insert(row.into_active_model().reset_all()).on_conflict(conflict).try_insert();
    stood.exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn signposts_of(tx: &Tx, conversation: ConversationId) -> Result<Vec<sign::Model>> {
    Ok(sign::Entity::find().filter(sign::Column::ConversationId.eq(conversation)).all(tx).await?)
}

pub(super) async fn delete_signpost(tx: &Tx, row: sign::Model) -> Result<()> {
    sign::Entity::delete(row.into_active_model()).exec(tx).await?;
    Ok(())
}

/// The channel with this id, when it is or was a conversation's own.
pub(super) async fn direct_by_channel(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    channel: &str,
) -> Result<Option<direct::Model>> {
    Ok(direct::Entity::find_by_id((workspace, channel.to_owned())).one(db).await?)
}

pub(super) async fn directs_of(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<Vec<direct::Model>> {
    Ok(direct::Entity::find().filter(direct::Column::WorkspaceId.eq(workspace)).all(db).await?)
}

pub(super) async fn insert_direct(tx: &Tx, row: direct::Model) -> Result<()> {
    direct::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn set_step(tx: &Tx, workspace: WorkspaceId, channel: &str, step: i32) -> Result<()> {
    let change = direct::ActiveModel {
        workspace_id: Set(workspace),
        channel_id: Set(channel.to_owned()),
        step: Set(step),
        ..Default::default()
    };
    direct::Entity::update(change).exec(tx).await?;
    Ok(())
}

/// Conversation of a thread that was given up.
pub(super) async fn by_past_thread(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    channel: &str,
    ts: &str,
) -> Result<Option<ConversationId>> {
    let found = past::Entity::find_by_id((workspace, channel.to_owned(), ts.to_owned())).one(db).await?;
    Ok(found.map(|row| row.conversation_id))
}

pub(super) async fn past_threads_of(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
) -> Result<Vec<(ConversationId, String, String)>> {
    let rows = past::Entity::find().filter(past::Column::WorkspaceId.eq(workspace)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.conversation_id, row.channel_id, row.thread_ts)).collect())
}

/// Conversations whose thread is in a channel, or is to be opened there.
pub(super) async fn with_thread_in(tx: &Tx, workspace: WorkspaceId, channel: &str) -> Result<Vec<Conversation>> {
    let of = conversations::Entity::find().filter(conversations::Column::WorkspaceId.eq(workspace));
    Ok(of.filter(conversations::Column::ChannelId.eq(channel)).all(tx).await?)
}

/// Gives up the thread of a conversation; its next post opens another.
pub(super) async fn give_up_thread(ctx: &Ctx, tx: &Tx, conversation: &Conversation) -> Result<()> {
    if let Some(Place { channel, thread: Some(ts) }) = conversation.thread() {
        let row = past::Model {
            workspace_id: conversation.workspace_id,
            channel_id: channel,
            thread_ts: ts,
            conversation_id: conversation.id,
            ended_at: ctx.now(),
        };
        let keys = [past::Column::WorkspaceId, past::Column::ChannelId, past::Column::ThreadTs];
        let conflict = OnConflict::columns(keys).do_nothing().to_owned();
        let kept = past::Entity::insert(row.into_active_model().reset_all()).on_conflict(conflict).try_insert();
        kept.exec_without_returning(tx).await?;
    }
    let change = conversations::ActiveModel {
        id: Set(conversation.id),
        channel_id: Set(None),
        thread_ts: Set(None),
        thread_url: Set(None),
        ..Default::default()
    };
    conversations::Entity::update(change).exec(tx).await?;
    Ok(())
}

/// The conversation, and nobody else changes it until the transaction ends.
pub(super) async fn lock(tx: &Tx, id: ConversationId) -> Result<Option<Conversation>> {
    let find = conversations::Entity::find_by_id(id);
    // SQLite has one writer and no such clause; the query builder leaves it out there.
    Ok(find.lock_exclusive().one(tx).await?)
}

/// Where a conversation goes on; what is left out stays.
#[derive(Clone, Copy, Default)]
pub(super) struct Turnout<'a> {
    pub(super) placement: Option<Placement>,
    pub(super) own_channel: Option<&'a str>,
    pub(super) is_lost: Option<bool>,
    pub(super) is_fallback_due: Option<bool>,
    pub(super) asked_at: Option<Option<DateTimeUtc>>,
}

pub(super) async fn turn(tx: &Tx, id: ConversationId, to: Turnout<'_>) -> Result<()> {
    let mut change = conversations::ActiveModel { id: Set(id), ..Default::default() };
    if let Some(placement) = to.placement {
        change.placement = Set(placement);
    }
    if let Some(channel) = to.own_channel {
        change.own_channel_id = Set(Some(channel.to_owned()));
    }
    if let Some(is_lost) = to.is_lost {
        change.is_own_channel_lost = Set(is_lost);
    }
    if let Some(is_due) = to.is_fallback_due {
        change.is_fallback_due = Set(is_due);
    }
    if let Some(asked_at) = to.asked_at {
        change.own_channel_asked_at = Set(asked_at);
    }
    conversations::Entity::update(change).exec(tx).await?;
    Ok(())
}

/// Notes that a channel of its own is being made. False when that was noted already, later than `stale`.
pub(super) async fn mark_asked(ctx: &Ctx, tx: &Tx, id: ConversationId, stale: DateTimeUtc) -> Result<bool> {
    let change = conversations::ActiveModel { own_channel_asked_at: Set(Some(ctx.now())), ..Default::default() };
    let is_free = Condition::any()
        .add(conversations::Column::OwnChannelAskedAt.is_null())
        .add(conversations::Column::OwnChannelAskedAt.lt(stale));
    let free =
        conversations::Entity::update_many().set(change).filter(conversations::Column::Id.eq(id)).filter(is_free);
    Ok(free.exec(tx).await?.rows_affected == 1)
}

pub(super) async fn set_head(tx: &Tx, id: ConversationId, ts: &str) -> Result<()> {
    let change =
        conversations::ActiveModel { id: Set(id), own_head_ts: Set(Some(ts.to_owned())), ..Default::default() };
    conversations::Entity::update(change).exec(tx).await?;
    Ok(())
}

pub(super) async fn set_thread_url(tx: &Tx, id: ConversationId, url: &str) -> Result<()> {
    let change =
        conversations::ActiveModel { id: Set(id), thread_url: Set(Some(url.to_owned())), ..Default::default() };
    conversations::Entity::update(change).exec(tx).await?;
    Ok(())
}
