use super::*;
use png::{BitDepth, Encoder};

fn png_of(color: ColorType, width: u32, height: u32, data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, width, height);
    encoder.set_color(color);
    encoder.set_depth(BitDepth::Eight);
    encoder.write_header().unwrap().write_image_data(data).unwrap();
    out
}

/// A code of `scale` points a module with a margin, as grey values.
fn code(text: &str, scale: usize) -> (u32, Vec<u8>) {
    let code = yinxin_seal::page::qr::encode(text, &Default::default()).unwrap();
    let side = (code.side + 8) * scale;
    let dark = |at: usize| (at / scale).checked_sub(4).filter(|at| *at < code.side);
    let mut data = Vec::with_capacity(side * side);
    for y in 0..side {
        for x in 0..side {
            let module = dark(x).zip(dark(y)).is_some_and(|(x, y)| code.dark[y * code.side + x]);
            data.push(if module { 20 } else { 235 });
        }
    }
    (u32::try_from(side).unwrap(), data)
}

#[test]
fn codes_are_read_in_every_colour_model_and_size() {
    let text = "https://example.org/v/0123456789ABCDEFGHJKMNPQRS#abc";
    for scale in [3, 12, 40] {
        let (side, grey) = code(text, scale);
        let rgba: Vec<u8> = grey.iter().flat_map(|v| [0, 0, 0, 255 - v]).collect();
        let rgb: Vec<u8> = grey.iter().flat_map(|v| [*v; 3]).collect();
        for (color, data) in [(ColorType::Grayscale, grey), (ColorType::Rgb, rgb), (ColorType::Rgba, rgba)] {
            assert_eq!(codes(&png_of(color, side, side, &data)).unwrap(), [text], "{color:?} {scale}");
        }
    }
}

#[test]
fn what_is_no_picture_with_a_code_is_refused_by_name() {
    let said = |bytes: &[u8]| codes(bytes).unwrap_err().code;
    assert_eq!(said(b""), "picture_kind");
    assert_eq!(said(b"GIF89a"), "picture_kind");
    assert_eq!(said(b"\x89PNG\r\n\x1a\n broken"), "picture_unreadable");
    assert_eq!(said(&[0xff, 0xd8, 0xff, 0xe0, 0, 0]), "picture_unreadable");
    assert_eq!(said(&png_of(ColorType::Grayscale, 64, 64, &[200; 64 * 64])), "no_code_in_picture");
    assert_eq!(said(&vec![0; LARGEST_PICTURE + 1]), "picture_too_large");
}

#[test]
fn a_flood_of_points_is_refused_before_it_is_unpacked() {
    // A head that promises 60,000 × 60,000 points; the rest need not be there.
    let mut flood = png_of(ColorType::Rgb, 1, 1, &[0, 0, 0]);
    flood[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let crc = crc32(&flood[12..29]);
    flood[29..33].copy_from_slice(&crc.to_be_bytes());
    assert_eq!(codes(&flood).unwrap_err().code, "picture_too_large");
    // A JPEG head of 65,500 × 65,500.
    let mut jpeg = vec![0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0xff, 0xdc, 0xff, 0xdc, 1, 1, 0x11, 0];
    jpeg.extend([0xff, 0xda, 0, 8, 1, 1, 0, 0, 0x3f, 0]);
    assert!(matches!(codes(&jpeg).unwrap_err().code, "picture_too_large" | "picture_unreadable"));
}

/// Corners of codes side by side: 2 KB that kept the decoder busy for minutes.
#[test]
fn a_picture_that_is_all_corners_is_given_up() {
    let corner = [0b1111111, 0b1000001, 0b1011101, 0b1011101, 0b1011101, 0b1000001, 0b1111111, 0_u8];
    let side = 496;
    let dark = |x: usize, y: usize| corner[y % 8] >> (x % 8) & 1 == 1;
    let data: Vec<u8> = (0..side * side).map(|at| if dark(at % side, at / side) { 0 } else { 255 }).collect();
    let picture = png_of(ColorType::Grayscale, side as u32, side as u32, &data);
    let given_up = codes_within(&picture, Effort::of(60_000_000)).unwrap_err();
    assert_eq!(given_up.code, "no_code_in_picture");
}

#[test]
fn what_breaks_the_decoder_is_one_look_less() {
    let mut effort = Effort::of(1_000_000);
    assert_eq!(effort.look((10, 10), |_, _| 0, |_| -> u8 { panic!("as the decoder does") }), None);
    assert_eq!(effort.look((10, 10), |_, _| 0, |_| 7), Some(7));
    assert_eq!(effort.look((1_000, 1_000), |_, _| 0, |_| 7), None, "more than can be spent");
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}
