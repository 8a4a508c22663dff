//! Attacks on the signature's value: other seals, rewritten CMS, time stamps of something else.

use p256::ecdsa::SigningKey;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use yinxin_crypto::cms;
use yinxin_crypto::hash::sha256;
use yinxin_model::Instant;
use yinxin_model::finding::Verdict::{CannotCheck, SealInvalid, Tampered, UnknownIssuer, Valid};

use super::der::{CONTEXT_1, OCTET_STRING, SEQUENCE, SET, Signed, children, mirrored, rebuilt, tlv};
use super::edit::{contents, digest_without, signature, spliced, with_signature};
use super::office::{Office, Seal, sealed_at};
use super::strange::Strange;
use super::{Corpus, Workshop};

pub fn add(corpus: &mut Corpus, from: &Workshop) {
    other_seals(corpus, from);
    rewritten(corpus, from);
    stamps(corpus, from);
    algorithms(corpus, from);
}

/// The copy as if `seal` had sealed it.
fn resealed(file: &[u8], seal: &Seal) -> Vec<u8> {
    with_signature(file, &seal.sign(&digest_without(file, &contents(file))))
}

fn other_seals(corpus: &mut Corpus, from: &Workshop) {
    let file = &from.basic;
    let office = &from.office;
    let mut reseal = |name, story, verdict, code, seal: &Seal| {
        corpus.add(name, "basic", story, verdict, code, resealed(file, seal));
    };
    reseal(
        "seal-expired",
        "sealed with a seal whose certificate had expired",
        SealInvalid,
        "intact",
        &office.expired,
    );
    reseal(
        "seal-not-yet-valid",
        "sealed with a seal whose certificate is not valid yet",
        SealInvalid,
        "intact",
        &office.not_yet_valid,
    );
    reseal(
        "seal-revoked",
        "sealed with a seal that had been deregistered",
        SealInvalid,
        "intact",
        &office.revoked,
    );
    reseal(
        "seal-of-another",
        "sealed with another seal of the same authority, whose name is not the one that the file states",
        Tampered,
        "signer_name_differs",
        &office.other,
    );
    reseal(
        "seal-unknown",
        "sealed by somebody whom nobody here knows",
        UnknownIssuer,
        "intact",
        &from.stranger.seal,
    );
    let imposter = Office::new("", 900);
    reseal(
        "seal-same-names",
        "sealed by a forger whose root, authority and seal have the names of ours",
        UnknownIssuer,
        "intact",
        &imposter.seal,
    );
    let stamper = Seal {
        certificate: office.stamper.certificate().clone(),
        chain: office.seal.chain.clone(),
        signer: office.stamp_key.clone(),
    };
    reseal(
        "seal-is-stamper",
        "signed with the key of the time stamp authority",
        Tampered,
        "signer_name_differs",
        &stamper,
    );
}

fn rewritten(corpus: &mut Corpus, from: &Workshop) {
    // The copy with the most room: without its time stamp there is place for whatever is added.
    let file = &from.time;
    let cms = cms_without_stamp(&signature(file));
    let mut rewrite = |name, story, code, der: Vec<u8>| {
        corpus.add(name, "time", story, Tampered, code, with_signature(file, &der));
    };
    let signed = || Signed::of(&cms);
    let stranger = Signed::of(&from.stranger.seal.sign(&digest_without(file, &contents(file))));

    let mut two = signed();
    let own = children(two.parts.last().expect("signers")).remove(0);
    let other = children(stranger.parts.last().expect("signers")).remove(0);
    two.set_signers(&[&own, &other]);
    rewrite("cms-two-signers", "a second signer in the same signature", "", two.der());

    rewrite(
        "cms-trailing",
        "bytes behind the signature instead of padding",
        "contents_padding_not_zero",
        [&cms[..], b"\x04\x02ab"].concat(),
    );
    rewrite(
        "cms-indefinite",
        "written with an indefinite length (BER)",
        "contents_not_der",
        signed().indefinite(),
    );

    let mut parts = signed().signer();
    let raw = parts.get(5).expect("a signature").clone();
    let inner = raw.get(2..).expect("a value").to_vec();
    *parts.get_mut(5).expect("a signature") = tlv(OCTET_STRING, &[&mirrored(&inner)]);
    rewrite(
        "cms-mirrored",
        "the other ECDSA signature that holds for the same message",
        "signature_not_canonical",
        signed().with_signer(&parts).der(),
    );

    // Signed attributes: one more, and in another order.
    let mut parts = signed().signer();
    let mut attributes = children(parts.get(3).expect("attributes"));
    let signing_time =
        [&b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05"[..], &tlv(SET, &[b"\x17\x0d260301010000Z"])]
            .concat();
    attributes.push(tlv(SEQUENCE, &[&signing_time]));
    *parts.get_mut(3).expect("attributes") = rebuilt(parts.get(3).expect("attributes"), &attributes);
    rewrite("cms-signed-attribute", "a signed attribute more", "", signed().with_signer(&parts).der());
    let mut parts = signed().signer();
    let mut attributes = children(parts.get(3).expect("attributes"));
    attributes.reverse();
    *parts.get_mut(3).expect("attributes") = rebuilt(parts.get(3).expect("attributes"), &attributes);
    rewrite(
        "cms-attributes-reordered",
        "the signed attributes in another order",
        "",
        signed().with_signer(&parts).der(),
    );
    let mut parts = signed().signer();
    parts.remove(3);
    rewrite("cms-no-attributes", "the signed attributes are gone", "", signed().with_signer(&parts).der());
    let mut parts = signed().signer();
    let unsigned = tlv(SEQUENCE, &[b"\x06\x03\x2a\x03\x04", &tlv(SET, &[b"\x04\x02hi"])]);
    parts.push(tlv(CONTEXT_1, &[&unsigned]));
    rewrite(
        "cms-unsigned-attribute",
        "an unsigned attribute more, which no signature covers",
        "signature_not_canonical",
        signed().with_signer(&parts).der(),
    );

    // Certificates.
    let other = from.office.other.certificate.der().to_vec();
    let own = from.office.seal.certificate.der().to_vec();
    let mut swapped = signed();
    let certificates = children(swapped.certificates());
    let with = |list: &[Vec<u8>]| {
        let mut changed = signed();
        *changed.certificates() = rebuilt(changed.certificates(), list);
        changed.der()
    };
    let exchanged: Vec<Vec<u8>> =
        certificates.iter().map(|one| if *one == own { other.clone() } else { one.clone() }).collect();
    rewrite(
        "cms-certificate-swapped",
        "another seal's certificate in place of the signer's",
        "",
        with(&exchanged),
    );
    let more: Vec<Vec<u8>> = certificates.iter().cloned().chain([other.clone()]).collect();
    rewrite("cms-certificate-added", "a certificate more, which no signature covers", "", with(&more));
    let fewer: Vec<Vec<u8>> = certificates.iter().filter(|one| **one == own).cloned().collect();
    rewrite("cms-issuer-removed", "the issuing authority's certificate is gone", "", with(&fewer));
    rewrite("cms-no-certificates", "all certificates are gone", "", with(&[]));
    let mut parts = signed().signer();
    *parts.get_mut(1).expect("an id") = stranger.signer().remove(1);
    rewrite(
        "cms-other-signer-id",
        "it names another certificate as the signer's",
        "",
        signed().with_signer(&parts).der(),
    );
    let mut parts = signed().signer();
    *parts.get_mut(2).expect("an algorithm") =
        b"\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03".to_vec();
    rewrite(
        "cms-other-digest",
        "it says SHA-512 where SHA-256 was used",
        "",
        signed().with_signer(&parts).der(),
    );
    let digest = digest_without(&from.basic, &contents(&from.basic));
    rewrite(
        "cms-of-another-copy",
        "the signature of another copy",
        "digest_mismatch",
        from.office.seal.sign(&digest),
    );
    let garbage = tlv(SEQUENCE, &[b"not a signature at all"]);
    rewrite("cms-garbage", "a DER value that is no signature", "", garbage);
}

fn stamps(corpus: &mut Corpus, from: &Workshop) {
    let file = &from.time;
    let cms = signature(file);
    let bare = cms_without_stamp(&cms);
    let value = cms::signature_value(&bare).expect("a signature");
    let stamped =
        |token: &[u8]| with_signature(file, &cms::stamped(&bare, token).expect("a stamped signature"));
    let at = sealed_at();
    let mut add = |name, story, verdict, code, bytes| corpus.add(name, "time", story, verdict, code, bytes);
    add(
        "stamp-of-other",
        "the time stamp is over another signature",
        Tampered,
        "",
        stamped(&from.office.token(&sha256(b"other"), at)),
    );
    add(
        "stamp-removed",
        "the time stamp is gone",
        Tampered,
        "time_stamp_missing",
        with_signature(file, &bare),
    );
    add(
        "stamp-unknown-authority",
        "a time stamp by an authority that nobody here knows",
        Valid,
        "time_stamp_not_covered",
        stamped(&from.stranger.token(&sha256(value), at)),
    );
    let early = Instant(at.0 - 30 * 86_400_000);
    add(
        "stamp-before-signing",
        "the time stamp is a month older than the signing time that the file claims",
        Valid,
        "intact",
        stamped(&from.office.token(&sha256(value), early)),
    );
    let late = Instant(at.0 + 20 * 365 * 86_400_000);
    let token = from.office.token(&sha256(value), late);
    add(
        "stamp-late",
        "the time stamp is twenty years younger than the signing time that the file claims",
        Valid,
        "intact",
        stamped(&token),
    );
    let gap = super::edit::find_last(&from.archive, b"/Contents <") + 10;
    let digest_of_other = from.office.token(&sha256(b"another document"), at);
    let room = super::edit::find(from.archive.get(gap..).expect("a value"), b">") - 1;
    let text = format!("{:0<room$}", super::edit::hex(&digest_of_other));
    let bytes = spliced(&from.archive, gap + 1..gap + 1 + room, text.as_bytes());
    corpus.add(
        "document-stamp-of-other",
        "archive",
        "the document time stamp is over another document",
        Tampered,
        "",
        bytes,
    );
}

/// The signature as it was before it was stamped.
fn cms_without_stamp(cms: &[u8]) -> Vec<u8> {
    let signed = Signed::of(cms);
    let mut parts = signed.signer();
    parts.truncate(6);
    signed.with_signer(&parts).der()
}

/// What strangers may sign with, and we do not judge.
fn algorithms(corpus: &mut Corpus, from: &Workshop) {
    let blank = Strange::new();
    let good = blank.signed(&from.stranger.seal);
    corpus.add(
        "strange-good",
        "strange",
        "an honest stranger's document",
        UnknownIssuer,
        "intact",
        good.clone(),
    );
    let sha1 = super::edit::filled(&blank.bytes(), |_| sha1_signature(&from.stranger.seal));
    corpus.add(
        "strange-sha1",
        "strange",
        "a stranger's signature on SHA-1",
        CannotCheck,
        "unsupported_algorithm",
        sha1,
    );
    corpus.add(
        "strange-our-seal",
        "strange",
        "a document of another program with a signature by the key of our seal",
        Tampered,
        "",
        blank.signed(&from.office.seal),
    );
    let changed = super::edit::replaced(&good, b"(PASSED)", b"(FAILED)");
    corpus.add(
        "strange-changed",
        "strange",
        "one word of a stranger's page changed",
        Tampered,
        "digest_mismatch",
        changed,
    );
    let legacy = super::edit::replaced(&blank.bytes(), b"/ETSI.CAdES.detached", b"/adbe.x509.rsa_sha1 ");
    let legacy = super::edit::filled(&legacy, |digest| from.stranger.seal.sign(digest));
    corpus.add(
        "strange-old-kind",
        "strange",
        "a kind of signature that was given up long ago",
        CannotCheck,
        "signature_kind_unsupported",
        legacy,
    );
}

/// As signers of the last century made them: the digests are not even right, for nobody looks that far.
fn sha1_signature(seal: &Seal) -> Vec<u8> {
    const SHA1: &[u8] = b"\x30\x07\x06\x05\x2b\x0e\x03\x02\x1a";
    let signed = Signed::of(&seal.sign(&[0; 32]));
    let mut parts = signed.signer();
    *parts.get_mut(2).expect("an algorithm") = SHA1.to_vec();
    *parts.get_mut(4).expect("an algorithm") = b"\x30\x09\x06\x07\x2a\x86\x48\xce\x3d\x04\x01".to_vec();
    let key: &SigningKey = seal.signer.key();
    let signature: p256::ecdsa::Signature = key.sign_prehash(&[1; 20]).expect("a signature");
    *parts.get_mut(5).expect("a signature") = tlv(OCTET_STRING, &[signature.to_der().as_bytes()]);
    let mut signed = signed.with_signer(&parts);
    *signed.parts.get_mut(1).expect("algorithms") = tlv(SET, &[SHA1]);
    signed.der()
}
