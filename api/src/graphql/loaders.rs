//! Batches: look-ups that resolvers make at the same time become one query. Ids are unique across workspaces and each batch lives for one
//! request, so nothing of one tenant can be found in the batch of another.

use std::{collections::HashMap, hash::Hash, sync::Arc, time::Duration};

use async_graphql::{
    dataloader::{DataLoader, Loader},
    runtime::{TokioSpawner, TokioTimer},
};
use domain::{
    Ctx, broadcasts, contacts, conversations,
    ids::{
        BroadcastId, ConsentId, ContactId, ConversationId, MessageId, NumberId, OptOutId, TemplateId, TokenId, UserId,
        WorkspaceId,
    },
    members, messages, numbers, templates, usage, workspaces,
};

/// Why a batch failed, for each of those who wait for it.
pub(super) type Failure = Arc<domain::Error>;

/// The batches of one request.
pub(super) type Batches = DataLoader<Finder>;

/// Answers batches from the domain.
pub(super) struct Finder(Ctx);

/// Batches for one request.
pub(super) fn batches(ctx: &Ctx) -> Batches {
    DataLoader::new(Finder(ctx.clone()), TokioSpawner::current(), TokioTimer::default()).delay(Duration::ZERO)
}

/// Files that came with a message.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct AttachmentsOf(pub(super) MessageId);

/// Opt-outs in force of a contact.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct OptOutsOf(pub(super) ContactId);

/// Conversations with a contact.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ConversationsOf(pub(super) ContactId);

/// Entry of a sender on the Do Not Disturb list.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct BlockOf(pub(super) WorkspaceId, pub(super) String);

/// A channel of a workspace.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct ChannelOf(pub(super) WorkspaceId, pub(super) String);

/// Connection of a workspace to its chat.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct InstallationOf(pub(super) WorkspaceId);

/// Current month of a workspace, when it is opened.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct CurrentMonthOf(pub(super) WorkspaceId);

macro_rules! found_by_id {
    ($($id:ty => $row:ty, $find:path;)+) => {
        $(
            impl Loader<$id> for Finder {
                type Value = $row;
                type Error = Failure;

                async fn load(&self, ids: &[$id]) -> Result<HashMap<$id, $row>, Failure> {
                    let rows = $find(&self.0, ids).await?;
                    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
                }
            }
        )+
    };
}

found_by_id! {
    WorkspaceId => workspaces::Workspace, workspaces::find;
    UserId => members::User, members::user;
    TokenId => members::ApiToken, members::tokens_by_ids;
    NumberId => numbers::Number, numbers::find;
    ContactId => contacts::Contact, contacts::find;
    OptOutId => contacts::OptOut, contacts::find_opt_outs;
    ConsentId => contacts::Consent, contacts::find_consents;
    ConversationId => conversations::Conversation, conversations::find;
    MessageId => messages::Message, messages::find;
    TemplateId => templates::Template, templates::find;
    BroadcastId => broadcasts::Broadcast, broadcasts::find;
}

/// Rows by the key that each belongs to.
fn grouped<K: Hash + Eq, T>(rows: Vec<T>, key: impl Fn(&T) -> K) -> HashMap<K, Vec<T>> {
    let mut groups: HashMap<K, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

impl Loader<AttachmentsOf> for Finder {
    type Value = Vec<messages::Attachment>;
    type Error = Failure;

    async fn load(&self, keys: &[AttachmentsOf]) -> Result<HashMap<AttachmentsOf, Self::Value>, Failure> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        Ok(grouped(messages::attachments_of(&self.0, &ids).await?, |row| AttachmentsOf(row.message_id)))
    }
}

impl Loader<OptOutsOf> for Finder {
    type Value = Vec<contacts::OptOut>;
    type Error = Failure;

    async fn load(&self, keys: &[OptOutsOf]) -> Result<HashMap<OptOutsOf, Self::Value>, Failure> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        Ok(grouped(contacts::active_opt_outs(&self.0, &ids).await?, |row| OptOutsOf(row.contact_id)))
    }
}

impl Loader<ConversationsOf> for Finder {
    type Value = Vec<conversations::Conversation>;
    type Error = Failure;

    async fn load(&self, keys: &[ConversationsOf]) -> Result<HashMap<ConversationsOf, Self::Value>, Failure> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        Ok(grouped(conversations::of_contacts(&self.0, &ids).await?, |row| ConversationsOf(row.contact_id)))
    }
}

impl Loader<BlockOf> for Finder {
    type Value = contacts::Blocked;
    type Error = Failure;

    async fn load(&self, keys: &[BlockOf]) -> Result<HashMap<BlockOf, Self::Value>, Failure> {
        let workspaces: Vec<_> = keys.iter().map(|key| key.0).collect();
        let addresses: Vec<_> = keys.iter().map(|key| key.1.clone()).collect();
        let rows = contacts::find_blocked(&self.0, &workspaces, &addresses).await?;
        Ok(rows.into_iter().map(|row| (BlockOf(row.workspace_id, row.address.clone()), row)).collect())
    }
}

impl Loader<ChannelOf> for Finder {
    type Value = workspaces::KnownChannel;
    type Error = Failure;

    async fn load(&self, keys: &[ChannelOf]) -> Result<HashMap<ChannelOf, Self::Value>, Failure> {
        let workspaces: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = workspaces::list_channels(&self.0, &workspaces).await?;
        Ok(rows.into_iter().map(|row| (ChannelOf(row.workspace_id, row.channel_id.clone()), row)).collect())
    }
}

impl Loader<InstallationOf> for Finder {
    type Value = workspaces::Installation;
    type Error = Failure;

    async fn load(&self, keys: &[InstallationOf]) -> Result<HashMap<InstallationOf, Self::Value>, Failure> {
        let workspaces: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = workspaces::installations(&self.0, &workspaces).await?;
        Ok(rows.into_iter().map(|row| (InstallationOf(row.workspace_id), row)).collect())
    }
}

impl Loader<CurrentMonthOf> for Finder {
    type Value = usage::Period;
    type Error = Failure;

    async fn load(&self, keys: &[CurrentMonthOf]) -> Result<HashMap<CurrentMonthOf, Self::Value>, Failure> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let workspaces = workspaces::find(&self.0, &ids).await?;
        let rows = usage::current_of(&self.0, &workspaces).await?;
        Ok(rows.into_iter().map(|row| (CurrentMonthOf(row.workspace_id), row)).collect())
    }
}
