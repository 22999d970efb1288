//! Keeping templates, and filling them for one text.

use super::{
    MOST, NewTemplate, Template, TemplateChange,
    fields::{self, Facts},
    store,
};
use crate::{
    By, Ctx, Error, Result, Tx,
    audit::{self, Deed},
    contacts::{self, Contact},
    error::InvalidReason,
    ids::{TemplateId, UserId, WorkspaceId},
    members::{self, User},
    numbers::Number,
    phone::PhoneNumber,
    sms,
    workspaces::Workspace,
};

/// Longest name, in characters.
const NAME_LENGTH: usize = 60;

/// Adds a template.
///
/// # Errors
/// [`Error::Invalid`] for a name that is taken or a field that there is not; [`Error::Conflict`] when there are too many.
pub async fn create(ctx: &Ctx, by: &By, workspace: WorkspaceId, new: NewTemplate) -> Result<Template> {
    let tx = ctx.database.begin().await?;
    let template = create_in(ctx, &tx, by, workspace, new).await?;
    tx.commit().await?;
    Ok(template)
}

/// The same inside a transaction.
pub(crate) async fn create_in(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    workspace: WorkspaceId,
    new: NewTemplate,
) -> Result<Template> {
    let (name, body) = (checked_name(&new.name)?, checked_body(&new.body)?);
    if store::count(tx, workspace).await? >= MOST {
        return Err(Error::conflict(format!("There are {MOST} templates, and no more fit. Delete one first.")));
    }
    let row = Template {
        id: ctx.id(),
        workspace_id: workspace,
        folded_name: folded(&name),
        name,
        body,
        created_by: by.actor.code(),
        created_at: ctx.now(),
        updated_at: ctx.now(),
    };
    is_free(tx, &row).await?;
    if !store::insert(tx, row.clone()).await? {
        return Err(taken(&row.name));
    }
    record(ctx, tx, by, &row, ("templateCreate", "Added a template.")).await?;
    Ok(row)
}

/// Changes a template.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for a name that is taken or a field that there is not.
pub async fn update(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    id: TemplateId,
    change: TemplateChange,
) -> Result<Template> {
    let tx = ctx.database.begin().await?;
    let template = update_in(ctx, &tx, by, (workspace, id), change).await?;
    tx.commit().await?;
    Ok(template)
}

/// The same inside a transaction.
pub(crate) async fn update_in(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    (workspace, id): (WorkspaceId, TemplateId),
    change: TemplateChange,
) -> Result<Template> {
    let before = locked(tx, workspace, id).await?;
    let name = change.name.map_or_else(|| Ok(before.name.clone()), |name| checked_name(&name))?;
    let body = change.body.map_or_else(|| Ok(before.body.clone()), |body| checked_body(&body))?;
    let row = Template { folded_name: folded(&name), name, body, updated_at: ctx.now(), ..before };
    is_free(tx, &row).await?;
    store::update(tx, row.clone()).await?;
    record(ctx, tx, by, &row, ("templateUpdate", "Changed a template.")).await?;
    Ok(row)
}

/// Deletes a template. Texts that were made of it stay.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn delete(ctx: &Ctx, by: &By, workspace: WorkspaceId, id: TemplateId) -> Result<()> {
    let tx = ctx.database.begin().await?;
    delete_in(ctx, &tx, by, (workspace, id)).await?;
    tx.commit().await
}

/// The same inside a transaction.
pub(crate) async fn delete_in(ctx: &Ctx, tx: &Tx, by: &By, (workspace, id): (WorkspaceId, TemplateId)) -> Result<()> {
    let template = locked(tx, workspace, id).await?;
    store::delete(tx, id).await?;
    record(ctx, tx, by, &template, ("templateDelete", "Deleted a template.")).await
}

/// A template of a workspace, inside a transaction.
pub(crate) async fn locked(tx: &Tx, workspace: WorkspaceId, id: TemplateId) -> Result<Template> {
    store::by_id(tx, workspace, id).await?.ok_or(Error::NotFound { what: "template" })
}

fn checked_name(name: &str) -> Result<String> {
    let name = name.replace('\0', "").split_whitespace().collect::<Vec<_>>().join(" ");
    let refused = |reason, message: String| Err(Error::invalid("name", reason, message));
    match name.chars().count() {
        0 => refused(InvalidReason::Required, "Give the template a name.".to_owned()),
        1..=NAME_LENGTH => Ok(name),
        _ => refused(InvalidReason::TooLarge, format!("A name has at most {NAME_LENGTH} characters.")),
    }
}

fn checked_body(body: &str) -> Result<String> {
    let body = body.replace('\0', "");
    if body.trim().is_empty() {
        return Err(Error::invalid("body", InvalidReason::Required, "The template is empty. Write what it says."));
    }
    sms::check_length(&body)
        .map_err(|too_long| Error::invalid("body", InvalidReason::TooLarge, too_long.to_string()))?;
    fields::check(&body)?;
    Ok(body)
}

/// A name as it is compared.
fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

async fn is_free(tx: &Tx, row: &Template) -> Result<()> {
    match store::by_name(tx, row.workspace_id, &row.folded_name).await? {
        Some(other) if other.id != row.id => Err(taken(&other.name)),
        _ => Ok(()),
    }
}

fn taken(name: &str) -> Error {
    Error::invalid(
        "name",
        InvalidReason::Taken,
        format!("There is a template called “{name}” already. Change that one."),
    )
}

async fn record(ctx: &Ctx, tx: &Tx, by: &By, of: &Template, (action, summary): (&'static str, &str)) -> Result<()> {
    let deed = Deed {
        workspace: Some(of.workspace_id),
        action,
        summary: summary.to_owned(),
        subject: Some(of.id.to_string()),
        changes: serde_json::json!({ "name": of.name }),
    };
    audit::record(ctx, tx, by, deed).await
}

/// Templates by their ids.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn find(ctx: &Ctx, ids: &[TemplateId]) -> Result<Vec<Template>> {
    store::by_ids(ctx.database.reader(), ids).await
}

/// Templates of a workspace, by name.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn list(ctx: &Ctx, workspace: WorkspaceId) -> Result<Vec<Template>> {
    store::all(ctx.database.reader(), workspace).await
}

/// Templates of a workspace, by name, to choose from.
pub(crate) async fn list_for(tx: &Tx, workspace: WorkspaceId) -> Result<Vec<Template>> {
    store::all(tx, workspace).await
}

/// What a template says, with its fields.
pub(crate) async fn body_of(tx: &Tx, workspace: WorkspaceId, id: TemplateId) -> Result<String> {
    Ok(locked(tx, workspace, id).await?.body)
}

/// The template with a name, however it is written.
///
/// # Errors
/// [`Error::Invalid`] when there is none, with the one that was probably meant.
pub(crate) async fn by_name(tx: &Tx, workspace: WorkspaceId, name: &str) -> Result<Template> {
    let wanted = folded(name);
    if let Some(template) = store::by_name(tx, workspace, &wanted).await? {
        return Ok(template);
    }
    let all = store::all(tx, workspace).await?;
    let nearest = all.iter().map(|one| (fields::distance(&wanted, &one.folded_name), one)).min_by_key(|(far, _)| *far);
    let hint = match nearest {
        None => "There are no templates yet. “/clerk templates” makes the first.".to_owned(),
        Some((far, one)) if far <= wanted.chars().count().max(4) / 2 => format!("Did you mean “{}”?", one.name),
        Some(_) => "“/clerk templates” lists all of them.".to_owned(),
    };
    let shown: String = name.trim().chars().take(NAME_LENGTH).collect();
    let message = format!("There is no template called “{shown}”. {hint}");
    Err(Error::invalid("name", InvalidReason::NotFound, message))
}

/// What a text says once its fields are filled for one receiver. A text without fields stays as it is.
///
/// # Errors
/// [`Error::Invalid`] when a field has no value.
pub(crate) async fn filled(
    tx: &Tx,
    workspace: &Workspace,
    (number, to): (&Number, &PhoneNumber),
    author: UserId,
    body: &str,
) -> Result<String> {
    if fields::unfilled(body).is_none() {
        return Ok(body.to_owned());
    }
    let contact = contacts::known_at(tx, workspace.id, to).await?;
    let author = members::user_in(tx, author).await?;
    fields::fill(body, &facts(workspace, (number, to), contact, author))
}

/// What the fields are filled with for one receiver.
pub(crate) fn facts(
    workspace: &Workspace,
    (number, to): (&Number, &PhoneNumber),
    contact: Option<Contact>,
    author: Option<User>,
) -> Facts {
    let (contact_name, contact_company) = contact.map(|contact| (contact.name, contact.company)).unwrap_or_default();
    Facts {
        contact_name,
        contact_company,
        contact_number: Some(to.international()),
        agent_name: author.filter(|user| user.display_name != user.chat_user_id).map(|user| user.display_name),
        number: Some(number.shown()),
        workspace_name: Some(workspace.name.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_without_what_nobody_sees() {
        assert_eq!(checked_name("  Opening \u{a0} hours\n").expect("a name"), "Opening hours");
        assert_eq!(folded("Opening  HOURS"), "opening hours");
    }

    #[test]
    fn a_name_or_text_that_cannot_be_is_refused() {
        assert!(checked_name(" ").is_err() && checked_name(&"a".repeat(61)).is_err());
        assert!(checked_body(" ").is_err() && checked_body(&"a".repeat(1_601)).is_err());
    }
}
