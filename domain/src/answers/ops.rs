//! Setting automatic answers, and finding which one is due.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{AnswerChange, AnswerSettings, Kind, Opening, Openings, hours, store};
use crate::{
    By, Ctx, Error, Result, Tx,
    audit::{self, Deed},
    contacts::Contact,
    error::InvalidReason,
    ids::{NumberId, WorkspaceId},
    numbers::{self, Number},
    outbox::{self, Promise, Task},
    sms,
    templates::{self, Facts, Field},
    workspaces::Workspace,
};

/// Fields that always have a value: nobody looks at an automatic answer before it goes out.
const FIELDS: [Field; 2] = [Field::WorkspaceName, Field::Number];

/// What is answered unless somebody writes something else.
const AWAY_TEXT: &str =
    "Thank you for your text. Nobody is here at this hour. We will answer when {{workspace.name}} is open again.";
const GREETING_TEXT: &str = "Thank you for texting {{workspace.name}}. We will answer as soon as we can.";

/// What is answered automatically in a workspace, its own settings first.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn list(ctx: &Ctx, workspace: WorkspaceId) -> Result<Vec<AnswerSettings>> {
    store::settings::all(ctx.database.reader(), workspace).await
}

/// What is answered on all numbers that have no settings of their own; as it is before anybody has changed it when nobody has.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn of_workspace(ctx: &Ctx, workspace: WorkspaceId) -> Result<AnswerSettings> {
    let known = store::settings::of_scope(ctx.database.reader(), workspace, None).await?;
    Ok(known.unwrap_or_else(|| untouched(ctx, workspace, None)))
}

/// Changes what is answered automatically: for a number, or for all numbers that have no settings of their own.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for hours, a time zone or a text that cannot be.
pub async fn update(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    number: Option<NumberId>,
    change: AnswerChange,
) -> Result<AnswerSettings> {
    let tx = ctx.database.begin().await?;
    let settings = update_in(ctx, &tx, by, (workspace, number), change).await?;
    tx.commit().await?;
    Ok(settings)
}

/// The same inside a transaction.
pub(crate) async fn update_in(
    ctx: &Ctx,
    tx: &Tx,
    by: &By,
    (workspace, number): (WorkspaceId, Option<NumberId>),
    change: AnswerChange,
) -> Result<AnswerSettings> {
    if let Some(number) = number {
        numbers::lock(tx, workspace, number).await?;
    }
    let before = of_scope(ctx, tx, workspace, number).await?;
    let row = AnswerSettings {
        time_zone: change.time_zone.map_or_else(|| Ok(before.time_zone.clone()), checked_zone)?,
        hours: change.hours.map_or_else(|| Ok(before.hours.clone()), |hours| hours::checked(hours).map(Openings))?,
        is_away_on: change.is_away_on.unwrap_or(before.is_away_on),
        away_text: change.away_text.map_or(Ok(before.away_text), |text| checked_text("away_text", &text))?,
        is_greeting_on: change.is_greeting_on.unwrap_or(before.is_greeting_on),
        greeting_text: change
            .greeting_text
            .map_or(Ok(before.greeting_text), |text| checked_text("greeting_text", &text))?,
        updated_at: ctx.now(),
        ..before
    };
    store::settings::save(tx, row.clone()).await?;
    recount_waiting(ctx, tx, workspace).await?;
    let deed = Deed {
        workspace: Some(workspace),
        action: "automaticAnswersUpdate",
        summary: "Changed what is answered automatically.".to_owned(),
        subject: Some(number.map_or_else(|| workspace.to_string(), |number| number.to_string())),
        changes: serde_json::json!({ "isAwayOn": row.is_away_on, "isGreetingOn": row.is_greeting_on }),
    };
    audit::record(ctx, tx, by, deed).await?;
    Ok(row)
}

/// Takes a number's own answers away, so that those of the workspace hold for it again.
///
/// # Errors
/// [`Error::NotFound`] when the number has none of its own.
pub async fn remove(ctx: &Ctx, by: &By, workspace: WorkspaceId, number: NumberId) -> Result<()> {
    let tx = ctx.database.begin().await?;
    remove_in(ctx, &tx, by, workspace, number).await?;
    tx.commit().await
}

/// The same inside a transaction.
pub(crate) async fn remove_in(ctx: &Ctx, tx: &Tx, by: &By, workspace: WorkspaceId, number: NumberId) -> Result<()> {
    if !store::settings::remove(tx, workspace, number).await? {
        return Err(Error::NotFound { what: "answer of this number alone" });
    }
    recount_waiting(ctx, tx, workspace).await?;
    let deed = Deed {
        workspace: Some(workspace),
        action: "automaticAnswersDelete",
        summary: "Took a number's own automatic answers away.".to_owned(),
        subject: Some(number.to_string()),
        changes: serde_json::json!({}),
    };
    audit::record(ctx, tx, by, deed).await
}

/// The settings of exactly this scope; as they are before anybody has changed them when there are none.
pub(crate) async fn of_scope(
    ctx: &Ctx,
    tx: &Tx,
    workspace: WorkspaceId,
    number: Option<NumberId>,
) -> Result<AnswerSettings> {
    let known = store::settings::of_scope(tx, workspace, number).await?;
    Ok(known.unwrap_or_else(|| untouched(ctx, workspace, number)))
}

fn untouched(ctx: &Ctx, workspace: WorkspaceId, number: Option<NumberId>) -> AnswerSettings {
    AnswerSettings {
        id: ctx.id(),
        workspace_id: workspace,
        number_id: number,
        time_zone: None,
        hours: Openings::default(),
        is_away_on: false,
        away_text: AWAY_TEXT.to_owned(),
        is_greeting_on: false,
        greeting_text: GREETING_TEXT.to_owned(),
        updated_at: ctx.now(),
    }
}

fn checked_zone(zone: Option<String>) -> Result<Option<String>> {
    let zone = zone.map(|zone| zone.trim().to_owned()).filter(|zone| !zone.is_empty());
    let is_known = zone.as_ref().is_none_or(|zone| zone.parse::<Tz>().is_ok());
    let message = "There is no such time zone. Write one like America/New_York.";
    if is_known { Ok(zone) } else { Err(Error::invalid("time_zone", InvalidReason::Invalid, message)) }
}

fn checked_text(field: &'static str, text: &str) -> Result<String> {
    let text = text.replace('\0', "").trim().to_owned();
    if text.is_empty() {
        return Err(Error::invalid(field, InvalidReason::Required, "Write what is answered, or turn the answer off."));
    }
    sms::check_length(&text).map_err(|long| Error::invalid(field, InvalidReason::TooLarge, long.to_string()))?;
    check_text(&text).map_err(|error| Error::invalid(field, InvalidReason::Invalid, error.to_string()))?;
    Ok(text)
}

/// The settings of a number that is set apart.
pub(crate) async fn own(tx: &Tx, number: &Number) -> Result<Option<AnswerSettings>> {
    store::settings::of_scope(tx, number.workspace_id, Some(number.id)).await
}

/// Whether a text can be an automatic answer; an empty one can.
///
/// # Errors
/// [`Error::Invalid`] for a field that may have no value.
pub(crate) fn check_text(text: &str) -> Result<()> {
    templates::check_for(text, &FIELDS)
}

/// The business hours of a number, or of a workspace, and the zone that they are in; none when nobody has set any.
pub(crate) async fn hours_of(tx: &Tx, workspace: &Workspace, number: Option<NumberId>) -> Result<(Vec<Opening>, Tz)> {
    let own = match number {
        Some(number) => store::settings::of_scope(tx, workspace.id, Some(number)).await?,
        None => None,
    };
    let settings = match own {
        Some(own) => Some(own),
        None => store::settings::of_scope(tx, workspace.id, None).await?,
    };
    Ok(settings.map_or((Vec::new(), Tz::UTC), |settings| (settings.hours.0.clone(), settings.zone(workspace))))
}

/// Promises that the time of everybody who waits for an answer is counted anew: the hours have changed, or what is counted in them.
pub(crate) async fn recount_waiting(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId) -> Result<()> {
    let recount = Promise::new(Task::RecountWaiting { workspace }).of(workspace);
    outbox::append_unless_waiting(ctx, tx, recount.in_order_of(format!("waiting:{workspace}"))).await
}

/// What holds for a number, when anything is answered on it.
pub(crate) async fn effective(tx: &Tx, number: &Number) -> Result<Option<AnswerSettings>> {
    let settings = match own(tx, number).await? {
        Some(own) => Some(own),
        None => store::settings::of_scope(tx, number.workspace_id, None).await?,
    };
    Ok(settings.filter(|settings| settings.is_away_on || settings.is_greeting_on))
}

impl AnswerSettings {
    /// Zone of the hours.
    pub fn zone(&self, workspace: &Workspace) -> Tz {
        self.time_zone.as_deref().unwrap_or(&workspace.time_zone).parse().unwrap_or(Tz::UTC)
    }

    /// Whether somebody is there at an instant.
    pub fn is_open(&self, workspace: &Workspace, at: DateTime<Utc>) -> bool {
        hours::is_open(&self.hours.0, at, self.zone(workspace))
    }

    /// What is answered to a text. That nobody is there matters more than a greeting, and one answer is enough.
    pub(crate) fn due(&self, workspace: &Workspace, at: DateTime<Utc>, is_first: bool) -> Option<Kind> {
        if self.is_away_on && !self.is_open(workspace, at) {
            return Some(Kind::Away);
        }
        (self.is_greeting_on && is_first).then_some(Kind::Greeting)
    }
}

/// What an answer says.
pub(crate) fn filled(settings: &AnswerSettings, kind: Kind, workspace: &Workspace, number: &Number) -> Result<String> {
    let text = match kind {
        Kind::Away => &settings.away_text,
        Kind::Greeting => &settings.greeting_text,
    };
    let facts =
        Facts { workspace_name: Some(workspace.name.clone()), number: Some(number.shown()), ..Facts::default() };
    templates::fill(text, &facts)
}

/// Notes that a contact is given an answer now. False when they had it already.
pub(crate) async fn give(ctx: &Ctx, tx: &Tx, contact: &Contact, kind: Kind) -> Result<bool> {
    let now = ctx.now();
    let since = match kind {
        Kind::Away => now - super::AWAY_AGAIN,
        Kind::Greeting => DateTime::UNIX_EPOCH,
    };
    store::given::note(tx, (contact.workspace_id, contact.id), kind, (now, since)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_that_we_suggest_may_be_saved() {
        assert!([AWAY_TEXT, GREETING_TEXT].iter().all(|text| checked_text("away_text", text).is_ok()));
    }

    #[test]
    fn a_text_with_a_field_that_may_lack_a_value_is_refused() {
        assert!(checked_text("away_text", "Hi {{contact.name}}").is_err());
    }

    #[test]
    fn a_time_zone_is_one_that_there_is() {
        assert!(checked_zone(Some("America/New_York".to_owned())).is_ok());
        assert!(checked_zone(Some("New York".to_owned())).is_err());
        assert_eq!(checked_zone(Some(" ".to_owned())).expect("none"), None);
    }
}
