//! Against SoftHSM2. The module reads its configuration from the environment, which a test may not change
//! for its own process; so the outer test makes a token and runs the inner one in a process of its own.

use super::*;
use crate::signature::{DigestAlgorithm, Scheme, verify};
use crate::testing::{Scratch, openssl};
use crate::{KeyKind, SoftSigner, pem};
use std::path::Path;
use std::process::Command;

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "271828";

fn softhsm(config: &str, arguments: &[&str]) {
    let run = Command::new("softhsm2-util").env("SOFTHSM2_CONF", config).args(arguments).output().unwrap();
    assert!(run.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn softhsm2() {
    if !Path::new(MODULE).exists() || openssl(&["version"]).is_none() {
        eprintln!("SKIPPED: SoftHSM2 is not installed");
        return;
    }
    let scratch = Scratch::new("softhsm");
    std::fs::create_dir_all(scratch.0.join("tokens")).unwrap();
    let config = format!("directories.tokendir = {}\nlog.level = ERROR\n", scratch.path("tokens"));
    let config = scratch.write("softhsm2.conf", config);
    softhsm(&config, &["--init-token", "--free", "--label", "印章", "--so-pin", "314159", "--pin", PIN]);
    for (id, label, kind) in [("a1", "章一", KeyKind::EcP256), ("a2", "章二", KeyKind::Rsa2048)] {
        let (signer, pkcs8) = SoftSigner::generate(kind).unwrap();
        let key = scratch.write("key.pem", pem::encode("PRIVATE KEY", &pkcs8).unwrap());
        let import = ["--import", &key, "--token", "印章", "--label", label, "--id", id, "--pin", PIN];
        softhsm(&config, &import);
        scratch.write(&format!("{id}.spki"), signer.public_key_spki());
    }
    let inner = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "pkcs11::tests::on_the_token", "--ignored", "--nocapture"])
        .env("SOFTHSM2_CONF", &config)
        .env("YINXIN_TEST_SCRATCH", &scratch.0)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&inner.stdout);
    assert!(
        inner.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&inner.stderr)
    );
}

fn config(pin: &str, max_sessions: usize, wait_ms: u64) -> TokenConfig {
    TokenConfig {
        module: MODULE.into(),
        label: "印章".to_owned(),
        pin: Zeroizing::new(pin.to_owned()),
        max_sessions,
        wait: Duration::from_millis(wait_ms),
    }
}

/// One test, because a process has one login to a token: the order matters.
#[test]
#[ignore = "run by `softhsm2` in a process of its own"]
fn on_the_token() {
    let scratch = std::path::PathBuf::from(std::env::var_os("YINXIN_TEST_SCRATCH").unwrap());

    // A wrong PIN is tried once, however often it is asked for.
    let refused = Token::open(config("000000", 1, 0)).unwrap_err();
    assert_eq!(refused.code(), "pin_refused");
    let mut nowhere = config(PIN, 1, 0);
    nowhere.label = "别的".to_owned();
    assert_eq!(Token::open(nowhere).unwrap_err().code(), "token_gone");

    // All sessions lent out: the next caller waits its bounded time and is told.
    let mut token = Token::open(config(PIN, 2, 50)).unwrap();
    let late = Pkcs11Signer::new(token.clone(), KeySelector::Label("章一".to_owned())).unwrap();
    let (first, second) = (token.lease().unwrap(), token.lease().unwrap());
    assert_eq!(late.sign(b"m").unwrap_err().code(), "signer_busy");
    drop((first, second, late));

    // From here on nobody waits so long on any machine, however busy.
    Arc::get_mut(&mut token).unwrap().config.wait = Duration::from_secs(60);
    token.check().unwrap();
    let ec = Pkcs11Signer::new(token.clone(), KeySelector::Label("章一".to_owned())).unwrap();
    let rsa = Pkcs11Signer::new(token.clone(), KeySelector::Id(vec![0xa2])).unwrap();
    let missing = Pkcs11Signer::new(token.clone(), KeySelector::Id(vec![0xa9])).unwrap_err();
    assert_eq!(missing.code(), "key_not_found");
    assert_eq!(ec.public_key_spki(), std::fs::read(scratch.join("a1.spki")).unwrap());
    assert_eq!(rsa.public_key_spki(), std::fs::read(scratch.join("a2.spki")).unwrap());

    let check = |signer: &Pkcs11Signer, scheme| {
        let made = signer.sign(b"message").unwrap();
        verify(scheme, signer.public_key_spki(), b"message", &made).unwrap();
        made
    };
    let scheme = Scheme::Ecdsa(DigestAlgorithm::Sha256);
    for _ in 0..16 {
        assert!(crate::signer::is_low_s(&check(&ec, scheme)));
    }
    check(&rsa, Scheme::RsaPkcs1(DigestAlgorithm::Sha256));

    // The login lost behind our back (a token reset): signing opens new sessions.
    token.with_session(|session| Ok(session.logout()?)).unwrap();
    check(&ec, scheme);

    // Many callers, two sessions: all are served, none opens a third.
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..8).for_each(|_| drop(ec.sign(b"m").unwrap())));
        }
    });
    assert!(token.lock().open <= 2);
}
