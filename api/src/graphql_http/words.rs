//! The first look at a document, before it is parsed: how many words it has and how deeply they nest. The parser calls itself for every
//! opening bracket, so a document of brackets alone would overflow the stack; this look calls nothing and stops at the first excess.
//!
//! It must never believe to be inside a text where the parser is not, else brackets hide from it. So a text that does not end is
//! refused here.

use super::answer::Refusal;

/// Words, signs and texts at most.
const MOST_WORDS: usize = 5_000;

/// Length of a name or a number at most, in bytes.
const LONGEST_WORD: usize = 200;

/// Brackets inside each other at most, of all kinds.
const DEEPEST: usize = 64;

/// Looks at a document.
///
/// # Errors
/// [`Refusal`] when it is too long or nests too deeply.
pub(super) fn check(document: &str) -> Result<(), Refusal> {
    let bytes = document.as_bytes();
    let (mut at, mut depth, mut count) = (0, 0_usize, 0_usize);
    while let Some(&byte) = bytes.get(at) {
        let length = length(&bytes[at..])?;
        at += length;
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        count += usize::from(!is_between(byte));
        if depth > DEEPEST {
            return Err(Refusal::limit(format!("The document nests more than {DEEPEST} brackets.")));
        }
        if count > MOST_WORDS {
            return Err(Refusal::limit(format!("The document has more than {MOST_WORDS} words and signs.")));
        }
    }
    Ok(())
}

fn is_between(byte: u8) -> bool {
    matches!(byte, b' ' | b',' | b'\t' | b'\r' | b'\n' | b'#' | 0xef | 0xbb | 0xbf)
}

/// Length of what stands first: a word, a sign, a text, or a remark.
fn length(rest: &[u8]) -> Result<usize, Refusal> {
    let run = |is_part: &dyn Fn(u8) -> bool| rest.iter().take_while(|byte| is_part(**byte)).count();
    match rest[0] {
        b'#' => Ok(run(&|byte| !matches!(byte, b'\r' | b'\n'))),
        b'"' if rest.starts_with(b"\"\"\"") => block_text(rest),
        b'"' => text(rest),
        byte if is_of_word(byte) => match run(&is_of_word) {
            length if length > LONGEST_WORD => {
                Err(Refusal::limit(format!("The document has a word of more than {LONGEST_WORD} characters.")))
            }
            length => Ok(length),
        },
        _ => Ok(1),
    }
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn text(rest: &[u8]) -> Result<usize, Refusal> {
    let mut at = 1;
    while let Some(&byte) = rest.get(at) {
        match byte {
            b'"' => return Ok(at + 1),
            b'\\' => at += 2,
            b'\r' | b'\n' => break,
            _ => at += 1,
        }
    }
    Err(endless())
}

fn block_text(rest: &[u8]) -> Result<usize, Refusal> {
    let mut at = 3;
    while at < rest.len() {
        match &rest[at..] {
            [b'\\', b'"', b'"', b'"', ..] => at += 4,
            [b'"', b'"', b'"', ..] => return Ok(at + 3),
            _ => at += 1,
        }
    }
    Err(endless())
}

fn endless() -> Refusal {
    Refusal::document("A text in the document has no end.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_texts_and_remarks_do_not_nest() {
        let brackets = "[".repeat(100);
        let document = format!("{{ a(b: \"{brackets}\\\"\", c: \"\"\"{brackets}\\\"\"\"\n\"\"\") # {brackets}\n }}");
        assert!(check(&document).is_ok());
    }

    #[test]
    fn brackets_that_close_make_room() {
        assert!(check(&"{a}".repeat(1_000)).is_ok());
    }

    #[test]
    fn one_bracket_too_many_is_refused() {
        assert!(check(&"[".repeat(DEEPEST)).is_ok());
        assert!(check(&"[".repeat(DEEPEST + 1)).is_err());
    }

    #[test]
    fn a_text_that_does_not_end_hides_nothing() {
        let brackets = "[".repeat(100);
        assert!(check(&format!("{{a(b:\"\"\"{brackets}")).is_err());
        assert!(check(&format!("{{a(b:\"{brackets}\n\")}}")).is_err());
    }

    #[test]
    fn a_long_word_is_refused_and_a_long_text_is_not() {
        assert!(check(&"a".repeat(LONGEST_WORD)).is_ok());
        assert!(check(&"a".repeat(LONGEST_WORD + 1)).is_err());
        assert!(check(&format!("\"{}\"", "a".repeat(60_000))).is_ok());
    }

    #[test]
    fn one_word_too_many_is_refused() {
        assert!(check(&"a ".repeat(MOST_WORDS)).is_ok());
        assert!(check(&"a ".repeat(MOST_WORDS + 1)).is_err());
    }
}
