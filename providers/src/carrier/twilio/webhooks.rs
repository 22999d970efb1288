//! What Twilio tells us: a text came in, a text of ours got further, or somebody calls.
//!
//! The texts of a request are taken exactly as they came; a form that we do not know is kept for a person to look at
//! instead of being refused, because a refusal would only make Twilio give up.

use aws_lc_rs::digest;
use domain::contracts::{
    ProviderKind,
    carrier::{CarrierRefusal, DeliveryStatus, FailureReason},
    inbound::{DeliveryReport, Envelope, Inbound, MediaRef, TextReceived},
    view::Fault,
    webhook::{Parsed, Refused, Reply, Request, Verified, Webhook},
};
use url::form_urlencoded;

use super::{
    Config, NAME, STATUS_PATH, VOICE_PATH, VOICE_STATUS_PATH, codes, messages,
    signature::{self, Form, Site},
};
use crate::{Misconfigured, Rotating, wire};

const SIGNATURE: &str = "x-twilio-signature";
/// The answer to a text goes another way.
const NO_WORDS: &str = "";
/// A number takes texts only: a call is turned away, which costs nothing and is answered by nobody.
const REJECT: &str = "<Reject/>";
/// Twilio's own limit.
const MOST_MEDIA: usize = 10;

/// Verifies and understands Twilio's requests; the path tells which kind one is of.
pub(super) struct Webhooks {
    account_sid: String,
    auth_token: Rotating,
    site: Site,
}

impl Webhooks {
    pub(super) fn new(config: Config) -> Result<Self, Misconfigured> {
        Ok(Self {
            account_sid: config.account_sid,
            auth_token: config.auth_token.checked("twilio.auth_token")?,
            site: Site::new(&wire::base("server.public_url", &config.public_url)?),
        })
    }
}

/// A text that was received, whether a webhook told it or a list.
pub(super) fn received(account_sid: &str, text: TextReceived) -> Envelope {
    let told = Told {
        event_type: "message",
        ordering_key: Some(format!("text:{}:{}", text.from_raw, text.to.as_e164())),
        key: text.carrier_id.clone(),
        event: Inbound::TextReceived(text),
    };
    told.by(account_sid)
}

impl Webhook for Webhooks {
    fn verify<'a>(&self, request: &'a Request<'a>) -> Result<Verified<'a>, Refused> {
        let signature = (request.header)(SIGNATURE).ok_or(Refused::BadSignature)?;
        let holds =
            signature::holds(self.auth_token.accepted(), &self.site, request.path_and_query, request.body, signature);
        if holds { Ok(Verified::signature_holds(request)) } else { Err(Refused::BadSignature) }
    }

    fn parse(&self, verified: &Verified<'_>) -> Result<Parsed, Refused> {
        let request = verified.request();
        let fields = Fields(signature::form(request.body));
        if fields.get("AccountSid") != Some(&self.account_sid) {
            return Err(Refused::OtherAccount);
        }
        let not_understood = || not_understood(&fields, request.body).by(&self.account_sid);
        let (envelopes, reply) = match path(request.path_and_query) {
            VOICE_PATH => (Vec::new(), twiml(REJECT)),
            VOICE_STATUS_PATH => (Vec::new(), Reply::default()),
            STATUS_PATH => {
                let told = report(&fields, request.path_and_query).map(|told| told.by(&self.account_sid));
                (vec![told.unwrap_or_else(not_understood)], Reply::default())
            }
            _ => {
                let told = text(&fields).map(|text| received(&self.account_sid, text));
                (vec![told.unwrap_or_else(not_understood)], twiml(NO_WORDS))
            }
        };
        Ok(Parsed { envelopes, reply })
    }

    /// A carrier shows no windows.
    fn reproach(&self, _: &[Fault]) -> Reply {
        Reply::default()
    }
}

/// What was understood, before it is addressed.
struct Told {
    key: String,
    event_type: &'static str,
    ordering_key: Option<String>,
    event: Inbound,
}

impl Told {
    fn by(self, account_sid: &str) -> Envelope {
        Envelope {
            kind: ProviderKind::Carrier,
            provider: NAME.to_owned(),
            account: account_sid.to_owned(),
            key: self.key,
            event_type: self.event_type.to_owned(),
            ordering_key: self.ordering_key,
            event: self.event,
        }
    }
}

struct Fields(Form);

impl Fields {
    fn get(&self, name: &str) -> Option<&String> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    fn first_of(&self, names: &[&str]) -> Option<&String> {
        names.iter().find_map(|name| self.get(name)).filter(|value| !value.is_empty())
    }
}

fn text(fields: &Fields) -> Option<TextReceived> {
    let from_raw = fields.get("From")?.clone();
    Some(TextReceived {
        carrier_id: fields.first_of(&["MessageSid", "SmsSid", "SmsMessageSid"])?.clone(),
        from: from_raw.parse().ok(),
        from_raw,
        to: fields.get("To")?.parse().ok()?,
        body: fields.get("Body").cloned().unwrap_or_default(),
        media: media(fields),
        received_at: None,
    })
}

fn media(fields: &Fields) -> Vec<MediaRef> {
    let count: usize = fields.get("NumMedia").and_then(|count| count.parse().ok()).unwrap_or_default();
    (0..count.min(MOST_MEDIA))
        .filter_map(|index| {
            Some(MediaRef {
                url: fields.get(&format!("MediaUrl{index}"))?.clone(),
                content_type: fields.get(&format!("MediaContentType{index}")).cloned().unwrap_or_default(),
            })
        })
        .collect()
}

fn report(fields: &Fields, path_and_query: &str) -> Option<Told> {
    let carrier_id = fields.first_of(&["MessageSid", "SmsSid"])?.clone();
    let word = fields.first_of(&["MessageStatus", "SmsStatus"])?;
    let status = messages::status(word)?;
    let key = format!("{carrier_id}:{word}");
    let ordering_key = Some(format!("report:{carrier_id}"));
    let report = DeliveryReport {
        reference: reference(path_and_query),
        failure: (status == DeliveryStatus::Failed).then(|| failure(fields.get("ErrorCode"))),
        carrier_id,
        status,
    };
    Some(Told { key, event_type: "message_status", ordering_key, event: Inbound::DeliveryReported(report) })
}

fn failure(code: Option<&String>) -> CarrierRefusal {
    match code.and_then(|code| code.parse().ok()).filter(|code| *code != 0) {
        Some(code) => codes::refusal(code),
        None => CarrierRefusal { code: String::new(), reason: FailureReason::Unknown },
    }
}

/// Our id of the message, which we put into the address when we sent it.
fn reference(path_and_query: &str) -> Option<String> {
    let (_, query) = path_and_query.split_once('?')?;
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, value)| key == "message" && !value.is_empty())
        .map(|(_, value)| value.into_owned())
}

fn not_understood(fields: &Fields, body: &[u8]) -> Told {
    let payload = fields.0.iter().map(|(key, value)| (key.clone(), value.clone().into()));
    Told {
        key: format!("unread:{}", hex::encode(digest::digest(&digest::SHA256, body))),
        event_type: "unknown",
        ordering_key: None,
        event: Inbound::NotUnderstood { payload: serde_json::Value::Object(payload.collect()) },
    }
}

fn path(path_and_query: &str) -> &str {
    path_and_query.split(['?', '#']).next().unwrap_or_default()
}

fn twiml(verbs: &str) -> Reply {
    let body = format!(r#"<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>"#);
    Reply { content_type: Some("text/xml"), body }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    const EMPTY: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Response></Response>"#;
    const ACCOUNT: &str = "AC00000000000000000000000000000000";

    fn webhooks() -> Webhooks {
        Webhooks::new(Config {
            account_sid: ACCOUNT.to_owned(),
            auth_token: Rotating { current: "new".into(), previous: Some("old".into()) },
            api_url: super::super::API_URL.to_owned(),
            media_url: super::super::MEDIA_URL.to_owned(),
            public_url: "https://clerk.example".to_owned(),
        })
        .unwrap()
    }

    fn parsed(path_and_query: &str, body: &str) -> Result<Parsed, Refused> {
        let request =
            Request { path_and_query, header: &|_| None, body: body.as_bytes(), received_at: DateTime::UNIX_EPOCH };
        webhooks().parse(&Verified::signature_holds(&request))
    }

    fn told(path_and_query: &str, body: &str) -> Envelope {
        parsed(path_and_query, body).unwrap().envelopes.remove(0)
    }

    #[test]
    fn a_text_is_taken_as_it_came_with_its_media() {
        let body = format!(
            "AccountSid={ACCOUNT}&MessageSid=SM1&From=%2B14155550101&To=%2B14155550100&Body=+hi+%0A\
             &NumMedia=1&MediaUrl0=https%3A%2F%2Fapi.twilio.com%2Fx&MediaContentType0=image%2Fpng"
        );

        let envelope = told("/webhooks/twilio/messages", &body);

        assert_eq!(envelope.key, "SM1");
        assert_eq!(envelope.ordering_key.as_deref(), Some("text:+14155550101:+14155550100"));
        let Inbound::TextReceived(text) = envelope.event else { panic!("no text") };
        assert_eq!(text.body, " hi \n");
        assert_eq!(text.from.unwrap().as_e164(), "+14155550101");
        let media = MediaRef { url: "https://api.twilio.com/x".to_owned(), content_type: "image/png".to_owned() };
        assert_eq!(text.media, [media]);
    }

    #[test]
    fn a_sender_that_is_no_phone_number_is_kept_as_it_is() {
        let body = format!("AccountSid={ACCOUNT}&MessageSid=SM1&From=MyBank&To=%2B14155550100&Body=x");

        let envelope = told("/webhooks/twilio/messages", &body);

        let Inbound::TextReceived(text) = envelope.event else { panic!("no text") };
        assert_eq!((text.from, text.from_raw.as_str()), (None, "MyBank"));
    }

    #[test]
    fn the_answer_to_a_text_is_empty_twiml_and_to_a_report_nothing() {
        let body = format!("AccountSid={ACCOUNT}&MessageSid=SM1&MessageStatus=sent");

        let text = parsed("/webhooks/twilio/messages", &body).unwrap().reply;
        let report = parsed("/webhooks/twilio/status?message=msg_1", &body).unwrap().reply;

        assert_eq!((text.content_type, text.body.as_str()), (Some("text/xml"), EMPTY));
        assert_eq!(report, Reply::default());
    }

    #[test]
    fn a_report_tells_the_message_the_status_and_the_reason() {
        let body = format!("AccountSid={ACCOUNT}&MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30006");

        let envelope = told("/webhooks/twilio/status?message=msg_1", &body);

        assert_eq!(envelope.key, "SM1:undelivered");
        assert_eq!(envelope.ordering_key.as_deref(), Some("report:SM1"));
        let Inbound::DeliveryReported(report) = envelope.event else { panic!("no report") };
        assert_eq!(report.reference.as_deref(), Some("msg_1"));
        assert_eq!(report.status, DeliveryStatus::Failed);
        assert_eq!(report.failure, Some(codes::refusal(30006)));
    }

    #[test]
    fn a_call_is_turned_away_and_leaves_no_trace() {
        let body = format!("AccountSid={ACCOUNT}&CallSid=CA1&From=%2B14155550101&To=%2B14155550100");

        let call = parsed("/webhooks/twilio/voice", &body).unwrap();
        let end = parsed("/webhooks/twilio/voice/status", &body).unwrap();

        assert!(call.reply.body.ends_with("<Response><Reject/></Response>"));
        assert_eq!(end.reply, Reply::default());
        assert!(call.envelopes.is_empty() && end.envelopes.is_empty());
    }

    #[test]
    fn another_account_is_refused() {
        let body = "AccountSid=AC1&MessageSid=SM1&MessageStatus=sent";

        assert_eq!(parsed("/webhooks/twilio/status", body).err(), Some(Refused::OtherAccount));
        assert_eq!(parsed("/webhooks/twilio/status", "").err(), Some(Refused::OtherAccount));
    }

    #[test]
    fn what_is_not_understood_is_kept_under_a_key_of_its_content() {
        let body = format!("AccountSid={ACCOUNT}&MessageSid=SM1&MessageStatus=pondering");

        let first = told("/webhooks/twilio/status", &body);
        let again = told("/webhooks/twilio/status", &body);

        assert!(matches!(first.event, Inbound::NotUnderstood { .. }));
        assert_eq!(first, again);
    }

    #[test]
    fn the_token_before_is_accepted_as_well() {
        let site = Site::new("https://clerk.example");
        let target = "/webhooks/twilio/status";
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, b"old");
        let tag = aws_lc_rs::hmac::sign(&key, b"https://clerk.example/webhooks/twilio/status");
        let signature = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, tag);

        let webhooks = webhooks();
        let accepted = webhooks.auth_token.accepted();

        assert!(signature::holds(accepted, &site, target, b"", &signature));
    }

    #[test]
    fn a_request_without_a_signature_is_refused() {
        let request = Request {
            path_and_query: "/webhooks/twilio/status",
            header: &|_| None,
            body: b"",
            received_at: DateTime::UNIX_EPOCH,
        };

        assert_eq!(webhooks().verify(&request).err(), Some(Refused::BadSignature));
    }
}
