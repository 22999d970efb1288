//! Rows of numbers.

use sea_orm::{ActiveValue::Set, Condition, IntoActiveModel, QueryOrder, QuerySelect, entity::prelude::*};

use super::{NumberFilter, Placement, ReleaseReason, ReplySettings, Status};
use crate::{
    Ctx, Result, Tx,
    contracts::carrier::{FailureReason, HeldKind, HeldNumber},
    ids::{NumberId, WorkspaceId},
    page::{Page, PageRequest},
    phone::PhoneNumber,
};

/// States in which a number belongs to its workspace.
pub(super) const HELD: [Status; 4] = [Status::Claiming, Status::Active, Status::Expiring, Status::Releasing];

/// A number of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "numbers")]
pub struct Model {
    /// Id of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NumberId,
    /// Workspace that has it.
    pub workspace_id: WorkspaceId,
    /// The number itself.
    pub e164: PhoneNumber,
    /// Two letters of its country.
    pub country: String,
    /// Kind of it.
    pub kind: HeldKind,
    /// Carries texts.
    pub has_sms: bool,
    /// Carries texts with media.
    pub has_mms: bool,
    /// Carries calls.
    pub has_voice: bool,
    /// Whether it is in use.
    pub status: Status,
    /// The carrier's id of it.
    pub carrier_id: Option<String>,
    /// Name that the workspace gave it.
    pub label: Option<String>,
    /// Channel for its threads; the workspace's own when none.
    pub shared_channel_id: Option<String>,
    /// Silence after which a text is announced again, in seconds.
    pub quiet_secs: i32,
    /// Where a new conversation begins.
    pub starts_in: Placement,
    /// Start of the names of direct channels.
    pub direct_prefix: String,
    /// How long a reply can be taken back, in seconds.
    pub undo_secs: i32,
    /// When the workspace got it.
    pub claimed_at: DateTimeUtc,
    /// When it will be taken back.
    pub expires_at: Option<DateTimeUtc>,
    /// When its workspace lost it.
    pub released_at: Option<DateTimeUtc>,
    /// Why its workspace lost it.
    pub release_reason: Option<ReleaseReason>,
    /// Why the carrier refused to sell it.
    pub failure_reason: Option<FailureReason>,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Inserts a number. False when someone holds it.
pub(super) async fn insert(tx: &Tx, row: Model) -> Result<bool> {
    match Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx).await {
        Ok(_) => Ok(true),
        Err(error) if crate::store::is_duplicate(&error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn held_by(db: &impl ConnectionTrait, number: &PhoneNumber) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::E164.eq(*number)).filter(Column::Status.is_in(HELD)).one(db).await?)
}

pub(super) async fn held_count(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<u64> {
    Ok(Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::Status.is_in(HELD)).count(db).await?)
}

pub(super) async fn by_id(db: &impl ConnectionTrait, id: NumberId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

pub(super) async fn by_ids(db: &impl ConnectionTrait, ids: &[NumberId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

pub(super) async fn set_bought(tx: &Tx, id: NumberId, held: &HeldNumber) -> Result<()> {
    let change = ActiveModel {
        id: Set(id),
        status: Set(Status::Active),
        carrier_id: Set(Some(held.carrier_id.clone())),
        has_sms: Set(held.capabilities.sms),
        has_mms: Set(held.capabilities.mms),
        has_voice: Set(held.capabilities.voice),
        ..Default::default()
    };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

pub(super) async fn set_shared_channel(tx: &Tx, id: NumberId, channel: &str) -> Result<()> {
    let change = ActiveModel { id: Set(id), shared_channel_id: Set(Some(channel.to_owned())), ..Default::default() };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

pub(super) async fn replace_shared_channel(
    tx: &Tx,
    workspace: WorkspaceId,
    instead_of: &str,
    channel: &str,
) -> Result<()> {
    let change = ActiveModel { shared_channel_id: Set(Some(channel.to_owned())), ..Default::default() };
    let of = Entity::update_many().set(change).filter(Column::WorkspaceId.eq(workspace));
    of.filter(Column::SharedChannelId.eq(instead_of)).exec(tx).await?;
    Ok(())
}

pub(super) async fn set_failed(tx: &Tx, id: NumberId, reason: FailureReason) -> Result<()> {
    let change = ActiveModel {
        id: Set(id),
        status: Set(Status::Failed),
        failure_reason: Set(Some(reason)),
        ..Default::default()
    };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

pub(super) async fn set_releasing(ctx: &Ctx, tx: &Tx, id: NumberId, reason: ReleaseReason) -> Result<()> {
    let change = ActiveModel {
        id: Set(id),
        status: Set(Status::Releasing),
        released_at: Set(Some(ctx.now())),
        release_reason: Set(Some(reason)),
        ..Default::default()
    };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

pub(super) async fn set_released(tx: &Tx, id: NumberId) -> Result<()> {
    let change = ActiveModel { id: Set(id), status: Set(Status::Released), ..Default::default() };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

/// Numbers that a workspace holds, the first one first.
pub(crate) async fn held_of(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<Vec<Model>> {
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::Status.is_in(HELD));
    Ok(of.order_by_asc(Column::Id).all(db).await?)
}

pub(super) async fn set_reply_settings(tx: &Tx, id: NumberId, settings: ReplySettings) -> Result<()> {
    let change = ActiveModel {
        id: Set(id),
        quiet_secs: Set(settings.quiet_secs),
        undo_secs: Set(settings.undo_secs),
        ..Default::default()
    };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

pub(super) async fn set_routing(tx: &Tx, id: NumberId, starts_in: Placement, direct_prefix: &str) -> Result<()> {
    let change = ActiveModel {
        id: Set(id),
        starts_in: Set(starts_in),
        direct_prefix: Set(direct_prefix.to_owned()),
        ..Default::default()
    };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

pub(super) async fn set_label(tx: &Tx, id: NumberId, label: Option<String>) -> Result<Model> {
    let change = ActiveModel { id: Set(id), label: Set(label), ..Default::default() };
    Ok(Entity::update(change).exec(tx).await?)
}

fn matching(filter: &NumberFilter) -> Condition {
    let search = filter.search.as_deref().map(|part| {
        let digits: String = part.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '+').collect();
        Condition::any().add(Column::E164.contains(digits.as_str())).add(Column::Label.contains(part))
    });
    let statuses = (!filter.statuses.is_empty()).then(|| Column::Status.is_in(filter.statuses.iter().copied()));
    Condition::all()
        .add_option(search)
        .add_option(statuses)
        .add_option(filter.country.as_deref().map(|country| Column::Country.eq(country)))
        .add_option(filter.expires_before.map(|instant| Column::ExpiresAt.lt(instant)))
}

/// States in which a number is gone from its workspace, or never came.
const GONE: [Status; 3] = [Status::Releasing, Status::Released, Status::Failed];

/// Rows behind a cursor, in a list that has those that are gone last.
async fn behind(ctx: &Ctx, after: &str) -> Result<Condition> {
    let last = match after.parse::<NumberId>() {
        Ok(id) => by_id(ctx.database.reader(), id).await?,
        Err(_) => None,
    };
    let below = Column::Id.lt(after);
    Ok(match last {
        Some(last) if GONE.contains(&last.status) => Condition::all().add(Column::Status.is_in(GONE)).add(below),
        _ => Condition::any().add(Column::Status.is_in(GONE)).add(below),
    })
}

/// Numbers of a workspace (or of all), newest first, those that are gone last.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn list(
    ctx: &Ctx,
    workspace: Option<WorkspaceId>,
    filter: &NumberFilter,
    page: &PageRequest,
) -> Result<Page<Model>> {
    let owner = workspace.map(|workspace| Column::WorkspaceId.eq(workspace));
    let mut condition = matching(filter).add_option(owner);
    if let Some(after) = &page.after {
        condition = condition.add(behind(ctx, after).await?);
    }
    let rows = Entity::find()
        .filter(condition)
        .order_by_asc(Column::Status.is_in(GONE))
        .order_by_desc(Column::Id)
        .limit(page.first + 1)
        .all(ctx.database.reader())
        .await?;
    Ok(Page::from_rows(rows, page.first, |row| row.id.to_string()))
}

/// How many numbers of a workspace (or of all) a filter matches.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn count_filtered(ctx: &Ctx, workspace: Option<WorkspaceId>, filter: &NumberFilter) -> Result<u64> {
    let owner = workspace.map(|workspace| Column::WorkspaceId.eq(workspace));
    Ok(Entity::find().filter(matching(filter).add_option(owner)).count(ctx.database.reader()).await?)
}

/// How many numbers are in use on the whole platform.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn count(ctx: &Ctx) -> Result<u64> {
    Ok(Entity::find()
        .filter(Column::Status.is_in([Status::Active, Status::Expiring]))
        .count(ctx.database.reader())
        .await?)
}

/// Numbers that workspaces hold now.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database does not answer.
pub async fn of_workspace(ctx: &Ctx, workspace: WorkspaceId) -> Result<Vec<Model>> {
    let held = Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::Status.is_in(HELD));
    Ok(held.order_by_asc(Column::Id).all(ctx.database.reader()).await?)
}
