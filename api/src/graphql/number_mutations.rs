//! Numbers for sale, and claiming, renaming, routing and releasing them.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use domain::{
    contracts::carrier::{AvailableNumber, NumberWish},
    conversations,
    ids::NumberId,
    numbers::{self, Claim, Number, ReplySettings, RoutingChange},
    phone::PhoneNumber as Phone,
};

use super::{
    access,
    auth::{Permission, auth, holds},
    context::Ask,
    conversation::ConversationPlacement,
    country::{Country, PhoneNumberType},
    errors::{InputErrorReason, Refusal},
    payload::{answer, payload},
    phone_number::{PhoneNumber, PhoneNumberCapability},
    report,
    scalars::{CountryCode, E164},
};

/// Most numbers for sale that are asked for at once.
const FOR_SALE_MAX: i32 = 50;

/// A number for sale.
pub(crate) struct AvailablePhoneNumber(AvailableNumber);

/// Number that the carrier has for sale.
#[Object]
impl AvailablePhoneNumber {
    /// The number itself.
    async fn number(&self) -> E164 {
        self.0.number.into()
    }

    /// Country of the number.
    async fn country(&self) -> Result<Country> {
        let found = Country::find(self.0.number.country().as_str());
        Ok(found.ok_or(domain::Error::NotFound { what: "country" })?)
    }

    /// Type of the number.
    #[graphql(name = "type")]
    async fn kind(&self) -> PhoneNumberType {
        self.0.kind.into()
    }

    /// Town and region, such as `Oakland, CA`; null for numbers without one.
    async fn locality(&self) -> Option<&str> {
        self.0.locality.as_deref()
    }

    /// What it can carry.
    async fn capabilities(&self) -> Vec<PhoneNumberCapability> {
        PhoneNumberCapability::of(self.0.capabilities)
    }
}

/// Which numbers to look for.
#[derive(InputObject)]
pub(crate) struct AvailablePhoneNumberFilter {
    /// Country to look in.
    country: CountryCode,
    /// Type of the number.
    #[graphql(name = "type", default_with = "PhoneNumberType::Local")]
    kind: PhoneNumberType,
    /// Area code that it has.
    area_code: Option<String>,
    /// Digits or letters that it contains, such as `555` or `PIZZA`.
    contains: Option<String>,
    /// What it must be able to carry.
    #[graphql(default_with = "vec![PhoneNumberCapability::Sms]")]
    capabilities: Vec<PhoneNumberCapability>,
}

/// Asks the carrier, for who is signed in: a stranger must not be able to make us call it.
pub(super) async fn for_sale(
    ctx: &Context<'_>,
    filter: AvailablePhoneNumberFilter,
    first: i32,
) -> Result<Vec<AvailablePhoneNumber>> {
    if !ctx.viewer().is_signed_in() {
        return Err(report::unauthenticated());
    }
    if !(1..=FOR_SALE_MAX).contains(&first) {
        let message = format!("`first` is 1 to {FOR_SALE_MAX}.");
        return Err(domain::Error::invalid("first", domain::error::InvalidReason::Invalid, message).into());
    }
    let wish = NumberWish {
        country: filter.country.0.to_string(),
        kind: filter.kind.into(),
        area_code: filter.area_code,
        contains: filter.contains,
        capabilities: PhoneNumberCapability::wish(&filter.capabilities),
        limit: u16::try_from(first).unwrap_or_default(),
    };
    let found = numbers::search(&*ctx.state().carrier, &wish).await?;
    Ok(found.into_iter().map(AvailablePhoneNumber).collect())
}

/// Number to claim.
#[derive(InputObject)]
pub(crate) struct PhoneNumberClaimInput {
    /// Number, as `availablePhoneNumbers` gave it.
    number: E164,
    /// Name for it.
    label: Option<String>,
}

/// What can be changed of a number.
#[derive(InputObject)]
pub(crate) struct PhoneNumberInput {
    /// Name for it; null takes it away.
    label: MaybeUndefined<String>,
    /// Where its texts go.
    routing: Option<RoutingInput>,
}

/// Where the texts of a number go in Slack.
#[derive(InputObject)]
pub(crate) struct RoutingInput {
    /// Id of the shared channel in Slack. A private one must have the app in it; it takes effect as soon as the app is there.
    shared_channel_id: Option<String>,
    /// Where a new conversation starts.
    default_placement: Option<ConversationPlacement>,
    /// Start of the names of direct channels: lower case letters, digits, `-` and `_`.
    direct_channel_prefix: Option<String>,
    /// Silence after which a text is announced in the channel again, in seconds.
    quiet_seconds: Option<i32>,
    /// How long a reply can be taken back before it is sent, in seconds.
    undo_seconds: Option<i32>,
}

payload! {
    /// Answer of mutations of a number.
    PhoneNumberPayload {
        /// The number; null when there are errors.
        phone_number: PhoneNumber,
    }
}

/// Mutations of numbers.
#[derive(Default)]
pub(crate) struct NumberMutations;

#[Object]
impl NumberMutations {
    /// Claims a number that `availablePhoneNumbers` showed. Errors: `CountryNotEnabledError`, `PlanLimitError`, `ProviderError`.
    #[graphql(directive = auth::apply(Permission::NumbersManage), guard = "holds(Permission::NumbersManage)")]
    async fn phone_number_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Workspace that gets the number.")] workspace_id: ID,
        #[graphql(desc = "Number, and a name for it.")] input: PhoneNumberClaimInput,
    ) -> Result<PhoneNumberPayload> {
        payload(ctx, claim(ctx, &workspace_id, input).await).await
    }

    /// Changes the label or the routing of a number.
    #[graphql(directive = auth::apply(Permission::NumbersManage), guard = "holds(Permission::NumbersManage)")]
    async fn phone_number_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number to change.")] id: ID,
        #[graphql(desc = "New values; what is left out stays.")] input: PhoneNumberInput,
    ) -> Result<PhoneNumberPayload> {
        payload(ctx, update(ctx, &id, input).await).await
    }

    /// Gives a number back to the carrier. It cannot be undone.
    #[graphql(directive = auth::apply(Permission::NumbersManage), guard = "holds(Permission::NumbersManage)")]
    async fn phone_number_release(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number to release.")] id: ID,
    ) -> Result<PhoneNumberPayload> {
        payload(ctx, release(ctx, &id).await).await
    }
}

async fn payload(ctx: &Context<'_>, outcome: Result<Number, Refusal>) -> Result<PhoneNumberPayload> {
    answer(ctx, outcome, |number| PhoneNumberPayload::done(PhoneNumber(number))).await
}

async fn claim(ctx: &Context<'_>, workspace: &ID, input: PhoneNumberClaimInput) -> Result<Number, Refusal> {
    let workspace = access::home(ctx, workspace, Permission::NumbersManage).await?;
    let number = read(&input.number, &["input", "number"])?;
    let wanted = Claim { number, label: input.label, shared_channel_id: None };
    numbers::claim(ctx.domain(), ctx.viewer().by(), workspace.id, wanted).await.map_err(Refusal::of(workspace.id))
}

async fn update(ctx: &Context<'_>, id: &ID, input: PhoneNumberInput) -> Result<Number, Refusal> {
    let number = access::subject::<NumberId, Number>(ctx, id, Permission::NumbersManage).await?;
    let number = match input.routing {
        Some(routing) => route(ctx, number, routing).await?,
        None => number,
    };
    match input.label {
        MaybeUndefined::Undefined => Ok(number),
        label => {
            let label = label.take();
            Ok(numbers::set_label(ctx.domain(), ctx.viewer().by(), number.workspace_id, number.id, label).await?)
        }
    }
}

async fn route(ctx: &Context<'_>, number: Number, input: RoutingInput) -> Result<Number, Refusal> {
    let (domain, by, workspace, id) = (ctx.domain(), ctx.viewer().by(), number.workspace_id, number.id);
    let change = RoutingChange {
        starts_in: input.default_placement.map(Into::into),
        direct_prefix: input.direct_channel_prefix,
    };
    let mut number = number;
    if change != RoutingChange::default() {
        number = numbers::set_routing(domain, by, workspace, id, change).await?;
    }
    let settings = ReplySettings {
        quiet_secs: input.quiet_seconds.unwrap_or(number.quiet_secs),
        undo_secs: input.undo_seconds.unwrap_or(number.undo_secs),
    };
    if (settings.quiet_secs, settings.undo_secs) != (number.quiet_secs, number.undo_secs) {
        number = numbers::set_reply_settings(domain, by, workspace, id, settings).await?;
    }
    if let Some(channel) = input.shared_channel_id {
        conversations::route_to(domain, by, workspace, id, &channel).await?;
    }
    Ok(number)
}

async fn release(ctx: &Context<'_>, id: &ID) -> Result<Number, Refusal> {
    let number = access::subject::<NumberId, Number>(ctx, id, Permission::NumbersManage).await?;
    let viewer = ctx.viewer();
    let reason =
        if viewer.is_operator() { numbers::ReleaseReason::ByOperator } else { numbers::ReleaseReason::ByOwner };
    Ok(numbers::release(ctx.domain(), viewer.by(), number.workspace_id, number.id, reason).await?)
}

/// A number as a person typed it, with the error beside its argument.
pub(super) fn read(typed: &E164, path: &[&str]) -> Result<Phone, Refusal> {
    Phone::parse(&typed.0, None).map_err(|error| Refusal::input(path, InputErrorReason::Invalid, error.to_string()))
}
