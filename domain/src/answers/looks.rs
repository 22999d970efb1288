//! Whether a text looks as if a machine had sent it. Answering one can begin a talk between two machines, so in doubt nothing is answered: a person
//! who writes like a machine is answered by the team.

/// What automatic texts begin with, in small letters.
const BEGINNINGS: [&str; 14] = [
    "auto-reply",
    "auto reply",
    "autoreply",
    "automatic reply",
    "auto response",
    "automated response",
    "automated message",
    "out of office",
    "out of the office",
    "[auto]",
    "(auto)",
    "driving focus",
    "message blocking is active",
    "undeliverable",
];

/// What they say somewhere.
const WORDS: [&str; 14] = [
    "this is an automated",
    "this is an automatic",
    "automatically generated",
    "sent automatically",
    "do not reply to this",
    "please do not reply",
    "this number is not monitored",
    "this mailbox is not monitored",
    "i'm driving",
    "i am driving",
    "i'm currently away",
    "we are currently closed",
    "verification code",
    "reply stop to",
];

/// Whether a text looks automatic.
pub(crate) fn looks_automatic(body: &str) -> bool {
    let plain = body.to_lowercase().replace(['\u{2018}', '\u{2019}'], "'");
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let start = plain.trim_start_matches(|sign: char| !sign.is_alphanumeric() && sign != '[' && sign != '(');
    BEGINNINGS.iter().any(|beginning| start.starts_with(beginning)) || WORDS.iter().any(|words| plain.contains(words))
}

#[cfg(test)]
mod tests {
    use super::looks_automatic;

    #[test]
    fn machines_are_recognised() {
        let texts = [
            "Auto-Reply: I will get back to you.",
            "I\u{2019}m driving with Do Not Disturb While Driving turned on.",
            "** Out of  office until Monday **",
            "Your verification code is 123456",
            "Hi from Southwind. Reply STOP to unsubscribe.",
        ];
        assert!(texts.iter().all(|text| looks_automatic(text)));
    }

    #[test]
    fn people_are_not_taken_for_machines() {
        let texts = ["When can I come?", "I drive to you at nine", "Is it automatic?", "Are you closed on Monday?", ""];
        assert!(texts.iter().all(|text| !looks_automatic(text)));
    }
}
