//! How many segments a text takes on the air, as the carrier counts them for `num_segments`.
//!
//! GSM 03.38 gives 160 septets in one part and 153 in each of several; anything outside it makes the whole text
//! UCS-2 with 70 and 67. A pair (escape or surrogate) is never split between parts.

const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENDED: &str = "^{}\\[~]|€\u{c}";

/// The number of segments of `body`; an empty one takes one.
pub(crate) fn count(body: &str) -> usize {
    match body.chars().map(septets).collect::<Option<Vec<usize>>>() {
        Some(sizes) => parts(&sizes, 160, 153),
        None => {
            let sizes: Vec<usize> = body.chars().map(char::len_utf16).collect();
            parts(&sizes, 70, 67)
        }
    }
}

fn septets(character: char) -> Option<usize> {
    if character.is_ascii_alphanumeric() || BASIC.contains(character) {
        Some(1)
    } else if EXTENDED.contains(character) {
        Some(2)
    } else {
        None
    }
}

fn parts(sizes: &[usize], single: usize, part: usize) -> usize {
    if sizes.iter().sum::<usize>() <= single {
        return 1;
    }
    let mut count = 1;
    let mut used = 0;
    for size in sizes {
        if used + size > part {
            count += 1;
            used = 0;
        }
        used += size;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gsm_texts_hold_one_hundred_and_sixty_or_parts_of_one_hundred_and_fifty_three() {
        let counts = [160, 161, 306, 307, 1530, 1531].map(|length| count(&"a".repeat(length)));

        assert_eq!(counts, [1, 2, 2, 3, 10, 11]);
    }

    #[test]
    fn an_escape_pair_is_not_split_between_parts() {
        let on_the_boundary = format!("{}€{}", "a".repeat(152), "a".repeat(152));
        let before_it = format!("{}€{}", "a".repeat(153), "a".repeat(151));

        assert_eq!((count(&on_the_boundary), count(&before_it)), (3, 2));
    }

    #[test]
    fn other_texts_hold_seventy_units_or_parts_of_sixty_seven() {
        let cyrillic = [70, 71, 134, 135].map(|length| count(&"я".repeat(length)));
        let faces = [35, 36, 66, 67].map(|length| count(&"😀".repeat(length)));

        assert_eq!((cyrillic, faces), ([1, 2, 2, 3], [1, 2, 2, 3]));
        assert_eq!(count(&format!("{}😀{}", "я".repeat(66), "я".repeat(66))), 3);
    }
}
