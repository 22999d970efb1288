//! Automatic answers as members see them, and as owners set them: what is answered now, and the window that changes it.

use serde::{Deserialize, Serialize};

use super::{
    asker::Asker,
    overview::may_change,
    parts::{button, note},
    scheduled::tell_unchanged,
};
use crate::{
    Ctx, Error, Result, Tx,
    answers::{self, AnswerChange, AnswerSettings},
    contracts::{
        chat::{Button, ButtonStyle, Part, Post, Question, Span},
        inbound::{ButtonPressed, ViewSubmitted},
        view::{Choice, Entries, Fault, Field, Input, View},
    },
    ids::NumberId,
    numbers::{self, Number},
    outbox::{self, Promise, Task},
    sms,
    workspaces::Workspace,
};

/// The window that sets automatic answers.
pub(crate) const WINDOW: &str = "answers.settings";

/// The button in it that makes a number like the others again.
pub(crate) const REMOVE: &str = "answers.remove";

/// Most numbers that are offered to be set apart.
const NUMBERS: usize = 10;

/// Ids of the window's inputs, and of what can be ticked in it.
const ON: &str = "on";
const AWAY: &str = "away";
const GREETING: &str = "greeting";
const AWAY_TEXT: &str = "away_text";
const HOURS: &str = "hours";
const ZONE: &str = "zone";
const GREETING_TEXT: &str = "greeting_text";

/// What a window knows of what it is about, and of where it was opened.
#[derive(Serialize, Deserialize)]
struct State {
    /// Number that is set apart; none for all others.
    number: Option<NumberId>,
    /// Where the overview can be replaced.
    overview: Option<String>,
}

/// Shows a member what is answered automatically.
pub(super) async fn show(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>) -> Result<()> {
    let parts = overview(ctx, tx, asker.workspace).await?;
    asker.tell(ctx, tx, parts).await
}

async fn overview(ctx: &Ctx, tx: &Tx, workspace: &Workspace) -> Result<Vec<Part>> {
    let mut numbers = numbers::held_by(tx, workspace.id).await?;
    numbers.retain(|number| number.status.is_in_use());
    let general = answers::of_scope(ctx, tx, workspace.id, None).await?;
    let mut parts = vec![Part::Text(vec![Span::Bold("Automatic answers".to_owned())])];
    parts.extend(described(workspace, &general, "All numbers"));
    let mut buttons = vec![button(WINDOW, "", "Change")];
    for number in numbers.iter().take(NUMBERS) {
        let own = answers::own(tx, number).await?;
        if own.is_some() || numbers.len() > 1 {
            buttons.push(button(WINDOW, number.id.to_string(), &number.shown()));
        }
        parts.extend(own.iter().flat_map(|own| described(workspace, own, &number.shown())));
    }
    parts.push(Part::Buttons(buttons));
    parts.push(note("An answer counts like any text. Machines, and who opted out, get none."));
    Ok(parts)
}

fn described(workspace: &Workspace, settings: &AnswerSettings, whose: &str) -> Vec<Part> {
    let hours = answers::written(&settings.hours.0).replace('\n', ", ");
    let away = match (settings.is_away_on, hours.is_empty()) {
        (false, _) => "Outside business hours: nothing is answered.".to_owned(),
        (true, true) => "At every hour: nobody is there.".to_owned(),
        (true, false) => format!("Outside {hours} ({}): nobody is there.", settings.zone(workspace)),
    };
    let greeting = if settings.is_greeting_on { "A first text is greeted." } else { "A first text is not greeted." };
    let line = vec![Span::Bold(format!("{whose}. ")), Span::Text(format!("{away} {greeting}"))];
    let mut said = Vec::new();
    if settings.is_away_on {
        said.push(format!("“{}”", settings.away_text));
    }
    if settings.is_greeting_on {
        said.push(format!("“{}”", settings.greeting_text));
    }
    let quoted = (!said.is_empty()).then(|| note(said.join("  ")));
    [Part::Text(line)].into_iter().chain(quoted).collect()
}

/// A member wants to change the answers. What was done, for the log.
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
        Some(one) => answers::own(tx, one).await?,
        None => None,
    };
    let has_own = own.is_some();
    let settings = match own {
        Some(own) => own,
        // A number that is set apart for the first time begins with what held for it.
        None => answers::of_scope(ctx, tx, workspace.id, None).await?,
    };
    let state = State { number: number.as_ref().map(|one| one.id), overview: press.answer_url.clone() };
    let mut view = window(workspace, &settings, number.as_ref(), &state)?;
    view.parts.extend(state.number.filter(|_| has_own).map(|number| Part::Buttons(vec![remove_button(number)])));
    asker.open(ctx, tx, view).await?;
    Ok("the window of automatic answers opens".to_owned())
}

fn remove_button(number: NumberId) -> Button {
    let meaning = "What is set here is gone. What is answered on all numbers holds for this one again.";
    let confirm = Question::new("Answer like all numbers?", meaning, ["Remove", "Keep it"]);
    let label = "Answer like all other numbers";
    Button { style: ButtonStyle::Danger, confirm: Some(confirm), ..button(REMOVE, number.to_string(), label) }
}

/// A member wants a number to be like the others. The window says what holds now. What was done, for the log.
pub(crate) async fn removed(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>, press: &ButtonPressed) -> Result<String> {
    may_change(tx, asker).await?;
    let workspace = asker.workspace;
    let number = press.value.parse().map_err(|_| Error::NotFound { what: "number" })?;
    answers::remove_in(ctx, tx, &asker.by(), workspace.id, number).await?;
    let number = numbers::lock(tx, workspace.id, number).await?;
    if let Some(window) = &press.view {
        let State { overview, .. } = serde_json::from_str(&window.state)?;
        redraw(ctx, tx, workspace, overview).await?;
        let general = answers::of_scope(ctx, tx, workspace.id, None).await?;
        let mut parts = vec![note(format!("{} has no answers of its own any more.", number.shown()))];
        parts.extend(described(workspace, &general, "All numbers"));
        let view = View { purpose: WINDOW.to_owned(), title: "Automatic answers".to_owned(), parts, ..View::default() };
        let update = Task::UpdateView { id: window.id.clone(), hash: window.hash.clone(), view };
        outbox::append(ctx, tx, Promise::new(update).of(workspace.id)).await?;
    }
    Ok("a number's own automatic answers were removed".to_owned())
}

/// Shows the overview anew where it stood.
async fn redraw(ctx: &Ctx, tx: &Tx, workspace: &Workspace, url: Option<String>) -> Result<()> {
    let Some(url) = url else { return Ok(()) };
    let post = Post { parts: overview(ctx, tx, workspace).await?, ..Post::default() };
    outbox::append(ctx, tx, Promise::new(Task::Answer { url, post: Some(post) }).of(workspace.id)).await
}

fn window(workspace: &Workspace, now: &AnswerSettings, number: Option<&Number>, state: &State) -> Result<View> {
    let whose = number.map_or_else(|| "all numbers without answers of their own".to_owned(), Number::shown);
    let choices = vec![
        Choice { value: AWAY.to_owned(), label: "Answer outside business hours".to_owned() },
        Choice { value: GREETING.to_owned(), label: "Answer a first text".to_owned() },
    ];
    let ticked = [(AWAY, now.is_away_on), (GREETING, now.is_greeting_on)];
    let chosen = ticked.into_iter().filter(|(_, is_on)| *is_on).map(|(value, _)| value.to_owned()).collect();
    let words = |value: &str, is_multiline, longest| Field::Text {
        value: (!value.is_empty()).then(|| value.to_owned()),
        is_multiline,
        longest,
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
    let hours = answers::written(&now.hours.0);
    let zone = now.zone(workspace).to_string();
    Ok(View {
        purpose: WINDOW.to_owned(),
        state: serde_json::to_string(state)?,
        title: "Automatic answers".to_owned(),
        submit: Some("Save".to_owned()),
        parts: vec![
            note(format!("For {whose}.")),
            input(ON, "Answer automatically", "", Field::Checks { choices, chosen }),
            input(
                HOURS,
                "Business hours",
                "A line like Mon-Fri 9:00-17:00. Empty: nobody is there.",
                words(&hours, true, 1_000),
            ),
            input(ZONE, "Time zone", "Such as America/New_York.", words(&zone, false, 60)),
            input(
                AWAY_TEXT,
                "Outside business hours",
                "At most once in 4 hours to each contact.",
                words(&now.away_text, true, 3_000),
            ),
            input(GREETING_TEXT, "To a first text", "Once to each contact.", words(&now.greeting_text, true, 3_000)),
        ],
    })
}

/// What is wrong with the window at first sight.
pub(crate) fn faults(entries: &Entries) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |input: &str, sentence: String| faults.push(Fault { input: input.to_owned(), sentence });
    if let Err(unread) = answers::read(entries.text(HOURS).unwrap_or_default()) {
        fault(HOURS, unread.to_string());
    }
    let is_on = |what: &str| entries.several(ON).iter().any(|value| value == what);
    for (input, is_on) in [(AWAY_TEXT, is_on(AWAY)), (GREETING_TEXT, is_on(GREETING))] {
        let text = entries.text(input).unwrap_or_default();
        if is_on && text.trim().is_empty() {
            fault(input, "Write what is answered, or turn the answer off.".to_owned());
        } else if let Err(too_long) = sms::check_length(text) {
            fault(input, too_long.to_string());
        } else if let Err(unknown) = answers::check_text(text) {
            fault(input, unknown.to_string());
        }
    }
    faults
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
        Ok(_) => {}
    }
    redraw(ctx, tx, workspace, url).await?;
    Ok("automatic answers were changed".to_owned())
}

async fn save(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>, number: Option<NumberId>, entries: &Entries) -> Result<()> {
    may_change(tx, asker).await?;
    answers::update_in(ctx, tx, &asker.by(), (asker.workspace.id, number), change(entries)?).await.map(drop)
}

fn change(entries: &Entries) -> Result<AnswerChange> {
    let is_on = |what: &str| Some(entries.several(ON).iter().any(|value| value == what));
    let words = |id| entries.text(id).filter(|text| !text.trim().is_empty()).map(str::to_owned);
    Ok(AnswerChange {
        time_zone: Some(words(ZONE)),
        hours: Some(answers::read(entries.text(HOURS).unwrap_or_default())?),
        is_away_on: is_on(AWAY),
        away_text: words(AWAY_TEXT),
        is_greeting_on: is_on(GREETING),
        greeting_text: words(GREETING_TEXT),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::contracts::view::Entry;

    fn entered(on: &[&str], texts: &[(&str, &str)]) -> Entries {
        let on = (ON.to_owned(), Entry::Several(on.iter().map(|value| (*value).to_owned()).collect()));
        let texts = texts.iter().map(|(id, text)| ((*id).to_owned(), Entry::Text((*text).to_owned())));
        Entries(BTreeMap::from_iter(texts.chain([on])))
    }

    #[test]
    fn hours_that_nobody_can_read_keep_the_window_open() {
        let found = faults(&entered(&[], &[(HOURS, "from nine to five")]));
        assert_eq!(found.len(), 1);
        assert!(found[0].sentence.contains("Mon-Fri 9:00-17:00"), "{found:?}");
    }

    #[test]
    fn an_answer_that_is_on_needs_words() {
        assert_eq!(faults(&entered(&[AWAY], &[])).len(), 1);
        assert_eq!(faults(&entered(&[AWAY], &[(AWAY_TEXT, "Closed. {{workspace.name}}")])), []);
        assert_eq!(faults(&entered(&[], &[(AWAY_TEXT, "Hi {{contact.name}}")])).len(), 1);
    }
}
