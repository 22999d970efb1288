//! What we answer to a keyword, by ourselves and once. Each answer says who writes, what is so now, and the word that
//! changes it; where a contact may get more texts also that they can cost something (CTIA Messaging Principles, 5.1.3).
//! In GSM-7 and one segment for a business name of up to 40 characters; a name in another alphabet makes two of it,
//! which is better than a name nobody knows.

/// Answer to the word that opts out: the last text that the contact gets.
pub fn opt_out_confirmation(business: &str) -> String {
    format!(
        "{}: You are unsubscribed and will get no more texts from this number. Reply START to subscribe again.",
        plain(business)
    )
}

/// Answer to the word that opts in again.
pub fn opt_in_confirmation(business: &str) -> String {
    format!(
        "{}: You are subscribed again. Msg frequency varies. Msg&data rates may apply. Reply HELP for help, STOP to unsubscribe.",
        plain(business)
    )
}

/// Answer to who asks for help.
pub fn help_answer(business: &str) -> String {
    format!(
        "{}: Reply here and a person will answer. Msg frequency varies. Msg&data rates may apply. Reply STOP to unsubscribe.",
        plain(business)
    )
}

/// The name on one line, with the typographic signs that word processors put in written as GSM-7 has them.
fn plain(business: &str) -> String {
    let signs = business.chars().map(|character| match character {
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        '\u{2010}'..='\u{2015}' => '-',
        other => other,
    });
    signs.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sms::{Encoding, measure};

    const ANSWERS: [fn(&str) -> String; 3] = [opt_out_confirmation, opt_in_confirmation, help_answer];

    #[test]
    fn every_answer_is_one_segment_of_gsm_7_for_a_name_of_40_characters() {
        let long = "Brown’s “Bicycle” Repair – Hackney Wick ";
        assert_eq!(long.chars().count(), 40);

        let measures = ANSWERS.map(|answer| measure(&answer(long)));

        assert!(
            measures.iter().all(|measure| measure.encoding == Encoding::Gsm7 && measure.segment_count == 1),
            "{measures:?}"
        );
    }

    #[test]
    fn every_answer_says_who_writes() {
        assert!(ANSWERS.iter().all(|answer| answer("Ada's  Bikes\n").starts_with("Ada's Bikes: ")));
    }

    #[test]
    fn every_answer_says_the_word_that_changes_things_and_what_it_may_cost() {
        assert!(
            opt_out_confirmation("Ada").contains("no more texts")
                && opt_out_confirmation("Ada").contains("Reply START")
        );
        for answer in [opt_in_confirmation("Ada"), help_answer("Ada")] {
            assert!(
                answer.contains("Msg&data rates may apply.") && answer.contains("STOP to unsubscribe."),
                "{answer}"
            );
        }
        assert!(help_answer("Ada").contains("Reply STOP"));
    }
}
