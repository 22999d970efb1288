//! Providers that do as they are told. A webhook is signed by the header `x-signature: right`; each line of its body is an event with that
//! key. Whatever the edge has no business to ask panics.

use std::{sync::Mutex, time::Duration};

use chrono::{DateTime, Utc};
use domain::{
    contracts::{
        Answer, CallError, Outcome, ProviderKind,
        carrier::{AvailableNumber, Carrier, CarrierRefusal, HeldNumber, NumberWish, OutboundText, SentText},
        chat::{
            Channel, Chat, ChatAccess, ChatRefusal, Company, Installed, Mark, Person, Place, Post, PostRef, Renewal,
            Upload,
        },
        inbound::{Envelope, Inbound},
        media::{FetchLimits, Head, MediaRefusal, Web},
        view::{Fault, FileRef, View},
        webhook::{Parsed, Refused, Reply, Request, Verified, Webhook},
    },
    phone::PhoneNumber,
};
use secrecy::SecretString;

/// The team that installs.
pub(crate) const TEAM: &str = "T1";

/// A web in which everything has 26 MB whose address says that it is huge, and nothing says how large it is besides.
pub(crate) struct FakeWeb;

#[async_trait::async_trait]
impl Web for FakeWeb {
    async fn fetch(&self, _: &str, _: FetchLimits) -> Outcome<Vec<u8>, MediaRefusal> {
        unasked()
    }

    async fn heads(&self, urls: &[String], _: Duration) -> Vec<Head> {
        let size = |url: &String| url.contains("huge").then_some(26_000_000);
        urls.iter().map(|url| Head { byte_count: size(url), content_type: None }).collect()
    }
}

/// See the header.
pub(super) struct FakeWebhook;

impl Webhook for FakeWebhook {
    fn verify<'a>(&self, request: &'a Request<'a>) -> Result<Verified<'a>, Refused> {
        match (request.header)("x-signature") {
            Some("right") => Ok(Verified::signature_holds(request)),
            Some("old") => Err(Refused::Stale),
            _ => Err(Refused::BadSignature),
        }
    }

    fn parse(&self, verified: &Verified<'_>) -> Result<Parsed, Refused> {
        let text = std::str::from_utf8(verified.request().body).map_err(|_| Refused::Malformed)?;
        match text {
            "of somebody else" => Err(Refused::OtherAccount),
            "where?" => Ok(answer(Vec::new(), verified.request().path_and_query.to_owned())),
            text => Ok(answer(text.lines().map(envelope).collect(), "noted".to_owned())),
        }
    }

    fn reproach(&self, faults: &[Fault]) -> Reply {
        let sentences: Vec<_> = faults.iter().map(|fault| fault.sentence.as_str()).collect();
        answer(Vec::new(), sentences.join("\n")).reply
    }
}

fn answer(envelopes: Vec<Envelope>, body: String) -> Parsed {
    Parsed { envelopes, reply: Reply { content_type: Some("text/plain; charset=utf-8"), body } }
}

fn envelope(key: &str) -> Envelope {
    Envelope {
        kind: ProviderKind::Carrier,
        provider: "example".to_owned(),
        account: "A1".to_owned(),
        key: key.chars().take(100).collect(),
        event_type: "told".to_owned(),
        ordering_key: None,
        event: Inbound::Ignored { why: "it is an example".to_owned() },
    }
}

fn unasked() -> ! {
    panic!("the edge has no business to ask this")
}

/// A carrier that nobody asks.
pub(super) struct FakeCarrier;

#[async_trait::async_trait]
impl Carrier for FakeCarrier {
    fn name(&self) -> &'static str {
        "example"
    }

    async fn send(&self, _: &OutboundText) -> Outcome<SentText, CarrierRefusal> {
        unasked()
    }

    async fn find_sent(&self, _: &OutboundText, _: DateTime<Utc>) -> Outcome<Vec<SentText>, CarrierRefusal> {
        unasked()
    }

    async fn list_received(&self, _: DateTime<Utc>, _: DateTime<Utc>) -> Outcome<Vec<Envelope>, CarrierRefusal> {
        unasked()
    }

    async fn fetch_media(&self, _: &str, _: FetchLimits) -> Outcome<Vec<u8>, MediaRefusal> {
        unasked()
    }

    async fn search_numbers(&self, _: &NumberWish) -> Outcome<Vec<AvailableNumber>, CarrierRefusal> {
        unasked()
    }

    async fn buy_number(&self, _: &PhoneNumber) -> Outcome<HeldNumber, CarrierRefusal> {
        unasked()
    }

    async fn find_number(&self, _: &PhoneNumber) -> Outcome<Option<HeldNumber>, CarrierRefusal> {
        unasked()
    }

    async fn release_number(&self, _: &str) -> Outcome<(), CarrierRefusal> {
        unasked()
    }

    async fn check(&self) -> Outcome<(), CarrierRefusal> {
        unasked()
    }
}

/// A chat that answers the exchange of a code as it is told, and remembers the codes.
#[derive(Default)]
pub(crate) struct FakeChat {
    /// The next answer; none for a fresh installation of the team.
    pub(crate) refusal: Mutex<Option<Outcome<Installed, ChatRefusal>>>,
    /// Codes and addresses that it was given.
    pub(crate) exchanged: Mutex<Vec<(String, String)>>,
}

impl FakeChat {
    /// Answers the next exchange so.
    pub(crate) fn answers(&self, outcome: Outcome<Installed, ChatRefusal>) {
        *self.refusal.lock().expect("nobody panicked") = Some(outcome);
    }

    /// How often it was asked.
    pub(crate) fn exchange_count(&self) -> usize {
        self.exchanged.lock().expect("nobody panicked").len()
    }
}

fn installed() -> Installed {
    Installed {
        team: TEAM.to_owned(),
        team_name: "Bäckerei <Süß> & Söhne".to_owned(),
        enterprise: None,
        app: "A1".to_owned(),
        bot_user: "U0".to_owned(),
        token: "token-of-the-team".into(),
        renewal: None,
        scopes: vec!["chat:write".to_owned()],
        installer: "U1".to_owned(),
    }
}

#[async_trait::async_trait]
impl Chat for FakeChat {
    fn name(&self) -> &'static str {
        "example"
    }

    fn scopes(&self) -> &'static [&'static str] {
        &["chat:write"]
    }

    fn install_url(&self, state: &str, redirect_uri: &str) -> String {
        format!("https://chat.example/authorize?state={state}&redirect_uri={redirect_uri}")
    }

    async fn exchange_code(&self, code: &str, redirect_uri: &str) -> Outcome<Installed, ChatRefusal> {
        self.exchanged.lock().expect("nobody panicked").push((code.to_owned(), redirect_uri.to_owned()));
        self.refusal.lock().expect("nobody panicked").take().unwrap_or_else(|| Ok(Answer::Done(installed())))
    }

    async fn post(&self, _: &ChatAccess, _: &Place, _: &Post) -> Outcome<PostRef, ChatRefusal> {
        unasked()
    }

    async fn find_post(
        &self,
        _: &ChatAccess,
        _: &Place,
        _: &str,
        _: DateTime<Utc>,
    ) -> Outcome<Option<PostRef>, ChatRefusal> {
        unasked()
    }

    async fn update(&self, _: &ChatAccess, _: &PostRef, _: &Post) -> Outcome<(), ChatRefusal> {
        unasked()
    }

    async fn whisper(&self, _: &ChatAccess, _: &Place, _: &str, _: &Post) -> Outcome<(), ChatRefusal> {
        unasked()
    }

    async fn add_mark(&self, _: &ChatAccess, _: &PostRef, _: Mark) -> Outcome<(), ChatRefusal> {
        unasked()
    }

    async fn remove_mark(&self, _: &ChatAccess, _: &PostRef, _: Mark) -> Outcome<(), ChatRefusal> {
        unasked()
    }

    async fn create_channel(&self, _: &ChatAccess, _: &str) -> Outcome<Channel, ChatRefusal> {
        unasked()
    }

    async fn find_channel(&self, _: &ChatAccess, _: &str) -> Outcome<Option<Channel>, ChatRefusal> {
        unasked()
    }

    async fn channel(&self, _: &ChatAccess, _: &str) -> Outcome<Channel, ChatRefusal> {
        unasked()
    }

    async fn join_channel(&self, _: &ChatAccess, _: &str) -> Outcome<(), ChatRefusal> {
        unasked()
    }

    async fn invite(&self, _: &ChatAccess, _: &str, _: &[String]) -> Outcome<(), ChatRefusal> {
        unasked()
    }

    async fn open_direct(&self, _: &ChatAccess, _: &str) -> Outcome<String, ChatRefusal> {
        unasked()
    }

    async fn user(&self, _: &ChatAccess, _: &str) -> Outcome<Person, ChatRefusal> {
        unasked()
    }

    async fn upload(&self, _: &ChatAccess, _: &Place, _: &Upload) -> Outcome<(), ChatRefusal> {
        unasked()
    }

    async fn delete(&self, _: &ChatAccess, _: &PostRef) -> Outcome<(), ChatRefusal> {
        unasked()
    }

    async fn link(&self, _: &ChatAccess, _: &PostRef) -> Outcome<String, ChatRefusal> {
        unasked()
    }

    async fn answer(&self, _: &str, _: Option<&Post>) -> Outcome<(), ChatRefusal> {
        unasked()
    }

    async fn respond(&self, _: &str, _: &Post) -> Outcome<(), ChatRefusal> {
        unasked()
    }

    async fn open_view(&self, _: &ChatAccess, _: &str, _: &View) -> Outcome<String, ChatRefusal> {
        unasked()
    }

    async fn update_view(&self, _: &ChatAccess, _: &str, _: Option<&str>, _: &View) -> Outcome<(), ChatRefusal> {
        unasked()
    }

    async fn publish_home(&self, _: &ChatAccess, _: &str, _: &View) -> Outcome<(), ChatRefusal> {
        unasked()
    }

    async fn company(&self, _: &ChatAccess, _: &str) -> Outcome<Company, ChatRefusal> {
        unasked()
    }

    async fn download(&self, _: &ChatAccess, _: &FileRef, _: u64) -> Outcome<Vec<u8>, ChatRefusal> {
        unasked()
    }

    async fn renew(&self, _: &SecretString) -> Outcome<Renewal, ChatRefusal> {
        unasked()
    }

    async fn check(&self, _: &ChatAccess) -> Outcome<(), ChatRefusal> {
        unasked()
    }
}

/// The chat does not answer.
pub(crate) fn away() -> Outcome<Installed, ChatRefusal> {
    Err(CallError::Unavailable { why: "no connection".to_owned() })
}
