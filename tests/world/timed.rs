//! Texts that are sent later, for scenarios: scheduled by a member, as the window does it.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    By, Error,
    messages::{self, Message, NewText},
    workspaces,
};

use super::{Phone, World, people::Member};

impl World {
    /// On behalf of a member of the clinic.
    pub(crate) async fn by(&self, member: &Member) -> By {
        let page = domain::page::PageRequest::first(100);
        let users = domain::members::list_users(&self.ctx(), None, &page).await.expect("users are listed").items;
        let user = users.into_iter().find(|(_, user)| user.chat_user_id == member.id);
        By::user(user.expect("the member has done something before").1.id)
    }

    /// Ana schedules a text for so much later.
    pub(crate) async fn schedules(&self, to: &Phone, body: &str, later: TimeDelta) -> Message {
        let done = self.tries_to_schedule(to, body, self.clock.now() + later).await;
        self.settle().await;
        done.expect("the text may be scheduled")
    }

    /// Ana tries to schedule a text.
    pub(crate) async fn tries_to_schedule(&self, to: &Phone, body: &str, at: DateTime<Utc>) -> Result<Message, Error> {
        let by = self.by(&self.team().ana).await;
        let workspace = workspaces::by_team(&self.ctx(), &self.team().id).await?.expect("the clinic");
        let held = domain::numbers::of_workspace(&self.ctx(), workspace.id).await?;
        let number = held.into_iter().find(|number| number.e164.as_e164() == to.ours).expect("our number");
        let to = to.number.parse().expect("a number");
        let text = NewText { number: number.id, to, body: body.to_owned() };
        messages::schedule(&self.ctx(), &by, workspace.id, &text, at).await
    }
}
