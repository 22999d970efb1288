//! What a member may tell the app about the conversation whose thread they are in: who takes care of it, how far it is, a note. Anything else that is
//! addressed to the app there is a text for the contact.

use super::{asker::Asker, help, parts::paragraph};
use crate::{
    Ctx, Error, Result, Tx,
    contracts::{chat::Place, inbound::PostWritten},
    conversations::{self, Conversation, Status},
    error::InvalidReason,
    members, messages,
    workspaces::Workspace,
};

/// What is wanted of the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb<'a> {
    /// Somebody shall take care of it; none: whoever asks.
    Assign(Option<&'a str>),
    /// Nobody shall.
    Unassign,
    /// It is so far.
    Status(Status),
    /// Something to remember.
    Note(&'a str),
    /// Contacts of a file; that has nothing to do with the conversation.
    Import,
    /// What there is.
    Help,
}

fn read<'a>(post: &'a PostWritten) -> Option<Verb<'a>> {
    let text = post.text.trim();
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let rest = rest.trim();
    let named = post.mentions.iter().find(|mention| rest == mention.placeholder).map(|mention| mention.user.as_str());
    let status = |word: &str| match word {
        "open" | "reopen" => Some(Status::Open),
        "pending" => Some(Status::Pending),
        "solve" | "solved" => Some(Status::Solved),
        "close" | "closed" => Some(Status::Closed),
        _ => None,
    };
    match (first.to_lowercase().as_str(), rest) {
        ("assign", "" | "me") => Some(Verb::Assign(None)),
        ("assign", "nobody") | ("unassign", "") => Some(Verb::Unassign),
        ("assign", _) => named.map(|user| Verb::Assign(Some(user))),
        ("status", word) => status(&word.to_lowercase()).map(Verb::Status),
        ("note", note) if !note.is_empty() => Some(Verb::Note(note)),
        ("import", "") if !post.files.is_empty() => Some(Verb::Import),
        ("help", "") => Some(Verb::Help),
        (word, "") => status(word).map(Verb::Status),
        _ => None,
    }
}

/// Does what is wanted of a conversation. None when the post is a text for the contact.
pub(crate) async fn verb(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    conversation: &Conversation,
    post: &PostWritten,
) -> Result<Option<String>> {
    let Some(verb) = read(post).filter(|_| post.is_to_app) else { return Ok(None) };
    let place = Place { channel: post.post.channel.clone(), thread: post.thread.clone() };
    let asker = Asker::of(ctx, tx, workspace, &post.user, Some(place)).await?;
    let told = match act(ctx, tx, &asker, conversation, verb).await {
        Err(error @ (Error::Internal(_) | Error::Unavailable { .. })) => return Err(error),
        Err(refusal) => messages::refusal_parts(&refusal),
        Ok(Some(sentence)) => vec![paragraph(sentence)],
        Ok(None) => help::all(tx, workspace, None).await?,
    };
    asker.tell(ctx, tx, told).await?;
    Ok(Some("did something about the conversation".to_owned()))
}

async fn act(
    ctx: &Ctx,
    tx: &Tx,
    asker: &Asker<'_>,
    conversation: &Conversation,
    verb: Verb<'_>,
) -> Result<Option<String>> {
    let by = asker.by();
    Ok(match verb {
        Verb::Assign(None) => {
            conversations::assign(ctx, tx, &by, conversation, Some(asker.user)).await?;
            Some("You take care of this conversation now.".to_owned())
        }
        Verb::Assign(Some(user)) => {
            let known = members::by_chat_user(tx, &asker.workspace.team_id, user).await?;
            let nobody =
                "Only somebody who has used Clerk can take care of a conversation. Ask them to write here once.";
            let known = known.ok_or_else(|| Error::invalid("assignee", InvalidReason::NotFound, nobody))?;
            conversations::assign(ctx, tx, &by, conversation, Some(known.id)).await?;
            Some(format!("{} takes care of this conversation now.", known.display_name))
        }
        Verb::Unassign => {
            conversations::assign(ctx, tx, &by, conversation, None).await?;
            Some("Nobody takes care of this conversation now.".to_owned())
        }
        Verb::Status(status) => {
            conversations::set_status(ctx, tx, &by, conversation, status).await?;
            Some(format!("This conversation is {status} now."))
        }
        Verb::Note(note) => {
            conversations::add_note(ctx, tx, &by, conversation, note).await?;
            Some("The note is kept with the conversation. The contact does not see it.".to_owned())
        }
        Verb::Import => {
            let elsewhere = "Nothing was imported or sent. Attach the file to a post outside of conversations: “@clerk import” in any other channel that I am in, or “import” in our direct conversation.";
            Some(elsewhere.to_owned())
        }
        Verb::Help => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contracts::{chat::PostRef, inbound::Mention};

    fn said(text: &str) -> PostWritten {
        PostWritten {
            team: "T1".to_owned(),
            post: PostRef { channel: "C1".to_owned(), ts: "1.1".to_owned() },
            thread: Some("1.0".to_owned()),
            user: "U1".to_owned(),
            text: text.to_owned(),
            mentions: vec![Mention { placeholder: "<@U2>".to_owned(), user: "U2".to_owned() }],
            client_id: None,
            files: Vec::new(),
            is_to_app: true,
            is_direct: false,
        }
    }

    #[test]
    fn each_verb_is_understood() {
        let read = |text: &str| format!("{:?}", read(&said(text)));

        assert_eq!(read("assign me"), "Some(Assign(None))");
        assert_eq!(read("Assign <@U2>"), "Some(Assign(Some(\"U2\")))");
        assert_eq!(read("solve"), "Some(Status(Solved))");
        assert_eq!(read("status pending"), "Some(Status(Pending))");
        assert_eq!(read("note call her husband first"), "Some(Note(\"call her husband first\"))");
    }

    #[test]
    fn a_sentence_that_begins_with_a_verb_is_a_text() {
        let texts = ["open until six today", "close the window please", "assign whoever you like", "At nine?"];

        assert!(texts.iter().all(|text| read(&said(text)).is_none()));
    }
}
