//! Signatures, time stamps, certificates and revocation lists: what parses strictly also parses leniently, and to the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yinxin_crypto::tsp::{Request, Token, answer};
use yinxin_crypto::x509::{Certificate, Crl};
use yinxin_crypto::{cms, pem};

fuzz_target!(|bytes: &[u8]| {
    let lenient = cms::parse(bytes);
    if let Ok(strict) = cms::parse_strict(bytes) {
        let lenient = lenient.as_ref().expect("what is strict is lenient");
        assert_eq!(strict.signer.signature, lenient.signer.signature);
    }
    if let Ok(data) = lenient {
        let _ = cms::verify(&data, &[7; 32]);
    }
    if let Ok(token) = Token::parse(bytes) {
        let _ = token.check(&[b"data"]);
        let _ = token.is_normal();
        let _ = token.normal(&[]);
    }
    let _ = Request::from_der(bytes);
    let _ = answer(bytes);
    if let Ok(certificate) = Certificate::from_der(bytes) {
        assert_eq!(certificate.der(), bytes);
    }
    let _ = Certificate::from_file(bytes);
    let _ = Crl::from_der(bytes);
    let _ = pem::blobs("CERTIFICATE", bytes);
});
