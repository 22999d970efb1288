//! What a file is, told from its first bytes. What a carrier, a browser or a name says about a file is only a claim: a file is shown and handed on as
//! what it is, and one that claims to be a picture and is something else is neither.

/// Bytes at the beginning that are looked at for text.
const LOOKED_AT: usize = 4_096;

/// What sort of thing a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// A picture.
    Picture,
    /// Sound.
    Sound,
    /// Moving pictures.
    Video,
    /// A document, a contact card, an appointment, plain text.
    Document,
    /// Something that could do harm when it is opened, or hides what it holds: programs, pages with scripts, archives.
    Risky,
}

impl Sort {
    /// What people call it.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Sound => "recording",
            Self::Video => "video",
            Self::Document => "document",
            Self::Risky => "file",
        }
    }

    /// What a media type claims to be; none for a type that says nothing.
    pub fn claimed(content_type: &str) -> Option<Self> {
        let essence = essence(content_type);
        match essence.split('/').next().unwrap_or_default() {
            "image" => Some(Self::Picture),
            "audio" => Some(Self::Sound),
            "video" => Some(Self::Video),
            "text" => Some(Self::Document),
            "application" if essence == "application/pdf" => Some(Self::Document),
            _ => None,
        }
    }
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its media type.
    pub content_type: &'static str,
    /// How its name should end.
    pub extension: &'static str,
    /// What sort of thing it is.
    pub sort: Sort,
}

const fn kind(content_type: &'static str, extension: &'static str, sort: Sort) -> Kind {
    Kind { content_type, extension, sort }
}

/// A picture that may be made smaller.
pub const JPEG: Kind = kind("image/jpeg", "jpg", Sort::Picture);
/// A picture that may be made smaller.
pub const PNG: Kind = kind("image/png", "png", Sort::Picture);
/// A picture that may move.
pub const GIF: Kind = kind("image/gif", "gif", Sort::Picture);

/// How files begin: an offset, the bytes there, and what it is then. The first that fits counts.
const BEGINNINGS: &[(usize, &[u8], Kind)] = &[
    (0, b"\xff\xd8\xff", JPEG),
    (0, b"\x89PNG\r\n\x1a\n", PNG),
    (0, b"GIF87a", GIF),
    (0, b"GIF89a", GIF),
    (8, b"WEBP", kind("image/webp", "webp", Sort::Picture)),
    (0, b"II*\0", kind("image/tiff", "tiff", Sort::Picture)),
    (0, b"MM\0*", kind("image/tiff", "tiff", Sort::Picture)),
    (4, b"ftypheic", kind("image/heic", "heic", Sort::Picture)),
    (4, b"ftypheix", kind("image/heic", "heic", Sort::Picture)),
    (4, b"ftypmif1", kind("image/heif", "heif", Sort::Picture)),
    (4, b"ftypavif", kind("image/avif", "avif", Sort::Picture)),
    (4, b"ftypM4A", kind("audio/mp4", "m4a", Sort::Sound)),
    (4, b"ftyp3g", kind("video/3gpp", "3gp", Sort::Video)),
    (4, b"ftypqt", kind("video/quicktime", "mov", Sort::Video)),
    (4, b"ftyp", kind("video/mp4", "mp4", Sort::Video)),
    (0, b"\x1a\x45\xdf\xa3", kind("video/webm", "webm", Sort::Video)),
    (0, b"#!AMR", kind("audio/amr", "amr", Sort::Sound)),
    (0, b"ID3", kind("audio/mpeg", "mp3", Sort::Sound)),
    (0, b"\xff\xfb", kind("audio/mpeg", "mp3", Sort::Sound)),
    (0, b"\xff\xf3", kind("audio/mpeg", "mp3", Sort::Sound)),
    (0, b"OggS", kind("audio/ogg", "ogg", Sort::Sound)),
    (8, b"WAVE", kind("audio/wav", "wav", Sort::Sound)),
    (0, b"%PDF-", kind("application/pdf", "pdf", Sort::Document)),
    (0, b"PK\x03\x04", kind("application/zip", "zip", Sort::Risky)),
    (0, b"PK\x05\x06", kind("application/zip", "zip", Sort::Risky)),
    (0, b"\x1f\x8b", kind("application/gzip", "gz", Sort::Risky)),
    (0, b"BZh", kind("application/x-bzip2", "bz2", Sort::Risky)),
    (0, b"7z\xbc\xaf\x27\x1c", kind("application/x-7z-compressed", "7z", Sort::Risky)),
    (0, b"Rar!", kind("application/vnd.rar", "rar", Sort::Risky)),
    (0, b"\xfd7zXZ", kind("application/x-xz", "xz", Sort::Risky)),
    (0, b"\x28\xb5\x2f\xfd", kind("application/zstd", "zst", Sort::Risky)),
    (0, b"MZ", PROGRAM),
    (0, b"\x7fELF", PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", PROGRAM),
    (0, b"\xca\xfe\xba\xbe", PROGRAM),
    (0, b"#!", PROGRAM),
];

const PROGRAM: Kind = kind("application/octet-stream", "bin", Sort::Risky);

/// A page, which may hold scripts. A drawing in SVG is one too.
const PAGE: Kind = kind("text/html", "html", Sort::Risky);

/// Text that says more than that: its first words, and what it is then.
const WORDS: &[(&str, Kind)] = &[
    ("begin:vcard", kind("text/vcard", "vcf", Sort::Document)),
    ("begin:vcalendar", kind("text/calendar", "ics", Sort::Document)),
];

/// Words by which a page is known, wherever it begins to be one.
const MARKUP: &[&str] = &["<!doctype", "<html", "<script", "<svg", "<?xml", "<iframe", "<body", "<head"];

/// What a file is; none when its bytes tell nothing.
pub fn of(bytes: &[u8]) -> Option<Kind> {
    let begins = |(at, words, _): &&(usize, &[u8], Kind)| bytes.get(*at..).is_some_and(|rest| rest.starts_with(words));
    match BEGINNINGS.iter().find(begins) {
        Some((_, _, kind)) => Some(*kind),
        None => of_text(bytes),
    }
}

/// Text has no character that is not written, and is in UTF-8 as far as it is looked at.
fn of_text(bytes: &[u8]) -> Option<Kind> {
    let head = &bytes[..bytes.len().min(LOOKED_AT)];
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // A character that is cut in two by the end of what is looked at is no fault of the text.
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&head[..error.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    let is_written = |sign: char| !sign.is_control() || matches!(sign, '\n' | '\r' | '\t' | '\u{c}');
    if text.is_empty() || !text.chars().all(is_written) {
        return None;
    }
    let lower = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']).to_ascii_lowercase();
    if MARKUP.iter().any(|word| lower.contains(word)) {
        return Some(PAGE);
    }
    let known = WORDS.iter().find(|(words, _)| lower.starts_with(words));
    Some(known.map_or(kind("text/plain", "txt", Sort::Document), |(_, kind)| *kind))
}

/// Why a file that came is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Suspicion {
    /// It is not what was said.
    #[error("it is not the {} that it claims to be", .claimed.noun())]
    Disguised {
        /// What was said.
        claimed: Sort,
    },
    /// It could do harm.
    #[error("files like it can do harm ({})", .0.content_type)]
    Risky(Kind),
    /// Nobody can tell what it is.
    #[error("nobody can tell what it is")]
    Unknown,
}

/// What a file is that may be shown to people, given what was said of it.
///
/// # Errors
/// [`Suspicion`] when it is something else, could do harm, or tells nothing of itself.
pub fn trusted(bytes: &[u8], said: &str) -> Result<Kind, Suspicion> {
    let claimed = Sort::claimed(said);
    match (of(bytes), claimed) {
        (Some(kind), Some(claimed)) if !fits(kind.sort, claimed) => Err(Suspicion::Disguised { claimed }),
        (Some(kind), None) if kind.sort == Sort::Risky => Err(Suspicion::Risky(kind)),
        (Some(kind), _) => Ok(kind),
        (None, Some(claimed)) => Err(Suspicion::Disguised { claimed }),
        (None, None) => Err(Suspicion::Unknown),
    }
}

/// Sound and video share their containers, so one may be said and the other be there.
fn fits(is: Sort, claimed: Sort) -> bool {
    let moves = |sort| matches!(sort, Sort::Sound | Sort::Video);
    is == claimed || (moves(is) && moves(claimed))
}

/// A media type without its parameters, in lower case.
pub fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZIP: &[u8] = b"PK\x03\x04\x14\x00\x00\x00";

    #[test]
    fn a_file_is_known_by_its_first_bytes() {
        let types = [
            &b"\xff\xd8\xff\xe0\0\x10JFIF"[..],
            b"\x89PNG\r\n\x1a\n\0\0",
            b"GIF89a\x01\0",
            b"RIFF\x24\0\0\0WEBPVP8 ",
            b"\0\0\0\x18ftypheic",
            b"\0\0\0\x18ftyp3gp4",
            b"\0\0\0\x18ftypisom",
            b"#!AMR\n",
            b"%PDF-1.7",
            b"BEGIN:VCARD\r\nVERSION:3.0",
            b"BEGIN:VCALENDAR\r\n",
            "Grüße".as_bytes(),
        ]
        .map(|bytes| of(bytes).map(|kind| kind.content_type));

        let expected = [
            "image/jpeg",
            "image/png",
            "image/gif",
            "image/webp",
            "image/heic",
            "video/3gpp",
            "video/mp4",
            "audio/amr",
            "application/pdf",
            "text/vcard",
            "text/calendar",
            "text/plain",
        ];
        assert_eq!(types, expected.map(Some));
    }

    #[test]
    fn a_picture_that_is_another_kind_of_picture_is_shown_as_what_it_is() {
        assert_eq!(trusted(b"\x89PNG\r\n\x1a\n", "image/jpeg"), Ok(PNG));
    }

    #[test]
    fn a_picture_that_is_no_picture_is_not_shown() {
        let claimed = Sort::Picture;
        let page = "<!DOCTYPE html><script>alert(1)</script>".as_bytes();
        let drawing = b"  <svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>";

        for bytes in [ZIP, page, drawing, b"MZ\x90\0", b"\x7fELF\x02", b"\0\x01\x02\x03", b""] {
            assert_eq!(trusted(bytes, "image/jpeg"), Err(Suspicion::Disguised { claimed }), "{bytes:?}");
        }
    }

    #[test]
    fn what_could_do_harm_is_not_shown_whatever_it_claims() {
        for said in ["", "application/zip", "application/octet-stream", "application/x-anything"] {
            assert!(matches!(trusted(ZIP, said), Err(Suspicion::Risky(_))), "{said}");
        }
        assert!(trusted(b"<html>", "text/html").is_err(), "a page is not text");
        assert_eq!(trusted(b"\0\0\0\0", "application/octet-stream"), Err(Suspicion::Unknown));
    }

    #[test]
    fn sound_in_a_container_for_video_is_not_taken_for_a_disguise() {
        assert_eq!(trusted(b"\0\0\0\x18ftyp3gp4", "audio/3gpp").map(|kind| kind.content_type), Ok("video/3gpp"));
    }

    #[test]
    fn a_character_that_is_cut_in_two_at_the_end_is_still_text() {
        let long = "é".repeat(LOOKED_AT);
        assert_eq!(of(&long.as_bytes()[1..]), None, "half a character at the beginning is no text");
        assert_eq!(of(&[b"a", long.as_bytes()].concat()).map(|kind| kind.extension), Some("txt"));
    }

    #[test]
    fn a_suspicion_is_said_in_plain_words() {
        let said = [
            Suspicion::Disguised { claimed: Sort::Picture }.to_string(),
            Suspicion::Risky(of(ZIP).expect("a ZIP")).to_string(),
        ];
        assert_eq!(said, ["it is not the picture that it claims to be", "files like it can do harm (application/zip)"]);
    }
}
