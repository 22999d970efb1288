//! One call to Twilio, and what its answer means. The question that decides is always the same: can the effect have
//! happened? A refusal in Twilio's words is final; a connection that was never made had no effect; everything else after
//! the request has left (a 5xx, a broken or unreadable answer) is ambiguous for what must happen once, and harmless for
//! what may be repeated.

use std::time::Duration;

use domain::contracts::{
    Answer, CallError, Outcome,
    carrier::{CarrierRefusal, FailureReason},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, de::DeserializeOwned};

use super::{Config, codes};
use crate::{
    Misconfigured, json,
    wire::{self, Silence, Spoken},
};

/// The whole call, from connecting to the last byte.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Whether a call may be made again without harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Reading, or giving back what may be gone already.
    Harmless,
    /// Sending, buying.
    Never,
}

/// The account at Twilio.
pub(super) struct Api {
    http: reqwest::Client,
    base: String,
    account_sid: String,
    auth_token: SecretString,
}

impl Api {
    pub(super) fn new(config: Config) -> Result<Self, Misconfigured> {
        let sid = &config.account_sid;
        if !(sid.starts_with("AC") && is_sid(sid)) {
            let why = "must be AC and 32 hexadecimal digits";
            return Err(Misconfigured::new("twilio.account_sid", why));
        }
        Ok(Self {
            http: wire::client(TIMEOUT)?,
            base: wire::base("twilio.api_url", &config.api_url)?,
            auth_token: config.auth_token.checked("twilio.auth_token")?.current,
            account_sid: config.account_sid,
        })
    }

    /// The account.
    pub(super) fn account_sid(&self) -> &str {
        &self.account_sid
    }

    /// Path of something below the account.
    pub(super) fn path(&self, below: &str) -> String {
        format!("/2010-04-01/Accounts/{}{below}", self.account_sid)
    }

    /// Address of a path.
    pub(super) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Outcome<T, CarrierRefusal> {
        let request = self.http.get(self.address(path)).query(query);
        read(self.call(request, Repeat::Harmless).await?, Repeat::Harmless)
    }

    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        form: &[(&str, String)],
    ) -> Outcome<T, CarrierRefusal> {
        let request = self.http.post(self.address(path)).form(form);
        read(self.call(request, Repeat::Never).await?, Repeat::Never)
    }

    pub(super) async fn delete(&self, path: &str) -> Outcome<(), CarrierRefusal> {
        let request = self.http.delete(self.address(path));
        Ok(match self.call(request, Repeat::Harmless).await? {
            Answer::Done(_) => Answer::Done(()),
            Answer::Refused(refusal) => Answer::Refused(refusal),
        })
    }

    async fn call(&self, request: reqwest::RequestBuilder, repeat: Repeat) -> Outcome<Vec<u8>, CarrierRefusal> {
        let request = request.basic_auth(&self.account_sid, Some(self.auth_token.expose_secret()));
        judge(wire::speak(request).await, repeat)
    }
}

/// Verifies the credentials.
pub(super) async fn check(api: &Api) -> Outcome<(), CarrierRefusal> {
    #[derive(Deserialize)]
    struct Account {
        status: String,
    }
    Ok(match api.get::<Account>(&api.path(".json"), &[]).await? {
        Answer::Done(account) if account.status == "active" => Answer::Done(()),
        Answer::Done(account) => Answer::Refused(CarrierRefusal {
            code: format!("account_{}", account.status),
            reason: FailureReason::Account,
        }),
        Answer::Refused(refusal) => Answer::Refused(refusal),
    })
}

/// Whether a text has the form of an id of Twilio, so that it may stand in a path.
pub(super) fn is_sid(text: &str) -> bool {
    text.len() == 34 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn judge(spoken: Result<Spoken, Silence>, repeat: Repeat) -> Outcome<Vec<u8>, CarrierRefusal> {
    let spoken = match spoken {
        Ok(spoken) => spoken,
        Err(Silence::NeverLeft) => {
            let why = "Twilio could not be reached".to_owned();
            return Err(CallError::Unavailable { why });
        }
        Err(silence) => return Err(unclear(format!("Twilio: {silence}"), repeat)),
    };
    match spoken.status {
        200..=299 => Ok(Answer::Done(spoken.body)),
        429 => Err(throttled(&spoken)),
        400..=499 => refused(&spoken),
        status => Err(unclear(format!("Twilio answered {status}"), repeat)),
    }
}

fn refused(spoken: &Spoken) -> Outcome<Vec<u8>, CarrierRefusal> {
    match code(&spoken.body) {
        Some(code) if codes::asks_to_wait(code) => Err(throttled(spoken)),
        Some(code) => Ok(Answer::Refused(account_or(spoken.status, codes::refusal(code)))),
        None => Ok(Answer::Refused(account_or(
            spoken.status,
            CarrierRefusal { code: format!("http_{}", spoken.status), reason: FailureReason::Unknown },
        ))),
    }
}

/// 401 and 403 are about the account unless the code says something more exact.
fn account_or(status: u16, refusal: CarrierRefusal) -> CarrierRefusal {
    match (status, refusal.reason) {
        (401 | 403, FailureReason::Unknown) => CarrierRefusal { reason: FailureReason::Account, ..refusal },
        _ => refusal,
    }
}

fn throttled(spoken: &Spoken) -> CallError {
    CallError::Throttled { wait: spoken.wait }
}

fn unclear(why: String, repeat: Repeat) -> CallError {
    match repeat {
        Repeat::Never => CallError::Ambiguous { why },
        Repeat::Harmless => CallError::Unavailable { why },
    }
}

fn read<T: DeserializeOwned>(answer: Answer<Vec<u8>, CarrierRefusal>, repeat: Repeat) -> Outcome<T, CarrierRefusal> {
    match answer {
        Answer::Refused(refusal) => Ok(Answer::Refused(refusal)),
        Answer::Done(body) => match json::read(&body).and_then(serde_json::from_value) {
            Ok(value) => Ok(Answer::Done(value)),
            Err(_) => Err(unclear("Twilio's answer could not be read".to_owned(), repeat)),
        },
    }
}

/// The code in the body of a refusal; Twilio writes it as a number.
fn code(body: &[u8]) -> Option<u32> {
    let value = json::read(body).ok()?;
    let code = value.get("code")?;
    let number = code.as_u64().or_else(|| code.as_str()?.parse().ok())?;
    u32::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Result<Spoken, Silence> {
        Ok(Spoken { status, wait: Duration::from_secs(9), content_type: String::new(), body: body.as_bytes().to_vec() })
    }

    fn refusal_of(status: u16, body: &str) -> CarrierRefusal {
        match judge(answer(status, body), Repeat::Never) {
            Ok(Answer::Refused(refusal)) => refusal,
            other => panic!("not refused: {other:?}"),
        }
    }

    #[test]
    fn every_way_of_saying_slower_is_a_wait() {
        let wait = |status, body: &str| judge(answer(status, body), Repeat::Never).err();

        let expected = Some(CallError::Throttled { wait: Duration::from_secs(9) });
        assert_eq!(wait(429, ""), expected);
        assert_eq!(wait(429, r#"{"code":20429}"#), expected);
        assert_eq!(wait(400, r#"{"code":21611}"#), expected);
    }

    #[test]
    fn a_connection_that_was_never_made_had_no_effect() {
        let error = judge(Err(Silence::NeverLeft), Repeat::Never).err().unwrap();

        assert!(matches!(error, CallError::Unavailable { .. }));
    }

    #[test]
    fn after_the_request_has_left_only_clear_answers_are_believed() {
        let lost = [
            judge(Err(Silence::Broken), Repeat::Never),
            judge(Err(Silence::TooLate), Repeat::Never),
            judge(answer(500, "{}"), Repeat::Never),
            judge(answer(503, ""), Repeat::Never),
            judge(answer(302, ""), Repeat::Never),
        ];

        assert!(lost.iter().all(|outcome| outcome.as_ref().is_err_and(CallError::is_ambiguous)));
    }

    #[test]
    fn what_may_be_repeated_is_never_ambiguous() {
        let lost = [judge(Err(Silence::Broken), Repeat::Harmless), judge(answer(500, ""), Repeat::Harmless)];

        assert!(lost.iter().all(|outcome| !outcome.as_ref().is_err_and(CallError::is_ambiguous)));
    }

    #[test]
    fn half_an_answer_is_ambiguous_and_a_field_more_is_not() {
        #[derive(Deserialize)]
        struct Sent {
            sid: String,
        }
        let read = |body: &str| read::<Sent>(Answer::Done(body.as_bytes().to_vec()), Repeat::Never);

        let whole = read(r#"{"sid":"SM1","new":[1]}"#);
        assert!(matches!(whole, Ok(Answer::Done(sent)) if sent.sid == "SM1"));
        assert!(read(r#"{"sid":"S"#).is_err_and(|error| error.is_ambiguous()));
        assert!(read("").is_err_and(|error| error.is_ambiguous()));
    }

    #[test]
    fn a_refusal_keeps_its_code_and_gets_its_reason() {
        let refusal = refusal_of(400, r#"{"code":21610,"message":"x","status":400}"#);

        assert_eq!((refusal.code.as_str(), refusal.reason), ("21610", FailureReason::OptedOut));
    }

    #[test]
    fn without_a_known_code_a_denied_call_is_about_the_account() {
        let reasons = [(401, ""), (403, r#"{"code":70051}"#), (403, r#"{"code":21408}"#), (404, "")]
            .map(|(status, body)| refusal_of(status, body).reason);

        assert_eq!(
            reasons,
            [FailureReason::Account, FailureReason::Account, FailureReason::CountryNotEnabled, FailureReason::Unknown,]
        );
    }

    #[test]
    fn an_id_that_does_not_look_like_one_gets_into_no_path() {
        assert!(is_sid("PN0123456789abcdef0123456789abcdef"));
        assert!(!is_sid("../../Accounts"));
        assert!(!is_sid("PN0123456789abcdef0123456789abcde/"));
    }
}
