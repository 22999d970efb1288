//! The panel, and what its buttons show: conversations, usage, settings. The home shows the same at a glance.

use super::{
    asker::Asker,
    broadcasts,
    parts::{bar, button, counted, note, paragraph, primary},
    quiet,
};
use crate::{
    Ctx, Error, Result, Tx, contacts,
    contracts::{
        chat::{Part, Span},
        inbound::ViewSubmitted,
        view::{Choice, Field, Input, View},
    },
    conversations::{self, Conversation},
    ids::NumberId,
    members::{self, Permission},
    numbers::{self, Number, ReplySettings},
    usage,
    workspaces::{self, SendMode, Workspace},
};

/// What the window with settings is for.
pub(crate) const SETTINGS: &str = "panel.settings";

/// Conversations in a list.
const CONVERSATIONS: u64 = 20;

/// Shows the panel.
pub(crate) async fn panel(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>) -> Result<()> {
    let mut parts = numbers_of(tx, asker.workspace).await?;
    parts.extend(usage_of(ctx, tx, asker.workspace).await?);
    parts.push(buttons(tx, asker.workspace).await?);
    if let (Some(Part::Buttons(buttons)), Some(button)) = (parts.last_mut(), broadcasts::entry(tx, asker).await?) {
        buttons.push(button);
    }
    asker.tell(ctx, tx, parts).await
}

/// Where the panel and the home lead; there is no text to send before there is a number.
pub(super) async fn buttons(tx: &Tx, workspace: &Workspace) -> Result<Part> {
    let mut buttons = vec![
        button("panel.conversations", "", "Conversations"),
        button("panel.usage", "", "Usage"),
        button("panel.settings", "", "Settings"),
    ];
    if numbers::held_by(tx, workspace.id).await?.iter().any(|number| number.status.is_in_use()) {
        buttons.insert(0, primary("panel.send_text", "", "Send text"));
    }
    Ok(Part::Buttons(buttons))
}

/// The numbers of a workspace; the way to the first when there is none.
pub(super) async fn numbers_of(tx: &Tx, workspace: &Workspace) -> Result<Vec<Part>> {
    let numbers = numbers::held_by(tx, workspace.id).await?;
    if numbers.is_empty() {
        let first = "You have no phone number yet. The free plan has one.";
        let get = primary("number.find", workspace.id.to_string(), "Get a number");
        return Ok(vec![paragraph(first), Part::Buttons(vec![get])]);
    }
    Ok(numbers.iter().map(|number| number_line(workspace, number)).collect())
}

fn number_line(workspace: &Workspace, number: &Number) -> Part {
    let mut line = vec![Span::Bold(number.shown())];
    if let Some(label) = &number.label {
        line.push(Span::Text(format!("  {label}")));
    }
    if !number.status.is_in_use() {
        line.push(Span::Text(format!("  {}", number.status)));
    }
    if let Some(channel) = number.shared_channel_id.clone().or_else(|| workspace.default_channel_id.clone()) {
        line.push(Span::Text("  texts arrive in ".to_owned()));
        line.push(Span::Channel(channel));
    }
    Part::Text(line)
}

/// What a workspace has used this month.
pub(super) async fn usage_of(ctx: &Ctx, tx: &Tx, workspace: &Workspace) -> Result<Vec<Part>> {
    let (left, limit) = usage::left(ctx, tx, workspace).await?;
    let used = limit - left;
    let line = format!("{used} of {} used this month\n{}", counted(limit, "segment"), bar(used, limit));
    let again =
        vec![Span::Text("The allowance starts again ".to_owned()), Span::Time(usage::renews_at(ctx, workspace))];
    Ok(vec![paragraph(line), Part::Note(again)])
}

/// Shows what was used, and for what.
pub(crate) async fn usage(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>) -> Result<()> {
    let mut parts = usage_of(ctx, tx, asker.workspace).await?;
    parts.push(note("Texts that you send and receive count, by segments of 160 characters, or 70 with emoji or other alphabets. A text with files counts 3. STOP, START, HELP and what blocked senders write count nothing."));
    asker.tell(ctx, tx, parts).await
}

/// Shows the latest conversations, and where each goes on.
pub(crate) async fn conversations(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>) -> Result<()> {
    let mut parts = latest(tx, asker.workspace, CONVERSATIONS).await?;
    parts.push(Part::Buttons(vec![primary("panel.send_text", "", "Send text")]));
    asker.tell(ctx, tx, parts).await
}

/// The latest conversations of a workspace, one line each.
pub(super) async fn latest(tx: &Tx, workspace: &Workspace, count: u64) -> Result<Vec<Part>> {
    let latest = conversations::latest(tx, workspace.id, count).await?;
    if latest.is_empty() {
        return Ok(vec![paragraph("Nobody has texted yet. The first text opens a thread of its own.")]);
    }
    let mut parts = Vec::new();
    for conversation in &latest {
        parts.push(line(tx, conversation).await?);
    }
    Ok(parts)
}

async fn line(tx: &Tx, conversation: &Conversation) -> Result<Part> {
    let contact = contacts::lock(tx, conversation.workspace_id, conversation.contact_id).await?;
    let mut line = vec![Span::Bold(contact.shown()), Span::Text(format!("  {}  ", conversation.status.shown()))];
    line.push(Span::Time(conversation.last_message_at));
    if let Some(place) = conversation.place() {
        line.push(Span::Text("  in ".to_owned()));
        line.push(Span::Channel(place.channel));
    }
    Ok(Part::Text(line))
}

/// Opens the window with settings, or offers the button that does.
pub(crate) async fn settings(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>) -> Result<()> {
    if asker.trigger.is_none() {
        let offer = Part::Buttons(vec![primary("panel.settings", "", "Open settings")]);
        return asker.tell(ctx, tx, vec![paragraph("Settings open in a window."), offer]).await;
    }
    may_change(tx, asker).await?;
    let numbers = numbers::held_by(tx, asker.workspace.id).await?;
    let number = numbers.iter().find(|number| number.shared_channel_id.as_deref() == asker.channel());
    let number = number.or(numbers.first());
    let mut parts = Vec::new();
    if let Some(number) = number {
        parts.push(paragraph(format!("Replies of {}", number.shown())));
        parts.push(seconds("quiet", "Announce a text after a silence of", &QUIET, number.quiet_secs));
        parts.push(seconds("undo", "A reply can be taken back for", &UNDO, number.undo_secs));
    }
    if let Some(channel) = asker.channel() {
        let mode = workspaces::send_mode(tx, asker.workspace.id, channel).await?;
        parts.push(send_mode(mode));
    }
    if !parts.is_empty() {
        parts.push(quiet::setting(ctx, tx, asker.workspace).await?);
        parts.push(note("“/clerk answers” sets what is answered automatically, “/clerk targets” how soon to answer."));
    }
    let view = View {
        purpose: SETTINGS.to_owned(),
        state: serde_json::to_string(&(number.map(|number| number.id), asker.channel()))?,
        title: "Settings".to_owned(),
        submit: (!parts.is_empty()).then(|| "Save".to_owned()),
        parts: if parts.is_empty() {
            vec![paragraph("There is nothing to set yet: get a number first.")]
        } else {
            parts
        },
    };
    asker.open(ctx, tx, view).await
}

/// What there is to choose from: seconds and how they are called.
const QUIET: [(i32, &str); 6] = [
    (0, "no time: every text is announced"),
    (60, "1 minute"),
    (180, "3 minutes"),
    (600, "10 minutes"),
    (3_600, "1 hour"),
    (86_400, "1 day"),
];
const UNDO: [(i32, &str); 5] =
    [(0, "no time: it goes out at once"), (5, "5 seconds"), (10, "10 seconds"), (30, "30 seconds"), (60, "1 minute")];

fn seconds(id: &str, label: &str, offered: &[(i32, &str)], now: i32) -> Part {
    let mut choices: Vec<Choice> =
        offered.iter().map(|(secs, name)| Choice { value: secs.to_string(), label: (*name).to_owned() }).collect();
    if !offered.iter().any(|(secs, _)| *secs == now) {
        choices.push(Choice { value: now.to_string(), label: counted(i64::from(now), "second") });
    }
    choice(id, label, choices, now.to_string())
}

fn send_mode(mode: SendMode) -> Part {
    let named = |mode: SendMode| match mode {
        SendMode::Auto => "What is written is sent",
        SendMode::Explicit => "Only what is addressed to Clerk is sent",
        SendMode::Confirm => "Everything is confirmed before it is sent",
    };
    let choices = SendMode::all()
        .iter()
        .map(|mode| Choice { value: mode.code().to_owned(), label: named(*mode).to_owned() })
        .collect();
    choice("mode", "In this channel", choices, mode.code().to_owned())
}

fn choice(id: &str, label: &str, choices: Vec<Choice>, chosen: String) -> Part {
    Part::Input(Input {
        id: id.to_owned(),
        label: label.to_owned(),
        hint: None,
        is_optional: false,
        is_live: false,
        field: Field::Choice { choices, chosen: Some(chosen) },
    })
}

pub(super) async fn may_change(tx: &Tx, asker: &Asker<'_>) -> Result<()> {
    let role = members::role_in(tx, asker.workspace.id, asker.user).await?;
    let is_allowed = role.is_some_and(|role| role.permissions().contains(&Permission::SettingsManage));
    if is_allowed { Ok(()) } else { Err(Error::Forbidden { permission: Permission::SettingsManage.code() }) }
}

/// Keeps what was chosen in the window with settings.
pub(crate) async fn settings_submitted(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    submitted: &ViewSubmitted,
) -> Result<String> {
    let (number, channel): (Option<NumberId>, Option<String>) = serde_json::from_str(&submitted.view.state)?;
    let place = channel.clone().map(|channel| crate::contracts::chat::Place { channel, thread: None });
    let asker = Asker::of(ctx, tx, workspace, &submitted.user, place).await?;
    let saved = save(ctx, tx, &asker, (number, channel), submitted).await;
    let sentence = match saved {
        Err(error @ (Error::Internal(_) | Error::Unavailable { .. })) => return Err(error),
        Err(refusal) => format!("Nothing was changed. {refusal}"),
        Ok(()) => "The settings are saved.".to_owned(),
    };
    asker.tell(ctx, tx, vec![paragraph(sentence)]).await?;
    Ok("settings".to_owned())
}

async fn save(
    ctx: &Ctx,
    tx: &Tx,
    asker: &Asker<'_>,
    (number, channel): (Option<NumberId>, Option<String>),
    submitted: &ViewSubmitted,
) -> Result<()> {
    may_change(tx, asker).await?;
    let secs = |id: &str| submitted.entries.text(id).and_then(|secs| secs.parse().ok());
    if let (Some(number), Some(quiet_secs), Some(undo_secs)) = (number, secs("quiet"), secs("undo")) {
        let settings = ReplySettings { quiet_secs, undo_secs };
        numbers::set_reply_settings_in(ctx, tx, &asker.by(), (asker.workspace.id, number), settings).await?;
    }
    if let (Some(channel), Some(Ok(mode))) = (channel, submitted.entries.text("mode").map(str::parse::<SendMode>)) {
        // What was left as it stood is no choice: who reads along goes on to decide.
        if mode != workspaces::send_mode(tx, asker.workspace.id, &channel).await? {
            workspaces::set_send_mode_in(ctx, tx, &asker.by(), (asker.workspace.id, &channel), Some(mode)).await?;
        }
    }
    quiet::set(ctx, tx, asker, &submitted.entries).await
}
