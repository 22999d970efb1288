//! Which text of a contact nobody has answered. What Clerk says by itself is no answer, nor is what was taken back or is still to go out.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;

use crate::{Result, Tx, ids::ConversationId, store::Sql};

#[derive(FromQueryResult)]
struct Unanswered {
    created_at: DateTime<Utc>,
}

/// Since when a contact waits for an answer in a conversation; none when the last word is ours.
pub(crate) async fn since(tx: &Tx, conversation: ConversationId) -> Result<Option<DateTime<Utc>>> {
    let sql = "SELECT created_at FROM messages WHERE conversation_id = $1 AND direction = 'inbound'
            AND (hold_reason IS NULL OR hold_reason <> 'do_not_disturb')
            AND id > COALESCE((SELECT max(id) FROM messages WHERE conversation_id = $1 AND direction = 'outbound'
                AND origin <> 'automatic' AND status NOT IN ('canceled', 'scheduled')), '')
        ORDER BY id LIMIT 1";
    let row: Option<Unanswered> = Sql::new(sql, [conversation.into()]).one(tx).await?;
    Ok(row.map(|row| row.created_at))
}
