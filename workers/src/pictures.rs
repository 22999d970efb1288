//! Makes pictures small enough to be sent. A picture is unpacked only when it says beforehand that it is not enormous; where it was taken and with which
//! camera goes to nobody. What cannot be made small enough is not sent.

use std::io::Cursor;

use domain::sms::kinds::{GIF, JPEG, Kind, PNG};
use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage, codecs::jpeg::JpegEncoder,
    imageops::FilterType, metadata::Orientation,
};

/// Most pixels that are unpacked.
const MOST_PIXELS: u64 = 50_000_000;

/// Most memory for unpacking one picture, in bytes.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;

/// Longer side in pixels, and quality of 100, in the order in which they are tried.
const STEPS: [(u32, u8); 9] =
    [(4_096, 85), (2_560, 82), (2_048, 80), (1_600, 78), (1_280, 75), (1_024, 70), (800, 65), (640, 60), (400, 50)];

/// What cameras write before the data that tells where a picture was taken.
const CAMERA_DATA: &[u8] = b"Exif\0\0";

/// How far into a file camera data begins.
const CAMERA_DATA_BEGINS: usize = 64 * 1024;

/// A picture that cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unfit {
    /// It is damaged, or not what it claims to be.
    #[error("the picture is damaged")]
    Damaged,
    /// It has more pixels than are unpacked.
    #[error("the picture has too many pixels")]
    Enormous,
    /// It stays too large whatever is done.
    #[error("the picture cannot be made small enough")]
    TooLarge,
}

/// A picture of at most so many bytes, and what it is then.
pub(crate) fn fit(bytes: Vec<u8>, kind: Kind, most: u64) -> Result<(Vec<u8>, Kind), Unfit> {
    let is_small = bytes.len() as u64 <= most;
    let tells_more = kind == JPEG && tells_of_camera(&bytes);
    match kind {
        _ if is_small && !tells_more => Ok((bytes, kind)),
        GIF => Err(Unfit::TooLarge),
        _ => smaller(&unpacked(&bytes, kind)?, most).map(|bytes| (bytes, JPEG)),
    }
}

fn tells_of_camera(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(CAMERA_DATA_BEGINS)];
    head.windows(CAMERA_DATA.len()).any(|window| window == CAMERA_DATA)
}

/// The pixels of a picture, the right way up.
fn unpacked(bytes: &[u8], kind: Kind) -> Result<DynamicImage, Unfit> {
    let format = if kind == PNG { ImageFormat::Png } else { ImageFormat::Jpeg };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| Unfit::Damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MOST_MEMORY {
        return Err(Unfit::Enormous);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| Unfit::Damaged)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn smaller(picture: &DynamicImage, most: u64) -> Result<Vec<u8>, Unfit> {
    let longer = picture.width().max(picture.height());
    let mut current = None;
    for (side, quality) in STEPS {
        if side < longer {
            current = Some(current.as_ref().unwrap_or(picture).resize(side, side, FilterType::Triangle));
        }
        let packed = packed(&on_white(current.as_ref().unwrap_or(picture)), quality)?;
        if packed.len() as u64 <= most {
            return Ok(packed);
        }
    }
    Err(Unfit::TooLarge)
}

/// Without what shines through: the packed form knows no transparency.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let mut flat = RgbImage::new(picture.width(), picture.height());
    for (to, from) in flat.pixels_mut().zip(picture.to_rgba8().pixels()) {
        let [red, green, blue, alpha] = from.0.map(u32::from);
        let mix = |colour: u32| u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX);
        to.0 = [mix(red), mix(green), mix(blue)];
    }
    flat
}

fn packed(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, Unfit> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture).map_err(|_| Unfit::Damaged)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture that does not pack well.
    fn noise(width: u32, height: u32) -> DynamicImage {
        let mut state = 7_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |_, _| image::Rgb([next(), next(), next()])))
    }

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        bytes
    }

    fn size(bytes: &[u8]) -> (u32, u32) {
        let picture = unpacked(bytes, JPEG).unwrap();
        (picture.width(), picture.height())
    }

    /// A JPEG that says where it was taken, and that it has to be turned by a quarter.
    fn from_a_camera(picture: &DynamicImage) -> Vec<u8> {
        let plain = packed(&picture.to_rgb8(), 80).unwrap();
        let tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let mut data = CAMERA_DATA.to_vec();
        data.extend_from_slice(tiff);
        let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
        [&plain[..2], b"\xff\xe1", &length, &data, &plain[2..]].concat()
    }

    #[test]
    fn a_small_picture_stays_as_it_is() {
        let bytes = png(&noise(20, 10));
        assert_eq!(fit(bytes.clone(), PNG, 1_000_000), Ok((bytes, PNG)));
    }

    #[test]
    fn a_large_picture_becomes_small_enough_and_keeps_its_shape() {
        let (bytes, kind) = fit(png(&noise(1_800, 900)), PNG, 100_000).unwrap();

        let (width, height) = size(&bytes);
        assert!(bytes.len() <= 100_000 && kind == JPEG);
        assert_eq!(width, height * 2);
    }

    #[test]
    fn where_a_picture_was_taken_is_taken_off_and_it_stands_upright() {
        let bytes = from_a_camera(&noise(60, 20));
        assert!(tells_of_camera(&bytes));

        let (sent, _) = fit(bytes, JPEG, 1_000_000).unwrap();

        assert!(!tells_of_camera(&sent));
        assert_eq!(size(&sent), (20, 60));
    }

    #[test]
    fn what_shines_through_becomes_white() {
        let glass = DynamicImage::ImageRgba8(image::RgbaImage::from_pixel(4, 4, image::Rgba([200, 0, 0, 0])));
        assert!(on_white(&glass).pixels().all(|pixel| pixel.0 == [255, 255, 255]));
    }

    #[test]
    fn a_picture_that_claims_to_be_enormous_is_not_unpacked() {
        // 30,000 by 30,000 white pixels, which pack into a few hundred bytes a row.
        let mut bytes = png(&noise(1, 1));
        bytes[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
        let checksum = crc(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&checksum.to_be_bytes());

        assert_eq!(fit(bytes, PNG, 10).err(), Some(Unfit::Enormous));
    }

    #[test]
    fn a_damaged_picture_and_one_that_moves_and_is_too_large_are_refused() {
        assert_eq!(fit(b"\xff\xd8\xff\xe0 and nothing more".to_vec(), JPEG, 3), Err(Unfit::Damaged));
        assert_eq!(fit(b"GIF89a and more than that".to_vec(), GIF, 3), Err(Unfit::TooLarge));
    }

    /// The checksum of a part of a PNG.
    fn crc(bytes: &[u8]) -> u32 {
        let step = |crc: u32, byte: &u8| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
        };
        !bytes.iter().fold(!0, step)
    }
}
