//! Tokens that end are renewed before they do. The refresh token is good once, so one worker at a time exchanges it: a lease by the database's
//! clock saves calls, and what decides is that the pair that was exchanged still stands in the row when the new one is written. The new pair
//! is kept before anybody uses it. A refresh token that the chat refuses is dead: the app has to be installed again, and nothing is tried on.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};

use super::{
    Installation, Status,
    install::{self, Broken},
    ops::token_place,
    store,
};
use crate::{
    Ctx, Error, Result,
    contracts::chat::{ChatAccess, Renewal, RenewalTerms},
    ids::WorkspaceId,
    outbox::{self, park_key},
};

/// How long before its end a token is renewed; half of its life, when that is shorter.
const AHEAD: TimeDelta = TimeDelta::hours(2);

/// How long a worker has for one exchange. Longer than any call may take.
const LEASE_MS: i64 = 30_000;

/// How long an exchange that did not come about is not tried again.
const PAUSE_MS: i64 = 5_000;

/// What opens the chat of a workspace.
#[derive(Clone, Debug)]
pub enum Opening {
    /// This.
    Open(ChatAccess),
    /// A token that is to be renewed; it still works when it is named.
    Renew {
        /// The present token, until its end.
        living: Option<ChatAccess>,
    },
    /// Nothing, until the app is installed again.
    Closed,
}

/// What opens the chat of a workspace now.
///
/// # Errors
/// [`Error::Internal`] when the token does not open.
pub async fn opening(ctx: &Ctx, workspace: WorkspaceId) -> Result<Opening> {
    let Some((row, access)) = current(ctx, workspace).await? else { return Ok(Opening::Closed) };
    let now = ctx.now();
    match (row.refresh_token, row.token_renew_at, row.token_expires_at) {
        (Some(_), Some(renew_at), expires_at) if renew_at <= now => {
            let is_living = !row.is_doubted && expires_at.is_some_and(|end| now < end);
            Ok(Opening::Renew { living: is_living.then_some(access) })
        }
        _ => Ok(Opening::Open(access)),
    }
}

async fn current(ctx: &Ctx, workspace: WorkspaceId) -> Result<Option<(Installation, ChatAccess)>> {
    let db = ctx.database.reader();
    let Some(row) = store::installations::of(db, workspace).await? else { return Ok(None) };
    let Some(team) = store::workspaces::by_id(db, workspace).await? else { return Ok(None) };
    if row.broken_reason.is_some() || team.status == Status::Disconnected {
        return Ok(None);
    }
    let token = ctx.vault.open(&token_place(workspace), &row.bot_token).map_err(Error::internal)?;
    let home = row.home_team_id.clone();
    Ok(Some((row, ChatAccess { team: team.team_id, token, home })))
}

/// An exchange that this worker may make.
#[derive(Debug)]
pub struct Renewing {
    workspace: WorkspaceId,
    /// What is exchanged.
    pub refresh_token: SecretString,
    /// The same as it stands in the row.
    sealed: String,
}

/// Takes the right to renew. None when somebody else has it, or nothing is to be renewed any more.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn begin_renewal(ctx: &Ctx, workspace: WorkspaceId, node: &str) -> Result<Option<Renewing>> {
    let sealed = store::renewals::take(ctx, workspace, node, LEASE_MS).await?;
    let Some(sealed) = sealed else { return Ok(None) };
    let refresh_token = ctx.vault.open(&refresh_place(workspace), &sealed).map_err(Error::internal)?;
    Ok(Some(Renewing { workspace, refresh_token, sealed }))
}

/// Keeps a renewed pair, unless the app was installed again meanwhile. What waited for it runs.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer: the pair must be offered again, because there is no other.
pub async fn renewed(ctx: &Ctx, renewing: &Renewing, renewal: &Renewal) -> Result<bool> {
    let workspace = renewing.workspace;
    let token = ctx.vault.seal(&token_place(workspace), &renewal.token);
    let terms = Terms::of(ctx, workspace, &renewal.terms);
    let tx = ctx.database.begin().await?;
    let is_kept = store::renewals::keep(&tx, workspace, &renewing.sealed, (&token, &terms)).await?;
    if is_kept {
        outbox::unpark(ctx, &tx, workspace, &park_key::installation(workspace)).await?;
    }
    tx.commit().await?;
    Ok(is_kept)
}

/// The chat does not take the refresh token: the app has to be installed again. The chat's word for why.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn renewal_refused(ctx: &Ctx, renewing: &Renewing, code: &str) -> Result<()> {
    let tx = ctx.database.begin().await?;
    let row = store::installations::of(&tx, renewing.workspace).await?;
    if row.is_some_and(|row| row.refresh_token.as_deref() == Some(renewing.sealed.as_str())) {
        let why = Broken { reason: store::renewals::REFUSED, word: code };
        install::connection_lost_in(ctx, &tx, renewing.workspace, why).await?;
    }
    tx.commit().await
}

/// The exchange did not come about; another try may follow in a moment.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn renewal_postponed(ctx: &Ctx, renewing: &Renewing) -> Result<()> {
    store::renewals::pause(ctx, renewing.workspace, &renewing.sealed, PAUSE_MS).await
}

/// What follows when the chat refuses a token that should work.
#[derive(Clone, Debug)]
pub enum Doubt {
    /// It was not the present one: this is.
    Outdated(ChatAccess),
    /// It is to be renewed, whatever its end was said to be.
    Renew,
    /// It cannot be renewed, or was renewed for this reason already.
    Lost,
}

/// The chat refuses a token.
///
/// # Errors
/// [`Error::Internal`] when the present token does not open.
pub async fn doubt(ctx: &Ctx, workspace: WorkspaceId, refused: &SecretString) -> Result<Doubt> {
    let Some((row, access)) = current(ctx, workspace).await? else { return Ok(Doubt::Lost) };
    if access.token.expose_secret() != refused.expose_secret() {
        return Ok(Doubt::Outdated(access));
    }
    if store::renewals::doubt(ctx, workspace, &row.bot_token).await? {
        return Ok(Doubt::Renew);
    }
    // Between the two looks somebody may have renewed it.
    let now = current(ctx, workspace).await?.map(|(_, access)| access);
    let other = now.filter(|access| access.token.expose_secret() != refused.expose_secret());
    Ok(other.map_or(Doubt::Lost, Doubt::Outdated))
}

/// The chat takes the present token: whatever was thought of it, it works.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn trusted(ctx: &Ctx, workspace: WorkspaceId) -> Result<()> {
    store::renewals::trust(ctx, workspace).await
}

/// How a token is renewed, as it is kept.
pub(crate) struct Terms {
    pub(crate) refresh_token: String,
    pub(crate) renew_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
}

impl Terms {
    pub(super) fn of(ctx: &Ctx, workspace: WorkspaceId, terms: &RenewalTerms) -> Self {
        let life = TimeDelta::seconds(i64::from(terms.lives_secs));
        let expires_at = ctx.now() + life;
        Self {
            refresh_token: ctx.vault.seal(&refresh_place(workspace), &terms.refresh_token),
            renew_at: expires_at - AHEAD.min(life / 2),
            expires_at,
        }
    }
}

/// Where a refresh token stands, for its seal.
fn refresh_place(workspace: WorkspaceId) -> String {
    format!("installations.refresh_token.{workspace}")
}
