//! The short version of the chaos: a few kills, and a few seconds of steady load, on both databases.

use std::{path::PathBuf, time::Duration};

use super::{Plan, Report, load, run};
use crate::world::{Fresh, Kind, is_offered};

/// Any number does; a run prints it, and another one repeats it.
const SEED: u64 = 20_261_123;

fn plan(fresh: &Fresh, nodes: usize, rate: u32) -> Plan {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_clerk"));
    Plan { binary, database: fresh.url.clone(), nodes, kills: 4, rate, has_trouble: true, seed: SEED }
}

async fn survives(kind: Kind, nodes: usize) -> Option<Report> {
    if !is_offered(kind) {
        return None;
    }
    let fresh = Fresh::new(kind).await;
    let report = run(&plan(&fresh, nodes, 30), fresh.folder.path()).await;
    fresh.drop_it().await;
    Some(report)
}

async fn carries(kind: Kind) -> Option<Report> {
    if !is_offered(kind) {
        return None;
    }
    let fresh = Fresh::new(kind).await;
    let report = load(&plan(&fresh, 1, 20), fresh.folder.path(), Duration::from_secs(4), false).await;
    fresh.drop_it().await;
    Some(report)
}

/// Nothing to judge where there is no PostgreSQL; the harness has said so.
fn is_sound(report: Option<Report>) -> bool {
    report.is_none_or(|report| report.print())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_killed_again_and_again_on_sqlite_loses_and_doubles_nothing() {
    assert!(is_sound(survives(Kind::Sqlite, 1).await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_processes_killed_again_and_again_on_postgres_lose_and_double_nothing() {
    assert!(is_sound(survives(Kind::Postgres, 3).await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_steady_load_on_sqlite_is_carried_whole() {
    assert!(is_sound(carries(Kind::Sqlite).await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_steady_load_on_postgres_is_carried_whole() {
    assert!(is_sound(carries(Kind::Postgres).await));
}
