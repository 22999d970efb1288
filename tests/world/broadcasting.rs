//! Broadcasts, for scenarios: people with a tag, and a broadcast of Ana's to them, looked at and then begun.

use chrono::TimeDelta;
use domain::{
    Error,
    broadcasts::{self, Audience, Broadcast, NewBroadcast, Preview, Tally},
    contacts::{self, ContactChange},
    sending::{self, SettingsChange},
};

use super::{Phone, World, operator};

/// The tag of those who get broadcasts.
pub(crate) const TAG: &str = "news";

impl World {
    /// So many people with the tag, each called by a name and a number of their own, in California.
    pub(crate) async fn readers(&self, count: usize) -> Vec<Phone> {
        let mut readers = Vec::new();
        for index in 0..count {
            let phone = self.phone(&format!("+14155550{}", 110 + index));
            self.tags(&phone, Some(&format!("Reader {index}"))).await;
            readers.push(phone);
        }
        readers
    }

    /// Somebody has the tag.
    pub(crate) async fn tags(&self, phone: &Phone, name: Option<&str>) {
        let number = phone.number.parse().expect("a number");
        let name = name.map(|name| Some(name.to_owned()));
        let change = ContactChange { name, tags: Some(vec![TAG.to_owned()]), ..ContactChange::default() };
        let workspace = self.workspace().await.id;
        contacts::create(&self.ctx(), &operator(), workspace, &number, change).await.expect("nobody has this number");
    }

    /// What a broadcast of the clinic's number to those with the tag would be.
    pub(crate) async fn wished(&self, body: &str) -> NewBroadcast {
        let workspace = self.workspace().await;
        let held = domain::numbers::of_workspace(&self.ctx(), workspace.id).await.expect("numbers are listed");
        let number = held.first().expect("the clinic has a number").id;
        NewBroadcast { number, body: body.to_owned(), audience: Audience::Tag(TAG.to_owned()), start_at: None }
    }

    /// Ana looks at a broadcast.
    pub(crate) async fn previews(&self, new: &NewBroadcast) -> Preview {
        let (by, workspace) = (self.by(&self.team().ana).await, self.workspace().await.id);
        broadcasts::preview(&self.ctx(), &by, workspace, new).await.expect("it can be looked at")
    }

    /// Ana tries to begin a broadcast that she has looked at.
    pub(crate) async fn tries_to_broadcast(&self, new: &NewBroadcast, version: &str) -> Result<Broadcast, Error> {
        let (by, workspace) = (self.by(&self.team().ana).await, self.workspace().await.id);
        broadcasts::create(&self.ctx(), &by, workspace, new, version).await
    }

    /// Ana looks at a broadcast and begins it.
    pub(crate) async fn broadcasts(&self, new: &NewBroadcast) -> Broadcast {
        let version = self.previews(new).await.version;
        let begun = self.tries_to_broadcast(new, &version).await.expect("it may begin");
        self.settle().await;
        begun
    }

    /// So many seconds pass, one after the other.
    pub(crate) async fn seconds_pass(&mut self, count: usize) {
        for _ in 0..count {
            self.turn(TimeDelta::seconds(1)).await;
        }
    }

    /// How far the texts of a broadcast are.
    pub(crate) async fn tally(&self, of: &Broadcast) -> Tally {
        broadcasts::tally(&self.ctx(), of.id).await.expect("it is counted")
    }

    /// A broadcast as it is now.
    pub(crate) async fn broadcast(&self, of: &Broadcast) -> Broadcast {
        broadcasts::find(&self.ctx(), &[of.id]).await.expect("it is read").remove(0)
    }

    /// Changes how the clinic sends.
    pub(crate) async fn sends_like(&self, change: SettingsChange) {
        let workspace = self.workspace().await.id;
        sending::update(&self.ctx(), &operator(), workspace, change).await.expect("it can be so");
    }
}
