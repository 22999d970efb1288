//! What an answer of Slack means: the one table of its words, and the rule for everything that is no word.
//!
//! A post must not happen twice, so whatever may have happened is ambiguous there. Marks, joins, edits and questions may
//! be repeated, so the same answer only means "later" for them.

use domain::contracts::{Answer, CallError, Outcome, chat::ChatRefusal};
use slack_morphism::{
    ClientResult,
    errors::{SlackClientApiError, SlackClientError},
};

use crate::{retry_after, wire::Silence};

/// Whether a call may be made again without harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Reading, and whatever has the same end when done twice.
    Harmless,
    /// What would be there twice.
    Never,
}

/// Sorts the result of a call.
pub(super) fn settle<T>(result: ClientResult<T>, repeat: Repeat) -> Outcome<T, ChatRefusal> {
    match result {
        Ok(value) => Ok(Answer::Done(value)),
        Err(SlackClientError::ApiError(error)) => said(error, repeat),
        Err(SlackClientError::RateLimitError(error)) => {
            Err(CallError::Throttled { wait: error.retry_after.unwrap_or(retry_after::UNSAID) })
        }
        Err(SlackClientError::HttpError(error)) => {
            let status = error.status_code.as_u16();
            match status {
                400..=499 => Ok(Answer::Refused(ChatRefusal::Other(format!("http_{status}")))),
                _ => Err(unclear(format!("Slack answered {status}"), repeat)),
            }
        }
        Err(SlackClientError::SystemError(error)) => {
            Err(unheard(error.cause.and_then(|cause| cause.downcast::<Silence>().ok()), repeat))
        }
        Err(SlackClientError::ProtocolError(_)) => Err(unclear("Slack's answer could not be read".to_owned(), repeat)),
        // These come from addresses and forms that could not be built: nothing was sent.
        Err(_) => Err(CallError::Unavailable { why: "the request to Slack could not be made".to_owned() }),
    }
}

fn unheard(silence: Option<Box<Silence>>, repeat: Repeat) -> CallError {
    match silence.as_deref() {
        Some(Silence::NeverLeft) => CallError::Unavailable { why: "Slack could not be reached".to_owned() },
        Some(silence) => unclear(format!("Slack: {silence}"), repeat),
        None => unclear("Slack gave no answer".to_owned(), repeat),
    }
}

fn unclear(why: String, repeat: Repeat) -> CallError {
    match repeat {
        Repeat::Never => CallError::Ambiguous { why },
        Repeat::Harmless => CallError::Unavailable { why },
    }
}

fn said<T>(error: SlackClientApiError, repeat: Repeat) -> Outcome<T, ChatRefusal> {
    match error.code.as_str() {
        "ratelimited" | "rate_limited" => Err(CallError::Throttled { wait: retry_after::UNSAID }),
        "service_unavailable" | "team_added_to_org" | "request_timeout" | "org_login_required" => {
            Err(CallError::Unavailable { why: format!("Slack said {}", plain(&error.code)) })
        }
        // Slack's own words: some of the request may have succeeded before the failure.
        "internal_error" | "fatal_error" => Err(unclear(format!("Slack said {}", error.code), repeat)),
        _ => Ok(Answer::Refused(refusal(error))),
    }
}

fn refusal(error: SlackClientApiError) -> ChatRefusal {
    let code = plain(&error.code);
    match code.as_str() {
        "is_archived" | "channel_not_found" | "not_in_channel" | "channel_is_archived" => {
            ChatRefusal::ChannelGone(code)
        }
        "token_revoked"
        | "account_inactive"
        | "invalid_auth"
        | "token_expired"
        | "not_authed"
        | "invalid_refresh_token" => ChatRefusal::AccessLost(code),
        "msg_too_long"
        | "msg_blocks_too_long"
        | "invalid_blocks"
        | "invalid_blocks_format"
        | "no_text"
        | "invalid_attachments"
        | "too_many_attachments"
        | "invalid_arguments"
        | "metadata_too_large"
        | "invalid_metadata_format"
        | "invalid_metadata_schema" => ChatRefusal::Unpostable(code),
        "name_taken" => ChatRefusal::NameTaken,
        // Slack wrote it both ways.
        "expired_trigger_id"
        | "exchanged_trigger_id"
        | "trigger_expired"
        | "trigger_exchanged"
        | "hash_conflict"
        | "view_expired"
        | "expired_url"
        | "used_url" => ChatRefusal::TooLate(code),
        "message_not_found"
        | "thread_not_found"
        | "user_not_found"
        | "users_not_found"
        | "file_not_found"
        | "file_deleted"
        | "not_found"
        | "user_not_visible"
        | "user_disabled"
        | "user_not_in_channel"
        | "cannot_reply_to_message" => ChatRefusal::NotFound(code),
        word if word.starts_with("invalid_name") => ChatRefusal::Unpostable(code),
        word if is_denial(word) => {
            ChatRefusal::NotAllowed { needed: error.errors.map(|scopes| scopes.join(",")), code }
        }
        _ => ChatRefusal::Other(code),
    }
}

fn is_denial(word: &str) -> bool {
    word.starts_with("restricted_action")
        || matches!(
            word,
            "missing_scope"
                | "ekm_access_denied"
                | "no_permission"
                | "access_denied"
                | "accesslimited"
                | "not_allowed_token_type"
                | "cannot_create_channel"
                | "team_access_not_granted"
                | "user_is_restricted"
                | "cant_invite"
                | "cant_delete_message"
                | "not_enabled"
                | "method_not_supported_for_channel_type"
                | "bad_client_secret"
                | "invalid_client_id"
        )
}

/// A word of the vendor that may stand in logs and on a page, whatever a lying server sends.
fn plain(code: &str) -> String {
    code.chars()
        .filter(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.'))
        .take(80)
        .collect()
}

/// Counts some refusals as done: the thing is already as we want it.
pub(super) fn settled_by<T>(outcome: Outcome<T, ChatRefusal>, codes: &[&str]) -> Outcome<(), ChatRefusal> {
    Ok(match outcome? {
        Answer::Done(_) => Answer::Done(()),
        Answer::Refused(refusal) if codes.contains(&refusal.code()) => Answer::Done(()),
        Answer::Refused(refusal) => Answer::Refused(refusal),
    })
}

/// Takes a done answer further.
pub(super) fn map<T, U>(outcome: Outcome<T, ChatRefusal>, then: impl FnOnce(T) -> U) -> Outcome<U, ChatRefusal> {
    Ok(match outcome? {
        Answer::Done(value) => Answer::Done(then(value)),
        Answer::Refused(refusal) => Answer::Refused(refusal),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use slack_morphism::errors::{
        SlackClientHttpError, SlackClientProtocolError, SlackClientSystemError, SlackRateLimitError,
    };

    use super::*;

    fn word(code: &str) -> SlackClientError {
        SlackClientError::ApiError(SlackClientApiError::new(code.to_owned()))
    }

    fn silence(silence: Silence) -> SlackClientError {
        SlackClientError::SystemError(SlackClientSystemError::new().with_cause(Box::new(silence)))
    }

    fn status(status: u16) -> SlackClientError {
        let status = reqwest::StatusCode::from_u16(status).unwrap();
        SlackClientError::HttpError(SlackClientHttpError::new(status))
    }

    fn of_post(error: SlackClientError) -> Outcome<(), ChatRefusal> {
        settle(Err(error), Repeat::Never)
    }

    fn refused(code: &str) -> ChatRefusal {
        match of_post(word(code)) {
            Ok(Answer::Refused(refusal)) => refusal,
            other => panic!("not refused: {other:?}"),
        }
    }

    #[test]
    fn a_channel_that_is_gone_and_an_access_that_is_lost_are_told_apart() {
        let gone = ["is_archived", "channel_not_found", "not_in_channel"].map(refused);
        let lost = ["token_revoked", "account_inactive", "invalid_auth", "token_expired", "invalid_refresh_token"]
            .map(refused);

        assert!(gone.iter().all(|refusal| matches!(refusal, ChatRefusal::ChannelGone(_))));
        assert!(lost.iter().all(|refusal| matches!(refusal, ChatRefusal::AccessLost(_))));
        assert_eq!(gone[0].code(), "is_archived");
    }

    #[test]
    fn what_cannot_be_posted_as_it_is_must_be_said_more_simply() {
        let words = ["msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_name_specials"];

        let refusals = words.map(refused);

        assert!(refusals.iter().all(|refusal| matches!(refusal, ChatRefusal::Unpostable(_))));
    }

    #[test]
    fn what_is_not_allowed_names_the_scope_that_is_missing() {
        let error = SlackClientApiError::new("missing_scope".to_owned()).with_errors(vec!["chat:write".to_owned()]);

        let refusal =
            ChatRefusal::NotAllowed { code: "missing_scope".to_owned(), needed: Some("chat:write".to_owned()) };
        assert_eq!(of_post(SlackClientError::ApiError(error)), Ok(Answer::Refused(refusal)));
        assert!(matches!(refused("restricted_action"), ChatRefusal::NotAllowed { .. }));
        assert!(matches!(refused("ekm_access_denied"), ChatRefusal::NotAllowed { .. }));
    }

    #[test]
    fn a_window_that_came_too_late_is_told_apart_from_one_that_is_not_there() {
        let late = ["expired_trigger_id", "exchanged_trigger_id", "hash_conflict", "view_expired"].map(refused);

        assert!(late.iter().all(|refusal| matches!(refusal, ChatRefusal::TooLate(_))));
        assert!(matches!(refused("not_found"), ChatRefusal::NotFound(_)));
    }

    #[test]
    fn a_taken_name_a_missing_message_and_an_unknown_word_are_refusals_of_their_own() {
        assert_eq!(refused("name_taken"), ChatRefusal::NameTaken);
        assert!(matches!(refused("message_not_found"), ChatRefusal::NotFound(_)));
        assert_eq!(refused("new in 2027!"), ChatRefusal::Other("newin2027".to_owned()));
    }

    #[test]
    fn slower_is_a_wait_in_every_form() {
        let header = SlackRateLimitError::new().with_retry_after(Duration::from_secs(7));

        let waits = [
            of_post(SlackClientError::RateLimitError(header)),
            of_post(SlackClientError::RateLimitError(SlackRateLimitError::new())),
            of_post(word("ratelimited")),
        ];

        let wait = |secs| Err(CallError::Throttled { wait: Duration::from_secs(secs) });
        assert_eq!(waits, [wait(7), wait(30), wait(30)]);
    }

    #[test]
    fn a_post_without_a_clear_answer_is_ambiguous() {
        let json = serde_json::from_str::<()>("{").unwrap_err();
        let unclear = [
            silence(Silence::Broken),
            silence(Silence::TooLate),
            status(500),
            status(503),
            word("internal_error"),
            SlackClientError::ProtocolError(SlackClientProtocolError::new(json)),
        ];

        let outcomes = unclear.map(of_post);

        assert!(outcomes.iter().all(|outcome| outcome.as_ref().is_err_and(CallError::is_ambiguous)));
    }

    #[test]
    fn a_post_that_never_left_did_not_happen() {
        let outcome = of_post(silence(Silence::NeverLeft));

        assert!(matches!(outcome, Err(CallError::Unavailable { .. })));
    }

    #[test]
    fn what_may_be_repeated_is_never_ambiguous() {
        let outcomes = [silence(Silence::Broken), status(500), word("fatal_error")]
            .map(|error| settle::<()>(Err(error), Repeat::Harmless));

        assert!(outcomes.iter().all(|outcome| matches!(outcome, Err(CallError::Unavailable { .. }))));
    }

    #[test]
    fn what_is_already_so_counts_as_done() {
        let already = settled_by(of_post(word("already_reacted")), &["already_reacted"]);
        let other = settled_by(of_post(word("is_archived")), &["already_reacted"]);

        assert_eq!(already, Ok(Answer::Done(())));
        assert!(matches!(other, Ok(Answer::Refused(ChatRefusal::ChannelGone(_)))));
    }
}
