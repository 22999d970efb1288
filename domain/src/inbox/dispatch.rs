//! Which operation an event calls for: one arm for each thing that the outside can say.

use std::collections::HashMap;

use super::Event;
use crate::{
    By, Ctx, Error, Result, Tx, contacts,
    contracts::{
        carrier::{Capabilities, HeldKind, NumberWish},
        chat::{Part, Post, Span},
        inbound::{ButtonPressed, Inbound},
    },
    ids::WorkspaceId,
    members,
    messages::{self, Reported},
    outbox::{self, Promise, Task},
    workspaces::{self, Workspace},
};

/// How many numbers are looked at when a member asks for one.
const NUMBERS_TO_TRY: u16 = 10;

/// What acting on an event came to.
pub(super) enum Handled {
    /// It was acted on.
    Done {
        /// Workspace that it was about.
        workspace: Option<WorkspaceId>,
        /// What was done, in a few words.
        outcome: String,
    },
    /// It is about something that we do not know yet.
    TooEarly,
}

/// Acts on an event.
pub(super) async fn dispatch(ctx: &Ctx, tx: &Tx, event: &Event, names: &HashMap<String, String>) -> Result<Handled> {
    let (team, outcome) = match event.inbound()? {
        Inbound::TextReceived(text) => (None, messages::receive(ctx, tx, &text, event.received_at).await?.to_owned()),
        Inbound::DeliveryReported(report) => match messages::report(ctx, tx, &report).await? {
            Reported::Done(outcome) => (None, outcome.to_owned()),
            Reported::Unknown => return Ok(Handled::TooEarly),
        },
        Inbound::PostWritten(post) => {
            let outcome = messages::reply(ctx, tx, &post, names).await?.to_owned();
            (Some(post.team), outcome)
        }
        Inbound::PostEdited(change) | Inbound::PostDeleted(change) => {
            let outcome = messages::edited(ctx, tx, &change).await?.to_owned();
            (Some(change.team), outcome)
        }
        Inbound::ButtonPressed(press) => {
            let outcome = pressed(ctx, tx, &press).await?;
            (Some(press.team), outcome)
        }
        Inbound::ChannelLost(change) => {
            let outcome = match workspaces::in_team(tx, &change.team).await? {
                Some(workspace) => {
                    workspaces::channel_lost(ctx, tx, workspace.id, &change.channel, &change.what).await?
                }
                None => "no workspace of ours",
            };
            (Some(change.team), outcome.to_owned())
        }
        Inbound::ChannelBack(change) => {
            let outcome = match workspaces::in_team(tx, &change.team).await? {
                Some(workspace) => workspaces::channel_back(ctx, tx, workspace.id, &change.channel).await?,
                None => "no workspace of ours",
            };
            (Some(change.team), outcome.to_owned())
        }
        Inbound::AccessLost(lost) => {
            let outcome = workspaces::access_lost(ctx, tx, &lost.team, lost.at, lost.is_uninstall).await?;
            (Some(lost.team), outcome.to_owned())
        }
        Inbound::Ignored { why } => (None, format!("ignored: {why}")),
        Inbound::NotUnderstood { .. } => (None, "not understood: kept for a person to look at".to_owned()),
    };
    let workspace = match team {
        Some(team) => workspaces::in_team(tx, &team).await?.map(|workspace| workspace.id),
        None => None,
    };
    Ok(Handled::Done { workspace, outcome })
}

/// A member pressed a button. What is refused is said to the member alone.
async fn pressed(ctx: &Ctx, tx: &Tx, press: &ButtonPressed) -> Result<String> {
    let Some(workspace) = workspaces::in_team(tx, &press.team).await? else {
        return Ok("no workspace of ours".to_owned());
    };
    let user = members::ensure_member(ctx, tx, workspace.id, &press.team, &press.user).await?;
    let by = By::user(user.id);
    let done = match press.action.as_str() {
        "message.retry" => retry(ctx, tx, &by, &workspace, press).await,
        "contact.block" => block(ctx, tx, &by, &workspace, press).await,
        "number.find" => find_number(ctx, tx, &workspace, press).await,
        other => Ok(format!("no button of ours is called {other}")),
    };
    match done {
        Err(error @ (Error::Internal(_) | Error::Unavailable { .. })) => Err(error),
        Err(refusal) => {
            tell(ctx, tx, &workspace, press, refusal.to_string()).await?;
            Ok("refused, member told".to_owned())
        }
        Ok(outcome) => Ok(outcome),
    }
}

async fn retry(ctx: &Ctx, tx: &Tx, by: &By, workspace: &Workspace, press: &ButtonPressed) -> Result<String> {
    let id = press.value.parse().map_err(|_| Error::NotFound { what: "message" })?;
    messages::retry_from_post(ctx, tx, by, workspace.id, id).await?;
    Ok("sent again".to_owned())
}

async fn block(ctx: &Ctx, tx: &Tx, by: &By, workspace: &Workspace, press: &ButtonPressed) -> Result<String> {
    let id = press.value.parse().map_err(|_| Error::NotFound { what: "contact" })?;
    let contact = contacts::lock(tx, workspace.id, id).await?;
    let sender = contacts::Sender { workspace: workspace.id, address: &contact.address };
    contacts::block_in(ctx, tx, by, sender, Some("blocked in the chat".to_owned())).await?;
    let sentence = format!(
        "{} is blocked. Their texts are kept in the log and shown to nobody. An owner can undo it.",
        contact.shown()
    );
    tell(ctx, tx, workspace, press, sentence).await?;
    Ok("contact blocked".to_owned())
}

async fn find_number(ctx: &Ctx, tx: &Tx, workspace: &Workspace, press: &ButtonPressed) -> Result<String> {
    let wish = NumberWish {
        country: "US".to_owned(),
        kind: HeldKind::Local,
        area_code: None,
        contains: None,
        capabilities: Capabilities { sms: true, mms: false, voice: false },
        limit: NUMBERS_TO_TRY,
    };
    let asked = Some((press.user.clone(), press.place.clone()));
    let find = Promise::new(Task::FindNumber { workspace: workspace.id, wish, asked }).of(workspace.id);
    outbox::append(ctx, tx, find.in_order_of(format!("workspace:{}", workspace.id))).await?;
    Ok("looking for a number".to_owned())
}

async fn tell(ctx: &Ctx, tx: &Tx, workspace: &Workspace, press: &ButtonPressed, sentence: String) -> Result<()> {
    let post = Post { parts: vec![Part::Text(vec![Span::Text(sentence)])], ..Post::default() };
    let tell =
        Promise::new(Task::Whisper { place: press.place.clone(), user: press.user.clone(), post }).of(workspace.id);
    outbox::append(ctx, tx, tell.in_lane(outbox::team_lane(&workspace.team_id))).await
}
