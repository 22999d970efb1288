//! How a webhook becomes known: verified on its raw bytes, then parsed, then accepted. Only a [`Verified`] request can be parsed,
//! so nothing unverified gets further.

use chrono::{DateTime, Utc};

use super::{inbound::Envelope, view::Fault};

/// A request as it arrived.
pub struct Request<'a> {
    /// Path and query exactly as received.
    pub path_and_query: &'a str,
    /// Finds a header by its lower-case name; none when it is missing or stands there twice or is not ASCII.
    pub header: &'a (dyn Fn(&str) -> Option<&'a str> + Sync),
    /// The raw body.
    pub body: &'a [u8],
    /// When it arrived.
    pub received_at: DateTime<Utc>,
}

/// A request whose signature was found right.
pub struct Verified<'a>(&'a Request<'a>);

impl<'a> Verified<'a> {
    /// Called by an adapter after it has checked the signature, and nowhere else.
    pub fn signature_holds(request: &'a Request<'a>) -> Self {
        Self(request)
    }

    /// The request.
    pub fn request(&self) -> &Request<'a> {
        self.0
    }
}

/// A vendor's webhooks.
pub trait Webhook: Send + Sync {
    /// Verifies the signature over the raw bytes, in constant time.
    ///
    /// # Errors
    /// [`Refused`] says why; the answer to the outside says no more than the status.
    fn verify<'a>(&self, request: &'a Request<'a>) -> Result<Verified<'a>, Refused>;

    /// Understands a verified request. Never fails for what it does not know: that becomes an event that was not understood.
    ///
    /// # Errors
    /// [`Refused::Malformed`] when the bytes are not even of the vendor's form.
    fn parse(&self, verified: &Verified<'_>) -> Result<Parsed, Refused>;

    /// The answer to a submitted window that tells what is wrong with it, so that it stays open with all that was entered.
    fn reproach(&self, faults: &[Fault]) -> Reply;
}

/// What a request asks for.
#[derive(Debug)]
pub struct Parsed {
    /// What to accept; empty when it was only a question.
    pub envelopes: Vec<Envelope>,
    /// What to answer once it is accepted.
    pub reply: Reply,
}

/// Answer to a webhook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// Media type; none for an empty body.
    pub content_type: Option<&'static str>,
    /// Body.
    pub body: String,
}

/// Why a request is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The signature is missing or wrong: 403.
    #[error("signature missing or wrong")]
    BadSignature,
    /// The signature is too old or from the future: 401.
    #[error("signature too old")]
    Stale,
    /// It is for an account that is not ours: 403.
    #[error("not our account")]
    OtherAccount,
    /// The bytes are not of the vendor's form: 400.
    #[error("not of the vendor's form")]
    Malformed,
}
