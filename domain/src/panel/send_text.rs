//! The window in which a text is written: to whom, from which number, what, with which files, and when. While somebody writes, it says how many
//! segments the text takes and why; whatever is refused later keeps all that was entered.

use serde::{Deserialize, Serialize};

use super::{
    asker::Asker,
    meter::meter,
    parts::{button, note},
    quiet,
};
use crate::{
    Ctx, Error, Result, Tx, contacts,
    contracts::{
        chat::Part,
        inbound::ViewSubmitted,
        view::{Choice, Entries, Fault, Field, FileRef, Input, View},
    },
    error::InvalidReason,
    ids::{EventId, NumberId},
    messages::{self, Composed, NewText},
    numbers::{self, Number},
    phone::{CountryCode, PhoneNumber},
    sms, templates,
    workspaces::Workspace,
};

/// What the window is for.
pub(crate) const PURPOSE: &str = "text.send";

/// Most characters of what is entered as the receiver.
const RECEIVER_LENGTH: u16 = 120;

/// Most characters that the window lets somebody write: some more than may be sent, so that the count can be said.
const TEXT_LENGTH: u16 = 3_000;

/// Most contacts that are named when a name fits several.
const NAMED_CONTACTS: usize = 5;

/// What stands in the window at first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prefill {
    /// To whom.
    pub(crate) to: Option<String>,
    /// From which number.
    pub(crate) from: Option<String>,
    /// What.
    pub(crate) text: Option<String>,
    /// With what, for what it comes to: nothing can be chosen beforehand.
    pub(crate) files: Vec<FileRef>,
    /// When.
    pub(crate) send_at: Option<chrono::DateTime<chrono::Utc>>,
}

impl Prefill {
    /// What was entered into a window like it.
    pub(crate) fn of_entries(entries: &Entries) -> Self {
        let entry = |id: &str| entries.text(id).map(str::to_owned);
        let text = entries.0.keys().find(|id| id.split(':').next() == Some("text"));
        Self {
            to: entry("to"),
            from: entry("from"),
            text: text.and_then(|id| entry(id)),
            files: entries.files("files").to_vec(),
            send_at: entries.moment("send_at"),
        }
    }
}

/// What the window carries along.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct State {
    /// Channel that it was opened in.
    channel: Option<String>,
    /// Template that the text was taken from.
    template: Option<String>,
}

/// Opens the window.
pub(crate) async fn open(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>, prefill: &Prefill) -> Result<()> {
    let state = State { channel: asker.channel().map(str::to_owned), template: None };
    let view = window(ctx, tx, asker.workspace, &state, prefill).await?;
    asker.open(ctx, tx, view).await
}

async fn window(ctx: &Ctx, tx: &Tx, workspace: &Workspace, state: &State, prefill: &Prefill) -> Result<View> {
    let numbers = in_use(tx, workspace).await?;
    if numbers.is_empty() {
        return Err(Error::conflict("There is no number to send from yet. Get one with “Get a number” first."));
    }
    let wanted = numbers.iter().find(|number| prefill.from.as_ref().is_some_and(|from| *from == number.id.to_string()));
    let from = wanted.unwrap_or_else(|| chosen(&numbers, state.channel.as_deref()));
    let mut parts = vec![receiver(prefill.to.clone())];
    if numbers.len() > 1 {
        parts.push(sender(&numbers, from.id.to_string()));
    } else {
        parts.push(note(format!("From {}.", from.shown())));
    }
    parts.push(words(prefill.text.clone(), state.template.as_deref()));
    let to = receiver_of(tx, workspace, from, prefill.to.as_deref().unwrap_or_default()).await.ok();
    let text = (prefill.text.as_deref().unwrap_or_default(), prefill.files.as_slice());
    parts.push(note(meter(ctx, tx, workspace, (from, to), text).await?));
    parts.extend(templates_choice(tx, workspace, state).await?);
    parts.push(files());
    parts.push(channel(state.channel.clone()));
    parts.push(moment(prefill.send_at));
    Ok(View {
        purpose: PURPOSE.to_owned(),
        state: serde_json::to_string(state)?,
        title: "Send a text".to_owned(),
        submit: Some("Send".to_owned()),
        parts,
    })
}

fn input(id: &str, label: &str, field: Field) -> Input {
    Input { id: id.to_owned(), label: label.to_owned(), hint: None, is_optional: false, is_live: false, field }
}

fn receiver(value: Option<String>) -> Part {
    let placeholder = Some("Maria Lopez, or (415) 555-0101".to_owned());
    let field = Field::Text { value, is_multiline: false, longest: RECEIVER_LENGTH, placeholder };
    Part::Input(Input { hint: Some("The name of a contact, or a number.".to_owned()), ..input("to", "To", field) })
}

fn sender(numbers: &[Number], chosen: String) -> Part {
    let choices = numbers.iter().map(|number| Choice { value: number.id.to_string(), label: named(number) }).collect();
    Part::Input(input("from", "From", Field::Choice { choices, chosen: Some(chosen) }))
}

fn named(number: &Number) -> String {
    match &number.label {
        Some(label) => format!("{label} · {}", number.shown()),
        None => number.shown(),
    }
}

/// The text. Another template makes it another input, because the chat keeps what stands in an input of the same id.
fn words(value: Option<String>, template: Option<&str>) -> Part {
    let field = Field::Text { value, is_multiline: true, longest: TEXT_LENGTH, placeholder: None };
    let id = text_id(template);
    Part::Input(Input { is_live: true, is_optional: true, ..input(&id, "Text", field) })
}

fn text_id(template: Option<&str>) -> String {
    template.map_or_else(|| "text".to_owned(), |template| format!("text:{template}"))
}

async fn templates_choice(tx: &Tx, workspace: &Workspace, state: &State) -> Result<Option<Part>> {
    let known = templates::list_for(tx, workspace.id).await?;
    if known.is_empty() {
        return Ok(None);
    }
    let choices = known
        .iter()
        .take(100)
        .map(|template| Choice { value: template.id.to_string(), label: template.name.clone() })
        .collect();
    let field = Field::Choice { choices, chosen: state.template.clone() };
    Ok(Some(Part::Input(Input { is_optional: true, is_live: true, ..input("template", "Template", field) })))
}

fn files() -> Part {
    let hint = Some("Up to 10 and 5 MB in all. What cannot be sent as MMS goes as a link.".to_owned());
    Part::Input(Input { hint, is_optional: true, ..input("files", "Files", Field::Files { most: 10 }) })
}

fn channel(chosen: Option<String>) -> Part {
    let hint = Some("Where answers arrive, when nobody has texted with them yet.".to_owned());
    Part::Input(Input { hint, is_optional: true, ..input("channel", "Reply channel", Field::Channel { chosen }) })
}

fn moment(chosen: Option<chrono::DateTime<chrono::Utc>>) -> Part {
    let hint = Some("Leave it empty to send now.".to_owned());
    Part::Input(Input { hint, is_optional: true, ..input("send_at", "Send later", Field::Moment { chosen }) })
}

async fn in_use(tx: &Tx, workspace: &Workspace) -> Result<Vec<Number>> {
    let numbers = numbers::held_by(tx, workspace.id).await?;
    Ok(numbers.into_iter().filter(|number| number.status.is_in_use()).collect())
}

/// The number of the channel somebody is in, or the first.
fn chosen<'a>(numbers: &'a [Number], channel: Option<&str>) -> &'a Number {
    let of_channel = numbers.iter().find(|number| channel.is_some() && number.shared_channel_id.as_deref() == channel);
    of_channel.unwrap_or(&numbers[0])
}

/// Something was entered: the window says what it comes to.
pub(crate) async fn changed(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    (input, view): (&str, &crate::contracts::view::ViewRef),
    entries: &Entries,
) -> Result<Option<View>> {
    let mut state: State = serde_json::from_str(&view.state)?;
    let mut prefill = Prefill::of_entries(entries);
    if input == "template" {
        let Some(template) = entries.text("template") else { return Ok(None) };
        let Ok(id) = template.parse() else { return Ok(None) };
        prefill.text = Some(templates::body_of(tx, workspace.id, id).await?);
        state.template = Some(template.to_owned());
    }
    window(ctx, tx, workspace, &state, &prefill).await.map(Some)
}

/// What is wrong at first sight.
pub(crate) fn faults(submitted: &ViewSubmitted) -> Vec<Fault> {
    let state: State = serde_json::from_str(&submitted.view.state).unwrap_or_default();
    let id = text_id(state.template.as_deref());
    let text = submitted.entries.text(&id).unwrap_or_default();
    let mut faults = Vec::new();
    let mut fault = |input: &str, sentence: String| faults.push(Fault { input: input.to_owned(), sentence });
    if submitted.entries.text("to").unwrap_or_default().trim().is_empty() {
        fault("to", "Write the name of a contact, or a number.".to_owned());
    }
    if text.trim().is_empty() && submitted.entries.files("files").is_empty() {
        fault(&id, "The text is empty. Write something, or add a file.".to_owned());
    }
    if let Err(too_long) = sms::check_length(text) {
        fault(&id, too_long.to_string());
    }
    faults
}

/// Sends what was submitted, or says why not; then it can be opened again as it was.
pub(crate) async fn submitted(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    event: EventId,
    submitted: &ViewSubmitted,
) -> Result<String> {
    let state: State = serde_json::from_str(&submitted.view.state)?;
    let place = state.channel.clone().map(|channel| crate::contracts::chat::Place { channel, thread: None });
    let asker = Asker::of(ctx, tx, workspace, &submitted.user, place).await?;
    match send(ctx, tx, &asker, &state, &submitted.entries).await {
        Ok(said) => {
            asker.tell(ctx, tx, said).await?;
            Ok("sent".to_owned())
        }
        Err(error @ (Error::Internal(_) | Error::Unavailable { .. })) => Err(error),
        Err(refusal) => {
            let mut parts = messages::refusal_parts(&refusal);
            parts.push(Part::Buttons(vec![button("text.edit", event.to_string(), "Edit and try again")]));
            asker.tell(ctx, tx, parts).await?;
            Ok("refused, member told".to_owned())
        }
    }
}

async fn send(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>, state: &State, entries: &Entries) -> Result<Vec<Part>> {
    let numbers = in_use(tx, asker.workspace).await?;
    let wanted: Option<NumberId> = entries.text("from").and_then(|id| id.parse().ok());
    let number = match wanted {
        Some(id) => numbers.iter().find(|number| number.id == id),
        None => numbers.first(),
    };
    let number = number.ok_or_else(|| Error::conflict("The number to send from is not in use any more."))?;
    let to = receiver_of(tx, asker.workspace, number, entries.text("to").unwrap_or_default()).await?;
    let body = entries.text(&text_id(state.template.as_deref())).unwrap_or_default();
    let body = templates::filled(tx, asker.workspace, (number, &to), asker.user, body).await?;
    let composed = Composed {
        text: NewText { number: number.id, to, body, ignores_quiet_hours: false },
        files: entries.files("files").to_vec(),
        channel: entries.text("channel").map(str::to_owned),
        send_at: entries.moment("send_at"),
    };
    let message = messages::compose(ctx, tx, &asker.by(), asker.workspace.id, &composed).await?;
    quiet::confirmation(ctx, tx, asker.workspace, (&composed, &message)).await
}

/// Whom somebody means: a number, or the name of exactly one contact.
async fn receiver_of(tx: &Tx, workspace: &Workspace, number: &Number, written: &str) -> Result<PhoneNumber> {
    let country: Option<CountryCode> = number.country.parse().ok();
    let refused = |sentence: String| Error::invalid("to", InvalidReason::NotFound, sentence);
    let unread = match PhoneNumber::parse(written, country) {
        Ok(to) => return Ok(to),
        Err(error) => error,
    };
    if written.chars().filter(|sign| sign.is_alphabetic()).count() == 0 {
        return Err(refused(unread.to_string()));
    }
    let found = contacts::by_name(tx, workspace.id, written).await?;
    match found.as_slice() {
        [] => Err(refused(format!("There is no contact called “{written}”. Write a number instead."))),
        [contact] => contact
            .number()
            .ok_or_else(|| refused(format!("{} is no phone number, so it cannot be texted.", contact.shown()))),
        several => {
            let names: Vec<String> = several
                .iter()
                .take(NAMED_CONTACTS)
                .map(|contact| format!("{} ({})", contact.shown(), contact.shown_number()))
                .collect();
            Err(refused(format!("Several contacts fit “{written}”: {}. Write the number.", names.join(", "))))
        }
    }
}
