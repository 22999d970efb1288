//! How the two vendors sign, written from their documentation a second time: for requests that the sandbox does not make, and for those
//! whose time is carried over into the world's.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};

/// Slack's signature of a body sent at a moment (seconds since 1970).
pub(super) fn slack(stamp: &str, body: &[u8]) -> String {
    let secret = sandbox::credentials().slack_signing_secret;
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()));
    context.update(format!("v0:{stamp}:").as_bytes());
    context.update(body);
    format!("v0={}", hex::encode(context.sign()))
}

/// Twilio's signature of a form sent to an address.
pub(super) fn twilio(url: &str, fields: &[(String, String)]) -> String {
    let mut sorted = fields.to_vec();
    sorted.sort();
    let signed = sorted.iter().fold(url.to_owned(), |text, (name, value)| text + name + value);
    let token = sandbox::credentials().twilio_auth_token;
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.as_bytes());
    STANDARD.encode(hmac::sign(&key, signed.as_bytes()))
}
