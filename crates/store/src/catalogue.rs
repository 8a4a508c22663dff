//! What the whole installation shares: marks of the instance, catalogue versions, staff, seals, the service notice.

use crate::args;
use crate::audit::{self, Act, Object};
use crate::db::{Row, Tx, statements};
use crate::error::{Error, Result};
use serde_json::json;
use yinxin_model::states::{Role, SealState};
use yinxin_model::{Instant, Subject};

/// One version of the catalogue's text; all are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueVersion {
    pub version: u32,
    pub text: String,
    pub digest: Vec<u8>,
    pub made_at: Instant,
    pub made_by: String,
}

/// A member of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    pub name: String,
    pub roles: Vec<Role>,
    /// `None`: the platform's own.
    pub organisation: Option<String>,
    pub active: bool,
}

/// A seal's public part. Its key is the keyring's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    pub code: String,
    pub organisation: String,
    pub name: String,
    /// `ministry` or `association`
    pub family: String,
    /// DER
    pub certificate: Vec<u8>,
    pub valid_from: Instant,
    pub valid_until: Instant,
    pub state: SealState,
    /// `None` where it seals no OFD.
    pub national: Option<NationalSeal>,
}

/// With what a seal seals OFD (GB/T 38540): its second certificate, and what is to be known of its electronic seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NationalSeal {
    /// DER, of the key on SM2.
    pub certificate: Vec<u8>,
    /// SHA-256 of the electronic seal.
    pub digest: [u8; 32],
    /// The electronic seal's own code.
    pub serial: String,
    /// 4 or 5.
    pub version: u32,
    /// The electronic seal's, which need not be the certificate's.
    pub valid_from: Instant,
    pub valid_until: Instant,
}

/// A version of the text that every holder must agree to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub version: u32,
    pub text: String,
    pub made_at: Instant,
}

statements! {
    META_GET = "SELECT value FROM meta WHERE name = $1";
    META_SET = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    META_CLAIM = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    CATALOGUE_ADD = "INSERT INTO catalogue_version (version, text, digest, made_at, made_by)
        SELECT coalesce(max(version), 0) + 1, CAST($1 AS TEXT), $2, $3, CAST($4 AS TEXT) FROM catalogue_version
        RETURNING version";
    CATALOGUE_CURRENT = "SELECT version, text, digest, made_at, made_by FROM catalogue_version
        ORDER BY version DESC LIMIT 1";
    STAFF_PUT = "INSERT INTO staff (name, roles, organisation, active, made_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (name) DO UPDATE SET roles = excluded.roles, organisation = excluded.organisation,
        active = excluded.active";
    STAFF_GET = "SELECT name, roles, organisation, active FROM staff WHERE name = $1";
    STAFF_LIST = "SELECT name, roles, organisation, active FROM staff ORDER BY name";
    SEAL_PUT = "INSERT INTO seal (code, organisation, name, family, certificate, valid_from, valid_until, state)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (code) DO UPDATE SET organisation = excluded.organisation, name = excluded.name,
        family = excluded.family, certificate = excluded.certificate, valid_from = excluded.valid_from,
        valid_until = excluded.valid_until, state = excluded.state";
    SEAL_STATE = "UPDATE seal SET state = $2 WHERE code = $1";
    SEAL_GET = "SELECT s.code, s.organisation, s.name, s.family, s.certificate, s.valid_from, s.valid_until, s.state,
        n.certificate, n.digest, n.serial, n.version, n.valid_from, n.valid_until
        FROM seal s LEFT JOIN national_seal n ON n.code = s.code WHERE s.code = $1";
    SEAL_LIST = "SELECT s.code, s.organisation, s.name, s.family, s.certificate, s.valid_from, s.valid_until, s.state,
        n.certificate, n.digest, n.serial, n.version, n.valid_from, n.valid_until
        FROM seal s LEFT JOIN national_seal n ON n.code = s.code ORDER BY s.code";
    NATIONAL_PUT = "INSERT INTO national_seal (code, certificate, digest, serial, version, valid_from, valid_until)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (code) DO UPDATE SET certificate = excluded.certificate, digest = excluded.digest,
        serial = excluded.serial, version = excluded.version, valid_from = excluded.valid_from,
        valid_until = excluded.valid_until";
    NATIONAL_DROP = "DELETE FROM national_seal WHERE code = $1";
    NOTICE_ADD = "INSERT INTO service_notice (version, text, made_at)
        SELECT coalesce(max(version), 0) + 1, CAST($1 AS TEXT), $2 FROM service_notice RETURNING version";
    NOTICE_CURRENT = "SELECT version, text, made_at FROM service_notice ORDER BY version DESC LIMIT 1";
}

/// A mark of this installation, e.g. `instance` or `demo`.
pub async fn meta(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    tx.opt(META_GET, args![name]).await?.map(|row| row.get(0)).transpose()
}

pub async fn set_meta(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    tx.exec(META_SET, args![name, value]).await.map(|_| ())
}

/// Sets a mark once and returns what stands there now: another value means that the database belongs to somebody else.
pub async fn claim_meta(tx: &mut Tx, name: &str, value: &str) -> Result<String> {
    if tx.exec(META_CLAIM, args![name, value]).await? > 0 {
        return Ok(value.to_owned());
    }
    tx.one(META_GET, args![name]).await?.get(0)
}

/// Adds a version and returns its number.
pub async fn add_catalogue(tx: &mut Tx, act: &Act, text: &str, digest: &[u8]) -> Result<u32> {
    let by = act.name();
    let version: u32 = tx.one(CATALOGUE_ADD, args![text, digest, act.at, &by]).await?.get(0)?;
    let id = version.to_string();
    audit::record(tx, act, "catalogue_changed", Object { kind: "catalogue", id: &id }, json!({})).await?;
    Ok(version)
}

pub async fn current_catalogue(tx: &mut Tx) -> Result<Option<CatalogueVersion>> {
    let row = tx.opt(CATALOGUE_CURRENT, &[]).await?;
    row.map(|row| {
        Ok(CatalogueVersion {
            version: row.get(0)?,
            text: row.get(1)?,
            digest: row.get(2)?,
            made_at: row.get(3)?,
            made_by: row.get(4)?,
        })
    })
    .transpose()
}

/// Adds or replaces a member of staff.
pub async fn put_staff(tx: &mut Tx, act: &Act, staff: &Staff) -> Result<()> {
    let names: Vec<&str> = staff.roles.iter().map(|role| role.as_str()).collect();
    let roles = names.join(" ");
    let organisation = staff.organisation.as_deref();
    tx.exec(STAFF_PUT, args![&staff.name, &roles, organisation, staff.active, act.at]).await?;
    let detail = json!({ "roles": roles, "organisation": organisation, "active": staff.active });
    audit::record(tx, act, "staff_changed", Object { kind: "staff", id: &staff.name }, detail).await
}

pub async fn staff(tx: &mut Tx, name: &str) -> Result<Option<Staff>> {
    tx.opt(STAFF_GET, args![name]).await?.map(|row| read_staff(&row)).transpose()
}

pub async fn list_staff(tx: &mut Tx) -> Result<Vec<Staff>> {
    tx.all(STAFF_LIST, &[]).await?.iter().map(read_staff).collect()
}

impl Staff {
    pub fn subject(&self) -> Subject {
        Subject::Staff {
            name: self.name.clone(),
            roles: self.roles.clone(),
            organisation: self.organisation.clone(),
        }
    }
}

/// Adds a seal's public part or replaces all of it.
pub async fn put_seal(tx: &mut Tx, act: &Act, seal: &Seal) -> Result<()> {
    let (from, until) = (seal.valid_from, seal.valid_until);
    let (organisation, name, family) = (&seal.organisation, &seal.name, &seal.family);
    tx.exec(
        SEAL_PUT,
        args![&seal.code, organisation, name, family, &seal.certificate, from, until, seal.state],
    )
    .await?;
    match &seal.national {
        Some(national) => put_national(tx, &seal.code, national).await?,
        None => {
            tx.exec(NATIONAL_DROP, args![&seal.code]).await?;
        }
    }
    let electronic = seal.national.as_ref().map(|national| &national.serial);
    let detail = json!({
        "organisation": organisation, "state": seal.state.as_str(), "electronic_seal": electronic,
    });
    audit::record(tx, act, "seal_changed", Object { kind: "seal", id: &seal.code }, detail).await
}

async fn put_national(tx: &mut Tx, code: &str, national: &NationalSeal) -> Result<()> {
    let NationalSeal { certificate, digest, serial, version, valid_from, valid_until } = national;
    let (from, until) = (*valid_from, *valid_until);
    tx.exec(NATIONAL_PUT, args![code, certificate, digest, serial, *version, from, until]).await.map(|_| ())
}

/// False where there is no such seal.
pub async fn set_seal_state(tx: &mut Tx, act: &Act, code: &str, state: SealState) -> Result<bool> {
    if tx.exec(SEAL_STATE, args![code, state]).await? == 0 {
        return Ok(false);
    }
    let detail = json!({ "state": state.as_str() });
    audit::record(tx, act, "seal_state_changed", Object { kind: "seal", id: code }, detail).await?;
    Ok(true)
}

pub async fn seal(tx: &mut Tx, code: &str) -> Result<Option<Seal>> {
    tx.opt(SEAL_GET, args![code]).await?.map(|row| read_seal(&row)).transpose()
}

pub async fn list_seals(tx: &mut Tx) -> Result<Vec<Seal>> {
    tx.all(SEAL_LIST, &[]).await?.iter().map(read_seal).collect()
}

/// Adds a version of the service notice and returns its number.
pub async fn add_notice(tx: &mut Tx, act: &Act, text: &str) -> Result<u32> {
    let version: u32 = tx.one(NOTICE_ADD, args![text, act.at]).await?.get(0)?;
    let id = version.to_string();
    audit::record(tx, act, "service_notice_changed", Object { kind: "service_notice", id: &id }, json!({}))
        .await?;
    Ok(version)
}

pub async fn current_notice(tx: &mut Tx) -> Result<Option<Notice>> {
    let row = tx.opt(NOTICE_CURRENT, &[]).await?;
    row.map(|row| Ok(Notice { version: row.get(0)?, text: row.get(1)?, made_at: row.get(2)? })).transpose()
}

fn read_staff(row: &Row) -> Result<Staff> {
    let roles: String = row.get(1)?;
    let known = |name: &str| Role::parse(name).ok_or(Error::Shape { column: 1, expected: "known roles" });
    Ok(Staff {
        name: row.get(0)?,
        roles: roles.split_whitespace().map(known).collect::<Result<_>>()?,
        organisation: row.get(2)?,
        active: row.get(3)?,
    })
}

fn read_seal(row: &Row) -> Result<Seal> {
    let mut f = row.fields();
    Ok(Seal {
        code: f.take()?,
        organisation: f.take()?,
        name: f.take()?,
        family: f.take()?,
        certificate: f.take()?,
        valid_from: f.take()?,
        valid_until: f.take()?,
        state: f.take()?,
        national: match f.take()? {
            None => None,
            Some(certificate) => Some(NationalSeal {
                certificate,
                digest: f.take()?,
                serial: f.take()?,
                version: f.take()?,
                valid_from: f.take()?,
                valid_until: f.take()?,
            }),
        },
    })
}
