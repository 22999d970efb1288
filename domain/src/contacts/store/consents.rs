//! Rows of the ledger of consent. They are added and read; nothing changes or removes one.

use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect, entity::prelude::*, sea_query::OnConflict};

use crate::{
    Ctx, Result, Tx,
    contacts::{ConsentDecision, ConsentSource},
    ids::{ConsentId, ContactId, WorkspaceId},
    page::{Page, PageRequest},
};

/// Rows that are added with one statement.
const AT_ONCE: usize = 500;

/// What a contact agreed to or took back, and what proves it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consents")]
pub struct Model {
    /// Id of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConsentId,
    /// Workspace that may text, or may not.
    pub workspace_id: WorkspaceId,
    /// Who decided.
    pub contact_id: ContactId,
    /// What they decided.
    pub decision: ConsentDecision,
    /// How we know.
    pub source: ConsentSource,
    /// The words that they were shown, or that they texted.
    pub wording: Option<String>,
    /// What proves it.
    pub evidence: Option<String>,
    /// When they decided.
    pub decided_at: DateTimeUtc,
    /// Id of who recorded it; none for the contact's own text.
    pub recorded_by: Option<String>,
    /// When it was recorded.
    pub recorded_at: DateTimeUtc,
    /// What an imported line said, so that it is recorded once.
    pub import_key: Option<String>,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Adds rows. Those whose line was imported before are left out.
pub(crate) async fn insert(tx: &Tx, rows: Vec<Model>) -> Result<()> {
    for rows in rows.chunks(AT_ONCE) {
        let rows = rows.iter().cloned().map(|row| row.into_active_model().reset_all());
        let known = OnConflict::new().do_nothing().to_owned();
        Entity::insert_many(rows).on_conflict(known).try_insert().exec_without_returning(tx).await?;
    }
    Ok(())
}

pub(crate) async fn by_ids(db: &impl ConnectionTrait, ids: &[ConsentId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

/// What contacts decided, oldest first.
pub(crate) async fn of_contacts(db: &impl ConnectionTrait, contacts: &[ContactId]) -> Result<Vec<Model>> {
    let of = Entity::find().filter(Column::ContactId.is_in(contacts.iter().copied()));
    Ok(of.order_by_asc(Column::Id).all(db).await?)
}

pub(crate) async fn list(ctx: &Ctx, contact: ContactId, page: &PageRequest) -> Result<Page<Model>> {
    let mut of = Entity::find().filter(Column::ContactId.eq(contact));
    if let Some(after) = &page.after {
        of = of.filter(Column::Id.lt(after.as_str()));
    }
    let rows = of.order_by_desc(Column::Id).limit(page.first + 1).all(ctx.database.reader()).await?;
    Ok(Page::from_rows(rows, page.first, |row| row.id.to_string()))
}

pub(crate) async fn count(ctx: &Ctx, contact: ContactId) -> Result<u64> {
    Ok(Entity::find().filter(Column::ContactId.eq(contact)).count(ctx.database.reader()).await?)
}

/// The ledger of a workspace, oldest first.
pub(crate) async fn of_workspace(ctx: &Ctx, workspace: WorkspaceId, page: &PageRequest) -> Result<Page<Model>> {
    let mut of = Entity::find().filter(Column::WorkspaceId.eq(workspace));
    if let Some(after) = &page.after {
        of = of.filter(Column::Id.gt(after.as_str()));
    }
    let rows = of.order_by_asc(Column::Id).limit(page.first + 1).all(ctx.database.reader()).await?;
    Ok(Page::from_rows(rows, page.first, |row| row.id.to_string()))
}
