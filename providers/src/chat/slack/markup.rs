//! What a person wrote in Slack, as plain text for a phone: names and links written out, emoji as characters, and the
//! marks of bold, italic, struck and code text gone where Slack would have used them, and only there. Bullets and
//! quotes are plain characters in Slack's text already and stay.
//!
//! Two passes: Slack's angle brackets and entities become pieces (so that an escaped character can never be taken for
//! markup), then marks and emoji codes are read off the pieces line by line.

use domain::contracts::inbound::Mention;

use super::emoji;

/// Plain text and the members in it whose names have to be looked up.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Plain {
    /// The text; a member stands in it as a placeholder.
    pub(super) text: String,
    /// Which members.
    pub(super) mentions: Vec<Mention>,
}

/// Marks around bold, italic, struck and code text.
const MARKS: [char; 4] = ['*', '_', '~', '`'];
/// Longest code of an emoji that is looked for.
const LONGEST_CODE: usize = 80;

/// A piece of text after the angle brackets are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// A character that may be markup.
    Bare(char),
    /// Text that never is: an escaped character, a name, a link.
    Solid(String),
}

/// Reads a text of Slack's.
pub(super) fn plain(text: &str) -> Plain {
    let mut mentions = Vec::new();
    let pieces = pieces(text, &mut mentions);
    Plain { text: without_marks(&pieces), mentions }
}

/// Reads what was entered into a window, where only codes of emoji and escapes are not plain: marks and brackets stand there as they were typed.
pub(super) fn entered(text: &str) -> String {
    let mut rest = text;
    let pieces: Vec<Piece> = std::iter::from_fn(|| {
        let first = rest.chars().next()?;
        let (piece, length) = entity(rest).unwrap_or((Piece::Bare(first), first.len_utf8()));
        rest = &rest[length..];
        Some(piece)
    })
    .collect();
    let mut out = String::new();
    let mut index = 0;
    while let Some(piece) = pieces.get(index) {
        let code = if *piece == Piece::Bare(':') { coded(&pieces[index..]) } else { None };
        index += code.as_ref().map_or(1, |(_, length)| *length);
        match (code, piece) {
            (Some((character, _)), _) => out.push_str(&character),
            (None, Piece::Bare(character)) => out.push(*character),
            (None, Piece::Solid(text)) => out.push_str(text),
        }
    }
    out
}

fn pieces(text: &str, mentions: &mut Vec<Mention>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (piece, length) = match first {
            '<' => bracketed(rest, mentions),
            '&' => entity(rest),
            _ => None,
        }
        .unwrap_or((Piece::Bare(first), first.len_utf8()));
        pieces.push(piece);
        rest = &rest[length..];
    }
    pieces
}

fn entity(rest: &str) -> Option<(Piece, usize)> {
    let (name, character) =
        [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")].into_iter().find(|(name, _)| rest.starts_with(name))?;
    Some((Piece::Solid(character.to_owned()), name.len()))
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn bracketed(rest: &str, mentions: &mut Vec<Mention>) -> Option<(Piece, usize)> {
    let end = 1 + rest[1..].find(['<', '>', '\n'])?;
    let inside = rest.get(1..end).filter(|_| rest[end..].starts_with('>'))?;
    let (what, label) = match inside.split_once('|') {
        Some((what, label)) => (what, Some(unescaped(label)).filter(|label| !label.is_empty())),
        None => (inside, None),
    };
    let text = match what.split_at_checked(1)? {
        ("@", user) => member(user, label, mentions),
        ("#", _) => format!("#{}", label.as_deref().unwrap_or("channel")),
        ("!", command) => called(command, label),
        _ => linked(&unescaped(what), label),
    };
    Some((Piece::Solid(text), end + 1))
}

/// The placeholder is Slack's own form: it has an end, so that no id is taken for the beginning of another.
fn member(user: &str, label: Option<String>, mentions: &mut Vec<Mention>) -> String {
    if let Some(name) = label {
        return format!("@{}", name.trim_start_matches('@'));
    }
    let placeholder = format!("<@{user}>");
    if !mentions.iter().any(|mention| mention.user == user) {
        mentions.push(Mention { placeholder: placeholder.clone(), user: user.to_owned() });
    }
    placeholder
}

fn called(command: &str, label: Option<String>) -> String {
    let name = command.split('^').next().unwrap_or_default();
    match (name, label) {
        ("here" | "channel" | "everyone", _) => format!("@{name}"),
        ("subteam", Some(label)) => format!("@{}", label.trim_start_matches('@')),
        ("subteam", None) => "@group".to_owned(),
        (_, Some(label)) => label,
        (_, None) => String::new(),
    }
}

fn linked(address: &str, label: Option<String>) -> String {
    let Some(label) = label else {
        return address.trim_start_matches("mailto:").trim_start_matches("tel:").to_owned();
    };
    let is_contact = address.starts_with("mailto:") || address.starts_with("tel:");
    // Slack puts the scheme in front of what was typed without one.
    if is_contact || bare(address) == bare(&label) { label } else { format!("{label} ({address})") }
}

fn bare(address: &str) -> &str {
    let address = address.trim_start_matches("https://").trim_start_matches("http://");
    address.trim_end_matches('/')
}

fn without_marks(pieces: &[Piece]) -> String {
    let mut out = String::new();
    let mut rest = pieces;
    while let Some(start) = fence(rest) {
        let Some(length) = fence(&rest[start + 3..]).filter(|length| *length > 0) else {
            break;
        };
        lines(&rest[..start], &mut out);
        verbatim(&rest[start + 3..start + 3 + length], &mut out);
        rest = &rest[start + 6 + length..];
    }
    lines(rest, &mut out);
    out
}

/// Where three backticks stand.
fn fence(pieces: &[Piece]) -> Option<usize> {
    pieces.windows(3).position(|three| three.iter().all(|piece| *piece == Piece::Bare('`')))
}

fn verbatim(pieces: &[Piece], out: &mut String) {
    for piece in pieces {
        match piece {
            Piece::Bare(character) => out.push(*character),
            Piece::Solid(text) => out.push_str(text),
        }
    }
}

/// Marks never reach over the end of a line.
fn lines(pieces: &[Piece], out: &mut String) {
    let lines = pieces.split(|piece| *piece == Piece::Bare('\n'));
    for (index, line) in lines.enumerate() {
        if index > 0 {
            out.push('\n');
        }
        marked(line, out);
    }
}

fn marked(line: &[Piece], out: &mut String) {
    // An end that was looked for and not found is not there for a later mark either, so that a line full of
    // marks takes no longer than one without.
    let mut is_hopeless = [false; MARKS.len()];
    let mut index = 0;
    while let Some(piece) = line.get(index) {
        match piece {
            Piece::Solid(text) => out.push_str(text),
            Piece::Bare(':') => {
                if let Some((character, length)) = coded(&line[index..]) {
                    out.push_str(&character);
                    index += length;
                    continue;
                }
                out.push(':');
            }
            Piece::Bare(character) => {
                let mark = MARKS.iter().position(|mark| mark == character);
                let open = mark.filter(|mark| !is_hopeless[*mark] && opens(line, index));
                if let Some(mark) = open {
                    if let Some(end) = end(line, index, *character) {
                        inside(&line[index + 1..end], *character, out);
                        index = end + 1;
                        continue;
                    }
                    is_hopeless[mark] = true;
                }
                out.push(*character);
            }
        }
        index += 1;
    }
}

/// What stands between two marks; in code nothing is read as markup.
fn inside(pieces: &[Piece], mark: char, out: &mut String) {
    if mark == '`' {
        verbatim(pieces, out);
    } else {
        marked(pieces, out);
    }
}

/// A mark opens when no word ends in front of it and no space follows.
fn opens(line: &[Piece], index: usize) -> bool {
    let mark = &line[index];
    let before = index.checked_sub(1).map(|before| &line[before]);
    let after = line.get(index + 1);
    before.is_none_or(|before| !is_word(before) && before != mark)
        && after.is_some_and(|after| !is_space(after) && after != mark)
}

/// A mark closes when no space stands in front of it and no word follows.
fn end(line: &[Piece], open: usize, mark: char) -> Option<usize> {
    (open + 2..line.len()).find(|index| {
        line[*index] == Piece::Bare(mark)
            && !is_space(&line[index - 1])
            && line.get(index + 1).is_none_or(|after| !is_word(after) && *after != Piece::Bare(mark))
    })
}

fn is_word(piece: &Piece) -> bool {
    matches!(piece, Piece::Bare(character) if character.is_alphanumeric())
}

fn is_space(piece: &Piece) -> bool {
    matches!(piece, Piece::Bare(character) if character.is_whitespace())
}

/// An emoji's code at the beginning: its character and how many pieces it takes.
fn coded(pieces: &[Piece]) -> Option<(String, usize)> {
    let end = code_end(pieces, 1)?;
    // A skin tone is a code of its own that follows directly.
    let toned = code_end(pieces, end + 2).filter(|_| is_tone(&pieces[end..]));
    toned.into_iter().chain([end]).find_map(|end| {
        let code: String = pieces[1..end].iter().filter_map(bare_character).collect();
        Some((emoji::character(&code)?, end + 1))
    })
}

/// Index of the colon that ends a code which begins at `start`.
fn code_end(pieces: &[Piece], start: usize) -> Option<usize> {
    let length = pieces
        .iter()
        .skip(start)
        .take(LONGEST_CODE)
        .take_while(|piece| bare_character(piece).is_some_and(is_of_code))
        .count();
    let is_ended = pieces.get(start + length) == Some(&Piece::Bare(':'));
    (length > 0 && is_ended).then_some(start + length)
}

fn is_tone(pieces: &[Piece]) -> bool {
    let text: String = pieces.iter().take(12).filter_map(bare_character).collect();
    text.starts_with("::skin-tone-")
}

fn bare_character(piece: &Piece) -> Option<char> {
    match piece {
        Piece::Bare(character) => Some(*character),
        Piece::Solid(_) => None,
    }
}

fn is_of_code(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit() || "_+-'".contains(character)
}

#[cfg(test)]
#[path = "markup_tests.rs"]
mod tests;
