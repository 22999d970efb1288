//! Takes secrets and phone numbers out of a line of text. It knows them by their form, and the configured ones by heart; one pass, no
//! regular expressions, as every line of the log goes through it. Rather too much is hidden than too little.
//!
//! A rule gets the text from a place where something may begin, and answers how many bytes it is and what to write instead.

use secrecy::{ExposeSecret, SecretString};

/// What stands in place of a secret.
const HIDDEN: &str = "***";

/// Shortest configured secret that is known by heart, in bytes: a shorter one would blank ordinary words.
const SHORTEST_SECRET: usize = 6;

/// Digits of a phone number in E.164.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// Digits of a payment card's number.
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 13..=19;

/// Digits of a phone number that stay hidden at least, and those at its end that show.
const PHONE_HIDDEN: usize = 5;
const PHONE_TAIL: usize = 2;

/// How a secret with a telling prefix begins, and whether that must be the beginning of a word (`task_` holds `sk_`).
const PREFIXES: &[(&str, bool)] = &[
    ("xoxa-", false),
    ("xoxb-", false),
    ("xoxe-", false),
    ("xoxe.", false),
    ("xoxp-", false),
    ("xapp-", false),
    ("whsec_", false),
    ("clk_", true),
    ("sk_live_", false),
    ("sk_test_", false),
    ("rk_live_", false),
    ("rk_test_", false),
    ("sk_", true),
    ("Bearer ", true),
    ("bearer ", true),
    ("Basic ", true),
    ("basic ", true),
];

/// Bytes that follow a prefix at least, in a secret.
const SHORTEST_TAIL: usize = 4;

/// Takes secrets and phone numbers out of text.
#[derive(Clone, Default)]
pub struct Redactor {
    known: Vec<SecretString>,
}

/// How many bytes to replace, and by what.
type Found = Option<(usize, String)>;

impl Redactor {
    /// Knows these secrets by heart, besides everything that has a secret's form.
    pub fn new(secrets: &[SecretString]) -> Self {
        let known = secrets.iter().filter(|secret| secret.expose_secret().len() >= SHORTEST_SECRET).cloned().collect();
        Self { known }
    }

    /// The text without secrets, and with phone numbers like `+1415*****09`.
    pub fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.known {
            if text.contains(secret.expose_secret()) {
                text = text.replace(secret.expose_secret(), HIDDEN);
            }
        }
        by_form(&text)
    }
}

fn by_form(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(next) = text[at..].chars().next() {
        match find(text, at) {
            Some((length, instead)) => {
                clean.push_str(&instead);
                at += length;
            }
            None => {
                clean.push(next);
                at += next.len_utf8();
            }
        }
    }
    clean
}

fn find(text: &str, at: usize) -> Found {
    let rest = &text[at..];
    match rest.as_bytes()[0] {
        b'+' | b'%' => phone(rest),
        b':' => credentials(rest),
        b'0'..=b'9' => card(text, at),
        b'A' => account(text, at),
        b'e' => web_token(rest),
        b'B' | b'b' | b'c' | b'r' | b's' | b'w' | b'x' => prefixed(text, at),
        _ => None,
    }
}

/// `+` (or `%2B`, as in an address) and 7 to 15 digits.
fn phone(rest: &str) -> Found {
    let sign = ["+", "%2B", "%2b"].into_iter().find(|sign| rest.starts_with(sign))?;
    let digits = &rest[sign.len()..sign.len() + leading(&rest[sign.len()..], |byte| byte.is_ascii_digit())];
    if !PHONE_DIGITS.contains(&digits.len()) || digits.starts_with('0') {
        return None;
    }
    let head = digits.len().saturating_sub(PHONE_HIDDEN + PHONE_TAIL).clamp(1, 4);
    let tail = digits.len() - PHONE_TAIL;
    Some((
        sign.len() + digits.len(),
        format!("{sign}{}{}{}", &digits[..head], "*".repeat(tail - head), &digits[tail..]),
    ))
}

/// A user and password in an address: `://user:password@`.
fn credentials(rest: &str) -> Found {
    let authority = rest.strip_prefix("://")?;
    let length = leading(authority, |byte| byte.is_ascii_graphic() && !b"/?#\"'<>\\".contains(&byte));
    let user = authority[..length].rfind('@')?;
    authority[..user].contains(':').then(|| ("://".len() + user, format!("://{HIDDEN}")))
}

/// 13 to 19 digits, in groups or not, whose check digit (Luhn) is right.
fn card(text: &str, at: usize) -> Found {
    if !starts_word(text, at) {
        return None;
    }
    let rest = &text[at..];
    let length = leading(rest, |byte| byte.is_ascii_digit() || byte == b' ' || byte == b'-');
    let written = rest[..length].trim_end_matches([' ', '-']);
    let digits: Vec<u8> = written.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect();
    let follows_word = rest[written.len()..].starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_');
    // Cards of the world begin with 2 to 6; milliseconds since 1970, which are as long, with 1.
    let is_card = CARD_DIGITS.contains(&digits.len())
        && (2..=6).contains(&digits[0])
        && !follows_word
        && has_check_digit(&digits);
    is_card.then(|| (written.len(), HIDDEN.to_owned()))
}

fn has_check_digit(digits: &[u8]) -> bool {
    let weigh = |(place, digit): (usize, &u8)| {
        if place % 2 == 0 { u32::from(*digit) } else { u32::from(digit * 2 % 10 + digit / 5) }
    };
    digits.iter().rev().enumerate().map(weigh).sum::<u32>() % 10 == 0
}

/// `AC` and 32 hexadecimal digits: half of what opens a carrier's account.
fn account(text: &str, at: usize) -> Found {
    let digits = text[at..].strip_prefix("AC")?;
    let is_account = starts_word(text, at) && leading(digits, |byte| byte.is_ascii_hexdigit()) == 32;
    is_account.then(|| (2 + 32, format!("AC{HIDDEN}")))
}

/// Three parts in base 64, of which the first begins a JSON object.
fn web_token(rest: &str) -> Found {
    let length = leading(rest, |byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    let is_token = rest.starts_with("eyJ") && rest[..length].matches('.').count() >= 2;
    is_token.then(|| (length, HIDDEN.to_owned()))
}

fn prefixed(text: &str, at: usize) -> Found {
    let rest = &text[at..];
    let fits = |(prefix, is_word): &&(&str, bool)| rest.starts_with(prefix) && (!is_word || starts_word(text, at));
    let (prefix, _) = PREFIXES.iter().find(fits)?;
    let tail = leading(&rest[prefix.len()..], |byte| byte.is_ascii_alphanumeric() || b"-_.+/=~".contains(&byte));
    (tail >= SHORTEST_TAIL).then(|| (prefix.len() + tail, format!("{prefix}{HIDDEN}")))
}

/// How many bytes at the beginning fulfil a condition.
fn leading(text: &str, is_part: impl Fn(u8) -> bool) -> usize {
    text.bytes().take_while(|byte| is_part(*byte)).count()
}

/// Whether no word runs into this place. The letter of an escape such as `\n` is not a word.
fn starts_word(text: &str, at: usize) -> bool {
    let before = &text.as_bytes()[..at];
    let Some(last) = before.last() else {
        return true;
    };
    let is_escape = before.len() >= 2 && before[before.len() - 2] == b'\\' && b"nrt".contains(last);
    is_escape || !(last.is_ascii_alphanumeric() || *last == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str) -> String {
        Redactor::default().redact(text)
    }

    #[test]
    fn a_phone_number_keeps_its_head_and_two_digits() {
        assert_eq!(redacted("from +14155550109 to +447700900123."), "from +1415*****09 to +4477******23.");
    }

    #[test]
    fn a_short_phone_number_keeps_one_digit_at_its_head() {
        assert_eq!(redacted("+4712345 and +47123456"), "+4****45 and +4*****56");
    }

    #[test]
    fn a_phone_number_in_an_address_is_hidden() {
        assert_eq!(
            redacted("/Messages.json?To=%2B14155550109&PageSize=5"),
            "/Messages.json?To=%2B1415*****09&PageSize=5"
        );
    }

    #[test]
    fn signs_that_begin_no_phone_number_stay() {
        let text = "at 10:00:00+00:00, 1+2, +123456, +0123456789, +1234567890123456";
        assert_eq!(redacted(text), text);
    }

    #[test]
    fn tokens_of_the_chat_are_hidden() {
        assert_eq!(
            redacted("xoxb-1-2-aB xoxp-12345 xoxa-2-abc xoxe.xoxp-1-abc"),
            "xoxb-*** xoxp-*** xoxa-*** xoxe.***"
        );
    }

    #[test]
    fn keys_with_a_prefix_are_hidden() {
        assert_eq!(
            redacted("sk_live_abcd sk_canary whsec_abcdEF== clk_0123abcd"),
            "sk_live_*** sk_*** whsec_*** clk_***"
        );
    }

    #[test]
    fn a_key_behind_an_escaped_line_break_is_hidden() {
        assert_eq!(redacted(r"one\nclk_0123abcd\tsk_abcdef"), r"one\nclk_***\tsk_***");
    }

    #[test]
    fn ids_and_names_of_ours_stay() {
        let text = "task_01JABCDEF task_id=5 disk_free sk_ clk_ AC/DC risk_score_high 1763925600123";
        assert_eq!(redacted(text), text);
    }

    #[test]
    fn the_carriers_account_is_hidden() {
        let line = format!("/Accounts/AC{}/Messages.json", "0a".repeat(16));
        assert_eq!(redacted(&line), "/Accounts/AC***/Messages.json");
    }

    #[test]
    fn what_authorizes_a_request_is_hidden() {
        assert_eq!(
            redacted("authorization: Basic QUM6dG9r== and Bearer abc.def"),
            "authorization: Basic *** and Bearer ***"
        );
    }

    #[test]
    fn a_password_in_an_address_is_hidden() {
        assert_eq!(redacted("postgres://clerk:p@ss@db:5432/clerk"), "postgres://***@db:5432/clerk");
    }

    #[test]
    fn an_address_without_a_password_stays() {
        let text = "http://localhost:8080/a?b=c@d and mailto://me@here";
        assert_eq!(redacted(text), text);
    }

    #[test]
    fn a_web_token_is_hidden() {
        assert_eq!(redacted("id_token=eyJhbGciOiJI.eyJzdWIi.c2ln&x=1"), "id_token=***&x=1");
    }

    #[test]
    fn a_card_number_is_hidden_in_groups_and_without() {
        assert_eq!(redacted("4242424242424242, 4242-4242-4242-4242 and 5555 5555 5555 4444!"), "***, *** and ***!");
    }

    #[test]
    fn a_number_with_a_wrong_check_digit_stays() {
        assert_eq!(
            redacted("4242424242424241 x4242424242424242 4242424242424242x"),
            "4242424242424241 x4242424242424242 4242424242424242x"
        );
    }

    #[test]
    fn a_configured_secret_is_hidden_wherever_it_stands() {
        let redactor = Redactor::new(&["hunter2!".into(), "no".into()]);
        assert_eq!(redactor.redact("say hunter2!hunter2! no more"), "say ****** no more");
    }

    #[test]
    fn text_beyond_ascii_survives() {
        assert_eq!(redacted("Łódź 日本 ☎+14155550109é"), "Łódź 日本 ☎+1415*****09é");
    }
}
