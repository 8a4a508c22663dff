//! How a certificate, and a copy of it, stand now: what the public's look-ups ask, and the most frequent question of all.
//!
//! Each is one statement and so one snapshot: no transaction around it on SQLite, one round trip on PostgreSQL. Whoever holds
//! the token or the number may ask; what of it is shown, and how it is masked, is the caller's.

use crate::args;
use crate::certificate::{self, Certificate, Revocation};
use crate::copy::{Found, token_digest};
use crate::db::{Db, Fields, Row, statements};
use crate::endorsement;
use crate::error::Result;
use crate::request::query_hash;
use crate::vault::Vault;
use yinxin_model::states::{EndorsementState, VoidReason};
use yinxin_model::{Day, Id, Instant};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub certificate: Certificate,
    /// Where it is revoked.
    pub revocation: Option<Revocation>,
    /// Of a copy that needed one.
    pub endorsed: Option<Endorsed>,
    /// Which version of the certificate a copy shows. `None`: no copy was asked for, or it was intended and never made.
    pub version: Option<u32>,
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

/// The certificate's columns first, so that they are read as everywhere; then its revocation, of which one at most stands.
macro_rules! of_certificate {
    () => {
        concat!("(SELECT ", certificate::columns!(), " FROM certificate) c")
    };
}
macro_rules! revoked {
    () => {
        "LEFT JOIN revocation r ON c.state = 'revoked' AND r.certificate_id = c.id AND r.reinstated_at IS NULL"
    };
}
macro_rules! columns {
    () => {
        "c.*, r.id, r.reason, r.basis, r.revoked_on, r.recorded_at"
    };
}
macro_rules! copy_columns {
    () => {
        "e.id, e.version, e.scenario, e.addition, e.applied_on, e.valid_until, e.state, e.void_reason, e.copy_number, \
         e.made_at, k.version"
    };
}

statements! {
    BY_QUERY_NUMBER = (concat!("SELECT ", columns!(), " FROM query_number q JOIN ", of_certificate!(),
        " ON c.id = q.certificate_id ", revoked!(), " WHERE q.hash = $1 AND q.expires_on >= $2"));
    BY_TOKEN = (concat!("SELECT ", columns!(), ", ", copy_columns!(), ", t.copy_id FROM token_locator t JOIN ",
        of_certificate!(), " ON c.id = t.certificate_id ", revoked!(), "
        LEFT JOIN endorsement e ON e.certificate_id = t.certificate_id AND e.id = t.endorsement_id
        LEFT JOIN copy k ON k.certificate_id = t.certificate_id AND k.id = t.copy_id WHERE t.token_digest = $1"));
    OF_COPY = (concat!("SELECT ", columns!(), ", ", copy_columns!(), " FROM ", of_certificate!(), " ", revoked!(), "
        LEFT JOIN endorsement e ON e.certificate_id = c.id AND e.id = $2
        LEFT JOIN copy k ON k.certificate_id = c.id AND k.id = $3 WHERE c.id = $1"));
}

/// The certificate behind a query number that is valid on `today`.
pub async fn by_query_number(db: &Db, vault: &Vault, code: &str, today: Day) -> Result<Option<Standing>> {
    let row = db.first(BY_QUERY_NUMBER, args![&query_hash(vault, code), today]).await?;
    row.map(|row| of_certificate(vault, &mut row.fields())).transpose()
}

/// What stands behind the token in a copy's QR code.
pub async fn by_token(db: &Db, vault: &Vault, token: &str) -> Result<Option<(Found, Standing)>> {
    let row = db.first(BY_TOKEN, args![token_digest(token).as_ref()]).await?;
    let read = |row: Row| {
        let mut f = row.fields();
        let (standing, endorsement) = of_copy(vault, &mut f)?;
        let certificate = standing.certificate.id;
        Ok((Found { certificate, copy: f.take()?, endorsement }, standing))
    };
    row.map(read).transpose()
}

/// What stands behind a copy that was found otherwise.
pub async fn of_found(db: &Db, vault: &Vault, found: &Found) -> Result<Option<Standing>> {
    let args = args![&found.certificate, found.endorsement.as_ref(), &found.copy];
    let row = db.first(OF_COPY, args).await?;
    row.map(|row| of_copy(vault, &mut row.fields()).map(|(standing, _)| standing)).transpose()
}

fn of_certificate(vault: &Vault, f: &mut Fields<'_>) -> Result<Standing> {
    let certificate = certificate::read(vault, f)?;
    let (id, reason, basis): (Option<Id>, Option<_>, Option<_>) = (f.take()?, f.take()?, f.take()?);
    let (revoked_on, recorded_at) = (f.take::<Option<Day>>()?, f.take::<Option<Instant>>()?);
    let revocation = match (id, reason, basis, revoked_on, recorded_at) {
        (Some(id), Some(reason), Some(basis), Some(revoked_on), Some(recorded_at)) => {
            let (reinstated_at, reinstatement_basis) = (None, None);
            Some(Revocation {
                id,
                reason,
                basis,
                revoked_on,
                recorded_at,
                reinstated_at,
                reinstatement_basis,
            })
        }
        _ => None,
    };
    Ok(Standing { certificate, revocation, endorsed: None, version: None })
}

fn of_copy(vault: &Vault, f: &mut Fields<'_>) -> Result<(Standing, Option<Id>)> {
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
