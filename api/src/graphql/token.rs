//! API tokens. A secret is told once, in the answer that makes it; afterwards only its last four characters are seen.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::members::{self, NewToken};
use secrecy::ExposeSecret;

use super::{
    access,
    auth::{Permission, auth, holds},
    context::Ask,
    errors::{InputErrorReason, Refusal},
    payload::{answer, payload},
    scalars::Instant,
    user::User,
};

/// A token.
pub(crate) struct ApiToken(pub(super) members::ApiToken);

/// Key of a program to this API.
#[Object]
impl ApiToken {
    /// Id of the token.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Name of the token.
    pub(crate) async fn display_name(&self) -> &str {
        &self.0.name
    }

    /// Last four characters of the secret.
    async fn hint(&self) -> &str {
        &self.0.hint
    }

    /// What the token may do.
    async fn permissions(&self) -> Vec<Permission> {
        self.0.permissions.iter().copied().map(Permission::from).collect()
    }

    /// Who made it; null when it was made by a program or at the command line.
    async fn created_by(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        let Some(user) = self.0.created_by else { return Ok(None) };
        Ok(ctx.load(user).await?.map(User))
    }

    /// When it was made.
    async fn created_at(&self) -> Instant {
        Instant(self.0.created_at)
    }

    /// When it was last used; null when never.
    async fn last_used_at(&self) -> Option<Instant> {
        self.0.last_used_at.map(Instant)
    }

    /// When it ends; null when it does not.
    async fn expires_at(&self) -> Option<Instant> {
        self.0.expires_at.map(Instant)
    }

    /// When it was revoked; null while it is valid.
    async fn revoked_at(&self) -> Option<Instant> {
        self.0.revoked_at.map(Instant)
    }
}

/// New API token.
#[derive(InputObject)]
pub(crate) struct ApiTokenInput {
    /// Name to tell it by.
    name: String,
    /// What it may do; no more than its maker may.
    permissions: Vec<Permission>,
    /// When it ends; never when left out.
    expires_at: Option<Instant>,
}

payload! {
    /// Answer of mutations of an API token.
    ApiTokenPayload {
        /// The token; null when there are errors.
        api_token: ApiToken,
    }
}

payload! {
    /// Answer of `apiTokenCreate`.
    ApiTokenCreatePayload {
        /// The token; null when there are errors.
        api_token: ApiToken,
        /// What the program sends as `Authorization: Bearer`; null when there are errors. It cannot be shown again.
        secret: String,
    }
}

/// Mutations of tokens.
#[derive(Default)]
pub(crate) struct TokenMutations;

#[Object]
impl TokenMutations {
    /// Makes an API token. Its secret is in this answer and nowhere else.
    #[graphql(directive = auth::apply(Permission::SettingsManage), guard = "holds(Permission::SettingsManage)")]
    async fn api_token_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Workspace it opens.")] workspace_id: ID,
        #[graphql(desc = "Name, permissions and end.")] input: ApiTokenInput,
    ) -> Result<ApiTokenCreatePayload> {
        let made = create(ctx, &workspace_id, input).await;
        answer(ctx, made, |(token, secret)| ApiTokenCreatePayload::done(ApiToken(token), secret)).await
    }

    /// Revokes an API token at once.
    #[graphql(directive = auth::apply(Permission::SettingsManage), guard = "holds(Permission::SettingsManage)")]
    async fn api_token_revoke(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Token to revoke.")] id: ID,
    ) -> Result<ApiTokenPayload> {
        let revoked = revoke(ctx, &id).await;
        answer(ctx, revoked, |token| ApiTokenPayload::done(ApiToken(token))).await
    }
}

async fn create(
    ctx: &Context<'_>,
    workspace: &ID,
    input: ApiTokenInput,
) -> Result<(members::ApiToken, String), Refusal> {
    let workspace = access::home(ctx, workspace, Permission::SettingsManage).await?;
    for (index, permission) in input.permissions.iter().enumerate() {
        let is_of_a_workspace = *permission != Permission::PlatformOperate;
        if !is_of_a_workspace || !ctx.viewer().may(workspace.id, *permission) {
            let path = ["input", "permissions", &index.to_string()];
            return Err(Refusal::input(
                &path,
                InputErrorReason::Invalid,
                "A token may do no more than who makes it. Leave this one out.",
            ));
        }
    }
    let new = NewToken {
        workspace: Some(workspace.id),
        name: input.name,
        permissions: input.permissions.into_iter().map(members::Permission::from).collect(),
        expires_at: input.expires_at.map(|end| end.0),
    };
    let (token, secret) = members::create_token(ctx.domain(), ctx.viewer().by(), new).await?;
    Ok((token, secret.expose_secret().to_owned()))
}

async fn revoke(ctx: &Context<'_>, id: &ID) -> Result<members::ApiToken, Refusal> {
    let not_found = || Refusal::not_found(&["id"], "API token");
    let id: domain::ids::TokenId = id.parse().map_err(|_| not_found())?;
    let token = ctx.load(id).await?.ok_or_else(not_found)?;
    match token.workspace {
        Some(owner) => {
            access::allow(ctx, owner, Permission::SettingsManage).map_err(|why| why.unwrap_or_else(not_found))?
        }
        None if ctx.viewer().is_operator() => {}
        None => return Err(not_found()),
    }
    Ok(members::revoke_token(ctx.domain(), ctx.viewer().by(), id).await?)
}
