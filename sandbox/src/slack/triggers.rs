//! Trigger ids: what a member just did lets the app open one view, within three seconds.

use super::room::{Refusal, Room};
use crate::{
    clock, ids,
    state::{Data, slack::User, surfaces::Trigger},
};

/// Triggers kept at most; the oldest go first.
const KEPT: usize = 2_000;

/// Gives out a trigger for what a member did, in a channel or in a view.
pub(crate) fn issue(data: &mut Data, user: &User, channel: Option<&str>, view: Option<&str>) -> String {
    let serial = data.serial.next();
    let trigger = Trigger {
        team: user.team.clone(),
        user: user.id.clone(),
        channel: channel.map(str::to_owned),
        view: view.map(str::to_owned),
        made: clock::micros(),
        used: false,
    };
    let triggers = &mut data.slack.triggers;
    if triggers.len() >= KEPT {
        let newest = clock::micros().saturating_sub(60_000_000);
        triggers.retain(|_, trigger| trigger.made > newest);
    }
    let id =
        format!("{serial}.{}.{:016x}{:016x}", ids::mix(serial) % 10_u64.pow(13), ids::mix(serial), ids::mix(!serial));
    triggers.insert(id.clone(), trigger);
    id
}

/// Uses up a trigger.
pub(crate) fn exchange(room: &mut Room<'_>, id: &str) -> Result<Trigger, Refusal> {
    let life = room.data.slack.settings.trigger_ms * 1_000;
    let trigger = room.data.slack.triggers.get_mut(id).ok_or("invalid_trigger_id")?;
    if trigger.used {
        return Err("exchanged_trigger_id".into());
    }
    if clock::micros() > trigger.made + life {
        return Err("expired_trigger_id".into());
    }
    trigger.used = true;
    Ok(trigger.clone())
}
