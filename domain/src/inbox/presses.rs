//! Which operation a pressed button calls for. What is refused is said to the member alone.

use super::{moving, store, working};
use crate::{
    By, Ctx, Error, Result, Tx, contacts,
    contracts::{
        carrier::{Capabilities, HeldKind, NumberWish},
        chat::{Part, Span},
        inbound::{ButtonPressed, Inbound},
    },
    conversations::Status,
    ids::UserId,
    members, messages,
    outbox::{self, Listener, Promise, Task},
    panel::{self, Asker},
    workspaces::Workspace,
};

/// How many numbers are looked at when a member asks for one.
const NUMBERS_TO_TRY: u16 = 10;

/// A press, and who it comes from.
pub(super) struct Pressed<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) by: By,
    pub(super) user: UserId,
    pub(super) press: &'a ButtonPressed,
    pub(super) listener: Listener,
}

/// A member pressed a button.
pub(super) async fn pressed(ctx: &Ctx, tx: &Tx, workspace: &Workspace, press: &ButtonPressed) -> Result<String> {
    let user = members::ensure_member(ctx, tx, workspace.id, &press.team, &press.user).await?;
    let listener = Listener {
        workspace: workspace.id,
        team: workspace.team_id.clone(),
        user: press.user.clone(),
        place: press.place.clone(),
    };
    let pressed = Pressed { workspace, by: By::user(user.id), user: user.id, press, listener };
    match act(ctx, tx, &pressed).await {
        Err(error @ (Error::Internal(_) | Error::Unavailable { .. })) => Err(error),
        Err(refusal) => {
            pressed.tell(ctx, tx, refusal.to_string()).await?;
            Ok("refused, member told".to_owned())
        }
        Ok(outcome) => Ok(outcome),
    }
}

async fn act(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>) -> Result<String> {
    match pressed.press.action.as_str() {
        "message.retry" => retry(ctx, tx, pressed).await,
        "draft.send" => send_draft(ctx, tx, pressed).await,
        "draft.discard" => discard_draft(ctx, tx, pressed).await,
        "contact.block" => block(ctx, tx, pressed).await,
        "conversation.assign" => working::assign(ctx, tx, pressed).await,
        "conversation.solve" => working::set_status(ctx, tx, pressed, Status::Solved).await,
        "conversation.reopen" => working::set_status(ctx, tx, pressed, Status::Open).await,
        "conversation.details" => working::details(ctx, tx, pressed).await,
        "conversation.create_channel" => moving::create_channel(ctx, tx, pressed).await,
        "conversation.move_back" => moving::move_back(ctx, tx, pressed).await,
        "conversation.use_thread" => moving::use_thread(ctx, tx, pressed).await,
        "conversation.recreate_channel" => moving::recreate_channel(ctx, tx, pressed).await,
        "channel.choose" => moving::choose(ctx, tx, pressed).await,
        "channel.retry" => moving::retry(ctx, tx, pressed).await,
        "late.assign" => working::assign_late(ctx, tx, pressed).await,
        "notification.assign" => working::assign_announced(ctx, tx, pressed).await,
        "notification.hide" => working::hide(ctx, tx, pressed).await,
        "number.find" => find_number(ctx, tx, pressed).await,
        "scheduled.edit" | "scheduled.send_now" | "scheduled.cancel" => {
            panel::scheduled::pressed(ctx, tx, pressed.workspace, pressed.press).await
        }
        panel::answers::REMOVE => panel::answers::removed(ctx, tx, &pressed.asker(), pressed.press).await,
        panel::answers::WINDOW => panel::answers::pressed(ctx, tx, &pressed.asker(), pressed.press).await,
        panel::targets::REMOVE => panel::targets::removed(ctx, tx, &pressed.asker(), pressed.press).await,
        panel::targets::WINDOW => panel::targets::pressed(ctx, tx, &pressed.asker(), pressed.press).await,
        "templates.new" | "templates.edit" | "templates.delete" => {
            panel::templates::pressed(ctx, tx, &pressed.asker(), pressed.press).await
        }
        "broadcast.new" | "broadcast.confirm" | "broadcast.discard" | "broadcast.pause" | "broadcast.resume"
        | "broadcast.cancel" => panel::broadcasts::pressed(ctx, tx, &pressed.asker(), pressed.press).await,
        panel::quiet::IGNORE => {
            let outcome = panel::quiet::pressed(ctx, tx, pressed.workspace, pressed.press).await?;
            pressed.clear(ctx, tx).await?;
            Ok(outcome.to_owned())
        }
        panel::contacts::IMPORT => import_contacts(ctx, tx, pressed).await,
        "text.edit" => edit_text(ctx, tx, pressed).await,
        other => match panel::pressed(ctx, tx, &pressed.asker(), pressed.press).await? {
            Some(outcome) => Ok(outcome),
            None => Ok(format!("no button of ours is called {other}")),
        },
    }
}

impl Pressed<'_> {
    /// What the button is about.
    fn subject<T: std::str::FromStr>(&self, what: &'static str) -> Result<T> {
        self.press.value.parse().map_err(|_| Error::NotFound { what })
    }

    /// The member, as somebody who wants something of the app.
    fn asker(&self) -> Asker<'_> {
        let listener = self.listener.clone();
        let (trigger, answer_url) = (self.press.trigger.as_deref(), self.press.answer_url.as_deref());
        Asker { workspace: self.workspace, user: self.user, listener, trigger, answer_url }
    }

    /// Removes what only the member saw, once it is dealt with.
    pub(super) async fn clear(&self, ctx: &Ctx, tx: &Tx) -> Result<()> {
        let Some(url) = self.press.answer_url.clone() else { return Ok(()) };
        let clear = Promise::new(Task::Answer { url, post: None }).of(self.workspace.id);
        outbox::append(ctx, tx, clear).await
    }

    async fn tell(&self, ctx: &Ctx, tx: &Tx, sentence: String) -> Result<()> {
        self.asker().tell(ctx, tx, vec![Part::Text(vec![Span::Text(sentence)])]).await
    }
}

async fn retry(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>) -> Result<String> {
    messages::retry_from_post(ctx, tx, &pressed.by, pressed.workspace.id, pressed.subject("message")?).await?;
    pressed.clear(ctx, tx).await?;
    Ok("sent again".to_owned())
}

/// The window with what stood in an earlier try.
async fn edit_text(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>) -> Result<String> {
    let earlier = store::by_id(tx, pressed.subject("text")?).await?.ok_or(Error::NotFound { what: "text" })?;
    panel::edit(ctx, tx, &pressed.asker(), &earlier.inbound()?).await
}

/// Imports the file that was looked at before.
async fn import_contacts(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>) -> Result<String> {
    let event = pressed.subject("file")?;
    let given = store::by_id(tx, event).await?.ok_or(Error::NotFound { what: "file" })?;
    let Inbound::PostWritten(post) = given.inbound()? else { return Err(Error::NotFound { what: "file" }) };
    if given.workspace_id != Some(pressed.workspace.id) {
        return Err(Error::NotFound { what: "file" });
    }
    panel::contacts::import(ctx, tx, &pressed.asker(), (event, &post.files), false).await?;
    pressed.clear(ctx, tx).await?;
    Ok("the file is imported".to_owned())
}

async fn send_draft(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>) -> Result<String> {
    messages::drafts::send(ctx, tx, pressed.workspace.id, pressed.subject("draft")?, pressed.user).await?;
    pressed.clear(ctx, tx).await?;
    Ok("the draft was sent".to_owned())
}

async fn discard_draft(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>) -> Result<String> {
    messages::drafts::discard(ctx, tx, pressed.workspace.id, pressed.subject("draft")?, pressed.user).await?;
    pressed.clear(ctx, tx).await?;
    Ok("the draft was discarded".to_owned())
}

async fn block(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>) -> Result<String> {
    let workspace = pressed.workspace.id;
    let contact = contacts::lock(tx, workspace, pressed.subject("contact")?).await?;
    let sender = contacts::Sender { workspace, address: &contact.address };
    contacts::block_in(ctx, tx, &pressed.by, sender, Some("blocked in the chat".to_owned())).await?;
    let sentence = format!(
        "{} is blocked. Their texts are kept in the log and shown to nobody. An owner can undo it.",
        contact.shown()
    );
    pressed.tell(ctx, tx, sentence).await?;
    Ok("contact blocked".to_owned())
}

async fn find_number(ctx: &Ctx, tx: &Tx, pressed: &Pressed<'_>) -> Result<String> {
    let wish = NumberWish {
        country: "US".to_owned(),
        kind: HeldKind::Local,
        area_code: None,
        contains: None,
        capabilities: Capabilities { sms: true, mms: false, voice: false },
        limit: NUMBERS_TO_TRY,
    };
    let workspace = pressed.workspace.id;
    let asked = Some((pressed.press.user.clone(), pressed.press.place.clone()));
    let find = Promise::new(Task::FindNumber { workspace, wish, asked }).of(workspace);
    outbox::append(ctx, tx, find.in_order_of(format!("workspace:{workspace}"))).await?;
    Ok("looking for a number".to_owned())
}
