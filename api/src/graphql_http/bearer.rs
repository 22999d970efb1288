//! Who asks: a program with `Authorization: Bearer clk_…`, or nobody in particular. A token that is wrong, over or revoked is refused instead
//! of being taken for nobody: else a program with an old token would see an empty world and believe it.

use domain::{Ctx, members};
use poem::{Request, http::StatusCode};
use secrecy::SecretString;

use super::answer::{Code, Refusal};
use crate::{graphql::Viewer, request_id::RequestId};

/// Finds out who asks.
///
/// # Errors
/// [`Refusal`] with 401 for a token that opens nothing, with 503 when the database does not answer.
pub(super) async fn viewer(ctx: &Ctx, request: &Request, id: &RequestId) -> Result<Viewer, Refusal> {
    let address = request.remote_addr().as_socket_addr().map(|address| address.ip().to_string());
    let anonymous = Viewer::anonymous(id.0.clone(), address);
    let Some(secret) = secret(request)? else { return Ok(anonymous) };
    match members::authenticate(ctx, &secret).await {
        Ok(Some(known)) => Ok(anonymous.with_token(&known.token)),
        Ok(None) => Err(unknown()),
        Err(error) => {
            tracing::error!(error = error.cause(), "A token could not be looked up.");
            let sentence = "The database does not answer. Try again in a moment.";
            Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable, sentence))
        }
    }
}

fn secret(request: &Request) -> Result<Option<SecretString>, Refusal> {
    let mut headers = request.headers().get_all("authorization").iter();
    let Some(header) = headers.next() else { return Ok(None) };
    let text = header.to_str().ok().filter(|_| headers.next().is_none()).ok_or_else(unknown)?;
    let (scheme, secret) = text.split_once(' ').ok_or_else(unknown)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(unknown());
    }
    Ok(Some(SecretString::from(secret.trim())))
}

fn unknown() -> Refusal {
    let sentence = "This token is unknown, expired or revoked. Send “Authorization: Bearer clk_…” with a valid one, or none at all.";
    Refusal::new(StatusCode::UNAUTHORIZED, Code::Unauthenticated, sentence)
}
