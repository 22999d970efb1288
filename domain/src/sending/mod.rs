//! How a workspace sends what nobody waits for: whether new texts and broadcasts keep the quiet hours of those who get them, how fast a broadcast
//! goes out, and whether it tells how to opt out. What was never set is as the law and the carriers want it.

mod ops;
pub(crate) mod store;

use chrono::{DateTime, Utc};

pub use ops::{of, update};
pub(crate) use ops::{of_in, update_in};
pub use store::Model as Settings;

use crate::ids::WorkspaceId;

/// Texts per second of a number in a broadcast, unless it is set otherwise: what carriers take of a long code without a campaign.
pub const PER_SECOND: i32 = 1;

/// Most texts per second of a number: the highest that carriers grant a registered campaign.
pub const MOST_PER_SECOND: i32 = 75;

/// What is changed. None: stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SettingsChange {
    /// Whether new and scheduled texts of members and programs wait for the end of quiet hours.
    pub keeps_quiet_hours: Option<bool>,
    /// Whether texts of a broadcast do.
    pub broadcasts_keep_quiet_hours: Option<bool>,
    /// Texts per second of a number in a broadcast.
    pub broadcast_per_second: Option<i32>,
    /// Whether the first text of a broadcast to somebody says how to opt out.
    pub tells_how_to_opt_out: Option<bool>,
}

impl Settings {
    /// What holds where nothing was set.
    fn unset(workspace: WorkspaceId, now: DateTime<Utc>) -> Self {
        Self {
            workspace_id: workspace,
            keeps_quiet_hours: true,
            broadcasts_keep_quiet_hours: true,
            broadcast_per_second: PER_SECOND,
            tells_how_to_opt_out: true,
            updated_at: now,
        }
    }
}
