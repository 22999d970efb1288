//! The bytes of a file in Slack. The token goes to Slack's own addresses only and follows no redirect: Slack sends whoever may not see a
//! file to its page of login, which would otherwise be taken for the file.

use domain::contracts::{
    Answer, Outcome,
    chat::{ChatAccess, ChatRefusal},
    view::FileRef,
};
use serde::Deserialize;
use url::Url;

use super::{
    Slack,
    answers::{Repeat, map, settle},
    connector::good,
    methods::Method,
};
use crate::wire::{Silence, Spoken};

const HTML: &str = "text/html";

pub(super) async fn download(
    slack: &Slack,
    access: &ChatAccess,
    file: &FileRef,
    longest: u64,
) -> Outcome<Vec<u8>, ChatRefusal> {
    if file.byte_count > longest {
        return Ok(Answer::Refused(too_large()));
    }
    let address = match address(slack, access, file).await? {
        Answer::Done(address) => address,
        Answer::Refused(refusal) => return Ok(Answer::Refused(refusal)),
    };
    let Some(address) = Url::parse(&address).ok().filter(|address| slack.connector().is_of_slack(address)) else {
        return Ok(Answer::Refused(denied("foreign_address")));
    };
    let longest = usize::try_from(longest).unwrap_or(usize::MAX);
    understood(slack.connector().get_bytes(address, &access.token, longest).await, &file.content_type)
}

/// Where the file lies: what comes with an event may leave that out, in channels with other companies for instance.
async fn address(slack: &Slack, access: &ChatAccess, file: &FileRef) -> Outcome<String, ChatRefusal> {
    #[derive(Deserialize)]
    struct About {
        file: Described,
    }
    #[derive(Deserialize)]
    struct Described {
        #[serde(default)]
        url_private: String,
    }
    if !file.url.is_empty() {
        return Ok(Answer::Done(file.url.clone()));
    }
    let query = vec![("file", Some(file.id.clone()))];
    let about = slack.ask::<About>(access, Method::FilesInfo, query).await;
    map(settle(about, Repeat::Harmless), |about| about.file.url_private)
}

fn understood(spoken: Result<Spoken, Silence>, content_type: &str) -> Outcome<Vec<u8>, ChatRefusal> {
    let refusal = match &spoken {
        Err(Silence::TooLong) => Some(too_large()),
        Ok(spoken) => refusal(spoken, content_type),
        Err(_) => None,
    };
    match refusal {
        Some(refusal) => Ok(Answer::Refused(refusal)),
        None => map(settle(good(spoken), Repeat::Harmless), |spoken| spoken.body),
    }
}

fn refusal(spoken: &Spoken, content_type: &str) -> Option<ChatRefusal> {
    let is_page = spoken.content_type.starts_with(HTML) && !content_type.starts_with(HTML);
    match spoken.status {
        200..=299 if is_page => Some(denied("login_page")),
        300..=399 => Some(denied("login_page")),
        401 => Some(ChatRefusal::AccessLost("invalid_auth".to_owned())),
        403 => Some(denied("file_access_denied")),
        404 | 410 => Some(ChatRefusal::NotFound("file_not_found".to_owned())),
        _ => None,
    }
}

fn too_large() -> ChatRefusal {
    ChatRefusal::Unpostable("file_too_large".to_owned())
}

fn denied(code: &str) -> ChatRefusal {
    ChatRefusal::NotAllowed { code: code.to_owned(), needed: Some("files:read".to_owned()) }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use domain::contracts::CallError;

    use super::*;

    fn outcome(status: u16, content_type: &str) -> Outcome<Vec<u8>, ChatRefusal> {
        let wait = Duration::from_secs(3);
        let spoken = Spoken { status, wait, content_type: content_type.to_owned(), body: vec![1] };
        understood(Ok(spoken), "image/png")
    }

    fn code(outcome: &Outcome<Vec<u8>, ChatRefusal>) -> &str {
        match outcome {
            Ok(Answer::Refused(refusal)) => refusal.code(),
            other => panic!("not refused: {other:?}"),
        }
    }

    #[test]
    fn the_bytes_are_what_came() {
        assert_eq!(outcome(200, "image/png"), Ok(Answer::Done(vec![1])));
    }

    #[test]
    fn a_page_of_login_is_never_taken_for_a_file() {
        let pages = [outcome(302, ""), outcome(200, "text/html; charset=utf-8")];

        assert_eq!(pages.each_ref().map(code), ["login_page"; 2]);
        let html =
            Spoken { status: 200, wait: Duration::from_secs(1), content_type: HTML.to_owned(), body: b"<p>".to_vec() };
        assert_eq!(understood(Ok(html), HTML), Ok(Answer::Done(b"<p>".to_vec())));
    }

    #[test]
    fn each_refusal_says_what_it_is() {
        let refused = [outcome(401, ""), outcome(403, ""), outcome(404, ""), understood(Err(Silence::TooLong), "")];

        let codes = refused.each_ref().map(code);
        assert_eq!(codes, ["invalid_auth", "file_access_denied", "file_not_found", "file_too_large"]);
    }

    #[test]
    fn what_is_no_answer_means_later() {
        assert_eq!(outcome(429, ""), Err(CallError::Throttled { wait: Duration::from_secs(3) }));
        assert!(matches!(outcome(500, ""), Err(CallError::Unavailable { .. })));
        assert!(matches!(understood(Err(Silence::Broken), ""), Err(CallError::Unavailable { .. })));
    }
}
