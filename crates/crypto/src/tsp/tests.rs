use super::token::{Assembly, assemble};
use super::*;
use crate::asn1::{self, Reader, Rules, sequence, tlv};
use crate::hash::{sha256, sm3};
use crate::path::{Evidence, Instants, PathProblem, Purpose, TrustStore, validate, validate_with};
use crate::signature::DigestAlgorithm;
use crate::testing::*;
use crate::x509::{Certificate, Profile};
use crate::{KeyKind, SoftSigner, cms};
use proptest::prelude::*;
use std::sync::{Arc, LazyLock};

const POLICY: &str = "1.2.3.4.1";
const SERIAL: [u8; 16] = [7; 16];

struct Office {
    pki: Pki,
    responder: Responder,
}

static OFFICE: LazyLock<Office> = LazyLock::new(|| office(KeyKind::EcP256));

fn office(kind: KeyKind) -> Office {
    let pki = pki(kind);
    let (signer, pkcs8) = SoftSigner::generate(kind).unwrap();
    let authority =
        issue("时间戳测试", Profile::TimeStampAuthority, Box::new(signer), Some(&pki.issuing), |_| {});
    let signer = Arc::new(SoftSigner::from_pkcs8(&pkcs8).unwrap());
    let chain = vec![pki.issuing.certificate.clone()];
    let responder = Responder::new(signer, authority.certificate, chain, POLICY).unwrap();
    Office { pki, responder }
}

fn token() -> Vec<u8> {
    OFFICE.responder.stamp(&Imprint::Sha256(sha256(b"data")), None, &SERIAL, NOW).unwrap()
}

#[test]
fn a_token_says_when_and_is_believed_for_time_stamps_alone() {
    let imprint = Imprint::Sha256(sha256(b"data"));
    let kinds =
        [(KeyKind::EcP256, imprint), (KeyKind::Rsa2048, imprint), (KeyKind::Sm2, Imprint::Sm3(sm3(b"data")))];
    for (kind, imprint) in kinds {
        let Office { pki, responder } = office(kind);
        let asked = Request { imprint, policy: Some(POLICY.to_owned()), nonce: [0x80; 16] };
        let answered = responder.respond(&asked.to_der().unwrap(), &SERIAL, NOW + 999).unwrap();
        let Answer::Granted(token) = answer(&answered).unwrap() else { panic!("refused") };
        assert!(asked.is_answered_by(&token) && token.is_normal());
        assert!(!Request { nonce: [1; 16], ..asked.clone() }.is_answered_by(&token));
        assert_eq!(token.check_imprint(&imprint), Ok(()));
        let by_another = match imprint {
            Imprint::Sha256(digest) => Imprint::Sm3(digest),
            Imprint::Sm3(digest) => Imprint::Sha256(digest),
        };
        assert!(!Request { imprint: by_another, ..asked.clone() }.is_answered_by(&token));
        assert_eq!(token.check(&[b"da", b"ta"]), Ok(()));
        assert_eq!(token.check(&[b"other"]), Err(Fault::OtherData));
        assert_eq!((token.info().at_ms, token.info().accuracy_ms), (NOW, Some(1000)), "to the second");
        assert_eq!(token.info().policy, POLICY);

        let trust = TrustStore::with_roots(vec![pki.root.certificate.clone()]);
        let when = Instants { at_ms: NOW, now_ms: NOW };
        let leaf = token.certificate().unwrap();
        let evidence = Evidence { certificates: token.certificates(), ..Evidence::default() };
        assert_eq!(validate_with(Purpose::TimeStamps, leaf, evidence, &trust, when).problem, None);
        let misused =
            |problem: Option<PathProblem>| matches!(problem, Some(PathProblem::WrongKeyUsage { .. }));
        assert!(
            misused(validate(leaf, token.certificates(), &trust, when).problem),
            "its key makes no seals"
        );
        let seal = &pki.seal.certificate;
        let found = validate_with(Purpose::TimeStamps, seal, evidence, &trust, when);
        assert!(misused(found.problem), "a seal's key makes no time stamps");
    }
}

/// A responder whose certificate says this of what it is for.
fn authority_for(named: &str) -> Result<Responder, crate::Error> {
    let scratch = Scratch::new("eku");
    let (key, file) = (scratch.path("key.pem"), scratch.path("tsa.pem"));
    let usage = format!("extendedKeyUsage={named}");
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-addext", &usage];
    let fixed = ["req", "-x509", "-nodes", "-subj", "/CN=tsa", "-keyout", &key, "-out", &file];
    openssl(&[&fixed[..], &curve].concat()).expect("OpenSSL makes a certificate");
    let pkcs8 = scratch.path("key.der");
    openssl(&["pkcs8", "-topk8", "-nocrypt", "-in", &key, "-outform", "DER", "-out", &pkcs8]);
    let signer = SoftSigner::from_pkcs8(&std::fs::read(&pkcs8).unwrap()).unwrap();
    let certificate = Certificate::from_file(&std::fs::read(&file).unwrap()).unwrap().remove(0);
    Responder::new(Arc::new(signer), certificate, Vec::new(), POLICY)
}

/// RFC 3161 §2.3: for time stamps alone, and that critical.
#[test]
fn a_key_that_is_for_more_than_time_stamps_makes_none() {
    if openssl(&["version"]).is_none() {
        return;
    }
    assert!(authority_for("critical,timeStamping").is_ok());
    for named in ["timeStamping", "critical,timeStamping,emailProtection", "critical,codeSigning"] {
        assert_eq!(authority_for(named).unwrap_err().code(), "invalid_spec", "{named}");
    }
}

/// GB/T 35275 calls the same structure by other names, and some authorities write SM2 signatures as 64 bytes.
#[test]
fn a_token_by_the_national_names_is_the_same_token() {
    let Office { responder, .. } = office(KeyKind::Sm2);
    let token = responder.stamp(&Imprint::Sm3(sm3(b"data")), None, &SERIAL, NOW).unwrap();
    let (data, encapsulated) = cms::parse_any(&token, &[cms::ID_SIGNED_DATA]).unwrap();
    let (r, s) = crate::signer::ecdsa_parts(&data.signer.signature).unwrap();
    let split = assemble(&Assembly {
        content: encapsulated.content.unwrap(),
        certificate: data.signer_certificate().unwrap(),
        others: &data.certificates,
        digest: DigestAlgorithm::Sm3,
        scheme: &sequence(&[&tlv(asn1::OID, &[crate::sm2::SM2_SIGNING])]),
        attributes: data.signer.signed_attributes.as_deref().unwrap(),
        signature: &[r, s].concat(),
    });
    let mut inside = Reader::new(&split, Rules::Der, "test").enter(asn1::SEQUENCE).unwrap();
    inside.expect(asn1::OID).unwrap();
    let renamed = sequence(&[&tlv(asn1::OID, &[cms::SM2_SIGNED_DATA]), inside.rest()]);
    assert!(cms::parse(&renamed).is_err(), "a document's signature is read by RFC 5652 alone");
    assert_ne!(renamed, token);
    let read = Token::parse(&renamed).unwrap();
    assert_eq!(read.check(&[b"data"]), Ok(()));
    assert!(!read.is_normal());
    assert_eq!(read.normal(&[]).unwrap(), token, "and it is kept under the names of RFC 5652");
}

#[test]
fn a_root_for_time_stamps_vouches_for_nothing_else() {
    let mut trust = TrustStore::new();
    trust.add_stamp_roots(OFFICE.pki.root.certificate.der()).unwrap();
    let when = Instants { at_ms: NOW, now_ms: NOW };
    let intermediates = [OFFICE.pki.issuing.certificate.clone()];
    let evidence = Evidence { certificates: &intermediates, ..Evidence::default() };
    let stamped = validate_with(Purpose::TimeStamps, OFFICE.responder.certificate(), evidence, &trust, when);
    assert_eq!(stamped.problem, None);
    let sealed = validate(&OFFICE.pki.seal.certificate, &intermediates, &trust, when);
    assert_eq!(sealed.problem.unwrap().code(), "unknown_issuer");
}

#[test]
fn what_cannot_be_answered_is_rejected() {
    let refused = |asked: &[u8]| {
        let answered = OFFICE.responder.respond(asked, &SERIAL, NOW).unwrap();
        matches!(answer(&answered).unwrap(), Answer::Refused { status: 2, .. })
    };
    let other =
        Request { imprint: Imprint::Sm3([0; 32]), policy: Some("1.2.3.4.2".to_owned()), nonce: [1; 16] };
    assert!(refused(b"") && refused(b"\x30\x00") && refused(&other.to_der().unwrap()));
    assert!(answer(b"").is_err() && answer(&vec![0x30; MAX_RESPONSE + 1]).is_err());
}

#[test]
fn every_changed_byte_of_a_normal_token_shows() {
    let token = token();
    let root = TrustStore::with_roots(vec![OFFICE.pki.root.certificate.clone()]);
    let holds = |bytes: &[u8]| {
        let Ok(token) = Token::parse(bytes) else { return false };
        let Some(leaf) = token.certificate() else { return false };
        let when = Instants { at_ms: NOW, now_ms: NOW };
        let evidence = Evidence { certificates: token.certificates(), ..Evidence::default() };
        let path = validate_with(Purpose::TimeStamps, leaf, evidence, &root, when);
        token.is_normal()
            && token.check(&[b"data"]).is_ok()
            && path.problem.is_none()
            && token.certificates().iter().all(|one| path.chain.contains(&one.fingerprint()))
    };
    assert!(holds(&token));
    for at in 0..token.len() {
        for flip in [0x01, 0x80] {
            let mut changed = token.clone();
            changed[at] ^= flip;
            assert!(!holds(&changed), "byte {at} ^ {flip:#x}");
        }
    }
}

#[test]
fn a_stamped_signature_reads_strictly_and_keeps_its_signature() {
    let pki = &OFFICE.pki;
    let chain = std::slice::from_ref(&pki.issuing.certificate);
    let template = cms::Template::new(&pki.seal.certificate, chain).unwrap();
    let bare = template.sign(pki.seal.signer.as_ref(), &sha256(b"document")).unwrap();
    let value = cms::signature_value(&bare).unwrap();
    let imprint = Imprint::Sha256(sha256(value));
    let token = OFFICE.responder.stamp(&imprint, None, &SERIAL, NOW).unwrap();
    let stamped = cms::stamped(&bare, &token).unwrap();
    assert!(stamped.len() <= cms::stamped_max_len(bare.len(), token.len()));
    let data = cms::parse_strict(&stamped).unwrap();
    assert_eq!(cms::verify(&data, &sha256(b"document")), cms::Outcome::Good);
    let inside = Token::parse(data.signer.time_stamp_token.as_deref().unwrap()).unwrap();
    assert_eq!(inside.check(&[&data.signer.signature]), Ok(()));
    assert!(cms::stamped(&stamped, &token).is_err(), "one time stamp");
    for at in 0..stamped.len() {
        let mut changed = stamped.clone();
        changed[at] ^= 1;
        let found = cms::parse_strict(&changed).is_ok_and(|data| {
            let token = data.signer.time_stamp_token.as_deref().and_then(|der| Token::parse(der).ok());
            cms::verify(&data, &sha256(b"document")) == cms::Outcome::Good
                && token.is_some_and(|token| token.check(&[&data.signer.signature]).is_ok())
                // The issuer in the token is covered by its own issuer's signature only.
                && data.certificates == cms::parse_strict(&stamped).unwrap().certificates
        });
        let in_issuer = {
            let issuer = pki.issuing.certificate.der();
            let start = stamped.windows(issuer.len()).rposition(|window| window == issuer);
            start.is_some_and(|start| (start..start + issuer.len()).contains(&at))
        };
        assert!(!found || in_issuer, "byte {at}");
    }
}

#[test]
fn openssl_verifies_our_tokens_and_we_its() {
    let scratch = Scratch::new("tsp");
    let data = scratch.write("data", b"data");
    let root = scratch.write("root.pem", OFFICE.pki.root.certificate.to_pem().unwrap());
    let asked = Request { imprint: Imprint::Sha256(sha256(b"data")), policy: None, nonce: [0x7f; 16] };
    let request = scratch.write("request.tsq", asked.to_der().unwrap());
    let response = OFFICE.responder.respond(&asked.to_der().unwrap(), &SERIAL, NOW).unwrap();
    let response = scratch.write("response.tsr", response);
    let verify = |given: [&str; 2]| {
        let fixed = ["ts", "-verify", "-in", &response, "-CAfile", &root];
        openssl(&[&fixed[..], &given].concat())
    };
    if verify(["-data", &data]).is_none() {
        return;
    }
    verify(["-queryfile", &request]);

    // The other way round: an authority of OpenSSL's, with RSA and with certificates that we did not choose.
    let (key, certificate) = (scratch.path("tsa.key"), scratch.path("tsa.pem"));
    let request_certificate = [
        "req",
        "-x509",
        "-nodes",
        "-newkey",
        "rsa:2048",
        "-subj",
        "/CN=foreign TSA",
        "-keyout",
        &key,
        "-out",
        &certificate,
        "-addext",
        "extendedKeyUsage=critical,timeStamping",
        "-addext",
        "basicConstraints=CA:FALSE",
    ];
    openssl(&request_certificate);
    for (digest, ess) in [("sha256", "sha256"), ("sha512", "sha1")] {
        let serial = scratch.write("serial", "01\n");
        let config = format!(
            "[tsa]\ndefault_tsa=one\n[one]\nserial={serial}\nsigner_cert={certificate}\nsigner_key={key}\n\
             signer_digest={digest}\ndefault_policy=1.2.3.4.1\ndigests=sha256\naccuracy=millisecs:500\n\
             ess_cert_id_chain=no\ness_cert_id_alg={ess}\n"
        );
        let config = scratch.write("tsa.cnf", config);
        let theirs = scratch.path("theirs.tsr");
        let reply =
            ["ts", "-reply", "-config", &config, "-section", "one", "-queryfile", &request, "-out", &theirs];
        openssl(&reply);
        let Answer::Granted(token) = answer(&std::fs::read(&theirs).unwrap()).unwrap() else { panic!() };
        assert!(asked.is_answered_by(&token));
        assert_eq!(token.check(&[b"data"]), Ok(()));
        assert_eq!((token.info().accuracy_ms, token.names_certificate()), (Some(500), ess == "sha256"));
        let normal = token.normal(&[]).unwrap();
        let kept = Token::parse(&normal).unwrap();
        assert!(kept.is_normal() && kept.check(&[b"data"]).is_ok());
        // The form in which it is kept is still a token to OpenSSL.
        let file = scratch.write("normal.tst", &normal);
        let check = ["ts", "-verify", "-data", &data, "-in", &file, "-token_in", "-CAfile", &certificate];
        openssl(&check);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn hostile_bytes_never_panic(edits in proptest::collection::vec((0usize..2500, any::<u8>()), 0..6), cut in 0usize..2500) {
        static RESPONSE: LazyLock<Vec<u8>> = LazyLock::new(|| request::granted(&token()));
        let mut bytes = RESPONSE.clone();
        for (at, byte) in edits {
            if let Some(slot) = bytes.get_mut(at) { *slot = byte; }
        }
        bytes.truncate(cut.max(1));
        if let Ok(Answer::Granted(token)) = answer(&bytes) {
            let _ = token.check(&[b"data"]);
            let _ = token.normal(&[]);
        }
        let _ = Request::from_der(&bytes);
    }
}
