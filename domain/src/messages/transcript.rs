//! What a conversation's own channel begins with: its head, and what was said so far, so that nobody has to look elsewhere. The latest texts are
//! carried over in order, once; of older ones it is said how many there are and where.

use super::{Direction, Message, Origin, store};
use crate::{
    Ctx, Result,
    contracts::chat::{Post, Span},
    conversations::{self, Thread},
    ids::MessageId,
    members,
};

/// Texts that are carried over, at most.
const CARRIED_OVER: u64 = 50;

/// The posts with which a conversation's own channel begins, in order. `until` is the latest message of the transcript.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn beginning(ctx: &Ctx, thread: &Thread, until: Option<MessageId>) -> Result<Vec<Post>> {
    let conversation = &thread.conversation;
    let mut posts = vec![conversations::parent(thread)];
    let Some(until) = until else { return Ok(posts) };
    let db = ctx.database.reader();
    let shown = store::messages::shown_until(db, conversation.id, until, CARRIED_OVER).await?;
    let count = store::messages::shown_count(db, conversation.id, until).await?;
    let earlier = count.saturating_sub(u64::try_from(shown.len()).unwrap_or(count));
    let mut lines = Vec::new();
    for message in &shown {
        let author = author(ctx, thread, message).await?;
        let length = author.chars().count() + message.body.chars().count();
        lines.push((line(message, author), length));
    }
    let key = format!("transcript:{}:{until}", conversation.id);
    posts.extend(conversations::transcript_posts(conversation, earlier, lines, &key));
    Ok(posts)
}

async fn author(ctx: &Ctx, thread: &Thread, message: &Message) -> Result<String> {
    Ok(match (message.direction, message.origin) {
        (Direction::Inbound, _) => thread.contact.shown(),
        (Direction::Outbound, Origin::Automatic) => "Automatic answer".to_owned(),
        (Direction::Outbound, _) => {
            let user = message.author.as_deref().and_then(|author| author.parse().ok());
            let user = match user {
                Some(user) => members::user(ctx, &[user]).await?.pop(),
                None => None,
            };
            user.map_or_else(|| "The API".to_owned(), |user| user.display_name)
        }
    })
}

fn line(message: &Message, author: String) -> Vec<Span> {
    let mut line = vec![Span::Bold(author), Span::Text("  ".to_owned()), Span::Time(message.created_at)];
    if !message.body.is_empty() {
        line.push(Span::Text(format!("\n{}", message.body)));
    }
    if message.media_count > 0 {
        let noun = if message.media_count == 1 { "file" } else { "files" };
        line.push(Span::Text(format!("\n[{} {noun}]", message.media_count)));
    }
    line
}
