//! Cells as they stand in a file that we write. A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@` or a tab for a formula, and a formula
//! can send away what stands beside it; what contacts are called comes from outside. So such a cell gets an apostrophe in front, which spreadsheets
//! know as “this is text”, and reading takes it off again. A plus with nothing but digits is a number and no formula: phone numbers stay as they
//! are, because other programs have to read them.

/// What makes a formula of a cell, full width included.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// What keeps a spreadsheet from it.
const GUARD: char = '\'';

fn is_formula(cell: &str) -> bool {
    let digits = cell.strip_prefix('+').unwrap_or_default();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    cell.starts_with(FORMULA) && !is_number
}

/// A cell that no spreadsheet takes for a formula. One that begins with apostrophes before it gets one more, so that reading gives back the same.
pub(super) fn guarded(cell: &str) -> String {
    let is_guarded = is_formula(cell.trim_start_matches(GUARD));
    if is_guarded { format!("{GUARD}{cell}") } else { cell.to_owned() }
}

/// What a cell says, without the guard.
pub(super) fn unguarded(cell: &str) -> &str {
    let rest = cell.strip_prefix(GUARD).filter(|rest| is_formula(rest.trim_start_matches(GUARD)));
    rest.unwrap_or(cell)
}

/// A file of lines of cells, each guarded, with commas between them.
pub(super) fn written<L, C>(lines: L) -> String
where
    L: IntoIterator<Item = C>,
    C: IntoIterator<Item: AsRef<str>>,
{
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for line in lines {
        let cells = line.into_iter().map(|cell| guarded(cell.as_ref()));
        writer.write_record(cells).expect("memory takes every line");
    }
    let bytes = writer.into_inner().expect("memory takes every line");
    String::from_utf8(bytes).expect("texts were written")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_guarded() {
        let cells = ["=1+1", "+1 415", "-2", "@SUM(A1)", "\tx", "＝1", "+1|cmd", "''=x"].map(guarded);

        assert!(cells.iter().all(|cell| cell.starts_with('\'')), "{cells:?}");
    }

    #[test]
    fn a_phone_number_and_plain_words_stay_as_they_are() {
        let cells = ["+14155550101", "Maria", "'tis", "", "a=b", "it's"];

        assert_eq!(cells.map(guarded), cells.map(str::to_owned));
    }

    #[test]
    fn reading_gives_back_what_was_written() {
        for cell in ["=1", "'=1", "''=1", "+14155550101", "'+14155550101", "'tis", "-", "Maria", "", "'"] {
            assert_eq!(unguarded(&guarded(cell)), cell);
        }
    }

    #[test]
    fn cells_with_commas_quotes_and_lines_are_quoted() {
        assert_eq!(
            written([["a,b", "say \"hi\""], ["one\ntwo", "=x"]]),
            "\"a,b\",\"say \"\"hi\"\"\"\n\"one\ntwo\",'=x\n"
        );
    }
}
