//! Sealed copies without a register: drawn, digested, signed and checked exactly as an endorsement does it.

use super::Ground;
use crate::error::{Error, Result};
use crate::fields::{CopyFacts, EndorsementFacts};
use crate::sealing::Sealing;
use crate::system::System;
use crate::{statement, token};
use std::sync::Arc;
use yinxin_model::finding::Verdict;
use yinxin_model::{Format, Id, Level, Subject};
use yinxin_seal::page::draw::Image;
use yinxin_seal::{Permit, SealKey, Signed};
use yinxin_store::certificate::{self, Certificate, Filter};

/// Octets of a copy's signed attributes with one issuing authority embedded: what the signature is over.
const SIGNED_ATTRIBUTES: usize = 171;
/// Whose copies are made, in turn: enough that names differ, few enough to be held.
const PEOPLE: u32 = 500;
/// What a holder's photo weighs.
const PHOTO: usize = 20_000;

/// Makes one copy after the other for different people.
pub struct Copies {
    pub(super) system: System,
    pub(super) sealing: Arc<Sealing>,
    key: Arc<SealKey>,
    certificates: Vec<Certificate>,
    /// What each one's QR code states. Signed once for an endorsement and shared by its formats, hence before the measurement.
    statements: Vec<Option<Vec<u8>>>,
    photo: Arc<Image>,
    message: Vec<u8>,
    made: usize,
    format: Format,
}

impl Copies {
    /// `ground` has certificates online.
    pub async fn new(ground: &Ground) -> Result<Self> {
        Self::of(ground, Format::Pdf, Level::Basic).await
    }

    /// Packages with electronic seals.
    pub async fn ofd(ground: &Ground) -> Result<Self> {
        Self::of(ground, Format::Ofd, Level::Basic).await
    }

    /// Copies in PDF that are prepared for this level.
    pub async fn at(ground: &Ground, level: Level) -> Result<Self> {
        Self::of(ground, Format::Pdf, level).await
    }

    async fn of(ground: &Ground, format: Format, level: Level) -> Result<Self> {
        let system = ground.system.at_level(level);
        let vault = system.vault.clone();
        let read = system.db.read(move |tx| {
            Box::pin(async move {
                certificate::list(tx, &vault, &Subject::System, &Filter::default(), None, PEOPLE).await
            })
        });
        let certificates = read.await?;
        let sealing = system.sealing()?;
        let seal = certificates.first().map(|c| c.record.seal.clone()).unwrap_or_default();
        let key = sealing.key(&seal)?;
        let photo = yinxin_seal::photo(&grey_photo()).ok_or_else(|| failed("photo"))?;
        let message = vec![0x31; SIGNED_ATTRIBUTES];
        let statements = certificates.iter().map(|certificate| {
            let (number, copy_number) = (&certificate.number, token::copy_number(system.entropy()));
            let endorsement = Some(("self", system.today().plus(89)));
            statement::sign(&system, &certificate.record, number, &copy_number, endorsement)
        });
        let statements = statements.collect::<Result<_>>()?;
        Ok(Self {
            sealing,
            key,
            certificates,
            statements,
            photo: Arc::new(photo),
            message,
            made: 0,
            format,
            system,
        })
    }

    /// Compiles the plate, fonts and all, as the first copy after a start does.
    pub fn compile(&self) -> Result<()> {
        let fresh = Sealing::load(&self.system)?;
        let first = self.certificates.first().ok_or_else(|| failed("certificates"))?;
        fresh.plate(&self.system, &first.record, self.format).map(|_| ())
    }

    /// Draws, digests and signs the next person's copy.
    pub fn sign(&mut self, photo: bool) -> Result<Signed> {
        let at = self.made.checked_rem(self.certificates.len()).unwrap_or(0);
        let certificate = self.certificates.get(at).ok_or_else(|| failed("certificates"))?;
        self.made += 1;
        let entropy = self.system.entropy();
        let now = self.system.now();
        let copy = Id::new(now, entropy);
        let (token, copy_number) = (token::qr_token(entropy), token::copy_number(entropy));
        let facts = CopyFacts {
            management_number: &certificate.number,
            made_at: now,
            token: &token,
            copy_number: &copy_number,
            statement: self.statements.get(at).and_then(Option::as_deref),
            photo: photo.then(|| self.photo.clone()),
            endorsement: Some(EndorsementFacts {
                scenario: "self",
                addition: None,
                valid_until: now.day().plus(89),
            }),
        };
        let (prepared, _) =
            self.sealing.prepare(&self.system, &certificate.record, &copy, &facts, self.format)?;
        let permit = Permit::new(copy.0, prepared.digest());
        prepared.sign(permit, &self.key).map_err(|e| failed("sign").because(e))
    }

    /// The same with the public's check of the result, as every copy that a holder gets has passed it.
    pub fn seal(&mut self, photo: bool) -> Result<Vec<u8>> {
        let signed = self.sign(photo)?;
        let sealed = signed.finish(self.sealing.believed(&self.system).trust(), self.system.now());
        sealed.map(|copy| copy.bytes).map_err(|e| failed("check").because(e))
    }

    /// The one signature that a B-B copy contains, by the same key over as many bytes.
    pub fn bare_signature(&self) -> Result<()> {
        let signer = self.key.means(self.format).map_err(|e| failed("key").because(e))?.signer;
        let signed = match self.format {
            Format::Pdf => signer.sign(&self.message),
            // Most of what a seal's signature is over was hashed with the plate.
            Format::Ofd => signer.sign_digest(&[0x31; 32]),
        };
        signed.map(|_| ()).map_err(|e| failed("bare signature").because(e))
    }

    /// What [`Self::bare_signature`] is called in figures.
    pub fn reference(&self) -> &'static str {
        match self.format {
            Format::Pdf => "ecdsa_p256_signatures",
            Format::Ofd => "sm2_signatures",
        }
    }

    /// The public's check of a file, without the register.
    pub fn verify(&self, file: &[u8]) -> Result<()> {
        let report =
            yinxin_seal::verify(file, self.sealing.believed(&self.system).trust(), self.system.now());
        if report.verdict == Verdict::Valid { Ok(()) } else { Err(failed("verify")) }
    }

    /// One signature checked: the seal's certificate against its issuer.
    pub fn bare_verification(&self) -> Result<()> {
        let (certificate, chain) = match self.key.national().filter(|_| self.format == Format::Ofd) {
            Some(national) => (national.certificate(), national.chain()),
            None => (self.key.certificate(), self.key.chain()),
        };
        let issuer = chain.first().ok_or_else(|| failed("chain"))?;
        certificate.verify_signed_by(issuer).map_err(|_| failed("bare verification"))
    }
}

fn failed(step: &'static str) -> Error {
    Error::internal("internal").with("step", step)
}

/// A JPEG file (ITU-T T.81) of one grey block, brought to the weight of a photo by a comment: to a copy a photo is so many bytes.
fn grey_photo() -> Vec<u8> {
    let mut out = vec![0xFF, 0xD8];
    let mut segment = |marker: u8, body: &[u8]| {
        let length = u16::try_from(body.len() + 2).unwrap_or(u16::MAX).to_be_bytes();
        out.extend_from_slice(&[0xFF, marker]);
        out.extend_from_slice(&length);
        out.extend_from_slice(body);
    };
    segment(0xFE, &vec![b'.'; PHOTO]);
    let mut quantization = [16; 65];
    quantization[0] = 0;
    segment(0xDB, &quantization);
    segment(0xC0, &[8, 0, 8, 0, 8, 1, 1, 0x11, 0]);
    // Two Huffman tables of one code each: 0 → 0.
    let mut codes = [0; 18];
    codes[1] = 1;
    segment(0xC4, &codes);
    codes[0] = 0x10;
    segment(0xC4, &codes);
    segment(0xDA, &[1, 1, 0, 0, 63, 0]);
    out.extend_from_slice(&[0x3F, 0xFF, 0xD9]);
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_photo_is_one() {
        let photo = yinxin_seal::photo(&super::grey_photo()).unwrap();
        assert_eq!((photo.width, photo.height, photo.components), (8, 8, 1));
    }
}
