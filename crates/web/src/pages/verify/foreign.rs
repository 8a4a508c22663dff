//! What is handed in as an electronic certificate, or as a picture, and is a file of quite another kind. No verdict is
//! given of it: whoever sends a picture of a certificate has only taken the wrong way, and the page says which is the
//! right one.

use yinxin_app::verify::Verification;
use yinxin_model::finding::{Check, Verdict};

/// Whether a file begins as pictures do: PNG, JPEG, GIF, BMP, TIFF, WebP, HEIC and AVIF.
pub(super) fn is_picture(bytes: &[u8]) -> bool {
    const STARTS: [&[u8]; 6] = [b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*"];
    const BRANDS: [&[u8]; 7] = [b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif"];
    let within = |from: usize, what: &[u8]| bytes.get(from..from + what.len()) == Some(what);
    STARTS.iter().any(|start| bytes.starts_with(start))
        || within(0, b"RIFF") && within(8, b"WEBP")
        || within(4, b"ftyp") && BRANDS.iter().any(|brand| within(8, brand))
}

/// Whether a file begins as PDF does, or as the ZIP archive that OFD is.
pub(super) fn is_document(bytes: &[u8]) -> bool {
    bytes.starts_with(b"%PDF-") || bytes.starts_with(b"PK\x03\x04")
}

/// Whether a file was found to be neither PDF nor OFD, nor a damaged one of ours.
pub(super) fn is_neither(found: &Verification) -> bool {
    let neither = |code: &str| matches!(code, "not_pdf" | "not_ofd");
    found.verdict == Verdict::CannotCheck
        && found.findings.iter().any(|finding| finding.check == Check::Intact && neither(finding.code))
}

#[cfg(test)]
mod tests {
    use super::is_picture;

    #[test]
    fn pictures_are_known_by_how_they_begin() {
        for picture in [
            &b"\x89PNG\r\n\x1a\n"[..],
            b"\xff\xd8\xff\xe0",
            b"GIF89a",
            b"RIFF\0\0\0\0WEBPVP8 ",
            b"\0\0\0\x18ftypheic\0\0\0\0",
        ] {
            assert!(is_picture(picture), "{picture:?}");
        }
        for other in [&b""[..], b"%PDF-1.7", b"PK\x03\x04", b"RIFF\0\0\0\0WAVE", b"\0\0\0\x18ftypmp42"] {
            assert!(!is_picture(other), "{other:?}");
        }
    }
}
