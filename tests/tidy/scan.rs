//! Just enough of Rust's grammar to look at sources without being fooled by comments and strings: blanks them out, keeping every line
//! break and column, and leaves out what stands under `#[cfg(test)]`.

/// The source with comments and the insides of strings and characters replaced by spaces.
pub(super) fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, is_code) = piece(rest, code.chars().next_back());
        let length = length.max(first.len_utf8());
        let (piece, after) = rest.split_at(length);
        code.extend(piece.chars().map(|sign| if is_code || sign == '\n' { sign } else { ' ' }));
        rest = after;
    }
    code
}

/// How long the piece is that begins here, and whether it is code.
fn piece(rest: &str, before: Option<char>) -> (usize, bool) {
    let is_word = before.is_some_and(|sign| sign.is_alphanumeric() || sign == '_');
    if rest.starts_with("//") {
        (rest.find('\n').unwrap_or(rest.len()), false)
    } else if rest.starts_with("/*") {
        (block_comment(rest), false)
    } else if let Some(length) = raw_string(rest).filter(|_| !is_word) {
        (length, false)
    } else if let Some(inside) = rest.strip_prefix('"') {
        (1 + quoted(inside, '"'), false)
    } else if rest.starts_with('\'') {
        character(rest).map_or((1, true), |length| (length, false))
    } else {
        (1, true)
    }
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        let here = &rest.as_bytes()[at..];
        match here {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// `r"…"`, `r#"…"#` and so on, also behind a `b` or `c`.
fn raw_string(rest: &str) -> Option<usize> {
    let body = rest.strip_prefix(['b', 'c']).unwrap_or(rest).strip_prefix('r')?;
    let hashes = body.len() - body.trim_start_matches('#').len();
    let inside = body[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = inside.find(&end)? + end.len();
    Some(rest.len() - inside.len() + length)
}

/// Length up to and with the closing quote.
fn quoted(inside: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, sign) in inside.char_indices() {
        match sign {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            sign if sign == quote => return at + sign.len_utf8(),
            _ => {}
        }
    }
    inside.len()
}

/// Length of a character; none for a lifetime.
fn character(rest: &str) -> Option<usize> {
    let inside = &rest[1..];
    let first = inside.chars().next()?;
    let is_character = first == '\\' || inside[first.len_utf8()..].starts_with('\'');
    is_character.then(|| 1 + quoted(inside, '\''))
}

/// Blanks what stands under `#[cfg(test)]` in a text that is code only.
pub(super) fn without_tests(code: &str) -> String {
    let mut production = code.to_owned();
    while let Some(start) = production.find("#[cfg(test)]") {
        let end = start + item(&production[start..]);
        let blank: String = production[start..end].chars().map(|sign| if sign == '\n' { '\n' } else { ' ' }).collect();
        production.replace_range(start..end, &blank);
    }
    production
}

/// Length of the item that begins here, to its closing brace or its semicolon.
fn item(code: &str) -> usize {
    match code.find(['{', ';']) {
        Some(at) if code[at..].starts_with('{') => at + block(&code[at..]),
        Some(at) => at + 1,
        None => code.len(),
    }
}

/// Length of the block whose opening brace stands first.
pub(super) fn block(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, sign) in code.char_indices() {
        match sign {
            '{' => depth += 1,
            '}' if depth == 1 => return at + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

/// The words of a text: runs of letters, digits and `_`, with the place of each.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part = |sign: char| sign.is_alphanumeric() || sign == '_';
    let start_of = move |word: &str| word.as_ptr().addr() - text.as_ptr().addr();
    text.split(move |sign| !is_part(sign)).filter(|word| !word.is_empty()).map(move |word| (start_of(word), word))
}

#[test]
fn comments_and_strings_are_no_code() {
    let code = code_only("a // b\n/* c /* d */ e */ f(\"g \\\" h\", r#\"i \" j\"#, b\"k\") 'l' '\\'' m<'n>");
    let words: Vec<_> = words(&code).map(|(_, word)| word).collect();
    assert_eq!(words, ["a", "f", "b", "m", "n"]);
}

#[test]
fn blanks_keep_every_line_in_its_place() {
    let text = "a \"b\nc\" d /* é\n*/ e";
    assert_eq!(code_only(text).lines().count(), text.lines().count());
    assert!(code_only(text).ends_with(" e"));
}

#[test]
fn what_is_only_for_tests_is_left_out() {
    let code = without_tests(
        "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { {} } }\nfn c() {}\n#[cfg(test)]\nmod more;\nfn d() {}",
    );
    let words: Vec<_> = words(&code).map(|(_, word)| word).filter(|word| *word != "fn").collect();
    assert_eq!(words, ["a", "c", "d"]);
}
