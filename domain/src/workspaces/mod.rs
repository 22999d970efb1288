//! Workspaces: a team of the chat that has the app, its connection, and the channels that texts go to. A broken connection loses nothing: what
//! waits for it is parked and runs when the app is installed again.

mod channels;
mod install;
mod lost_channels;
mod ops;
mod renewal;
mod scopes;
mod send_mode;
pub(crate) mod store;

pub use crate::contracts::chat::Company;
pub(crate) use channels::{channel_in_use, channel_renamed, company_changed, replace_default_channel};
pub use channels::{channel_inspected, channel_prepared, list_channels};
pub(crate) use install::{access_lost, team_joined};
pub use install::{begin_install, call_refused, check_attempt, connection_lost, disconnected, install};
pub(crate) use lost_channels::{
    channel_back, channel_lost, is_lost, lost_reason, note_lost, note_told, report_channel_gone,
};
pub use lost_channels::{choice_refused, is_known, is_known_lost, lost_since};
pub use ops::{by_slug, by_team, count, find, installation, installations, list};
pub(crate) use ops::{in_team, lock};
pub use renewal::{
    Doubt, Opening, Renewing, begin_renewal, doubt, opening, renewal_postponed, renewal_refused, renewed, trusted,
};
pub use scopes::{check_scopes, scope_missing, to_check};
pub use send_mode::{SendMode, set_send_mode};
pub(crate) use send_mode::{send_mode, set_send_mode_in};
pub use store::channels::Model as KnownChannel;
pub use store::installations::Model as Installation;
pub use store::workspaces::Model as Workspace;

/// Channel of the chat that a workspace's texts go to unless someone chooses another.
pub const DEFAULT_CHANNEL: &str = "clerk-sms";

/// Whether the traffic of a workspace flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// It flows.
    Active,
    /// An operator stopped it.
    Suspended,
    /// The app was removed from the chat.
    Disconnected,
}

crate::codes!(Status { Active = "active", Suspended = "suspended", Disconnected = "disconnected" });

/// Which workspaces.
#[derive(Clone, Debug, Default)]
pub struct WorkspaceFilter {
    /// Part of the name, slug or team.
    pub search: Option<String>,
    /// With this status.
    pub status: Option<Status>,
}

impl Workspace {
    /// Whether texts of its team go out.
    pub fn can_send(&self) -> bool {
        self.status == Status::Active
    }
}

/// A slug from a name: lower case letters, digits and hyphens, 2 to 40 characters.
pub(crate) fn slug_of(name: &str) -> String {
    let spaced: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
    let slug = spaced.split_whitespace().collect::<Vec<_>>().join("-");
    let slug: String = slug.chars().take(40).collect();
    let slug = slug.trim_matches('-').to_owned();
    if slug.len() < 2 { format!("team-{slug}").trim_end_matches('-').to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::slug_of;

    #[test]
    fn a_slug_keeps_letters_and_digits() {
        assert_eq!(slug_of("Northwind Dental, Suite 4"), "northwind-dental-suite-4");
    }

    #[test]
    fn a_name_without_latin_letters_still_gets_a_slug() {
        assert_eq!(slug_of("歯科"), "team");
    }
}
