//! Answers to the address that came with what a member did: good for half an hour and five times. The address comes from outside, so
//! it must be one of Slack's; no token goes there.

use domain::contracts::{
    Answer, Outcome,
    chat::{ChatRefusal, Post},
};
use serde_json::{Value, json};
use slack_morphism::ClientResult;
use url::Url;

use super::{
    Slack,
    answers::{Repeat, settle},
    connector::{by_content, good},
    posts::shown,
    render::render,
};
use crate::wire::{Silence, Spoken};

/// Replaces what the member saw; without a post, takes it away.
pub(super) async fn answer(slack: &Slack, url: &str, post: Option<&Post>) -> Outcome<(), ChatRefusal> {
    let Some(address) = address(slack, url) else { return Ok(Answer::Refused(foreign())) };
    let body = match post {
        Some(post) => {
            let mut body = shown(&render(post));
            body["replace_original"] = json!(true);
            body
        }
        None => json!({ "delete_original": true }),
    };
    understood(slack.connector().post_answer(address, &body).await, Repeat::Harmless)
}

/// Says something new to the member alone. What is too long comes in pieces.
pub(super) async fn respond(slack: &Slack, url: &str, post: &Post) -> Outcome<(), ChatRefusal> {
    let Some(address) = address(slack, url) else { return Ok(Answer::Refused(foreign())) };
    let rendered = render(post);
    let pieces = if rendered.is_too_long { rendered.pieces() } else { vec![rendered] };
    for piece in pieces {
        let mut body = shown(&piece);
        body["response_type"] = json!("ephemeral");
        body["replace_original"] = json!(false);
        let told = understood(slack.connector().post_answer(address.clone(), &body).await, Repeat::Never)?;
        if let Answer::Refused(refusal) = told {
            return Ok(Answer::Refused(refusal));
        }
    }
    Ok(Answer::Done(()))
}

fn address(slack: &Slack, url: &str) -> Option<Url> {
    Url::parse(url).ok().filter(|address| slack.connector().takes_answers(address))
}

fn foreign() -> ChatRefusal {
    ChatRefusal::NotAllowed { code: "foreign_address".to_owned(), needed: None }
}

fn understood(spoken: Result<Spoken, Silence>, repeat: Repeat) -> Outcome<(), ChatRefusal> {
    if let Ok(spoken) = &spoken
        && matches!(spoken.status, 404 | 410)
    {
        return Ok(Answer::Refused(ChatRefusal::TooLate("expired_url".to_owned())));
    }
    settle(good(spoken).and_then(|spoken| by_word(&spoken)), repeat)
}

/// The answer is `ok` or a JSON object; only an object can say no.
fn by_word(spoken: &Spoken) -> ClientResult<()> {
    match serde_json::from_slice::<Value>(&spoken.body) {
        Ok(Value::Object(_)) => by_content::<Value>(&spoken.body).map(|_| ()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn outcome(status: u16, body: &str) -> Outcome<(), ChatRefusal> {
        let (wait, content_type) = (Duration::from_secs(1), String::new());
        understood(Ok(Spoken { status, wait, content_type, body: body.as_bytes().to_vec() }), Repeat::Harmless)
    }

    #[test]
    fn an_answer_is_taken_with_a_word_or_an_object() {
        assert_eq!([outcome(200, "ok"), outcome(200, r#"{"ok":true}"#)], [Ok(Answer::Done(())), Ok(Answer::Done(()))]);
    }

    #[test]
    fn an_address_that_is_no_longer_good_is_too_late() {
        let late = [outcome(404, "expired_url"), outcome(410, ""), outcome(200, r#"{"ok":false,"error":"used_url"}"#)];

        assert!(late.iter().all(|outcome| matches!(outcome, Ok(Answer::Refused(ChatRefusal::TooLate(_))))), "{late:?}");
    }

    #[test]
    fn a_broken_server_is_asked_again() {
        assert!(matches!(outcome(503, ""), Err(domain::contracts::CallError::Unavailable { .. })));
    }
}
