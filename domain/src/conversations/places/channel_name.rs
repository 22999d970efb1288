//! The name of a conversation's own channel, from the contact's: valid for the chat whatever the contact is called. Letters of any script are kept;
//! should a chat refuse them after all, the digits of the number always make a name.

/// Longest name of a channel, in characters, by the chat's own rule.
const LONGEST: usize = 80;

/// Room for a number behind a name that is taken, such as `-20`.
const ROOM: usize = 4;

/// Lower case letters, digits, `-` and `_`; from the digits when nothing else is left of the name.
pub fn name_of(prefix: &str, contact: Option<&str>, address: &str) -> String {
    let named = contact.map(plain).filter(|name| name.chars().any(char::is_alphanumeric));
    match named {
        Some(name) => fitted(&format!("{}{name}", plain_prefix(prefix))),
        None => digits_name(prefix, address),
    }
}

/// A name of ASCII alone: the digits of a number, or the letters of a sender that is none.
pub fn digits_name(prefix: &str, address: &str) -> String {
    let ascii: String = plain(address).chars().filter(char::is_ascii).collect();
    let body = ascii.trim_matches(['-', '_']);
    let prefix: String = plain_prefix(prefix).chars().filter(char::is_ascii).collect();
    fitted(&format!("{prefix}{}", if body.is_empty() { "contact" } else { body }))
}

fn plain_prefix(prefix: &str) -> String {
    let is_open = prefix.ends_with(['-', '_']);
    let words = plain(prefix);
    if is_open && !words.is_empty() { format!("{words}-") } else { words }
}

/// Words joined by hyphens. What is no letter and no digit parts words; marks within a word only fall out.
fn plain(name: &str) -> String {
    let mut plain = String::new();
    for sign in name.chars().flat_map(char::to_lowercase) {
        match sign {
            '_' => plain.push('_'),
            _ if sign.is_alphanumeric() && !sign.is_uppercase() => plain.push(sign),
            _ if is_silent(sign) => {}
            _ if plain.is_empty() || plain.ends_with(['-', '_']) => {}
            _ => plain.push('-'),
        }
    }
    plain.trim_matches(['-', '_']).to_owned()
}

/// Signs that part no words: apostrophes, joiners, marks of direction, accents that stand alone.
fn is_silent(sign: char) -> bool {
    matches!(sign, '\'' | '’' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(sign, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

fn fitted(name: &str) -> String {
    let short: String = name.chars().take(LONGEST - ROOM).collect();
    short.trim_matches(['-', '_']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(contact: &str) -> String {
        name_of("sms-", Some(contact), "+14155550101")
    }

    #[test]
    fn words_are_joined_in_lower_case() {
        assert_eq!(named("Maria López-García (Dr.)"), "sms-maria-lópez-garcía-dr");
        assert_eq!(named("O’Brien & Sons"), "sms-obrien-sons");
    }

    #[test]
    fn a_name_of_any_length_leaves_room_for_a_number_behind_it() {
        assert_eq!(named(&"x".repeat(300)).chars().count(), 76);
        assert_eq!(named(&"é ".repeat(300)).chars().last(), Some('é'));
    }

    #[test]
    fn letters_of_every_script_are_kept_and_marks_of_direction_are_not() {
        assert_eq!(named("\u{202b}ماريا لوبيز\u{202c}"), "sms-ماريا-لوبيز");
        assert_eq!(named("田中さん"), "sms-田中さん");
    }

    #[test]
    fn what_leaves_nothing_of_a_name_takes_the_digits() {
        let names = ["", "   ", "😀🎉", "?!…", "---", "_", "\u{200f}"];
        assert!(names.iter().all(|name| named(name) == "sms-14155550101"), "{:?}", names.map(named));
        assert_eq!(name_of("sms-", None, "+14155550101"), "sms-14155550101");
    }

    #[test]
    fn emoji_among_letters_fall_out() {
        assert_eq!(named("Maria 😀 Lopez"), "sms-maria-lopez");
    }

    #[test]
    fn capitals_without_a_small_form_fall_out() {
        assert_eq!(named("𝐌aria"), "sms-aria");
    }

    #[test]
    fn a_sender_that_is_no_number_and_an_odd_prefix_make_names_too() {
        assert_eq!(name_of("Kunden: ", None, "ACME Bank"), "kundenacme-bank");
        assert_eq!(name_of("", Some("Maria"), "+1"), "maria");
        assert_eq!(digits_name("смс-", "ÄÖ"), "contact");
    }
}
