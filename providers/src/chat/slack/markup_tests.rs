//! What people write in Slack and what the phone gets.

use super::super::render::escape;
use super::*;

fn text(slack: &str) -> String {
    plain(slack).text
}

#[test]
fn escaped_characters_come_back_and_are_never_markup() {
    assert_eq!(text("a &lt; b &amp;&amp; c &gt; d &amp;lt;"), "a < b && c > d &lt;");
    assert_eq!(text("&lt;@U1&gt; &lt;!channel&gt;"), "<@U1> <!channel>");
}

#[test]
fn members_without_a_name_become_placeholders_to_look_up() {
    let read = plain("hi <@U1>, ask <@U12> or <@U1>");

    let mention = |user: &str| Mention { placeholder: format!("<@{user}>"), user: user.to_owned() };
    assert_eq!(read.text, "hi <@U1>, ask <@U12> or <@U1>");
    assert_eq!(read.mentions, [mention("U1"), mention("U12")]);
}

#[test]
fn members_with_a_name_need_no_looking_up() {
    let read = plain("hi <@U1|maria>");

    assert_eq!(read, Plain { text: "hi @maria".to_owned(), mentions: Vec::new() });
}

#[test]
fn channels_groups_and_calls_are_written_out() {
    let slack = "<#C1|sales> <#C2> <#C3|> <!subteam^S1|@ops> <!subteam^S2> <!here> <!here|here> <!channel> <!everyone>";

    assert_eq!(text(slack), "#sales #channel #channel @ops @group @here @here @channel @everyone");
}

#[test]
fn dates_are_written_as_their_fallback() {
    assert_eq!(text("<!date^1700000000^{date}|14 Nov 2023> <!unknown^x>"), "14 Nov 2023 ");
}

#[test]
fn links_keep_their_label_and_their_address_once() {
    let cases = [
        "<https://a.example>",
        "<https://a.example/?x=1&amp;y=2>",
        "<http://a.example|a.example>",
        "<https://a.example/x|the price list>",
        "<mailto:m@a.example|m@a.example>",
        "<mailto:m@a.example>",
        "<tel:+14155550100|(415) 555-0100>",
        "<tel:+14155550100>",
    ];

    let expected = [
        "https://a.example",
        "https://a.example/?x=1&y=2",
        "a.example",
        "the price list (https://a.example/x)",
        "m@a.example",
        "m@a.example",
        "(415) 555-0100",
        "+14155550100",
    ];
    assert_eq!(cases.map(text), expected);
}

#[test]
fn brackets_that_are_none_stay() {
    assert_eq!(["<", "<>", "a <b", "<a\nb>", "<<@U1>"].map(text), ["<", "<>", "a <b", "<a\nb>", "<<@U1>"]);
}

#[test]
fn marks_go_where_slack_would_have_used_them() {
    let cases = ["*bold*", "_italic_", "~struck~", "`code`", "a *b* c", "*_both_*", "(*x*)", "*a b*, *c*", "*<@U1|m>*"];

    let expected = ["bold", "italic", "struck", "code", "a b c", "both", "(x)", "a b, c", "@m"];
    assert_eq!(cases.map(text), expected);
}

#[test]
fn marks_stay_where_slack_would_have_shown_them() {
    let cases = [
        "2*3*4",
        "snake_case_name",
        "* item",
        "a * b * c",
        "*a\nb*",
        "**x**",
        "*",
        "__",
        "5 ~ 6 ~ 7",
        "*a *",
        "*open",
        "call 1*2",
        "¯\\_(ツ)_/¯",
    ];

    let expected = [
        "2*3*4",
        "snake_case_name",
        "* item",
        "a * b * c",
        "*a\nb*",
        "**x**",
        "*",
        "__",
        "5 ~ 6 ~ 7",
        "*a *",
        "*open",
        "call 1*2",
        "¯\\(ツ)/¯",
    ];
    assert_eq!(cases.map(text), expected);
}

#[test]
fn nothing_is_read_in_code() {
    assert_eq!(text("`*a* :smile: _b_`"), "*a* :smile: _b_");
    assert_eq!(text("x ```*a*\n:smile: &lt;b&gt;``` *y*"), "x *a*\n:smile: <b> y");
    assert_eq!(text("``` open *a*"), "``` open a");
}

#[test]
fn bullets_and_quotes_stay_readable() {
    assert_eq!(text("• one\n• two\n&gt; they *said*\n1. three"), "• one\n• two\n> they said\n1. three");
}

#[test]
fn emoji_codes_become_characters() {
    let cases = [":smile:", "ok :thumbsup::skin-tone-3:!", ":wave::tada:", ":heart::skin-tone-2:", "*:tada:*"];

    assert_eq!(cases.map(text), ["😄", "ok 👍🏼!", "👋🎉", "❤️", "🎉"]);
}

#[test]
fn what_only_looks_like_an_emoji_code_stays() {
    let cases = ["10:30:45", ":party-parrot:", "a: b: c", "::", "http://x:80:", ":Smile:", ":&amp;:"];

    assert_eq!(cases.map(text), ["10:30:45", ":party-parrot:", "a: b: c", "::", "http://x:80:", ":Smile:", ":&:"]);
}

/// A sequence of bits that is the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn text(&mut self, alphabet: &[&str], longest: u64) -> String {
        let length = self.next() % longest;
        (0..length).map(|_| alphabet[(self.next() % alphabet.len() as u64) as usize]).collect()
    }
}

fn texts(alphabet: &[&str]) -> Vec<String> {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    (0..20_000).map(|_| random.text(alphabet, 40)).collect()
}

#[test]
fn no_text_makes_the_reader_stumble() {
    let alphabet = [
        "<",
        ">",
        "&",
        "&lt;",
        "&amp;",
        "|",
        "@U1",
        "#C1",
        "!",
        "^",
        "*",
        "_",
        "~",
        "`",
        "```",
        ":",
        "smile",
        "skin-tone-2",
        " ",
        "\n",
        "a",
        "é",
        "😀",
        "\u{0}",
        "\u{200d}",
        "//",
        "tel:",
    ];

    let read: usize = texts(&alphabet).iter().map(|slack| plain(slack).text.len()).sum();

    assert!(read > 0);
}

#[test]
fn what_we_escape_comes_back_as_it_was() {
    let alphabet =
        ["<", ">", "&", "&lt;", "&amp;", "|", "@U1", "#", "!", " ", "\n", "a", "Z", "9", "é", "😀", "/", "."];

    let changed = texts(&alphabet).into_iter().find(|original| text(&escape(original)) != *original);

    assert_eq!(changed, None);
}

#[test]
fn a_line_full_of_marks_takes_no_time() {
    let long = "*a ".repeat(20_000);

    let begun = std::time::Instant::now();
    let read = text(&long);

    assert_eq!(read, long);
    assert!(begun.elapsed().as_secs() < 2, "took {:?}", begun.elapsed());
}

#[test]
fn what_was_entered_into_a_window_keeps_its_marks_and_gets_its_emoji() {
    assert_eq!(
        entered("*no* _marks_ :wave: &lt;b&gt; &amp;amp; <@U1> 10:30:"),
        "*no* _marks_ 👋 <b> &amp; <@U1> 10:30:"
    );
}
