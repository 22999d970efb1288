//! What we ask of a carrier: to send, to tell what it has, and to sell numbers.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    Outcome,
    inbound::Envelope,
    media::{FetchLimits, MediaRefusal},
};
use crate::phone::PhoneNumber;

/// Someone who carries texts.
#[async_trait::async_trait]
pub trait Carrier: Send + Sync {
    /// Stable code of the vendor, such as stands in the table of events.
    fn name(&self) -> &'static str;

    /// Hands a text over for sending.
    async fn send(&self, text: &OutboundText) -> Outcome<SentText, CarrierRefusal>;

    /// Texts from and to the same numbers with the same body that the carrier accepted since an instant, oldest first: the
    /// read-back after an ambiguous [`Carrier::send`].
    async fn find_sent(&self, text: &OutboundText, since: DateTime<Utc>) -> Outcome<Vec<SentText>, CarrierRefusal>;

    /// Texts that the carrier received for us in a stretch of time (end excluded), oldest first, all pages; each as the webhook
    /// would have told it, with the same key, and with the time at which it came.
    async fn list_received(&self, since: DateTime<Utc>, until: DateTime<Utc>)
    -> Outcome<Vec<Envelope>, CarrierRefusal>;

    /// The bytes of a file that came with a text. Credentials go to the carrier's own host alone, and nothing is fetched from anywhere else than the
    /// carrier and those who keep files for it.
    async fn fetch_media(&self, url: &str, limits: FetchLimits) -> Outcome<Vec<u8>, MediaRefusal>;

    /// Numbers for sale now.
    async fn search_numbers(&self, wish: &NumberWish) -> Outcome<Vec<AvailableNumber>, CarrierRefusal>;

    /// Buys a number and points its webhooks at us.
    async fn buy_number(&self, number: &PhoneNumber) -> Outcome<HeldNumber, CarrierRefusal>;

    /// The number, when it is already ours at the carrier: the read-back after an ambiguous purchase.
    async fn find_number(&self, number: &PhoneNumber) -> Outcome<Option<HeldNumber>, CarrierRefusal>;

    /// Gives a number back. A number that is already gone counts as done.
    async fn release_number(&self, carrier_id: &str) -> Outcome<(), CarrierRefusal>;

    /// Verifies the credentials without any effect.
    async fn check(&self) -> Outcome<(), CarrierRefusal>;
}

/// A text to hand over.
#[derive(Clone, Debug)]
pub struct OutboundText {
    /// Our id of the message; travels with the request, and comes back with each delivery report.
    pub reference: String,
    /// Number of ours that sends.
    pub from: PhoneNumber,
    /// Who gets it.
    pub to: PhoneNumber,
    /// Text; may be empty when there is media.
    pub body: String,
    /// Public addresses of what comes with it; at most 10.
    pub media_urls: Vec<String>,
}

/// A text that the carrier has accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentText {
    /// The carrier's id of it.
    pub carrier_id: String,
    /// How far it is.
    pub status: DeliveryStatus,
    /// When the carrier accepted it.
    pub accepted_at: DateTime<Utc>,
}

/// How far the carrier is with a text. Ordered: a later report never lowers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// Accepted by the carrier (queued, sending).
    Accepted,
    /// Handed to the next network.
    Sent,
    /// Did not arrive (undelivered, failed).
    Failed,
    /// Arrived; final.
    Delivered,
}

/// Why the carrier refused, or why a text did not arrive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarrierRefusal {
    /// The carrier's own code, such as `21610`.
    pub code: String,
    /// What it means.
    pub reason: FailureReason,
}

/// What a code of a carrier means, independent of the vendor. The plain sentence for each is [`FailureReason::sentence`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
    /// Not a number that can exist.
    BadNumber,
    /// Texts to this country are not enabled.
    CountryNotEnabled,
    /// The recipient opted out at the carrier.
    OptedOut,
    /// The number cannot take texts.
    NotMobile,
    /// Longer than the carrier takes.
    TooLong,
    /// The phone is off or out of reach.
    Unreachable,
    /// Nobody has this number.
    UnknownSubscriber,
    /// It is a landline.
    Landline,
    /// A network took it for spam.
    Filtered,
    /// The daily cap of a network is reached.
    DailyCap,
    /// Our toll-free number is not verified yet.
    TollFreeNotVerified,
    /// Our number is not registered for business texting.
    NotRegistered,
    /// The number that sends is not ours (any more) at the carrier.
    SenderNotOurs,
    /// The carrier does not accept our credentials, or suspended the account.
    Account,
    /// The number is not for sale any more.
    NumberTaken,
    /// Looks like artificially pumped traffic.
    Pumping,
    /// A file that was to go with it could not be had. Nothing was sent.
    FileMissing,
    /// A file that was to go with it is too large, or not what it claims to be. Nothing was sent.
    FileUnfit,
    /// The month's allowance was used up before it was handed to the carrier.
    Allowance,
    /// The team wants nothing from this contact any more. It was withdrawn.
    Blocked,
    /// No reason was given.
    Unknown,
}

crate::codes!(FailureReason {
    BadNumber = "bad_number",
    CountryNotEnabled = "country_not_enabled",
    OptedOut = "opted_out",
    NotMobile = "not_mobile",
    TooLong = "too_long",
    Unreachable = "unreachable",
    UnknownSubscriber = "unknown_subscriber",
    Landline = "landline",
    Filtered = "filtered",
    DailyCap = "daily_cap",
    TollFreeNotVerified = "toll_free_not_verified",
    NotRegistered = "not_registered",
    SenderNotOurs = "sender_not_ours",
    Account = "account",
    NumberTaken = "number_taken",
    Pumping = "pumping",
    FileMissing = "file_missing",
    FileUnfit = "file_unfit",
    Allowance = "allowance",
    Blocked = "blocked",
    Unknown = "unknown",
});

impl FailureReason {
    /// What a member reads: what happened, and what to do.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::BadNumber => "This is not a phone number that can receive texts. Check the digits.",
            Self::CountryNotEnabled => "Texts to this country are not enabled. An owner can ask for it under Requests.",
            Self::OptedOut => "This contact replied STOP and gets no texts until they reply START.",
            Self::NotMobile => "This number cannot receive texts. Ask the contact for a mobile number.",
            Self::TooLong => "The carrier found the text too long. Send it in parts.",
            Self::Unreachable => "The phone is switched off or out of reach. Try again later.",
            Self::UnknownSubscriber => "Nobody has this number any more. Check it with the contact.",
            Self::Landline => "This is a landline and cannot receive texts. Call instead.",
            Self::Filtered => "The network took the text for spam. Use plainer words and no shortened links.",
            Self::DailyCap => "The network’s daily cap for our number is reached. Try again tomorrow.",
            Self::TollFreeNotVerified => "Our toll-free number is not verified yet, so networks block its texts.",
            Self::NotRegistered => {
                "Our number is not registered for business texting yet, so networks block its texts."
            }
            Self::SenderNotOurs => "The number that sends no longer belongs to this workspace at the carrier.",
            Self::Account => "The carrier does not accept our account. The operators have been told.",
            Self::NumberTaken => "Somebody else took this number first. Choose another.",
            Self::Pumping => "The carrier suspects artificial traffic to this number and refused the text.",
            Self::Allowance => "This month’s allowance was used up. Send it when there is room again.",
            Self::Blocked => "This contact is on the Do Not Disturb list.",
            Self::FileMissing => "Its file could not be fetched, so nothing was sent. Try again, or attach it anew.",
            Self::FileUnfit => "Its file is too large to be sent, or is not what it claims to be, so nothing was sent.",
            Self::Unknown => "The network gave no reason. Try again, or call.",
        }
    }

    /// Whether sending the same text again can help.
    pub fn is_retryable(self) -> bool {
        matches!(
            self,
            Self::Unreachable | Self::DailyCap | Self::Unknown | Self::Account | Self::Allowance | Self::FileMissing
        )
    }
}

/// Which number to look for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberWish {
    /// Two letters of the country.
    pub country: String,
    /// Kind of number.
    pub kind: HeldKind,
    /// Area code that it has.
    pub area_code: Option<String>,
    /// Digits or letters that it contains.
    pub contains: Option<String>,
    /// What it must be able to carry.
    pub capabilities: Capabilities,
    /// How many to return, 1 to 50.
    pub limit: u16,
}

/// Kind of a number that we hold or could hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldKind {
    /// Belongs to an area.
    Local,
    /// Mobile.
    Mobile,
    /// Free for the caller.
    TollFree,
}

crate::codes!(HeldKind { Local = "local", Mobile = "mobile", TollFree = "toll_free" });

/// What a number can carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Capabilities {
    /// Texts.
    pub sms: bool,
    /// Texts with media.
    pub mms: bool,
    /// Calls.
    pub voice: bool,
}

/// A number for sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AvailableNumber {
    /// The number.
    pub number: PhoneNumber,
    /// Kind of it.
    pub kind: HeldKind,
    /// Town and region, such as `Oakland, CA`.
    pub locality: Option<String>,
    /// What it can carry.
    pub capabilities: Capabilities,
}

/// A number that is ours at the carrier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldNumber {
    /// The carrier's id of it.
    pub carrier_id: String,
    /// What it can carry.
    pub capabilities: Capabilities,
}
