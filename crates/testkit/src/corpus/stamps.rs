//! Attacks on the time stamp of a package. Nothing that is signed covers it.

use yinxin_crypto::hash::sha256;
use yinxin_crypto::ses::{self, SignedValue};
use yinxin_model::finding::Verdict::{Tampered, Valid};

use super::der::{children, rebuilt};
use super::edit::find_last;
use super::office::{Office, sealed_at};
use super::packages::{VALUE, changed, part, set};
use super::{Corpus, Stamped, THEIRS};

const BASE: &str = "package-stamped";

/// The token in a package's signature.
pub fn token(package: &[u8]) -> Vec<u8> {
    match ses::parse(&part(package, VALUE)) {
        Ok(SignedValue::Seal(signature)) => signature.time_stamp.expect("a time stamp").token().to_vec(),
        other => panic!("no signature with a seal: {other:?}"),
    }
}

pub fn add(corpus: &mut Corpus, from: &Stamped) {
    let with = |value: &[u8]| changed(&from.good, |parts| set(parts, VALUE, value));
    let value = part(&from.good, VALUE);
    let mut fields = children(&value);
    fields.truncate(4);
    let bare = rebuilt(&value, &fields);
    let stamped = |token: &[u8]| with(&ses::stamped(&bare, token).expect("a stamped signature"));
    corpus.add(
        "package-stamp-of-other",
        BASE,
        "the time stamp of another copy under the same seal",
        Tampered,
        "time_stamp_of_other_data",
        stamped(&from.token_of_other),
    );
    let mut earlier = token(&from.good);
    let year = find_last(&earlier, b"20260301010000Z") + 3;
    *earlier.get_mut(year).expect("a year") = b'5';
    corpus.add(
        "package-stamp-earlier",
        BASE,
        "the time stamp set back by a year",
        Tampered,
        "time_stamp_broken",
        stamped(&earlier),
    );
    let over = ses::signature_value(&bare).expect("a signature");
    let stranger = Office::new("外来", THEIRS).token(&sha256(over), sealed_at());
    corpus.add(
        "package-stamp-unknown-authority",
        BASE,
        "a time stamp by an authority that nobody here knows",
        Valid,
        "time_stamp_not_covered",
        stamped(&stranger),
    );
    corpus.add(
        "package-stamp-removed",
        BASE,
        "the time stamp is gone, and nothing in the package says that there was one",
        Valid,
        "intact",
        with(&bare),
    );
}
