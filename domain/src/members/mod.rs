//! People and programs, and what they may do: users, their membership in workspaces, and API tokens. One enum of permissions is the
//! vocabulary of roles, tokens and guards.

mod ops;
pub(crate) mod store;
mod tokens;

pub use ops::{
    UserSearch, count, count_users, known_names, list, list_users, membership, memberships_of, remember, user,
};
pub(crate) use ops::{by_chat_user, changed, ensure_member, is_member, role_in, user_in};
pub use store::memberships::Model as Membership;
pub use store::users::Model as User;
pub use tokens::{
    ApiToken, Authenticated, NewToken, authenticate, create_token, revoke_token, token, tokens, tokens_by_ids,
};

/// What an actor may do in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See the workspace, its numbers and its usage.
    WorkspaceRead,
    /// Read conversations, messages and contacts.
    ConversationsRead,
    /// Send messages and move conversations.
    MessagesSend,
    /// Send one text to many, and stop that.
    BroadcastsManage,
    /// Change contacts, block numbers.
    ContactsManage,
    /// Claim, route and release numbers.
    NumbersManage,
    /// See invoices, change the plan.
    BillingManage,
    /// Change settings, members and tokens.
    SettingsManage,
    /// Read the audit log.
    AuditRead,
    /// Operate the installation.
    PlatformOperate,
}

crate::codes!(Permission {
    WorkspaceRead = "WORKSPACE_READ",
    ConversationsRead = "CONVERSATIONS_READ",
    MessagesSend = "MESSAGES_SEND",
    BroadcastsManage = "BROADCASTS_MANAGE",
    ContactsManage = "CONTACTS_MANAGE",
    NumbersManage = "NUMBERS_MANAGE",
    BillingManage = "BILLING_MANAGE",
    SettingsManage = "SETTINGS_MANAGE",
    AuditRead = "AUDIT_READ",
    PlatformOperate = "PLATFORM_OPERATE",
});

/// Role of a person in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Holds every permission but to operate the platform.
    Owner,
    /// Texts and looks after contacts.
    Member,
}

crate::codes!(Role { Owner = "owner", Member = "member" });

impl Role {
    /// The permissions of the role.
    pub fn permissions(self) -> &'static [Permission] {
        use Permission::{
            AuditRead, BillingManage, BroadcastsManage, ContactsManage, ConversationsRead, MessagesSend, NumbersManage,
            SettingsManage, WorkspaceRead,
        };
        match self {
            Self::Owner => &[
                WorkspaceRead,
                ConversationsRead,
                MessagesSend,
                BroadcastsManage,
                ContactsManage,
                NumbersManage,
                BillingManage,
                SettingsManage,
                AuditRead,
            ],
            Self::Member => &[WorkspaceRead, ConversationsRead, MessagesSend, ContactsManage],
        }
    }
}

/// What an operator may do in every workspace: all but read and send its texts.
pub fn operator_permissions() -> Vec<Permission> {
    let hidden = [Permission::ConversationsRead, Permission::MessagesSend, Permission::BroadcastsManage];
    Permission::all().iter().copied().filter(|permission| !hidden.contains(permission)).collect()
}
