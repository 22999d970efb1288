//! Slack's signature: `v0=` and HMAC-SHA256, in small hexadecimal digits, over `v0:time stamp:raw body`. The time stamp
//! may be off by five minutes either way; a request from the future is as suspicious as an old one.

use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};
use chrono::{DateTime, Utc};
use domain::contracts::webhook::{Refused, Request};

const SIGNATURE: &str = "x-slack-signature";
const TIMESTAMP: &str = "x-slack-request-timestamp";
/// Slack's advice against replays.
const TOLERANCE_SECS: u64 = 300;

/// Checks signature and age of a request against any of the secrets.
pub(super) fn check<'a>(secrets: impl Iterator<Item = &'a str>, request: &Request<'_>) -> Result<(), Refused> {
    let signature = (request.header)(SIGNATURE).ok_or(Refused::BadSignature)?;
    let stamp = (request.header)(TIMESTAMP).ok_or(Refused::BadSignature)?;
    if stamp.is_empty() || !stamp.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refused::BadSignature);
    }
    let mut is_right = false;
    for secret in secrets {
        let expected = sign(secret, stamp, request.body);
        is_right |= verify_slices_are_equal(expected.as_bytes(), signature.as_bytes()).is_ok();
    }
    if !is_right {
        return Err(Refused::BadSignature);
    }
    is_recent(stamp, request.received_at).then_some(()).ok_or(Refused::Stale)
}

fn sign(secret: &str, stamp: &str, body: &[u8]) -> String {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()));
    context.update(format!("v0:{stamp}:").as_bytes());
    context.update(body);
    format!("v0={}", hex::encode(context.sign()))
}

fn is_recent(stamp: &str, received_at: DateTime<Utc>) -> bool {
    stamp.parse::<i64>().is_ok_and(|secs| received_at.timestamp().abs_diff(secs) <= TOLERANCE_SECS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
    const STAMP: &str = "1531420618";
    const BODY: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow\
        &channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner\
        &command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands\
        %2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN\
        &trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    const RIGHT: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";

    struct Sent<'a> {
        signature: Option<&'a str>,
        stamp: Option<&'a str>,
        body: &'a [u8],
        late_secs: i64,
    }

    const GOOD: Sent<'static> =
        Sent { signature: Some(RIGHT), stamp: Some(STAMP), body: BODY.as_bytes(), late_secs: 0 };

    fn outcome(sent: Sent<'_>) -> Result<(), Refused> {
        let header = |name: &str| match name {
            SIGNATURE => sent.signature,
            TIMESTAMP => sent.stamp,
            _ => None,
        };
        let request = Request {
            path_and_query: "/webhooks/slack/commands",
            header: &header,
            body: sent.body,
            received_at: DateTime::from_timestamp(1_531_420_618 + sent.late_secs, 999_000_000).unwrap(),
        };
        check(["other", SECRET].into_iter(), &request)
    }

    #[test]
    fn the_documented_request_is_let_in() {
        assert_eq!(outcome(GOOD), Ok(()));
    }

    #[test]
    fn five_minutes_either_way_are_allowed_and_a_second_more_is_not() {
        let at = |late_secs| outcome(Sent { late_secs, ..GOOD });

        assert_eq!([at(-300), at(300)], [Ok(()), Ok(())]);
        assert_eq!([at(-301), at(301)], [Err(Refused::Stale), Err(Refused::Stale)]);
    }

    #[test]
    fn what_is_missing_empty_or_written_otherwise_is_refused() {
        let upper = RIGHT.to_uppercase();
        let spaced = format!("{RIGHT} ");
        let signatures = [None, Some(""), Some("v0="), Some(&upper), Some(&spaced), Some(&RIGHT[3..])];
        let stamps = [None, Some(""), Some("+1531420618"), Some("1531420618 "), Some("1531420619")];

        let by_signature = signatures.map(|signature| outcome(Sent { signature, ..GOOD }));
        let by_stamp = stamps.map(|stamp| outcome(Sent { stamp, ..GOOD }));

        assert_eq!(by_signature, [Err(Refused::BadSignature); 6]);
        assert_eq!(by_stamp, [Err(Refused::BadSignature); 5]);
    }

    #[test]
    fn no_bit_of_signature_or_body_can_be_changed() {
        let flipped = |bytes: &[u8], bit: usize| {
            let mut bytes = bytes.to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            bytes
        };
        let signatures =
            (0..RIGHT.len() * 8).map(|bit| String::from_utf8_lossy(&flipped(RIGHT.as_bytes(), bit)).into_owned());
        let bodies = (0..BODY.len() * 8).map(|bit| flipped(BODY.as_bytes(), bit));

        let by_signature = signatures.filter(|text| outcome(Sent { signature: Some(text), ..GOOD }).is_ok());
        let by_body = bodies.filter(|body| outcome(Sent { body, ..GOOD }).is_ok());

        assert_eq!((by_signature.count(), by_body.count()), (0, 0));
    }
}
