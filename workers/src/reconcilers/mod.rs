//! What runs by the clock: idempotent functions of the database and the time that find what nobody told us. To add one, write its file and name it in
//! [`NAMES`] and in [`run_one`].

mod broadcasts;
mod carrier_texts;
mod held_texts;
mod installations;
mod late_replies;
mod lost_channels;
mod old_media;
mod old_tasks;

use std::{sync::Arc, time::Duration};

use domain::{
    Result,
    schedules::{self, Turn},
};

use crate::{Settings, Workers};

/// How often due schedules are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Name of each reconciler and what it does.
pub const NAMES: &[(&str, &str)] = &[
    (broadcasts::NAME, "Lets broadcasts go on that stand still for a used-up limit, as soon as there is room."),
    (
        carrier_texts::NAME,
        "Compares the texts that the carrier received for us with ours, and takes in those that nobody told us of.",
    ),
    (held_texts::NAME, "Lets texts through that were held for a used-up limit, as soon as there is room."),
    (
        installations::NAME,
        "Renews tokens that are near their end, verifies the others, and compares what the app may do with what it needs.",
    ),
    (late_replies::NAME, "Tells of contacts who wait longer for an answer than the reply target allows."),
    (lost_channels::NAME, "Looks at channels that were lost today, and posts what waits for one that is back."),
    (old_media::NAME, "Forgets files that went out a week ago."),
    (old_tasks::NAME, "Deletes tasks that ended a week ago."),
];

/// What a reconciler did, in a sentence.
type Report = String;

/// How often each reconciler runs.
pub fn every(settings: &Settings, name: &str) -> Duration {
    match name {
        carrier_texts::NAME => settings.carrier_every,
        broadcasts::NAME | held_texts::NAME => Duration::from_secs(15),
        late_replies::NAME => Duration::from_secs(10),
        installations::NAME => settings.installations_every,
        lost_channels::NAME => settings.channels_every,
        _ => Duration::from_secs(3_600),
    }
}

async fn run_one(workers: &Workers, name: &str, turn: Turn) -> Result<Report> {
    match name {
        broadcasts::NAME => broadcasts::run(workers).await,
        carrier_texts::NAME => carrier_texts::run(workers, turn).await,
        held_texts::NAME => held_texts::run(workers).await,
        installations::NAME => installations::run(workers).await,
        late_replies::NAME => late_replies::run(workers).await,
        lost_channels::NAME => lost_channels::run(workers).await,
        old_media::NAME => old_media::run(workers).await,
        _ => old_tasks::run(workers).await,
    }
}

/// Runs what is due, again and again.
pub(crate) async fn run_forever(workers: Arc<Workers>) {
    loop {
        run_all(&workers).await;
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Runs every reconciler that is due.
pub async fn run_all(workers: &Workers) {
    for (name, _) in NAMES {
        if let Err(error) = run_if_due(workers, name).await {
            tracing::warn!(schedule = name, cause = %error.cause(), "a schedule could not be run");
        }
    }
}

async fn run_if_due(workers: &Workers, name: &str) -> Result<()> {
    let Some(turn) = schedules::take_turn(&workers.ctx, name, every(&workers.settings, name)).await? else {
        return Ok(());
    };
    let ended = run_one(workers, name, turn).await;
    match &ended {
        Ok(report) => tracing::debug!(schedule = name, report, "schedule ran"),
        Err(error) => tracing::warn!(schedule = name, cause = %error.cause(), "schedule failed"),
    }
    let result = ended.as_ref().map(String::as_str);
    let cause = ended.as_ref().err().map(domain::Error::cause).unwrap_or_default();
    schedules::report(&workers.ctx, name, result.map_err(|_| cause.as_str())).await
}
