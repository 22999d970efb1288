//! Claiming and releasing numbers.

use chrono::TimeDelta;

use super::{DIRECT_PREFIX, Number, Placement, QUIET_SECS, ReleaseReason, Status, UNDO_SECS, store};
use crate::{
    By, Ctx, Error, Result, Tx,
    audit::{self, Deed},
    catalog,
    contracts::{
        Answer, CallError,
        carrier::{AvailableNumber, Carrier, CarrierRefusal, HeldKind, HeldNumber, NumberWish},
        chat::{Part, Place, Post, Span},
    },
    error::InvalidReason,
    ids::{NumberId, WorkspaceId},
    outbox::{self, Lease, Listener, Promise, Settlement, Task},
    phone::{NumberKind, PhoneNumber},
    workspaces,
};

/// Longest label of a number, in characters.
const LABEL_LENGTH: usize = 60;

/// A number to be claimed.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The number.
    pub number: PhoneNumber,
    /// Name for it.
    pub label: Option<String>,
    /// Channel for its threads.
    pub shared_channel_id: Option<String>,
}

/// Name of a country in English, for sentences.
pub fn country_name(code: &str) -> String {
    crate::phone::country_name(code).unwrap_or(code).to_owned()
}

/// Numbers that the carrier has for sale now. Asks the carrier.
///
/// # Errors
/// [`Error::CountryNotEnabled`]; [`Error::Unavailable`] when the carrier does not answer.
pub async fn search(carrier: &dyn Carrier, wish: &NumberWish) -> Result<Vec<AvailableNumber>> {
    ensure_country(&wish.country)?;
    match carrier.search_numbers(wish).await {
        Ok(Answer::Done(found)) => Ok(found),
        Ok(Answer::Refused(refusal)) => Err(Error::conflict(refusal.reason.sentence())),
        Err(error) => Err(carrier_away(&error)),
    }
}

fn carrier_away(error: &CallError) -> Error {
    Error::Unavailable { what: "carrier", why: error.to_string() }
}

fn ensure_country(code: &str) -> Result<()> {
    if crate::phone::NATIVE_COUNTRIES.contains(&code) {
        return Ok(());
    }
    Err(Error::CountryNotEnabled { country: code.to_owned(), name: country_name(code) })
}

/// Claims a number for a workspace; the purchase follows as a task.
///
/// # Errors
/// [`Error::PlanLimit`], [`Error::CountryNotEnabled`], [`Error::Invalid`], or [`Error::Conflict`] when someone holds the number.
pub async fn claim(ctx: &Ctx, by: &By, workspace: WorkspaceId, wanted: Claim) -> Result<Number> {
    let tx = ctx.database.begin().await?;
    let number = claim_in(ctx, &tx, by, workspace, wanted).await?;
    tx.commit().await?;
    Ok(number)
}

async fn claim_in(ctx: &Ctx, tx: &Tx, by: &By, workspace: WorkspaceId, wanted: Claim) -> Result<Number> {
    let owner = workspaces::lock(tx, workspace).await?;
    let plan = catalog::plan(&owner.plan);
    if store::held_count(tx, workspace).await? >= plan.number_limit {
        let message = format!(
            "The plan {} includes {} number. Release it first, or choose a larger plan.",
            plan.name, plan.number_limit
        );
        return Err(Error::PlanLimit { message });
    }
    let row = new_number(ctx, &owner, &plan, wanted)?;
    if !store::insert(tx, row.clone()).await? {
        return Err(Error::conflict("This number is held already. Choose another one."));
    }
    let buy = Promise::new(Task::ClaimNumber { number: row.id }).of(workspace);
    outbox::append(ctx, tx, buy.in_order_of(format!("number:{}", row.id))).await?;
    let deed = Deed {
        workspace: Some(workspace),
        action: "phoneNumberClaim",
        summary: format!("Claimed a {} number.", country_name(&row.country)),
        subject: Some(row.id.to_string()),
        changes: serde_json::json!({ "number": row.id }),
    };
    audit::record(ctx, tx, by, deed).await?;
    Ok(row)
}

fn new_number(ctx: &Ctx, owner: &workspaces::Workspace, plan: &catalog::Plan, wanted: Claim) -> Result<Number> {
    let country = wanted.number.country().to_string();
    ensure_country(&country)?;
    Ok(Number {
        id: ctx.id(),
        workspace_id: owner.id,
        e164: wanted.number,
        country,
        kind: kind_of(&wanted.number)?,
        has_sms: true,
        has_mms: false,
        has_voice: false,
        status: Status::Claiming,
        carrier_id: None,
        label: checked_label(wanted.label)?,
        shared_channel_id: wanted.shared_channel_id.or_else(|| owner.default_channel_id.clone()),
        quiet_secs: QUIET_SECS,
        undo_secs: UNDO_SECS,
        starts_in: Placement::SharedThread,
        direct_prefix: DIRECT_PREFIX.to_owned(),
        claimed_at: ctx.now(),
        expires_at: plan.number_lifetime_days.map(|days| ctx.now() + TimeDelta::days(days)),
        released_at: None,
        release_reason: None,
        failure_reason: None,
    })
}

fn kind_of(number: &PhoneNumber) -> Result<HeldKind> {
    match number.kind() {
        NumberKind::TollFree => Ok(HeldKind::TollFree),
        NumberKind::Mobile => Ok(HeldKind::Mobile),
        NumberKind::FixedLine | NumberKind::FixedLineOrMobile => Ok(HeldKind::Local),
        _ => Err(Error::invalid(
            "number",
            InvalidReason::Invalid,
            "Only local, mobile and toll-free numbers can be claimed.",
        )),
    }
}

fn checked_label(label: Option<String>) -> Result<Option<String>> {
    let label = label.map(|label| label.trim().to_owned()).filter(|label| !label.is_empty());
    if label.as_ref().is_some_and(|label| label.chars().count() > LABEL_LENGTH) {
        let message = format!("A label has at most {LABEL_LENGTH} characters.");
        return Err(Error::invalid("label", InvalidReason::TooLarge, message));
    }
    Ok(label)
}

/// The number behind a purchase that is to be made; none when it is not to be bought any more.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn to_buy(ctx: &Ctx, id: NumberId) -> Result<Option<Number>> {
    let number = store::by_id(ctx.database.reader(), id).await?;
    Ok(number.filter(|number| number.status == Status::Claiming))
}

/// The carrier sold the number: it is in use, and its channel is told.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn bought(ctx: &Ctx, lease: &Lease, number: &Number, held: &HeldNumber) -> Result<()> {
    let tx = ctx.database.begin().await?;
    store::set_bought(&tx, number.id, held).await?;
    if let Some(channel) = &number.shared_channel_id {
        let place = Place { channel: channel.clone(), thread: None };
        let announce = Promise::new(Task::Publish { place, post: announcement(number) }).of(number.workspace_id);
        outbox::append(ctx, &tx, announce.once(format!("number_ready:{}", number.id))).await?;
    }
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

fn announcement(number: &Number) -> Post {
    let mut parts = vec![Part::Text(vec![
        Span::Text("Your number is ".to_owned()),
        Span::Bold(number.shown()),
        Span::Text(". Text it from any phone: the conversation appears here.".to_owned()),
    ])];
    if let Some(end) = number.expires_at {
        let until = vec![Span::Text("On the free plan it is yours until ".to_owned()), Span::Time(end)];
        parts.push(Part::Note(until));
    }
    Post { key: format!("number_ready:{}", number.id), author: None, parts }
}

/// The carrier refused to sell the number: it is free for others, and the workspace may claim another.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn purchase_refused(ctx: &Ctx, lease: &Lease, number: &Number, refusal: &CarrierRefusal) -> Result<()> {
    let tx = ctx.database.begin().await?;
    store::set_failed(&tx, number.id, refusal.reason).await?;
    if let Some(channel) = &number.shared_channel_id {
        let sentence = format!("The number {} could not be claimed. {}", number.shown(), refusal.reason.sentence());
        let post = Post {
            key: format!("number_failed:{}", number.id),
            author: None,
            parts: vec![Part::Text(vec![Span::Text(sentence)])],
        };
        let place = Place { channel: channel.clone(), thread: None };
        outbox::append(ctx, &tx, Promise::new(Task::Publish { place, post }).of(number.workspace_id)).await?;
    }
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

/// Claims the first number that the carrier offered and that nobody holds, for someone who asked for one in the chat.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now; [`Error::PlanLimit`] and the like when it may not be claimed.
pub async fn claim_found(ctx: &Ctx, lease: &Lease, workspace: WorkspaceId, found: &[AvailableNumber]) -> Result<bool> {
    for available in found {
        let tx = ctx.database.begin().await?;
        let wanted = Claim { number: available.number, label: None, shared_channel_id: None };
        match claim_in(ctx, &tx, &By::default(), workspace, wanted).await {
            Ok(_) => {
                outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
                tx.commit().await?;
                return Ok(true);
            }
            Err(Error::Conflict { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}

/// No number could be found or claimed: whoever asked is told why.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn find_refused(
    ctx: &Ctx,
    lease: &Lease,
    workspace: WorkspaceId,
    asked: Option<&(String, Option<Place>)>,
    why: &str,
) -> Result<()> {
    let tx = ctx.database.begin().await?;
    if let Some((user, place)) = asked {
        let team = workspaces::lock(&tx, workspace).await?.team_id;
        let listener = Listener { workspace, team, user: user.clone(), place: place.clone() };
        outbox::tell(ctx, &tx, &listener, vec![Part::Text(vec![Span::Text(why.to_owned())])]).await?;
    }
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

/// Gives a number back: texts stop at once, the carrier follows.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when it is not in use.
pub async fn release(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    id: NumberId,
    reason: ReleaseReason,
) -> Result<Number> {
    let tx = ctx.database.begin().await?;
    let number = lock(&tx, workspace, id).await?;
    if !number.status.is_in_use() {
        return Err(Error::conflict(format!("The number is {}, so it cannot be released.", number.status)));
    }
    store::set_releasing(ctx, &tx, id, reason).await?;
    let give_back = Promise::new(Task::ReleaseNumber { number: id }).of(workspace);
    outbox::append(ctx, &tx, give_back.in_order_of(format!("number:{id}"))).await?;
    let deed = Deed {
        workspace: Some(workspace),
        action: "phoneNumberRelease",
        summary: "Released a number.".to_owned(),
        subject: Some(id.to_string()),
        changes: serde_json::json!({ "reason": reason.code() }),
    };
    audit::record(ctx, &tx, by, deed).await?;
    tx.commit().await?;
    Ok(Number { status: Status::Releasing, released_at: Some(ctx.now()), release_reason: Some(reason), ..number })
}

/// The carrier has the number back.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the task by now.
pub async fn released(ctx: &Ctx, lease: &Lease, id: NumberId) -> Result<()> {
    let tx = ctx.database.begin().await?;
    store::set_released(&tx, id).await?;
    outbox::settle(ctx, &tx, lease, &Settlement::Done).await?;
    tx.commit().await
}

/// Renames a number; none takes its label away.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for a label that is too long.
pub async fn set_label(
    ctx: &Ctx,
    by: &By,
    workspace: WorkspaceId,
    id: NumberId,
    label: Option<String>,
) -> Result<Number> {
    let label = checked_label(label)?;
    let tx = ctx.database.begin().await?;
    let before = lock(&tx, workspace, id).await?;
    let after = store::set_label(&tx, id, label).await?;
    let deed = Deed {
        workspace: Some(workspace),
        action: "phoneNumberUpdate",
        summary: "Renamed a number.".to_owned(),
        subject: Some(id.to_string()),
        changes: serde_json::json!({ "label": { "before": before.label, "after": after.label } }),
    };
    audit::record(ctx, &tx, by, deed).await?;
    tx.commit().await?;
    Ok(after)
}

/// Threads of a number go to another channel.
pub(crate) async fn set_shared_channel(tx: &Tx, id: NumberId, channel: &str) -> Result<()> {
    store::set_shared_channel(tx, id, channel).await
}

/// Threads of numbers that went to one channel go to another.
pub(crate) async fn replace_shared_channel(
    tx: &Tx,
    workspace: WorkspaceId,
    instead_of: &str,
    channel: &str,
) -> Result<()> {
    store::replace_shared_channel(tx, workspace, instead_of, channel).await
}

/// Numbers by their ids.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn find(ctx: &Ctx, ids: &[NumberId]) -> Result<Vec<Number>> {
    store::by_ids(ctx.database.reader(), ids).await
}

/// The number of a workspace, inside a transaction.
pub(crate) async fn lock(tx: &Tx, workspace: WorkspaceId, id: NumberId) -> Result<Number> {
    let number = store::by_id(tx, id).await?.filter(|number| number.workspace_id == workspace);
    number.ok_or(Error::NotFound { what: "number" })
}

/// The number in use with these digits, whoever has it.
pub(crate) async fn active_by_number(tx: &Tx, number: &PhoneNumber) -> Result<Option<Number>> {
    Ok(store::held_by(tx, number).await?.filter(|number| number.status.is_in_use()))
}
