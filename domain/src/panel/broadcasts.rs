//! Broadcasts as owners make them in the chat: a window for the text and the list, then what it would be, with a button that sends exactly that; and the
//! buttons on the post that shows how far one is.

use chrono::TimeDelta;

use super::{
    asker::Asker,
    parts::{button, counted, note, paragraph, primary},
};
use crate::{
    Ctx, Error, Result, Tx,
    broadcasts::{self, Audience, Broadcast, NewBroadcast, Preview, left_out, people},
    contracts::{
        chat::{Button, Part, Place, Post, Span},
        inbound::{ButtonPressed, ViewSubmitted},
        view::{Choice, Entries, Fault, Field, Input, View},
    },
    ids::{BroadcastId, NumberId},
    members::{self, Permission},
    messages,
    numbers::{self, Number},
    outbox::{self, Promise, Task},
    sms, templates,
    workspaces::Workspace,
};

/// The window in which one is written.
pub(crate) const WINDOW: &str = "broadcast.write";

/// Ids of the window's inputs.
const FROM: &str = "from";
const TAG: &str = "tag";
const BODY: &str = "body";
const START_AT: &str = "start_at";

/// What making broadcasts and stopping them needs.
const NEEDED: Permission = Permission::BroadcastsManage;

async fn is_allowed(tx: &Tx, asker: &Asker<'_>) -> Result<bool> {
    let role = members::role_in(tx, asker.workspace.id, asker.user).await?;
    Ok(role.is_some_and(|role| role.permissions().contains(&NEEDED)))
}

async fn may(tx: &Tx, asker: &Asker<'_>) -> Result<()> {
    if is_allowed(tx, asker).await? { Ok(()) } else { Err(Error::Forbidden { permission: NEEDED.code() }) }
}

/// The button of the panel; none for who may not, or where there is no number.
pub(super) async fn entry(tx: &Tx, asker: &Asker<'_>) -> Result<Option<Button>> {
    let can = is_allowed(tx, asker).await? && in_use(tx, asker.workspace).await.is_ok();
    Ok(can.then(|| button("broadcast.new", "", "Broadcast")))
}

/// Opens the window, or offers the button that does.
pub(super) async fn open(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>) -> Result<()> {
    may(tx, asker).await?;
    if asker.trigger.is_none() {
        let offer = Part::Buttons(vec![primary("broadcast.new", "", "Write a broadcast")]);
        return asker.tell(ctx, tx, vec![paragraph("A broadcast is written in a window."), offer]).await;
    }
    let view = window(&in_use(tx, asker.workspace).await?, asker.channel())?;
    asker.open(ctx, tx, view).await
}

async fn in_use(tx: &Tx, workspace: &Workspace) -> Result<Vec<Number>> {
    let mut numbers = numbers::held_by(tx, workspace.id).await?;
    numbers.retain(|number| number.status.is_in_use());
    if numbers.is_empty() {
        return Err(Error::conflict("There is no number to send from yet. Get one with “Get a number” first."));
    }
    Ok(numbers)
}

fn window(numbers: &[Number], channel: Option<&str>) -> Result<View> {
    let input = |id: &str, label: &str, hint: Option<&str>, field| Input {
        id: id.to_owned(),
        label: label.to_owned(),
        hint: hint.map(str::to_owned),
        is_optional: false,
        is_live: false,
        field,
    };
    let words = |is_multiline, longest, placeholder: Option<&str>| Field::Text {
        value: None,
        is_multiline,
        longest,
        placeholder: placeholder.map(str::to_owned),
    };
    let choices = numbers.iter().map(|number| Choice { value: number.id.to_string(), label: number.shown() }).collect();
    let from = Field::Choice { choices, chosen: numbers.first().map(|number| number.id.to_string()) };
    let fields: Vec<String> = templates::Field::all().iter().map(|field| field.written()).collect();
    let start = input(START_AT, "Start later", Some("Leave it empty to start now."), Field::Moment { chosen: None });
    Ok(View {
        purpose: WINDOW.to_owned(),
        state: serde_json::to_string(&channel)?,
        title: "Broadcast".to_owned(),
        submit: Some("Look at it".to_owned()),
        parts: vec![
            Part::Input(input(FROM, "From", None, from)),
            Part::Input(input(TAG, "To contacts with the tag", None, words(false, 40, Some("newsletter")))),
            Part::Input(input(BODY, "Text", None, words(true, 3_000, None))),
            note(format!("These fields are filled in for each contact: {}", fields.join("  "))),
            Part::Input(Input { is_optional: true, ..start }),
            note("Nothing is sent yet. You see first who gets it and what it costs."),
        ],
    })
}

/// What is wrong with the window at first sight.
pub(crate) fn faults(entries: &Entries) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |input: &str, sentence: String| faults.push(Fault { input: input.to_owned(), sentence });
    if entries.text(TAG).unwrap_or_default().trim().is_empty() {
        fault(TAG, "Write a tag. Contacts get tags in their details, or by import.".to_owned());
    }
    let body = entries.text(BODY).unwrap_or_default();
    if body.trim().is_empty() {
        fault(BODY, "The text is empty. Write something.".to_owned());
    } else if let Err(too_long) = sms::check_length(body) {
        fault(BODY, too_long.to_string());
    } else if let Err(unknown) = templates::check(body) {
        fault(BODY, unknown.to_string());
    }
    faults
}

/// The window was submitted: the member sees what it would be. What was done, for the log.
pub(crate) async fn submitted(ctx: &Ctx, tx: &Tx, workspace: &Workspace, submitted: &ViewSubmitted) -> Result<String> {
    let channel: Option<String> = serde_json::from_str(&submitted.view.state)?;
    let place = channel.map(|channel| Place { channel, thread: None });
    let asker = Asker::of(ctx, tx, workspace, &submitted.user, place).await?;
    let parts = match draft(ctx, tx, &asker, &submitted.entries).await {
        Err(error @ (Error::Internal(_) | Error::Unavailable { .. })) => return Err(error),
        Err(refusal) => messages::refusal_parts(&refusal),
        Ok(parts) => parts,
    };
    asker.tell(ctx, tx, parts).await?;
    Ok("a broadcast is looked at".to_owned())
}

async fn draft(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>, entries: &Entries) -> Result<Vec<Part>> {
    may(tx, asker).await?;
    let numbers = in_use(tx, asker.workspace).await?;
    let wanted: Option<NumberId> = entries.text(FROM).and_then(|id| id.parse().ok());
    let number = numbers.iter().find(|number| Some(number.id) == wanted).unwrap_or(&numbers[0]);
    let new = NewBroadcast {
        number: number.id,
        body: entries.text(BODY).unwrap_or_default().to_owned(),
        audience: Audience::Tag(entries.text(TAG).unwrap_or_default().to_owned()),
        start_at: entries.moment(START_AT),
    };
    let preview = broadcasts::preview_in(ctx, tx, &asker.by(), asker.workspace.id, &new).await?;
    let draft = broadcasts::draft_in(ctx, tx, &asker.by(), asker.workspace.id, &new).await?;
    Ok(looked_at(&draft, &preview))
}

/// What it would be, with the button that sends exactly that.
fn looked_at(draft: &Broadcast, preview: &Preview) -> Vec<Part> {
    let count = people(preview.recipient_count);
    let mut parts = vec![Part::Text(vec![Span::Bold(format!("A broadcast to {count}"))])];
    if let Some(sample) = &preview.sample {
        parts.push(paragraph(format!("The first reads: “{}”", broadcasts::excerpt(sample))));
    }
    if !preview.excluded.is_empty() {
        parts.push(paragraph(format!("Left out: {}.", left_out(&preview.excluded))));
    }
    parts.push(paragraph(price(preview)));
    let mut time = vec![Span::Text(format!("It takes {}.", duration(preview.takes)))];
    if let Some(at) = draft.start_at {
        time.splice(0..0, [Span::Text("It begins on ".to_owned()), Span::Time(at), Span::Text(". ".to_owned())]);
    }
    if let Some(at) = preview.awake_at {
        let asleep = if preview.asleep_count == 1 {
            " One person gets it later, because it is quiet hours where they are: on ".to_owned()
        } else {
            format!(
                " {} people get it later, because it is quiet hours where they are: the last on ",
                preview.asleep_count
            )
        };
        time.extend([Span::Text(asleep), Span::Time(at), Span::Text(".".to_owned())]);
    }
    parts.push(Part::Text(time));
    let mut buttons = vec![button("broadcast.discard", draft.id.to_string(), "Discard")];
    if preview.recipient_count > 0 && preview.missing() == 0 {
        let value = format!("{}/{}", draft.id, preview.version);
        buttons.insert(0, primary("broadcast.confirm", value, &format!("Send to {count}")));
    }
    parts.push(Part::Buttons(buttons));
    parts
}

fn price(preview: &Preview) -> String {
    let each = if preview.fewest_segments == preview.most_segments {
        counted(preview.most_segments, "segment")
    } else {
        format!("{} to {} segments", preview.fewest_segments, preview.most_segments)
    };
    let whole = format!("Each text takes {each}, all together {}.", preview.segment_count);
    match preview.missing() {
        0 => format!("{whole} {} of {} are left this month after it.", preview.left_after(), preview.limit),
        missing => format!(
            "{whole} Only {} are left this month, so {missing} are missing. Shorten the text or the list.",
            preview.left
        ),
    }
}

fn duration(takes: TimeDelta) -> String {
    match takes.num_seconds() {
        ..60 => "less than a minute".to_owned(),
        60..5_400 => format!("about {}", counted((takes.num_seconds() + 30) / 60, "minute")),
        _ => format!("about {}", counted((takes.num_seconds() + 1_800) / 3_600, "hour")),
    }
}

/// A member pressed a button of a broadcast. What was done, for the log.
pub(crate) async fn pressed(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>, press: &ButtonPressed) -> Result<String> {
    may(tx, asker).await?;
    let (id, version) = press.value.split_once('/').unwrap_or((&press.value, ""));
    let id = || id.parse::<BroadcastId>().map_err(|_| Error::NotFound { what: "broadcast" });
    let by = asker.by();
    match press.action.as_str() {
        "broadcast.new" => open(ctx, tx, asker).await?,
        "broadcast.confirm" => {
            let parts = confirm(ctx, tx, asker, (id()?, version)).await?;
            replace(ctx, tx, asker, (press, Some(parts))).await?;
        }
        "broadcast.discard" => {
            broadcasts::discard_in(ctx, tx, asker.workspace.id, id()?).await?;
            replace(ctx, tx, asker, (press, None)).await?;
        }
        "broadcast.pause" => drop(broadcasts::pause_in(ctx, tx, &by, (asker.workspace.id, id()?)).await?),
        "broadcast.resume" => drop(broadcasts::resume_in(ctx, tx, &by, (asker.workspace.id, id()?)).await?),
        _ => drop(broadcasts::cancel_in(ctx, tx, &by, (asker.workspace.id, id()?)).await?),
    }
    Ok(press.action.clone())
}

/// Begins what was looked at; what has changed since is looked at again.
async fn confirm(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>, (id, version): (BroadcastId, &str)) -> Result<Vec<Part>> {
    let workspace = asker.workspace.id;
    let draft = broadcasts::draft_of(tx, workspace, id).await?;
    let preview = broadcasts::preview_in(ctx, tx, &asker.by(), workspace, &draft.wished()).await?;
    if preview.version != version {
        let mut parts = vec![paragraph("The list or the price has changed since you looked. This is how it is now:")];
        parts.extend(looked_at(&draft, &preview));
        return Ok(parts);
    }
    let begun = broadcasts::confirm_in(ctx, tx, &asker.by(), (workspace, id), version).await?;
    let count = people(i64::from(begun.recipient_count));
    let sentence = if begun.start_at.is_some() { "is scheduled" } else { "goes out" };
    let where_to = "The number’s channel shows how far it is, and lets you pause or end it.";
    Ok(vec![paragraph(format!("Your broadcast to {count} {sentence}. {where_to}"))])
}

/// Puts something in the place of what only the member sees; where that cannot be, they are told.
async fn replace(
    ctx: &Ctx,
    tx: &Tx,
    asker: &Asker<'_>,
    (press, parts): (&ButtonPressed, Option<Vec<Part>>),
) -> Result<()> {
    let post = parts.map(|parts| Post { parts, ..Post::default() });
    match (press.answer_url.clone(), post) {
        (Some(url), post) => {
            outbox::append(ctx, tx, Promise::new(Task::Answer { url, post }).of(asker.workspace.id)).await
        }
        (None, Some(post)) => asker.tell(ctx, tx, post.parts).await,
        (None, None) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_it_takes_is_said_in_words() {
        let said = [0, 59, 90, 5_399, 7_200].map(|secs| duration(TimeDelta::seconds(secs)));

        assert_eq!(
            said,
            ["less than a minute", "less than a minute", "about 2 minutes", "about 90 minutes", "about 2 hours"]
        );
    }
}
