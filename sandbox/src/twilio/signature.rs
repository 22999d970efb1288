//! How the carrier signs a webhook: base64 of HMAC-SHA1 over the URL followed by the sorted form fields.
//!
//! The URL is the configured one with its query and without its fragment. A key that occurs several times
//! contributes each distinct value once, in order.

use std::collections::BTreeSet;

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};

/// The value of `X-Twilio-Signature` for a form posted to `url`.
pub(crate) fn sign(auth_token: &str, url: &str, fields: &[(String, String)]) -> String {
    let mut text = url.split('#').next().unwrap_or_default().to_owned();
    let sorted: BTreeSet<(&str, &str)> = fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    for (key, value) in sorted {
        text.push_str(key);
        text.push_str(value);
    }
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, auth_token.as_bytes());
    STANDARD.encode(hmac::sign(&key, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(from: &str) -> Vec<(String, String)> {
        [("CallSid", "CA1234567890ABCDE"), ("Caller", from), ("From", from), ("To", "+18005551212"), ("Digits", "1234")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .to_vec()
    }

    #[test]
    fn the_documented_request_has_the_documented_signature() {
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";

        let signature = sign("12345", url, &fields("+12349013030"));

        assert_eq!(signature, "0/KCTR6DLpKmkAf8muzZqo1nDgQ=");
    }

    #[test]
    fn a_port_in_the_url_is_signed() {
        let sign_for = |url: &str| sign("12345", url, &fields("+14158675309"));

        assert_eq!(sign_for("https://mycompany.com:443/myapp.php?foo=1&bar=2"), "kvajT1Ptam85bY51eRf/AJRuM3w=");
        assert_eq!(sign_for("http://mycompany.com:1234/myapp.php?foo=1&bar=2"), "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=");
    }

    #[test]
    fn the_fragment_and_repeated_values_do_not_count() {
        let once = [("Digits".to_owned(), "1".to_owned())];
        let twice = [once[0].clone(), once[0].clone()];

        assert_eq!(sign("t", "http://a/b", &once), sign("t", "http://a/b#rc=2", &twice));
    }
}
