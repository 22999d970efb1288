//! The database as the rest of the crate sees it: one connection for reading, one way to write, and how our own types stand in a
//! column. SQLite has one writer, so its writing connection is a queue of one and every writing transaction is IMMEDIATE: a deferred one
//! that reads first fails with BUSY at once. Times are kept to the microsecond, which is what PostgreSQL keeps.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database as SeaDatabase, DatabaseConnection, DatabaseTransaction, DbBackend,
    DbErr, ExecResult, FromQueryResult, QueryResult, RuntimeErr, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait, Value,
};
use tokio::{sync::Notify, task::JoinSet};

use crate::error::{Error, Result};

/// Channel of PostgreSQL on which nodes tell each other that work was promised.
const WAKE_CHANNEL: &str = "clerk_tasks";

/// Shortest time between two notifications of one process.
const WAKE_PAUSE: Duration = Duration::from_millis(5);

/// Name of SQLite's file format in addresses.
const SQLITE: &str = "sqlite:";

/// An open database.
#[derive(Clone)]
pub struct Database {
    read: DatabaseConnection,
    write: DatabaseConnection,
    wake: Arc<Notify>,
    others: Option<Arc<OtherNodes>>,
}

/// Tells other nodes that work was promised, until it is dropped.
struct OtherNodes {
    told: Arc<Notify>,
    _teller: JoinSet<()>,
}

impl Database {
    /// Opens `sqlite://file` or `postgres://…`; an SQLite file is created when missing.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database cannot be reached.
    pub async fn open(url: &str, max_connections: u32) -> Result<Self> {
        let (readers, writers) = if url.starts_with(SQLITE) { (4, 1) } else { (max_connections, 0) };
        let read = SeaDatabase::connect(options(url, readers)).await?;
        let write = if writers == 0 { read.clone() } else { SeaDatabase::connect(options(url, writers)).await? };
        let others = (writers == 0).then(|| Arc::new(OtherNodes::of(write.clone())));
        Ok(Self { read, write, wake: Arc::new(Notify::new()), others })
    }

    /// Begins a transaction that writes.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when no connection is to be had.
    pub async fn begin(&self) -> Result<Tx> {
        let options = TransactionOptions {
            sqlite_transaction_mode: self.is_sqlite().then_some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let inner = self.write.begin_with_options(options).await?;
        Ok(Tx { inner, database: self.clone(), has_promised: AtomicBool::new(false), at_the_end: Mutex::default() })
    }

    /// Connection for reading outside a transaction.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.read
    }

    /// Connection for single statements that write.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Whether it is SQLite: then this process is the only node.
    pub fn is_sqlite(&self) -> bool {
        self.write.get_database_backend() == DbBackend::Sqlite
    }

    /// Waits until work is promised, here or on another node, and at most so long.
    pub async fn promised(&self, at_most: Duration) {
        let _ = tokio::time::timeout(at_most, self.wake.notified()).await;
    }

    /// Wakes whoever waits in [`Database::promised`], on this node.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    fn wake_all_nodes(&self) {
        self.wake();
        if let Some(others) = &self.others {
            others.told.notify_one();
        }
    }

    /// On PostgreSQL, forwards the wake-ups of other nodes to this one until it is dropped; on SQLite it never ends and does nothing.
    pub async fn listen(&self) {
        if self.is_sqlite() {
            return std::future::pending().await;
        }
        loop {
            if let Err(error) = self.forward_wakeups().await {
                tracing::warn!(%error, "the database's notifications were interrupted; work is still found by looking");
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    async fn forward_wakeups(&self) -> Result<(), sqlx::Error> {
        let mut listener = sqlx::postgres::PgListener::connect_with(self.read.get_postgres_connection_pool()).await?;
        listener.listen(WAKE_CHANNEL).await?;
        loop {
            listener.recv().await?;
            self.wake();
        }
    }

    /// Answers when the database does.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it does not.
    pub async fn ping(&self) -> Result<()> {
        self.read.execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// Closes the connections once they are idle.
    pub async fn close(self) {
        let Self { read, write, .. } = self;
        for connection in [read, write] {
            if let Err(error) = connection.close().await {
                tracing::debug!(%error, "a connection was closed already");
            }
        }
    }
}

impl OtherNodes {
    /// Notifies behind the commits, not in them: PostgreSQL lets only one transaction with a notification commit at a time. One that is lost
    /// costs little, for work is also found by looking.
    fn of(database: DatabaseConnection) -> Self {
        let told = Arc::new(Notify::new());
        let mut teller = JoinSet::new();
        let asked = told.clone();
        teller.spawn(async move {
            loop {
                asked.notified().await;
                if let Err(error) = database.execute_unprepared(&format!("NOTIFY {WAKE_CHANNEL}")).await {
                    tracing::debug!(%error, "other nodes were not told of new work; they find it by looking");
                }
                tokio::time::sleep(WAKE_PAUSE).await;
            }
        });
        Self { told, _teller: teller }
    }
}

fn options(url: &str, max_connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(max_connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
                // NORMAL may lose an acknowledged webhook when the power fails.
                .synchronous(sqlx::sqlite::SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(5))
                .foreign_keys(true)
                .create_if_missing(true)
        })
        .map_sqlx_postgres_opts(|postgres| {
            // A process that is stopped inside a transaction must not hold its locks for ever.
            postgres.options([("idle_in_transaction_session_timeout", "15s"), ("statement_timeout", "30s")])
        });
    options
}

/// A transaction that writes. Dropping it rolls back.
pub struct Tx {
    inner: DatabaseTransaction,
    database: Database,
    has_promised: AtomicBool,
    at_the_end: Mutex<Vec<(Sql, Error)>>,
}

impl Tx {
    /// Commits, and wakes the workers when something was promised in it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database did not confirm, or when another transaction was quicker: then nothing has happened.
    pub async fn commit(self) -> Result<()> {
        let last = self.at_the_end.into_inner().unwrap_or_else(PoisonError::into_inner);
        for (sql, otherwise) in last {
            if sql.execute(&self.inner).await? != 1 {
                return Err(otherwise);
            }
        }
        self.inner.commit().await?;
        if self.has_promised.into_inner() {
            self.database.wake_all_nodes();
        }
        Ok(())
    }

    /// Keeps a statement for the end of the transaction, which fails as said unless it changes one row. For rows that many transactions
    /// want: the shorter each holds it, the less they wait for each other.
    pub(crate) fn at_the_end(&self, sql: Sql, otherwise: Error) {
        self.at_the_end.lock().unwrap_or_else(PoisonError::into_inner).push((sql, otherwise));
    }

    /// Says that work was promised in this transaction, or became due by it.
    pub(crate) fn note_promise(&self) {
        self.has_promised.store(true, Ordering::Relaxed);
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.inner.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.inner.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.inner.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.inner.query_all_raw(statement).await
    }
}

/// SQL that reads or writes the same on both databases, with `$1` for its first value.
pub(crate) struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    pub(crate) fn new(text: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Self {
        Self { text: text.into(), values: values.into_iter().collect() }
    }

    fn statement(self, db: &impl ConnectionTrait) -> Statement {
        Statement::from_sql_and_values(db.get_database_backend(), self.text, self.values)
    }

    /// Runs it; how many rows it changed.
    pub(crate) async fn execute(self, db: &impl ConnectionTrait) -> Result<u64> {
        Ok(db.execute_raw(self.statement(db)).await?.rows_affected())
    }

    /// Its first row.
    pub(crate) async fn one<T: FromQueryResult>(self, db: &impl ConnectionTrait) -> Result<Option<T>> {
        Ok(db.query_one_raw(self.statement(db)).await?.map(|row| T::from_query_result(&row, "")).transpose()?)
    }

    /// All its rows.
    pub(crate) async fn all<T: FromQueryResult>(self, db: &impl ConnectionTrait) -> Result<Vec<T>> {
        let rows = db.query_all_raw(self.statement(db)).await?;
        rows.iter().map(|row| T::from_query_result(row, "").map_err(Error::from)).collect()
    }
}

/// The database's own clock in milliseconds since 1970: leases are compared by it, so that nodes need not agree on the time.
pub(crate) fn now_ms(db: &impl ConnectionTrait) -> &'static str {
    match db.get_database_backend() {
        DbBackend::Postgres => "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)",
        _ => "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
    }
}

/// `FOR UPDATE SKIP LOCKED` where it exists; SQLite has one writer and needs none.
pub(crate) fn skip_locked(db: &impl ConnectionTrait) -> &'static str {
    match db.get_database_backend() {
        DbBackend::Postgres => " FOR UPDATE SKIP LOCKED",
        _ => "",
    }
}

/// `$from, $from+1, …` for `count` values.
pub(crate) fn placeholders(from: usize, count: usize) -> String {
    (from..from + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        if is_passing(&error) {
            Self::Unavailable { what: "database", why: error.to_string() }
        } else {
            Self::internal(error)
        }
    }
}

/// Whether the database is away, full or busy: nothing is wrong with what was asked, and it may work later.
fn is_passing(error: &DbErr) -> bool {
    match error {
        DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            match cause.as_ref() {
                sqlx::Error::Database(refusal) => refusal.code().is_some_and(|code| is_passing_code(&code)),
                sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => true,
                sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
                _ => false,
            }
        }
        _ => false,
    }
}

/// SQLite: busy, locked, input/output error, full, cannot open. PostgreSQL: lost connections, resources, stops, deadlocks.
fn is_passing_code(code: &str) -> bool {
    let primary_of_sqlite = code.parse::<u32>().ok().filter(|_| code.len() < 5).map(|code| code & 0xff);
    let is_sqlite = primary_of_sqlite.is_some_and(|code| [5, 6, 10, 13, 14].contains(&code));
    is_sqlite || ["08", "53", "57", "40", "25P03"].iter().any(|class| code.len() == 5 && code.starts_with(class))
}

/// Whether a statement failed because a row with the same unique key stands there already.
pub(crate) fn is_duplicate(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_)))
}

/// Lets a type that is [`Stored`] stand in a text column.
#[macro_export]
macro_rules! stored_as_text {
    ($name:ident) => {
        impl From<$name> for sea_orm::Value {
            fn from(value: $name) -> Self {
                value.as_stored().into()
            }
        }

        impl $name {
            /// As it stands in the database.
            pub fn as_stored(&self) -> String {
                $crate::Stored::to_stored(self)
            }
        }

        impl sea_orm::TryGetable for $name {
            fn try_get_by<I: sea_orm::ColIdx>(
                row: &sea_orm::QueryResult,
                column: I,
            ) -> Result<Self, sea_orm::TryGetError> {
                let text = <String as sea_orm::TryGetable>::try_get_by(row, column)?;
                $crate::Stored::from_stored(&text)
                    .map_err(|error: String| sea_orm::TryGetError::DbErr(sea_orm::DbErr::Type(error)))
            }
        }

        impl sea_orm::sea_query::ValueType for $name {
            fn try_from(value: sea_orm::Value) -> Result<Self, sea_orm::sea_query::ValueTypeErr> {
                let text = <String as sea_orm::sea_query::ValueType>::try_from(value)?;
                $crate::Stored::from_stored(&text).map_err(|_: String| sea_orm::sea_query::ValueTypeErr)
            }

            fn type_name() -> String {
                stringify!($name).to_owned()
            }

            fn array_type() -> sea_orm::sea_query::ArrayType {
                sea_orm::sea_query::ArrayType::String
            }

            fn column_type() -> sea_orm::sea_query::ColumnType {
                sea_orm::sea_query::ColumnType::Text
            }
        }

        impl sea_orm::sea_query::Nullable for $name {
            fn null() -> sea_orm::Value {
                <String as sea_orm::sea_query::Nullable>::null()
            }
        }

        impl sea_orm::IntoActiveValue<$name> for $name {
            fn into_active_value(self) -> sea_orm::ActiveValue<$name> {
                sea_orm::ActiveValue::Set(self)
            }
        }

        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    };
}

/// How a value stands in a text column; not its `Display`, which may hide something.
pub trait Stored: Sized {
    /// As text.
    fn to_stored(&self) -> String;
    /// From text.
    ///
    /// # Errors
    /// What is wrong with the text.
    fn from_stored(text: &str) -> Result<Self, String>;
}
