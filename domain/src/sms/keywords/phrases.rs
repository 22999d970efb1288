//! Requests to stop in a person's own words. The FCC counts any reasonable way to ask, so a text that reads like one
//! pauses automatic texts to the contact and asks the team. The rules are careful on both sides: a missed request
//! annoys someone and may cost a fine, a false one interrupts a conversation, so a phrase counts only with its object
//! ("stop texting me", not "stop texting") and not when it is denied or asked about ("why did you stop texting me?").
//!
//! A rule is a row of steps over the words of a text: `a|b` is one of these words, `?` after it means that it may be
//! missing, `*` that any number of them may follow each other, and `$` is the end of a sentence. `TEXTS` and the like
//! are the lists below.

use super::folded;

/// Lists that rules can name.
const LISTS: [(&str, &str); 11] = [
    (
        "TEXTS",
        "texts|messages|msgs|sms|smses|txts|promos|promotions|spam|texting|messaging|communication|communications",
    ),
    ("TEXTING", "texting|messaging|msging|txting|contacting|spamming|bothering|harassing|bugging|smsing"),
    ("WRITE", "text|message|msg|txt|contact|sms|spam|bother|write"),
    (
        "ANY",
        "any|anymore|more|these|those|this|the|your|ur|all|further|future|such|marketing|promotional|sms|text|annoying|unwanted",
    ),
    (
        "POLITE",
        "please|and|pls|plz|kindly|thanks|thank|thx|ty|you|now|ok|okay|already|immediately|asap|today|right|away|at|once",
    ),
    ("AGAIN", "again|anymore|ever|further"),
    ("FROM", "from|you|your|u|guys|company|business|sent|to|me|this|number"),
    ("MINE", "number|phone|contact|info|details|name|cell"),
    ("OURS", "mailing|messaging|texting|contact|call|phone"),
    ("OFF", "remove|take|get|delete|drop|erase|removed|taken|deleted"),
    ("LIST", "list|lists|texts|messages|contacts|database|system|records|files|distribution|mailings"),
];

/// What reads like a request to stop.
const REQUESTS: [&str; 35] = [
    "stop|quit|cease TEXTING me|us|my|our|this|these",
    "stop|quit|cease TEXTING POLITE|AGAIN* $",
    "stop|quit|cease sending|send me|us? ANY* TEXTS",
    "stop|quit|cease getting|receiving ANY* TEXTS",
    "stop|quit|cease getting|receiving these|those POLITE* $",
    "stop|quit|cease with? ANY ANY* TEXTS",
    "stop|quit|cease TEXTS POLITE* $",
    "dont|never ever? WRITE me|us|this number|phone|line|cell? POLITE* AGAIN",
    "dont|never ever? WRITE me|us? POLITE* $",
    "dont|never WRITE this number|phone",
    "dont send|keep me|us? sending? me|us? ANY* TEXTS POLITE|AGAIN* $",
    "dont send me|us anything",
    "no more ANY* TEXTS POLITE|FROM* $",
    "dont|longer want|wish|like|want to? receive|get|have|see? ANY* TEXTS POLITE|AGAIN|FROM* $",
    "dont|longer want|wish|like you|u|yall? to? be? WRITE|texted|messaged|contacted me|us|POLITE|AGAIN|by|you* $",
    "OFF me|us|my|our|this MINE* from|off of? your|ur|this|that|all|any ANY|OURS* LIST",
    "OFF me|us|my|our|this MINE* from|off of? the ANY|OURS* LIST POLITE* $",
    "removed|deleted|taken from|off of? your|ur|this|the ANY|OURS* LIST POLITE* $",
    "get|be off of? your|ur|this ANY|OURS* LIST POLITE* $",
    "remove|delete|drop|erase me|us POLITE* $",
    "take|get me|us off POLITE* $",
    "remove|delete|lose|forget|erase my|this phone? number|phone POLITE|from|your|phone* $",
    "unsubscribe me|us|my|this|from",
    "unsubscribe|unsuscribe|unsubcribe|unsubscibe POLITE* $",
    "unsuscribe|unsubcribe|unsubscibe me|from",
    "opt me|us out",
    "opt|opting out POLITE* $",
    "opt|opting out of|from ANY* TEXTS",
    "revoke|withdraw my? consent|permission|authorization",
    "leave me|us alone POLITE* $",
    "leave me|us the hell|heck alone",
    "desabonner|desabonnez|desabonnement|desinscrire|desinscrivez",
    "arretez|arrete|cessez de mecrire|menvoyer|me",
    "ne mecrivez|mecris|menvoyez plus",
    "no me envie|envien|mande|manden|escriba|escriban mas|mensajes|textos",
];

/// Words before a phrase that turn it round or make it a question about the past.
const TURNED: [&str; 19] = [
    "not",
    "dont",
    "didnt",
    "never",
    "wont",
    "cant",
    "doesnt",
    "havent",
    "did",
    "was",
    "were",
    "why",
    "if",
    "when",
    "what",
    "until",
    "before",
    "after",
    "accidentally",
];

/// How many words before a phrase can turn it.
const TURNED_WITHIN: usize = 3;

/// Words that may stand around a lone "stop" at the end: with nothing else in its sentence, it is a request.
const AROUND_STOP: &str = "stop please pls plz kindly now just ok okay thanks thank you thx ty can could would will it this \
    all already im i said hey hi hello no yes immediately asap today u guys sir maam again right away and to want quiero";

/// Whether a text reads like a request for no more texts, in other words than a keyword. Never a decision: the team is
/// asked.
pub fn reads_like_opt_out(body: &str) -> bool {
    let words = words(body);
    is_lone_stop(&words) || REQUESTS.iter().any(|request| is_asked(&steps(request), &words))
}

/// Words of a text without accents and apostrophes, with `$` between sentences. "do not" and "any more" become one
/// word.
fn words(body: &str) -> Vec<String> {
    let folded = folded(body).replace('\'', "");
    let sentences = folded.split(['.', '!', '?', ';', ',', '\n', ':', '(', ')']);
    let mut words = Vec::new();
    for sentence in sentences {
        words.extend(
            sentence
                .split(|character: char| !character.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(str::to_owned),
        );
        if words.last().is_some_and(|last| last != "$") {
            words.push("$".to_owned());
        }
    }
    joined(&words)
}

fn joined(words: &[String]) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    for word in words {
        let with_last = match (joined.last().map(String::as_str), word.as_str()) {
            (Some("do"), "not") => Some("dont"),
            (Some("any"), "more") => Some("anymore"),
            (Some("write"), "to") => Some("write"),
            (Some("no"), "longer") => Some("longer"),
            (Some("text"), "message" | "messages") => Some("messages"),
            _ => None,
        };
        match (with_last, joined.last_mut()) {
            (Some(one), Some(last)) => one.clone_into(last),
            _ => joined.push(word.clone()),
        }
    }
    joined
}

fn is_lone_stop(words: &[String]) -> bool {
    let is_filler = |word: &&String| AROUND_STOP.split(' ').any(|filler| filler == word.as_str());
    let mut sentences = words.split(|word| word == "$").rev().filter(|sentence| !sentence.is_empty());
    let last = sentences
        .find(|sentence| sentence.iter().any(|word| word == "stop") || !sentence.iter().all(|word| is_filler(&word)));
    last.is_some_and(|sentence| sentence.iter().all(|word| is_filler(&word)))
}

/// One step of a rule.
struct Step {
    words: Vec<&'static str>,
    can_be_missing: bool,
    can_repeat: bool,
}

fn steps(request: &'static str) -> Vec<Step> {
    request.split(' ').map(step).collect()
}

fn step(text: &'static str) -> Step {
    let names = text.trim_end_matches(['?', '*']);
    let listed = |name: &'static str| LISTS.iter().find(|(list, _)| *list == name).map_or(name, |(_, words)| words);
    let words = names.split('|').flat_map(|name| listed(name).split('|')).collect();
    Step { words, can_be_missing: text.ends_with(['?', '*']), can_repeat: text.ends_with('*') }
}

/// Whether the steps stand somewhere in the words and nothing before turns them round.
fn is_asked(steps: &[Step], words: &[String]) -> bool {
    (0..words.len()).any(|start| stands(steps, &words[start..]) && !is_turned(&words[..start]))
}

fn stands(steps: &[Step], words: &[String]) -> bool {
    let Some((step, rest)) = steps.split_first() else { return true };
    let fits = words.first().is_some_and(|word| step.words.contains(&word.as_str()));
    let takes_one = || stands(rest, &words[1..]) || (step.can_repeat && stands(steps, &words[1..]));
    (fits && takes_one()) || (step.can_be_missing && stands(rest, words))
}

fn is_turned(before: &[String]) -> bool {
    before.iter().rev().take_while(|word| *word != "$").take(TURNED_WITHIN).any(|word| TURNED.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Conversation that is not one, one in a line.
    const SAID: &str = "\
ok
Can you stop by at 5?
I'll stop by tomorrow
The bus stop on Main Street
Please don't stop texting me
Why did you stop texting me?
did you stop sending the invoices?
I'll stop texting you now so you can work
Don't text me the code, call me
don't text me before 9 please
Don't message her, message me
Don't forget to text me
can you text me again?
Text me when you arrive
there are no more messages from them
I didn't unsubscribe
don't unsubscribe me
I accidentally unsubscribe every time
Did I opt out?
Can I opt out of the breakfast?
I'd like to opt out of the extended warranty
remove me from the guest list for Friday
Remove the old battery first
take me off the 3pm appointment
please cancel my appointment
I want to cancel my order
delete the second photo
the rain won't stop
Non-stop fun
I don't want to text her
I don't want the blue one
I don't get messages from Bob
no more milk thanks
leave it at the door
leave me a voicemail
my number is 4155552671
Stop! In the name of love
stop at the second light
one stop shop
never mind
never got your text
I never text and drive
if you stop texting me I will be sad
This is the end
quit my job today!
exit 14 off the highway
could you remove my name from the invoice
Do not disturb sign is on
I no longer need the message board
What happens when I text STOP?
we can start at 9
help me with the menu
is this the stop for line 4?
Can you stop the notifications on my account?
Take me off the list for Saturday
do you want to unsubscribe him?
the unsubscribe button does not work
I don't need the text now
I stopped receiving your messages, please check
why don't I get texts anymore
I was removed from your list, can you add me back?
stop calling, just text me
Should I stop taking the pills?
when does the sale stop
no more for today, thanks
I don't want to miss your texts";

    /// Requests, one in a line.
    const ASKED: &str = "\
please don't text me again
Don’t text me anymore
DO NOT TEXT ME
do not contact me
Please do not message us again!
Stop texting me
stop texting me!!!
can you please stop texting this number
Please stop messaging me
quit texting me
stop contacting me
Stop sending me messages
stop sending these texts
please stop sending text messages
STOP WITH THE MESSAGES
stop these texts
Stop all messages
please stop
Stop please
Stop it
stop stop stop
OK stop now, thanks
I said STOP
just stop already
Remove me from your list
please remove my number from your system
take me off this list
Take me off your texting list please
Take us off the mailing list
remove me
delete my number
Lose my number.
unsubscribe me
Please unsubscribe
How do I unsubscribe?
I want to unsubscribe from this
unsuscribe
opt me out
I would like to opt out
I'd like to opt out of these messages
please opt me out of texts
No more texts
no more messages please
no more texts from you
I don't want these texts
I do not want to receive text messages from you
I no longer wish to receive your messages
i dont want any more texts
I don't want to get these messages anymore
I don't want you to text me
I don't want to be contacted again
leave me alone
Leave us alone please
I revoke my consent
I withdraw consent
never text me again
Wrong number, please stop texting me
Hi. Stop texting me. Thanks
quit sending me spam
stop spamming me
Arrêtez de m'envoyer des textos
Je veux me désabonner
No me envíe más mensajes
don't send me any more texts
please do not send me messages
Don't ever text this number again
who is this? stop texting my phone
Not interested. Stop
i did not sign up for this, stop
I'd like to be removed from your list
how do i get off this list
kindly remove my contact from your messaging list
Please delete my phone number
opt out please and thank you
I no longer wish to receive text messages from your company
Wrong person. Take me off ur list
I'm opting out
please stop sending me these annoying texts
I want to stop receiving messages
do not text
Cease all communication";

    #[test]
    fn requests_in_a_persons_own_words_are_seen() {
        let missed: Vec<_> = ASKED.lines().filter(|body| !reads_like_opt_out(body)).collect();
        assert_eq!(missed, Vec::<&str>::new());
    }

    #[test]
    fn conversation_is_left_alone() {
        let wrong: Vec<_> = SAID.lines().filter(|body| reads_like_opt_out(body)).collect();
        assert_eq!(wrong, Vec::<&str>::new());
    }

    #[test]
    fn every_list_that_a_rule_names_exists() {
        let named = REQUESTS
            .iter()
            .flat_map(|request| request.split(' '))
            .flat_map(|step| step.trim_end_matches(['?', '*']).split('|'));
        let unknown: Vec<_> = named
            .filter(|name| name.chars().any(char::is_uppercase) && !LISTS.iter().any(|(list, _)| list == name))
            .collect();
        assert_eq!(unknown, Vec::<&str>::new());
    }

    #[test]
    fn a_long_text_of_fillers_is_no_request() {
        let fillers = "dont want to receive ".to_owned() + &"any more these text ".repeat(80);
        assert!(!reads_like_opt_out(&fillers.replace("text", "tekst")));
    }
}
