//! The words of our SQL that differ between SQLite and PostgreSQL. SQLite keeps times as RFC 3339 text and has no JSON type; both sort and
//! compare as the product needs.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// Word in our SQL, on SQLite, on PostgreSQL.
const WORDS: &[(&str, &str, &str)] = &[
    ("TIME", "TEXT", "timestamptz"),
    ("JSON", "TEXT", "jsonb"),
    ("BYTES", "BLOB", "bytea"),
    ("SEQUENCE", "INTEGER PRIMARY KEY AUTOINCREMENT", "bigserial PRIMARY KEY"),
    ("ID", "TEXT", "text COLLATE \"C\""),
];

/// Runs statements one after another.
pub(crate) async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let db = manager.get_connection();
    for statement in statements {
        db.execute_unprepared(&translate(statement, db.get_database_backend())).await?;
    }
    Ok(())
}

fn translate(statement: &str, backend: DbBackend) -> String {
    let word = |(word, sqlite, postgres): &(&str, &str, &str)| {
        let there = if backend == DbBackend::Postgres { postgres } else { sqlite };
        (format!("<{word}>"), (*there).to_owned())
    };
    WORDS.iter().map(word).fold(statement.to_owned(), |sql, (from, to)| sql.replace(&from, &to))
}
