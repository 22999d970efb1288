//! Which posts in a channel go out as texts. Unless someone has chosen, everything does in a channel of the team alone, and only what is addressed
//! to the app where guests, other companies or other apps read along: nothing is said to a customer by mistake.

use super::{KnownChannel, store};
use crate::{
    By, Ctx, Error, Result, Tx,
    audit::{self, Deed},
    contracts::chat::{Company, Part, Post, Span},
    ids::WorkspaceId,
};

/// Which posts in a channel go out as texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SendMode {
    /// What is written is sent.
    #[default]
    Auto,
    /// Only what is addressed to the app, buttons and commands.
    Explicit,
    /// What its author confirms.
    Confirm,
}

crate::codes!(SendMode { Auto = "auto", Explicit = "explicit", Confirm = "confirm" });

impl KnownChannel {
    /// Which posts in it go out as texts.
    pub fn effective_mode(&self) -> SendMode {
        let by_company = || if self.has_company() { SendMode::Explicit } else { SendMode::Auto };
        self.send_mode.unwrap_or_else(by_company)
    }

    /// Whether others than the members of the team read along.
    pub(crate) fn has_company(&self) -> bool {
        self.company.as_ref().is_some_and(|company| !company.is_empty())
    }

    /// Who reads along besides the members of the team; nobody before anyone looked.
    pub fn company(&self) -> Company {
        let words: Vec<&str> = self.company.iter().flat_map(|words| words.split(' ')).collect();
        let [has_guests, is_shared, has_other_apps] = ["guests", "shared", "apps"].map(|word| words.contains(&word));
        Company { has_guests, is_shared, has_other_apps }
    }
}

/// Which posts in a channel go out as texts.
pub(crate) async fn send_mode(tx: &Tx, workspace: WorkspaceId, channel: &str) -> Result<SendMode> {
    let known = store::channels::by_id(tx, workspace, channel).await?;
    Ok(known.map_or_else(SendMode::default, |known| known.effective_mode()))
}

/// Chooses which posts in a channel go out as texts; without a choice it is left to who reads along. The channel as it is then.
///
/// # Errors
/// [`Error::NotFound`] for a channel in which the workspace has no conversations.
pub async fn set_send_mode(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    channel: &str,
    mode: impl Into<Option<SendMode>>,
) -> Result<KnownChannel> {
    let mode = mode.into();
    let tx = ctx.database.begin().await?;
    let known = set_send_mode_in(ctx, &tx, by, (workspace, channel), mode).await?;
    tx.commit().await?;
    Ok(known)
}

/// The same, in a transaction of more.
pub(crate) async fn set_send_mode_in(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    (workspace, channel): (WorkspaceId, &str),
    mode: Option<SendMode>,
) -> Result<KnownChannel> {
    let before = store::channels::lock(tx, workspace, channel).await?.ok_or(Error::NotFound { what: "channel" })?;
    if before.send_mode == mode {
        return Ok(before);
    }
    let after = KnownChannel { send_mode: mode, ..before.clone() };
    store::channels::set_send_mode(tx, workspace, channel, mode).await?;
    let deed = Deed {
        workspace: Some(workspace),
        action: "sendModeSet",
        summary: format!("Chose which posts go out in #{}.", after.name.as_deref().unwrap_or(channel)),
        subject: Some(channel.to_owned()),
        changes: serde_json::json!({
            "sendMode": { "before": before.effective_mode().code(), "after": after.effective_mode().code() },
            "isChosen": { "before": before.send_mode.is_some(), "after": after.send_mode.is_some() },
        }),
    };
    audit::record(ctx, tx, by, deed).await?;
    Ok(after)
}

/// Tells a channel which posts in it go out from now on, and why.
pub(super) fn explanation(company: Company, key: String) -> Post {
    let text = |text: &str| Span::Text(text.to_owned());
    let who = match company {
        Company { is_shared: true, .. } => Some("people of other companies"),
        Company { has_guests: true, .. } => Some("guests"),
        Company { has_other_apps: true, .. } => Some("other apps"),
        _ => None,
    };
    let line = match who {
        Some(who) => vec![
            Span::Bold(format!("There are {who} in this channel. ")),
            text(
                "So that nothing is sent by mistake, only what is addressed to me goes out as a text: begin with @clerk. Everything else stays here.",
            ),
        ],
        None => vec![text(
            "Everyone in this channel is of your team again, so what is written in a conversation is sent again.",
        )],
    };
    Post { key, author: None, parts: vec![Part::Text(line)] }
}

/// Company in words, as it is kept.
pub(super) fn words_of(company: Company) -> String {
    let found = [(company.has_guests, "guests"), (company.is_shared, "shared"), (company.has_other_apps, "apps")];
    found.iter().filter(|(is_so, _)| *is_so).map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(send_mode: Option<SendMode>, company: Option<&str>) -> KnownChannel {
        let workspace = uuid::Uuid::nil().into();
        KnownChannel { send_mode, company: company.map(str::to_owned), ..KnownChannel::new(workspace, "C1", None) }
    }

    #[test]
    fn a_channel_of_the_team_alone_sends_what_is_written() {
        assert_eq!([None, Some("")].map(|company| channel(None, company).effective_mode()), [SendMode::Auto; 2]);
    }

    #[test]
    fn each_kind_of_company_makes_a_channel_explicit() {
        let kinds = [
            Company { has_guests: true, ..Company::default() },
            Company { is_shared: true, ..Company::default() },
            Company { has_other_apps: true, ..Company::default() },
        ];
        let modes = kinds.map(|company| channel(None, Some(&words_of(company))).effective_mode());
        assert_eq!(modes, [SendMode::Explicit; 3]);
    }

    #[test]
    fn the_company_of_a_channel_is_read_as_it_was_written() {
        let all = [true, false].into_iter().flat_map(|first| [true, false].map(|second| (first, second)));
        for (has_guests, is_shared) in all {
            let company = Company { has_guests, is_shared, has_other_apps: has_guests != is_shared };
            assert_eq!(channel(None, Some(&words_of(company))).company(), company);
        }
        assert_eq!(channel(None, None).company(), Company::default());
    }

    #[test]
    fn what_somebody_has_chosen_holds_in_any_company() {
        assert_eq!(channel(Some(SendMode::Confirm), Some("guests")).effective_mode(), SendMode::Confirm);
    }
}
