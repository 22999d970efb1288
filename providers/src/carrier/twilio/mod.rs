//! Twilio: texts and numbers through its REST API of 2010-04-01, and its webhooks.
//!
//! Every answer is sorted into the three kinds of [`domain::contracts`] in one place ([`calls`]), and every code of
//! theirs into a reason of ours in one table ([`codes`]).

mod calls;
mod codes;
mod media;
mod messages;
mod numbers;
mod signature;
mod webhooks;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::contracts::{
    Outcome,
    carrier::{AvailableNumber, Carrier, CarrierRefusal, HeldNumber, NumberWish, OutboundText, SentText},
    inbound::Envelope,
    media::{FetchLimits, MediaRefusal},
    webhook::Webhook,
};
use domain::phone::PhoneNumber;

use self::calls::Api;
use crate::{Adapter, Hook, Misconfigured, Rotating, fetch::Fetcher, wire};

/// Stable code of the vendor.
pub const NAME: &str = "twilio";
/// Twilio's own address.
pub const API_URL: &str = "https://api.twilio.com";
/// Where Twilio keeps the files of texts.
pub const MEDIA_URL: &str = "https://media.twiliocdn.com";

pub(crate) const MESSAGES_PATH: &str = "/webhooks/twilio/messages";
pub(crate) const STATUS_PATH: &str = "/webhooks/twilio/status";
pub(crate) const VOICE_PATH: &str = "/webhooks/twilio/voice";
pub(crate) const VOICE_STATUS_PATH: &str = "/webhooks/twilio/voice/status";

/// How Twilio is reached, and how it reaches us.
#[derive(Clone, Debug)]
pub struct Config {
    /// The account, `AC` and 32 hexadecimal digits.
    pub account_sid: String,
    /// Authenticates calls and signs webhooks.
    pub auth_token: Rotating,
    /// Where the API is, normally [`API_URL`].
    pub api_url: String,
    /// Where it keeps the files of texts, normally [`MEDIA_URL`].
    pub media_url: String,
    /// Our own public address; signatures are computed over it.
    pub public_url: String,
}

/// Both halves of Twilio.
///
/// # Errors
/// [`Misconfigured`] names the setting that cannot work.
pub fn open(config: Config) -> Result<Adapter<dyn Carrier>, Misconfigured> {
    let twilio = Twilio::new(config.clone())?;
    let webhooks: Arc<dyn Webhook> = Arc::new(webhooks::Webhooks::new(config)?);
    let hooks = [MESSAGES_PATH, STATUS_PATH, VOICE_PATH, VOICE_STATUS_PATH]
        .map(|path| Hook { path, webhook: Arc::clone(&webhooks) });
    Ok(Adapter { name: NAME, calls: Arc::new(twilio), hooks: hooks.into() })
}

/// The calls that go out.
pub struct Twilio {
    api: Api,
    media: Fetcher,
    public_url: String,
}

impl Twilio {
    /// Checks the configuration and prepares the client; calls nobody.
    ///
    /// # Errors
    /// [`Misconfigured`] names the setting that cannot work.
    pub fn new(config: Config) -> Result<Self, Misconfigured> {
        let public_url = wire::base("server.public_url", &config.public_url)?;
        Ok(Self { public_url, media: media::fetcher(&config)?, api: Api::new(config)? })
    }
}

#[async_trait::async_trait]
impl Carrier for Twilio {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn send(&self, text: &OutboundText) -> Outcome<SentText, CarrierRefusal> {
        messages::send(&self.api, &self.public_url, text).await
    }

    async fn find_sent(&self, text: &OutboundText, since: DateTime<Utc>) -> Outcome<Vec<SentText>, CarrierRefusal> {
        messages::find_sent(&self.api, text, since).await
    }

    async fn list_received(
        &self,
        since: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Outcome<Vec<Envelope>, CarrierRefusal> {
        messages::list_received(&self.api, since, until).await
    }

    async fn fetch_media(&self, url: &str, limits: FetchLimits) -> Outcome<Vec<u8>, MediaRefusal> {
        self.media.fetch(url, limits).await
    }

    async fn search_numbers(&self, wish: &NumberWish) -> Outcome<Vec<AvailableNumber>, CarrierRefusal> {
        numbers::search(&self.api, wish).await
    }

    async fn buy_number(&self, number: &PhoneNumber) -> Outcome<HeldNumber, CarrierRefusal> {
        numbers::buy(&self.api, &self.public_url, number).await
    }

    async fn find_number(&self, number: &PhoneNumber) -> Outcome<Option<HeldNumber>, CarrierRefusal> {
        numbers::find(&self.api, number).await
    }

    async fn release_number(&self, carrier_id: &str) -> Outcome<(), CarrierRefusal> {
        numbers::release(&self.api, carrier_id).await
    }

    async fn check(&self) -> Outcome<(), CarrierRefusal> {
        calls::check(&self.api).await
    }
}
