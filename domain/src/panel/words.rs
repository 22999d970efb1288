//! What a member may write behind the command, or to the app.

/// What is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish<'a> {
    /// The panel.
    Panel,
    /// A text; what stands behind the word.
    Send(&'a str),
    /// To see conversations.
    Conversations,
    /// To see what was used.
    Usage,
    /// To change settings.
    Settings,
    /// To see how contacts come in and out.
    Contacts,
    /// To import contacts from a file.
    Import,
    /// To see the texts that are to go out later.
    Scheduled,
    /// To see the templates.
    Templates,
    /// To send one text to many.
    Broadcast,
    /// To see what is answered automatically.
    Answers,
    /// To see how soon contacts are to be answered.
    Targets,
    /// To see what there is.
    Help,
    /// Something else.
    Other(&'a str),
}

/// Reads it.
pub(super) fn read(text: &str) -> Wish<'_> {
    let text = text.trim();
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    match first.to_lowercase().as_str() {
        "" => Wish::Panel,
        "send" | "text" | "sms" => Wish::Send(rest.trim()),
        "conversations" | "inbox" => Wish::Conversations,
        "usage" => Wish::Usage,
        "settings" => Wish::Settings,
        "contacts" => Wish::Contacts,
        "import" => Wish::Import,
        "scheduled" => Wish::Scheduled,
        "templates" => Wish::Templates,
        "broadcast" | "broadcasts" => Wish::Broadcast,
        "answers" => Wish::Answers,
        "targets" | "target" | "sla" => Wish::Targets,
        "help" | "?" => Wish::Help,
        _ => Wish::Other(text),
    }
}

/// What stands behind the word `send`, when a text begins with it and a number seems to follow: people write of sending things, too.
pub(super) fn quick_send(text: &str) -> Option<&str> {
    let (first, rest) = text.trim().split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    let is_number = rest.starts_with(|sign: char| sign.is_ascii_digit() || sign == '+' || sign == '(');
    (first.eq_ignore_ascii_case("send") && is_number).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_understood_in_any_case() {
        let read = ["", " HELP ", "Usage", "send +1 a b", "Dear Maria"].map(read);

        assert_eq!(read, [Wish::Panel, Wish::Help, Wish::Usage, Wish::Send("+1 a b"), Wish::Other("Dear Maria")]);
    }

    #[test]
    fn only_a_number_behind_send_makes_it_a_command() {
        assert_eq!(quick_send("Send (415) 555-0101 Hello"), Some("(415) 555-0101 Hello"));
        assert_eq!(quick_send("send it tomorrow"), None);
        assert_eq!(quick_send("please send 5 boxes"), None);
    }
}
