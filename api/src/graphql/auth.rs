//! Who is asking and what they may do: one enum of permissions, the `@auth` directive that shows them in the schema, and the guard that keeps
//! them. A field whose workspace is known only after an object was found asks [`Viewer::may`] once more, for that workspace.

use std::collections::HashMap;

use async_graphql::{Context, Enum, Guard, Result, TypeDirective};
use domain::{
    By, Error,
    ctx::Actor,
    ids::WorkspaceId,
    members::{self, ApiToken, Membership, User},
};

use super::context::Ask;

/// What an actor may do in a workspace. Roles are fixed sets of these; tokens carry their own.
/// An operator holds all of them in every workspace, but `CONVERSATIONS_READ`, `MESSAGES_SEND` and
/// `BROADCASTS_MANAGE` in none: who runs the platform does not read its customers' texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "members::Permission")]
pub(crate) enum Permission {
    /// See the workspace, its numbers and its usage.
    WorkspaceRead,
    /// Read conversations, messages, calls and contacts.
    ConversationsRead,
    /// Send messages and move conversations.
    MessagesSend,
    /// Send one text to many, and stop that.
    BroadcastsManage,
    /// Change contacts, block numbers, judge spam.
    ContactsManage,
    /// Claim, port, route and release numbers, and their add-ons.
    NumbersManage,
    /// See invoices, change the plan, ask for a transfer.
    BillingManage,
    /// Change settings, members, tokens and webhooks.
    SettingsManage,
    /// Read the audit log.
    AuditRead,
    /// Operate the installation.
    PlatformOperate,
}

/// Permission needed to select the field. Without it the field fails with `FORBIDDEN`
/// in the top-level `errors`. A field without this directive needs `WORKSPACE_READ` on
/// the workspace that it belongs to, or nothing when it belongs to none.
#[TypeDirective(location = "FieldDefinition")]
pub(crate) fn auth(#[graphql(desc = "Permission that the viewer must hold.")] permission: Permission) {}

/// Who is asking. The handler puts it into the data of each request; without it the request is anonymous.
#[derive(Clone, Debug, Default)]
pub struct Viewer {
    by: By,
    is_signed_in: bool,
    is_operator: bool,
    everywhere: Vec<members::Permission>,
    within: HashMap<WorkspaceId, Vec<members::Permission>>,
}

impl Viewer {
    /// Nobody in particular. The id of the request stands in our logs too; the address is where it came from.
    pub fn anonymous(request_id: impl Into<String>, ip_address: Option<String>) -> Self {
        Self { by: By { request_id: request_id.into(), ip_address, ..By::default() }, ..Self::default() }
    }

    /// A program with a token: of a workspace, or of an operator when it has none. Not even a token that says so reads texts for an operator, and
    /// a workspace's token does not operate the platform.
    #[must_use]
    pub fn with_token(mut self, token: &ApiToken) -> Self {
        self.by.actor = Actor::Token(token.id);
        self.is_signed_in = true;
        let may_hold = |allowed: &[members::Permission]| {
            token.permissions.iter().copied().filter(|permission| allowed.contains(permission)).collect::<Vec<_>>()
        };
        match token.workspace {
            Some(workspace) => {
                self.within.insert(workspace, may_hold(members::Role::Owner.permissions()));
            }
            None => {
                self.everywhere = may_hold(&members::operator_permissions());
                self.is_operator = self.everywhere.contains(&members::Permission::PlatformOperate);
            }
        }
        self
    }

    /// A person, with what the memberships and the operator role give.
    #[must_use]
    pub fn with_user(mut self, user: &User, memberships: &[Membership]) -> Self {
        self.by.actor = Actor::User(user.id);
        self.is_signed_in = true;
        self.is_operator = user.is_operator;
        if user.is_operator {
            self.everywhere = members::operator_permissions();
        }
        self.within = memberships.iter().map(|one| (one.workspace_id, one.role.permissions().to_vec())).collect();
        self
    }

    /// Whether it is known who asks.
    pub fn is_signed_in(&self) -> bool {
        self.is_signed_in
    }

    /// Whether the viewer operates the installation.
    pub fn is_operator(&self) -> bool {
        self.is_operator
    }

    /// On whose behalf things are done, for the audit log.
    pub fn by(&self) -> &By {
        &self.by
    }

    /// Whether the viewer holds a permission in a workspace.
    pub(crate) fn may(&self, workspace: WorkspaceId, permission: Permission) -> bool {
        let permission = permission.into();
        self.everywhere.contains(&permission)
            || self.within.get(&workspace).is_some_and(|held| held.contains(&permission))
    }

    /// Whether the viewer holds a permission in any workspace.
    pub(crate) fn may_somewhere(&self, permission: Permission) -> bool {
        let permission = permission.into();
        self.everywhere.contains(&permission) || self.within.values().any(|held| held.contains(&permission))
    }

    /// Everything that the viewer may do in a workspace.
    pub(crate) fn permissions_in(&self, workspace: WorkspaceId) -> Vec<Permission> {
        let all = members::Permission::all().iter().copied().map(Permission::from);
        all.filter(|permission| self.may(workspace, *permission)).collect()
    }
}

/// Lets pass who holds a permission: in a workspace when it is known, in any when an argument is yet to name it.
pub(crate) struct Holds {
    permission: Permission,
    workspace: Option<WorkspaceId>,
}

/// Asks for a permission in a workspace.
pub(crate) fn holds_in(workspace: WorkspaceId, permission: Permission) -> Holds {
    Holds { permission, workspace: Some(workspace) }
}

/// Asks for a permission somewhere; the operation then asks for it in the workspace that it is about.
pub(crate) fn holds(permission: Permission) -> Holds {
    Holds { permission, workspace: None }
}

impl Guard for Holds {
    async fn check(&self, ctx: &Context<'_>) -> Result<()> {
        let viewer = ctx.viewer();
        if !viewer.is_signed_in() {
            return Err(super::report::unauthenticated());
        }
        let held = match self.workspace {
            Some(workspace) => viewer.may(workspace, self.permission),
            None => viewer.may_somewhere(self.permission),
        };
        let permission = members::Permission::from(self.permission).code();
        if held { Ok(()) } else { Err(Error::Forbidden { permission }.into()) }
    }
}
