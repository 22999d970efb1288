//! The carrier's own memory of who said STOP to which number.
//!
//! On a toll-free number the network answers STOP itself and blocks at once. Elsewhere the sender may still send the
//! one confirmation that the rules allow: a text within five minutes which says that it is one. Everything else is
//! refused until START.

use crate::state::{Data, carrier::OptOut};

use super::geography;

const STOP: [&str; 8] = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"];
const START: [&str; 3] = ["START", "YES", "UNSTOP"];
/// How long the confirmation may take, in microseconds.
const CONFIRMATION_WINDOW: u64 = 5 * 60 * 1_000_000;
/// Words by which a confirmation is known.
const CONFIRMATION: [&str; 4] = ["unsubscribed", "opted out", "no more messages", "no more texts"];

/// What the network answers by itself.
pub(crate) enum Answer {
    /// To STOP on a toll-free number.
    Stopped,
    /// To START on a toll-free number.
    Started,
}

impl Answer {
    /// The network's words.
    pub(crate) fn words(&self) -> &'static str {
        match self {
            Self::Stopped => {
                "NETWORK MSG: You replied with the word \"stop\" which blocks all texts sent from this number. Text back \"unstop\" to receive messages again."
            }
            Self::Started => {
                "NETWORK MSG: You have replied \"unstop\" and will begin receiving messages again from this number."
            }
        }
    }
}

/// Takes note of what a person texted to a number; answers what the network says by itself.
pub(crate) fn listen(data: &mut Data, person: &str, number: &str, body: &str) -> Option<Answer> {
    let word = body.trim().to_uppercase();
    let toll_free = geography::is_toll_free(number);
    let at = data.serial.next();
    if word == "STOP" || (!toll_free && STOP.contains(&word.as_str())) {
        let wish = OptOut { at, confirmed: toll_free };
        let before = data.carrier.opt_outs.entry(person.to_owned()).or_default().insert(number.to_owned(), wish);
        return (toll_free && before.is_none()).then_some(Answer::Stopped);
    }
    if START.contains(&word.as_str()) && !(toll_free && word == "YES") {
        let was = data.carrier.opt_outs.get_mut(person).and_then(|wishes| wishes.remove(number));
        return (toll_free && was.is_some()).then_some(Answer::Started);
    }
    None
}

/// Whether a text from `number` to `person` is refused; a confirmation passes once.
pub(crate) fn refuses(data: &mut Data, number: &str, person: &str, body: &str) -> bool {
    let now = data.serial.next();
    let Some(wish) = data.carrier.opt_outs.get_mut(person).and_then(|wishes| wishes.get_mut(number)) else {
        return false;
    };
    let said = body.to_lowercase();
    let confirms = body.contains("START") || CONFIRMATION.iter().any(|words| said.contains(words));
    if confirms && !wish.confirmed && now < wish.at + CONFIRMATION_WINDOW {
        wish.confirmed = true;
        return false;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Pace;

    const PERSON: &str = "+14155550101";
    const LOCAL: &str = "+12125550110";
    const TOLL_FREE: &str = "+18005550110";

    fn data() -> Data {
        Data::new(String::new(), Pace::brisk())
    }

    #[test]
    fn after_stop_only_one_confirmation_passes_until_start() {
        let mut data = data();

        let answer = listen(&mut data, PERSON, LOCAL, " stop\n");

        assert!(answer.is_none());
        assert!(refuses(&mut data, LOCAL, PERSON, "How are you?"));
        assert!(!refuses(&mut data, LOCAL, PERSON, "You are unsubscribed."));
        assert!(refuses(&mut data, LOCAL, PERSON, "You are unsubscribed."));
        listen(&mut data, PERSON, LOCAL, "Start");
        assert!(!refuses(&mut data, LOCAL, PERSON, "How are you?"));
    }

    #[test]
    fn a_toll_free_network_answers_stop_itself_and_once() {
        let mut data = data();

        let first = listen(&mut data, PERSON, TOLL_FREE, "STOP");
        let second = listen(&mut data, PERSON, TOLL_FREE, "STOP");

        assert!(matches!(first, Some(Answer::Stopped)));
        assert!(second.is_none());
        assert!(refuses(&mut data, TOLL_FREE, PERSON, "You are unsubscribed."));
    }

    #[test]
    fn stop_to_one_number_says_nothing_about_another() {
        let mut data = data();

        listen(&mut data, PERSON, LOCAL, "STOP");

        assert!(!refuses(&mut data, "+12125550111", PERSON, "Hello"));
    }
}
