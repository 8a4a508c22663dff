//! Seals: registered with their certificates and keys, suspended, deregistered (电子印章管理办法: a seal is deregistered
//! when that is required, and from then on seals nothing).
//!
//! A seal has a key for PDF, and may have a second one on SM2 with an electronic seal for OFD (GB/T 38540). What is
//! brought is looked at as a whole before anything of it is kept.

mod brought;

use crate::error::{Error, Result};
use crate::system::{System, require};
use brought::{BroughtNational, BroughtSeal};
use serde::Serialize;
use yinxin_model::states::{Role, SealState};
use yinxin_model::{Format, Instant, Subject};
use yinxin_seal::x509::Certificate;
use yinxin_store::catalogue::{self, NationalSeal, Seal};

pub struct Request {
    /// As the catalogue names it.
    pub code: String,
    /// `None`, where the seal is registered, leaves what it has for PDF.
    pub document: Option<KeyPair>,
    /// `None` leaves what it has for OFD.
    pub national: Option<NationalRequest>,
}

pub struct KeyPair {
    /// PEM: the seal's certificate, then its issuing authorities, without the root.
    pub certificates: Vec<u8>,
    /// Encrypted PKCS#8, PEM or DER; `None` where a device holds the key.
    pub key: Option<Vec<u8>>,
    /// Opens `key`.
    pub passphrase: String,
}

/// With what a seal seals OFD.
pub struct NationalRequest {
    /// PEM: the certificate on SM2, then its issuing authorities, without the root.
    pub certificates: Vec<u8>,
    /// Encrypted PKCS#8, PEM or DER.
    pub key: Vec<u8>,
    /// Opens `key`.
    pub passphrase: String,
    /// `SES_Seal`, as its maker handed it out (`.esl`).
    pub electronic_seal: Vec<u8>,
}

#[derive(Debug, Serialize)]
pub struct View {
    pub seal: String,
    pub name: String,
    pub organisation: String,
    pub family: String,
    pub state: SealState,
    pub valid_from: String,
    pub valid_until: String,
    /// `null`: it seals no OFD.
    pub national: Option<NationalView>,
}

#[derive(Debug, Serialize)]
pub struct NationalView {
    /// The certificate on SM2.
    pub name: String,
    pub valid_from: String,
    pub valid_until: String,
    pub electronic_seal: ElectronicSealView,
}

#[derive(Debug, Serialize)]
pub struct ElectronicSealView {
    /// Its own code.
    pub id: String,
    /// 4: GB/T 38540-2020, 5: GM/T 0031-2025.
    pub version: u32,
    pub sha256: String,
    pub valid_from: String,
    pub valid_until: String,
}

impl From<Seal> for View {
    fn from(seal: Seal) -> Self {
        Self {
            seal: seal.code,
            name: seal.name,
            organisation: seal.organisation,
            family: seal.family,
            state: seal.state,
            valid_from: seal.valid_from.rfc3339(),
            valid_until: seal.valid_until.rfc3339(),
            national: seal.national.and_then(|national| NationalView::of(&national)),
        }
    }
}

impl NationalView {
    /// What is stored was read once, so that it can be read again.
    fn of(national: &NationalSeal) -> Option<Self> {
        let certificate = Certificate::from_der(&national.certificate).ok()?;
        Some(Self {
            name: certificate.subject_name().to_owned(),
            valid_from: Instant(certificate.not_before_ms()).rfc3339(),
            valid_until: Instant(certificate.not_after_ms()).rfc3339(),
            electronic_seal: ElectronicSealView {
                id: national.serial.clone(),
                version: national.version,
                sha256: crate::hex(&national.digest),
                valid_from: national.valid_from.rfc3339(),
                valid_until: national.valid_until.rfc3339(),
            },
        })
    }
}

pub async fn list(system: &System) -> Result<Vec<View>> {
    let seals = system.db.read(|tx| Box::pin(async move { catalogue::list_seals(tx).await })).await?;
    Ok(seals.into_iter().map(View::from).collect())
}

/// Registers a seal of the catalogue, or renews what it has. Takes effect when the program is started next.
pub async fn add(system: &System, by: &Subject, request: Request) -> Result<View> {
    require(by, Role::Operator)?;
    let code = request.code;
    let unknown = || Error::not_found("seal_unknown").with("seal", &code);
    let rule = system.catalogue.seal(&code).ok_or_else(unknown)?;
    let known = find(system, &code).await?;
    if known.as_ref().is_some_and(|known| known.state == SealState::Deregistered) {
        return Err(Error::conflict("seal_deregistered").with("seal", &code));
    }
    let document = request.document.map(|pair| BroughtSeal::open(system, pair)).transpose()?;
    let national =
        request.national.map(|brought| BroughtNational::open(system, &code, brought)).transpose()?;
    let seal = match (&document, known) {
        (Some(document), known) => Seal {
            code: code.clone(),
            organisation: rule.organisation.clone(),
            name: document.certificate().subject_name().to_owned(),
            family: rule.family.as_str().to_owned(),
            certificate: document.certificate().der().to_vec(),
            valid_from: Instant(document.certificate().not_before_ms()),
            valid_until: Instant(document.certificate().not_after_ms()),
            state: SealState::Active,
            national: known.and_then(|known| known.national),
        },
        (None, Some(known)) => known,
        (None, None) => return Err(Error::invalid("seal_certificate_needed").with("seal", &code)),
    };
    let seal = Seal { national: national.as_ref().map(BroughtNational::row).or(seal.national), ..seal };
    if let Some(document) = &document {
        document.keep(system, &code)?;
    }
    if let Some(national) = &national {
        national.keep(system, &code)?;
    }
    let (act, row) = (system.act(by), seal.clone());
    system.db.write(move |tx| Box::pin(async move { catalogue::put_seal(tx, &act, &row).await })).await?;
    Ok(seal.into())
}

/// Suspends, reactivates or deregisters. A deregistered seal stays so.
pub async fn set_state(system: &System, by: &Subject, code: &str, state: SealState) -> Result<View> {
    require(by, Role::Operator)?;
    let found = registered(system, code).await?;
    if found.state == SealState::Deregistered && state != SealState::Deregistered {
        return Err(Error::conflict("seal_deregistered").with("seal", code));
    }
    let (act, wanted) = (system.act(by), code.to_owned());
    let set = system
        .db
        .write(move |tx| Box::pin(async move { catalogue::set_seal_state(tx, &act, &wanted, state).await }));
    set.await?;
    Ok(View { state, ..found.into() })
}

/// Refuses where the seal may not be used now for a copy that says to be made at `made_at`.
pub(crate) async fn require_usable(
    system: &System,
    code: &str,
    format: Format,
    made_at: Instant,
) -> Result<()> {
    let seal = registered(system, code).await?;
    if seal.state != SealState::Active {
        return Err(Error::conflict("seal_not_active").with("seal", code).with("state", seal.state.as_str()));
    }
    require_registered(system, &seal, format)?;
    require_in_force(&seal, format, made_at, system.now())
}

/// Refuses where what lies in the directory is not what the register knows: a file put in the wrong place must not seal
/// in another organisation's name. A seal that has nothing for OFD is refused where it is asked for.
pub(crate) fn require_registered(system: &System, seal: &Seal, format: Format) -> Result<()> {
    let key = system.sealing()?.key(&seal.code)?;
    let refusal = |code| Err(Error::conflict(code).with("seal", &seal.code));
    match (format, key.national(), &seal.national) {
        (Format::Pdf, ..) if key.certificate().der() != seal.certificate => {
            refusal("seal_certificate_differs")
        }
        (Format::Pdf, ..) | (Format::Ofd, None, _) => Ok(()),
        (Format::Ofd, Some(_), None) => refusal("national_seal_unregistered"),
        (Format::Ofd, Some(found), Some(known)) => {
            let same = found.certificate().der() == known.certificate && found.seal_digest() == known.digest;
            if same { Ok(()) } else { refusal("national_seal_differs") }
        }
    }
}

/// A certificate or electronic seal of a seal, and when it may be used.
pub(crate) struct Term {
    pub what: &'static str,
    pub from: Instant,
    pub until: Instant,
}

impl Term {
    pub fn holds(&self, at: Instant) -> bool {
        // The last second is valid to its end.
        (self.from.0..=self.until.0.saturating_add(999)).contains(&at.0)
    }
}

pub(crate) const CERTIFICATE: &str = "certificate";
pub(crate) const SM2_CERTIFICATE: &str = "sm2_certificate";
pub(crate) const ELECTRONIC_SEAL: &str = "electronic_seal";

/// What must be in force for copies in a format.
pub(crate) fn terms(seal: &Seal, format: Format) -> Vec<Term> {
    let national = match (format, &seal.national) {
        (Format::Pdf, _) => {
            return vec![Term { what: CERTIFICATE, from: seal.valid_from, until: seal.valid_until }];
        }
        (Format::Ofd, None) => return Vec::new(),
        (Format::Ofd, Some(national)) => national,
    };
    let certificate = Certificate::from_der(&national.certificate).map(|certificate| Term {
        what: SM2_CERTIFICATE,
        from: Instant(certificate.not_before_ms()),
        until: Instant(certificate.not_after_ms()),
    });
    let electronic = Term { what: ELECTRONIC_SEAL, from: national.valid_from, until: national.valid_until };
    certificate.into_iter().chain([electronic]).collect()
}

fn require_in_force(seal: &Seal, format: Format, made_at: Instant, now: Instant) -> Result<()> {
    for term in terms(seal, format) {
        let said = |error: Error| {
            let error = error.with("seal", &seal.code).with("what", term.what);
            error.with("from", term.from.rfc3339()).with("until", term.until.rfc3339())
        };
        if !term.holds(now) {
            // Told before the quota is touched; the copy that fails its check would take the endorsement with it.
            return Err(said(Error::conflict("seal_not_in_force")));
        }
        if made_at < term.from {
            // No later renewal helps: the copy says the time of its endorsement.
            return Err(said(Error::invalid("seal_newer_than_copy")).with("made_at", made_at.rfc3339()));
        }
    }
    Ok(())
}

async fn registered(system: &System, code: &str) -> Result<Seal> {
    find(system, code).await?.ok_or_else(|| Error::conflict("seal_missing").with("seal", code))
}

async fn find(system: &System, code: &str) -> Result<Option<Seal>> {
    let wanted = code.to_owned();
    Ok(system.db.read(move |tx| Box::pin(async move { catalogue::seal(tx, &wanted).await })).await?)
}

/// Certificates one after the other, as they are kept.
fn pem(certificates: &[Certificate]) -> Result<String> {
    let texts = certificates.iter().map(|one| one.to_pem().map_err(|e| crate::sealing::refused(e.into())));
    texts.collect()
}
