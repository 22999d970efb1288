//! The bytes of media that nobody brought: real pictures of any size, filler for everything else, and a bomb.
//!
//! Pictures are valid and padded with comments that a decoder skips, so that a reader may decode or re-encode them.

/// A small photograph, in JPEG.
const PHOTOGRAPH: &[u8] = include_bytes!("picture.jpg");
/// Bytes of a JPEG comment at most, without its length.
const COMMENT_MAX: usize = 65_533;
/// Width and height of a picture in pixels.
const SIDE: u32 = 160;
/// Width and height of the bomb: 1.6 GB when it is unpacked to four bytes a pixel, from some 300 kB.
const BOMB_SIDE: u32 = 20_000;
/// Longest repetition that the compression knows.
const RUN: usize = 258;

/// Bytes of a content type, at least as many as asked for where the format allows it.
pub(crate) fn content(content_type: &str, size: usize, seed: u64) -> Vec<u8> {
    match content_type {
        "image/jpeg" | "image/jpg" => jpeg(size),
        "image/png" => png(SIDE, seed, size),
        "application/pdf" => filled(b"%PDF-1.4\n%%EOF\n", size),
        "text/vcard" | "text/x-vcard" => filled(b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Maria Lopez\r\nEND:VCARD\r\n", size),
        "image/gif" => filled(b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x0f\x6e\x66\xe8\xb1\x5c!\xf9\x04\x00\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;", size),
        _ => filled(b"", size.max(64)),
    }
}

/// A picture that is small to carry and enormous to unpack.
pub(crate) fn bomb() -> Vec<u8> {
    png(BOMB_SIDE, 0, 0)
}

/// A piece of endless content.
pub(crate) fn piece(length: usize) -> Vec<u8> {
    vec![b'.'; length]
}

fn filled(beginning: &[u8], size: usize) -> Vec<u8> {
    let mut bytes = beginning.to_vec();
    bytes.resize(size.max(bytes.len()), b' ');
    bytes
}

fn jpeg(size: usize) -> Vec<u8> {
    let mut bytes = PHOTOGRAPH[..2].to_vec();
    let mut missing = size.saturating_sub(PHOTOGRAPH.len());
    while missing > 0 {
        let length = missing.min(COMMENT_MAX);
        bytes.extend([0xff, 0xfe]);
        bytes.extend(u16::try_from(length + 2).unwrap_or(u16::MAX).to_be_bytes());
        bytes.extend(piece(length));
        missing -= length;
    }
    bytes.extend(&PHOTOGRAPH[2..]);
    bytes
}

/// A square of one colour, one bit a pixel.
fn png(side: u32, seed: u64, size: usize) -> Vec<u8> {
    let row = usize::try_from(side.div_ceil(8)).unwrap_or_default() + 1;
    let raw = row * usize::try_from(side).unwrap_or_default();
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = side.to_be_bytes().to_vec();
    head.extend(side.to_be_bytes());
    head.extend([1, 3, 0, 0, 0]);
    chunk(&mut bytes, b"IHDR", &head);
    let [red, green, blue, ..] = crate::ids::mix(seed).to_be_bytes();
    chunk(&mut bytes, b"PLTE", &[red, green, blue, 255, 255, 255]);
    if size > 0 {
        let mut comment = b"Comment\0".to_vec();
        comment.extend(piece(size.saturating_sub(bytes.len() + 200)));
        chunk(&mut bytes, b"tEXt", &comment);
    }
    chunk(&mut bytes, b"IDAT", &packed_zeros(raw));
    chunk(&mut bytes, b"IEND", &[]);
    bytes
}

fn chunk(bytes: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    bytes.extend(u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes());
    let start = bytes.len();
    bytes.extend(kind);
    bytes.extend(content);
    let sum = crc(&bytes[start..]);
    bytes.extend(sum.to_be_bytes());
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |mut sum, byte| {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 };
        }
        sum
    })
}

/// So many zero bytes in zlib's form: one literal zero and repetitions of it, in one block with fixed codes.
fn packed_zeros(count: usize) -> Vec<u8> {
    let mut bits = Bits { bytes: vec![0x78, 0x9c], filled: 8 };
    bits.push(1, 1);
    bits.push(0b01, 2);
    let runs = count.saturating_sub(1) / RUN;
    let singles = count - runs * RUN;
    for _ in 0..singles {
        bits.push_code(0b0011_0000, 8);
    }
    for _ in 0..runs {
        // Length 258, distance 1.
        bits.push_code(0b1100_0101, 8);
        bits.push_code(0, 5);
    }
    bits.push_code(0, 7);
    let mut bytes = bits.bytes;
    // The checksum of zeros: the first half stays 1, the second counts them.
    let second = u32::try_from(count % 65_521).unwrap_or_default();
    bytes.extend(((second << 16) | 1).to_be_bytes());
    bytes
}

/// Bits in the order of deflate: from the lowest of each byte.
struct Bits {
    bytes: Vec<u8>,
    /// Bits used of the last byte.
    filled: u8,
}

impl Bits {
    fn push(&mut self, value: u16, count: u8) {
        for place in 0..count {
            if self.filled == 8 {
                self.bytes.push(0);
                self.filled = 0;
            }
            let bit = u8::from((value >> place) & 1 == 1);
            if let Some(last) = self.bytes.last_mut() {
                *last |= bit << self.filled;
            }
            self.filled += 1;
        }
    }

    /// A code of Huffman's, which is written from its highest bit.
    fn push_code(&mut self, code: u16, count: u8) {
        for place in (0..count).rev() {
            self.push((code >> place) & 1, 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_of_a_chunk_is_the_known_one() {
        assert_eq!(crc(b"IEND"), 0xae42_6082);
    }

    #[test]
    fn pictures_have_at_least_the_size_asked_for() {
        assert!(content("image/jpeg", 300_000, 1).len() >= 300_000);
        assert!(content("image/png", 300_000, 1).len() >= 290_000);
        assert!(content("application/pdf", 5_000, 1).len() == 5_000);
    }

    #[test]
    fn the_bomb_is_small_to_carry() {
        assert!(bomb().len() < 400_000);
    }
}
