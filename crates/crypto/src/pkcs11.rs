//! Keys in hardware over PKCS#11 (OASIS, v2.40): a token with a bounded pool of sessions, and signers on it.
//!
//! A lost session is opened anew once; a refused PIN is never tried twice, for a token locks itself after a
//! few; and when the token is gone the answer is an error: there is no software key to fall back to.

use crate::asn1::{self, Reader, Rules, bits, sequence, unsigned};
use crate::signer::{self, SignatureAlgorithm, Signer};
use crate::{Error, hash};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error as Fault, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use zeroize::Zeroizing;

/// Where a token is and how much is asked of it.
pub struct TokenConfig {
    /// The vendor's shared library.
    pub module: PathBuf,
    /// CKA_LABEL of the token.
    pub label: String,
    pub pin: Zeroizing<String>,
    /// Sessions open at once; at least 1.
    pub max_sessions: usize,
    /// How long a caller waits for a session before it is told `Busy`.
    pub wait: Duration,
}

/// Which key of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySelector {
    Label(String),
    Id(Vec<u8>),
}

/// A token that is logged in, shared by all signers on it.
pub struct Token {
    module: Pkcs11,
    config: TokenConfig,
    pool: Mutex<Pool>,
    returned: Condvar,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Session>,
    /// Idle and lent out.
    open: usize,
    refusal: Option<Refusal>,
}

#[derive(Clone, Copy)]
enum Refusal {
    Refused,
    Locked,
}

impl Token {
    /// Loads the module, finds the token and logs in, so that a wrong configuration is told at start.
    pub fn open(config: TokenConfig) -> Result<Arc<Self>, Error> {
        let device = |fault: Fault| Error::Device { why: fault.to_string() };
        let module = Pkcs11::new(&config.module).map_err(device)?;
        match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            // One process initialises a module once; a second token of the same module finds it so.
            Ok(()) | Err(Fault::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(fault) => return Err(device(fault)),
        }
        let token = Self { module, config, pool: Mutex::default(), returned: Condvar::new() };
        drop(token.lease()?);
        Ok(Arc::new(token))
    }

    /// Whether the token answers now: for readiness.
    pub fn check(&self) -> Result<(), Error> {
        self.with_session(|session| Ok(session.get_session_info().map(drop)?))
    }

    /// Runs `work` on a session; once more on a new one when the first turns out to be lost.
    fn with_session<T>(&self, work: impl Fn(&Session) -> Result<T, Failure>) -> Result<T, Error> {
        match self.attempt(&work)? {
            Ok(value) => return Ok(value),
            Err(failure) if failure.is_loss() => self.forget_idle(),
            Err(failure) => return Err(self.explain(failure)),
        }
        self.attempt(&work)?.map_err(|failure| self.explain(failure))
    }

    fn attempt<T>(&self, work: impl Fn(&Session) -> Result<T, Failure>) -> Result<Result<T, Failure>, Error> {
        let mut lease = self.lease()?;
        let done = lease.session.as_ref().map_or(Err(Failure::NoKey(0)), work);
        if done.is_err() {
            // Whatever went wrong, this session is not trusted again.
            lease.discard();
        }
        Ok(done)
    }

    fn lease(&self) -> Result<Lease<'_>, Error> {
        let limit = self.config.max_sessions.max(1);
        let pool = self.lock();
        let (mut pool, _) = self
            .returned
            .wait_timeout_while(pool, self.config.wait, |pool| {
                pool.refusal.is_none() && pool.idle.is_empty() && pool.open >= limit
            })
            .unwrap_or_else(PoisonError::into_inner);
        match pool.refusal {
            Some(Refusal::Refused) => return Err(Error::PinRefused { token: self.label() }),
            Some(Refusal::Locked) => return Err(Error::PinLocked { token: self.label() }),
            None => {}
        }
        if let Some(session) = pool.idle.pop() {
            return Ok(Lease { token: self, session: Some(session) });
        }
        if pool.open >= limit {
            let waited_ms = u64::try_from(self.config.wait.as_millis()).unwrap_or(u64::MAX);
            return Err(Error::Busy { sessions: limit, waited_ms });
        }
        pool.open += 1;
        // Logging in under the lock: of many callers at start only one may spend a PIN attempt.
        match self.open_session(&mut pool) {
            Ok(session) => Ok(Lease { token: self, session: Some(session) }),
            Err(error) => {
                pool.open = pool.open.saturating_sub(1);
                self.returned.notify_one();
                Err(error)
            }
        }
    }

    fn open_session(&self, pool: &mut Pool) -> Result<Session, Error> {
        let session = self.module.open_ro_session(self.slot()?).map_err(|fault| self.explain(fault))?;
        let pin = AuthPin::from(self.config.pin.as_str());
        match session.login(UserType::User, Some(&pin)) {
            // The login is the application's, not the session's.
            Ok(()) | Err(Fault::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(session),
            Err(fault) => {
                match fault {
                    Fault::Pkcs11(RvError::PinLocked, _) => pool.refusal = Some(Refusal::Locked),
                    Fault::Pkcs11(RvError::PinIncorrect | RvError::PinLenRange | RvError::PinExpired, _) => {
                        pool.refusal = Some(Refusal::Refused);
                    }
                    _ => {}
                }
                Err(self.explain(fault))
            }
        }
    }

    /// Looked up each time: a token that was pulled and put back may be in another slot.
    fn slot(&self) -> Result<Slot, Error> {
        let slots = self.module.get_slots_with_token().map_err(|fault| self.explain(fault))?;
        slots
            .into_iter()
            .find(|slot| {
                let info = self.module.get_token_info(*slot);
                info.is_ok_and(|info| info.label().trim_end() == self.config.label)
            })
            .ok_or_else(|| self.gone())
    }

    /// Closes the idle sessions: where one was lost, so were they.
    fn forget_idle(&self) {
        let mut pool = self.lock();
        pool.open = pool.open.saturating_sub(pool.idle.len());
        let lost = std::mem::take(&mut pool.idle);
        drop(pool);
        drop(lost);
        self.returned.notify_all();
    }

    fn explain(&self, failure: impl Into<Failure>) -> Error {
        match failure.into() {
            Failure::NoKey(found) => Error::KeyNotFound { token: self.label(), found },
            Failure::Fault(Fault::Pkcs11(RvError::PinLocked, _)) => Error::PinLocked { token: self.label() },
            Failure::Fault(Fault::Pkcs11(
                RvError::PinIncorrect | RvError::PinLenRange | RvError::PinExpired,
                _,
            )) => Error::PinRefused { token: self.label() },
            Failure::Fault(Fault::Pkcs11(
                RvError::TokenNotPresent
                | RvError::TokenNotRecognized
                | RvError::DeviceRemoved
                | RvError::SlotIdInvalid,
                _,
            )) => self.gone(),
            Failure::Fault(fault) => Error::Device { why: fault.to_string() },
        }
    }

    fn gone(&self) -> Error {
        Error::TokenGone { token: self.label() }
    }

    fn label(&self) -> String {
        self.config.label.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Token({})", self.config.label)
    }
}

/// A session out of the pool; goes back when dropped, unless discarded.
struct Lease<'a> {
    token: &'a Token,
    session: Option<Session>,
}

impl Lease<'_> {
    fn discard(&mut self) {
        drop(self.session.take());
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let mut pool = self.token.lock();
        match self.session.take() {
            Some(session) => pool.idle.push(session),
            None => pool.open = pool.open.saturating_sub(1),
        }
        drop(pool);
        self.token.returned.notify_one();
    }
}

/// Why work on a session failed.
enum Failure {
    Fault(Fault),
    /// Not exactly one key answers to the selector.
    NoKey(usize),
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Failure {
    /// Whether a new session may help. A key that is not seen is one such case: without a login the token
    /// hides it.
    fn is_loss(&self) -> bool {
        matches!(
            self,
            Self::NoKey(0)
                | Self::Fault(Fault::Pkcs11(
                    RvError::SessionHandleInvalid
                        | RvError::SessionClosed
                        | RvError::UserNotLoggedIn
                        | RvError::KeyHandleInvalid
                        | RvError::ObjectHandleInvalid
                        | RvError::DeviceRemoved
                        | RvError::TokenNotPresent,
                    _
                ))
        )
    }
}

/// A key on a token.
#[derive(Debug)]
pub struct Pkcs11Signer {
    token: Arc<Token>,
    selector: KeySelector,
    algorithm: SignatureAlgorithm,
    spki: Vec<u8>,
}

impl Pkcs11Signer {
    /// Finds the key pair: a private key to sign with and its public key to know it by. P-256, or RSA of
    /// 2048 bits or more.
    pub fn new(token: Arc<Token>, selector: KeySelector) -> Result<Self, Error> {
        token.with_session(|session| find(session, &selector, ObjectClass::PRIVATE_KEY))?;
        let public = token.with_session(|session| find(session, &selector, ObjectClass::PUBLIC_KEY))?;
        let wanted = [
            AttributeType::KeyType,
            AttributeType::EcParams,
            AttributeType::EcPoint,
            AttributeType::Modulus,
            AttributeType::PublicExponent,
        ];
        let attributes = token.with_session(|session| Ok(session.get_attributes(public, &wanted)?))?;
        let (algorithm, spki) = public_key(&attributes)?;
        Ok(Self { token, selector, algorithm, spki })
    }
}

impl Signer for Pkcs11Signer {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        // The key's handle is looked up in every call: it is the session's, and the session may be a new one.
        let sign = |mechanism: &Mechanism<'_>, data: &[u8]| {
            self.token.with_session(|session| {
                let key = find(session, &self.selector, ObjectClass::PRIVATE_KEY)?;
                Ok(session.sign(mechanism, key, data)?)
            })
        };
        match self.algorithm {
            SignatureAlgorithm::RsaPkcs1Sha256 => sign(&Mechanism::Sha256RsaPkcs, message),
            // PKCS#11 2.40 has no mechanism for it, and `public_key` finds no such key.
            SignatureAlgorithm::Sm2Sm3 => {
                Err(Error::Unsupported { what: "SM2 over PKCS#11", found: self.token.label() })
            }
            SignatureAlgorithm::EcdsaP256Sha256 => {
                let raw = sign(&Mechanism::Ecdsa, &hash::sha256(message))?;
                let malformed = || Error::Device { why: format!("signature of {} bytes", raw.len()) };
                let (r, s) = raw.split_first_chunk::<32>().ok_or_else(malformed)?;
                let s: &[u8; 32] = s.try_into().map_err(|_| malformed())?;
                Ok(signer::ecdsa_der(r, s))
            }
        }
    }

    fn public_key_spki(&self) -> &[u8] {
        &self.spki
    }
}

/// The one object of `class` that the selector names.
fn find(session: &Session, selector: &KeySelector, class: ObjectClass) -> Result<ObjectHandle, Failure> {
    let by = match selector {
        KeySelector::Label(label) => Attribute::Label(label.as_bytes().to_vec()),
        KeySelector::Id(id) => Attribute::Id(id.clone()),
    };
    match session.find_objects(&[Attribute::Class(class), by])?.as_slice() {
        [one] => Ok(*one),
        several => Err(Failure::NoKey(several.len())),
    }
}

/// `SubjectPublicKeyInfo` from the attributes of a public key object.
fn public_key(attributes: &[Attribute]) -> Result<(SignatureAlgorithm, Vec<u8>), Error> {
    const P256: &[u8] = &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
    const EC_IDENTIFIER: &[u8] = &[
        0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
        0x3d, 0x03, 0x01, 0x07,
    ];
    const RSA_IDENTIFIER: &[u8] =
        &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let (mut kind, mut curve, mut point, mut modulus, mut exponent) = (None, None, None, None, None);
    for attribute in attributes {
        match attribute {
            Attribute::KeyType(found) => kind = Some(*found),
            Attribute::EcParams(found) => curve = Some(found.as_slice()),
            Attribute::EcPoint(found) => point = Some(found.as_slice()),
            Attribute::Modulus(found) => modulus = Some(found.as_slice()),
            Attribute::PublicExponent(found) => exponent = Some(found.as_slice()),
            _ => {}
        }
    }
    match (kind, curve, point, modulus, exponent) {
        (Some(KeyType::EC), Some(P256), Some(point), _, _) => {
            // CKA_EC_POINT is an OCTET STRING around the point; some modules give the bare point.
            let bare = if point.len() == 65 { Some(point) } else { unwrap_octets(point) };
            let point = bare.ok_or(Error::Encoding { what: "CKA_EC_POINT", why: "not a P-256 point" })?;
            Ok((SignatureAlgorithm::EcdsaP256Sha256, sequence(&[EC_IDENTIFIER, &bits(point)])))
        }
        (Some(KeyType::RSA), _, _, Some(modulus), Some(exponent))
            if asn1::strip_zeros(modulus).len() >= 256 =>
        {
            let key = sequence(&[&unsigned(modulus), &unsigned(exponent)]);
            Ok((SignatureAlgorithm::RsaPkcs1Sha256, sequence(&[RSA_IDENTIFIER, &bits(&key)])))
        }
        _ => Err(Error::Unsupported {
            what: "key on the token",
            found: "neither P-256 nor RSA from 2048 bits".into(),
        }),
    }
}

fn unwrap_octets(der: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(der, Rules::Ber, "CKA_EC_POINT");
    let value = reader.expect(asn1::OCTET_STRING).ok()?.value;
    (reader.is_empty() && value.len() == 65).then_some(value)
}

#[cfg(test)]
mod tests;
