//! Kills the real binary again and again under traffic and checks that nothing is lost and nothing doubled:
//! `cargo build && cargo run --example chaos -- --kills 30` on SQLite, with `--nodes 3` on PostgreSQL (whose programs must be installed, or
//! `TEST_DATABASE_URL` set). With `--load SECS` nothing is killed and the acknowledgements are measured.

#[path = "../tests/chaos/mod.rs"]
mod chaos;
#[path = "../tests/world/pg.rs"]
mod pg;

use std::{path::Path, path::PathBuf, process::ExitCode, time::Duration};

use clap::Parser;

/// What is to be endured.
#[derive(Parser)]
struct Arguments {
    /// How often a process is killed
    #[arg(long, default_value_t = 30)]
    kills: u32,
    /// Processes; more than one need PostgreSQL
    #[arg(long, default_value_t = 1)]
    nodes: usize,
    /// Use PostgreSQL for a single process too
    #[arg(long)]
    postgres: bool,
    /// Address of a database to use instead of a private one
    #[arg(long)]
    database: Option<String>,
    /// Texts and replies a second, together
    #[arg(long, default_value_t = 100)]
    rate: u32,
    /// Kill nothing: texts only, at this rate, for so many seconds
    #[arg(long)]
    load: Option<u64>,
    /// Only kill: the vendors make no trouble
    #[arg(long)]
    calm: bool,
    /// Repeats an earlier run's dice; the time when left out
    #[arg(long)]
    seed: Option<u64>,
    /// The binary under test; the one of the same build when left out
    #[arg(long)]
    binary: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let Some(database) = database(&arguments, scratch.path()).await else {
        chaos::say("PostgreSQL is needed: install its programs (Debian: postgresql), or set TEST_DATABASE_URL.");
        return ExitCode::FAILURE;
    };
    let plan = chaos::Plan {
        binary: arguments.binary.unwrap_or_else(same_build),
        database,
        nodes: arguments.nodes,
        kills: arguments.kills,
        rate: arguments.rate,
        has_trouble: !arguments.calm,
        seed: arguments.seed.unwrap_or_else(seed),
    };
    let report = match arguments.load {
        Some(secs) => chaos::load(&plan, scratch.path(), Duration::from_secs(secs), false).await,
        None => chaos::run(&plan, scratch.path()).await,
    };
    if report.print() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn database(arguments: &Arguments, scratch: &Path) -> Option<String> {
    if let Some(url) = &arguments.database {
        return Some(url.clone());
    }
    if arguments.nodes == 1 && !arguments.postgres {
        return Some(format!("sqlite://{}", scratch.join("clerk.db").display()));
    }
    let server = pg::server()?;
    let name = format!("chaos_{}", seed());
    pg::run(server, &format!("CREATE DATABASE {name}")).await;
    Some(server.url(&name))
}

/// Beside this example's folder stands the binary of the same build.
fn same_build() -> PathBuf {
    let example = std::env::current_exe().expect("this program has a path");
    let folder = example.parent().and_then(Path::parent).expect("an example stands in target/<profile>/examples");
    folder.join("clerk")
}

fn seed() -> u64 {
    domain::clock::Clock::default().now().timestamp().unsigned_abs()
}
