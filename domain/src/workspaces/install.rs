//! The life of an installation: begun in a browser, completed with the chat's token, broken when the token dies, taken up again by a
//! re-install where it was. A return without the state that we gave out, or a second return, installs nothing.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;

use super::{Installation, Status, Workspace, ops::token_place, renewal::Terms, slug_of, store};
use crate::{
    By, Ctx, Result, Tx,
    audit::{self, Deed},
    contracts::chat::Installed,
    ids::WorkspaceId,
    members,
    outbox::{self, Lease, Promise, Settlement, Task, park_key},
    vault::{fingerprint, random_hex},
};

/// How long a person may take at the chat's consent page.
const ATTEMPT_LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// Begins an installation: the state that has to come back, 256 random bits.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn begin_install(ctx: &Ctx) -> Result<SecretString> {
    store::attempts::forget(ctx, ctx.now() - ATTEMPT_LIFETIME * 6).await?;
    let state = random_hex(32);
    store::attempts::insert(ctx, &fingerprint(&state)).await?;
    Ok(SecretString::from(state))
}

/// Whether a state that came back is one that we gave out, not too long ago, and not used yet; it is used up by this.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn check_attempt(ctx: &Ctx, state: &str) -> Result<bool> {
    store::attempts::use_up(ctx, &fingerprint(state), ctx.now() - ATTEMPT_LIFETIME).await
}

/// Takes an installation in: workspace, owner and connection exist afterwards, and what was parked runs.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn install(ctx: &Ctx, installed: &Installed) -> Result<Workspace> {
    let tx = ctx.database.begin().await?;
    let workspace = match store::workspaces::by_team(&tx, &installed.team).await? {
        Some(known) => reconnect(&tx, known).await?,
        None => create(ctx, &tx, installed).await?,
    };
    let user = members::ensure_member(ctx, &tx, workspace.id, &installed.team, &installed.installer).await?;
    let home_team_id = store::installations::of(&tx, workspace.id).await?.and_then(|row| row.home_team_id);
    let terms = installed.renewal.as_ref().map(|terms| Terms::of(ctx, workspace.id, terms));
    let connection = Installation {
        workspace_id: workspace.id,
        app_id: installed.app.clone(),
        enterprise_id: installed.enterprise.clone(),
        bot_user_id: installed.bot_user.clone(),
        bot_token: ctx.vault.seal(&token_place(workspace.id), &installed.token),
        scopes: installed.scopes.join(" "),
        installed_by: Some(user.id),
        installed_at: ctx.now(),
        broken_reason: None,
        broken_at: None,
        token_renew_at: terms.as_ref().map(|terms| terms.renew_at),
        token_expires_at: terms.as_ref().map(|terms| terms.expires_at),
        refresh_token: terms.map(|terms| terms.refresh_token),
        is_doubted: false,
        renewal_owner: None,
        renewal_until: None,
        told_scopes: String::new(),
        home_team_id,
    };
    store::installations::save(&tx, connection).await?;
    outbox::unpark(ctx, &tx, workspace.id, &park_key::installation(workspace.id)).await?;
    let prepare = Promise::new(Task::PrepareChannel { workspace: workspace.id }).of(workspace.id);
    outbox::append(ctx, &tx, prepare.in_order_of(format!("workspace:{}", workspace.id))).await?;
    let deed = Deed {
        workspace: Some(workspace.id),
        action: "install",
        summary: format!("Installed the app in the team “{}”.", installed.team_name),
        subject: Some(workspace.id.to_string()),
        changes: serde_json::json!({ "scopes": installed.scopes }),
    };
    audit::record(ctx, &tx, &By::user(user.id), deed).await?;
    tx.commit().await?;
    Ok(workspace)
}

async fn reconnect(tx: &Tx, known: Workspace) -> Result<Workspace> {
    if known.status != Status::Disconnected {
        return Ok(known);
    }
    store::workspaces::set_status(tx, known.id, Status::Active).await?;
    Ok(Workspace { status: Status::Active, ..known })
}

async fn create(ctx: &Ctx, tx: &Tx, installed: &Installed) -> Result<Workspace> {
    let workspace = Workspace {
        id: ctx.id(),
        slug: free_slug(tx, &installed.team_name, &installed.team).await?,
        name: installed.team_name.clone(),
        team_id: installed.team.clone(),
        status: Status::Active,
        suspension_reason: None,
        time_zone: "UTC".to_owned(),
        plan: crate::catalog::free().code.to_owned(),
        default_channel_id: None,
        created_at: ctx.now(),
    };
    store::workspaces::insert(tx, workspace.clone()).await?;
    Ok(workspace)
}

/// The name as a slug; with the team's id behind it when another workspace has it.
async fn free_slug(tx: &Tx, name: &str, team: &str) -> Result<String> {
    let slug = slug_of(name);
    let is_taken = store::workspaces::by_slug(tx, &slug).await?.is_some();
    Ok(if is_taken { slug_of(&format!("{team} {name}")) } else { slug })
}

/// The chat says that the token is dead: nothing is called with it any more, until the app is installed again.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn connection_lost(ctx: &Ctx, workspace: WorkspaceId, reason: &str) -> Result<()> {
    let tx = ctx.database.begin().await?;
    connection_lost_in(ctx, &tx, workspace, Broken { reason, word: reason }).await?;
    tx.commit().await
}

/// The chat refused a call of a task because the token is dead: the task waits for the next installation, unless that has happened meanwhile.
///
/// # Errors
/// [`crate::Error::LeaseLost`] when another worker has the task by now.
pub async fn call_refused(ctx: &Ctx, lease: &Lease, workspace: WorkspaceId, code: &str) -> Result<()> {
    let tx = ctx.database.begin().await?;
    store::installations::lock(&tx, workspace).await?;
    if !outbox::is_outdated(&tx, lease).await? {
        connection_lost_in(ctx, &tx, workspace, Broken { reason: code, word: code }).await?;
    }
    outbox::settle(ctx, &tx, lease, &disconnected(workspace)).await?;
    tx.commit().await
}

/// How a task ends its turn that finds the connection broken: no call is made, everything waits for the repair.
pub fn disconnected(workspace: WorkspaceId) -> Settlement {
    Settlement::Park {
        on: park_key::installation(workspace),
        why: "the connection to the chat is broken; install the app again".to_owned(),
    }
}

/// Why a connection is broken.
pub(super) struct Broken<'a> {
    /// As it is kept.
    pub(super) reason: &'a str,
    /// The chat's word for it.
    pub(super) word: &'a str,
}

/// The same, in a transaction of more.
pub(super) async fn connection_lost_in(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, why: Broken<'_>) -> Result<()> {
    let Broken { reason, word } = why;
    let is_known = store::installations::of(tx, workspace).await?.is_none_or(|row| row.broken_reason.is_some());
    if is_known {
        return Ok(());
    }
    store::installations::set_broken(ctx, tx, workspace, reason).await?;
    let deed = Deed {
        workspace: Some(workspace),
        action: "connectionLost",
        summary: format!("The connection to the chat broke ({word}). Install the app again to mend it."),
        subject: Some(workspace.to_string()),
        changes: serde_json::json!({ "reason": word }),
    };
    audit::record(ctx, tx, &By::default(), deed).await
}

/// An organisation has put the app into a team: what waited for a place to live has one. What was done, for the log.
pub(crate) async fn team_joined(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId) -> Result<&'static str> {
    outbox::unpark(ctx, tx, workspace, &park_key::installation(workspace)).await?;
    Ok("what waited for a team goes on")
}

/// The team removed the app or revoked its token, at an instant by the chat's clock. An event from before the last installation is stale.
/// What was done, for the log.
pub(crate) async fn access_lost(
    ctx: &Ctx,
    tx: &Tx,
    team: &str,
    at: DateTime<Utc>,
    is_uninstall: bool,
) -> Result<&'static str> {
    let Some(workspace) = store::workspaces::by_team(tx, team).await? else { return Ok("no workspace of ours") };
    let Some(connection) = store::installations::of(tx, workspace.id).await? else { return Ok("not installed") };
    // The chat tells whole seconds: an event of the same second as the installation belongs to the one before.
    if at <= connection.installed_at {
        return Ok("from before the last installation: ignored");
    }
    let reason = if is_uninstall { "app_uninstalled" } else { "tokens_revoked" };
    connection_lost_in(ctx, tx, workspace.id, Broken { reason, word: reason }).await?;
    if is_uninstall && workspace.status == Status::Active {
        store::workspaces::set_status(tx, workspace.id, Status::Disconnected).await?;
    }
    Ok("connection marked as broken")
}
