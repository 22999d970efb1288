//! `@clerk template NAME` in a conversation: the template is filled for its contact and goes out as the member's own text. The post itself says only
//! which template was wanted, so the text is shown below it like one from the window. It is read so whenever the post says it: at first, or after it
//! was changed.

use super::{
    Message, Origin,
    outbound::{self, Draft},
    receive,
};
use crate::{Ctx, Error, Result, Tx, error::InvalidReason, ids::UserId, templates};

/// The word that asks for a template.
const WORD: &str = "template";

/// Whether a post asks for a template.
pub(super) fn is_wanted(is_to_app: bool, text: &str) -> bool {
    wanted(is_to_app, text).is_some()
}

/// What is wanted by a post, when it is a template.
fn wanted(is_to_app: bool, text: &str) -> Option<&str> {
    let (word, name) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    (is_to_app && word.eq_ignore_ascii_case(WORD)).then(|| name.trim())
}

/// The draft with its template filled in, when its post asks for one.
///
/// # Errors
/// [`Error::Invalid`] for a name that no template has, and for a field without a value.
pub(super) async fn filled(tx: &Tx, draft: Draft, is_to_app: bool) -> Result<Draft> {
    let Some(name) = wanted(is_to_app, &draft.body).map(str::to_owned) else { return Ok(draft) };
    if name.is_empty() {
        let how = "Write the name of a template behind it. “/clerk templates” lists all of them.";
        return Err(Error::invalid("name", InvalidReason::Required, how));
    }
    let template = templates::by_name(tx, draft.workspace.id, &name).await?;
    let (Some(to), Some(author)) = (draft.contact.number(), author(&draft)) else { return Ok(draft) };
    let body = templates::filled(tx, &draft.workspace, (&draft.number, &to), author, &template.body).await?;
    Ok(Draft { body, origin: Origin::Composed, ..draft })
}

fn author(draft: &Draft) -> Option<UserId> {
    draft.author.as_deref().and_then(|author| author.parse().ok())
}

/// Sends a template that was filled in, and shows it.
pub(super) async fn send(ctx: &Ctx, tx: &Tx, draft: &Draft) -> Result<Message> {
    let message = outbound::queue(ctx, tx, draft, |message| message).await?;
    receive::promise_in_thread(ctx, tx, &draft.workspace, &draft.number, &message).await?;
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::wanted;

    #[test]
    fn a_template_is_asked_for_by_naming_the_app() {
        assert_eq!(wanted(true, " Template  Opening hours "), Some("Opening hours"));
        assert_eq!(wanted(true, "template"), Some(""));
    }

    #[test]
    fn a_text_that_only_begins_like_it_is_none() {
        assert_eq!(wanted(false, "template hours"), None);
        assert_eq!(wanted(true, "templates are nice"), None);
    }
}
