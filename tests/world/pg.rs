//! A PostgreSQL for one run of the tests: `TEST_DATABASE_URL` when it is set, else a private server made with the programs that are
//! installed, on a free port of 127.0.0.1, in a directory of its own. The server cannot outlive the tests: a shell around it waits for
//! the end of its standard input, which comes even when the tests are killed. Without PostgreSQL the tests run on SQLite only, and say so.

use std::{
    io::Write,
    net::{TcpListener, TcpStream},
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, Database as SeaDatabase, DatabaseConnection};

/// PostgreSQL refuses to run as root; nobody owns its directory then.
const NOBODY: u32 = 65_534;

/// How long the server may take to start.
const START_LIMIT: Duration = Duration::from_secs(60);

/// Makes the data directory, serves it, and ends with its standard input.
const SCRIPT: &str = r#"
    set -e
    "$1/initdb" -D "$2/data" -U postgres -A trust -N --locale=C -E UTF8 >"$2/initdb.log" 2>&1
    "$1/postgres" -D "$2/data" -h 127.0.0.1 -p "$3" -k "$2" -c fsync=off -c synchronous_commit=off \
        -c full_page_writes=off -c max_connections=300 >"$2/log" 2>&1 </dev/null &
    server=$!
    cat >/dev/null
    kill -INT $server; wait $server || true
    cd / && rm -rf "$2"
"#;

/// A server that the tests may fill with databases.
pub(crate) struct Server {
    /// Address without a database's name, with a slash at its end.
    pub(crate) base: String,
    _shell: Option<Child>,
}

impl Server {
    /// Address of a database.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("{}{database}", self.base)
    }
}

/// The server of this run; none when there is no PostgreSQL here.
pub(crate) fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(found).as_ref()
}

fn found() -> Option<Server> {
    let server = find();
    if server.is_some() {
        say("PostgreSQL: used");
    }
    server
}

fn find() -> Option<Server> {
    if let Some(url) = given() {
        let base = url.rsplit_once('/').expect("TEST_DATABASE_URL ends in the name of a database").0.to_owned();
        return Some(Server { base: format!("{base}/"), _shell: None });
    }
    match programs() {
        Some(folder) => Some(start(&folder).expect("PostgreSQL starts")),
        None => {
            say("PostgreSQL not found: these tests ran on SQLite only");
            None
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one thing that the tests are told from outside")]
fn given() -> Option<String> {
    std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())
}

/// A line that is seen although the test passes.
pub(crate) fn say(line: &str) {
    // Nobody is there to read it when standard error is closed.
    drop(writeln!(std::io::stderr(), "{line}"));
}

#[expect(clippy::disallowed_methods, reason = "programs are found where the shell finds them")]
fn programs() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    if let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

fn start(programs: &Path) -> std::io::Result<Server> {
    let folder = tempfile::Builder::new().prefix("clerk-tests-pg-").tempdir()?.keep();
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let mut shell = Command::new("sh");
    shell.args(["-c", SCRIPT, "sh"]).arg(programs).arg(&folder).arg(port.to_string());
    shell.current_dir(&folder).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    if std::fs::metadata("/proc/self")?.uid() == 0 {
        chown(&folder, Some(NOBODY), Some(NOBODY))?;
        shell.uid(NOBODY).gid(NOBODY);
    }
    let mut shell = shell.spawn()?;
    wait(&mut shell, port, &folder)?;
    Ok(Server { base: format!("postgres://postgres@127.0.0.1:{port}/"), _shell: Some(shell) })
}

#[expect(clippy::disallowed_methods, reason = "a test's own thread, before anything runs that it could hold up")]
fn wait(shell: &mut Child, port: u16, folder: &Path) -> std::io::Result<()> {
    let end = Instant::now() + START_LIMIT;
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if Instant::now() > end || shell.try_wait()?.is_some() {
            let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
            return Err(std::io::Error::other(format!("PostgreSQL does not answer: {log}")));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Runs a statement on the server itself.
pub(crate) async fn run(server: &Server, sql: &str) {
    let database: DatabaseConnection = SeaDatabase::connect(server.url("postgres")).await.expect("a connection");
    database.execute_unprepared(sql).await.expect("the server does it");
    database.close().await.expect("it closes");
}
