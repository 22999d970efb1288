//! How the installation is: the database, the work, the processes. Nothing outside is called, so it answers at once even while a provider is away.

use std::time::Instant as Stopwatch;

use async_graphql::{Context, Enum, Result, SimpleObject};
use chrono::TimeDelta;
use domain::{
    outbox::{self, Queue},
    schedules::{self, Node},
};

use super::{
    context::Ask,
    scalars::{Instant, int},
};

/// How long after its last sign of life a process counts as running.
const SEEN_WITHIN: TimeDelta = TimeDelta::minutes(1);

/// State of the installation.
#[derive(SimpleObject)]
pub(crate) struct Health {
    /// Worst of the checks.
    status: HealthStatus,
    /// Version that runs.
    version: String,
    /// What was looked at.
    checks: Vec<HealthCheck>,
    /// Processes that were seen in the last minute.
    nodes: Vec<ClusterNode>,
    /// Tasks by kind.
    queues: Vec<TaskQueue>,
    /// When it was looked at.
    checked_at: Instant,
}

/// How well something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enum)]
pub(crate) enum HealthStatus {
    /// Well.
    Ok,
    /// It works, with trouble.
    Degraded,
    /// It does not work.
    Down,
}

/// Something that was looked at: the database, or a provider.
#[derive(SimpleObject)]
pub(crate) struct HealthCheck {
    /// What it is.
    name: String,
    /// How well it is.
    status: HealthStatus,
    /// What is wrong; null when nothing is.
    message: Option<String>,
    /// How long it took to answer, in milliseconds.
    latency_ms: i32,
}

impl HealthCheck {
    fn new(name: &str, trouble: Option<(HealthStatus, String)>, began: Stopwatch) -> Self {
        let latency_ms = int(began.elapsed().as_millis());
        let (status, message) = trouble.map_or((HealthStatus::Ok, None), |(status, message)| (status, Some(message)));
        Self { name: name.to_owned(), status, message, latency_ms }
    }
}

/// Process of the installation.
#[derive(SimpleObject)]
pub(crate) struct ClusterNode {
    /// Name of the process: its machine and process id.
    name: String,
    /// Version that it runs.
    version: String,
    /// When it started.
    started_at: Instant,
    /// When it was last seen.
    seen_at: Instant,
}

impl From<Node> for ClusterNode {
    fn from(node: Node) -> Self {
        Self {
            name: node.name,
            version: node.version,
            started_at: node.started_at.into(),
            seen_at: node.seen_at.into(),
        }
    }
}

/// Tasks of one kind.
#[derive(SimpleObject)]
pub(crate) struct TaskQueue {
    /// What they do.
    kind: String,
    /// How many wait.
    ready_count: i32,
    /// How many run.
    running_count: i32,
    /// How many failed for good.
    failed_count: i32,
    /// How long the oldest that could run has waited, in seconds.
    latency_seconds: i32,
}

impl Health {
    /// Looks.
    pub(super) async fn look(ctx: &Context<'_>) -> Result<Self> {
        let (domain, now) = (ctx.domain(), ctx.domain().now());
        let mut checks = vec![database(ctx).await];
        for probe in &ctx.state().settings.probes {
            let began = Stopwatch::now();
            let trouble = (probe.look)().await.err().map(|message| (HealthStatus::Down, message));
            checks.push(HealthCheck::new(probe.name, trouble, began));
        }
        let nodes = schedules::nodes(domain, now - SEEN_WITHIN).await?;
        checks.push(workers(&nodes));
        let queues = outbox::queues(domain).await?;
        checks.push(work(&queues));
        let shown = |queue: Queue| TaskQueue {
            kind: queue.kind,
            ready_count: int(queue.ready_count),
            running_count: int(queue.running_count),
            failed_count: int(queue.failed_count),
            latency_seconds: queue.oldest_due_at.map_or(0, |since| int((now - since).num_seconds().max(0))),
        };
        Ok(Self {
            status: checks.iter().map(|check| check.status).max().unwrap_or(HealthStatus::Ok),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            checks,
            nodes: nodes.into_iter().map(ClusterNode::from).collect(),
            queues: queues.into_iter().map(shown).collect(),
            checked_at: now.into(),
        })
    }
}

async fn database(ctx: &Context<'_>) -> HealthCheck {
    let began = Stopwatch::now();
    let answered = ctx.domain().database.ping().await;
    let trouble = answered.err().map(|error| (HealthStatus::Down, error.to_string()));
    HealthCheck::new("database", trouble, began)
}

fn workers(nodes: &[Node]) -> HealthCheck {
    let trouble = nodes.is_empty().then(|| {
        (
            HealthStatus::Degraded,
            "No worker was seen in the last minute, so nothing that was promised is done.".to_owned(),
        )
    });
    HealthCheck::new("workers", trouble, Stopwatch::now())
}

fn work(queues: &[Queue]) -> HealthCheck {
    let failed_count: i64 = queues.iter().map(|queue| queue.failed_count).sum();
    let trouble =
        (failed_count > 0).then(|| (HealthStatus::Degraded, format!("Tasks that wait for a person: {failed_count}.")));
    HealthCheck::new("tasks", trouble, Stopwatch::now())
}
