//! Everything the two vendors remember, behind one mutex.
//!
//! Handlers lock it, change it and let go before anything is sent; no lock is held across an await. What survives a
//! restart is [`kept::Kept`]; settings, faults, limits and logs begin anew.

pub(crate) mod carrier;
pub(crate) mod kept;
pub(crate) mod slack;
pub(crate) mod surfaces;

use std::{collections::HashMap, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    faults::Faults, hooks::Manner, ids::Serial, ledger::Ledger, limits::Limits, options::Pace, requests::RequestLog,
    twilio::cdn::Counts,
};
use carrier::Carrier;
use slack::Slack;

/// One of the two simulated vendors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Vendor {
    /// The carrier.
    Twilio,
    /// The chat.
    Slack,
}

/// The whole state.
#[derive(Debug)]
pub(crate) struct Data {
    pub(crate) serial: Serial,
    pub(crate) clerk_url: String,
    pub(crate) pace: Pace,
    pub(crate) manners: HashMap<Vendor, Manner>,
    pub(crate) slack: Slack,
    pub(crate) carrier: Carrier,
    pub(crate) faults: Faults,
    pub(crate) limits: Limits,
    pub(crate) ledger: Ledger,
    pub(crate) requests: RequestLog,
    pub(crate) media_counts: Counts,
}

impl Data {
    /// A new world with its team, its people and no number bought.
    pub(crate) fn new(clerk_url: String, pace: Pace) -> Self {
        let mut serial = Serial::default();
        Self {
            slack: Slack::new(&mut serial),
            carrier: Carrier::new(),
            serial,
            clerk_url,
            pace,
            manners: HashMap::new(),
            faults: Faults::default(),
            limits: Limits::default(),
            ledger: Ledger::default(),
            requests: RequestLog::default(),
            media_counts: Counts::default(),
        }
    }

    /// How webhooks of `vendor` are delivered now.
    pub(crate) fn manner(&self, vendor: Vendor) -> Manner {
        self.manners.get(&vendor).copied().unwrap_or_default()
    }
}

/// A row that a snapshot holds without copying it, so that saving does not stop the world.
#[derive(Debug, Clone)]
pub(crate) struct Row<T>(Arc<T>);

impl<T: Clone> Row<T> {
    /// A new row.
    pub(crate) fn new(value: T) -> Self {
        Self(Arc::new(value))
    }

    /// The row to change; copied first if a snapshot still reads it.
    pub(crate) fn edit(&mut self) -> &mut T {
        Arc::make_mut(&mut self.0)
    }
}

impl<T> std::ops::Deref for Row<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Serialize> Serialize for Row<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Row<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(|value| Self(Arc::new(value)))
    }
}
