//! Twilio's signature: base64 of HMAC-SHA1, keyed with the account's token, over the address followed by the fields of
//! the form, sorted, each key directly followed by its value.
//!
//! Which address was signed is not quite certain on Twilio's side, so four forms of it are tried: without and with the
//! port, and each of them also with the query decoded and encoded anew. The address is our public one plus path and query
//! exactly as received; the fragment of an address is never part of it. There is no time stamp: that a request is not
//! replayed is the inbox's concern.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::{constant_time::verify_slices_are_equal, digest, hmac};
use base64::{Engine, engine::general_purpose::STANDARD};
use url::form_urlencoded;

/// In front of the hash of a body that is no form.
const BODY_HASH: &str = "bodySHA256";

/// Fields of a form, in the order in which they arrived.
pub(super) type Form = Vec<(String, String)>;

/// The fields of a form; values are taken as they are, with the white space at their ends.
pub(super) fn form(body: &[u8]) -> Form {
    form_urlencoded::parse(body).into_owned().collect()
}

/// Our public address, taken apart far enough to put a port in or out.
pub(super) struct Site {
    scheme: String,
    /// Name and password with the `@` behind them, or nothing.
    user: String,
    host: String,
    port: Option<String>,
    /// Path in front of every path of ours.
    prefix: String,
}

impl Site {
    /// `public_url` is an address that has been checked, without a slash at its end.
    pub(super) fn new(public_url: &str) -> Self {
        let (scheme, rest) = public_url.split_once("://").unwrap_or(("https", public_url));
        let (authority, prefix) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (user, address) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
        // The colons of an IPv6 address stand in brackets.
        let (host, port) = match address.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port.to_owned())),
            _ => (address, None),
        };
        Self {
            scheme: scheme.to_owned(),
            user: user.to_owned(),
            host: host.to_owned(),
            port,
            prefix: prefix.to_owned(),
        }
    }

    fn candidates(&self, path_and_query: &str) -> BTreeSet<String> {
        let target = path_and_query.split('#').next().unwrap_or_default();
        let standard = if self.scheme == "https" { "443" } else { "80" };
        let port = self.port.as_deref().unwrap_or(standard);
        let Self { scheme, user, host, prefix, .. } = self;
        [target.to_owned(), re_encoded(target)]
            .into_iter()
            .flat_map(|target| {
                [
                    format!("{scheme}://{user}{host}{prefix}{target}"),
                    format!("{scheme}://{user}{host}:{port}{prefix}{target}"),
                ]
            })
            .collect()
    }
}

/// Whether the signature is right for the request under one of the tokens.
pub(super) fn holds<'a>(
    tokens: impl Iterator<Item = &'a str>,
    site: &Site,
    path_and_query: &str,
    body: &[u8],
    signature: &str,
) -> bool {
    let Some(fields) = signed_fields(path_and_query, body) else {
        return false;
    };
    let addresses = site.candidates(path_and_query);
    let mut is_right = false;
    for token in tokens {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.as_bytes());
        for address in &addresses {
            let tag = hmac::sign(&key, format!("{address}{fields}").as_bytes());
            let expected = STANDARD.encode(tag);
            is_right |= verify_slices_are_equal(expected.as_bytes(), signature.as_bytes()).is_ok();
        }
    }
    is_right
}

/// What stands behind the address; none when a hash of the body is given and wrong.
fn signed_fields(path_and_query: &str, body: &[u8]) -> Option<String> {
    match body_hash(path_and_query) {
        Some(hash) => {
            let actual = hex::encode(digest::digest(&digest::SHA256, body));
            verify_slices_are_equal(actual.as_bytes(), hash.as_bytes()).ok()?;
            Some(String::new())
        }
        None => Some(sorted(form(body))),
    }
}

fn body_hash(path_and_query: &str) -> Option<String> {
    let (_, query) = path_and_query.split_once('?')?;
    form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == BODY_HASH).map(|(_, hash)| hash.into_owned())
}

fn sorted(form: Form) -> String {
    let mut fields: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (key, value) in form {
        fields.entry(key).or_default().insert(value);
    }
    let mut text = String::new();
    for (key, values) in fields {
        for value in values {
            text.push_str(&key);
            text.push_str(&value);
        }
    }
    text
}

/// The query decoded and encoded anew: values of the same key together, a space as `%20`, and only
/// letters, digits and `-_.!~*'()` left as they are.
fn re_encoded(target: &str) -> String {
    let Some((path, query)) = target.split_once('?') else {
        return target.to_owned();
    };
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, values)) => values.push(value.into_owned()),
            None => groups.push((key.into_owned(), vec![value.into_owned()])),
        }
    }
    let pairs: Vec<String> = groups
        .iter()
        .flat_map(|(key, values)| values.iter().map(move |value| format!("{}={}", escaped(key), escaped(value))))
        .collect();
    format!("{path}?{}", pairs.join("&"))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&From=%2B14158675309\
        &To=%2B18005551212&Digits=1234";
    const TARGET: &str = "/myapp.php?foo=1&bar=2";

    fn is_signed(site: &str, target: &str, body: &str, signature: &str) -> bool {
        let tokens = ["other", "12345"].into_iter();
        holds(tokens, &Site::new(site), target, body.as_bytes(), signature)
    }

    #[test]
    fn the_documented_request_is_let_in() {
        let body = "Digits=1234&To=%2B18005551212&From=%2B12349013030&Caller=%2B12349013030\
            &CallSid=CA1234567890ABCDE";

        assert!(is_signed("https://mycompany.com", TARGET, body, "0/KCTR6DLpKmkAf8muzZqo1nDgQ="));
    }

    #[test]
    fn the_standard_port_may_have_been_signed_or_not() {
        let https = "kvajT1Ptam85bY51eRf/AJRuM3w=";
        let http = "0ZXoZLH/DfblKGATFgpif+LLRf4=";

        assert!(is_signed("https://mycompany.com", TARGET, BODY, https));
        assert!(is_signed("https://mycompany.com:443", TARGET, BODY, https));
        assert!(is_signed("http://mycompany.com", TARGET, BODY, http));
    }

    #[test]
    fn another_port_is_signed() {
        let signature = "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=";

        assert!(is_signed("http://mycompany.com:1234", TARGET, BODY, signature));
        assert!(!is_signed("http://mycompany.com:1235", TARGET, BODY, signature));
    }

    #[test]
    fn a_body_that_is_no_form_is_signed_through_its_hash() {
        let hash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
        let target = format!("{TARGET}&bodySHA256={hash}");
        let is_let_in = |body: &str| is_signed("https://mycompany.com", &target, body, "a9nBmqA0ju/hNViExpshrM61xv4=");

        assert!(is_let_in(r#"{"property": "value", "boolean": true}"#));
        assert!(!is_let_in(r#"{"property": "value", "boolean": false}"#));
    }

    #[test]
    fn no_bit_of_a_signature_can_be_changed() {
        let right = *b"kvajT1Ptam85bY51eRf/AJRuM3w=";
        let changed = (0..right.len() * 8).map(|bit| {
            let mut signature = right;
            signature[bit / 8] ^= 1 << (bit % 8);
            String::from_utf8_lossy(&signature).into_owned()
        });

        let accepted = changed.filter(|text| is_signed("https://mycompany.com", TARGET, BODY, text));

        assert_eq!(accepted.count(), 0);
    }

    #[test]
    fn name_and_password_of_an_address_stay_and_their_colon_is_no_port() {
        let plain = Site::new("https://user:pass@example.org").candidates("/a");
        let ported = Site::new("https://user:pass@example.org:8443/x").candidates("/a");

        let expect = |addresses: [&str; 2]| BTreeSet::from(addresses.map(str::to_owned));
        assert_eq!(plain, expect(["https://user:pass@example.org/a", "https://user:pass@example.org:443/a"]));
        assert_eq!(ported, expect(["https://user:pass@example.org/x/a", "https://user:pass@example.org:8443/x/a"]));
    }

    #[test]
    fn the_colons_of_an_ipv6_address_are_no_port() {
        let addresses = Site::new("http://[::1]").candidates("/a");

        assert!(addresses.contains("http://[::1]/a"));
        assert!(addresses.contains("http://[::1]:80/a"));
    }

    #[test]
    fn a_query_is_also_tried_decoded_and_encoded_anew() {
        assert_eq!(re_encoded("/a?b=c+d&e=%7E&b='(x)"), "/a?b=c%20d&b='(x)&e=~");
        assert_eq!(re_encoded("/a"), "/a");
    }

    #[test]
    fn the_same_value_twice_counts_once_and_white_space_counts() {
        assert_eq!(sorted(form(b"Digits=5678&Digits=1234&Digits=1234&A=+x+")), "A x Digits1234Digits5678");
    }
}
