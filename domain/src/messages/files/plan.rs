//! How each file of a text travels: with it, made smaller if it is a picture, or as a link in it. Decided before anything is fetched, from what is said
//! of the files, so that the text can be counted and refused whole; what a file really is must then fit what was decided.

use crate::{
    contracts::view::FileRef,
    error::{Error, Result},
    sms::{
        kinds::{self, Sort},
        media::{self, MAX_MEDIA_COUNT, MAX_TOTAL_BYTES, SenderKind},
    },
};

/// Largest file that is handed out by a link.
pub(crate) const MAX_LINKED_BYTES: u64 = 25 * MB;

/// What a picture may always have, however many there are: smaller ones are not worth looking at.
const SMALLEST_PICTURE: u64 = 60_000;

const MB: u64 = 1_000_000;

/// How a file travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Route {
    /// With the text.
    Mms,
    /// As a link in it.
    Link,
}

crate::codes!(Route { Mms = "mms", Link = "link" });

/// How a file travels, and how large it may be in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) route: Route,
    pub(super) most_bytes: u64,
}

const LINK: Way = Way { route: Route::Link, most_bytes: MAX_LINKED_BYTES };

/// The way of each file; `sender` is none when no file can go with the text: the number or the destination has no MMS.
///
/// # Errors
/// [`Error::TooMuchMedia`] for more files than a text can have, and for one that is too large even for a link.
pub(super) fn ways(files: &[FileRef], sender: Option<SenderKind>) -> Result<Vec<Way>> {
    check_count(files.len())?;
    if let Some(file) = files.iter().find(|file| file.byte_count > MAX_LINKED_BYTES) {
        let is = format!("{} has {}", shown(&file.name), size(file.byte_count));
        return Err(too_much(format!("{is}; a file can have 25 MB at most.")));
    }
    let Some(sender) = sender else { return Ok(vec![LINK; files.len()]) };
    let passed = passed_by_all(sender);
    let mut others = 0;
    let mut ways: Vec<Option<Way>> = Vec::new();
    for file in files {
        let way = match sort(file) {
            Travel::Shrinks => None,
            Travel::AsItIs if others + file.byte_count <= passed => Some(Way { route: Route::Mms, most_bytes: passed }),
            Travel::Moves if others + file.byte_count <= MAX_TOTAL_BYTES - passed => {
                Some(Way { route: Route::Mms, most_bytes: MAX_TOTAL_BYTES - passed })
            }
            _ => Some(LINK),
        };
        if way.is_some_and(|way| way.route == Route::Mms) {
            others += file.byte_count;
        }
        ways.push(way);
    }
    let pictures = ways.iter().filter(|way| way.is_none()).count() as u64;
    let share = (passed.saturating_sub(others) / pictures.max(1)).max(SMALLEST_PICTURE);
    Ok(ways.into_iter().map(|way| way.unwrap_or(Way { route: Route::Mms, most_bytes: share })).collect())
}

/// Whether a text can have so many files.
///
/// # Errors
/// [`Error::TooMuchMedia`] when it cannot.
pub(super) fn check_count(count: usize) -> Result<()> {
    if count <= MAX_MEDIA_COUNT {
        return Ok(());
    }
    Err(too_much(format!("A text can have {MAX_MEDIA_COUNT} files; this one has {count}. Send them in parts.")))
}

fn too_much(message: String) -> Error {
    Error::TooMuchMedia { message, most_files: MAX_MEDIA_COUNT, most_bytes: MAX_LINKED_BYTES }
}

/// What every carrier passes on from such a number.
fn passed_by_all(sender: SenderKind) -> u64 {
    let smallest = media::too_large_for(u64::MAX, sender).into_iter().map(|limit| limit.limit_bytes).min();
    smallest.unwrap_or(media::SAFE_BYTES)
}

/// What can be done with a file.
enum Travel {
    /// It can be made smaller.
    Shrinks,
    /// A picture that moves: carriers make it smaller, we cannot.
    Moves,
    /// It arrives as it is or not at all.
    AsItIs,
    /// Carriers do not take it.
    NotAtAll,
}

fn sort(file: &FileRef) -> Travel {
    let essence = kinds::essence(&file.content_type);
    match essence.as_str() {
        "image/jpeg" | "image/png" => Travel::Shrinks,
        "image/gif" => Travel::Moves,
        "application/pdf" | "text/vcard" | "text/x-vcard" | "text/calendar" => Travel::AsItIs,
        _ => match Sort::claimed(&essence) {
            Some(Sort::Sound | Sort::Video | Sort::Picture) if file.byte_count > 0 => Travel::AsItIs,
            _ => Travel::NotAtAll,
        },
    }
}

/// A size as people say it.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} KB", bytes.div_ceil(1_000).max(1)),
        _ => format!("{:.1} MB", bytes as f64 / MB as f64),
    }
}

/// The name of a file, short enough for a sentence.
pub(super) fn shown(name: &str) -> String {
    const LONGEST: usize = 60;
    let plain: String = name.chars().filter(|sign| !sign.is_control()).collect();
    if plain.chars().count() <= LONGEST { plain } else { plain.chars().take(LONGEST - 1).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(content_type: &str, byte_count: u64) -> FileRef {
        FileRef {
            id: "F1".to_owned(),
            name: "file".to_owned(),
            content_type: content_type.to_owned(),
            byte_count,
            url: String::new(),
        }
    }

    fn routes(files: &[FileRef], sender: Option<SenderKind>) -> Vec<Route> {
        ways(files, sender).expect("it can be sent").into_iter().map(|way| way.route).collect()
    }

    #[test]
    fn a_picture_goes_with_the_text_however_large_it_is() {
        let ways = ways(&[file("image/jpeg", 12 * MB)], Some(SenderKind::LongCode)).expect("it can be sent");
        assert_eq!(ways, [Way { route: Route::Mms, most_bytes: MB }]);
    }

    #[test]
    fn pictures_share_what_all_carriers_pass_on() {
        let four = ways(&vec![file("image/png", 3 * MB); 4], Some(SenderKind::TollFree)).expect("they can be sent");
        assert!(four.iter().all(|way| way.most_bytes == 150_000));
        let with_card = [file("text/vcard", 100_000), file("image/jpeg", MB)];
        assert_eq!(ways(&with_card, Some(SenderKind::TollFree)).expect("they can be sent")[1].most_bytes, 500_000);
    }

    #[test]
    fn another_file_goes_with_the_text_when_every_carrier_takes_it_and_as_a_link_when_not() {
        let sizes = [600_000, 600_001, 900_000].map(|size| file("application/pdf", size));
        assert_eq!(
            sizes.each_ref().map(|file| routes(std::slice::from_ref(file), Some(SenderKind::TollFree))[0]),
            [Route::Mms, Route::Link, Route::Link]
        );
        assert_eq!(routes(&sizes[2..], Some(SenderKind::LongCode)), [Route::Mms]);
    }

    #[test]
    fn what_no_carrier_takes_is_a_link() {
        let files = [file("application/zip", 10), file("", 10), file("video/mp4", 0), file("video/mp4", 10)];
        assert_eq!(routes(&files, Some(SenderKind::LongCode)), [Route::Link, Route::Link, Route::Link, Route::Mms]);
    }

    #[test]
    fn without_mms_everything_is_a_link() {
        assert_eq!(routes(&[file("image/jpeg", 10), file("video/mp4", 10)], None), [Route::Link; 2]);
    }

    #[test]
    fn eleven_files_and_one_of_more_than_25_mb_are_refused_in_plain_words() {
        let many = ways(&vec![file("image/png", 1); 11], None).expect_err("too many").to_string();
        let large = ways(&[file("video/mp4", 25 * MB + 1)], None).expect_err("too large").to_string();
        assert_eq!(many, "A text can have 10 files; this one has 11. Send them in parts.");
        assert_eq!(large, "file has 25.0 MB; a file can have 25 MB at most.");
    }

    #[test]
    fn a_size_is_said_as_people_say_it() {
        assert_eq!([0, 999, 2_345, 999_999, 5_300_000].map(size), ["1 KB", "1 KB", "3 KB", "1000 KB", "5.3 MB"]);
    }
}
