//! The chat as one turn at a task speaks to it. Between the task and the vendor stand two rules that no task has to know: a method that asked us
//! to wait is not called again before, while all others go on; and a token that the chat no longer takes is renewed and the call repeated,
//! because a refused call has done nothing.

mod calls;
pub(crate) mod tokens;
mod waits;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::{
    Ctx,
    contracts::{
        Answer, CallError, Outcome,
        chat::{Chat, ChatAccess, ChatRefusal},
    },
    ids::WorkspaceId,
    outbox,
    workspaces::{self, Doubt},
};

pub(crate) use waits::Waits;

use tokens::Access;

/// How long a task waits for somebody who is renewing the token.
pub(crate) const RENEWAL_WAIT: Duration = Duration::from_secs(1);

/// Two refusals that ask for the same end of a pause differ by this much at most.
const KNOWN_WITHIN: Duration = Duration::from_secs(1);

/// The chat, for one turn.
pub(crate) struct TurnChat {
    inner: Arc<dyn Chat>,
    ctx: Ctx,
    node: String,
    waits: Arc<Waits>,
    workspace: Option<WorkspaceId>,
    /// Lane that made this turn wait.
    held_by: Mutex<Option<String>>,
}

impl TurnChat {
    pub(crate) fn new(inner: Arc<dyn Chat>, ctx: Ctx, node: &str, waits: Arc<Waits>) -> Self {
        Self { inner, ctx, node: node.to_owned(), waits, workspace: None, held_by: Mutex::default() }
    }

    /// On behalf of a workspace.
    pub(crate) fn of(self, workspace: Option<WorkspaceId>) -> Self {
        Self { workspace, ..self }
    }

    /// The lane that made this turn wait; none when nothing did.
    pub(crate) fn held_by(&self) -> Option<String> {
        self.held_by.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn hold(&self, lane: &str) {
        *self.held_by.lock().unwrap_or_else(PoisonError::into_inner) = Some(lane.to_owned());
    }

    /// Whether a method may be called now.
    fn enter(&self, lane: &str) -> Result<(), CallError> {
        match self.waits.left(lane) {
            None => Ok(()),
            Some(wait) => {
                self.hold(lane);
                Err(CallError::Throttled { wait })
            }
        }
    }

    /// Makes the turn wait a moment for somebody who is renewing the token.
    pub(crate) async fn waits_for_renewal(&self, workspace: WorkspaceId) {
        self.wait(&format!("renewal:{workspace}"), RENEWAL_WAIT).await;
    }

    async fn wait(&self, lane: &str, wait: Duration) {
        self.hold(lane);
        if let Err(error) = outbox::close_lane(&self.ctx, lane, wait).await {
            tracing::warn!(cause = %error.cause(), "a lane could not be closed for the other nodes");
        }
    }

    /// Notes how a call ended.
    async fn leave<T>(&self, lane: &str, outcome: Outcome<T, ChatRefusal>) -> Outcome<T, ChatRefusal> {
        if let Err(CallError::Throttled { wait }) = &outcome {
            metrics::counter!("clerk_chat_throttled_total").increment(1);
            // Of many calls that were under way, the first refusal tells everybody.
            let is_known = self.waits.left(lane).is_some_and(|left| left + KNOWN_WITHIN >= *wait);
            self.waits.begin(lane, *wait);
            match is_known {
                true => self.hold(lane),
                false => self.wait(lane, *wait).await,
            }
        }
        outcome
    }

    /// What to repeat a refused call with; or how the call ends.
    async fn another_token<T>(&self, used: &ChatAccess, code: &str) -> Result<ChatAccess, Outcome<T, ChatRefusal>> {
        let refused = || Err(Ok(Answer::Refused(ChatRefusal::AccessLost(code.to_owned()))));
        let Some(workspace) = self.workspace else { return refused() };
        match workspaces::doubt(&self.ctx, workspace, &used.token).await {
            Ok(Doubt::Outdated(access)) => Ok(access),
            Ok(Doubt::Lost) => refused(),
            Ok(Doubt::Renew) => match tokens::live(&self.ctx, &*self.inner, &self.node, workspace).await {
                Ok(Access::Open(access)) => Ok(access),
                Ok(Access::Closed) => refused(),
                Ok(Access::Soon) => {
                    self.waits_for_renewal(workspace).await;
                    Err(Err(CallError::Throttled { wait: RENEWAL_WAIT }))
                }
                Err(error) => Err(Err(CallError::Unavailable { why: error.cause() })),
            },
            Err(error) => Err(Err(CallError::Unavailable { why: error.cause() })),
        }
    }
}
