//! Which text of a contact nobody has answered. What Clerk says by itself is no answer, nor is what was taken back or is still to go out. STOP, START and
//! HELP, which count nothing, ask for none.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;

use crate::{Result, Tx, ids::ConversationId, messages::Origin, store::Sql};

#[derive(FromQueryResult)]
struct Unanswered {
    created_at: DateTime<Utc>,
}

/// Since when a contact waits for an answer in a conversation; none when the last word is ours.
pub(crate) async fn since(tx: &Tx, conversation: ConversationId) -> Result<Option<DateTime<Utc>>> {
    let automatic = Origin::all().iter().filter(|origin| origin.is_automatic());
    let automatic: Vec<String> = automatic.map(|origin| format!("'{origin}'")).collect();
    let sql = format!(
        "SELECT created_at FROM messages WHERE conversation_id = $1 AND direction = 'inbound'
            AND segment_count > 0 AND (hold_reason IS NULL OR hold_reason <> 'do_not_disturb')
            AND id > COALESCE((SELECT max(id) FROM messages WHERE conversation_id = $1 AND direction = 'outbound'
                AND origin NOT IN ({}) AND status NOT IN ('canceled', 'scheduled')), '')
        ORDER BY id LIMIT 1",
        automatic.join(", ")
    );
    let row: Option<Unanswered> = Sql::new(sql, [conversation.into()]).one(tx).await?;
    Ok(row.map(|row| row.created_at))
}
