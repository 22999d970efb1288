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
    let Some(address) = Url::parse(url).ok().filter(|address| slack.connector().takes_answers(address)) else {
        return Ok(Answer::Refused(ChatRefusal::NotAllowed { code: "foreign_address".to_owned(), needed: None }));
    };
    let body = match post {
        Some(post) => {
            let mut body = shown(&render(post));
            body["replace_original"] = json!(true);
            body
        }
        None => json!({ "delete_original": true }),
    };
    understood(slack.connector().post_answer(address, &body).await)
}

fn understood(spoken: Result<Spoken, Silence>) -> Outcome<(), ChatRefusal> {
    if let Ok(spoken) = &spoken
        && matches!(spoken.status, 404 | 410)
    {
        return Ok(Answer::Refused(ChatRefusal::TooLate("expired_url".to_owned())));
    }
    settle(good(spoken).and_then(|spoken| by_word(&spoken)), Repeat::Harmless)
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
        understood(Ok(Spoken { status, wait, content_type, body: body.as_bytes().to_vec() }))
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
