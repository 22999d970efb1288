//! Rows of what is answered automatically: one for the workspace, and one for each number that is different.

use sea_orm::{FromJsonQueryResult, IntoActiveModel, QueryOrder, entity::prelude::*, sea_query::OnConflict};
use serde::{Deserialize, Serialize};

use crate::{
    Error, Result, Tx,
    answers::Opening,
    ids::{AnswerSettingsId, NumberId, WorkspaceId},
};

/// When somebody is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Openings(pub Vec<Opening>);

/// What is answered automatically.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "answer_settings")]
pub struct Model {
    /// Id of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AnswerSettingsId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Number that it is for; none: for every number that has none of its own.
    pub number_id: Option<NumberId>,
    /// IANA time zone of the hours; that of the workspace when none.
    pub time_zone: Option<String>,
    /// When somebody is there.
    pub hours: Openings,
    /// Whether it is answered outside these hours.
    pub is_away_on: bool,
    /// What is answered then.
    pub away_text: String,
    /// Whether a first text is answered.
    pub is_greeting_on: bool,
    /// What is answered to it.
    pub greeting_text: String,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// Relations are read by batches, not declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Inserts a row, or replaces the one with its id.
pub(crate) async fn save(tx: &Tx, row: Model) -> Result<()> {
    let columns = [
        Column::TimeZone,
        Column::Hours,
        Column::IsAwayOn,
        Column::AwayText,
        Column::IsGreetingOn,
        Column::GreetingText,
        Column::UpdatedAt,
    ];
    let replace = OnConflict::column(Column::Id).update_columns(columns).to_owned();
    match Entity::insert(row.into_active_model().reset_all()).on_conflict(replace).exec_without_returning(tx).await {
        Ok(_) => Ok(()),
        Err(error) if crate::store::is_duplicate(&error) => Err(Error::conflict(
            "Somebody else set this for the first time at the same moment. Look at it and try again.",
        )),
        Err(error) => Err(error.into()),
    }
}

/// The row of exactly this scope.
pub(crate) async fn of_scope(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    number: Option<NumberId>,
) -> Result<Option<Model>> {
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace));
    let of = match number {
        Some(number) => of.filter(Column::NumberId.eq(number)),
        None => of.filter(Column::NumberId.is_null()),
    };
    Ok(of.one(db).await?)
}

/// Removes the row of a number. False when there is none.
pub(crate) async fn remove(tx: &Tx, workspace: WorkspaceId, number: NumberId) -> Result<bool> {
    let of = Entity::delete_many().filter(Column::WorkspaceId.eq(workspace)).filter(Column::NumberId.eq(number));
    Ok(of.exec(tx).await?.rows_affected > 0)
}

/// All rows of a workspace, the workspace's own first.
pub(crate) async fn all(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<Vec<Model>> {
    let of = Entity::find().filter(Column::WorkspaceId.eq(workspace)).order_by_asc(Column::Id);
    let mut rows = of.all(db).await?;
    rows.sort_by_key(|row| row.number_id.is_some());
    Ok(rows)
}
