//! Who is asking, as the API shows it.

use async_graphql::{Context, Object, Result};
use domain::{Error, ctx, members};

use super::{
    actor::{self, Actor},
    context::Ask,
    user::Membership,
};

/// The viewer of the request.
pub(crate) struct WhoAsks;

/// Who is asking.
#[Object(name = "Viewer")]
impl WhoAsks {
    /// The person or the token.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Actor> {
        let code = ctx.viewer().by().actor.code();
        Ok(actor::of(ctx, Some(&code)).await?.ok_or(Error::NotFound { what: "actor" })?)
    }

    /// Whether the viewer operates this installation.
    async fn is_operator(&self, ctx: &Context<'_>) -> bool {
        ctx.viewer().is_operator()
    }

    /// Workspaces that the viewer belongs to, by name.
    async fn memberships(&self, ctx: &Context<'_>) -> Result<Vec<Membership>> {
        let ctx::Actor::User(user) = ctx.viewer().by().actor else { return Ok(Vec::new()) };
        let rows = members::memberships_of(ctx.domain(), user).await?;
        let mut named = Vec::with_capacity(rows.len());
        for row in rows {
            named.push((ctx.must(row.workspace_id, "workspace").await?.name, row));
        }
        named.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(named.into_iter().map(|(_, row)| Membership(row)).collect())
    }
}
