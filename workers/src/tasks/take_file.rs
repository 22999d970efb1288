//! Takes over a file that goes out with a text, from the chat or from the web, and makes it fit. Its text waits for it; when it cannot be had, nothing is
//! sent and its author is told.

use chrono::TimeDelta;
use domain::{
    Error, Result,
    contracts::{Answer, CallError, Outcome, carrier::FailureReason, chat::ChatRefusal, media::FetchLimits},
    ids::AttachmentId,
    media::File,
    messages::{self, Route, ToTake},
    outbox::{Lease, Settlement},
    sms::kinds::{self, Sort},
};
use tokio::sync::Semaphore;

use super::{Turn, asking};
use crate::{Workers, pictures};

/// How long a text waits for its file.
const PATIENCE: TimeDelta = TimeDelta::minutes(15);

/// How long a file of the web may take.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(30);

/// Media type of what people should save and not open.
const UNKNOWN: &str = "application/octet-stream";

/// Pictures that are made smaller at the same time: unpacked, each takes much memory.
static TURNS: Semaphore = Semaphore::const_new(1);

pub(super) async fn run(workers: &Workers, lease: &Lease, id: AttachmentId) -> Result<Turn> {
    let ctx = &workers.ctx;
    let Some(wanted) = messages::to_take(ctx, id).await? else { return Ok(Turn::done()) };
    let bytes = match had(workers, lease, &wanted).await? {
        Had::Bytes(bytes) => bytes,
        Had::Nothing(reason, why) => {
            messages::gave_up(ctx, lease, id, reason, &why).await?;
            return Ok(Turn::Settled);
        }
        Had::End(turn) => return Ok(turn),
    };
    match prepared(&wanted, bytes).await? {
        Ok(file) => messages::taken(ctx, lease, id, &file).await?,
        Err(why) => messages::gave_up(ctx, lease, id, FailureReason::FileUnfit, &why).await?,
    }
    Ok(Turn::Settled)
}

enum Had {
    Bytes(Vec<u8>),
    /// It cannot be had.
    Nothing(FailureReason, String),
    End(Turn),
}

async fn had(workers: &Workers, lease: &Lease, wanted: &ToTake) -> Result<Had> {
    let is_old = workers.ctx.now() - lease.created_at > PATIENCE;
    if wanted.file.id.is_empty() {
        let limits = FetchLimits { longest: wanted.longest, within: LONGEST };
        let fetched = workers.web.fetch(&wanted.file.url, limits).await;
        let refused =
            |refusal: domain::contracts::media::MediaRefusal| (FailureReason::FileMissing, refusal.to_string());
        return Ok(understood(fetched, is_old, refused));
    }
    let access = match asking::access(workers, wanted.workspace).await? {
        Ok(access) => access,
        Err(turn) => return Ok(Had::End(turn)),
    };
    match workers.chat.download(&access, &wanted.file, wanted.longest).await {
        Ok(Answer::Refused(refusal @ ChatRefusal::AccessLost(_))) => {
            Ok(Had::End(asking::refused(workers, lease, None, refusal).await?))
        }
        downloaded => Ok(understood(downloaded, is_old, |refusal| {
            let reason = match refusal {
                ChatRefusal::Unpostable(_) => FailureReason::FileUnfit,
                _ => FailureReason::FileMissing,
            };
            (reason, format!("the chat does not hand it out ({})", refusal.code()))
        })),
    }
}

fn understood<R>(
    outcome: Outcome<Vec<u8>, R>,
    is_old: bool,
    refused: impl FnOnce(R) -> (FailureReason, String),
) -> Had {
    match outcome {
        Ok(Answer::Done(bytes)) => Had::Bytes(bytes),
        Ok(Answer::Refused(refusal)) => {
            let (reason, why) = refused(refusal);
            Had::Nothing(reason, why)
        }
        Err(error) if is_old => Had::Nothing(FailureReason::FileMissing, error.to_string()),
        Err(CallError::Throttled { wait }) => Had::End(Turn::End(Settlement::Throttled { wait })),
        Err(error) => Had::End(Turn::End(Settlement::Retry { why: error.to_string() })),
    }
}

/// The file as it is handed out, or why it cannot be.
async fn prepared(wanted: &ToTake, bytes: Vec<u8>) -> Result<Result<File, String>> {
    let name = wanted.file.name.clone();
    if wanted.route == Route::Link {
        let kind = kinds::of(&bytes).filter(|kind| kind.sort != Sort::Risky);
        let content_type = kind.map_or(UNKNOWN, |kind| kind.content_type).to_owned();
        return Ok(Ok(File { name, content_type, bytes }));
    }
    let kind = match kinds::trusted(&bytes, &wanted.file.content_type) {
        Ok(kind) => kind,
        Err(suspicion) => return Ok(Err(suspicion.to_string())),
    };
    let most = wanted.most_bytes;
    if kind != kinds::JPEG && kind != kinds::PNG {
        let fits = bytes.len() as u64 <= most;
        let file = File { name, content_type: kind.content_type.to_owned(), bytes };
        return Ok(if fits { Ok(file) } else { Err("it is larger than was said".to_owned()) });
    }
    let _turn = TURNS.acquire().await.map_err(Error::internal)?;
    let fitted =
        tokio::task::spawn_blocking(move || pictures::fit(bytes, kind, most)).await.map_err(Error::internal)?;
    Ok(match fitted {
        Ok((bytes, kind)) => Ok(File { name, content_type: kind.content_type.to_owned(), bytes }),
        Err(unfit) => Err(unfit.to_string()),
    })
}
