//! The window with everything that a member can change of a conversation. It remembers how things stood when it opened: what a member did not touch is
//! left alone, and what somebody else changed meanwhile is not overwritten but told, with what the member had entered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Conversation, ConversationChange, Priority, Status, parents, posts,
    work::{self, NOTES_LENGTH, SUBJECT_LENGTH},
};
use crate::{
    By, Ctx, Error, Result, Tx,
    contacts::{self, Contact, ContactChange, NAME_LENGTH},
    contracts::{
        chat::{Part, Place, Span},
        inbound::ViewSubmitted,
        view::{Choice, Entries, Fault, Field, Input, View},
    },
    ids::ConversationId,
    members,
    outbox::{self, Listener},
    vault,
    workspaces::Workspace,
};

/// What the window is for.
pub(crate) const PURPOSE: &str = "conversation.details";

/// Digits of a fingerprint that are kept of each value.
const MARK_LENGTH: usize = 16;

/// Inputs, and what a member reads above them.
const INPUTS: [(&str, &str); 8] = [
    ("name", "Name of the contact"),
    ("company", "Company"),
    ("subject", "Subject"),
    ("status", "Status"),
    ("assignee", "Who takes care of it"),
    ("priority", "Priority"),
    ("tags", "Tags"),
    ("notes", "Notes"),
];

/// What the window remembers.
#[derive(Serialize, Deserialize)]
struct Memory {
    conversation: ConversationId,
    place: Option<Place>,
    /// A fingerprint of each value when the window opened.
    was: BTreeMap<String, String>,
}

/// Values by the ids of their inputs; an empty one is an empty word.
type Values = BTreeMap<&'static str, String>;

/// The window of a conversation.
pub(crate) async fn window(tx: &Tx, conversation: &Conversation, place: Option<&Place>) -> Result<View> {
    let contact = contacts::lock(tx, conversation.workspace_id, conversation.contact_id).await?;
    let values = values(tx, conversation, &contact).await?;
    let was = values.iter().map(|(id, value)| ((*id).to_owned(), mark(value))).collect();
    let memory = Memory { conversation: conversation.id, place: place.cloned(), was };
    let number = Part::Note(vec![Span::Text(contact.shown_number())]);
    let inputs = INPUTS.iter().map(|(id, label)| Part::Input(input(id, label, &values)));
    Ok(View {
        purpose: PURPOSE.to_owned(),
        state: serde_json::to_string(&memory)?,
        title: "Details".to_owned(),
        submit: Some("Save".to_owned()),
        parts: std::iter::once(number).chain(inputs).collect(),
    })
}

async fn values(tx: &Tx, conversation: &Conversation, contact: &Contact) -> Result<Values> {
    let assignee = match conversation.assignee_id {
        Some(user) => members::user_in(tx, user).await?.map(|user| user.chat_user_id),
        None => None,
    };
    Ok(BTreeMap::from([
        ("name", contact.name.clone().unwrap_or_default()),
        ("company", contact.company.clone().unwrap_or_default()),
        ("subject", conversation.subject.clone().unwrap_or_default()),
        ("status", conversation.status.to_string()),
        ("assignee", assignee.unwrap_or_default()),
        ("priority", conversation.priority.to_string()),
        ("tags", conversation.tags.0.join(", ")),
        ("notes", conversation.notes.clone().unwrap_or_default()),
    ]))
}

fn mark(value: &str) -> String {
    vault::fingerprint(value).chars().take(MARK_LENGTH).collect()
}

fn input(id: &str, label: &str, values: &Values) -> Input {
    let value = values.get(id).filter(|value| !value.is_empty()).cloned();
    let text = |longest: usize, is_multiline, placeholder: Option<&str>| Field::Text {
        value: value.clone(),
        is_multiline,
        longest: u16::try_from(longest).unwrap_or(u16::MAX),
        placeholder: placeholder.map(str::to_owned),
    };
    let choice = |value: &str, label: &str| Choice { value: value.to_owned(), label: label.to_owned() };
    let field = match id {
        "name" | "company" => text(NAME_LENGTH, false, None),
        "subject" => text(SUBJECT_LENGTH, false, Some("What is it about?")),
        "tags" => text(1_000, false, Some("billing, insurance")),
        "notes" => text(NOTES_LENGTH, true, Some("Only your team sees this.")),
        "assignee" => Field::Member { chosen: value.clone() },
        "status" => Field::Choice {
            choices: Status::all().iter().map(|status| choice(status.code(), status.shown())).collect(),
            chosen: value.clone(),
        },
        _ => Field::Choice {
            choices: Priority::all().iter().map(|priority| choice(priority.code(), priority.shown())).collect(),
            chosen: value.clone(),
        },
    };
    Input {
        id: id.to_owned(),
        label: label.to_owned(),
        hint: (id == "tags").then(|| "Separate them with commas.".to_owned()),
        is_optional: !matches!(id, "status" | "priority"),
        is_live: false,
        field,
    }
}

/// What is wrong with the window at first sight.
pub(crate) fn faults(entries: &Entries) -> Vec<Fault> {
    let lengths =
        [("name", NAME_LENGTH), ("company", NAME_LENGTH), ("subject", SUBJECT_LENGTH), ("notes", NOTES_LENGTH)];
    let long = lengths.into_iter().filter_map(|(id, longest)| Some((id, work::too_long(entries.text(id), longest)?)));
    let tags = contacts::checked_tags(tags(entries)).err().map(|error| ("tags", error.to_string()));
    long.chain(tags).map(|(id, sentence)| Fault { input: id.to_owned(), sentence }).collect()
}

fn tags(entries: &Entries) -> Vec<String> {
    entries.text("tags").unwrap_or_default().split(',').map(str::to_owned).collect()
}

/// What was entered, in the form that values have.
fn entered(entries: &Entries) -> Result<Values> {
    let word = |id: &'static str| (id, entries.text(id).unwrap_or_default().trim().to_owned());
    let mut values: Values = INPUTS.iter().map(|(id, _)| word(id)).collect();
    values.insert("tags", contacts::checked_tags(tags(entries))?.0.join(", "));
    Ok(values)
}

/// Keeps what a member changed in the window. What somebody else changed since it opened is told instead. What was done, for the log.
pub(crate) async fn save(ctx: &Ctx, tx: &Tx, workspace: &Workspace, submitted: &ViewSubmitted) -> Result<String> {
    let memory: Memory = serde_json::from_str(&submitted.view.state)?;
    let listener = Listener {
        workspace: workspace.id,
        team: workspace.team_id.clone(),
        user: submitted.user.clone(),
        place: memory.place.clone(),
    };
    match save_untouched(ctx, tx, workspace, (submitted, &memory)).await {
        Err(error @ (Error::Internal(_) | Error::Unavailable { .. })) => Err(error),
        Err(refusal) => {
            let sentence = vec![Span::Bold("Not saved. ".to_owned()), Span::Text(refusal.to_string())];
            outbox::tell(ctx, tx, &listener, vec![Part::Text(sentence)]).await?;
            Ok("refused, member told".to_owned())
        }
        Ok(collisions) if collisions.is_empty() => Ok("saved".to_owned()),
        Ok(collisions) => {
            outbox::tell(ctx, tx, &listener, told(memory.conversation, &collisions)).await?;
            Ok("saved but for what somebody else had changed, member told".to_owned())
        }
    }
}

/// A value that two people changed.
struct Collision {
    id: &'static str,
    theirs: String,
    own: String,
}

async fn save_untouched(
    ctx: &Ctx,
    tx: &Tx,
    workspace: &Workspace,
    (submitted, memory): (&ViewSubmitted, &Memory),
) -> Result<Vec<Collision>> {
    let by = By::user(members::ensure_member(ctx, tx, workspace.id, &submitted.team, &submitted.user).await?.id);
    let conversation = work::of_workspace(tx, workspace.id, memory.conversation).await?;
    let contact = contacts::lock(tx, workspace.id, conversation.contact_id).await?;
    let now = values(tx, &conversation, &contact).await?;
    let (mut own, mut collisions) = (Values::new(), Vec::new());
    for (id, value) in entered(&submitted.entries)? {
        let (theirs, was) = (&now[id], memory.was.get(id));
        if was == Some(&mark(&value)) || *theirs == value {
            continue;
        }
        if was == Some(&mark(theirs)) {
            own.insert(id, value);
        } else {
            collisions.push(Collision { id, theirs: theirs.clone(), own: value });
        }
    }
    let (name, company) = (own.remove("name").map(Some), own.remove("company").map(Some));
    if name.is_some() || company.is_some() {
        let change = ContactChange { name, company, ..ContactChange::default() };
        parents::update_contact_in(ctx, tx, &by, (workspace.id, contact.id), change).await?;
    }
    let change = change(ctx, tx, workspace, own).await?;
    work::update_in(ctx, tx, &by, &conversation, change).await?;
    Ok(collisions)
}

async fn change(ctx: &Ctx, tx: &Tx, workspace: &Workspace, mut own: Values) -> Result<ConversationChange> {
    let assignee = match own.remove("assignee") {
        None => None,
        Some(nobody) if nobody.is_empty() => Some(None),
        Some(user) => Some(Some(members::ensure_member(ctx, tx, workspace.id, &workspace.team_id, &user).await?.id)),
    };
    Ok(ConversationChange {
        status: own.remove("status").and_then(|code| code.parse().ok()),
        assignee,
        priority: own.remove("priority").and_then(|code| code.parse().ok()),
        subject: own.remove("subject").map(Some),
        tags: own.remove("tags").map(|tags| tags.split(',').map(str::to_owned).collect()),
        notes: own.remove("notes").map(Some),
    })
}

/// What a member is told of values that somebody else changed as well.
fn told(conversation: ConversationId, collisions: &[Collision]) -> Vec<Part> {
    let text = |text: &str| Span::Text(text.to_owned());
    let mut parts = vec![Part::Text(vec![
        Span::Bold("Not everything was saved. ".to_owned()),
        text("A colleague changed this while your window was open, and their words stay:"),
    ])];
    for Collision { id, theirs, own } in collisions {
        let label = INPUTS.iter().find(|(known, _)| known == id).map_or(*id, |(_, label)| *label);
        let line = vec![
            Span::Bold(label.to_owned()),
            text(" is "),
            shown(id, theirs),
            text(". You had entered: "),
            shown(id, own),
        ];
        parts.push(Part::Text(line));
    }
    parts.push(Part::Note(vec![text("The rest of what you entered is saved.")]));
    parts.push(Part::Buttons(vec![posts::details_button(conversation)]));
    parts
}

fn shown(id: &str, value: &str) -> Span {
    match id {
        _ if value.is_empty() => Span::Text("empty".to_owned()),
        "assignee" => Span::User(value.to_owned()),
        "status" => Span::Text(value.parse::<Status>().map_or_else(|_| value.to_owned(), |it| it.shown().to_owned())),
        "priority" => {
            Span::Text(value.parse::<Priority>().map_or_else(|_| value.to_owned(), |it| it.shown().to_owned()))
        }
        _ => Span::Text(value.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contracts::view::Entry;

    fn entries(id: &str, text: String) -> Entries {
        Entries(BTreeMap::from([(id.to_owned(), Entry::Text(text))]))
    }

    #[test]
    fn an_empty_window_has_no_faults() {
        assert_eq!(faults(&Entries::default()), []);
    }

    #[test]
    fn a_subject_that_is_too_long_is_a_fault_of_its_input() {
        let found = faults(&entries("subject", "x".repeat(201)));
        assert_eq!(found.iter().map(|fault| fault.input.as_str()).collect::<Vec<_>>(), ["subject"]);
    }

    #[test]
    fn too_many_tags_are_a_fault_of_their_input() {
        let tags: Vec<String> = (0..21).map(|number| format!("tag {number}")).collect();
        assert_eq!(faults(&entries("tags", tags.join(","))).len(), 1);
    }

    #[test]
    fn tags_are_compared_however_they_are_spaced() {
        let written = entered(&entries("tags", " Insurance ,billing,".to_owned())).expect("tags");
        assert_eq!(written["tags"], "billing, insurance");
    }
}
