//! Who does things: a person, or a program with a token. Rows name them by the id alone; a worker and the command line have none.

use async_graphql::{Context, ID, Interface, Result};
use domain::ids::{TokenId, UserId};

use super::{context::Ask, token::ApiToken, user::User};

/// Who can do things: a person, or a program with a token.
#[derive(Interface)]
#[graphql(
    field(name = "id", ty = "ID", desc = "Id of the actor."),
    field(name = "display_name", ty = "&str", desc = "Name to show.")
)]
pub(crate) enum Actor {
    User(User),
    ApiToken(ApiToken),
}

/// The actor whose id stands in a row; none for a worker, the command line, and a row without one.
pub(super) async fn of(ctx: &Context<'_>, code: Option<&str>) -> Result<Option<Actor>> {
    let Some(code) = code else { return Ok(None) };
    if let Ok(id) = code.parse::<UserId>() {
        return Ok(ctx.load(id).await?.map(|user| User(user).into()));
    }
    if let Ok(id) = code.parse::<TokenId>() {
        return Ok(ctx.load(id).await?.map(|token| ApiToken(token).into()));
    }
    Ok(None)
}
