//! Chaos: the real binary, texts and replies in both directions, and SIGKILL at random moments. The simulated carrier and Slack live in this process
//! and keep their own ledger, so the checker compares what was acknowledged with what really happened. Everything random comes from one seed, which
//! is printed first.

mod balancer;
mod checker;
mod clerk;
mod control;
mod dice;
#[cfg(test)]
mod short;
mod traffic;
mod trouble;

use std::{
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

pub(crate) use balancer::Balancer;
pub(crate) use checker::Report;
pub(crate) use clerk::{Clerk, Installation};
pub(crate) use control::Control;
pub(crate) use dice::Dice;
pub(crate) use traffic::Traffic;
pub(crate) use trouble::Trouble;

/// What is to be endured.
pub(crate) struct Plan {
    /// The binary.
    pub(crate) binary: PathBuf,
    /// Address of an empty database.
    pub(crate) database: String,
    /// How many processes share it; SQLite has one.
    pub(crate) nodes: usize,
    /// How often a process is killed.
    pub(crate) kills: u32,
    /// Texts and replies a second, together.
    pub(crate) rate: u32,
    /// Whether the vendors make trouble, too.
    pub(crate) has_trouble: bool,
    /// Where everything random comes from.
    pub(crate) seed: u64,
}

/// How many of them have a channel of their own, when there is trouble.
const DIRECTS: usize = 6;

/// How many people text.
const CONTACTS: usize = 40;

/// Age at which a text that nobody told us of is taken from the carrier's list, and a second for its clock.
const FOUND_AFTER: Duration = Duration::from_secs(21);

/// Longest wait for the work that is left when the killing is over.
const QUIET: Duration = Duration::from_secs(300);

/// Endures the plan in a scratch folder and reports what the checker found.
pub(crate) async fn run(plan: &Plan, scratch: &Path) -> Report {
    say(&format!(
        "seed {} · {} nodes · {} kills · {}/s · {}",
        plan.seed,
        plan.nodes,
        plan.kills,
        plan.rate,
        kind(&plan.database)
    ));
    let mut dice = Dice::new(plan.seed);
    let balancer = Balancer::start().await;
    let control = Arc::new(Control::start(&balancer.url()).await);
    let mut installation = Installation::new(plan, scratch, &control, &balancer);
    installation.start_all().await;
    let clerk = Clerk::set_up(&installation, &control, &balancer.url()).await;
    let mut traffic = Traffic::open_threads(&control, &clerk, CONTACTS).await;
    let trouble = if plan.has_trouble {
        let directs = traffic.moves_to_channels(&clerk, DIRECTS).await;
        Some(Trouble::begin(&control, &traffic.user, &balancer.url(), directs, dice.fork()))
    } else {
        None
    };
    let flow = traffic.begin(plan.rate, dice.fork(), true);
    for kill in 1..=plan.kills {
        let after = Duration::from_millis(dice.between(50, 800));
        tokio::time::sleep(after).await;
        let victims = if kill % 10 == 0 { (0..plan.nodes).collect() } else { vec![dice.below(plan.nodes)] };
        installation.kill(&victims);
        say(&format!("kill {kill}: node {victims:?} after {} ms", after.as_millis()));
        installation.start(&victims).await;
    }
    let sent = flow.end().await;
    if let Some(trouble) = trouble {
        trouble.end().await;
    }
    clerk.wait_until_compared(FOUND_AFTER, QUIET).await;
    clerk.wait_until_quiet(QUIET).await;
    checker::check(&control, &clerk, &sent).await
}

/// Sends at a steady rate for a while, without killing anything, and reports; the slowest of a hundred acknowledgements is printed.
pub(crate) async fn load(plan: &Plan, scratch: &Path, lasting: Duration, has_replies: bool) -> Report {
    say(&format!("{}/s for {} s · {}", plan.rate, lasting.as_secs(), kind(&plan.database)));
    let balancer = Balancer::start().await;
    let control = Arc::new(Control::start(&balancer.url()).await);
    let mut installation = Installation::new(plan, scratch, &control, &balancer);
    installation.start_all().await;
    let clerk = Clerk::set_up(&installation, &control, &balancer.url()).await;
    let traffic = Traffic::open_threads(&control, &clerk, CONTACTS * 3).await;
    let flow = traffic.begin(plan.rate, Dice::new(plan.seed), has_replies);
    tokio::time::sleep(lasting).await;
    let backlog = clerk.backlog().await;
    let sent = flow.end().await;
    let began = std::time::Instant::now();
    clerk.wait_until_quiet(QUIET).await;
    let mut took: Vec<Duration> = sent.iter().filter(|one| one.is_inbound).map(|one| one.took).collect();
    took.sort_unstable();
    let at = |part: f64| took.get((took.len() as f64 * part) as usize).map_or(0.0, |took| took.as_secs_f64() * 1_000.0);
    say(&format!("acknowledged within p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms", at(0.5), at(0.99), at(0.9999)));
    say(&format!(
        "waiting tasks at the end of the load: {backlog}; quiet {:.1} s later",
        began.elapsed().as_secs_f64()
    ));
    checker::check(&control, &clerk, &sent).await
}

/// A line for whoever watches.
pub(crate) fn say(line: &str) {
    // Nobody is there to read it when standard output is closed.
    drop(writeln!(std::io::stdout(), "{line}"));
}

fn kind(database: &str) -> &str {
    database.split(':').next().unwrap_or(database)
}
