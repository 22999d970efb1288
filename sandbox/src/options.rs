//! What a caller of the sandbox chooses, and the fixed credentials of its two vendors.
//!
//! The credentials are constants on purpose: they guard nothing, and a configuration that contains one of them is
//! recognised at a glance as a sandbox's.

use std::{net::IpAddr, path::PathBuf};

/// The account that the simulated carrier knows.
pub(crate) const ACCOUNT_SID: &str = "AC5a9db0c5a9db0c5a9db0c5a9db0c0000";
/// The secret that goes with [`ACCOUNT_SID`]; it also signs the carrier's webhooks.
pub(crate) const AUTH_TOKEN: &str = "5a9db0c5a9db0c5a9db0c5a9db0c1111";
/// The Slack app's id.
pub(crate) const APP_ID: &str = "A0SANDBOX01";
/// The Slack app's OAuth client id.
pub(crate) const CLIENT_ID: &str = "1000000000001.2000000000002";
/// The Slack app's OAuth client secret.
pub(crate) const CLIENT_SECRET: &str = "5a9db0c0000000000000000000c0ffee";
/// The secret that signs Slack's requests to Clerk.
pub(crate) const SIGNING_SECRET: &str = "5a9db0c00000000000000000005e1eaf";
/// Slack's old verification token, which events still carry and nobody should trust.
pub(crate) const VERIFICATION_TOKEN: &str = "5a9db0c0verification0000";

/// How the sandbox is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address on which both vendors listen, normally 127.0.0.1.
    pub listen: IpAddr,
    /// Port of the carrier; 0 picks a free one.
    pub twilio_port: u16,
    /// Port of Slack; 0 picks a free one.
    pub slack_port: u16,
    /// Where webhooks go, without a slash at the end; may be changed later.
    pub clerk_url: String,
    /// File in which the vendors' state survives a restart; `None` keeps it in memory.
    pub state_file: Option<PathBuf>,
    /// How fast deliveries progress, and whether the vendors' rate limits hold.
    pub pace: Pace,
}

/// How fast the simulated world moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Milliseconds from the acceptance of a text to its status `sent`.
    pub sent_ms: u64,
    /// Milliseconds from `sent` to `delivered` (or `undelivered`).
    pub delivered_ms: u64,
    /// Whether Slack's rate limits are enforced.
    pub enforce_limits: bool,
    /// Milliseconds before Slack's first, second and third repetition of an event.
    pub slack_retry_ms: [u64; 3],
}

impl Pace {
    /// As a person at the page wants it: visible progress, the vendors' own limits and retry times.
    pub const fn demo() -> Self {
        Self { sent_ms: 150, delivered_ms: 400, enforce_limits: true, slack_retry_ms: [0, 60_000, 300_000] }
    }

    /// As tests want it: the same order of things within a few milliseconds, and no rate limits.
    pub const fn brisk() -> Self {
        Self { sent_ms: 5, delivered_ms: 5, enforce_limits: false, slack_retry_ms: [0, 200, 400] }
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::demo()
    }
}

/// What Clerk must be configured with to talk to the sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The carrier's account, `AC…`.
    pub twilio_account_sid: String,
    /// The carrier's secret: authenticates calls and signs webhooks.
    pub twilio_auth_token: String,
    /// The Slack app's OAuth client id.
    pub slack_client_id: String,
    /// The Slack app's OAuth client secret.
    pub slack_client_secret: String,
    /// The secret with which Slack signs its requests.
    pub slack_signing_secret: String,
    /// The Slack app's id, `A…`.
    pub slack_app_id: String,
}

/// The fixed demo credentials, the same for every sandbox.
pub fn credentials() -> Credentials {
    Credentials {
        twilio_account_sid: ACCOUNT_SID.to_owned(),
        twilio_auth_token: AUTH_TOKEN.to_owned(),
        slack_client_id: CLIENT_ID.to_owned(),
        slack_client_secret: CLIENT_SECRET.to_owned(),
        slack_signing_secret: SIGNING_SECRET.to_owned(),
        slack_app_id: APP_ID.to_owned(),
    }
}
