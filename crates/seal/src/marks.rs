//! How a file of ours is known even when it is damaged: by its first bytes, and by the way our writer lays out a
//! signature's byte range.
//!
//! A file that bears the marks is held to the strict rules, whoever sealed it: what deviates was changed,
//! for our writer makes nothing else. The marks prove nothing, and a forger gains nothing by putting them
//! on.

/// `N` stands for a digit. All of it is covered by the signature, so a change here is found by the digest.
const MARK: &[u8] = b"/ByteRange [0 NNNNNNNNNN NNNNNNNNNN NNNNNNNNNN]/Contents ";

/// Bytes of the marks that may be damaged themselves.
const TOLERANCE: usize = 4;

/// Whether the marks stand anywhere in the file.
pub(crate) fn bears(bytes: &[u8]) -> bool {
    // Its head alone is enough: where the rest was cut off there is no signature.
    if yinxin_pdf::read::begins_as_ours(bytes) {
        return true;
    }
    // The signature is the last object: look from the end.
    bytes.windows(MARK.len()).rev().any(is_mark)
}

/// The name of a part that our packages alone have. It stands in the archive twice, so that no change of one place hides
/// it.
const PACKAGE_MARK: &[u8] = b"Doc_0/Tpls/Tpl_0/Under.xml";

/// Whether a package is ours by the names in it.
pub(crate) fn bears_package(bytes: &[u8]) -> bool {
    bytes.windows(PACKAGE_MARK.len()).any(|window| window == PACKAGE_MARK)
}

fn is_mark(window: &[u8]) -> bool {
    let differ = |(found, mark): &(&u8, &u8)| match **mark {
        b'N' => !found.is_ascii_digit(),
        mark => **found != mark,
    };
    window.iter().zip(MARK).filter(differ).take(TOLERANCE + 1).count() <= TOLERANCE
}

#[cfg(test)]
mod tests {
    use super::bears;

    #[test]
    fn the_marks_are_found_and_nothing_like_them() {
        assert!(bears(b"%PDF-1.7 .. /ByteRange [0 0000062305 0000066403 0000000726]/Contents <3082"));
        assert!(!bears(b"%PDF-1.7 .. /ByteRange [0 62305 66403 726]/Contents <3082"));
        assert!(bears(b"%PDF-1.7 .. .ByteRange [0 00000x2305 0000066403 0000000726]/Contents <3082"));
        assert!(!bears(b""));
    }
}
