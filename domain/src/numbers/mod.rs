//! Numbers that workspaces hold. A number is claimed first and bought then, so that a purchase whose answer is lost is found again; at most one
//! workspace holds a number at a time, which the database itself keeps.

mod ops;
mod reply_settings;
mod routing;
pub(crate) mod store;

pub use ops::{
    Claim, bought, claim, claim_found, country_name, find, find_refused, purchase_refused, release, released, search,
    set_label, to_buy,
};
pub(crate) use ops::{active_by_number, lock, replace_shared_channel, set_shared_channel};
pub use reply_settings::{ReplySettings, set_reply_settings};
pub(crate) use reply_settings::{held_by, set_reply_settings_in};
pub use routing::{RoutingChange, set_routing};
pub use store::{Model as Number, count, count_filtered, list, of_workspace};

use crate::{contracts::carrier::Capabilities, phone::PhoneNumber};

/// Silence after which a text is announced in the channel again, in seconds.
pub const QUIET_SECS: i32 = 180;

/// How long a reply can be taken back, in seconds, unless the workspace chooses otherwise.
const UNDO_SECS: i32 = 5;

/// Start of the names of direct channels, unless someone chooses another.
pub const DIRECT_PREFIX: &str = "sms-";

/// Where a conversation is in the chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Placement {
    /// In a thread of the shared channel.
    SharedThread,
    /// In a channel of its own.
    DirectChannel,
}

crate::codes!(Placement { SharedThread = "shared_thread", DirectChannel = "direct_channel" });

/// Whether a number is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Ordered from the carrier, not ready yet.
    Claiming,
    /// In use.
    Active,
    /// In use, and will be taken back soon.
    Expiring,
    /// Being given back to the carrier.
    Releasing,
    /// Given back.
    Released,
    /// The carrier refused to sell it.
    Failed,
}

crate::codes!(Status {
    Claiming = "claiming",
    Active = "active",
    Expiring = "expiring",
    Releasing = "releasing",
    Released = "released",
    Failed = "failed",
});

impl Status {
    /// Whether texts flow through it.
    pub fn is_in_use(self) -> bool {
        matches!(self, Self::Active | Self::Expiring)
    }
}

/// Why a workspace lost a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReleaseReason {
    /// An owner gave it back.
    ByOwner,
    /// Its time on the free plan was over.
    Expired,
    /// It was ported to another provider.
    PortedOut,
    /// An operator took it back.
    ByOperator,
}

crate::codes!(ReleaseReason { ByOwner = "by_owner", Expired = "expired", PortedOut = "ported_out", ByOperator = "by_operator" });

/// Which numbers.
#[derive(Clone, Debug, Default)]
pub struct NumberFilter {
    /// Part of the number or label.
    pub search: Option<String>,
    /// In one of these states; any when empty.
    pub statuses: Vec<Status>,
    /// Of this country.
    pub country: Option<String>,
    /// Only those that are taken back before this instant.
    pub expires_before: Option<chrono::DateTime<chrono::Utc>>,
}

impl Number {
    /// What it can carry.
    pub fn capabilities(&self) -> Capabilities {
        Capabilities { sms: self.has_sms, mms: self.has_mms, voice: self.has_voice }
    }

    /// The number as people write it.
    pub fn shown(&self) -> String {
        shown(&self.e164)
    }
}

/// A number as people write it abroad.
pub fn shown(number: &PhoneNumber) -> String {
    number.international()
}
