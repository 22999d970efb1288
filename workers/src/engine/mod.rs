//! The engine: claims due tasks, runs each by itself, keeps their leases, and gives back what dead workers had. It sleeps until work is promised,
//! a task is due or a lane opens, so an idle installation does next to nothing and a promise is kept at once.

mod turn;

use std::{sync::Arc, time::Duration};

use domain::{Error, Result, outbox, schedules};
use tokio::{task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::{Workers, chat::Waits, reconcilers};

/// Longest sleep, in case a wake-up was lost.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// Shortest sleep after a failed claim.
const AFTER_FAILURE: Duration = Duration::from_millis(500);

/// How often dead workers are looked for.
const RESCUE_EVERY: Duration = Duration::from_secs(2);

/// Works until told to stop; then takes no new tasks, waits for those under way, and gives back the rest.
pub async fn run(workers: Workers, stop: CancellationToken) {
    let workers = Arc::new(workers);
    let background = stop.child_token();
    let mut helpers = JoinSet::new();
    helpers.spawn(until(background.clone(), heartbeat(workers.clone())));
    helpers.spawn(until(background.clone(), rescue(workers.clone())));
    helpers.spawn(until(stop.clone(), reconcilers::run_forever(workers.clone())));
    let listening = workers.ctx.database.clone();
    helpers.spawn(until(background.clone(), async move { listening.listen().await }));
    let mut under_way = JoinSet::new();
    claim_until(&workers, &Arc::new(Waits::default()), &stop, &mut under_way).await;
    drain(&workers, under_way).await;
    background.cancel();
    helpers.join_all().await;
}

async fn until(stop: CancellationToken, work: impl Future<Output = ()>) {
    stop.run_until_cancelled(work).await;
}

async fn claim_until(
    workers: &Arc<Workers>,
    waits: &Arc<Waits>,
    stop: &CancellationToken,
    under_way: &mut JoinSet<()>,
) {
    while !stop.is_cancelled() {
        while under_way.try_join_next().is_some() {}
        let room = workers.settings.concurrency.saturating_sub(under_way.len());
        let claimed = if room == 0 { Ok(0) } else { claim(workers, waits, room, under_way).await };
        let sleep = match claimed {
            Ok(0) => idle_time(workers).await,
            Ok(_) => continue,
            Err(error) => {
                tracing::warn!(cause = %error.cause(), "tasks could not be claimed");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = workers.ctx.database.promised(sleep) => {}
            Some(_) = under_way.join_next() => {}
            () = stop.cancelled() => {}
        }
    }
}

async fn claim(workers: &Arc<Workers>, waits: &Arc<Waits>, room: usize, under_way: &mut JoinSet<()>) -> Result<usize> {
    let settings = &workers.settings;
    let limit = u64::try_from(room).unwrap_or(u64::MAX);
    let leases = outbox::claim(&workers.ctx, &settings.node, limit, settings.lease, &settings.pacing).await?;
    let count = leases.len();
    for lease in leases {
        under_way.spawn(turn::take(workers.clone(), waits.clone(), lease));
    }
    Ok(count)
}

/// Until the next task is due or the next lane opens.
async fn idle_time(workers: &Workers) -> Duration {
    let until_due = match outbox::next_due(&workers.ctx).await {
        Ok(Some(due)) => (due - workers.ctx.now()).to_std().unwrap_or(Duration::from_millis(1)),
        _ => LONGEST_SLEEP,
    };
    let until_open = outbox::next_opening(&workers.ctx).await.ok().flatten().unwrap_or(LONGEST_SLEEP);
    until_due.min(until_open).min(LONGEST_SLEEP)
}

async fn drain(workers: &Workers, mut under_way: JoinSet<()>) {
    let end = Instant::now() + workers.settings.drain;
    while !under_way.is_empty() {
        if tokio::time::timeout_at(end, under_way.join_next()).await.is_err() {
            tracing::warn!(
                count = under_way.len(),
                "tasks did not end in time; they are given back and read back before a repetition"
            );
            under_way.shutdown().await;
        }
    }
    if let Err(error) = outbox::release(&workers.ctx, &workers.settings.node).await {
        tracing::warn!(cause = %error.cause(), "tasks could not be given back; their leases will run out");
    }
}

async fn heartbeat(workers: Arc<Workers>) {
    let settings = &workers.settings;
    let started_at = workers.ctx.now();
    loop {
        let beat = async {
            outbox::heartbeat(&workers.ctx, &settings.node, settings.lease).await?;
            schedules::seen(&workers.ctx, &settings.node, settings.version, started_at).await
        };
        if let Err(error) = beat.await {
            tracing::warn!(cause = %error.cause(), "leases could not be prolonged");
        }
        tokio::time::sleep(settings.heartbeat).await;
    }
}

async fn rescue(workers: Arc<Workers>) {
    loop {
        match outbox::rescue(&workers.ctx).await {
            Ok(0) => {}
            Ok(count) => {
                metrics::counter!("clerk_tasks_rescued_total").increment(count);
                tracing::warn!(count, "took over tasks of a worker that went away");
            }
            Err(Error::LeaseLost) => {}
            Err(error) => tracing::warn!(cause = %error.cause(), "could not look for tasks of dead workers"),
        }
        tokio::time::sleep(RESCUE_EVERY).await;
    }
}
