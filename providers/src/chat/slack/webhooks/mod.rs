//! What Slack tells us, at three addresses: events, interactions, commands. All are signed in the same way.
//!
//! Noise (our own posts, other bots, joins, topics, reactions) is answered and counted, and leaves no trace in the
//! inbox; what we do not know is kept for a person to look at.

mod changes;
mod events;
mod forms;
mod people;
mod presses;
mod windows;

use aws_lc_rs::digest;
use domain::contracts::{
    ProviderKind,
    inbound::{Envelope, Inbound},
    view::Fault,
    webhook::{Parsed, Refused, Reply, Request, Verified, Webhook},
};
use serde_json::{Map, Value, json};

use super::{COMMANDS_PATH, INTERACTIONS_PATH, NAME, signature};
use crate::Rotating;

/// Verifies and understands Slack's requests; the path tells which kind one is of.
pub(super) struct Webhooks {
    signing_secret: Rotating,
}

impl Webhooks {
    pub(super) fn new(signing_secret: Rotating) -> Self {
        Self { signing_secret }
    }
}

impl Webhook for Webhooks {
    fn verify<'a>(&self, request: &'a Request<'a>) -> Result<Verified<'a>, Refused> {
        signature::check(self.signing_secret.accepted(), request)?;
        Ok(Verified::signature_holds(request))
    }

    fn parse(&self, verified: &Verified<'_>) -> Result<Parsed, Refused> {
        let request = verified.request();
        let path = request.path_and_query.split(['?', '#']).next().unwrap_or_default();
        if path.ends_with(INTERACTIONS_PATH) {
            forms::interaction(request.body)
        } else if path.ends_with(COMMANDS_PATH) {
            forms::command(request.body)
        } else {
            events::event(request.body)
        }
    }

    fn reproach(&self, faults: &[Fault]) -> Reply {
        let errors: Map<String, Value> =
            faults.iter().map(|fault| (fault.input.clone(), fault.sentence.clone().into())).collect();
        Reply {
            content_type: Some("application/json"),
            body: json!({ "response_action": "errors", "errors": errors }).to_string(),
        }
    }
}

/// What was understood, before it is addressed.
struct Told {
    key: String,
    event_type: String,
    ordering_key: Option<String>,
    event: Inbound,
}

impl Told {
    fn by(self, team: &str) -> Envelope {
        Envelope {
            kind: ProviderKind::Chat,
            provider: NAME.to_owned(),
            account: team.to_owned(),
            key: self.key,
            event_type: self.event_type,
            ordering_key: self.ordering_key,
            event: self.event,
        }
    }
}

/// Verified but of a kind that we do not know.
fn not_understood(key: Option<&str>, event_type: &str, body: &[u8], payload: Value) -> Told {
    tracing::info!(provider = NAME, event_type, "an event that is not known is kept for a person to look at");
    let hash = || format!("unread:{}", hex::encode(digest::digest(&digest::SHA256, body)));
    Told {
        key: key.map_or_else(hash, str::to_owned),
        event_type: event_type.to_owned(),
        ordering_key: None,
        event: Inbound::NotUnderstood { payload },
    }
}

/// The answer that only says "received".
fn received(envelopes: Vec<Envelope>) -> Parsed {
    Parsed { envelopes, reply: Reply::default() }
}

/// Of no interest to us: why goes to the log, nothing to the inbox.
fn ignored(why: &str) -> Vec<Told> {
    tracing::debug!(provider = NAME, why, "event ignored");
    Vec::new()
}
