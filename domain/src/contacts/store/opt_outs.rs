//! Rows of opt-outs. One that ended stays, as evidence.

use sea_orm::{ActiveValue::Set, Condition, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*};

use crate::{
    Ctx, Result, Tx,
    ids::{ContactId, NumberId, OptOutId, WorkspaceId},
    page::{Page, PageRequest},
    store::Sql,
};

/// A contact does not want texts.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "opt_outs")]
pub struct Model {
    /// Id of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OptOutId,
    /// Workspace that must not text.
    pub workspace_id: WorkspaceId,
    /// Who does not want texts.
    pub contact_id: ContactId,
    /// Number that must not text; none when the whole workspace must not.
    pub number_id: Option<NumberId>,
    /// What the contact texted; none when it was recorded by hand.
    pub keyword: Option<String>,
    /// Since when.
    pub created_at: DateTimeUtc,
    /// When the contact opted in again.
    pub ended_at: Option<DateTimeUtc>,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn insert(tx: &Tx, row: Model) -> Result<()> {
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx).await?;
    Ok(())
}

/// The opt-out that forbids a number to text a contact.
pub(crate) async fn active(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    contact: ContactId,
    number: NumberId,
) -> Result<Option<Model>> {
    let applies = Condition::any().add(Column::NumberId.is_null()).add(Column::NumberId.eq(number));
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::ContactId.eq(contact));
    Ok(of.filter(Column::EndedAt.is_null()).filter(applies).one(db).await?)
}

pub(crate) async fn active_of(db: &impl ConnectionTrait, contacts: &[ContactId]) -> Result<Vec<Model>> {
    let of = Entity::find().filter(Column::ContactId.is_in(contacts.iter().copied()));
    Ok(of.filter(Column::EndedAt.is_null()).order_by_asc(Column::Id).all(db).await?)
}

pub(crate) async fn by_ids(db: &impl ConnectionTrait, ids: &[OptOutId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

/// Ends every opt-out of a contact. How many there were.
pub(crate) async fn end(ctx: &Ctx, tx: &Tx, workspace: WorkspaceId, contact: ContactId) -> Result<u64> {
    let change = ActiveModel { ended_at: Set(Some(ctx.now())), ..Default::default() };
    let of = Entity::update_many()
        .set(change)
        .filter(Column::WorkspaceId.eq(workspace))
        .filter(Column::ContactId.eq(contact));
    Ok(of.filter(Column::EndedAt.is_null()).exec(tx).await?.rows_affected)
}

fn search_sql(search: Option<&str>) -> (String, Vec<Value>) {
    let Some(part) = search else { return (String::new(), Vec::new()) };
    let sql =
        " AND EXISTS (SELECT 1 FROM contacts c WHERE c.id = o.contact_id AND (c.address LIKE $2 OR c.name LIKE $2))";
    (sql.to_owned(), vec![format!("%{part}%").into()])
}

pub(crate) async fn list(
    ctx: &Ctx,
    workspace: WorkspaceId,
    search: Option<&str>,
    page: &PageRequest,
) -> Result<Page<Model>> {
    let (mut condition, more) = search_sql(search);
    let mut values: Vec<Value> = vec![workspace.into()];
    values.extend(more);
    if let Some(after) = &page.after {
        values.push(after.as_str().into());
        condition.push_str(&format!(" AND o.id < ${}", values.len()));
    }
    let limit = page.first + 1;
    let sql = format!(
        "SELECT o.* FROM opt_outs o WHERE o.workspace_id = $1 AND o.ended_at IS NULL{condition} ORDER BY o.id DESC LIMIT {limit}"
    );
    let rows: Vec<Model> = Sql::new(sql, values).all(ctx.database.reader()).await?;
    Ok(Page::from_rows(rows, page.first, |row| row.id.to_string()))
}

pub(crate) async fn count(ctx: &Ctx, workspace: WorkspaceId, search: Option<&str>) -> Result<u64> {
    let mut find = Entity::find().filter(Column::WorkspaceId.eq(workspace)).filter(Column::EndedAt.is_null());
    if let Some(part) = search {
        use crate::contacts::store::contacts;
        let named =
            Condition::any().add(contacts::Column::Address.contains(part)).add(contacts::Column::Name.contains(part));
        let ids = contacts::Entity::find().filter(contacts::Column::WorkspaceId.eq(workspace)).filter(named);
        let ids = ids.select_only().column(contacts::Column::Id).into_query();
        find = find.filter(Column::ContactId.in_subquery(ids));
    }
    Ok(find.count(ctx.database.reader()).await?)
}
