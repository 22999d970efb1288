//! Automatic answers: outside business hours, and to a first text. They are set for all numbers of a workspace, and for a number that is different.

use async_graphql::{Context, Enum, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};
use domain::{
    answers::{self, AnswerChange, AnswerSettings, Day, Opening},
    error::InvalidReason,
    ids::NumberId,
    numbers::Number,
    workspaces,
};

use super::{
    access::{self, Owned},
    auth::{Permission, auth, holds},
    context::Ask,
    errors::Refusal,
    payload::{answer, payload},
    phone_number::PhoneNumber,
    scalars::Instant,
};

/// What is answered automatically.
pub(crate) struct AutomaticAnswers {
    settings: AnswerSettings,
    workspace: workspaces::Workspace,
}

/// What is answered automatically: for a number, or for all numbers that have nothing of their own. An answer counts like any text.
#[Object]
impl AutomaticAnswers {
    /// Number that it is for; null for all numbers that have nothing of their own.
    async fn phone_number(&self, ctx: &Context<'_>) -> Result<Option<PhoneNumber>> {
        match self.settings.number_id {
            Some(number) => Ok(Some(PhoneNumber(ctx.must(number, "number").await?))),
            None => Ok(None),
        }
    }

    /// IANA time zone of the business hours, such as `America/New_York`.
    async fn time_zone(&self) -> String {
        self.settings.zone(&self.workspace).to_string()
    }

    /// When somebody is there; without any, nobody ever is.
    async fn business_hours(&self) -> Vec<BusinessHours> {
        self.settings.hours.0.iter().map(|opening| BusinessHours::from(*opening)).collect()
    }

    /// Whether somebody is there now, by the business hours.
    async fn is_open(&self, ctx: &Context<'_>) -> bool {
        self.settings.is_open(&self.workspace, ctx.domain().now())
    }

    /// Whether texts outside business hours are answered, at most once in four hours to each contact.
    async fn is_away_on(&self) -> bool {
        self.settings.is_away_on
    }

    /// What is answered outside business hours.
    async fn away_text(&self) -> &str {
        &self.settings.away_text
    }

    /// Whether the first text of a contact is answered.
    async fn is_greeting_on(&self) -> bool {
        self.settings.is_greeting_on
    }

    /// What is answered to a first text.
    async fn greeting_text(&self) -> &str {
        &self.settings.greeting_text
    }

    /// When it was last changed.
    async fn updated_at(&self) -> Instant {
        Instant(self.settings.updated_at)
    }
}

/// Time in a week during which somebody is there.
#[derive(SimpleObject)]
pub(crate) struct BusinessHours {
    /// Day on which it begins.
    day: Weekday,
    /// When it begins, by the clock on the wall: `9:00`.
    opens: String,
    /// When it ends: `17:00`. Not later than it begins: on the next day.
    closes: String,
}

impl From<Opening> for BusinessHours {
    fn from(opening: Opening) -> Self {
        let clock = |minutes: u16| format!("{}:{:02}", minutes / 60, minutes % 60);
        Self { day: opening.day.into(), opens: clock(opening.from_minute), closes: clock(opening.to_minute) }
    }
}

/// Day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Day")]
pub(crate) enum Weekday {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

/// Time in a week during which somebody is there.
#[derive(InputObject)]
pub(crate) struct BusinessHoursInput {
    /// Day on which it begins.
    day: Weekday,
    /// When it begins, by the clock on the wall: `9:00`.
    opens: String,
    /// When it ends: `17:00`, at most `24:00`. Not later than it begins: on the next day.
    closes: String,
}

impl BusinessHoursInput {
    fn read(&self) -> Result<Opening, domain::Error> {
        let minute = |time: &str| {
            answers::minute(time).ok_or_else(|| {
                let message = format!("“{time}” is no time of day. Write one like 9:00 or 17:30.");
                domain::Error::invalid("business_hours", InvalidReason::Invalid, message)
            })
        };
        Ok(Opening { day: self.day.into(), from_minute: minute(&self.opens)?, to_minute: minute(&self.closes)? })
    }
}

/// What can be changed of automatic answers.
#[derive(InputObject)]
pub(crate) struct AutomaticAnswersInput {
    /// Number that is to be different from the others; all others when left out.
    phone_number_id: Option<ID>,
    /// IANA time zone of the business hours; null for that of the workspace.
    time_zone: MaybeUndefined<String>,
    /// When somebody is there; they replace those that there are.
    business_hours: Option<Vec<BusinessHoursInput>>,
    /// Whether texts outside business hours are answered.
    is_away_on: Option<bool>,
    /// What is answered outside business hours; may hold `{{workspace.name}}` and `{{number}}`.
    away_text: Option<String>,
    /// Whether the first text of a contact is answered.
    is_greeting_on: Option<bool>,
    /// What is answered to a first text; may hold `{{workspace.name}}` and `{{number}}`.
    greeting_text: Option<String>,
}

payload! {
    /// Answer of mutations of automatic answers.
    AutomaticAnswersPayload {
        /// What is answered automatically; null when there are errors.
        automatic_answers: AutomaticAnswers,
    }
}

/// What is answered automatically in a workspace, that for all numbers first.
pub(super) async fn list(ctx: &Context<'_>, workspace: &workspaces::Workspace) -> Result<Vec<AutomaticAnswers>> {
    let rows = answers::list(ctx.domain(), workspace.id).await?;
    Ok(rows.into_iter().map(|settings| AutomaticAnswers { settings, workspace: workspace.clone() }).collect())
}

/// Mutations of automatic answers.
#[derive(Default)]
pub(crate) struct AutomaticAnswersMutations;

#[Object]
impl AutomaticAnswersMutations {
    /// Sets what is answered automatically.
    #[graphql(directive = auth::apply(Permission::SettingsManage), guard = "holds(Permission::SettingsManage)")]
    async fn automatic_answers_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Workspace that answers.")] workspace_id: ID,
        #[graphql(desc = "New values; what is left out stays.")] input: AutomaticAnswersInput,
    ) -> Result<AutomaticAnswersPayload> {
        answer(ctx, update(ctx, &workspace_id, input).await, AutomaticAnswersPayload::done).await
    }

    /// Takes a number's own automatic answers away. Those for all numbers hold for it again; they are returned.
    #[graphql(directive = auth::apply(Permission::SettingsManage), guard = "holds(Permission::SettingsManage)")]
    async fn automatic_answers_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number that is to be like the others.")] phone_number_id: ID,
    ) -> Result<AutomaticAnswersPayload> {
        answer(ctx, delete(ctx, &phone_number_id).await, AutomaticAnswersPayload::done).await
    }
}

async fn delete(ctx: &Context<'_>, number: &ID) -> Result<AutomaticAnswers, Refusal> {
    let permission = Permission::SettingsManage;
    let number = access::find::<NumberId, Number>(ctx, number, &["phoneNumberId"], permission).await?;
    let id = number.workspace_id;
    answers::remove(ctx.domain(), ctx.viewer().by(), id, number.id).await?;
    let workspace = ctx.must(id, "workspace").await?;
    let settings = answers::of_workspace(ctx.domain(), id).await?;
    Ok(AutomaticAnswers { settings, workspace })
}

async fn update(ctx: &Context<'_>, workspace: &ID, input: AutomaticAnswersInput) -> Result<AutomaticAnswers, Refusal> {
    let permission = Permission::SettingsManage;
    let workspace = access::home(ctx, workspace, permission).await?;
    let number = match &input.phone_number_id {
        Some(id) => {
            let path = &["input", "phoneNumberId"];
            let number = access::find::<NumberId, Number>(ctx, id, path, permission).await?;
            let is_own = number.workspace_id == workspace.id;
            Some(is_own.then_some(number.id).ok_or_else(|| Refusal::not_found(path, Number::WHAT))?)
        }
        None => None,
    };
    let hours = input.business_hours.map(|hours| hours.iter().map(BusinessHoursInput::read).collect());
    let change = AnswerChange {
        time_zone: match input.time_zone {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(zone) => Some(Some(zone)),
        },
        hours: hours.transpose()?,
        is_away_on: input.is_away_on,
        away_text: input.away_text,
        is_greeting_on: input.is_greeting_on,
        greeting_text: input.greeting_text,
    };
    let settings = answers::update(ctx.domain(), ctx.viewer().by(), workspace.id, number, change).await?;
    Ok(AutomaticAnswers { settings, workspace })
}
