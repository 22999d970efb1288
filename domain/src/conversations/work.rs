//! Working on a conversation: status, who takes care of it, priority, tags, notes, subject. One operation changes them, whoever asks for it: a button,
//! the window, a verb behind the app's name, the API. What changed is recorded, and the first post shows it; what is so already changes nothing.

use super::{Conversation, Priority, Status, ops, parents, store, waiting};
use crate::{
    By, Ctx, Error, Result, Tx,
    audit::{self, Deed},
    contacts,
    ctx::Actor,
    error::InvalidReason,
    ids::{ConversationId, UserId, WorkspaceId},
    members,
};

/// Longest subject, in characters.
pub(super) const SUBJECT_LENGTH: usize = 200;

/// Longest notes, in characters.
pub(super) const NOTES_LENGTH: usize = 2_000;

/// What is to be changed of a conversation. None: stays as it is; inner none: is taken away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationChange {
    /// How far the team is with it.
    pub status: Option<Status>,
    /// Who takes care of it.
    pub assignee: Option<Option<UserId>>,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// What it is about.
    pub subject: Option<Option<String>>,
    /// Words to find it by; they replace those it has.
    pub tags: Option<Vec<String>>,
    /// What to note.
    pub notes: Option<Option<String>>,
}

/// Changes a conversation.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] when a value cannot be.
pub async fn update(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    id: ConversationId,
    change: ConversationChange,
) -> Result<Conversation> {
    let tx = ctx.database.begin().await?;
    let conversation = of_workspace(&tx, workspace, id).await?;
    let after = update_in(ctx, &tx, by, &conversation, change).await?;
    tx.commit().await?;
    Ok(after)
}

/// A conversation of a workspace, as it is now.
pub(super) async fn of_workspace(tx: &Tx, workspace: WorkspaceId, id: ConversationId) -> Result<Conversation> {
    let row = ops::locked(tx, id).await?;
    if row.workspace_id == workspace { Ok(row) } else { Err(Error::NotFound { what: "conversation" }) }
}

/// Changes a conversation. One that nobody has looked at is open as soon as somebody takes care of it; in one that is over nobody waits, nor in one that is
/// put off until the contact answers.
pub(crate) async fn update_in(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    conversation: &Conversation,
    change: ConversationChange,
) -> Result<Conversation> {
    let before = ops::locked(tx, conversation.id).await?;
    let after = changed(tx, &before, change).await?;
    if after == before {
        return Ok(before);
    }
    let after = Conversation { version: before.version + 1, ..after };
    store::save_work(tx, &after).await?;
    record(ctx, tx, by, &before, &after).await?;
    parents::show(ctx, tx, &after).await?;
    Ok(after)
}

async fn changed(tx: &Tx, before: &Conversation, change: ConversationChange) -> Result<Conversation> {
    let assignee_id = change.assignee.unwrap_or(before.assignee_id);
    if let Some(user) = assignee_id.filter(|_| assignee_id != before.assignee_id)
        && !members::is_member(tx, before.workspace_id, user).await?
    {
        let message = "There is no such member in this workspace.";
        return Err(Error::invalid("assignee_id", InvalidReason::NotFound, message));
    }
    let is_begun = before.status == Status::New && assignee_id.is_some() && assignee_id != before.assignee_id;
    let status = change.status.unwrap_or(if is_begun { Status::Open } else { before.status });
    let is_put_off = change.status == Some(Status::Pending);
    let waits = if status.is_over() || is_put_off { waiting::ended(before.clone()) } else { before.clone() };
    Ok(Conversation {
        status,
        assignee_id,
        priority: change.priority.unwrap_or(before.priority),
        subject: line("subject", change.subject, &before.subject, SUBJECT_LENGTH)?,
        notes: line("notes", change.notes, &before.notes, NOTES_LENGTH)?,
        tags: change.tags.map_or(Ok(before.tags.clone()), contacts::checked_tags)?,
        ..waits
    })
}

/// A text without the space around it; an empty one is none.
fn line(
    field: &'static str,
    value: Option<Option<String>>,
    before: &Option<String>,
    longest: usize,
) -> Result<Option<String>> {
    let Some(value) = value else { return Ok(before.clone()) };
    let value = value.map(|text| text.replace('\0', "").trim().to_owned()).filter(|text| !text.is_empty());
    match too_long(value.as_deref(), longest) {
        Some(sentence) => Err(Error::invalid(field, InvalidReason::TooLarge, sentence)),
        None => Ok(value),
    }
}

/// What to say of a text that is too long.
pub(super) fn too_long(text: Option<&str>, longest: usize) -> Option<String> {
    let count = text.map_or(0, |text| text.trim().chars().count());
    (count > longest).then(|| format!("It has {count} characters; at most {longest} are kept. Please shorten it."))
}

/// Ids and codes are recorded, texts never.
async fn record(ctx: &Ctx, tx: &Tx, by: &By, before: &Conversation, after: &Conversation) -> Result<()> {
    let mut changes = serde_json::Map::new();
    let mut codes = |name: &str, before: Option<String>, after: Option<String>| {
        if before != after {
            changes.insert(name.to_owned(), serde_json::json!({ "before": before, "after": after }));
        }
    };
    codes("status", Some(before.status.to_string()), Some(after.status.to_string()));
    codes("priority", Some(before.priority.to_string()), Some(after.priority.to_string()));
    codes("assignee", before.assignee_id.map(|id| id.to_string()), after.assignee_id.map(|id| id.to_string()));
    let texts = [
        ("subject", before.subject != after.subject),
        ("tags", before.tags != after.tags),
        ("notes", before.notes != after.notes),
    ];
    let rewritten: Vec<&str> = texts.into_iter().filter(|(_, is_so)| *is_so).map(|(name, _)| name).collect();
    if !rewritten.is_empty() {
        changes.insert("rewritten".to_owned(), rewritten.into());
    }
    let deed = Deed {
        workspace: Some(after.workspace_id),
        action: "conversationUpdate",
        summary: "Changed a conversation.".to_owned(),
        subject: Some(after.id.to_string()),
        changes: changes.into(),
    };
    audit::record(ctx, tx, by, deed).await
}

/// Who has a conversation after somebody wanted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// Whoever asked.
    Yes,
    /// Somebody else, who was faster.
    By(UserId),
}

/// Whoever asks takes care of a conversation from now on, unless somebody else does since they looked: `seen` is whom they saw.
pub(crate) async fn take(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    conversation: &Conversation,
    seen: Option<UserId>,
) -> Result<Taken> {
    let Actor::User(asking) = by.actor else {
        return Err(Error::conflict("Only a member can take care of a conversation."));
    };
    let now = ops::locked(tx, conversation.id).await?;
    match now.assignee_id {
        Some(other) if other != asking && Some(other) != seen => Ok(Taken::By(other)),
        _ => {
            assign(ctx, tx, by, &now, Some(asking)).await?;
            Ok(Taken::Yes)
        }
    }
}

/// A user takes care of a conversation from now on; none for nobody.
pub(crate) async fn assign(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    conversation: &Conversation,
    to: Option<UserId>,
) -> Result<Conversation> {
    let change = ConversationChange { assignee: Some(to), ..ConversationChange::default() };
    update_in(ctx, tx, by, conversation, change).await
}

/// The team is so far with a conversation.
pub(crate) async fn set_status(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    conversation: &Conversation,
    status: Status,
) -> Result<Conversation> {
    let change = ConversationChange { status: Some(status), ..ConversationChange::default() };
    update_in(ctx, tx, by, conversation, change).await
}

/// Adds a line to the notes.
pub(crate) async fn add_note(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    conversation: &Conversation,
    note: &str,
) -> Result<Conversation> {
    let note = note.trim();
    if note.is_empty() {
        return Err(Error::invalid("notes", InvalidReason::Required, "The note is empty. Write something behind it."));
    }
    let before = ops::locked(tx, conversation.id).await?;
    let notes = before.notes.as_ref().map_or_else(|| note.to_owned(), |notes| format!("{notes}\n{note}"));
    let change = ConversationChange { notes: Some(Some(notes)), ..ConversationChange::default() };
    update_in(ctx, tx, by, &before, change).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_stays() {
        let before = Some("Crown".to_owned());
        assert_eq!(line("subject", None, &before, 5).ok(), Some(before));
    }

    #[test]
    fn an_empty_line_is_none() {
        assert_eq!(line("subject", Some(Some("  ".to_owned())), &Some("Crown".to_owned()), 5).ok(), Some(None));
    }

    #[test]
    fn a_line_is_measured_without_the_space_around_it() {
        assert_eq!(too_long(Some(" Crown "), 5), None);
        assert!(too_long(Some("Crowns"), 5).is_some_and(|sentence| sentence.contains("6 characters")));
    }
}
