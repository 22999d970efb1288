//! A fresh database for one test, with every migration applied. The migrations run once for each kind: PostgreSQL copies a template
//! database, SQLite a file, so that a test begins after milliseconds.

use std::sync::atomic::{AtomicU32, Ordering};

use migrations::{Migrator, MigratorTrait};
use sea_orm::Database as SeaDatabase;
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::pg;

/// Name of the migrated database that others are copied from.
const TEMPLATE: &str = "clerk_tests_template";

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

/// A database of a test's own.
pub(crate) struct Fresh {
    /// Address of it.
    pub(crate) url: String,
    /// Folder of the test, gone with it.
    pub(crate) folder: TempDir,
    name: Option<String>,
}

impl Fresh {
    /// A migrated, empty database.
    pub(crate) async fn new(kind: Kind) -> Self {
        let folder = tempfile::Builder::new().prefix("clerk-test-").tempdir().expect("a folder");
        match kind {
            Kind::Sqlite => {
                let file = folder.path().join("clerk.db");
                tokio::fs::write(&file, sqlite_template().await).await.expect("a copy");
                Self { url: format!("sqlite://{}", file.display()), folder, name: None }
            }
            Kind::Postgres => {
                let server = pg::server().expect("skipped without PostgreSQL");
                postgres_template(server).await;
                let name = unused_name();
                pg::run(server, &format!("CREATE DATABASE {name} TEMPLATE {}", template_name())).await;
                Self { url: server.url(&name), folder, name: Some(name) }
            }
        }
    }

    /// Gives its room back. A test that failed leaves it for whoever wants to look.
    pub(crate) async fn drop_it(self) {
        if let (Some(name), Some(server)) = (self.name, pg::server()) {
            pg::run(server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

/// Differs from the names of other runs on the same server.
fn unused_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("clerk_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

fn template_name() -> String {
    format!("{TEMPLATE}_{}", std::process::id())
}

/// The bytes of a migrated file; the file itself is gone.
async fn sqlite_template() -> &'static [u8] {
    static BYTES: OnceCell<Vec<u8>> = OnceCell::const_new();
    let make = || async {
        let folder = tempfile::Builder::new().prefix("clerk-test-").tempdir().expect("a folder");
        let file = folder.path().join("template.db");
        migrate(&format!("sqlite://{}?mode=rwc", file.display())).await;
        tokio::fs::read(file).await.expect("a file")
    };
    BYTES.get_or_init(make).await
}

async fn postgres_template(server: &pg::Server) {
    static MADE: OnceCell<()> = OnceCell::const_new();
    MADE.get_or_init(|| async {
        pg::run(server, &format!("CREATE DATABASE {}", template_name())).await;
        migrate(&server.url(&template_name())).await;
    })
    .await;
}

async fn migrate(url: &str) {
    let database = SeaDatabase::connect(url).await.expect("a connection");
    Migrator::up(&database, None).await.expect("the migrations run");
    database.close().await.expect("it closes");
}
