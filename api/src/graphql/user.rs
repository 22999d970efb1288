//! People, and what they are in a workspace.

use async_graphql::{Context, Enum, ID, Object, Result};
use domain::members;

use super::{
    connection::connection,
    context::Ask,
    scalars::{Instant, Url},
    workspace::Workspace,
};

/// A person of the chat.
pub(crate) struct User(pub(super) members::User);

/// Person who signed in with Slack.
#[Object]
impl User {
    /// Id of the user.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Name in Slack.
    pub(crate) async fn display_name(&self) -> &str {
        &self.0.display_name
    }

    /// E-mail address; null when Slack does not tell.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// Picture; null when Slack does not tell.
    async fn avatar_url(&self) -> Option<Url> {
        self.0.avatar_url.clone().map(Url)
    }

    /// Whether the user operates this installation.
    async fn is_operator(&self) -> bool {
        self.0.is_operator
    }

    /// Last time that the user was here; null when never.
    async fn last_seen_at(&self) -> Option<Instant> {
        self.0.last_seen_at.map(Instant)
    }

    /// First sign-in.
    async fn created_at(&self) -> Instant {
        Instant(self.0.created_at)
    }
}

/// A membership.
pub(crate) struct Membership(pub(super) members::Membership);

/// A user in a workspace.
#[Object]
impl Membership {
    /// Id of the membership.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Workspace of the membership.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Workspace> {
        Ok(Workspace(ctx.must(self.0.workspace_id, "workspace").await?))
    }

    /// User of the membership.
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        Ok(User(ctx.must(self.0.user_id, "user").await?))
    }

    /// Role of the user in the workspace.
    async fn role(&self) -> WorkspaceRole {
        self.0.role.into()
    }

    /// When the user joined.
    async fn created_at(&self) -> Instant {
        Instant(self.0.created_at)
    }
}

/// Role in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "members::Role")]
pub(crate) enum WorkspaceRole {
    /// Holds every permission but `PLATFORM_OPERATE`.
    Owner,
    /// Holds `WORKSPACE_READ`, `CONVERSATIONS_READ`, `MESSAGES_SEND` and `CONTACTS_MANAGE`.
    Member,
}

connection! {
    /// Page of users.
    UserConnection,
    /// Item of a `UserConnection`.
    UserEdge: User
}

connection! {
    /// Page of memberships.
    MembershipConnection,
    /// Item of a `MembershipConnection`.
    MembershipEdge: Membership
}
