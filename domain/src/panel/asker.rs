//! A member who wants something of the app: who, where, and how they are answered.

use crate::{
    By, Ctx, Result, Tx,
    contracts::{
        chat::{Part, Place},
        view::View,
    },
    ids::UserId,
    members,
    outbox::{self, Listener, Promise, Task},
    workspaces::Workspace,
};

/// A member who wants something.
pub(crate) struct Asker<'a> {
    /// Their workspace.
    pub(crate) workspace: &'a Workspace,
    /// Who they are.
    pub(crate) user: UserId,
    /// How they are told something.
    pub(crate) listener: Listener,
    /// Opens a window for them, when what they did allows one.
    pub(crate) trigger: Option<&'a str>,
    /// Sealed address at which they can be answered, when what they did came with one.
    pub(crate) answer_url: Option<&'a str>,
}

impl<'a> Asker<'a> {
    /// A member of the chat, somewhere in it.
    pub(crate) async fn of(
        ctx: &Ctx,
        tx: &Tx,
        workspace: &'a Workspace,
        user: &str,
        place: Option<Place>,
    ) -> Result<Self> {
        let member = members::ensure_member(ctx, tx, workspace.id, &workspace.team_id, user).await?;
        let team = workspace.team_id.clone();
        let listener = Listener { workspace: workspace.id, team, user: user.to_owned(), place };
        Ok(Self { workspace, user: member.id, listener, trigger: None, answer_url: None })
    }

    /// With what opens a window.
    pub(crate) fn with_trigger(self, trigger: Option<&'a str>) -> Self {
        Self { trigger, ..self }
    }

    /// With where they can be answered.
    pub(crate) fn with_answer_url(self, answer_url: Option<&'a str>) -> Self {
        Self { answer_url, ..self }
    }

    /// As whoever acts.
    pub(super) fn by(&self) -> By {
        By::user(self.user)
    }

    /// The channel that they are in.
    pub(super) fn channel(&self) -> Option<&str> {
        self.listener.place.as_ref().map(|place| place.channel.as_str())
    }

    /// Tells them something.
    pub(crate) async fn tell(&self, ctx: &Ctx, tx: &Tx, parts: Vec<Part>) -> Result<()> {
        outbox::answer(ctx, tx, &self.listener, self.answer_url, parts).await
    }

    /// Opens a window for them. Without a trigger nothing can be opened, so they get a button that has one.
    pub(super) async fn open(&self, ctx: &Ctx, tx: &Tx, view: View) -> Result<()> {
        let Some(trigger) = self.trigger else {
            return Err(crate::Error::internal("a window was to be opened without a trigger"));
        };
        let open = Task::OpenView {
            trigger: trigger.to_owned(),
            user: self.listener.user.clone(),
            place: self.listener.place.clone(),
            view,
        };
        outbox::append(ctx, tx, Promise::new(open).of(self.workspace.id)).await
    }
}
