//! Shows a file that came with a text: it is fetched from the carrier, looked at, and put into the conversation, once. When it cannot be shown, a line in
//! its place says why; when nobody can tell whether it is shown, a line names it and leads to it.

use std::time::Duration;

use chrono::TimeDelta;
use domain::{
    Result,
    contracts::{
        Answer, CallError,
        chat::{ChatRefusal, Place, Post, Upload},
    },
    ids::AttachmentId,
    messages::{self, Shown, ToShow},
    outbox::{self, Lease, Settlement},
    sms::kinds::{self, Kind},
};
use tokio::time::Instant;

use super::{Turn, asking, place, posting};
use crate::Workers;

/// How long a carrier that is away is asked again.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);

pub(super) async fn run(workers: &Workers, lease: &Lease, id: AttachmentId) -> Result<Turn> {
    let Some(wanted) = messages::to_show(&workers.ctx, id).await? else { return Ok(Turn::done()) };
    let place = match place::ready(workers, lease, &wanted.thread).await? {
        Ok(place) => place,
        Err(turn) => return Ok(turn),
    };
    let showing = Showing { workers, lease, id, wanted: &wanted, place: &place };
    if lease.is_ambiguous {
        let sorry = Sorry::at_once("nobody can tell whether it is shown");
        return showing.say(&wanted.in_doubt(), sorry, Duration::ZERO).await;
    }
    let began = Instant::now();
    let fetched = match showing.fetch().await {
        Ok(fetched) => fetched,
        Err(turn) => return Ok(turn),
    };
    let spent = began.elapsed();
    match fetched {
        Ok((kind, bytes)) => showing.upload(&kind, bytes, spent).await,
        Err(sorry) => showing.say(&wanted.sorry(&sorry.why), sorry, spent).await,
    }
}

/// Why a file is not shown, and how many bytes came all the same.
struct Sorry {
    why: String,
    fetched: u64,
}

impl Sorry {
    fn at_once(why: &str) -> Self {
        Self { why: why.to_owned(), fetched: 0 }
    }
}

struct Showing<'a> {
    workers: &'a Workers,
    lease: &'a Lease,
    id: AttachmentId,
    wanted: &'a ToShow,
    place: &'a Place,
}

impl Showing<'_> {
    /// The file, or why it cannot be had; or how the turn ends.
    async fn fetch(&self) -> Result<Result<(Kind, Vec<u8>), Sorry>, Turn> {
        let Some(limits) = self.wanted.limits else {
            let sorry = Sorry::at_once("the files of this text are too many or too large together");
            return Ok(self.counted("too_much", Err(sorry)));
        };
        let is_young = self.workers.ctx.now() - self.lease.created_at < PATIENCE;
        match self.workers.carrier.fetch_media(&self.wanted.url, limits).await {
            Ok(Answer::Done(bytes)) => Ok(match kinds::trusted(&bytes, &self.wanted.content_type) {
                Ok(kind) => self.counted("shown", Ok((kind, bytes))),
                Err(suspicion) => {
                    let sorry = Sorry { why: suspicion.to_string(), fetched: bytes.len() as u64 };
                    self.counted("suspicious", Err(sorry))
                }
            }),
            Ok(Answer::Refused(refusal)) => {
                let sorry = Sorry { why: refusal.to_string(), fetched: refusal.read() };
                Ok(self.counted(refusal.code(), Err(sorry)))
            }
            Err(CallError::Throttled { wait }) if is_young => Err(self.later(wait)),
            Err(error) if is_young => Err(Turn::End(Settlement::Retry { why: error.to_string() })),
            Err(_) => Ok(self.counted("away", Err(Sorry::at_once("the carrier could not be reached")))),
        }
    }

    fn counted<T>(&self, outcome: &'static str, fetched: T) -> T {
        metrics::counter!("clerk_media_fetched_total", "outcome" => outcome).increment(1);
        fetched
    }

    fn later(&self, wait: Duration) -> Turn {
        let wait = TimeDelta::from_std(wait).unwrap_or(PATIENCE);
        Turn::End(Settlement::Snooze { until: self.workers.ctx.now() + wait, why: "asked to wait".to_owned() })
    }

    async fn upload(&self, kind: &Kind, bytes: Vec<u8>, spent: Duration) -> Result<Turn> {
        let access = match asking::access(self.workers, self.wanted.workspace).await? {
            Ok(access) => access,
            Err(turn) => return Ok(turn),
        };
        let file = Upload { name: self.wanted.name(kind), bytes };
        outbox::calling(&self.workers.ctx, self.lease).await?;
        match self.workers.chat.upload(&access, self.place, &file).await {
            Ok(Answer::Done(())) => {
                let done = Shown::File { content_type: kind.content_type.to_owned(), byte_count: file.bytes.len() };
                messages::shown(&self.workers.ctx, self.lease, self.id, &done, spent).await?;
                Ok(Turn::Settled)
            }
            Ok(Answer::Refused(
                refusal @ (ChatRefusal::ChannelGone(_) | ChatRefusal::AccessLost(_) | ChatRefusal::NotAllowed { .. }),
            )) => asking::refused(self.workers, self.lease, Some(&self.place.channel), refusal).await,
            Ok(Answer::Refused(refusal)) => {
                let why = format!("the chat did not take it ({})", refusal.code());
                let sorry = Sorry { why, fetched: file.bytes.len() as u64 };
                self.say(&self.wanted.sorry(&sorry.why), sorry, spent).await
            }
            Err(error) => Ok(asking::post_in_doubt(self.workers, error)),
        }
    }

    /// Says a line in the place of the file.
    async fn say(&self, line: &Post, Sorry { why, fetched }: Sorry, spent: Duration) -> Result<Turn> {
        match posting::post_once(self.workers, self.lease, self.place, line).await? {
            Ok(_) => {
                let sorry = Shown::Sorry { why, fetched };
                messages::shown(&self.workers.ctx, self.lease, self.id, &sorry, spent).await?;
                Ok(Turn::Settled)
            }
            Err(turn) => Ok(turn),
        }
    }
}
