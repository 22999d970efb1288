//! Kills the real binary again and again under traffic and checks that nothing is lost and nothing doubled:
//! `cargo build && cargo run --example chaos -- --kills 30` (SQLite), and with `--nodes 3` on PostgreSQL, whose programs must be installed.

#[path = "../tests/chaos/mod.rs"]
#[expect(dead_code, unreachable_pub, missing_docs, reason = "the tests use other parts of it")]
mod chaos;
#[path = "../tests/world/pg.rs"]
#[expect(dead_code, unreachable_pub, missing_docs, reason = "the tests use other parts of it")]
mod pg;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;

/// What is to be endured.
#[derive(Parser)]
struct Arguments {
    /// How often a process is killed
    #[arg(long, default_value_t = 30)]
    kills: u32,
    /// Processes; more than one runs on PostgreSQL
    #[arg(long, default_value_t = 1)]
    nodes: usize,
    /// Texts and replies a second, together
    #[arg(long, default_value_t = 100)]
    rate: u32,
    /// Repeats an earlier run's kills; the time when left out
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
    let Some(database) = database(arguments.nodes, scratch.path()) else {
        eprintln!(
            "Several processes need PostgreSQL: install its programs (Debian: postgresql) or set TEST_DATABASE_URL."
        );
        return ExitCode::FAILURE;
    };
    let plan = chaos::Plan {
        binary: arguments.binary.unwrap_or_else(same_build),
        database,
        nodes: arguments.nodes,
        kills: arguments.kills,
        rate: arguments.rate,
        seed: arguments.seed.unwrap_or_else(seed),
    };
    let report = chaos::run(&plan, scratch.path()).await;
    if report.print() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
