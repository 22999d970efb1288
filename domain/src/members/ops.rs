//! People: remembered from the chat when they first do something, members of the workspace from then on.

use std::collections::HashMap;

use super::{Membership, Role, User, store};
use crate::{
    Ctx, Result, Tx,
    contracts::chat::Person,
    ids::{MembershipId, UserId, WorkspaceId},
    page::{Page, PageRequest},
};

/// Keeps what the chat says of a person; their id stays the same for ever.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn remember(ctx: &Ctx, team: &str, person: &Person) -> Result<User> {
    let tx = ctx.database.begin().await?;
    let user = upsert(ctx, &tx, team, person).await?;
    tx.commit().await?;
    Ok(user)
}

/// The chat says that a person has another name or picture; only those whom we know are kept.
pub(crate) async fn changed(ctx: &Ctx, tx: &Tx, team: &str, person: &Person) -> Result<&'static str> {
    let Some(known) = store::users::by_chat_id(tx, team, &person.id).await? else { return Ok("nobody of ours") };
    // The event may leave out what the chat tells only those who ask.
    let person = Person {
        email: person.email.clone().or(known.email),
        avatar_url: person.avatar_url.clone().or(known.avatar_url),
        ..person.clone()
    };
    upsert(ctx, tx, team, &person).await?;
    Ok("member has another name or picture")
}

async fn upsert(ctx: &Ctx, tx: &Tx, team: &str, person: &Person) -> Result<User> {
    let known = store::users::by_chat_id(tx, team, &person.id).await?;
    let user = User {
        id: known.as_ref().map_or_else(|| ctx.id(), |user| user.id),
        team_id: team.to_owned(),
        chat_user_id: person.id.clone(),
        display_name: person.display_name.clone(),
        email: person.email.clone(),
        avatar_url: person.avatar_url.clone(),
        is_operator: known.as_ref().is_some_and(|user| user.is_operator),
        last_seen_at: known.as_ref().and_then(|user| user.last_seen_at),
        created_at: known.map_or_else(|| ctx.now(), |user| user.created_at),
    };
    store::users::upsert(tx, &user).await?;
    Ok(user)
}

/// Makes someone of the chat a member of the workspace; who is one already keeps the role.
pub(crate) async fn ensure_member(
    ctx: &Ctx,
    tx: &Tx,
    workspace: WorkspaceId,
    team: &str,
    chat_user: &str,
) -> Result<User> {
    let user = match store::users::by_chat_id(tx, team, chat_user).await? {
        Some(user) => user,
        None => upsert(ctx, tx, team, &unknown_person(chat_user)).await?,
    };
    let has_owner = store::memberships::owner_count(tx, workspace).await? > 0;
    let role = if has_owner { Role::Member } else { Role::Owner };
    store::memberships::insert(ctx, tx, workspace, user.id, role).await?;
    Ok(user)
}

/// Someone of whom only the id is known yet.
fn unknown_person(chat_user: &str) -> Person {
    Person {
        id: chat_user.to_owned(),
        display_name: chat_user.to_owned(),
        email: None,
        avatar_url: None,
        is_bot: false,
        time_zone: None,
    }
}

/// Whether a user is a member of a workspace.
pub(crate) async fn is_member(tx: &Tx, workspace: WorkspaceId, user: UserId) -> Result<bool> {
    store::memberships::exists(tx, workspace, user).await
}

/// Somebody of the chat whom we know.
pub(crate) async fn by_chat_user(tx: &Tx, team: &str, chat_user: &str) -> Result<Option<User>> {
    store::users::by_chat_id(tx, team, chat_user).await
}

/// Role of a user in a workspace; none for somebody who is no member.
pub(crate) async fn role_in(tx: &Tx, workspace: WorkspaceId, user: UserId) -> Result<Option<Role>> {
    store::memberships::role_of(tx, workspace, user).await
}

/// A user, inside a transaction.
pub(crate) async fn user_in(tx: &Tx, id: UserId) -> Result<Option<User>> {
    Ok(store::users::by_ids(tx, &[id]).await?.pop())
}

/// Names of people of the chat that we know, by their id there.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn known_names(ctx: &Ctx, team: &str, chat_users: &[String]) -> Result<HashMap<String, String>> {
    if chat_users.is_empty() {
        return Ok(HashMap::new());
    }
    let users = store::users::by_chat_ids(ctx.database.reader(), team, chat_users).await?;
    let is_named = |user: &User| user.display_name != user.chat_user_id;
    Ok(users.into_iter().filter(is_named).map(|user| (user.chat_user_id, user.display_name)).collect())
}

/// Users by their ids.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn user(ctx: &Ctx, ids: &[UserId]) -> Result<Vec<User>> {
    store::users::by_ids(ctx.database.reader(), ids).await
}

/// What a user may do, in each workspace.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn memberships_of(ctx: &Ctx, user: UserId) -> Result<Vec<Membership>> {
    store::memberships::of_user(ctx.database.reader(), user).await
}

/// A membership by its id.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn membership(ctx: &Ctx, id: MembershipId) -> Result<Option<Membership>> {
    store::memberships::by_id(ctx.database.reader(), id).await
}

/// Members of a workspace, by name.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn list(ctx: &Ctx, workspace: WorkspaceId, page: &PageRequest) -> Result<Page<Membership>> {
    store::memberships::list(ctx.database.reader(), workspace, page).await
}

/// How many members a workspace has.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn count(ctx: &Ctx, workspace: WorkspaceId) -> Result<u64> {
    store::memberships::count(ctx.database.reader(), workspace).await
}

/// Part of a name or e-mail address; none for everybody.
pub type UserSearch<'a> = Option<&'a str>;

/// Users of all workspaces, by name.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn list_users(ctx: &Ctx, search: UserSearch<'_>, page: &PageRequest) -> Result<Page<User>> {
    store::users::list(ctx.database.reader(), search, page).await
}

/// How many users a search matches.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn count_users(ctx: &Ctx, search: UserSearch<'_>) -> Result<u64> {
    store::users::count(ctx.database.reader(), search).await
}
