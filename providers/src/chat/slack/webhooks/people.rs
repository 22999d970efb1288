//! What members are and do outside of channels: another name or picture, a look at the app's home.

use domain::contracts::inbound::{HomeOpened, Inbound, PersonChanged};
use serde::Deserialize;

use super::{
    Told,
    events::{Wrapper, word},
    ignored,
};
use crate::chat::slack::people::Described;

/// Slack tells the same change under two names; member and moment make them one.
pub(super) fn changed(wrapper: &Wrapper, team: &str) -> Option<Vec<Told>> {
    let user = &wrapper.event()["user"];
    let id = word(user, "id")?;
    let moment = user["updated"].as_i64().map(|secs| secs.to_string());
    let moment = moment.or_else(|| wrapper.event_id().map(str::to_owned))?;
    let person = Described::deserialize(user).ok()?.into();
    Some(vec![Told {
        key: format!("person:{team}:{id}:{moment}"),
        event_type: "user_change".to_owned(),
        ordering_key: Some(format!("person:{team}:{id}")),
        event: Inbound::PersonChanged(PersonChanged { team: team.to_owned(), person }),
    }])
}

pub(super) fn looked_home(wrapper: &Wrapper, team: &str) -> Option<Vec<Told>> {
    let event = wrapper.event();
    if word(event, "tab").is_some_and(|tab| tab != "home") {
        return Some(ignored("another tab than the home was opened"));
    }
    let user = word(event, "user")?.to_owned();
    Some(vec![Told {
        key: wrapper.event_id()?.to_owned(),
        event_type: "app_home_opened".to_owned(),
        ordering_key: Some(format!("home:{team}:{user}")),
        event: Inbound::HomeOpened(HomeOpened { team: team.to_owned(), user }),
    }])
}
