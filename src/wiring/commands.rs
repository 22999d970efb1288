//! What the command line asks for besides running: tokens, checks, the schema, the manifest, the audit log.

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    By,
    audit::{self, Verdict},
    clock::Clock,
    contracts::Answer,
    ctx::Actor,
    members::{self, NewToken, Permission, Role},
    workspaces,
};
use secrecy::SecretString;

use super::{connect, database, installations};
use crate::config::{Config, Keys};

/// The GraphQL schema, in its definition language.
///
/// # Errors
/// None; the signature leaves room for a schema that is read.
pub fn schema() -> Result<String> {
    Ok(api::graphql::sdl())
}

/// A token to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenWish {
    /// Short name of the workspace that it opens; none for an operator's.
    pub workspace: Option<String>,
    /// What people call it.
    pub name: String,
    /// What it may do; empty for everything that an owner (or an operator) may.
    pub permissions: Vec<Permission>,
    /// How long it lasts; none for ever.
    pub lasts: Option<TimeDelta>,
}

/// A token that was made.
#[derive(Clone, Debug)]
pub struct MadeToken {
    /// Its id, by which it is revoked.
    pub id: String,
    /// The token itself, told here and nowhere else.
    pub secret: SecretString,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Makes an API token, on behalf of the console.
///
/// # Errors
/// When there is no such workspace, or the database does not open.
pub async fn create_token(config: &Config, keys: &Keys, wish: TokenWish) -> Result<MadeToken> {
    let ctx = database::context(config, keys, Clock::default()).await?;
    let (workspace, everything) = match &wish.workspace {
        None => (None, Permission::all().to_vec()),
        Some(slug) => {
            let found = workspaces::by_slug(&ctx, slug).await?;
            let found = found.with_context(|| format!("There is no workspace with the short name `{slug}`."))?;
            (Some(found.id), Role::Owner.permissions().to_vec())
        }
    };
    let new = NewToken {
        workspace,
        name: wish.name,
        permissions: if wish.permissions.is_empty() { everything } else { wish.permissions },
        expires_at: wish.lasts.map(|lasts| ctx.now() + lasts),
    };
    let by = By { actor: Actor::Console, ..By::default() };
    let (token, secret) = members::create_token(&ctx, &by, new).await?;
    ctx.database.close().await;
    Ok(MadeToken { id: token.id.to_string(), secret, permissions: token.permissions, expires_at: token.expires_at })
}

/// What a look at one thing outside found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was looked at, such as "Database" or "Twilio".
    pub subject: &'static str,
    /// What is fine, or what is wrong and how to mend it; sentences.
    pub result: Result<String, String>,
}

/// Looks at the database and at each configured provider, without any effect there.
///
/// # Errors
/// None for what is found wrong: that is part of the answer.
pub async fn check(config: &Config, keys: &Keys) -> Result<Vec<Check>> {
    let mut checks = vec![check_database(config, keys).await];
    if config.is_sandbox() {
        let result = Ok("Simulated by the sandbox; nothing to verify.".to_owned());
        checks.push(Check { subject: "Providers", result });
        return Ok(checks);
    }
    let public_url = config.server.public_url_at(config.server.listen);
    match connect(config, &public_url, None) {
        Err(error) => checks.push(Check { subject: "Providers", result: Err(error.to_string()) }),
        Ok(connected) => {
            let result = match connected.carrier.check().await {
                Ok(Answer::Done(())) => Ok("The carrier accepts the account.".to_owned()),
                Ok(Answer::Refused(refusal)) => Err(format!(
                    "The carrier refuses the account (code {}). Check `twilio.account_sid` and `twilio.auth_token`.",
                    refusal.code
                )),
                Err(error) => {
                    Err(format!("The carrier does not answer: {error}. Check `twilio.api_url` and the network."))
                }
            };
            checks.push(Check { subject: "Twilio", result });
            checks.push(check_slack(config));
            checks.extend(installations::check(config, keys, &*connected.chat, &public_url).await);
        }
    }
    Ok(checks)
}

async fn check_database(config: &Config, keys: &Keys) -> Check {
    let look = async {
        let ctx = database::context(config, keys, Clock::default()).await?;
        ctx.database.ping().await?;
        ctx.database.close().await;
        let missing = database::migration_status(config).await?.iter().filter(|step| !step.is_applied).count();
        anyhow::Ok(missing)
    };
    let result = match look.await {
        Ok(0) => Ok("Answers, and is up to date.".to_owned()),
        Ok(missing) => Err(format!("Answers, but {missing} migrations are missing. Run `clerk migrate`.")),
        Err(error) => Err(error.to_string()),
    };
    Check { subject: "Database", result }
}

/// A token exists only after an installation, so all that can be looked at is where people are sent.
fn check_slack(config: &Config) -> Check {
    let public_url = config.server.public_url_at(config.server.listen);
    let result = if public_url.starts_with("https://") {
        Ok(format!("Configured. Install the app at {public_url}/slack/install."))
    } else {
        Err(format!("Slack calls only https addresses, and `server.public_url` is {public_url}."))
    };
    Check { subject: "Slack", result }
}

/// The manifest from which a Slack app is made that calls this public address (no slash at its end), as JSON.
///
/// # Errors
/// When the manifest cannot be written as JSON.
pub fn slack_manifest(public_url: &str) -> Result<String> {
    Ok(serde_json::to_string_pretty(&providers::chat::slack::manifest(public_url))?)
}

/// Verifies the whole audit log.
///
/// # Errors
/// When the database does not open.
pub async fn verify_audit(config: &Config, keys: &Keys) -> Result<Verdict> {
    let ctx = database::context(config, keys, Clock::default()).await?;
    let verdict = audit::verify(&ctx).await?;
    ctx.database.close().await;
    Ok(verdict)
}
