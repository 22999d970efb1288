//! What members tell the app in words: behind its command, by naming it, in their direct conversation, and `send <phone> <text>` in a channel. What is
//! ambiguous is asked back in private, and nothing is sent.

use std::collections::HashMap;

use super::{
    answers,
    asker::Asker,
    broadcasts, contacts, help, overview,
    parts::primary,
    quick_send::{self, Reading},
    quiet, scheduled,
    send_text::{self, Prefill},
    targets, templates,
    words::{self, Wish},
};
use crate::{
    Ctx, Error, Result, Tx,
    contracts::{
        chat::{Part, Place, Span},
        inbound::{CommandGiven, Inbound, PostWritten, ShortcutUsed, with_names},
    },
    ids::EventId,
    messages::{self, Composed, NewText},
    numbers::{self, Number},
    phone::CountryCode,
    workspaces::Workspace,
};

/// A member gave our command. What was done, for the log.
pub(crate) async fn command(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    event: EventId,
    given: &CommandGiven,
) -> Result<String> {
    let place = Place { channel: given.channel.clone(), thread: None };
    let asker = Asker::of(ctx, tx, workspace, &given.user, Some(place)).await?.with_trigger(Some(&given.trigger));
    let asker = asker.with_answer_url(given.answer_url.as_deref());
    obey(ctx, tx, &asker, event, words::read(&given.text)).await
}

/// A member wrote to the app, or asked it to send something. None when the post is neither.
pub(crate) async fn said(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    event: EventId,
    post: &PostWritten,
) -> Result<Option<String>> {
    let place = Place { channel: post.post.channel.clone(), thread: post.thread.clone() };
    let is_asked = post.is_direct || post.is_to_app;
    let wish = match words::quick_send(&post.text) {
        Some(rest) => Wish::Send(rest),
        None if is_asked => words::read(&post.text),
        None => return Ok(None),
    };
    let place = (!post.is_direct).then_some(place);
    let asker = Asker::of(ctx, tx, workspace, &post.user, place).await?;
    if wish == Wish::Import && !post.files.is_empty() {
        let asked = contacts::import(ctx, tx, &asker, (event, &post.files), true).await;
        return told(ctx, tx, &asker, asked.map(|()| "looks at a file of contacts".to_owned())).await.map(Some);
    }
    obey(ctx, tx, &asker, event, wish).await.map(Some)
}

async fn obey(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>, event: EventId, wish: Wish<'_>) -> Result<String> {
    let done = match wish {
        Wish::Panel => overview::panel(ctx, tx, asker).await.map(|()| "showed the panel"),
        Wish::Send(rest) => return quick_send(ctx, tx, asker, event, rest).await,
        Wish::Conversations => overview::conversations(ctx, tx, asker).await.map(|()| "showed conversations"),
        Wish::Usage => overview::usage(ctx, tx, asker).await.map(|()| "showed the usage"),
        Wish::Contacts | Wish::Import => contacts::show(ctx, tx, asker).await.map(|()| "showed contacts"),
        Wish::Settings => overview::settings(ctx, tx, asker).await.map(|()| "showed settings"),
        Wish::Scheduled => {
            let list = scheduled::list(ctx, tx, asker.workspace).await?;
            asker.tell(ctx, tx, list).await.map(|()| "showed scheduled texts")
        }
        Wish::Broadcast => broadcasts::open(ctx, tx, asker).await.map(|()| "a broadcast is written"),
        Wish::Answers => answers::show(ctx, tx, asker).await.map(|()| "showed automatic answers"),
        Wish::Targets => targets::show(ctx, tx, asker).await.map(|()| "showed reply targets"),
        Wish::Templates => templates::show(ctx, tx, asker).await.map(|()| "showed the templates"),
        Wish::Help => asker.tell(ctx, tx, help::all(tx, asker.workspace, None).await?).await.map(|()| "helped"),
        Wish::Other(text) => {
            asker.tell(ctx, tx, help::all(tx, asker.workspace, Some(text)).await?).await.map(|()| "helped")
        }
    };
    told(ctx, tx, asker, done.map(str::to_owned)).await
}

/// A refusal is told to whoever asked.
async fn told(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>, done: Result<String>) -> Result<String> {
    match done {
        Err(error @ (Error::Internal(_) | Error::Unavailable { .. })) => Err(error),
        Err(refusal) => {
            asker.tell(ctx, tx, messages::refusal_parts(&refusal)).await?;
            Ok("refused, member told".to_owned())
        }
        done => done,
    }
}

/// `send <phone> <text>`.
async fn quick_send(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>, event: EventId, rest: &str) -> Result<String> {
    let number = match sender(tx, asker).await {
        Ok(number) => number,
        Err(refusal) => return told(ctx, tx, asker, Err(refusal)).await,
    };
    let country: Option<CountryCode> = number.as_ref().and_then(|number| number.country.parse().ok());
    let check = || Part::Buttons(vec![primary("text.edit", event.to_string(), "Write it in a window")]);
    let question = match (quick_send::read(rest, country), number) {
        (Reading::Text { to, body }, Some(number)) => {
            let text = NewText { number: number.id, to, body, ignores_quiet_hours: false };
            let composed = Composed { text, files: Vec::new(), channel: None, send_at: None };
            let sent = messages::compose(ctx, tx, &asker.by(), asker.workspace.id, &composed).await;
            if let Ok(message) = &sent {
                let said = quiet::confirmation(ctx, tx, asker.workspace, (&composed, message)).await?;
                asker.tell(ctx, tx, said).await?;
            }
            return told(ctx, tx, asker, sent.map(|_| "sent".to_owned())).await;
        }
        (Reading::Text { .. }, None) => "You have several numbers, so choose the one to send from.".to_owned(),
        (Reading::OnlyNumber(to), _) => {
            format!("What shall {} be told? Write it behind the number.", to.international())
        }
        (Reading::Ambiguous(numbers), _) => {
            let read: Vec<String> = numbers.iter().map(|number| number.international()).collect();
            format!("The number could be {}. Put a comma behind it.", read.join(" or "))
        }
        (Reading::NoNumber(error), _) => {
            format!("{error} Write it like this: send +1 415 555 0101 See you at nine.")
        }
    };
    let sentence = vec![Span::Bold("Not sent. ".to_owned()), Span::Text(question)];
    asker.tell(ctx, tx, vec![Part::Text(sentence), check()]).await?;
    Ok("asked back".to_owned())
}

/// The number to send from: the only one, or the channel's own. None when somebody has to choose.
async fn sender(tx: &Tx, asker: &Asker<'_>) -> Result<Option<Number>> {
    let mut numbers = numbers::held_by(tx, asker.workspace.id).await?;
    numbers.retain(|number| number.status.is_in_use());
    if numbers.len() > 1 {
        numbers.retain(|number| number.shared_channel_id.as_deref() == asker.channel());
        return Ok(numbers.pop().filter(|_| numbers.is_empty()));
    }
    let missing = "There is no number to send from yet. Get one with “Get a number” first.";
    numbers.pop().map(Some).ok_or_else(|| Error::conflict(missing))
}

/// The window opened again with what stood in an earlier try.
pub(crate) async fn edit(ctx: &Ctx, tx: &Tx, asker: &Asker<'_>, earlier: &Inbound) -> Result<String> {
    let words = |text: &str| {
        let rest = words::quick_send(text).or(match words::read(text) {
            Wish::Send(rest) => Some(rest),
            _ => None,
        });
        match quick_send::read(rest.unwrap_or(text), None) {
            Reading::Text { to, body } => {
                Prefill { to: Some(to.international()), text: Some(body), ..Prefill::default() }
            }
            _ => Prefill { text: Some(rest.unwrap_or(text).to_owned()), ..Prefill::default() },
        }
    };
    let prefill = match earlier {
        Inbound::ViewSubmitted(submitted) => Prefill::of_entries(&submitted.entries),
        Inbound::CommandGiven(given) => words(&given.text),
        Inbound::PostWritten(post) => words(&post.text),
        _ => return Err(Error::NotFound { what: "text" }),
    };
    send_text::open(ctx, tx, asker, &prefill).await?;
    Ok("opened the window again".to_owned())
}

/// A member used a shortcut of ours.
pub(crate) async fn shortcut(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    used: &ShortcutUsed,
    names: &HashMap<String, String>,
) -> Result<String> {
    let place = used.post.as_ref().map(|post| Place { channel: post.channel.clone(), thread: used.thread.clone() });
    let asker = Asker::of(ctx, tx, workspace, &used.user, place).await?.with_trigger(Some(&used.trigger));
    let text = with_names(used.text.as_deref().unwrap_or_default(), &used.mentions, names);
    let prefill = match used.shortcut.as_str() {
        "send_text" => Prefill::default(),
        "new_text" => Prefill { to: quick_send::number_in(&text), ..Prefill::default() },
        "reply_as_text" => Prefill { to: receiver_here(tx, &asker).await?, text: Some(text), ..Prefill::default() },
        other => return Ok(format!("no shortcut of ours is called {other}")),
    };
    let opened = send_text::open(ctx, tx, &asker, &prefill).await.map(|()| "opened the window".to_owned());
    told(ctx, tx, &asker, opened).await
}

/// Who is on the other side of the conversation that somebody is in.
async fn receiver_here(tx: &Tx, asker: &Asker<'_>) -> Result<Option<String>> {
    let Some(place) = &asker.listener.place else { return Ok(None) };
    let at = crate::conversations::at(tx, asker.workspace.id, &place.channel, place.thread.as_deref()).await?;
    let Some(conversation) = at else { return Ok(None) };
    let contact = crate::contacts::lock(tx, asker.workspace.id, conversation.contact_id).await?;
    Ok(contact.number().map(|number| number.international()))
}
