//! What every operation is given: where things are kept, what time it is, how ids are made and secrets sealed; and on whose behalf.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    clock::Clock,
    ids::{Ids, TokenId, UserId},
    store::Database,
    vault::Vault,
};

/// First argument of every operation.
#[derive(Clone)]
pub struct Ctx {
    /// Where things are kept.
    pub database: Database,
    /// What time it is.
    pub clock: Clock,
    /// How ids are made.
    pub ids: Ids,
    /// How secrets are sealed.
    pub vault: Vault,
    /// Where people and providers reach us: scheme and host, no slash at the end.
    pub public_url: Arc<str>,
}

impl Ctx {
    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A new id.
    pub fn id<T: From<Uuid>>(&self) -> T {
        self.ids.make(self.now())
    }
}

/// On whose behalf something is done; goes into the audit log.
#[derive(Clone, Debug, Default)]
pub struct By {
    /// Who.
    pub actor: Actor,
    /// Id of the request, which the logs have too; empty for a worker.
    pub request_id: String,
    /// Address that the request came from.
    pub ip_address: Option<String>,
}

impl By {
    /// On behalf of a person who acts in the chat.
    pub fn user(user: UserId) -> Self {
        Self { actor: Actor::User(user), ..Self::default() }
    }
}

/// Who does something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Actor {
    /// A worker, by itself.
    #[default]
    Worker,
    /// Someone at the command line of the machine.
    Console,
    /// A person.
    User(UserId),
    /// A program with a token.
    Token(TokenId),
}

impl Actor {
    /// As it stands in the audit log: the id, or `worker` or `console`.
    pub fn code(self) -> String {
        match self {
            Self::Worker => "worker".to_owned(),
            Self::Console => "console".to_owned(),
            Self::User(id) => id.to_string(),
            Self::Token(id) => id.to_string(),
        }
    }
}
