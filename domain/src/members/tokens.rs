//! API tokens: `clk_` and 40 random digits, shown once. Kept is a fingerprint, so that a copy of the database opens nothing.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};

use super::{Permission, store::api_tokens};
use crate::{
    By, Ctx, Error, Result,
    audit::{self, Deed},
    error::InvalidReason,
    ids::{TokenId, UserId, WorkspaceId},
    vault::{fingerprint, random_hex},
};

/// What every secret begins with, so that scanners for leaked secrets find it.
const PREFIX: &str = "clk_";

/// How exactly the last use of a token is kept.
const USE_RESOLUTION: TimeDelta = TimeDelta::minutes(1);

/// Longest name of a token, in characters.
const NAME_LENGTH: usize = 80;

/// A token as people see it.
#[derive(Clone, Debug)]
pub struct ApiToken {
    /// Id of it.
    pub id: TokenId,
    /// Workspace that it opens; none for an operator's.
    pub workspace: Option<WorkspaceId>,
    /// Name of it.
    pub name: String,
    /// Last four characters of the secret.
    pub hint: String,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// Who made it; none at the command line.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl From<api_tokens::Model> for ApiToken {
    fn from(row: api_tokens::Model) -> Self {
        Self {
            id: row.id,
            workspace: row.workspace_id,
            name: row.name,
            hint: row.hint,
            permissions: row.permissions.split(',').filter_map(|code| code.parse().ok()).collect(),
            created_by: row.created_by,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        }
    }
}

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Workspace that it opens; none for an operator's.
    pub workspace: Option<WorkspaceId>,
    /// Name of it.
    pub name: String,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Who a secret belongs to.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// The token.
    pub token: ApiToken,
}

/// Makes a token; its secret is told here and nowhere else.
///
/// # Errors
/// [`Error::Invalid`] for a name or an end that cannot be.
pub async fn create_token(ctx: &Ctx, by: &By, new: NewToken) -> Result<(ApiToken, SecretString)> {
    check(ctx, &new)?;
    let secret = format!("{PREFIX}{}", random_hex(20));
    let codes: Vec<_> = new.permissions.iter().map(|permission| permission.code()).collect();
    let row = api_tokens::Model {
        id: ctx.id(),
        workspace_id: new.workspace,
        name: new.name.trim().to_owned(),
        hint: secret[secret.len() - 4..].to_owned(),
        fingerprint: fingerprint(&secret),
        permissions: codes.join(","),
        created_by: match by.actor {
            crate::ctx::Actor::User(user) => Some(user),
            _ => None,
        },
        created_at: ctx.now(),
        last_used_at: None,
        expires_at: new.expires_at,
        revoked_at: None,
    };
    let tx = ctx.database.begin().await?;
    api_tokens::insert(&tx, row.clone()).await?;
    let deed = Deed {
        workspace: new.workspace,
        action: "apiTokenCreate",
        summary: format!("Made the API token “{}”.", row.name),
        subject: Some(row.id.to_string()),
        changes: serde_json::json!({ "permissions": codes, "expiresAt": new.expires_at }),
    };
    audit::record(ctx, &tx, by, deed).await?;
    tx.commit().await?;
    Ok((row.into(), SecretString::from(secret)))
}

fn check(ctx: &Ctx, new: &NewToken) -> Result<()> {
    let length = new.name.trim().chars().count();
    if length == 0 || length > NAME_LENGTH {
        let message = format!("Give the token a name of 1 to {NAME_LENGTH} characters.");
        return Err(Error::invalid(
            "name",
            if length == 0 { InvalidReason::Required } else { InvalidReason::TooLarge },
            message,
        ));
    }
    if new.permissions.is_empty() {
        return Err(Error::invalid("permissions", InvalidReason::Required, "Choose at least one permission."));
    }
    if new.expires_at.is_some_and(|end| end <= ctx.now()) {
        return Err(Error::invalid("expires_at", InvalidReason::TooSmall, "The end of a token must lie ahead."));
    }
    Ok(())
}

/// The token that a secret belongs to; none for a secret that is unknown, over or revoked.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn authenticate(ctx: &Ctx, secret: &SecretString) -> Result<Option<Authenticated>> {
    let secret = secret.expose_secret();
    if !secret.starts_with(PREFIX) {
        return Ok(None);
    }
    let now = ctx.now();
    let row = api_tokens::by_fingerprint(ctx.database.reader(), &fingerprint(secret)).await?;
    let is_valid = |row: &api_tokens::Model| row.revoked_at.is_none() && row.expires_at.is_none_or(|end| end > now);
    let Some(row) = row.filter(is_valid) else { return Ok(None) };
    if row.last_used_at.is_none_or(|used| now - used > USE_RESOLUTION) {
        api_tokens::set_used(ctx, row.id).await?;
    }
    Ok(Some(Authenticated { token: row.into() }))
}

/// Tokens of a workspace, newest first.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn tokens(ctx: &Ctx, workspace: WorkspaceId) -> Result<Vec<ApiToken>> {
    let rows = api_tokens::of_workspace(ctx.database.reader(), workspace).await?;
    Ok(rows.into_iter().map(ApiToken::from).collect())
}

/// A token by its id.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn token(ctx: &Ctx, id: TokenId) -> Result<Option<ApiToken>> {
    Ok(api_tokens::by_id(ctx.database.reader(), id).await?.map(ApiToken::from))
}

/// Tokens by their ids.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn tokens_by_ids(ctx: &Ctx, ids: &[TokenId]) -> Result<Vec<ApiToken>> {
    let rows = api_tokens::by_ids(ctx.database.reader(), ids).await?;
    Ok(rows.into_iter().map(ApiToken::from).collect())
}

/// Revokes a token at once; one that is revoked stays so.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn revoke_token(ctx: &Ctx, by: &By, id: TokenId) -> Result<ApiToken> {
    let known = token(ctx, id).await?.ok_or(Error::NotFound { what: "API token" })?;
    if known.revoked_at.is_some() {
        return Ok(known);
    }
    let tx = ctx.database.begin().await?;
    let row = api_tokens::set_revoked(ctx, &tx, id).await?;
    let deed = Deed {
        workspace: row.workspace_id,
        action: "apiTokenRevoke",
        summary: format!("Revoked the API token “{}”.", row.name),
        subject: Some(id.to_string()),
        changes: serde_json::json!({}),
    };
    audit::record(ctx, &tx, by, deed).await?;
    tx.commit().await?;
    Ok(row.into())
}
