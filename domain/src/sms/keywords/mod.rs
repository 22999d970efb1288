//! Words with a meaning of their own: a contact who sends nothing but STOP has opted out, whatever the number, the hour
//! or the mood. The whole body must be the word, however it is dressed: case, accents, punctuation, quotes, emoji and
//! letters of other shapes are taken off. The sets are those of the CTIA and the FCC's rule of 2025 (REVOKE, OPTOUT),
//! with the French words that Canada asks for.
//!
//! Requests in other words ("please don't text me again") are told by [`reads_like_opt_out`]: they never opt anyone out
//! by themselves, they make the team look.

mod answers;
mod phrases;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::encoding::is_invisible;

pub use answers::{help_answer, opt_in_confirmation, opt_out_confirmation};
pub use phrases::reads_like_opt_out;

/// Words that opt out.
const OPT_OUT: [&str; 13] = [
    "stop",
    "stopall",
    "unsubscribe",
    "cancel",
    "end",
    "quit",
    "revoke",
    "optout",
    "opt out",
    "opt-out",
    "exit",
    "remove",
    "arret",
];

/// Words that opt in again.
const OPT_IN: [&str; 4] = ["start", "unstop", "subscribe", "restart"];

/// The word that opts in only who has opted out: everyone else says it in conversation.
const YES: &str = "yes";

/// Words that ask who writes.
const HELP: [&str; 3] = ["help", "info", "aide"];

/// What a word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Keyword {
    /// No more texts.
    OptOut,
    /// Texts again.
    OptIn,
    /// Who are you?
    Help,
}

codes!(Keyword { OptOut = "opt_out", OptIn = "opt_in", Help = "help" });

/// Who sent the word, and to what number of ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeywordContext {
    /// The contact has opted out before and not in again.
    pub opted_out: bool,
    /// Our number is toll-free, where the network obeys STOP and START itself.
    pub toll_free: bool,
}

impl Keyword {
    /// Whether we answer it. On toll-free numbers the network answers STOP and START itself and a second answer would
    /// go to someone who has just opted out; HELP is answered there too, unless they have.
    pub fn is_answered(self, context: KeywordContext) -> bool {
        match self {
            Self::OptOut | Self::OptIn => !context.toll_free,
            Self::Help => !(context.toll_free && context.opted_out),
        }
    }
}

/// The keyword that a text is, if its whole body is one.
pub fn read(body: &str, context: KeywordContext) -> Option<Keyword> {
    let word = bare(body);
    let is_yes = word == YES && context.opted_out && !context.toll_free;
    if OPT_OUT.contains(&word.as_str()) {
        Some(Keyword::OptOut)
    } else if OPT_IN.contains(&word.as_str()) || is_yes {
        Some(Keyword::OptIn)
    } else {
        HELP.contains(&word.as_str()).then_some(Keyword::Help)
    }
}

/// The folded body without what surrounds its words, and with single spaces.
fn bare(body: &str) -> String {
    let folded = folded(body);
    let words = folded.trim_matches(|character: char| !is_of_a_word(character));
    let spaced = words.split_whitespace().collect::<Vec<_>>().join(" ");
    spaced.replace(" - ", "-").replace("- ", "-").replace(" -", "-")
}

/// Small letters of one shape: no accents, no full-width or styled letters, nothing that cannot be seen, one kind of
/// dash and apostrophe.
fn folded(body: &str) -> String {
    let plain = body.nfkd().flat_map(char::to_lowercase).nfkd();
    plain.filter(|character| !is_combining_mark(*character) && !is_invisible(*character)).map(plain_sign).collect()
}

/// Letters and digits; emoji that Unicode counts among the letters are not.
fn is_of_a_word(character: char) -> bool {
    character.is_alphanumeric() && !('\u{1f100}'..='\u{1faff}').contains(&character)
}

fn plain_sign(character: char) -> char {
    match character {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' | '\u{2bc}' | '`' | '\u{b4}' => '\'',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBSCRIBED: KeywordContext = KeywordContext { opted_out: false, toll_free: false };
    const OPTED_OUT: KeywordContext = KeywordContext { opted_out: true, toll_free: false };
    const TOLL_FREE: KeywordContext = KeywordContext { opted_out: false, toll_free: true };
    const TOLL_FREE_OPTED_OUT: KeywordContext = KeywordContext { opted_out: true, toll_free: true };

    fn all(bodies: &[&str], context: KeywordContext) -> Vec<Option<Keyword>> {
        bodies.iter().map(|body| read(body, context)).collect()
    }

    #[test]
    fn every_word_that_opts_out_is_obeyed() {
        let words = [
            "STOP",
            "STOPALL",
            "UNSUBSCRIBE",
            "CANCEL",
            "END",
            "QUIT",
            "REVOKE",
            "OPTOUT",
            "OPT OUT",
            "OPT-OUT",
            "EXIT",
            "REMOVE",
            "ARRET",
            "ARRÊT",
        ];
        assert_eq!(all(&words, SUBSCRIBED), [Some(Keyword::OptOut); 14]);
        assert_eq!(all(&words, TOLL_FREE_OPTED_OUT), [Some(Keyword::OptOut); 14]);
    }

    #[test]
    fn every_word_that_opts_in_or_asks_is_understood() {
        assert_eq!(all(&["START", "UNSTOP", "SUBSCRIBE", "RESTART"], SUBSCRIBED), [Some(Keyword::OptIn); 4]);
        assert_eq!(all(&["HELP", "INFO", "AIDE"], OPTED_OUT), [Some(Keyword::Help); 3]);
    }

    #[test]
    fn yes_opts_in_only_who_has_opted_out_and_never_on_toll_free() {
        assert_eq!(
            [SUBSCRIBED, OPTED_OUT, TOLL_FREE, TOLL_FREE_OPTED_OUT].map(|context| read("Yes!", context)),
            [None, Some(Keyword::OptIn), None, None]
        );
    }

    #[test]
    fn how_a_word_is_dressed_does_not_matter() {
        let dressed = [
            "stop",
            " Stop ",
            "STOP.",
            "stop!!!",
            "\"Stop\"",
            "‘STOP’",
            "«stop»",
            "(stop)",
            "*STOP*",
            "🛑 STOP 🛑",
            "stop 🙏🏽",
            "\nSTOP\r\n",
            "ＳＴＯＰ",
            "𝐒𝐓𝐎𝐏",
            "🅂🅃🄾🄿",
            "st\u{200b}op",
            "\u{202a}STOP\u{202c}",
            "...stop...",
            "Opt   Out",
            "opt\nout",
            "opt‑out",
            "Opt - out.",
            "OPT–OUT",
            "arre\u{302}t",
            "ARRÊT!",
            "stop\u{fe0f}",
            "STÓP",
            "stop ❤️",
            "🅰️ stop",
        ];
        let missed: Vec<_> = dressed.iter().filter(|body| read(body, SUBSCRIBED) != Some(Keyword::OptOut)).collect();
        assert_eq!(missed, Vec::<&&str>::new());
    }

    #[test]
    fn a_word_among_others_is_no_keyword() {
        let said = [
            "",
            " ",
            "🛑",
            "?",
            "stop it",
            "please stop",
            "stop by at 5",
            "bus stop",
            "stopped",
            "st op",
            "the end",
            "cancel my order",
            "help me",
            "ok",
            "yes please",
            "start at 9",
            "info@example.com",
            "stop1",
            "don't",
            "stop-start",
            "opt out now",
            "ends",
            "s.t.o.p",
        ];
        assert_eq!(all(&said, OPTED_OUT), [None; 23]);
    }

    #[test]
    fn on_toll_free_the_network_answers_stop_and_start_itself() {
        let answered = |context: KeywordContext| {
            [Keyword::OptOut, Keyword::OptIn, Keyword::Help].map(|keyword| keyword.is_answered(context))
        };

        assert_eq!(answered(SUBSCRIBED), [true, true, true]);
        assert_eq!(answered(OPTED_OUT), [true, true, true]);
        assert_eq!(answered(TOLL_FREE), [false, false, true]);
        assert_eq!(answered(TOLL_FREE_OPTED_OUT), [false, false, false]);
    }
}
