//! Finding what an argument names, for who may have it. A thing of another workspace, one that was deleted and one that never was read the same, so
//! that nobody learns from an answer what others have.

use std::{hash::Hash, str::FromStr};

use async_graphql::{Context, ID, dataloader::Loader};
use domain::{
    Error, broadcasts, contacts, conversations, ids::WorkspaceId, members, messages, numbers, templates, workspaces,
};

use super::{
    auth::Permission,
    context::Ask,
    errors::Refusal,
    loaders::{Failure, Finder},
};

/// A row that belongs to a workspace.
pub(super) trait Owned {
    /// What it is, in a word.
    const WHAT: &'static str;

    /// Whose it is.
    fn workspace(&self) -> WorkspaceId;
}

macro_rules! owned {
    ($($row:ty: $what:literal;)+) => {
        $(
            impl Owned for $row {
                const WHAT: &'static str = $what;

                fn workspace(&self) -> WorkspaceId {
                    self.workspace_id
                }
            }
        )+
    };
}

owned! {
    numbers::Number: "number";
    contacts::Contact: "contact";
    contacts::OptOut: "opt-out";
    contacts::Consent: "entry";
    contacts::Blocked: "entry";
    conversations::Conversation: "conversation";
    messages::Message: "message";
    templates::Template: "template";
    broadcasts::Broadcast: "broadcast";
}

impl Owned for workspaces::Workspace {
    const WHAT: &'static str = "workspace";

    fn workspace(&self) -> WorkspaceId {
        self.id
    }
}

/// The thing that an argument names, when the viewer holds a permission in its workspace.
pub(super) async fn find<I, T>(ctx: &Context<'_>, id: &ID, path: &[&str], permission: Permission) -> Result<T, Refusal>
where
    I: FromStr + Clone + Eq + Hash + Send + Sync + 'static,
    T: Owned,
    Finder: Loader<I, Value = T, Error = Failure>,
{
    let row = match id.parse::<I>() {
        Ok(id) => ctx.load(id).await?,
        Err(_) => None,
    };
    let row = row.ok_or_else(|| Refusal::not_found(path, T::WHAT))?;
    allow(ctx, row.workspace(), permission)
        .map_err(|refusal| refusal.unwrap_or_else(|| Refusal::not_found(path, T::WHAT)))?;
    Ok(row)
}

/// Whether the viewer holds a permission in a workspace; without a reason where even the workspace must not be known.
pub(super) fn allow(ctx: &Context<'_>, workspace: WorkspaceId, permission: Permission) -> Result<(), Option<Refusal>> {
    let viewer = ctx.viewer();
    if viewer.may(workspace, permission) {
        Ok(())
    } else if viewer.may(workspace, Permission::WorkspaceRead) {
        Err(Some(Error::Forbidden { permission: members::Permission::from(permission).code() }.into()))
    } else {
        Err(None)
    }
}

/// The thing that a mutation acts on, by its argument `id`.
pub(super) async fn subject<I, T>(ctx: &Context<'_>, id: &ID, permission: Permission) -> Result<T, Refusal>
where
    I: FromStr + Clone + Eq + Hash + Send + Sync + 'static,
    T: Owned,
    Finder: Loader<I, Value = T, Error = Failure>,
{
    find::<I, T>(ctx, id, &["id"], permission).await
}

/// The workspace that something is created in, by its argument `workspaceId`.
pub(super) async fn home(ctx: &Context<'_>, id: &ID, permission: Permission) -> Result<workspaces::Workspace, Refusal> {
    find::<WorkspaceId, _>(ctx, id, &["workspaceId"], permission).await
}
