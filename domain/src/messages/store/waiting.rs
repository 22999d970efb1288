//! Texts in whose posts it is asked where their conversation goes on.

use sea_orm::{QuerySelect, entity::prelude::*};

use crate::{
    Result, Tx,
    ids::{ConversationId, MessageId},
    messages::{
        Origin, Status,
        store::messages::{Column, Entity},
    },
};

/// Those of a conversation: from a window or the API, and not sent yet.
pub(crate) async fn asking(tx: &Tx, conversation: ConversationId) -> Result<Vec<MessageId>> {
    let of = Entity::find().select_only().column(Column::Id).filter(Column::ConversationId.eq(conversation));
    let queued = of.filter(Column::Status.eq(Status::Queued)).filter(Column::PostTs.is_not_null());
    Ok(queued.filter(Column::Origin.is_in([Origin::Api, Origin::Composed])).into_tuple().all(tx).await?)
}
