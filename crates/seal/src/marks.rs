//! How a file of ours is known even when it is damaged: by its first bytes, and by the way our writer lays out a
//! signature's byte range.
//!
//! A file that bears the marks is held to the strict rules, whoever sealed it: what deviates was changed,
//! for our writer makes nothing else. The marks prove nothing, and a forger gains nothing by putting them
//! on.

/// `N` stands for a digit. All of it is covered by the signature, so a change here is found by the digest.
const MARK: &[u8] = b"/ByteRange [0 NNNNNNNNNN NNNNNNNNNN NNNNNNNNNN]/Contents ";

/// Bytes of each mark that may be damaged themselves, where the other one speaks for it: other programs write byte ranges
/// that are nearly like ours.
const TOLERANCE: usize = 4;

/// Whether the marks stand anywhere in the file.
pub(crate) fn bears(bytes: &[u8]) -> bool {
    // Its head alone is enough: where the rest was cut off there is no signature.
    if yinxin_pdf::read::begins_as_ours(bytes) {
        return true;
    }
    let head_is_near = yinxin_pdf::read::bytes_off_our_head(bytes) <= TOLERANCE;
    let tolerance = if head_is_near { TOLERANCE } else { 0 };
    // The signature is the last object: look from the end.
    bytes.windows(MARK.len()).rev().any(|window| is_mark(window, tolerance))
}

/// The name of a part that our packages alone have. It stands in the archive twice, so that no change of one place hides
/// it.
const PACKAGE_MARK: &[u8] = b"Doc_0/Tpls/Tpl_0/Under.xml";

/// Whether a package is ours by the names in it.
pub(crate) fn bears_package(bytes: &[u8]) -> bool {
    bytes.windows(PACKAGE_MARK.len()).any(|window| window == PACKAGE_MARK)
}

fn is_mark(window: &[u8], tolerance: usize) -> bool {
    let differ = |(found, mark): &(&u8, &u8)| match **mark {
        b'N' => !found.is_ascii_digit(),
        mark => **found != mark,
    };
    window.iter().zip(MARK).filter(differ).take(tolerance + 1).count() <= tolerance
}

#[cfg(test)]
mod tests {
    use super::bears;

    #[test]
    fn the_marks_are_found_and_nothing_like_them() {
        assert!(bears(b"%PDF-1.7 .. /ByteRange [0 0000062305 0000066403 0000000726]/Contents <3082"));
        assert!(!bears(b"%PDF-1.7 .. /ByteRange [0 62305 66403 726]/Contents <3082"));
        // A damaged byte range is known by the head, even a damaged one; a stranger's that is nearly like ours is not.
        let damaged = b".ByteRange [0 00000x2305 0000066403 0000000726]/Contents <3082";
        let ours = "%PDF-1.7\n%印信\n";
        assert!(bears(&[ours.as_bytes(), damaged].concat()));
        assert!(bears(&[ours.replace("%P", "xx").as_bytes(), damaged].concat()));
        assert!(!bears(&[b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", &damaged[..]].concat()));
        let comma = b"/ByteRange [0,0000062305 0000066403 0000000726]/Contents <3082";
        assert!(!bears(&[b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", &comma[..]].concat()));
        assert!(!bears(b""));
    }
}
