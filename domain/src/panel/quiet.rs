//! What a member is told of the text just written: that it is on its way, that it is scheduled, or that it waits because it would wake somebody, with a
//! button to send it all the same.

use chrono::{DateTime, Utc};

use super::{asker::Asker, parts::button};
use crate::{
    Ctx, Error, Result, Tx, contacts,
    contracts::{
        chat::{Part, Span},
        inbound::ButtonPressed,
        view::{Choice, Entries, Field, Input},
    },
    ids::MessageId,
    messages::{self, Composed, Message},
    sending::{self, SettingsChange},
    sms::quiet_hours,
    workspaces::Workspace,
};

/// The button that sends a text all the same. Its value is the text, and behind a slash the second at which its author wished it.
pub(crate) const IGNORE: &str = "quiet.ignore";

/// What is said of a text that was written.
pub(super) async fn confirmation(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    (composed, message): (&Composed, &Message),
) -> Result<Vec<Part>> {
    let name = contacts::named_at(tx, workspace.id, &composed.text.to).await?;
    let wished = composed.send_at.unwrap_or_else(|| ctx.now());
    if let Some(wait) = quiet_hours::wait(&composed.text.to, wished).filter(|_| message.is_put_off()) {
        let (is, then) = if composed.send_at.is_some() { ("will then be", "then") } else { ("is", "now") };
        let sentence =
            format!("It {is} {} where {name} is. The text goes out at {} there.", wait.clock_now(), wait.clock_until());
        let clock = vec![text("That is "), Span::Time(wait.until), text(", by your clock. "), text(CHANGE)];
        let value = match composed.send_at {
            Some(at) => format!("{}/{}", message.id, at.timestamp()),
            None => message.id.to_string(),
        };
        let anyway = button(IGNORE, value, &format!("Send {then} anyway"));
        return Ok(vec![Part::Text(vec![text(&sentence)]), Part::Note(clock), Part::Buttons(vec![anyway])]);
    }
    let mut line = vec![text("Your text to "), Span::Bold(name)];
    match composed.send_at {
        Some(at) => line.extend([text(" is scheduled for "), Span::Time(at), text(". "), text(CHANGE)]),
        None => line.push(text(" is on its way. Answers arrive where the conversation is.")),
    }
    Ok(vec![Part::Text(line)])
}

/// How a text is changed that waits.
const CHANGE: &str = "You can change or withdraw it where the conversation is, or with “/clerk scheduled”.";

fn text(text: &str) -> Span {
    Span::Text(text.to_owned())
}

/// A member wants the text to go out all the same. What was done, for the log.
pub(crate) async fn pressed(ctx: &Ctx, tx: &Tx, workspace: &Workspace, press: &ButtonPressed) -> Result<&'static str> {
    let (id, wished) = read(&press.value).ok_or(Error::NotFound { what: "message" })?;
    messages::ignore_quiet_hours(ctx, tx, (workspace.id, id), wished).await?;
    Ok("a text goes out in spite of quiet hours")
}

fn read(value: &str) -> Option<(MessageId, Option<DateTime<Utc>>)> {
    let (id, second) = value.split_once('/').map_or((value, None), |(id, second)| (id, Some(second)));
    let wished = second.and_then(|second| second.parse().ok()).and_then(|second| DateTime::from_timestamp(second, 0));
    Some((id.parse().ok()?, wished))
}

/// Id of the input of the settings, and what can be chosen in it.
const SETTING: &str = "quiet_hours";
const TEXTS: &str = "texts";
const BROADCASTS: &str = "broadcasts";

/// What waits for the end of quiet hours, to be chosen.
pub(super) async fn setting(ctx: &Ctx, tx: &Tx, workspace: &Workspace) -> Result<Part> {
    let now = sending::of_in(ctx, tx, workspace.id).await?;
    let choice = |value: &str, label: &str| Choice { value: value.to_owned(), label: label.to_owned() };
    let choices = vec![choice(TEXTS, "New and scheduled texts"), choice(BROADCASTS, "Broadcasts")];
    let kept = [(TEXTS, now.keeps_quiet_hours), (BROADCASTS, now.broadcasts_keep_quiet_hours)];
    let chosen = kept.iter().filter(|(_, is_kept)| *is_kept).map(|(value, _)| (*value).to_owned()).collect();
    Ok(Part::Input(Input {
        id: SETTING.to_owned(),
        label: "Wait while it is night where the contact is".to_owned(),
        hint: Some("By their area code and the rules of their state. Answers never wait.".to_owned()),
        is_optional: true,
        is_live: false,
        field: Field::Checks { choices, chosen },
    }))
}

/// Keeps what was chosen.
pub(super) async fn set(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>, entries: &Entries) -> Result<()> {
    let chosen = |value: &str| entries.several(SETTING).iter().any(|one| one == value);
    let before = sending::of_in(ctx, tx, asker.workspace.id).await?;
    if (chosen(TEXTS), chosen(BROADCASTS)) == (before.keeps_quiet_hours, before.broadcasts_keep_quiet_hours) {
        return Ok(());
    }
    let change = SettingsChange {
        keeps_quiet_hours: Some(chosen(TEXTS)),
        broadcasts_keep_quiet_hours: Some(chosen(BROADCASTS)),
        ..SettingsChange::default()
    };
    sending::update_in(ctx, tx, &asker.by(), asker.workspace.id, change).await.map(drop)
}
