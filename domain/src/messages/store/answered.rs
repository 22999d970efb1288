//! What an automatic answer has to know of the messages before it.

use sea_orm::{QuerySelect, QueryTrait, entity::prelude::*};

use super::messages::{Column, Entity};
use crate::{
    Result, Tx,
    conversations::store as conversations,
    ids::{ContactId, ConversationId, MessageId},
    messages::{Direction, Origin, Status},
};

/// Whether nobody wrote to or heard from a contact before a message.
pub(crate) async fn is_first(tx: &Tx, contact: ContactId, message: MessageId) -> Result<bool> {
    let threads = conversations::Entity::find().select_only().column(conversations::Column::Id);
    let threads = threads.filter(conversations::Column::ContactId.eq(contact));
    let before = Entity::find().filter(Column::ConversationId.in_subquery(threads.into_query()));
    Ok(before.filter(Column::Id.lt(message)).count(tx).await? == 0)
}

/// Whether somebody of the team has written in a conversation since an instant.
pub(crate) async fn is_attended(tx: &Tx, conversation: ConversationId, since: DateTimeUtc) -> Result<bool> {
    let of = Entity::find().filter(Column::ConversationId.eq(conversation)).filter(Column::CreatedAt.gte(since));
    let of = of.filter(Column::Direction.eq(Direction::Outbound)).filter(Column::Status.ne(Status::Scheduled));
    let written = of.filter(Column::Origin.is_not_in(Origin::all().iter().copied().filter(|one| one.is_automatic())));
    Ok(written.count(tx).await? > 0)
}
