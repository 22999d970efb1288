//! Errors that a person can cause or mend: typed, in the payload, each with what the page needs to help. The one table from the domain's errors to
//! them is [`user_error`]; what no person can mend goes on as a top-level error (see `report`).

use std::sync::Arc;

use async_graphql::{Context, Enum, Interface, Result, SimpleObject};
use domain::{Error, catalog, contacts, error::InvalidReason, ids::WorkspaceId, phone};

use super::{
    blocking::OptOut,
    context::Ask,
    country::Country,
    loaders::Failure,
    node::{self, Node},
    plan::Plan,
    provider_event::ProviderKind,
    scalars::int,
    usage::UsagePeriod,
};

/// Why a mutation did nothing, for the person who asked. Select `message` and `path` always, and the
/// fields of those types that the page can help with; new types come without notice.
#[derive(Interface)]
#[graphql(
    field(name = "message", ty = "&String", desc = "Sentence to show."),
    field(
        name = "path",
        ty = "&Vec<String>",
        desc = "Argument that caused it, such as `[\"input\", \"body\"]`; empty when it was none in particular."
    )
)]
pub(crate) enum UserError {
    Input(InputError),
    Conflict(ConflictError),
    UsageLimit(UsageLimitError),
    PlanLimit(PlanLimitError),
    OptedOut(OptedOutError),
    CountryNotEnabled(CountryNotEnabledError),
    MediaTooLarge(MediaTooLargeError),
    Provider(ProviderError),
}

/// An argument has a value that it cannot have.
#[derive(SimpleObject)]
pub(crate) struct InputError {
    /// Sentence to show.
    pub(super) message: String,
    /// Argument that caused it.
    pub(super) path: Vec<String>,
    /// What is wrong with the value.
    pub(super) reason: InputErrorReason,
}

/// What can be wrong with the value of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "InvalidReason")]
pub(crate) enum InputErrorReason {
    /// It is missing.
    Required,
    /// It has not the right form.
    Invalid,
    /// It is too long or too large.
    TooLarge,
    /// It is too short or too small.
    TooSmall,
    /// It must be unique and is not.
    Taken,
    /// It names an object that does not exist, or that the viewer may not see.
    NotFound,
}

/// The object is in a state that does not allow it.
#[derive(SimpleObject)]
pub(crate) struct ConflictError {
    /// Sentence to show.
    message: String,
    /// Argument that caused it.
    path: Vec<String>,
    /// Object that stands in the way, as it is now; null when it is none that the viewer may see.
    conflict: Option<Node>,
}

/// The allowance of the period is used up.
#[derive(SimpleObject)]
pub(crate) struct UsageLimitError {
    /// Sentence to show.
    message: String,
    /// Argument that caused it.
    path: Vec<String>,
    /// Period whose limit is reached.
    usage: UsagePeriod,
    /// Cheapest plan that would allow it; null when there is none.
    suggested_plan: Option<Plan>,
}

/// The plan does not include it, or not so many.
#[derive(SimpleObject)]
pub(crate) struct PlanLimitError {
    /// Sentence to show.
    message: String,
    /// Argument that caused it.
    path: Vec<String>,
    /// Plan of the workspace.
    plan: Plan,
    /// Cheapest plan that would allow it; null when there is none.
    suggested_plan: Option<Plan>,
}

/// The recipient has opted out of texts.
#[derive(SimpleObject)]
pub(crate) struct OptedOutError {
    /// Sentence to show.
    message: String,
    /// Argument that caused it.
    path: Vec<String>,
    /// The opt-out.
    opt_out: OptOut,
}

/// The country is not enabled for the workspace.
#[derive(SimpleObject)]
pub(crate) struct CountryNotEnabledError {
    /// Sentence to show.
    message: String,
    /// Argument that caused it.
    path: Vec<String>,
    /// The country.
    country: Country,
}

/// There are more attachments than can go with a text, or one is larger.
#[derive(SimpleObject)]
pub(crate) struct MediaTooLargeError {
    /// Sentence to show.
    message: String,
    /// Argument that caused it.
    path: Vec<String>,
    /// Most attachments of a text.
    limit_count: i32,
    /// Largest size of an attachment, in bytes.
    limit_bytes: i32,
}

/// The carrier, Slack or the payment provider refused, or did not answer.
#[derive(SimpleObject)]
pub(crate) struct ProviderError {
    /// Sentence to show.
    message: String,
    /// Argument that caused it.
    path: Vec<String>,
    /// Who refused.
    provider: ProviderKind,
    /// Whether the same request may succeed later.
    is_retryable: bool,
}

/// Why an operation was not done.
pub(super) enum Refusal {
    /// An argument, found wrong here.
    Input(InputError),
    /// What the domain said, and of which workspace it was asked.
    Cause(Failure, Option<WorkspaceId>),
}

impl Refusal {
    /// An argument that cannot be, by its path.
    pub(super) fn input(path: &[&str], reason: InputErrorReason, message: impl Into<String>) -> Self {
        let path = path.iter().map(|&part| part.to_owned()).collect();
        Self::Input(InputError { message: message.into(), path, reason })
    }

    /// An argument that names nothing that the viewer may see. It reads the same whether there is no such thing or it is somebody else's.
    pub(super) fn not_found(path: &[&str], what: &'static str) -> Self {
        Self::input(path, InputErrorReason::NotFound, Error::NotFound { what }.to_string())
    }

    /// What the domain said about a workspace.
    pub(super) fn of(workspace: WorkspaceId) -> impl FnOnce(Error) -> Self {
        move |cause| Self::Cause(Arc::new(cause), Some(workspace))
    }
}

impl From<Error> for Refusal {
    fn from(cause: Error) -> Self {
        Self::Cause(Arc::new(cause), None)
    }
}

impl From<Failure> for Refusal {
    fn from(cause: Failure) -> Self {
        Self::Cause(cause, None)
    }
}

/// The error for the payload; a top-level one when no person can mend it.
pub(super) async fn user_error(ctx: &Context<'_>, refusal: Refusal) -> Result<UserError> {
    let (cause, workspace) = match refusal {
        Refusal::Input(error) => return Ok(error.into()),
        Refusal::Cause(cause, workspace) => (cause, workspace),
    };
    let message = cause.to_string();
    Ok(match (&*cause, workspace) {
        (Error::Invalid { field, reason, .. }, _) => {
            InputError { message, path: path_of(ctx, field), reason: (*reason).into() }.into()
        }
        (Error::NotFound { .. }, _) => {
            InputError { message, path: path_of_subject(ctx), reason: InputErrorReason::NotFound }.into()
        }
        (Error::Conflict { .. }, _) => {
            ConflictError { message, path: Vec::new(), conflict: subject(ctx).await? }.into()
        }
        (Error::LimitReached(limit), Some(workspace)) => {
            let wanted = limit.used.saturating_add(limit.wanted);
            let suggested_plan = suggested(|plan| plan.included_segments >= wanted);
            let usage = UsagePeriod::current(ctx, workspace).await?;
            UsageLimitError { message, path: Vec::new(), usage, suggested_plan }.into()
        }
        (Error::PlanLimit { .. }, Some(workspace)) => plan_limit(ctx, message, workspace).await?.into(),
        (Error::OptedOut { opt_out }, _) => {
            let row = contacts::find_opt_outs(ctx.domain(), &[*opt_out]).await?.pop();
            let opt_out = OptOut(row.ok_or(Error::NotFound { what: "opt-out" })?);
            OptedOutError { message, path: path_of(ctx, "to"), opt_out }.into()
        }
        (Error::CountryNotEnabled { country, .. }, _) => {
            let code: phone::CountryCode = country.parse()?;
            let country = Country(phone::Country::find(code).ok_or(Error::NotFound { what: "country" })?);
            CountryNotEnabledError { message, path: path_of(ctx, "number"), country }.into()
        }
        (Error::TooMuchMedia { most_files, most_bytes, .. }, _) => {
            let path = path_of(ctx, "media_urls");
            MediaTooLargeError { message, path, limit_count: int(*most_files), limit_bytes: int(*most_bytes) }.into()
        }
        (Error::Unavailable { what, .. }, _) if provider(what).is_some() => {
            let provider = provider(what).unwrap_or(ProviderKind::Carrier);
            ProviderError { message, path: Vec::new(), provider, is_retryable: true }.into()
        }
        _ => return Err(cause.into()),
    })
}

async fn plan_limit(ctx: &Context<'_>, message: String, workspace: WorkspaceId) -> Result<PlanLimitError> {
    let workspace = ctx.must(workspace, "workspace").await?;
    let plan = catalog::plan(&workspace.plan);
    let suggested_plan = suggested(|other| other.number_limit > plan.number_limit);
    Ok(PlanLimitError { message, path: Vec::new(), plan: Plan(plan), suggested_plan })
}

fn suggested(would_do: impl Fn(&catalog::Plan) -> bool) -> Option<Plan> {
    catalog::plans().into_iter().find(|plan| would_do(plan)).map(Plan)
}

/// Which kind of provider the domain means by a word; none for our own database.
fn provider(what: &str) -> Option<ProviderKind> {
    match what {
        "carrier" => Some(ProviderKind::Carrier),
        "chat" => Some(ProviderKind::Chat),
        _ => None,
    }
}

/// Names of the arguments that the caller gave.
fn is_given(ctx: &Context<'_>, name: &str) -> bool {
    ctx.item.node.arguments.iter().any(|(argument, _)| argument.node == name)
}

/// Path of an argument by its name in the domain: an argument of its own, or a part of `input`.
fn path_of(ctx: &Context<'_>, field: &str) -> Vec<String> {
    let name = camel(field);
    if !is_given(ctx, &name) && is_given(ctx, "input") { vec!["input".to_owned(), name] } else { vec![name] }
}

/// Argument that names what a mutation acts on.
fn path_of_subject(ctx: &Context<'_>) -> Vec<String> {
    let given = ["id", "name", "workspaceId"].into_iter().find(|name| is_given(ctx, name));
    given.map(str::to_owned).into_iter().collect()
}

/// What a mutation acts on, as it is now.
async fn subject(ctx: &Context<'_>) -> Result<Option<Node>> {
    let id = ctx.field().arguments()?.into_iter().find(|(name, _)| name == "id");
    match id {
        Some((_, async_graphql::Value::String(id))) => node::find(ctx, &id).await,
        _ => Ok(None),
    }
}

/// `snake_case` as `camelCase`.
fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut camel, part| {
        let (head, rest) = part.split_at(part.len().min(1));
        camel.push_str(&head.to_ascii_uppercase());
        camel.push_str(rest);
        camel
    })
}
