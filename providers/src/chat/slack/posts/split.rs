//! A text that is longer than Slack takes becomes several posts, each with its place in the whole in front. Nothing of it is dropped, and
//! no cut goes through one of Slack's escapes or through what stands in angle brackets.

/// Characters of a piece: Slack's advice is to stay below 4,000, and what is in front needs room.
const LONGEST: usize = 3_500;

/// The pieces of a text in Slack's form; one, and unchanged, when it is short enough.
pub(in crate::chat::slack) fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for token in tokens(text) {
        let piece = pieces.last_mut().expect("there is always one");
        if piece.chars().count() + token.chars().count() > LONGEST && !piece.is_empty() {
            let rest = piece.split_off(word_start(piece));
            pieces.push(rest + token);
        } else {
            piece.push_str(token);
        }
    }
    let count = pieces.len();
    match count {
        1 => pieces,
        _ => pieces.iter().enumerate().map(|(at, piece)| format!("({}/{count}) {piece}", at + 1)).collect(),
    }
}

/// Where the last word begins, when it is not so long that cutting it is better.
fn word_start(piece: &str) -> usize {
    let space = piece.rfind([' ', '\n']).map(|at| at + 1);
    // An address in angle brackets holds no space that a text could be cut at.
    let is_inside = |at: &usize| piece[*at..].contains('>') && !piece[*at..].contains('<');
    space.filter(|at| *at > piece.len() / 2 && !is_inside(at)).unwrap_or(piece.len())
}

/// The characters of a text, with escapes and what stands in angle brackets as one.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = match first {
            '<' => rest.find('>').map(|at| at + 1),
            '&' => rest.find(';').filter(|at| *at <= 4).map(|at| at + 1),
            _ => None,
        };
        let (token, after) = rest.split_at(end.unwrap_or(first.len_utf8()));
        rest = after;
        Some(token)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without_place(piece: &str) -> &str {
        piece.split_once(") ").unwrap().1
    }

    #[test]
    fn a_short_text_stays_as_it_is() {
        assert_eq!(pieces("hello"), ["hello"]);
        assert_eq!(pieces(&"a".repeat(LONGEST)).len(), 1);
    }

    #[test]
    fn a_long_text_says_which_piece_is_which_and_loses_nothing() {
        let text = "one two &amp; <https://a.example/x|three> ".repeat(400);

        let pieces = pieces(&text);

        assert!(pieces.len() > 3 && pieces.iter().all(|piece| piece.chars().count() <= LONGEST + 10));
        assert!(pieces[0].starts_with(&format!("(1/{})", pieces.len())));
        assert_eq!(pieces.iter().map(|piece| without_place(piece)).collect::<String>(), text);
    }

    #[test]
    fn no_cut_goes_through_an_escape_or_a_link() {
        let texts = ["&amp;".repeat(3_000), "<https://a.example/x|a b c>".repeat(500), "👋".repeat(8_000)];

        for text in texts {
            for piece in pieces(&text) {
                let piece = without_place(&piece);
                assert_eq!(piece.matches('<').count(), piece.matches('>').count());
                assert_eq!(piece.matches('&').count(), piece.matches(';').count());
            }
        }
    }

    #[test]
    fn words_stay_whole_where_they_can() {
        let text = "word ".repeat(2_000);

        assert!(pieces(&text).iter().all(|piece| piece.ends_with("word ")));
    }
}
