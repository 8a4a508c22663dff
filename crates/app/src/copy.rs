//! Handing out a stored copy. Nothing is rendered on reading: the bytes that were sealed are found by their digest, and
//! only where they have rotted or vanished is the copy made again.

use crate::certificate as certificates;
use crate::endorse;
use crate::error::{Error, Result};
use crate::making::{self, Draw, Endorsing, Made, PDF};
use crate::system::System;
use crate::{blobs, hex};
use yinxin_model::states::{CertificateState, EndorsementView};
use yinxin_model::{Id, Subject};
use yinxin_store::certificate::Certificate;
use yinxin_store::copy;

/// Bytes in hand.
#[derive(Debug)]
pub struct CopyOut {
    pub endorsement: Option<Id>,
    pub management_number: String,
    pub copy_number: String,
    pub bytes: Vec<u8>,
    /// Hex.
    pub sha256: String,
}

/// `what`: an endorsement's id, or the management number of a certificate that needs no endorsement.
pub async fn copy(system: &System, by: &Subject, what: &str) -> Result<CopyOut> {
    match what.parse::<Id>() {
        Ok(id) => endorsed(system, by, id).await,
        Err(_) => direct(system, by, what).await,
    }
}

async fn endorsed(system: &System, by: &Subject, id: Id) -> Result<CopyOut> {
    let (endorsement, certificate) = endorse::find(system, by, id).await?;
    let state = endorsement.state.on(endorsement.valid_until, system.today());
    if state != EndorsementView::Ready {
        return Err(endorse::not_in_force(state)
            .with("endorsement", id)
            .with("valid_until", endorsement.valid_until));
    }
    if let Some(found) = stored(system, by, &certificate, Some(id)).await? {
        return Ok(found);
    }
    let endorsing = Endorsing {
        id,
        scenario: endorsement.scenario,
        addition: endorsement.addition,
        valid_until: endorsement.valid_until,
    };
    // The same time, token and number as before: to whoever holds one, the two copies say the same.
    let draw = Draw {
        copy: Id::new(system.now(), system.entropy()),
        made_at: endorsement.made_at,
        token: endorsement.token,
        copy_number: endorsement.copy_number,
        statement: endorsement.statement,
    };
    make(system, by, &certificate, draw, Some(endorsing)).await
}

async fn direct(system: &System, by: &Subject, number: &str) -> Result<CopyOut> {
    let certificate = certificates::find(system, by, number).await?;
    if certificate.state != CertificateState::Online {
        return Err(endorse::not_online(certificate.state).with("number", number));
    }
    if certificates::needs_endorsement(system, &certificate.record) {
        return Err(Error::conflict("endorsement_needed").with("number", number));
    }
    match stored(system, by, &certificate, None).await? {
        Some(found) => Ok(found),
        None => {
            let draw = Draw::new(system, &certificate, None)?;
            make(system, by, &certificate, draw, None).await
        }
    }
}

async fn make(
    system: &System,
    by: &Subject,
    certificate: &Certificate,
    draw: Draw,
    endorsing: Option<Endorsing>,
) -> Result<CopyOut> {
    let (prepared, new) = making::prepare(system, certificate, &draw, endorsing.as_ref()).await?;
    let seq = making::intend(system, by, &new).await?;
    let keep_until = making::keep_until(system, endorsing.as_ref());
    if making::complete(system, by, prepared, new, seq, keep_until).await? == Made::Overtaken {
        return Err(Error::conflict("certificate_changed"));
    }
    let missing = || Error::internal("copy_missing").with("copy", draw.copy);
    stored(system, by, certificate, endorsing.map(|e| e.id)).await?.ok_or_else(missing)
}

/// The newest copy that is kept and whole. One that is not is reported and struck off, so that it is made again.
async fn stored(
    system: &System,
    by: &Subject,
    certificate: &Certificate,
    endorsement: Option<Id>,
) -> Result<Option<CopyOut>> {
    let (subject, id) = (by.clone(), certificate.id);
    let listed =
        system.db.read(move |tx| Box::pin(async move { copy::list(tx, &subject, &id).await })).await?;
    let wanted = |c: &&copy::Copy| {
        c.kept && c.format == PDF && c.version == certificate.version && c.endorsement == endorsement
    };
    for found in listed.iter().filter(wanted).rev() {
        let bytes = match blobs::get(system, &found.blob).await {
            Err(error) if error.code != "blob_damaged" => return Err(error),
            read => read.unwrap_or_default(),
        };
        if let Some(bytes) = bytes.filter(|bytes| yinxin_seal::sha256(bytes) == found.sha256) {
            return Ok(Some(CopyOut {
                endorsement,
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
