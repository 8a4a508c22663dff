//! Handing out a stored copy. Nothing is rendered on reading: the bytes that were sealed are found by their digest, and
//! only where they have rotted or vanished is the copy made again.

use crate::certificate::{self as certificates, Which};
use crate::endorse;
use crate::error::{Error, Result};
use crate::fields::title;
use crate::making::{self, Draw, Endorsing, Made};
use crate::system::System;
use crate::{blobs, hex, seals};
use yinxin_model::states::{CertificateState, EndorsementView};
use yinxin_model::{Format, Id, Subject};
use yinxin_store::certificate::Certificate;
use yinxin_store::copy::{self, Claimed};
use yinxin_store::endorsement::Endorsement;

/// What a copy is asked of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Endorsement(Id),
    /// A certificate that needs no endorsement.
    Certificate(Which),
}

/// As the command line names it: an endorsement's id, or a management number.
impl From<&str> for What {
    fn from(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Certificate(text.into()), Self::Endorsement)
    }
}

impl From<&String> for What {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

/// Bytes in hand.
#[derive(Debug)]
pub struct CopyOut {
    pub format: Format,
    pub endorsement: Option<Id>,
    /// As the document itself says it.
    pub title: String,
    pub management_number: String,
    pub copy_number: String,
    pub bytes: Vec<u8>,
    /// Hex.
    pub sha256: String,
}

pub async fn copy(system: &System, by: &Subject, what: impl Into<What>, format: Format) -> Result<CopyOut> {
    match what.into() {
        What::Endorsement(id) => endorsed(system, by, id, format).await,
        What::Certificate(which) => direct(system, by, which, format).await,
    }
}

/// An endorsement that is ready and in force, with its certificate.
pub(crate) async fn in_force(system: &System, by: &Subject, id: Id) -> Result<(Endorsement, Certificate)> {
    let (endorsement, certificate) = endorse::find(system, by, id).await?;
    let state = endorsement.state.on(endorsement.valid_until, system.today());
    if state == EndorsementView::Ready {
        return Ok((endorsement, certificate));
    }
    Err(endorse::not_in_force(state).with("endorsement", id).with("valid_until", endorsement.valid_until))
}

/// A certificate that is online and needs no endorsement.
pub(crate) async fn unendorsed(system: &System, by: &Subject, which: Which) -> Result<Certificate> {
    let certificate = certificates::find(system, by, which.clone()).await?;
    if certificate.state != CertificateState::Online {
        return Err(which.told_in(endorse::not_online(certificate.state)));
    }
    if certificates::needs_endorsement(system, &certificate.record) {
        return Err(which.told_in(Error::conflict("endorsement_needed")));
    }
    Ok(certificate)
}

async fn endorsed(system: &System, by: &Subject, id: Id, format: Format) -> Result<CopyOut> {
    let (endorsement, certificate) = in_force(system, by, id).await?;
    system.accesses.count_staff(system.today(), by, "copy", certificate.id);
    if let Some(found) = stored(system, by, &certificate, Some(id), format).await? {
        return Ok(found);
    }
    let endorsing = Endorsing {
        id,
        scenario: endorsement.scenario,
        addition: endorsement.addition,
        valid_until: endorsement.valid_until,
    };
    // The same time, token and number as in the other format, and as before: to whoever holds one, the copies say the same.
    let draw = Draw {
        copy: Id::new(system.now(), system.entropy()),
        made_at: endorsement.made_at,
        token: endorsement.token,
        copy_number: endorsement.copy_number,
        statement: endorsement.statement,
    };
    make(system, by, &certificate, draw, Some(endorsing), format).await
}

async fn direct(system: &System, by: &Subject, which: Which, format: Format) -> Result<CopyOut> {
    let certificate = unendorsed(system, by, which).await?;
    system.accesses.count_staff(system.today(), by, "copy", certificate.id);
    if let Some(found) = stored(system, by, &certificate, None, format).await? {
        return Ok(found);
    }
    let draw = match drawn(system, by, &certificate).await? {
        Some(draw) => draw,
        None => Draw::new(system, &certificate, None)?,
    };
    make(system, by, &certificate, draw, None, format).await
}

/// What the newest direct copy of this version, in whatever format, says: the next one says the same.
pub(crate) async fn drawn(system: &System, by: &Subject, certificate: &Certificate) -> Result<Option<Draw>> {
    let (vault, subject, id, version) =
        (system.vault.clone(), by.clone(), certificate.id, certificate.version);
    let read = system.db.read(move |tx| {
        Box::pin(async move {
            let copies = copy::list(tx, &subject, &id).await?;
            let direct =
                copies.iter().rev().find(|copy| copy.endorsement.is_none() && copy.version == version);
            let Some(direct) = direct else { return Ok(None) };
            Ok(copy::intents(tx, &vault, &id, &direct.id).await?.pop())
        })
    });
    Ok(read.await?.map(|intent| Draw::alike(system, intent.inputs)))
}

/// Of all who ask for a copy at once one makes it; the others help to finish that one, and all get the same bytes.
async fn make(
    system: &System,
    by: &Subject,
    certificate: &Certificate,
    mut draw: Draw,
    endorsing: Option<Endorsing>,
    format: Format,
) -> Result<CopyOut> {
    seals::require_usable(system, &certificate.record.seal, format, draw.made_at).await?;
    let made = loop {
        let (prepared, new) = making::prepare(system, certificate, &draw, endorsing.as_ref(), format).await?;
        match making::claim(system, by, &new).await? {
            Claimed::Opened(seq) => {
                let keep_until = making::keep_until(system, endorsing.as_ref());
                break making::complete(system, by, prepared, new, seq, keep_until).await?;
            }
            Claimed::Open(intent) => {
                making::resume(system, *intent).await?;
                break Made::Overtaken;
            }
            Claimed::Kept => break Made::Overtaken,
            Claimed::Drawn(other) => draw = Draw::alike(system, *other),
        }
    };
    let gone = || match made {
        Made::Stored => Error::internal("copy_missing").with("copy", draw.copy),
        Made::Overtaken => Error::conflict("certificate_changed"),
    };
    stored(system, by, certificate, endorsing.map(|e| e.id), format).await?.ok_or_else(gone)
}

/// The newest copy that is kept and whole. One that is not is reported and struck off, so that it is made again.
async fn stored(
    system: &System,
    by: &Subject,
    certificate: &Certificate,
    endorsement: Option<Id>,
    format: Format,
) -> Result<Option<CopyOut>> {
    let (subject, id) = (by.clone(), certificate.id);
    let listed =
        system.db.read(move |tx| Box::pin(async move { copy::list(tx, &subject, &id).await })).await?;
    let wanted = |c: &&copy::Copy| {
        c.kept
            && c.format == format.as_str()
            && c.version == certificate.version
            && c.endorsement == endorsement
    };
    for found in listed.iter().filter(wanted).rev() {
        let bytes = match blobs::get(system, &found.blob).await {
            Err(error) if error.code != "blob_damaged" => return Err(error),
            read => read.unwrap_or_default(),
        };
        if let Some(bytes) = bytes.filter(|bytes| yinxin_seal::sha256(bytes) == found.sha256) {
            return Ok(Some(CopyOut {
                format,
                endorsement,
                title: title(system, &certificate.record, endorsement.is_some()),
                management_number: certificate.number.clone(),
                copy_number: found.copy_number.clone(),
                sha256: hex(&found.sha256),
                bytes,
            }));
        }
        tracing::error!(copy = %found.id, "a stored copy is missing or damaged; it is made again");
        let (act, certificate, copy) = (system.act(&Subject::System), found.certificate, found.id);
        let struck = system.db.write(move |tx| {
            Box::pin(async move { copy::mark_deleted(tx, &act, &certificate, &copy).await })
        });
        struck.await?;
    }
    Ok(None)
}
