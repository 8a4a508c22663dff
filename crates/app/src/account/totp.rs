//! The second step: time-based codes (RFC 6238: SHA-1, six digits, thirty seconds, as every authenticator has them) and
//! recovery codes for who has lost his. A code is taken once.

use crate::token;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use yinxin_model::Instant;
use yinxin_model::ports::{Entropy, random};
use yinxin_page::qr::{self, Correction, QrStyle};
use yinxin_store::audit::Act;
use yinxin_store::credential::{self, Credential};
use yinxin_store::{Tx, Vault};

/// RFC 4226 §4: 160 bits.
const SECRET: usize = 20;
const STEP_MS: i64 = 30_000;
/// Clocks of telephones are a little wrong: the step before and the one after are taken, too.
const DRIFT: i64 = 1;
const RECOVERY_CODES: usize = 10;

/// What an authenticator is given.
#[derive(Clone)]
pub struct TotpKey {
    secret: Vec<u8>,
    issuer: String,
}

/// A QR code as one path, a unit for each module, without the quiet zone.
#[derive(Clone, Debug)]
pub struct QrDrawing {
    pub side: usize,
    pub path: String,
}

impl TotpKey {
    pub(super) fn new(entropy: &dyn Entropy, issuer: &str) -> Self {
        Self::of(random::<SECRET>(entropy).to_vec(), issuer)
    }

    pub(super) fn of(secret: Vec<u8>, issuer: &str) -> Self {
        Self { secret, issuer: issuer.to_owned() }
    }

    pub(super) fn secret(&self) -> &[u8] {
        &self.secret
    }

    /// Base32 in groups of four, to be typed.
    pub fn text(&self) -> String {
        let base32 = base32(&self.secret);
        let groups: Vec<&str> =
            (0..base32.len()).step_by(4).filter_map(|at| base32.get(at..at + 4)).collect();
        groups.join(" ")
    }

    /// `otpauth://…`, for a QR code and for authenticators on the same telephone. Names nobody.
    pub fn uri(&self) -> String {
        let issuer = percent(&self.issuer);
        format!("otpauth://totp/{issuer}?secret={}&issuer={issuer}", base32(&self.secret))
    }

    /// The same as a QR code.
    pub fn qr(&self) -> Option<QrDrawing> {
        let style = QrStyle { correction: Correction::Low, max_version: 20, ..QrStyle::default() };
        let code = qr::encode(&self.uri(), &style).map_err(|error| {
            tracing::warn!(%error, "a key is shown without a QR code");
        });
        let code = code.ok()?;
        let mut path = String::new();
        for (row, modules) in code.dark.chunks(code.side).enumerate() {
            for (column, _) in modules.iter().enumerate().filter(|(_, dark)| **dark) {
                path.push_str(&format!("M{column} {row}h1v1h-1z"));
            }
        }
        Some(QrDrawing { side: code.side, path })
    }

    /// The step that `typed` is the code of, near `now`.
    pub(super) fn step(&self, typed: &str, now: Instant) -> Option<i64> {
        step(&self.secret, typed, now)
    }
}

/// Takes a code, of the authenticator or for recovery. False: wrong, or taken before.
pub(super) async fn accept(
    tx: &mut Tx,
    vault: &Vault,
    act: &Act,
    own: &Credential,
    typed: &str,
) -> yinxin_store::Result<bool> {
    let Some(totp) = &own.totp else { return Ok(false) };
    match step(&totp.secret, typed, act.at) {
        Some(step) => credential::use_step(tx, own, step).await,
        None => credential::use_recovery(tx, vault, act, own, &recovery_hash(typed)).await,
    }
}

/// Ten codes to be kept on paper, and their hashes. Sixty random bits: a plain hash is enough.
pub(super) fn recovery_codes(entropy: &dyn Entropy) -> (Vec<String>, Vec<String>) {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| grouped(&token::query_number(entropy))).collect();
    let hashes = codes.iter().map(|code| recovery_hash(code)).collect();
    (codes, hashes)
}

fn recovery_hash(typed: &str) -> String {
    crate::hex(&yinxin_seal::sha256(token::folded(typed).as_bytes()))
}

fn grouped(code: &str) -> String {
    let groups: Vec<&str> = (0..code.len()).step_by(4).filter_map(|at| code.get(at..at + 4)).collect();
    groups.join("-")
}

fn step(secret: &[u8], typed: &str, now: Instant) -> Option<i64> {
    let current = now.0.div_euclid(STEP_MS);
    let mut found = None;
    for step in current - DRIFT..=current + DRIFT {
        // All are compared, so that the time tells nothing.
        if verify_slices_are_equal(code_of(secret, step).as_bytes(), typed.as_bytes()).is_ok() {
            found = Some(step);
        }
    }
    found
}

/// RFC 4226 §5.3.
fn code_of(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag.last().copied().unwrap_or_default() & 0x0f);
    let four = tag.get(offset..offset + 4).and_then(|four| four.try_into().ok()).unwrap_or_default();
    format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
}

/// RFC 4648 §6; twenty octets need no padding.
fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::new();
    for chunk in bytes.chunks(5) {
        let mut group = [0u8; 8];
        group.iter_mut().skip(3).zip(chunk).for_each(|(to, from)| *to = *from);
        let bits = u64::from_be_bytes(group);
        for place in 0..(chunk.len() * 8).div_ceil(5) {
            let five = (bits >> (35 - 5 * place)) & 31;
            out.extend(usize::try_from(five).ok().and_then(|at| ALPHABET.get(at)).copied().map(char::from));
        }
    }
    out
}

fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238 appendix B, the last six of its eight digits.
        let secret = b"12345678901234567890";
        for (seconds, expected) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            let now = Instant(seconds * 1_000);
            assert_eq!(code_of(secret, now.0.div_euclid(STEP_MS)), expected);
            assert_eq!(
                step(secret, expected, Instant(now.0 + STEP_MS)),
                Some(now.0 / STEP_MS),
                "a slow clock"
            );
            assert_eq!(step(secret, expected, Instant(now.0 + 2 * STEP_MS)), None);
        }
        assert_eq!(step(secret, "", Instant(0)), None);
    }

    #[test]
    fn keys_are_written_as_authenticators_read_them() {
        let key = TotpKey::of(b"12345678901234567890".to_vec(), "印信 A");
        assert_eq!(key.text(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let uri = "otpauth://totp/%E5%8D%B0%E4%BF%A1%20A?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E5%8D%B0%E4%BF%A1%20A";
        assert_eq!(key.uri(), uri);
        let drawn = key.qr().unwrap();
        assert!(
            drawn.side >= 21 && drawn.path.starts_with("M0 0h1v1h-1z"),
            "a finder pattern stands in the corner"
        );
    }

    #[test]
    fn a_recovery_code_is_found_however_it_is_typed() {
        assert_eq!(recovery_hash("0OIL-23ab-CDEF"), recovery_hash("001 1 23AB cdef"));
    }
}
