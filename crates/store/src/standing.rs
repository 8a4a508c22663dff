//! How a certificate, and a copy of it, stand now: what the public's look-ups ask, and the most frequent question of all.
//!
//! Each is one statement and so one snapshot: no transaction around it on SQLite, one round trip on PostgreSQL; it reads no
//! more columns than are shown. Whoever holds the token or the number may ask; how what is shown is masked, is the caller's.

use crate::args;
use crate::certificate::{Certificate, Revocation};
use crate::copy::{Found, token_digest};
use crate::db::{Db, Held, statements};
use crate::error::Result;
use crate::request::query_hash;
use crate::vault::Vault;
use crate::{endorsement, record};
use yinxin_model::states::{CertificateState, EndorsementState, RevocationReason, VoidReason};
use yinxin_model::{Day, Id, Identity, Instant, Precision};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub certificate: Shown,
    /// Where it is revoked.
    pub revocation: Option<Revoked>,
    /// Of a copy that needed one.
    pub endorsed: Option<Endorsed>,
    /// Which version of the certificate a copy shows. `None`: no copy was asked for, or it was intended and never made.
    pub version: Option<u32>,
}

/// What look-ups show of a certificate, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub id: Id,
    pub number: String,
    pub state: CertificateState,
    pub version: u32,
    pub holder: Identity,
    pub qualification: String,
    pub level: String,
    pub speciality: String,
    pub issuer: String,
    pub approved_on: Day,
    pub approval_precision: Precision,
    pub licence: Option<String>,
    pub recorded_at: Instant,
}

/// And of its revocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    pub reason: RevocationReason,
    pub basis: String,
    pub on: Day,
}

impl From<Certificate> for Shown {
    fn from(certificate: Certificate) -> Self {
        let Certificate { id, number, state, version, record, recorded_at, .. } = certificate;
        Self {
            id,
            number,
            state,
            version,
            holder: record.holder.identity,
            qualification: record.qualification,
            level: record.level,
            speciality: record.speciality,
            issuer: record.issuer,
            approved_on: record.approved_on,
            approval_precision: record.approval_precision,
            licence: record.licence,
            recorded_at,
        }
    }
}

impl From<Revocation> for Revoked {
    fn from(revocation: Revocation) -> Self {
        Self { reason: revocation.reason, basis: revocation.basis, on: revocation.revoked_on }
    }
}

/// What an endorsement says to the public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endorsed {
    pub scenario: String,
    pub addition: Option<String>,
    pub applied_on: Day,
    pub valid_until: Day,
    pub state: EndorsementState,
    pub void_reason: Option<VoidReason>,
    pub copy_number: String,
    pub made_at: Instant,
}

/// The certificate's columns in the order of its table, then its revocation, of which one at most stands. The texts are short
/// because a kept statement is found by its text.
macro_rules! revoked {
    () => {
        "LEFT JOIN revocation r ON c.state = 'revoked' AND r.certificate_id = c.id AND r.reinstated_at IS NULL"
    };
}
macro_rules! columns {
    () => {
        "c.id, c.number, c.state, c.version, c.holder, c.qualification, c.level, c.speciality, c.issuer, c.approved_on, \
         c.approval_precision, c.licence, c.recorded_at, r.reason, r.basis, r.revoked_on"
    };
}
macro_rules! copy_columns {
    () => {
        "e.id, e.version, e.scenario, e.addition, e.applied_on, e.valid_until, e.state, e.void_reason, e.copy_number, \
         e.made_at, k.version"
    };
}

statements! {
    BY_QUERY_NUMBER = (concat!("SELECT ", columns!(), " FROM query_number q JOIN certificate c ON c.id = q.certificate_id ",
        revoked!(), " WHERE q.hash = $1 AND q.expires_on >= $2"));
    BY_TOKEN = (concat!("SELECT ", columns!(), ", ", copy_columns!(), ", t.copy_id FROM token_locator t \
        JOIN certificate c ON c.id = t.certificate_id ", revoked!(), " \
        LEFT JOIN endorsement e ON e.certificate_id = t.certificate_id AND e.id = t.endorsement_id \
        LEFT JOIN copy k ON k.certificate_id = t.certificate_id AND k.id = t.copy_id WHERE t.token_digest = $1"));
    OF_COPY = (concat!("SELECT ", columns!(), ", ", copy_columns!(), " FROM certificate c ", revoked!(), " \
        LEFT JOIN endorsement e ON e.certificate_id = c.id AND e.id = $2 \
        LEFT JOIN copy k ON k.certificate_id = c.id AND k.id = $3 WHERE c.id = $1"));
}

/// The certificate behind a query number that is valid on `today`.
pub async fn by_query_number(db: &Db, vault: &Vault, code: &str, today: Day) -> Result<Option<Standing>> {
    db.first(BY_QUERY_NUMBER, args![&query_hash(vault, code), today], |f| of_certificate(vault, f)).await
}

/// What stands behind the token in a copy's QR code.
pub async fn by_token(db: &Db, vault: &Vault, token: &str) -> Result<Option<(Found, Standing)>> {
    let read = |f: &mut Held<'_>| {
        let (standing, endorsement) = of_copy(vault, f)?;
        let certificate = standing.certificate.id;
        Ok((Found { certificate, copy: f.take()?, endorsement }, standing))
    };
    db.first(BY_TOKEN, args![token_digest(token).as_ref()], read).await
}

/// What stands behind a copy that was found otherwise.
pub async fn of_found(db: &Db, vault: &Vault, found: &Found) -> Result<Option<Standing>> {
    let args = args![&found.certificate, found.endorsement.as_ref(), &found.copy];
    db.first(OF_COPY, args, |f| of_copy(vault, f).map(|(standing, _)| standing)).await
}

fn of_certificate(vault: &Vault, f: &mut Held<'_>) -> Result<Standing> {
    let (id, number, state, version) = (f.take()?, f.take()?, f.take()?, f.take()?);
    let certificate = Shown {
        id,
        number,
        state,
        version,
        holder: f.take_with(|sealed| record::open_identity(vault, &id, version, sealed))?,
        qualification: f.take()?,
        level: f.take()?,
        speciality: f.take()?,
        issuer: f.take()?,
        approved_on: f.take()?,
        approval_precision: f.take()?,
        licence: f.take()?,
        recorded_at: f.take()?,
    };
    let revocation = match (f.take()?, f.take()?, f.take()?) {
        (Some(reason), Some(basis), Some(on)) => Some(Revoked { reason, basis, on }),
        _ => None,
    };
    Ok(Standing { certificate, revocation, endorsed: None, version: None })
}

fn of_copy(vault: &Vault, f: &mut Held<'_>) -> Result<(Standing, Option<Id>)> {
    let standing = of_certificate(vault, f)?;
    let endorsement: Option<Id> = f.take()?;
    let Some(id) = endorsement else {
        f.skip(9);
        return Ok((Standing { version: f.take()?, ..standing }, None));
    };
    let version = f.take()?;
    let endorsed = Endorsed {
        scenario: f.take()?,
        addition: endorsement::open_addition(vault, &id, f.take()?)?,
        applied_on: f.take()?,
        valid_until: f.take()?,
        state: f.take()?,
        void_reason: f.take()?,
        copy_number: f.take()?,
        made_at: f.take()?,
    };
    f.skip(1);
    Ok((Standing { endorsed: Some(endorsed), version: Some(version), ..standing }, endorsement))
}
