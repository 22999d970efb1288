//! A post that Slack does not take in its own form: as plain text, and in pieces when it is long. Each piece has a key of its own, so that
//! after a failure only what is missing is posted. The first piece is the post; it is there only when the last one is.

use domain::contracts::{
    Answer, CallError, Outcome,
    chat::{ChatAccess, ChatRefusal, Place, Post, PostRef},
};
use serde_json::json;

use super::{
    body,
    lookup::{self, Seen},
    placed, send, tell,
};
use crate::chat::slack::{Slack, render::Rendered};

/// Posts it; where a piece stands already, it is left there.
pub(super) async fn post(
    slack: &Slack,
    access: &ChatAccess,
    place: &Place,
    post: &Post,
    rendered: &Rendered,
) -> Outcome<PostRef, ChatRefusal> {
    let pieces = rendered.pieces();
    let is_found_again = pieces.len() > 1 && !post.key.is_empty();
    let seen = if is_found_again { lookup::newest(slack, access, place).await? } else { Answer::Done(Seen::default()) };
    let seen = match seen {
        Answer::Done(seen) => seen,
        Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
    };
    let mut first = None;
    for (at, piece) in pieces.iter().enumerate() {
        let key = lookup::piece_key(&post.key, at);
        let stands = seen.post(&key).filter(|_| is_found_again);
        let posted = match stands {
            Some(ts) => Ok(Answer::Done(PostRef { channel: place.channel.clone(), ts })),
            None => {
                let post = Post { key, parts: Vec::new(), author: post.author.clone() };
                let mut body = body(place, &post, piece);
                if is_found_again && at == 0 {
                    body["metadata"]["event_payload"]["pieces"] = json!(pieces.len());
                }
                send(slack, access, &body).await
            }
        };
        match posted {
            Ok(Answer::Done(at)) => first = first.or(Some(at)),
            // The next attempt looks for the pieces itself.
            Err(CallError::Ambiguous { why }) if is_found_again => return Err(CallError::Unavailable { why }),
            refused => return refused,
        }
    }
    Ok(Answer::Done(first.expect("there is at least one piece")))
}

/// Shows it to one member, who sees no harm in a piece that comes twice.
pub(super) async fn whisper(
    slack: &Slack,
    access: &ChatAccess,
    to: (&Place, &str),
    post: &Post,
    rendered: &Rendered,
) -> Outcome<(), ChatRefusal> {
    let (place, user) = to;
    for piece in rendered.pieces() {
        let told = tell(slack, access, user, placed(place, post, &piece)).await?;
        if let Answer::Refused(refusal) = told {
            return Ok(Answer::Refused(refusal));
        }
    }
    Ok(Answer::Done(()))
}
