//! One copy from its intent to stored bytes. The same functions serve the request that grants and the start-up that
//! finishes what a crash left: recovery is the normal path.

use crate::blobs::{self, Kind};
use crate::error::{self, Error, Result};
use crate::fields::{CopyFacts, EndorsementFacts};
use crate::sealing::{Stamp, refused};
use crate::seals;
use crate::statement;
use crate::system::System;
use crate::{hex, token};
use std::sync::Arc;
use yinxin_model::states::VoidReason;
use yinxin_model::{Day, Format, Id, Instant, Subject};
use yinxin_seal::page::draw::Image;
use yinxin_seal::{Permit, Prepared};
use yinxin_store::certificate::Certificate;
use yinxin_store::copy::{self, Claimed, Intent, NewCopy, Recorded, Sealed};
use yinxin_store::endorsement;

/// Made with the endorsement; the others when they are first asked for.
pub const FIRST: Format = Format::Pdf;

/// What is drawn by lot or taken from the clock for one copy; kept with the intent, so that the copy can be made again.
#[derive(Clone, Debug)]
pub struct Draw {
    pub copy: Id,
    pub made_at: Instant,
    pub token: String,
    pub copy_number: String,
    /// Signed, hence not to be made again: an input like the others.
    pub statement: Option<Vec<u8>>,
}

impl Draw {
    /// As another copy of the same was drawn: the two say the same.
    pub fn alike(system: &System, drawn: NewCopy) -> Self {
        Self {
            copy: Id::new(system.now(), system.entropy()),
            made_at: drawn.made_at,
            token: drawn.token,
            copy_number: drawn.copy_number,
            statement: drawn.statement,
        }
    }

    pub fn new(system: &System, certificate: &Certificate, endorsing: Option<&Endorsing>) -> Result<Self> {
        let entropy = system.entropy();
        let copy_number = token::copy_number(entropy);
        let endorsement = endorsing.map(|e| (e.scenario.as_str(), e.valid_until));
        let (record, number) = (&certificate.record, &certificate.number);
        Ok(Self {
            copy: Id::new(system.now(), entropy),
            made_at: system.now(),
            token: token::qr_token(entropy),
            statement: statement::sign(system, record, number, &copy_number, endorsement)?,
            copy_number,
        })
    }
}

/// What an endorsement puts on its copy.
#[derive(Clone, Debug)]
pub struct Endorsing {
    pub id: Id,
    pub scenario: String,
    pub addition: Option<String>,
    pub valid_until: Day,
}

/// What became of a copy that was to be made.
#[derive(Debug, PartialEq, Eq)]
pub enum Made {
    Stored,
    /// Corrected, revoked, withdrawn or made by another meanwhile.
    Overtaken,
}

/// Draws and digests the copy in one format; the result and what the intent must say.
pub async fn prepare(
    system: &System,
    certificate: &Certificate,
    draw: &Draw,
    endorsing: Option<&Endorsing>,
    format: Format,
) -> Result<(Prepared, NewCopy)> {
    let photo = photo(system, certificate).await?;
    let facts = CopyFacts {
        management_number: &certificate.number,
        made_at: draw.made_at,
        token: &draw.token,
        copy_number: &draw.copy_number,
        statement: draw.statement.as_deref(),
        photo,
        endorsement: endorsing.map(|e| EndorsementFacts {
            scenario: &e.scenario,
            addition: e.addition.as_deref(),
            valid_until: e.valid_until,
        }),
    };
    let sealing = system.sealing()?;
    let (prepared, stamp) = sealing.prepare(system, &certificate.record, &draw.copy, &facts, format)?;
    let new = new_copy(certificate, draw, endorsing, stamp, prepared.digest());
    Ok((prepared, new))
}

/// Signs, checks, stores and records. The intent `seq` is stored already.
pub async fn complete(
    system: &System,
    by: &Subject,
    prepared: Prepared,
    new: NewCopy,
    seq: u32,
    keep_until: Option<Day>,
) -> Result<Made> {
    let format = format_of(&new)?;
    seals::require_usable(system, &new.seal, format, new.made_at).await?;
    let sealing = system.sealing()?;
    let key = sealing.key(&new.seal)?;
    let means = key.means(format).map_err(refused)?;
    let permit = Permit::new(new.copy.0, new.digest);
    let copy = sealing.seal(system, prepared, permit, &new.seal).await?;
    let blob = format!("copies/{}", hex(&copy.sha256));
    blobs::put(system, Kind::Copy, &blob, &copy.bytes).await?;
    let sealed = Sealed {
        sha256: copy.sha256,
        size: copy.bytes.len() as u64,
        blob: blob.clone(),
        keep_until,
        seal_certificate: means.fingerprint,
        algorithm: means.signer.algorithm().name().to_owned(),
    };
    let act = system.act(by);
    let recorded =
        system.db.write(move |tx| Box::pin(async move { copy::record(tx, &act, &new, seq, &sealed).await }));
    match recorded.await? {
        Recorded::Done => Ok(Made::Stored),
        Recorded::Overtaken => {
            blobs::delete(system, &blob).await?;
            Ok(Made::Overtaken)
        }
    }
}

/// Finishes an intent that was left open. Where the program computes another digest now (after an upgrade), the intent is
/// closed and a new one made; where the copy can never be made, its endorsement is voided and the quota given back.
pub async fn resume(system: &System, intent: Intent) -> Result<()> {
    let (certificate, endorsing) = match inputs(system, &intent.inputs).await? {
        Some(found) => found,
        None => return close(system, &intent, "overtaken").await,
    };
    let draw = Draw {
        copy: intent.inputs.copy,
        made_at: intent.inputs.made_at,
        token: intent.inputs.token.clone(),
        copy_number: intent.inputs.copy_number.clone(),
        statement: intent.inputs.statement.clone(),
    };
    let keep_until = keep_until(system, endorsing.as_ref());
    let format = format_of(&intent.inputs)?;
    let prepared = prepare(system, &certificate, &draw, endorsing.as_ref(), format).await;
    let outcome = match prepared {
        Ok((prepared, new)) if new == intent.inputs => {
            complete(system, &Subject::System, prepared, new, intent.seq, keep_until).await
        }
        Ok((prepared, new)) => {
            close(system, &intent, "digest_changed").await?;
            let seq = intend(system, &Subject::System, &new).await?;
            complete(system, &Subject::System, prepared, new, seq, keep_until).await
        }
        Err(error) => Err(error),
    };
    match (outcome, endorsing) {
        (Ok(Made::Stored), _) => Ok(()),
        (Ok(Made::Overtaken), _) => close(system, &intent, "overtaken").await,
        (Err(error), Some(endorsing)) if is_final(&error) && format == FIRST => {
            void(system, &endorsing.id, &error).await
        }
        // What was granted stands, with the copy that it has.
        (Err(error), _) if is_final(&error) => close(system, &intent, "sealing_failed").await,
        (Err(error), _) => Err(error),
    }
}

/// Whether trying again cannot help: the content cannot be printed, or what comes out does not verify.
pub fn is_final(error: &Error) -> bool {
    error.kind == error::Kind::Invalid || error.code == "self_check_failed"
}

/// Sealing failed for good: the endorsement is void and does not count.
pub async fn void(system: &System, endorsement: &Id, why: &Error) -> Result<()> {
    tracing::warn!(%endorsement, code = why.code, "a copy cannot be made");
    let (act, id) = (system.act(&Subject::System), *endorsement);
    let voided = system.db.write(move |tx| {
        Box::pin(async move { endorsement::void(tx, &act, &id, VoidReason::SealingFailed).await })
    });
    voided.await?;
    Ok(())
}

/// The format that an intent names.
fn format_of(new: &NewCopy) -> Result<Format> {
    let unknown = || Error::internal("format_unknown").with("format", &new.format);
    Format::parse(&new.format).ok_or_else(unknown)
}

/// Stores an intent beside an endorsement that exists, or for a direct copy.
pub async fn intend(system: &System, by: &Subject, new: &NewCopy) -> Result<u32> {
    let (vault, act, new) = (system.vault.clone(), system.act(by), new.clone());
    let stored =
        system.db.write(move |tx| Box::pin(async move { copy::intend(tx, &vault, &act, &new).await }));
    Ok(stored.await?)
}

/// The same for a copy that is made when it is first asked for, by whoever of those who ask at once is first.
pub async fn claim(system: &System, by: &Subject, new: &NewCopy) -> Result<Claimed> {
    let (vault, act, new) = (system.vault.clone(), system.act(by), new.clone());
    let claimed =
        system.db.write(move |tx| Box::pin(async move { copy::claim(tx, &vault, &act, &new).await }));
    Ok(claimed.await?)
}

/// Last day on which the bytes are kept.
pub fn keep_until(system: &System, endorsing: Option<&Endorsing>) -> Option<Day> {
    endorsing.map(|e| e.valid_until.plus(system.config.policy.keep_copies_days))
}

async fn close(system: &System, intent: &Intent, reason: &'static str) -> Result<()> {
    let (act, intent) = (system.act(&Subject::System), intent.clone());
    let closed =
        system.db.write(move |tx| Box::pin(async move { copy::close(tx, &act, &intent, reason).await }));
    closed.await?;
    Ok(())
}

/// The certificate and endorsement that an intent is about, in the version that it names.
async fn inputs(system: &System, new: &NewCopy) -> Result<Option<(Certificate, Option<Endorsing>)>> {
    let (vault, certificate, endorsement) = (system.vault.clone(), new.certificate, new.endorsement);
    let read = system.db.read(move |tx| {
        Box::pin(async move {
            let found = yinxin_store::certificate::get(tx, &vault, &Subject::System, &certificate).await?;
            let endorsement = match endorsement {
                Some(id) => endorsement::get(tx, &vault, &Subject::System, &id).await?,
                None => None,
            };
            Ok((found, endorsement))
        })
    });
    let (found, endorsement) = read.await?;
    let Some(certificate) = found.filter(|c| c.version == new.version) else { return Ok(None) };
    let endorsing = endorsement.map(|e| Endorsing {
        id: e.id,
        scenario: e.scenario,
        addition: e.addition,
        valid_until: e.valid_until,
    });
    Ok((endorsing.is_some() == new.endorsement.is_some()).then_some((certificate, endorsing)))
}

pub(crate) async fn photo(system: &System, certificate: &Certificate) -> Result<Option<Arc<Image>>> {
    let Some(name) = &certificate.record.photo else { return Ok(None) };
    let missing = || Error::internal("photo_missing").with("certificate", certificate.id);
    let bytes = blobs::get(system, name).await?.ok_or_else(missing)?;
    yinxin_seal::photo(&bytes).map(|image| Some(Arc::new(image))).ok_or_else(missing)
}

fn new_copy(
    certificate: &Certificate,
    draw: &Draw,
    endorsing: Option<&Endorsing>,
    stamp: Stamp,
    digest: [u8; 32],
) -> NewCopy {
    NewCopy {
        certificate: certificate.id,
        copy: draw.copy,
        endorsement: endorsing.map(|e| e.id),
        format: stamp.format.as_str().to_owned(),
        version: certificate.version,
        seal: stamp.seal,
        template: stamp.template,
        template_digest: stamp.template_digest,
        plate_digest: stamp.plate_digest,
        made_at: draw.made_at,
        token: draw.token.clone(),
        copy_number: draw.copy_number.clone(),
        statement: draw.statement.clone(),
        digest,
    }
}
