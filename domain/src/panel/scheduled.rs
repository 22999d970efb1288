//! Scheduled texts as members see and change them: the list, the buttons on it and in the threads, and the window that changes one.

use serde::{Deserialize, Serialize};

use crate::{
    Ctx, Error, Result, Tx, contacts,
    contracts::{
        chat::{Part, Post, Span},
        inbound::{ButtonPressed, ViewSubmitted},
        view::{Entries, Fault, Field, Input, View},
    },
    conversations,
    ids::MessageId,
    messages::{self, Message, ScheduledChange},
    outbox::{self, Listener, Promise, Task},
    sms,
    workspaces::Workspace,
};

/// The window that changes a scheduled text.
pub(crate) const WINDOW: &str = "text.scheduled";

/// Most texts in the list: each takes three blocks of the fifty that a post may have.
const LISTED: u64 = 10;

/// Most texts that are named which do not go out.
const NOT_TO_GO: u64 = 5;

/// Characters of a text in the list.
const EXCERPT: usize = 150;

/// Ids of the window's inputs.
const BODY: &str = "body";
const SEND_AT: &str = "send_at";

/// What a window knows of where it was opened.
#[derive(Serialize, Deserialize)]
struct State {
    message: MessageId,
    /// Where the list can be replaced that the window was opened from.
    list: Option<String>,
    /// Whether files go with it, so that it needs no words.
    #[serde(default)]
    has_files: bool,
}

/// The list of scheduled texts of a workspace, the next first, with buttons to change each; and those that were withdrawn for a reason.
pub(crate) async fn list(ctx: &Ctx, tx: &Tx, workspace: &Workspace) -> Result<Vec<Part>> {
    let (rows, count) = messages::upcoming(tx, workspace.id, LISTED).await?;
    let headline = match count {
        0 => "No text is scheduled.".to_owned(),
        1 => "1 text is scheduled.".to_owned(),
        LISTED.. if count > LISTED => format!("{count} texts are scheduled. These are the next {LISTED}."),
        _ => format!("{count} texts are scheduled."),
    };
    let mut headline = vec![Span::Bold(headline)];
    if count == 0 {
        headline.push(Span::Text(" To schedule one, choose a time in the window that sends texts.".to_owned()));
    }
    let mut parts = vec![Part::Text(headline)];
    for message in &rows {
        parts.push(Part::Text(heading(tx, workspace, message).await?));
        parts.push(Part::Note(vec![Span::Text(excerpt(&messages::shown_scheduled(tx, message).await?))]));
        parts.push(Part::Buttons(messages::scheduled_buttons(message.id)));
    }
    for message in messages::not_to_go(ctx, tx, workspace.id, NOT_TO_GO).await? {
        let mut line = vec![Span::Text("Not sent: ".to_owned())];
        line.extend(heading(tx, workspace, &message).await?);
        line.push(Span::Text(format!(". {}", messages::why_not_sent(&message))));
        parts.push(Part::Text(line));
        parts.push(Part::Note(vec![Span::Text(excerpt(&messages::shown_scheduled(tx, &message).await?))]));
    }
    Ok(parts)
}

/// To whom a text goes, and when.
async fn heading(tx: &Tx, workspace: &Workspace, message: &Message) -> Result<Vec<Span>> {
    let conversation = conversations::lock(tx, message.conversation_id).await?;
    let contact = contacts::lock(tx, workspace.id, conversation.contact_id).await?;
    let mut line = vec![Span::Bold(contact.shown()), Span::Text("  ".to_owned())];
    line.extend(message.send_at.map(Span::Time));
    Ok(line)
}

fn excerpt(body: &str) -> String {
    match body.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", body[..end].trim_end()),
        None => body.to_owned(),
    }
}

/// A member pressed a button of a scheduled text. What was done, for the log.
pub(crate) async fn pressed(ctx: &Ctx, tx: &Tx, workspace: &Workspace, press: &ButtonPressed) -> Result<String> {
    let id: MessageId = press.value.parse().map_err(|_| Error::NotFound { what: "message" })?;
    let outcome = match press.action.as_str() {
        "scheduled.edit" => return open(ctx, tx, workspace, (id, press)).await,
        "scheduled.send_now" => {
            messages::send_now_in(ctx, tx, workspace.id, id).await?;
            "a scheduled text goes out at once"
        }
        _ => {
            messages::cancel_scheduled(ctx, tx, workspace.id, id).await?;
            "a scheduled text was withdrawn"
        }
    };
    let is_announcement = press.post.is_some() && press.post == messages::notice_of(tx, id).await?;
    if let Some(url) = press.answer_url.clone().filter(|_| !is_announcement) {
        redraw(ctx, tx, workspace, url).await?;
    }
    Ok(outcome.to_owned())
}

/// Shows the list anew where it stood.
async fn redraw(ctx: &Ctx, tx: &Tx, workspace: &Workspace, url: String) -> Result<()> {
    let post = Post { parts: list(ctx, tx, workspace).await?, ..Post::default() };
    outbox::append(ctx, tx, Promise::new(Task::Answer { url, post: Some(post) }).of(workspace.id)).await
}

async fn open(ctx: &Ctx, tx: &Tx, workspace: &Workspace, (id, press): (MessageId, &ButtonPressed)) -> Result<String> {
    let message = messages::find_scheduled(tx, workspace.id, id).await?;
    let Some(trigger) = press.trigger.clone() else { return Ok("nothing to open a window with".to_owned()) };
    let is_announcement = press.post.is_some() && press.post == messages::notice_of(tx, id).await?;
    let list = press.answer_url.clone().filter(|_| !is_announcement);
    let files = messages::files_of_scheduled(tx, &message).await?;
    let view = window(&message, &files, list)?;
    let open = Task::OpenView { trigger, user: press.user.clone(), place: press.place.clone(), view };
    outbox::append(ctx, tx, Promise::new(open).of(workspace.id)).await?;
    Ok("the window of a scheduled text opens".to_owned())
}

fn window(message: &Message, files: &str, list: Option<String>) -> Result<View> {
    let has_files = !files.is_empty();
    let body = Input {
        id: BODY.to_owned(),
        label: "Text".to_owned(),
        hint: has_files.then(|| format!("{files} To send other files, withdraw the text and write it anew.")),
        is_optional: has_files,
        is_live: false,
        field: Field::Text { value: Some(message.body.clone()), is_multiline: true, longest: 3_000, placeholder: None },
    };
    let send_at = Input {
        id: SEND_AT.to_owned(),
        label: "Send at".to_owned(),
        hint: Some("In your own time zone, up to a year ahead.".to_owned()),
        is_optional: false,
        is_live: false,
        field: Field::Moment { chosen: message.send_at },
    };
    Ok(View {
        purpose: WINDOW.to_owned(),
        state: serde_json::to_string(&State { message: message.id, list, has_files })?,
        title: "Scheduled text".to_owned(),
        submit: Some("Save".to_owned()),
        parts: vec![Part::Input(body), Part::Input(send_at)],
    })
}

/// What is wrong with the window at first sight.
pub(crate) fn faults(submitted: &ViewSubmitted) -> Vec<Fault> {
    let has_files = serde_json::from_str(&submitted.view.state).is_ok_and(|state: State| state.has_files);
    faults_of(&submitted.entries, has_files)
}

fn faults_of(entries: &Entries, has_files: bool) -> Vec<Fault> {
    let body = entries.text(BODY).unwrap_or_default();
    let sentence = match sms::check_length(body) {
        _ if body.trim().is_empty() && !has_files => {
            "The text is empty. Write something, or withdraw the text instead.".to_owned()
        }
        Err(too_long) => too_long.to_string(),
        Ok(()) => return Vec::new(),
    };
    vec![Fault { input: BODY.to_owned(), sentence }]
}

/// The window was submitted. What was done, for the log.
pub(crate) async fn submitted(ctx: &Ctx, tx: &Tx, workspace: &Workspace, submitted: &ViewSubmitted) -> Result<String> {
    let State { message, list, .. } = serde_json::from_str(&submitted.view.state)?;
    let change = ScheduledChange {
        // An input that was emptied is missing.
        body: Some(submitted.entries.text(BODY).unwrap_or_default().to_owned()),
        send_at: submitted.entries.moment(SEND_AT),
    };
    match messages::update_in(ctx, tx, workspace.id, message, change).await {
        Ok(_) => {}
        Err(error @ (Error::Internal(_) | Error::Unavailable { .. })) => return Err(error),
        Err(refusal) => {
            tell_unchanged(ctx, tx, workspace, (&submitted.user, &refusal)).await?;
            return Ok("refused, member told".to_owned());
        }
    }
    if let Some(url) = list {
        redraw(ctx, tx, workspace, url).await?;
    }
    Ok("a scheduled text was changed".to_owned())
}

/// A window is gone once it is submitted, so what was refused is said in the direct conversation.
pub(super) async fn tell_unchanged(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    (user, refusal): (&str, &Error),
) -> Result<()> {
    let listener =
        Listener { workspace: workspace.id, team: workspace.team_id.clone(), user: user.to_owned(), place: None };
    let line = vec![Span::Bold("Nothing was changed. ".to_owned()), Span::Text(refusal.to_string())];
    outbox::tell(ctx, tx, &listener, vec![Part::Text(line)]).await
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::contracts::view::Entry;

    fn entered(body: &str) -> Entries {
        Entries(BTreeMap::from([(BODY.to_owned(), Entry::Text(body.to_owned()))]))
    }

    #[test]
    fn a_text_that_is_empty_or_too_long_keeps_the_window_open() {
        assert_eq!(faults_of(&entered("See you at nine"), false), []);
        assert_eq!(faults_of(&entered("  "), false).len(), 1);
        assert_eq!(faults_of(&entered(&"a".repeat(1_601)), true).len(), 1);
    }

    #[test]
    fn a_text_with_files_needs_no_words() {
        assert_eq!(faults_of(&entered(""), true), []);
    }

    #[test]
    fn a_long_text_is_cut_between_letters() {
        assert_eq!(excerpt(&"я".repeat(151)).chars().count(), 151);
    }
}
