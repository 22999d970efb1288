//! Reading `send <phone> <text>` as people write it: the number with or without spaces, brackets and the code of its country. Where the number could
//! end in two places, nothing is guessed: whoever wrote it is asked.

use crate::phone::{CountryCode, PhoneError, PhoneNumber};

/// Digits that a number in the middle of a text has at least.
const SHORTEST: usize = 7;

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// A number and a text.
    Text {
        /// Who gets it.
        to: PhoneNumber,
        /// What it says.
        body: String,
    },
    /// A number, and nothing behind it.
    OnlyNumber(PhoneNumber),
    /// The number could end in more than one place.
    Ambiguous(Vec<PhoneNumber>),
    /// It does not begin with a number that exists; why not.
    NoNumber(PhoneError),
}

/// Reads what stands behind the word `send`. National numbers are read as in `country`.
pub(super) fn read(words: &str, country: Option<CountryCode>) -> Reading {
    let words = words.trim();
    let ends = ends_of_number(words);
    let found: Vec<(usize, PhoneNumber)> =
        ends.iter().filter_map(|end| Some((*end, PhoneNumber::parse(&words[..*end], country).ok()?))).collect();
    let mut numbers: Vec<PhoneNumber> = found.iter().map(|(_, number)| *number).collect();
    numbers.dedup();
    match (numbers.as_slice(), found.last()) {
        (_, None) | ([], _) => {
            let whole = &words[..ends.last().copied().unwrap_or(0)];
            Reading::NoNumber(PhoneNumber::parse(whole, country).err().unwrap_or(PhoneError::NotANumber))
        }
        ([number], Some((end, _))) => match words[*end..].trim_start_matches([',', ':', ';']).trim() {
            "" => Reading::OnlyNumber(*number),
            body => Reading::Text { to: *number, body: body.to_owned() },
        },
        _ => Reading::Ambiguous(numbers),
    }
}

/// The first number that stands in a text, as it stands there.
pub(super) fn number_in(text: &str) -> Option<String> {
    let starts = text.char_indices().filter(|(at, sign)| {
        let is_start = sign.is_ascii_digit() || "+(".contains(*sign);
        is_start && !text[..*at].ends_with(|before: char| before.is_alphanumeric() || "+(-.".contains(before))
    });
    let mut numbers = starts.filter_map(|(at, _)| {
        let rest = &text[at..];
        let end = ends_of_number(rest).last().copied()?;
        let written = rest[..end].trim_end_matches(['.', '-', '/']);
        (written.chars().filter(char::is_ascii_digit).count() >= SHORTEST).then(|| written.to_owned())
    });
    numbers.next()
}

/// Where a number at the beginning could end: behind each word that has digits and only signs of numbers. A comma or colon ends it for certain.
fn ends_of_number(words: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut at = 0;
    for word in words.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        let sign_free = bare.trim_end_matches([',', ':', ';']);
        let is_of_number = sign_free.chars().all(|sign| sign.is_ascii_digit() || "+()-./".contains(sign));
        if !is_of_number || sign_free.is_empty() {
            break;
        }
        ends.push(at + sign_free.len());
        if sign_free.len() < bare.len() {
            break;
        }
        at += word.len();
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    fn us(words: &str) -> Reading {
        read(words, Some(CountryCode::US))
    }

    fn text(to: &str, body: &str) -> Reading {
        Reading::Text { to: to.parse().expect("E.164"), body: body.to_owned() }
    }

    #[test]
    fn a_number_is_read_however_it_is_written() {
        let written = [
            "+14155550101 Hello",
            "+1 415 555 0101 Hello",
            "(415) 555-0101 Hello",
            "415.555.0101 Hello",
            "1-415-555-0101: Hello",
            "  415 555 0101,   Hello ",
        ];

        assert!(written.iter().all(|words| us(words) == text("+14155550101", "Hello")), "{:?}", written.map(us));
    }

    #[test]
    fn digits_that_belong_to_the_text_stay_in_it() {
        assert_eq!(us("415 555 0101 2 pm works"), text("+14155550101", "2 pm works"));
        assert_eq!(us("+14155550101 10 minutes late"), text("+14155550101", "10 minutes late"));
        assert_eq!(us("+14155550101 911 is for emergencies"), text("+14155550101", "911 is for emergencies"));
    }

    #[test]
    fn a_number_in_the_way_of_its_country_needs_the_country() {
        assert_eq!(read("020 7946 0018 Hello", Some(CountryCode::GB)), text("+442079460018", "Hello"));
        assert_eq!(read("415 555 0101 Hello", None), Reading::NoNumber(PhoneError::CountryNeeded));
    }

    #[test]
    fn what_could_be_two_numbers_is_asked_back() {
        // In Austria numbers of several lengths exist behind each other.
        let reading = read("+43 1 58858 10 Uhr passt", None);

        assert!(matches!(&reading, Reading::Ambiguous(numbers) if numbers.len() == 2), "{reading:?}");
    }

    #[test]
    fn a_number_is_found_in_a_text() {
        assert_eq!(number_in("Please call Maria at (415) 555-0101.").as_deref(), Some("(415) 555-0101"));
        assert_eq!(number_in("She has 2 dogs, +44 20 7946 0018 is hers").as_deref(), Some("+44 20 7946 0018"));
        assert_eq!(number_in("Room 12, at 9:30"), None);
    }

    #[test]
    fn what_is_missing_is_said() {
        assert_eq!(us("+14155550101"), Reading::OnlyNumber("+14155550101".parse().expect("E.164")));
        assert_eq!(us(""), Reading::NoNumber(PhoneError::Empty));
        assert_eq!(us("Maria Hello"), Reading::NoNumber(PhoneError::Empty));
        assert!(matches!(us("911 help"), Reading::NoNumber(PhoneError::Emergency { code: "911" })));
    }
}
