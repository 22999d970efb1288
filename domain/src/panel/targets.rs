//! Reply targets as members see them, and as owners set them: what holds now, the window that changes it, and which answers are late.

use serde::{Deserialize, Serialize};

use super::{
    asker::Asker,
    overview::may_change,
    parts::{button, counted, note},
    scheduled::tell_unchanged,
};
use crate::{
    Ctx, Error, Result, Tx, answers, contacts,
    contracts::{
        chat::{Button, ButtonStyle, Part, Post, Question, Span},
        inbound::{ButtonPressed, ViewSubmitted},
        view::{Entries, Fault, Field, Input, View},
    },
    conversations,
    ids::NumberId,
    members,
    numbers::{self, Number},
    outbox::{self, Promise, Task},
    reply_targets::{self, ReplyTarget, TargetChange},
    workspaces::Workspace,
};

/// The window that sets a reply target.
pub(crate) const WINDOW: &str = "targets.settings";

/// The button in it that makes a number like the others again.
pub(crate) const REMOVE: &str = "targets.remove";

/// Most numbers that are offered to be set apart, and most late conversations that are named.
const NUMBERS: usize = 10;
const LATE: u64 = 5;

/// Ids of the window's inputs.
const MINUTES: &str = "minutes";
const ESCALATION_MINUTES: &str = "escalation_minutes";
const CHANNEL: &str = "escalation_channel";
const MEMBER: &str = "escalation_member";

/// What a window knows of what it is about, and of where it was opened.
#[derive(Serialize, Deserialize)]
struct State {
    /// Number that is set apart; none for all others.
    number: Option<NumberId>,
    /// Where the overview can be replaced.
    overview: Option<String>,
}

/// Shows a member what holds.
pub(super) async fn show(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>) -> Result<()> {
    let parts = overview(ctx, tx, asker.workspace).await?;
    asker.tell(ctx, tx, parts).await
}

async fn overview(ctx: &Ctx, tx: &Tx, workspace: &Workspace) -> Result<Vec<Part>> {
    let mut numbers = numbers::held_by(tx, workspace.id).await?;
    numbers.retain(|number| number.status.is_in_use());
    let general = reply_targets::of_scope(ctx, tx, workspace.id, None).await?;
    let mut parts = vec![Part::Text(vec![Span::Bold("Reply targets".to_owned())])];
    parts.push(described(tx, workspace, &general, "All numbers").await?);
    let mut buttons = vec![button(WINDOW, "", "Change")];
    for number in numbers.iter().take(NUMBERS) {
        let own = reply_targets::own(tx, workspace.id, number.id).await?;
        if own.is_some() || numbers.len() > 1 {
            buttons.push(button(WINDOW, number.id.to_string(), &number.shown()));
        }
        if let Some(own) = own {
            parts.push(described(tx, workspace, &own, &number.shown()).await?);
        }
    }
    parts.push(Part::Buttons(buttons));
    parts.push(note("What Clerk says by itself is no answer. What is solved, closed or pending waits for none until the contact writes."));
    Ok(parts)
}

async fn described(tx: &Tx, workspace: &Workspace, target: &ReplyTarget, whose: &str) -> Result<Part> {
    let mut line = vec![Span::Bold(format!("{whose}. "))];
    let Some(minutes) = target.minutes else {
        line.push(Span::Text("No target is set.".to_owned()));
        return Ok(Part::Text(line));
    };
    let (hours, within) = (counted_in(tx, workspace, target.number_id).await?, counted(i64::from(minutes), "minute"));
    let due = format!("An answer is due within {within}, counted {hours}. When it is late, the conversation says so");
    line.push(Span::Text(due));
    let mut told = Vec::new();
    told.extend(target.escalation_channel_id.clone().map(Span::Channel));
    if let Some(user) = target.escalation_user_id {
        told.extend(members::user_in(tx, user).await?.map(|user| Span::User(user.chat_user_id)));
    }
    let when = match target.escalation_minutes {
        0 => "; at the same time I tell ".to_owned(),
        later => format!("; {} later I tell ", counted(i64::from(later), "minute")),
    };
    for (joint, one) in [when, " and ".to_owned()].into_iter().zip(told) {
        line.extend([Span::Text(joint), one]);
    }
    line.push(Span::Text(".".to_owned()));
    Ok(Part::Text(line))
}

/// In which hours time is counted, to follow “counted”.
async fn counted_in(tx: &Tx, workspace: &Workspace, number: Option<NumberId>) -> Result<String> {
    let (hours, zone) = answers::hours_of(tx, workspace, number).await?;
    if hours.is_empty() {
        return Ok("around the clock".to_owned());
    }
    Ok(format!("in {} ({zone})", answers::written(&hours).replace('\n', ", ")))
}

/// A member wants to change a target. What was done, for the log.
pub(crate) async fn pressed(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>, press: &ButtonPressed) -> Result<String> {
    may_change(tx, asker).await?;
    let workspace = asker.workspace;
    let number = match press.value.as_str() {
        "" => None,
        id => {
            let id = id.parse().map_err(|_| Error::NotFound { what: "number" })?;
            Some(numbers::lock(tx, workspace.id, id).await?)
        }
    };
    let own = match &number {
        Some(one) => reply_targets::own(tx, workspace.id, one.id).await?,
        None => None,
    };
    let has_own = own.is_some();
    let now = match own {
        // A number that is set apart for the first time begins with what held for it.
        Some(own) => own,
        None => reply_targets::of_scope(ctx, tx, workspace.id, None).await?,
    };
    let state = State { number: number.as_ref().map(|one| one.id), overview: press.answer_url.clone() };
    let mut view = window(tx, workspace, &now, number.as_ref(), &state).await?;
    view.parts.extend(state.number.filter(|_| has_own).map(|number| Part::Buttons(vec![remove_button(number)])));
    asker.open(ctx, tx, view).await?;
    Ok("the window of reply targets opens".to_owned())
}

async fn window(
    tx: &Tx,
    workspace: &Workspace,
    now: &ReplyTarget,
    number: Option<&Number>,
    state: &State,
) -> Result<View> {
    let whose = number.map_or_else(|| "all numbers without a target of their own".to_owned(), Number::shown);
    let hours = counted_in(tx, workspace, state.number).await?;
    let member = match now.escalation_user_id {
        Some(user) => members::user_in(tx, user).await?.map(|user| user.chat_user_id),
        None => None,
    };
    let minutes = |value: Option<i32>| Field::Text {
        value: value.map(|minutes| minutes.to_string()),
        is_multiline: false,
        longest: 5,
        placeholder: None,
    };
    let input = |id: &str, label: &str, hint: &str, field| {
        Part::Input(Input {
            id: id.to_owned(),
            label: label.to_owned(),
            hint: (!hint.is_empty()).then(|| hint.to_owned()),
            is_optional: true,
            is_live: false,
            field,
        })
    };
    let later = minutes(Some(now.escalation_minutes));
    Ok(View {
        purpose: WINDOW.to_owned(),
        state: serde_json::to_string(state)?,
        title: "Reply target".to_owned(),
        submit: Some("Save".to_owned()),
        parts: vec![
            note(format!("For {whose}. Time is counted {hours}; “/clerk answers” sets the business hours.")),
            input(MINUTES, "Answer within so many minutes", "Such as 30. Empty: no target.", minutes(now.minutes)),
            input(CHANNEL, "Then tell this channel", "", Field::Channel { chosen: now.escalation_channel_id.clone() }),
            input(MEMBER, "And this member", "", Field::Member { chosen: member }),
            input(ESCALATION_MINUTES, "So many minutes after it was due", "0: at once.", later),
        ],
    })
}

fn remove_button(number: NumberId) -> Button {
    let meaning = "What is set here is gone. The target of all numbers holds for this one again.";
    let confirm = Question::new("Have no target of its own?", meaning, ["Remove", "Keep it"]);
    let label = "Like all other numbers";
    Button { style: ButtonStyle::Danger, confirm: Some(confirm), ..button(REMOVE, number.to_string(), label) }
}

/// A member wants a number to be like the others. The window says what holds now. What was done, for the log.
pub(crate) async fn removed(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>, press: &ButtonPressed) -> Result<String> {
    may_change(tx, asker).await?;
    let workspace = asker.workspace;
    let number = press.value.parse().map_err(|_| Error::NotFound { what: "number" })?;
    let general = reply_targets::remove_in(ctx, tx, &asker.by(), workspace.id, number).await?;
    let Some(open) = &press.view else { return Ok("a number's own target was removed".to_owned()) };
    let State { overview, .. } = serde_json::from_str(&open.state)?;
    redraw(ctx, tx, workspace, overview).await?;
    let number = numbers::lock(tx, workspace.id, number).await?;
    let parts = vec![
        note(format!("{} has no target of its own any more.", number.shown())),
        described(tx, workspace, &general, "All numbers").await?,
    ];
    let view = View { purpose: WINDOW.to_owned(), title: "Reply target".to_owned(), parts, ..View::default() };
    let update = Task::UpdateView { id: open.id.clone(), hash: open.hash.clone(), view };
    outbox::append(ctx, tx, Promise::new(update).of(workspace.id)).await?;
    Ok("a number's own target was removed".to_owned())
}

/// Shows the overview anew where it stood.
async fn redraw(ctx: &Ctx, tx: &Tx, workspace: &Workspace, url: Option<String>) -> Result<()> {
    let Some(url) = url else { return Ok(()) };
    let post = Post { parts: overview(ctx, tx, workspace).await?, ..Post::default() };
    outbox::append(ctx, tx, Promise::new(Task::Answer { url, post: Some(post) }).of(workspace.id)).await
}

/// What is wrong with the window at first sight.
pub(crate) fn faults(entries: &Entries) -> Vec<Fault> {
    let times = [(MINUTES, 1), (ESCALATION_MINUTES, 0)];
    let wrong = times.into_iter().filter_map(|(id, shortest)| Some((id, minutes(entries, id, shortest).err()?)));
    wrong.map(|(id, error)| Fault { input: id.to_owned(), sentence: error.to_string() }).collect()
}

/// A time that was entered; none when nothing was.
fn minutes(entries: &Entries, id: &'static str, shortest: i32) -> Result<Option<i32>> {
    let entered = entries.text(id).map(str::trim).filter(|text| !text.is_empty());
    // What is no number is as wrong as one that is too small.
    let minutes = entered.map(|text| text.parse().unwrap_or(-1));
    minutes.map(|minutes| reply_targets::checked_minutes(id, minutes, shortest)).transpose()
}

/// The window was submitted. What was done, for the log.
pub(crate) async fn submitted(ctx: &Ctx, tx: &Tx, workspace: &Workspace, submitted: &ViewSubmitted) -> Result<String> {
    let State { number, overview: url } = serde_json::from_str(&submitted.view.state)?;
    let asker = Asker::of(ctx, tx, workspace, &submitted.user, None).await?;
    match save(ctx, tx, &asker, number, &submitted.entries).await {
        Err(error @ (Error::Internal(_) | Error::Unavailable { .. })) => return Err(error),
        Err(refusal) => {
            tell_unchanged(ctx, tx, workspace, (&submitted.user, &refusal)).await?;
            return Ok("refused, member told".to_owned());
        }
        Ok(()) => {}
    }
    redraw(ctx, tx, workspace, url).await?;
    Ok("a reply target was changed".to_owned())
}

async fn save(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>, number: Option<NumberId>, entries: &Entries) -> Result<()> {
    may_change(tx, asker).await?;
    let workspace = asker.workspace;
    let member = match entries.text(MEMBER) {
        Some(user) => Some(members::ensure_member(ctx, tx, workspace.id, &workspace.team_id, user).await?.id),
        None => None,
    };
    let change = TargetChange {
        minutes: Some(minutes(entries, MINUTES, 1)?),
        escalation_minutes: minutes(entries, ESCALATION_MINUTES, 0)?,
        escalation_channel_id: Some(entries.text(CHANNEL).map(str::to_owned)),
        escalation_user_id: Some(member),
    };
    reply_targets::update_in(ctx, tx, &asker.by(), (workspace.id, number), change).await.map(drop)
}

/// Which answers are late, for the home; nothing when none is.
pub(super) async fn late(ctx: &Ctx, tx: &Tx, workspace: &Workspace) -> Result<Vec<Part>> {
    let (rows, count) = conversations::late_of(ctx, tx, workspace.id, LATE).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let sentence =
        if count == 1 { "1 conversation is late".to_owned() } else { format!("{count} conversations are late") };
    let mut parts = vec![Part::Heading(sentence)];
    for row in &rows {
        let contact = contacts::lock(tx, row.workspace_id, row.contact_id).await?;
        let mut line = vec![Span::Bold(contact.shown()), Span::Text("  answer due ".to_owned())];
        line.extend(row.reply_due_at.map(Span::Time));
        if let Some(place) = row.place() {
            line.extend([Span::Text("  in ".to_owned()), Span::Channel(place.channel)]);
        }
        parts.push(Part::Text(line));
    }
    let more = count.saturating_sub(LATE);
    if more > 0 {
        parts.push(note(format!("And {more} more.")));
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::contracts::view::Entry;

    fn wrong(id: &str, text: &str) -> bool {
        !faults(&Entries(BTreeMap::from([(id.to_owned(), Entry::Text(text.to_owned()))]))).is_empty()
    }

    #[test]
    fn a_time_that_is_no_number_keeps_the_window_open() {
        assert!(["half an hour", "0", "-5", "10081", "99999"].iter().all(|text| wrong(MINUTES, text)));
        assert!(["1", " 30 ", "10080", ""].iter().all(|text| !wrong(MINUTES, text)));
    }

    #[test]
    fn somebody_may_be_told_at_once() {
        assert!(!wrong(ESCALATION_MINUTES, "0") && wrong(ESCALATION_MINUTES, "soon"));
    }
}
