use super::*;
use crate::asn1::{self, bits, sequence, tlv, unsigned};
use crate::hash::sm3;
use crate::soft::{KeyKind, SoftSigner};
use crate::testing::{DAY, FROM, Identity, NOW, UNTIL, issue, pki};
use crate::tsp::{Imprint, Responder};
use crate::x509::{Certificate, Profile};
use proptest::prelude::*;
use std::sync::{Arc, LazyLock};

const PATH: &str = "/Doc_0/Signs/Sign_0/Signature.xml";
const HASH: [u8; 32] = [0x5a; 32];

struct Hierarchy {
    maker: Identity,
    holder: Identity,
    stranger: Identity,
}

static HIERARCHY: LazyLock<Hierarchy> = LazyLock::new(|| {
    let pki = pki(KeyKind::Sm2);
    let under = |name: &str| {
        let signer = Box::new(SoftSigner::generate(KeyKind::Sm2).unwrap().0);
        issue(name, Profile::Seal, signer, Some(&pki.issuing), |_| {})
    };
    Hierarchy {
        maker: under("测试制章者"),
        holder: under("某某协会测试专用章"),
        stranger: under("别人的测试专用章"),
    }
});

fn spec<'a>(holders: HolderSpec<'a>) -> SealSpec<'a> {
    SealSpec {
        version: Version::V4,
        vendor: "YINXIN DEMO",
        id: "DEMO0001",
        kind: 1,
        name: "某某协会测试专用章",
        holders,
        created_ms: NOW,
        valid_from_ms: FROM,
        valid_until_ms: UNTIL,
        picture_kind: "ofd",
        picture: b"a picture",
        width_mm: 42,
        height_mm: 42,
    }
}

fn seal_of(change: impl FnOnce(&mut SealSpec<'_>)) -> Seal {
    let Hierarchy { maker, holder, .. } = &*HIERARCHY;
    let list = [holder.certificate.clone()];
    let mut spec = spec(HolderSpec::Certificates(&list));
    change(&mut spec);
    build_seal(&spec, &maker.certificate, maker.signer.as_ref()).unwrap()
}

fn sign(seal: &Seal, at_ms: i64) -> Vec<u8> {
    let holder = &HIERARCHY.holder;
    let template = Template::new(seal, &holder.certificate, PATH).unwrap();
    let made = template.sign(holder.signer.as_ref(), at_ms, &HASH).unwrap();
    assert!(made.len() <= template.max_len() && made.len() + 8 >= template.max_len());
    made
}

fn read(bytes: &[u8]) -> Signature {
    match parse(bytes).unwrap() {
        SignedValue::Seal(signature) => *signature,
        other => panic!("{other:?}"),
    }
}

/// The codes of whatever did not pass.
fn codes(signature: &Signature, memo: &Memo) -> Vec<&'static str> {
    let expected = Expected { data_hash: Some(&HASH), path: Some(PATH), seal_file: None };
    let found = verify(signature, &expected, memo);
    found.iter().filter(|finding| !finding.is_good()).map(|finding| finding.code).collect()
}

#[test]
fn a_seal_and_a_signature_read_back_and_hold() {
    for version in [Version::V4, Version::V5] {
        let seal = seal_of(|spec| spec.version = version);
        assert_eq!(
            (seal.version, seal.name.as_str(), seal.id.as_str()),
            (version, "某某协会测试专用章", "DEMO0001")
        );
        assert_eq!((seal.created_ms, seal.valid_from_ms, seal.valid_until_ms), (NOW, FROM, UNTIL));
        assert_eq!((seal.picture.kind.as_str(), seal.picture.width_mm), ("ofd", 42));
        assert_eq!(parse_seal(seal.der()).unwrap().der(), seal.der());
        let signature = read(&sign(&seal, NOW));
        assert_eq!(
            (signature.version, signature.time_ms, signature.path.as_str()),
            (version, Some(NOW), PATH)
        );
        assert_eq!(signature.signer.as_ref(), Some(&HIERARCHY.holder.certificate));
        let memo = Memo::new();
        let expected = Expected { data_hash: Some(&HASH), path: Some(PATH), seal_file: Some(seal.der()) };
        let found = verify(&signature, &expected, &memo);
        assert_eq!((found.len(), found.iter().all(Finding::is_good)), (12, true), "{found:?}");
        memo.expect(&HIERARCHY.holder.certificate);
        assert_eq!(codes(&signature, &memo), [""; 0], "and with everything remembered");
    }
}

#[test]
fn a_seal_of_digests_is_smaller_and_knows_its_holder() {
    let holder = HIERARCHY.holder.certificate.clone();
    let list = [holder.clone()];
    let seal = build_seal(
        &spec(HolderSpec::Digests(&list)),
        &HIERARCHY.maker.certificate,
        HIERARCHY.maker.signer.as_ref(),
    );
    let seal = seal.unwrap();
    assert!(seal.der().len() + 300 < seal_of(|_| {}).der().len());
    assert!(seal.lists(&holder) && !seal.lists(&HIERARCHY.stranger.certificate));
    assert_eq!(codes(&read(&sign(&seal, NOW)), &Memo::new()), [""; 0]);
}

#[test]
fn every_wrong_thing_is_named() {
    let memo = Memo::new();
    let early = seal_of(|spec| spec.valid_from_ms = NOW + DAY);
    assert_eq!(codes(&read(&sign(&early, NOW)), &memo), ["seal_not_yet_valid"]);
    let late = seal_of(|spec| spec.valid_until_ms = NOW - DAY);
    assert_eq!(codes(&read(&sign(&late, NOW)), &memo), ["seal_expired"]);

    let seal = seal_of(|_| {});
    let signature = read(&sign(&seal, NOW));
    let other = seal_of(|spec| spec.name = "另一枚测试专用章");
    let expected =
        Expected { data_hash: Some(&[0; 32]), path: Some("/other.xml"), seal_file: Some(other.der()) };
    let found = verify(&signature, &expected, &memo);
    let bad: Vec<_> = found.iter().filter(|f| f.outcome == Outcome::Fail).map(|f| f.code).collect();
    assert_eq!(bad, ["data_hash_mismatch", "path_mismatch", "seal_file_differs"]);

    let stranger = &HIERARCHY.stranger;
    assert_eq!(Template::new(&seal, &stranger.certificate, PATH).err().unwrap().code(), "key_mismatch");
    let pasted = assemble(&seal, stranger, Version::V4, &[]);
    assert_eq!(
        codes(&read(&pasted), &memo),
        ["signer_not_listed", "seal_name_differs"],
        "somebody else's key under this seal"
    );
    let mixed = assemble(&seal, &HIERARCHY.holder, Version::V5, &[]);
    assert_eq!(codes(&read(&mixed), &memo), ["version_mismatch"]);
}

/// Nothing that is signed covers a time stamp: what is changed in it shows by itself, or by its form.
#[test]
fn a_time_stamp_is_over_the_signatures_value_and_held_to_one_form() {
    let memo = Memo::new();
    let pki = pki(KeyKind::Sm2);
    let (signer, pkcs8) = SoftSigner::generate(KeyKind::Sm2).unwrap();
    let of = issue("时间戳测试", Profile::TimeStampAuthority, Box::new(signer), Some(&pki.issuing), |_| {});
    let signer = Arc::new(SoftSigner::from_pkcs8(&pkcs8).unwrap());
    let chain = vec![pki.issuing.certificate];
    let authority = Responder::new(signer, of.certificate, chain, "1.2.3.4").unwrap();
    let token = |imprint| authority.stamp(&Imprint::Sm3(imprint), None, &[7; 16], NOW).unwrap();

    for version in [Version::V4, Version::V5] {
        let bare = sign(&seal_of(|spec| spec.version = version), NOW);
        let value = signature_value(&bare).unwrap();
        assert_eq!(value, read(&bare).value());
        let made = stamped(&bare, &token(sm3(value))).unwrap();
        assert!(stamped(&made, b"").is_err() && signature_value(&made).is_err(), "one time stamp");
        let signature = read(&made);
        let stamp = signature.time_stamp.as_ref().unwrap();
        assert!(stamp.is_normal() && stamp.token() == token_of(&made));
        assert_eq!(codes(&signature, &memo), ["seal_time_stamp_unproven"]);

        let other = stamped(&bare, &token(sm3(b"of another copy"))).unwrap();
        assert_eq!(codes(&read(&other), &memo), ["time_stamp_of_other_data"]);
        assert_eq!(codes(&read(&stamped(&bare, b"no token").unwrap()), &memo), ["time_stamp_unreadable"]);
        let loose = asn1::sequence(&[
            asn1::Reader::new(&bare, asn1::Rules::Der, "test").enter(asn1::SEQUENCE).unwrap().rest(),
            &tlv(asn1::context(0), &[stamp.token()]),
        ]);
        assert_eq!(codes(&read(&loose), &memo), ["seal_time_stamp_unproven"], "as some may write it");
        assert!(!read(&loose).time_stamp.unwrap().is_normal());
        // The authority's certificate and its issuer's are `path`'s to judge.
        let certificates: Vec<_> = [authority.certificate(), &authority.chain()[0]]
            .map(|one| made.windows(one.der().len()).rposition(|window| window == one.der()).unwrap())
            .into_iter()
            .zip([authority.certificate().der().len(), authority.chain()[0].der().len()])
            .map(|(start, length)| start..start + length)
            .collect();
        for at in (bare.len()..made.len()).filter(|at| !certificates.iter().any(|range| range.contains(at))) {
            let mut changed = made.clone();
            changed[at] ^= 1;
            let seen = match parse(&changed) {
                Ok(SignedValue::Seal(found)) => {
                    codes(&found, &memo) != ["seal_time_stamp_unproven"]
                        || !found.time_stamp.as_ref().is_some_and(Stamp::is_normal)
                }
                _ => true,
            };
            assert!(seen, "byte {at}");
        }
    }
}

fn token_of(stamped: &[u8]) -> Vec<u8> {
    let mut fields = asn1::Reader::new(stamped, asn1::Rules::Der, "test").enter(asn1::SEQUENCE).unwrap();
    for _ in 0..4 {
        fields.next().unwrap();
    }
    let field = fields.enter(asn1::context(0)).unwrap().expect(asn1::BIT_STRING).unwrap().value;
    field[1..].to_vec()
}

/// Of the signature of `holder` with a seal by this name, made by `maker`.
fn codes_of(name: &str, maker: &Identity, holder: &Identity, holders: &[Certificate]) -> Vec<&'static str> {
    let spec = SealSpec { name, ..spec(HolderSpec::Certificates(holders)) };
    let seal = build_seal(&spec, &maker.certificate, maker.signer.as_ref()).unwrap();
    let template = Template::new(&seal, &holder.certificate, PATH).unwrap();
    codes(&read(&template.sign(holder.signer.as_ref(), NOW, &HASH).unwrap()), &Memo::new())
}

#[test]
fn who_holds_a_seal_makes_himself_no_other() {
    let Hierarchy { maker, holder, stranger } = &*HIERARCHY;
    let (own, other) = ("某某协会测试专用章", "别人的测试专用章");
    let list = [stranger.certificate.clone()];
    assert_eq!(codes_of(other, maker, stranger, &list), [""; 0]);
    assert_eq!(codes_of(own, maker, stranger, &list), ["seal_name_differs"]);
    assert_eq!(codes_of(own, stranger, stranger, &list), ["seal_name_differs", "maker_is_holder"]);
    let both = [holder.certificate.clone(), stranger.certificate.clone()];
    assert_eq!(codes_of(own, stranger, holder, &both), ["maker_is_holder"]);
}

#[test]
fn a_seal_is_named_after_its_holder_or_his_organisation() {
    let Hierarchy { maker, holder, .. } = &*HIERARCHY;
    let list = [holder.certificate.clone()];
    let of = |name| codes_of(name, maker, holder, &list);
    // Common name 某某协会测试专用章, organisation 印信测试.
    for name in ["某某协会测试专用章", "某某协会 测试专用章", "印信测试", "印信测试合同专用章"]
    {
        assert_eq!(of(name), [""; 0], "{name}");
    }
    for name in
        ["某某协会", "某某协会测试专用章之二", "印信测试局", "人力资源和社会保障部印信测试专用章", " "]
    {
        assert_eq!(of(name), ["seal_name_differs"], "{name}");
    }
}

#[test]
fn a_seal_forged_by_another_maker_is_found() {
    let seal = seal_of(|_| {});
    let forger = &HIERARCHY.stranger;
    let forged = sequence(&[
        &seal.proof.signed,
        &tlv(asn1::OCTET_STRING, &[HIERARCHY.maker.certificate.der()]),
        &tlv(asn1::OID, &[crate::sm2::SM2_WITH_SM3]),
        &bits(&forger.signer.sign(&seal.proof.signed).unwrap()),
    ]);
    let forged = parse_seal(&forged).unwrap();
    assert_eq!(verify_seal(&forged).first().unwrap().code, "bad_seal_signature");
    assert_eq!(codes(&read(&sign(&forged, NOW)), &Memo::new()), ["bad_seal_signature"]);
}

/// Extensions as a vendor writes them, `critical FALSE` included, which DER forbids.
#[test]
fn the_signed_bytes_are_those_that_came() {
    let seal = seal_of(|_| {});
    let mut info = asn1::Reader::new(&seal.proof.signed, asn1::Rules::Der, "test");
    let info = info.enter(asn1::SEQUENCE).unwrap().rest();
    let extension = |critical: u8| {
        sequence(&[&sequence(&[
            &tlv(asn1::OID, &[&[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x06, 0x07, 0x02, 0x02, 0x01]]),
            &tlv(asn1::BOOLEAN, &[&[critical]]),
            &tlv(asn1::OCTET_STRING, &[b"2.1"]),
        ])])
    };
    let made = |critical| {
        let info = sequence(&[info, &extension(critical)]);
        let maker = &HIERARCHY.maker;
        let seal = sequence(&[
            &info,
            &tlv(asn1::OCTET_STRING, &[maker.certificate.der()]),
            &tlv(asn1::OID, &[crate::sm2::SM2_WITH_SM3]),
            &bits(&maker.signer.sign(&info).unwrap()),
        ]);
        parse_seal(&seal).unwrap()
    };
    let seal = made(0);
    assert_eq!(seal.extensions.first().unwrap().oid, "1.2.156.10197.6.7.2.2.1");
    assert!(verify_seal(&seal).iter().all(Finding::is_good));
    assert_eq!(codes(&read(&sign(&seal, NOW)), &Memo::new()), [""; 0]);
    assert_eq!(codes(&read(&sign(&made(0xff), NOW)), &Memo::new()), ["unknown_critical_extension"]);
}

/// A signature of `by` with `seal`, put together by hand; `after` stands behind the signature.
fn assemble(seal: &Seal, by: &Identity, version: Version, after: &[u8]) -> Vec<u8> {
    let to_sign = sequence(&[
        &unsigned(&version.number().to_be_bytes()),
        seal.der(),
        &tlv(asn1::GENERALIZED_TIME, &[b"20260301000000Z"]),
        &bits(&HASH),
        &tlv(asn1::IA5_STRING, &[PATH.as_bytes()]),
    ]);
    sequence(&[
        &to_sign,
        &tlv(asn1::OCTET_STRING, &[by.certificate.der()]),
        &tlv(asn1::OID, &[crate::sm2::SM2_WITH_SM3]),
        &bits(&by.signer.sign(&to_sign).unwrap()),
        after,
    ])
}

/// The first version, by its own rules: makers sign certificate and algorithm too, signers have theirs inside.
fn first_version(tamper: bool) -> Vec<u8> {
    let Hierarchy { maker, holder, .. } = &*HIERARCHY;
    let ia5 = |text: &str| tlv(asn1::IA5_STRING, &[text.as_bytes()]);
    let octets = |certificate: &Certificate| tlv(asn1::OCTET_STRING, &[certificate.der()]);
    let oid = tlv(asn1::OID, &[crate::sm2::SM2_WITH_SM3]);
    let day = |text: &[u8]| tlv(asn1::UTC_TIME, &[text]);
    let property = sequence(&[
        &unsigned(&[1]),
        &tlv(asn1::UTF8_STRING, &["某某协会测试专用章".as_bytes()]),
        &sequence(&[&octets(&holder.certificate)]),
        &day(b"250101000000Z"),
        &day(b"250101000000Z"),
        &day(b"301231235959Z"),
    ]);
    let picture =
        sequence(&[&ia5("PNG"), &tlv(asn1::OCTET_STRING, &[b"png"]), &unsigned(&[40]), &unsigned(&[40])]);
    let header = sequence(&[&ia5("ES"), &unsigned(&[1]), &ia5("DEMO")]);
    let info = sequence(&[&header, &ia5("OLD1"), &property, &picture]);
    let signed = sequence(&[&info, &octets(&maker.certificate), &oid]);
    let made = bits(&maker.signer.sign(&signed).unwrap());
    let seal = sequence(&[&info, &sequence(&[&octets(&maker.certificate), &oid, &made])]);
    let path = if tamper { "/elsewhere" } else { PATH };
    let to_sign = |path: &str| {
        sequence(&[
            &unsigned(&[1]),
            &seal,
            &bits(b"20260301000000Z"),
            &bits(&HASH),
            &ia5(path),
            &octets(&holder.certificate),
            &oid,
        ])
    };
    sequence(&[&to_sign(path), &bits(&holder.signer.sign(&to_sign(PATH)).unwrap())])
}

#[test]
fn the_first_version_is_judged_by_its_own_rule() {
    let signature = read(&first_version(false));
    assert_eq!((signature.version, signature.time_ms), (Version::V1, Some(NOW)));
    assert_eq!(codes(&signature, &Memo::new()), [""; 0]);
    assert_eq!(codes(&read(&first_version(true)), &Memo::new()), ["bad_signer_signature", "path_mismatch"]);
    let error = Template::new(&signature.seal, &HIERARCHY.holder.certificate, PATH).err().unwrap();
    assert_eq!(error.code(), "unsupported", "read, not written");
}

#[test]
fn what_is_no_seal_is_recognised_as_what_it_is() {
    let bare = HIERARCHY.holder.signer.sign(b"message").unwrap();
    assert!(matches!(parse(&bare), Ok(SignedValue::Bare)));
    assert!(matches!(parse(&[0x11; 64]), Ok(SignedValue::Bare)));
    let container =
        |oid: &[u8]| sequence(&[&tlv(asn1::OID, &[oid]), &tlv(asn1::context(0), &[&sequence(&[])])]);
    let national = container(&[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x06, 0x01, 0x04, 0x02, 0x02]);
    assert!(matches!(parse(&national), Ok(SignedValue::Container)));
    assert_eq!(parse(&container(&[0x2a, 3])).unwrap_err().code(), "unsupported");
    assert_eq!(parse(b"").unwrap_err().code(), "malformed_encoding");
    assert_eq!(parse(&vec![0x30; MAX_BYTES + 1]).unwrap_err().code(), "too_large");
}

#[test]
fn what_cannot_be_a_seal_is_not_made() {
    let Hierarchy { maker, holder, stranger } = &*HIERARCHY;
    let list = [holder.certificate.clone()];
    let code = |change: fn(&mut SealSpec<'_>)| {
        let mut spec = spec(HolderSpec::Certificates(&list));
        change(&mut spec);
        build_seal(&spec, &maker.certificate, maker.signer.as_ref()).unwrap_err().code()
    };
    assert_eq!(code(|spec| spec.version = Version::V1), "unsupported");
    assert_eq!(code(|spec| spec.vendor = "厂商"), "invalid_spec");
    assert_eq!(code(|spec| spec.id = ""), "invalid_spec");
    assert_eq!(code(|spec| spec.valid_until_ms = 0), "invalid_spec");
    assert_eq!(code(|spec| spec.holders = HolderSpec::Certificates(&[])), "invalid_spec");
    let spec = spec(HolderSpec::Certificates(&list));
    let other = build_seal(&spec, &maker.certificate, stranger.signer.as_ref());
    assert_eq!(other.unwrap_err().code(), "key_mismatch");
    let elliptic = pki(KeyKind::EcP256).seal;
    let other = build_seal(&spec, &elliptic.certificate, elliptic.signer.as_ref());
    assert_eq!(other.unwrap_err().code(), "unsupported");
}

/// Every byte of a signature is covered, or has one form only.
#[test]
fn every_changed_byte_shows() {
    let good = sign(&seal_of(|_| {}), NOW);
    let memo = Memo::new();
    memo.expect(&HIERARCHY.holder.certificate);
    assert_eq!(codes(&read(&good), &memo), [""; 0]);
    for at in 0..good.len() {
        let mut changed = good.clone();
        changed[at] ^= 1 << (at % 8);
        let still_good = matches!(parse(&changed), Ok(SignedValue::Seal(signature)) if codes(&signature, &memo).is_empty());
        assert!(!still_good, "byte {at}");
    }
    let padded = HIERARCHY.holder.signer.sign_digest(&sm3(b"x")).unwrap();
    assert!(crate::sm2::is_der(&padded) && !crate::sm2::is_der(&[0x11; 64]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn hostile_bytes_never_panic(at in 0usize..2500, byte in any::<u8>(), cut in 0usize..2500, old in any::<bool>(), noise in proptest::collection::vec(any::<u8>(), 0..200)) {
        static NEW: LazyLock<Vec<u8>> = LazyLock::new(|| sign(&seal_of(|_| {}), NOW));
        static OLD: LazyLock<Vec<u8>> = LazyLock::new(|| first_version(false));
        let mut bytes = if old { OLD.clone() } else { NEW.clone() };
        if let Some(slot) = bytes.get_mut(at) { *slot = byte; }
        if cut % 2 == 0 { bytes.truncate(cut); }
        if let Ok(SignedValue::Seal(signature)) = parse(&bytes) {
            let _ = verify(&signature, &Expected::default(), &Memo::new());
        }
        let _ = parse(&noise);
        let _ = parse_seal(&noise);
    }
}
