//! What the edge is given by the program that starts it: the ground of every operation, the providers as trait objects, the webhooks
//! by path, and a few settings. Cloning is cheap; every clone is the same state.

use std::{sync::Arc, time::Duration};

use domain::{
    Ctx,
    contracts::{carrier::Carrier, chat::Chat, media::Web, webhook::Webhook},
};
use futures_util::future::BoxFuture;

/// Everything that a request may need.
#[derive(Clone)]
pub struct ApiState {
    /// First argument of every operation.
    pub ctx: Ctx,
    /// Who carries texts, for answers that a person waits for.
    pub carrier: Arc<dyn Carrier>,
    /// Where the team talks, for the installation.
    pub chat: Arc<dyn Chat>,
    /// Where programs have put files, for how large they are.
    pub web: Arc<dyn Web>,
    /// Who verifies and understands what providers tell us.
    pub webhooks: Webhooks,
    /// What differs from one installation to the next.
    pub settings: Settings,
}

/// The webhooks that are listened to.
#[derive(Clone, Default)]
pub struct Webhooks(Vec<Hook>);

/// One path at which a provider calls us.
#[derive(Clone)]
pub(crate) struct Hook {
    /// Stable code of the vendor; the label of its metrics.
    pub(crate) provider: &'static str,
    /// Path below our public address.
    pub(crate) path: &'static str,
    /// Who verifies and understands what arrives there.
    pub(crate) webhook: Arc<dyn Webhook>,
}

impl Webhooks {
    /// Listens to one more path, such as `/webhooks/…/messages`, on behalf of a provider.
    #[must_use]
    pub fn with(mut self, provider: &'static str, path: &'static str, webhook: Arc<dyn Webhook>) -> Self {
        self.0.push(Hook { provider, path, webhook });
        self
    }

    /// Every path.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Hook> {
        self.0.iter()
    }
}

/// What differs from one installation to the next.
#[derive(Clone)]
pub struct Settings {
    /// Where people and providers reach us: scheme and host, no slash at the end.
    pub public_url: String,
    /// How long a webhook may take to be stored before its sender is told to come again.
    pub webhook_timeout: Duration,
    /// The metrics, in the text format of Prometheus.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
    /// What has to hold, besides an answering database, before requests are sent here.
    pub probes: Vec<Probe>,
    /// What runs by the clock, for operators to see.
    pub schedules: Vec<Schedule>,
    /// What the app has to be allowed in the chat; an older installation may lack some of it.
    pub chat_scopes: Vec<String>,
}

/// Something that runs by the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Name of it.
    pub name: String,
    /// What it does, in a sentence.
    pub description: String,
    /// How often it runs.
    pub every: Duration,
}

impl Settings {
    /// Whether browsers reach us over TLS.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// A condition of being ready, such as that the database is migrated.
#[derive(Clone)]
pub struct Probe {
    /// What is looked at, in a word.
    pub name: &'static str,
    /// Looks; the error is a sentence that says what is missing, with nothing secret in it.
    pub look: Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>,
}
