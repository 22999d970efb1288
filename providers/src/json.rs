//! JSON as vendors send it. A half of a surrogate pair standing alone is no character, yet languages with UTF-16 strings write it, for instance when
//! they cut a text in the middle of an emoji: it is read as the replacement character, because a text that came must not be lost for it.

use std::borrow::Cow;

use serde_json::Value;

/// Length of `\uXXXX`.
const ESCAPE_LENGTH: usize = 6;

/// How the replacement character is escaped.
const REPLACEMENT: &[u8; ESCAPE_LENGTH] = br"\ufffd";

/// Reads JSON.
///
/// # Errors
/// When it is none.
pub(crate) fn read(body: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(body).or_else(|error| match repaired(body) {
        Cow::Owned(body) => serde_json::from_slice(&body),
        Cow::Borrowed(_) => Err(error),
    })
}

/// The same with each half that stands alone replaced.
fn repaired(body: &[u8]) -> Cow<'_, [u8]> {
    let mut repaired = Cow::Borrowed(body);
    let mut at = 0;
    while at < body.len() {
        at += match (unit(&body[at..]), body.get(at + ESCAPE_LENGTH..).and_then(unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 2 * ESCAPE_LENGTH,
            (Some(0xD800..=0xDFFF), _) => {
                repaired.to_mut()[at..at + ESCAPE_LENGTH].copy_from_slice(REPLACEMENT);
                ESCAPE_LENGTH
            }
            _ if body[at] == b'\\' => 2,
            _ => 1,
        };
    }
    repaired
}

/// The UTF-16 unit that an escape at the start stands for.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(br"\u")?.get(..4)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;

    #[test]
    fn a_half_pair_alone_is_read_as_a_replacement_and_a_whole_one_as_it_is() {
        let halves = [r#""a\ud83d""#, r#""\udc4bb""#, r#""\ud83d\ud83d\udc4b""#, r#""\\ud83d""#];

        let read = halves.map(|text| read(text.as_bytes()).unwrap());

        assert_eq!(read, [json!("a\u{fffd}"), json!("\u{fffd}b"), json!("\u{fffd}👋"), json!(r"\ud83d")]);
    }

    #[test]
    fn what_is_no_json_stays_an_error() {
        assert!(["", "{", r#""\ud83"#, r#"{"a":"\ud83d""#].iter().all(|text| read(text.as_bytes()).is_err()));
    }
}
