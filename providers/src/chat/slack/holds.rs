//! Methods that Slack has asked us to leave alone for a while. It counts each by team, whichever of our calls makes use of it, so that a refusal of one
//! call holds back the others that need the same method, and nothing else. Posts are counted by channel besides: whoever posts keeps that count.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use slack_morphism::{
    ClientResult,
    errors::{SlackClientError, SlackRateLimitError},
};
use tokio::time::Instant;

use super::methods::Method;
use crate::retry_after;

/// Holds kept at most; those that are over are forgotten first.
const HOLDS_MAX: usize = 10_000;

/// What is held, and until when.
#[derive(Default)]
pub(super) struct Holds(Mutex<HashMap<(String, &'static str), Instant>>);

impl Holds {
    /// Makes a call, unless Slack has asked us not to.
    pub(super) async fn keep<T>(
        &self,
        team: &str,
        method: Method,
        call: impl Future<Output = ClientResult<T>>,
    ) -> ClientResult<T> {
        if let Some(left) = self.left(team, method) {
            return Err(SlackClientError::RateLimitError(SlackRateLimitError::new().with_retry_after(left)));
        }
        let answer = call.await;
        if let Some(wait) = asked_to_wait(&answer).filter(|_| method != Method::ChatPostMessage) {
            self.begin(team, method, wait);
        }
        answer
    }

    fn left(&self, team: &str, method: Method) -> Option<Duration> {
        let key = (team.to_owned(), method.name());
        let until = *self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key)?;
        until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }

    fn begin(&self, team: &str, method: Method, wait: Duration) {
        let now = Instant::now();
        let mut holds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if holds.len() >= HOLDS_MAX {
            holds.retain(|_, until| *until > now);
        }
        holds.insert((team.to_owned(), method.name()), now + wait);
    }
}

fn asked_to_wait<T>(answer: &ClientResult<T>) -> Option<Duration> {
    match answer {
        Err(SlackClientError::RateLimitError(error)) => Some(error.retry_after.unwrap_or(retry_after::UNSAID)),
        Err(SlackClientError::ApiError(error)) if error.code == "ratelimited" => Some(retry_after::UNSAID),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn refused(holds: &Holds, team: &str, method: Method, secs: u64) {
        let error = SlackRateLimitError::new().with_retry_after(Duration::from_secs(secs));
        let answer = async { ClientResult::<()>::Err(SlackClientError::RateLimitError(error)) };
        assert!(holds.keep(team, method, answer).await.is_err());
    }

    async fn is_called(holds: &Holds, team: &str, method: Method) -> bool {
        holds.keep(team, method, async { Ok(()) }).await.is_ok()
    }

    #[tokio::test]
    async fn a_method_is_held_for_its_team_as_long_as_slack_asked_and_nothing_else_is() {
        let holds = Holds::default();
        refused(&holds, "T1", Method::UsersInfo, 30).await;

        let during = [
            is_called(&holds, "T1", Method::UsersInfo).await,
            is_called(&holds, "T1", Method::UsersList).await,
            is_called(&holds, "T2", Method::UsersInfo).await,
        ];
        refused(&holds, "T3", Method::UsersInfo, 0).await;

        assert_eq!(during, [false, true, true]);
        assert!(is_called(&holds, "T3", Method::UsersInfo).await);
    }

    #[tokio::test]
    async fn a_post_that_is_refused_in_one_channel_holds_back_no_other() {
        let holds = Holds::default();

        refused(&holds, "T1", Method::ChatPostMessage, 30).await;

        assert!(is_called(&holds, "T1", Method::ChatPostMessage).await);
    }
}
