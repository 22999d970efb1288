//! What a text is to the carriers: how it is encoded and counted, which words they give a meaning to, and how large its
//! media may be. Pure arithmetic and tables, without a clock, a database or a vendor, so that a preview and a charge
//! cannot come to different results.

pub mod encoding;
pub mod keywords;
pub mod kinds;
pub mod media;
pub mod quiet_hours;

pub use encoding::{Encoding, Measure, measure};

/// Most characters of a text, as [`character_count`] counts them. Longer ones are refused before the carrier does (its
/// error 21617).
pub const MAX_CHARACTERS: usize = 1600;

/// Segments that a text with media counts for, unless the operator sets another number.
pub const MMS_SEGMENTS: u32 = 3;

/// How many characters a text has, as the carrier counts them for its limit: units of UTF-16. A letter is one whatever
/// its alphabet, also those of GSM-7 that take two septets; most emoji are two, and one that is joined of several is as
/// many as its parts.
pub fn character_count(body: &str) -> usize {
    body.encode_utf16().count()
}

/// A text is too long to be sent as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This text has {count} characters; at most {limit} can be sent at once.")]
pub struct TooLong {
    /// Characters that it has.
    pub count: usize,
    /// Characters that it may have.
    pub limit: usize,
}

/// Checks that a text is not too long to be sent.
///
/// # Errors
/// [`TooLong`] with both numbers.
pub fn check_length(body: &str) -> Result<(), TooLong> {
    let count = character_count(body);
    if count > MAX_CHARACTERS { Err(TooLong { count, limit: MAX_CHARACTERS }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_may_have_1600_characters_and_not_one_more() {
        assert_eq!(check_length(&"a".repeat(1600)), Ok(()));
        let refused = check_length(&"a".repeat(1601)).expect_err("one more is too many");
        assert_eq!(refused.to_string(), "This text has 1601 characters; at most 1600 can be sent at once.");
    }

    #[test]
    fn an_emoji_is_two_characters_and_a_letter_one_in_every_alphabet() {
        assert_eq!(["a", "€", "я", "字", "😀", "👨\u{200d}👩"].map(character_count), [1, 1, 1, 1, 2, 5]);
        assert_eq!(check_length(&"😀".repeat(800)), Ok(()));
        assert_eq!(check_length(&"😀".repeat(801)), Err(TooLong { count: 1602, limit: 1600 }));
    }
}
