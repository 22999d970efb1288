//! Pictures for tests, made here byte by byte: as large as wished, of pixels that do not pack.

use serde_json::{Value, json};

/// A PNG of so many pixels a side, about three bytes each.
pub(crate) fn picture(side: u32) -> Vec<u8> {
    let mut state = side.wrapping_mul(2_654_435_761);
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    // Each row begins with the kind of its filter: none.
    let rows: Vec<u8> =
        (0..side).flat_map(|_| std::iter::once(0).chain((0..side * 3).map(|_| noise()).collect::<Vec<u8>>())).collect();
    let mut head = [side.to_be_bytes(), side.to_be_bytes()].concat();
    head.extend_from_slice(&[8, 2, 0, 0, 0]);
    let parts = [chunk(b"IHDR", &head), chunk(b"IDAT", &unpacked(&rows)), chunk(b"IEND", &[])];
    [b"\x89PNG\r\n\x1a\n".to_vec(), parts.concat()].concat()
}

/// A file as the sandbox's orders want it.
pub(crate) fn file(name: &str, content_type: &str, bytes: &[u8]) -> Value {
    use base64::{Engine, engine::general_purpose::STANDARD};
    json!({ "name": name, "content_type": content_type, "content_base64": STANDARD.encode(bytes) })
}

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let named = [kind.as_slice(), content].concat();
    let length = u32::try_from(content.len()).expect("a small picture").to_be_bytes();
    [&length, named.as_slice(), &checksum(&named).to_be_bytes()].concat()
}

/// The rows in the form of a packed stream that packs nothing (RFC 1950, RFC 1951).
fn unpacked(rows: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let blocks: Vec<&[u8]> = rows.chunks(0xffff).collect();
    for (at, block) in blocks.iter().enumerate() {
        let length = u16::try_from(block.len()).expect("a block is that short");
        stream.push(u8::from(at + 1 == blocks.len()));
        stream.extend_from_slice(&length.to_le_bytes());
        stream.extend_from_slice(&(!length).to_le_bytes());
        stream.extend_from_slice(block);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in rows {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    stream.extend_from_slice(&((b << 16) | a).to_be_bytes());
    stream
}

fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 })
    };
    !bytes.iter().fold(!0, step)
}
