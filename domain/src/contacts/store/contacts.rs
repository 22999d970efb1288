//! Rows of contacts.

use sea_orm::{
    ActiveValue::Set,
    Condition, ExprTrait, FromJsonQueryResult, IntoActiveModel, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::OnConflict,
    sea_query::{Func, SimpleExpr},
};
use serde::{Deserialize, Serialize};

use crate::{
    Ctx, Result, Tx,
    contacts::ContactFilter,
    ids::{ContactId, WorkspaceId},
    page::{Page, PageRequest},
};

/// Most contacts that are looked at for a name.
const NAMESAKES: u64 = 20;

/// Contacts that are kept with one statement.
const AT_ONCE: usize = 500;

/// Words to find something by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Tags(pub Vec<String>);

/// Someone outside.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contacts")]
pub struct Model {
    /// Id of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactId,
    /// Workspace that knows them.
    pub workspace_id: WorkspaceId,
    /// Number in E.164, or the sender as the carrier gave it when it is no phone number.
    pub address: String,
    /// Name.
    pub name: Option<String>,
    /// Where they work.
    pub company: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// What members noted.
    pub notes: Option<String>,
    /// Words to find it by.
    pub tags: Tags,
    /// When it was added.
    pub created_at: DateTimeUtc,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn insert_if_new(tx: &Tx, row: Model) -> Result<()> {
    let conflict = OnConflict::columns([Column::WorkspaceId, Column::Address]).do_nothing().to_owned();
    Entity::insert(row.into_active_model().reset_all())
        .on_conflict(conflict)
        .try_insert()
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

pub(crate) async fn update(tx: &Tx, row: Model) -> Result<()> {
    Entity::update(row.into_active_model().reset_all()).exec(tx).await?;
    Ok(())
}

pub(crate) async fn by_address(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    address: &str,
) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::Address.eq(address)).one(db).await?)
}

pub(crate) async fn by_addresses(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    addresses: &[String],
) -> Result<Vec<Model>> {
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace));
    Ok(of.filter(Column::Address.is_in(addresses)).all(db).await?)
}

/// Adds contacts, or changes those that are there: what is none stays as it is in the database, tags are replaced.
pub(crate) async fn upsert(tx: &Tx, rows: Vec<Model>) -> Result<()> {
    let kept = |column: &str| Expr::cust(format!("COALESCE(excluded.{column}, contacts.{column})"));
    let conflict = OnConflict::columns([Column::WorkspaceId, Column::Address])
        .value(Column::Name, kept("name"))
        .value(Column::Company, kept("company"))
        .value(Column::Email, kept("email"))
        .value(Column::Notes, kept("notes"))
        .update_column(Column::Tags)
        .to_owned();
    for some in rows.chunks(AT_ONCE) {
        let some = some.iter().cloned().map(|row| row.into_active_model().reset_all());
        Entity::insert_many(some).on_conflict(conflict.clone()).exec_without_returning(tx).await?;
    }
    Ok(())
}

pub(crate) async fn by_id(db: &impl ConnectionTrait, workspace: WorkspaceId, id: ContactId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).filter(Column::WorkspaceId.eq(workspace)).one(db).await?)
}

pub(crate) async fn by_ids(db: &impl ConnectionTrait, ids: &[ContactId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

/// Contacts whose name is this, or else has this in it, in any case.
pub(crate) async fn by_name(db: &impl ConnectionTrait, workspace: WorkspaceId, name: &str) -> Result<Vec<Model>> {
    let name = name.trim().to_lowercase();
    let lowered = || Expr::expr(Func::lower(Expr::col(Column::Name)));
    let of = || Entity::find().filter(Column::WorkspaceId.eq(workspace)).order_by_asc(Column::Id).limit(NAMESAKES);
    let same = of().filter(lowered().eq(name.as_str())).all(db).await?;
    if !same.is_empty() {
        return Ok(same);
    }
    let part = format!("%{}%", name.replace(['%', '_'], ""));
    Ok(of().filter(lowered().like(part)).all(db).await?)
}

fn matching(workspace: WorkspaceId, filter: &ContactFilter) -> Condition {
    let search = filter.search.as_deref().map(|part| {
        Condition::any()
            .add(Column::Name.contains(part))
            .add(Column::Address.contains(part))
            .add(Column::Company.contains(part))
            .add(Column::Email.contains(part))
    });
    // The tags stand there as a JSON list, so a tag is found with its quotes.
    let tag = filter.tag.as_deref().map(|tag| {
        let quoted = serde_json::Value::from(tag).to_string();
        Expr::col(Column::Tags).cast_as("text").like(format!("%{}%", quoted.replace('%', "\\%")))
    });
    Condition::all().add(Column::WorkspaceId.eq(workspace)).add_option(search).add_option(tag)
}

/// What contacts are sorted by: the name, or the number of those without one.
fn shown() -> SimpleExpr {
    Func::coalesce([Expr::col(Column::Name), Expr::col(Column::Address)]).into()
}

/// Rows behind a cursor. The cursor is an id: where a name changes between two pages, the next page begins behind the new name.
async fn behind(ctx: &Ctx, workspace: WorkspaceId, after: &str) -> Result<Condition> {
    let last = match after.parse::<ContactId>() {
        Ok(id) => by_id(ctx.database.reader(), workspace, id).await?,
        Err(_) => None,
    };
    let name = last.map_or_else(String::new, |contact| contact.name.unwrap_or(contact.address));
    let same = Condition::all().add(shown().eq(name.as_str())).add(Column::Id.gt(after));
    Ok(Condition::any().add(shown().gt(name.as_str())).add(same))
}

pub(crate) async fn list(
    ctx: &Ctx,
    workspace: WorkspaceId,
    filter: &ContactFilter,
    page: &PageRequest,
) -> Result<Page<Model>> {
    let mut condition = matching(workspace, filter);
    if let Some(after) = &page.after {
        condition = condition.add(behind(ctx, workspace, after).await?);
    }
    let rows = Entity::find()
        .filter(condition)
        .order_by_asc(shown())
        .order_by_asc(Column::Id)
        .limit(page.first + 1)
        .all(ctx.database.reader())
        .await?;
    Ok(Page::from_rows(rows, page.first, |row| row.id.to_string()))
}

pub(crate) async fn count(ctx: &Ctx, workspace: WorkspaceId, filter: &ContactFilter) -> Result<u64> {
    Ok(Entity::find().filter(matching(workspace, filter)).count(ctx.database.reader()).await?)
}

/// Takes away what a contact was called; the number stays, because its conversations do.
pub(crate) async fn clear(tx: &Tx, id: ContactId) -> Result<()> {
    let change = ActiveModel {
        id: Set(id),
        name: Set(None),
        company: Set(None),
        email: Set(None),
        notes: Set(None),
        tags: Set(Tags::default()),
        ..Default::default()
    };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

/// Contacts with a tag, at most so many, in the order in which they were added.
pub(crate) async fn tagged(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    tag: &str,
    limit: u64,
) -> Result<Vec<Model>> {
    let filter = ContactFilter { tag: Some(tag.to_owned()), ..ContactFilter::default() };
    let of = Entity::find().filter(matching(workspace, &filter));
    Ok(of.order_by_asc(Column::Id).limit(limit).all(db).await?)
}
