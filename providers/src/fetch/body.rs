//! Reads what comes, as far as it may: not more than was allowed, not slower than a phone could send it, and as it is. Nothing is unpacked, so a small
//! answer cannot become a large one.

use std::time::Duration;

use domain::contracts::{Answer, CallError, Outcome, media::MediaRefusal};

use super::Spending;

/// How long a server may take its time before its pace counts.
const GRACE: Duration = Duration::from_secs(4);

/// Slowest pace on the whole after that, in bytes per second.
const SLOWEST: u64 = 16 * 1024;

/// Longest silence.
const SILENCE: Duration = Duration::from_secs(8);

pub(super) async fn read(mut response: reqwest::Response, spending: &Spending) -> Outcome<Vec<u8>, MediaRefusal> {
    let too_large = || Ok(Answer::Refused(MediaRefusal::TooLarge { read: spending.read() }));
    let too_slow = || Ok(Answer::Refused(spending.too_slow()));
    let longest = spending.limits.longest;
    let announced = response.content_length().unwrap_or(0);
    if announced > longest {
        return too_large();
    }
    let mut bytes = Vec::with_capacity(usize::try_from(announced).unwrap_or(0));
    loop {
        let chunk = match tokio::time::timeout(SILENCE, response.chunk()).await {
            Err(_) => return too_slow(),
            Ok(Err(error)) if error.is_timeout() => return too_slow(),
            Ok(Err(_)) => return Err(broken()),
            Ok(Ok(None)) => return Ok(Answer::Done(bytes)),
            Ok(Ok(Some(chunk))) => chunk,
        };
        spending.add(chunk.len());
        if spending.read() > longest {
            return too_large();
        }
        bytes.extend_from_slice(&chunk);
        if is_too_slow(spending.read(), spending.began.elapsed()) {
            return too_slow();
        }
    }
}

fn is_too_slow(bytes: u64, taken: Duration) -> bool {
    taken > GRACE && bytes < SLOWEST.saturating_mul(taken.as_secs())
}

fn broken() -> CallError {
    CallError::Unavailable { why: "the connection broke before the file was whole".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_counts_after_a_while_only() {
        assert!(!is_too_slow(1, GRACE));
        assert!(is_too_slow(5, Duration::from_secs(5)));
        assert!(!is_too_slow(200_000, Duration::from_secs(10)));
        assert!(is_too_slow(SLOWEST * 10 - 1, Duration::from_secs(10)));
    }
}
