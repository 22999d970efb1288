//! Where the conversations of a number begin in the chat, and what their own channels are called.

use super::{Number, Placement, lock, store};
use crate::{
    By, Ctx, Error, Result,
    audit::{self, Deed},
    error::InvalidReason,
    ids::{NumberId, WorkspaceId},
};

/// Longest start of the names of direct channels, in characters.
const LONGEST_PREFIX: usize = 20;

/// Where the conversations of a number begin; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoutingChange {
    /// Where a new conversation begins.
    pub starts_in: Option<Placement>,
    /// Start of the names of direct channels: lower case letters, digits, `-` and `_`.
    pub direct_prefix: Option<String>,
}

/// Changes where the conversations of a number begin. Those that have begun stay where they are.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for a prefix that no channel may have.
pub async fn set_routing(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    id: NumberId,
    change: RoutingChange,
) -> Result<Number> {
    let tx = ctx.database.begin().await?;
    let before = lock(&tx, workspace, id).await?;
    let starts_in = change.starts_in.unwrap_or(before.starts_in);
    let direct_prefix = checked(change.direct_prefix.unwrap_or_else(|| before.direct_prefix.clone()))?;
    store::set_routing(&tx, id, starts_in, &direct_prefix).await?;
    let deed = Deed {
        workspace: Some(workspace),
        action: "phoneNumberUpdate",
        summary: "Changed where conversations of a number begin.".to_owned(),
        subject: Some(id.to_string()),
        changes: serde_json::json!({
            "startsIn": [before.starts_in.code(), starts_in.code()],
            "directPrefix": [before.direct_prefix, direct_prefix],
        }),
    };
    audit::record(ctx, &tx, by, deed).await?;
    tx.commit().await?;
    Ok(Number { starts_in, direct_prefix, ..before })
}

fn checked(prefix: String) -> Result<String> {
    let refuse = |reason, message: &str| Err(Error::invalid("direct_channel_prefix", reason, message));
    if prefix.chars().count() > LONGEST_PREFIX {
        return refuse(InvalidReason::TooLarge, "The start of a channel’s name has at most 20 characters.");
    }
    let is_allowed = |sign: char| matches!(sign, '-' | '_') || (sign.is_alphanumeric() && !sign.is_uppercase());
    if !prefix.chars().all(is_allowed) {
        return refuse(InvalidReason::Invalid, "Use lower case letters, digits, hyphens and underscores only.");
    }
    Ok(prefix)
}

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn a_prefix_has_only_what_a_channel_may_have() {
        let is_good = |prefix: &str| checked(prefix.to_owned()).is_ok();
        assert!(["", "sms-", "kunden_", "смс-"].iter().all(|prefix| is_good(prefix)));
        assert!(["SMS-", "a b", "😀", "#x", &"x".repeat(21)].iter().all(|prefix| !is_good(prefix)));
    }
}
