//! How a text is encoded and how many segments it takes: GSM-7 (3GPP TS 23.038, 6.2.1, without national tables) when
//! every character is in it, else UCS-2. One part holds 160 septets or 70 units; each of several holds 153 or 67,
//! because a header of six octets joins them.
//!
//! A part ends between two code points: the escape pair of GSM-7 and the surrogate pair of an emoji are never torn
//! apart, but a joined emoji or a letter and its combining marks may be. The public calculator of the largest carrier
//! platform keeps such clusters whole; that is what it shows, not what the standard asks for, and it counts two parts
//! for 269 units where five are needed. Where no cluster meets a boundary, which is nearly always, both agree; the
//! oracle below holds both answers.

use std::collections::HashSet;

use unicode_segmentation::UnicodeSegmentation;

/// Characters of the basic alphabet: one septet each.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿\
                     abcdefghijklmnopqrstuvwxyzäöñüà";

/// Characters behind the escape: two septets each.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// How a text is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// 160 septets in one segment, 153 in each of several.
    Gsm7,
    /// 70 units of UTF-16 in one segment, 67 in each of several.
    Ucs2,
}

codes!(Encoding { Gsm7 = "gsm_7", Ucs2 = "ucs_2" });

impl Encoding {
    /// Units that fit into the only segment of a text.
    pub fn units_of_one(self) -> usize {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }

    /// Units that fit into each segment of a text that has several.
    pub fn units_of_several(self) -> usize {
        match self {
            Self::Gsm7 => 153,
            Self::Ucs2 => 67,
        }
    }

    fn cost(self, character: char) -> usize {
        match self {
            Self::Gsm7 => septets(character).unwrap_or(0),
            Self::Ucs2 => character.len_utf16(),
        }
    }
}

/// How a text would be encoded and counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// How it would be encoded.
    pub encoding: Encoding,
    /// Its length in units of the encoding: septets, or 16-bit units.
    pub unit_count: usize,
    /// Segments that it takes; 0 for no text at all.
    pub segment_count: u32,
    /// Units that still fit into its last segment.
    pub remaining_unit_count: usize,
    /// What forces the larger encoding, each once, in the order of the text, as a person sees it: whole emoji, letters
    /// with their marks; what cannot be seen is named (`U+00A0`). Empty in GSM-7.
    pub non_gsm: Vec<String>,
}

/// Measures a text.
pub fn measure(body: &str) -> Measure {
    let encoding =
        if body.chars().all(|character| septets(character).is_some()) { Encoding::Gsm7 } else { Encoding::Ucs2 };
    let (segment_count, remaining_unit_count) = packed(body, encoding);
    Measure {
        encoding,
        unit_count: body.chars().map(|character| encoding.cost(character)).sum(),
        segment_count,
        remaining_unit_count,
        non_gsm: outside_gsm(body),
    }
}

/// Septets of a character in GSM-7; none when it is not in it.
fn septets(character: char) -> Option<usize> {
    if character.is_ascii_alphanumeric() || BASIC.contains(character) {
        Some(1)
    } else {
        EXTENSION.contains(character).then_some(2)
    }
}

/// Segments, and the units left in the last one.
fn packed(body: &str, encoding: Encoding) -> (u32, usize) {
    let units: usize = body.chars().map(|character| encoding.cost(character)).sum();
    if units <= encoding.units_of_one() {
        return (u32::from(units > 0), encoding.units_of_one() - units);
    }
    let (mut segments, mut left) = (1, encoding.units_of_several());
    for cost in body.chars().map(|character| encoding.cost(character)) {
        if cost > left {
            segments += 1;
            left = encoding.units_of_several();
        }
        left -= cost;
    }
    (segments, left)
}

fn outside_gsm(body: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    body.graphemes(true)
        .filter(|cluster| cluster.chars().any(|character| septets(character).is_none()))
        .filter(|cluster| seen.insert(*cluster))
        .map(visible)
        .collect()
}

/// The cluster, or its number where a person would see nothing.
fn visible(cluster: &str) -> String {
    match cluster.chars().next() {
        Some(first) if first.is_whitespace() || first.is_control() || is_invisible(first) => {
            format!("U+{:04X}", u32::from(first))
        }
        _ => cluster.to_owned(),
    }
}

/// Soft hyphen, joiners, direction marks, variation selectors and the byte order mark.
pub(super) fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORACLE: &str = include_str!("../../../tests/oracles/segments.tsv");

    /// Rows of the oracle in which a cluster meets a boundary, so that its calculator differs.
    const CLUSTERS_ON_A_BOUNDARY: usize = 69;

    fn counted(text: &str) -> (Encoding, usize, u32) {
        let measure = measure(text);
        (measure.encoding, measure.unit_count, measure.segment_count)
    }

    #[test]
    fn a_text_in_gsm_7_has_160_septets_in_one_segment_and_153_in_each_of_several() {
        let segments = [160, 161, 306, 307, 459, 460, 1530, 1531, 1600].map(|length| counted(&"a".repeat(length)));

        let expected = [(160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4), (1530, 10), (1531, 11), (1600, 11)];
        assert_eq!(segments, expected.map(|(units, segments)| (Encoding::Gsm7, units, segments)));
    }

    #[test]
    fn a_character_of_the_extension_takes_two_septets_that_stay_together() {
        let on_the_boundary = format!("{}€{}", "a".repeat(152), "a".repeat(152));
        let behind_it = format!("{}€{}", "a".repeat(153), "a".repeat(151));

        assert_eq!(counted(&"€".repeat(80)), (Encoding::Gsm7, 160, 1));
        assert_eq!(counted(&"€".repeat(81)), (Encoding::Gsm7, 162, 2));
        assert_eq!(counted(&on_the_boundary), (Encoding::Gsm7, 306, 3));
        assert_eq!(counted(&behind_it), (Encoding::Gsm7, 306, 2));
    }

    #[test]
    fn a_text_in_ucs_2_has_70_units_in_one_segment_and_67_in_each_of_several() {
        assert_eq!([70, 71, 134, 135].map(|length| counted(&"я".repeat(length)).2), [1, 2, 2, 3]);
        assert_eq!(counted("It’s ok"), (Encoding::Ucs2, 7, 1));
        assert_eq!(counted("[€]’"), (Encoding::Ucs2, 4, 1));
    }

    #[test]
    fn an_emoji_takes_two_units_that_stay_together() {
        let on_the_boundary = format!("{}😀{}", "я".repeat(66), "я".repeat(66));

        assert_eq!([35, 36, 66, 67].map(|length| counted(&"😀".repeat(length)).2), [1, 2, 2, 3]);
        assert_eq!([35, 36, 66, 67].map(|length| counted(&"😀".repeat(length)).1), [70, 72, 132, 134]);
        assert_eq!(counted(&on_the_boundary), (Encoding::Ucs2, 134, 3));
    }

    #[test]
    fn the_alphabet_is_the_one_of_the_standard() {
        let inside = "àèéìòùäöüñåøæßÄÖÜÑÅØÆÉÇ£¥§¿¡¤ΔΦΓΛΩΠΨΣΘΞ^{}\\[~]|€\u{c}\n\r@_";
        let outside = "’“”–…ç`\táíóúâêα\u{1b}\u{a0}";

        assert_eq!(inside.chars().filter(|character| septets(*character).is_none()).collect::<String>(), "");
        assert_eq!(outside.chars().filter(|character| septets(*character).is_some()).collect::<String>(), "");
        assert_eq!(BASIC.chars().collect::<HashSet<_>>().len(), 127);
    }

    #[test]
    fn no_text_takes_no_segment_and_has_a_whole_one_left() {
        let expected = Measure {
            encoding: Encoding::Gsm7,
            unit_count: 0,
            segment_count: 0,
            remaining_unit_count: 160,
            non_gsm: vec![],
        };
        assert_eq!(measure(""), expected);
    }

    #[test]
    fn what_makes_a_text_longer_is_shown_once_each_as_a_person_sees_it() {
        let text = "It’s ‘ok’ 👨\u{200d}👩\u{200d}👧 e\u{301}\u{a0}ñ\tё\u{200b}🇬🇧’";
        let shown = ["’", "‘", "👨\u{200d}👩\u{200d}👧", "e\u{301}", "U+00A0", "U+0009", "ё", "U+200B", "🇬🇧"];
        assert_eq!(measure(text).non_gsm, shown);
        assert_eq!(measure("plain [text] €").non_gsm, Vec::<String>::new());
    }

    #[test]
    fn codes_are_those_of_the_api() {
        assert_eq!([Encoding::Gsm7.code(), Encoding::Ucs2.code()], ["gsm_7", "ucs_2"]);
    }

    /// A row of the oracle: text, and encoding, units, segments and units left; then the calculator's own segments.
    fn row(line: &str) -> (String, (String, usize, u32, usize), u32) {
        let columns: Vec<_> = line.split('\t').collect();
        let [pieces, encoding, units, whole_clusters, segments, left] = columns[..] else {
            panic!("a row has six columns: {line}")
        };
        let pieces: Vec<(String, usize)> = serde_json::from_str(pieces).expect("the first column is JSON");
        let text = pieces.iter().map(|(piece, times)| piece.repeat(*times)).collect();
        let number = |column: &str| column.parse::<u32>().expect("the other columns are numbers");
        (
            text,
            (
                encoding.replace("GSM-7", "gsm_7").replace("UCS-2", "ucs_2"),
                number(units) as usize,
                number(segments),
                number(left) as usize,
            ),
            number(whole_clusters),
        )
    }

    #[test]
    fn every_text_of_the_oracle_is_counted_as_its_calculator_counts_it_but_for_clusters_on_a_boundary() {
        let rows: Vec<_> = ORACLE.lines().map(row).collect();
        let ours = |text: &str| {
            let measure = measure(text);
            (
                measure.encoding.code().to_owned(),
                measure.unit_count,
                measure.segment_count,
                measure.remaining_unit_count,
            )
        };
        // The calculator counts one segment for no text; it takes none.
        let (empty, texts): (Vec<_>, Vec<_>) = rows.iter().partition(|(text, ..)| text.is_empty());

        let differing: Vec<_> = texts.iter().filter(|(text, expected, _)| ours(text) != *expected).collect();
        let on_a_boundary =
            texts.iter().filter(|(text, _, whole_clusters)| measure(text).segment_count != *whole_clusters).count();

        assert_eq!(differing, Vec::<&&_>::new());
        assert_eq!(on_a_boundary, CLUSTERS_ON_A_BOUNDARY);
        assert_eq!(empty.len(), 1);
        assert!(texts.len() >= 2_000);
    }
}
