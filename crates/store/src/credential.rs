//! What lets a holder in: registrations before the identity is proved, credentials afterwards.
//!
//! Passwords come hashed; the hash is sealed once more, so that a stolen database alone gives nothing to guess at.

use crate::account;
use crate::args;
use crate::audit::{self, Act, Object};
use crate::db::{Row, Tx, statements};
use crate::error::{Error, Result};
use crate::message::{self, Values};
use crate::record;
use crate::vault::{DocumentIndex, IdentityIndex, Place, Vault};
use serde_json::{Value, json};
use yinxin_model::states::MessageKind;
use yinxin_model::{Id, Identity, Instant};

/// Somebody who says who he is, and has not proved it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    pub id: Id,
    pub identity: Identity,
    /// JSON of the caller: confirmed contact, hashed password.
    pub secret: String,
    pub expires_at: Instant,
}

/// With what an account's holder comes in.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    pub id: Id,
    pub index: IdentityIndex,
    /// PHC string.
    pub password: String,
    pub contact: String,
    /// `None`: no second step.
    pub totp: Option<Totp>,
    pub changed_at: Instant,
}

/// The second step.
#[derive(Clone, PartialEq, Eq)]
pub struct Totp {
    pub secret: Vec<u8>,
    /// Hashes of the recovery codes that are left.
    pub recovery: Vec<String>,
    /// As stored, so that one code is taken once.
    recovery_sealed: Vec<u8>,
}

statements! {
    REGISTER = "INSERT INTO registration (id, identity, secret, made_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
    REGISTRATION = "SELECT id, identity, secret, expires_at FROM registration WHERE id = $1 AND expires_at > $2";
    SET_SECRET = "UPDATE registration SET secret = $2 WHERE id = $1";
    UNREGISTER = "DELETE FROM registration WHERE id = $1";
    SWEEP = "DELETE FROM registration WHERE id IN (SELECT id FROM registration WHERE expires_at <= $1 ORDER BY id LIMIT $2)";
    PUT = "INSERT INTO credential (id, document_index, name_index, password, contact, totp_step, changed_at)
        VALUES ($1, $2, $3, $4, $5, 0, $6) ON CONFLICT (document_index, name_index) DO NOTHING";
    /// Of several names of one document the one proved last is the person's present one.
    OF_DOCUMENT = "SELECT c.id, c.document_index, c.name_index, c.password, c.contact, c.totp, c.recovery, c.changed_at
        FROM credential c JOIN account a ON a.document_index = c.document_index AND a.name_index = c.name_index
        WHERE c.document_index = $1 AND a.assurance = 'verified' ORDER BY a.proved_at DESC, c.id DESC LIMIT 1";
    OF_ACCOUNT = "SELECT id, document_index, name_index, password, contact, totp, recovery, changed_at FROM credential
        WHERE document_index = $1 AND name_index = $2";
    SET_PASSWORD = "UPDATE credential SET password = $2, changed_at = $3 WHERE id = $1";
    SET_CONTACT = "UPDATE credential SET contact = $2, changed_at = $3 WHERE id = $1";
    SET_TOTP = "UPDATE credential SET totp = $2, recovery = $3, totp_step = $4, changed_at = $5 WHERE id = $1";
    USE_STEP = "UPDATE credential SET totp_step = $2 WHERE id = $1 AND totp_step < $2";
    USE_RECOVERY = "UPDATE credential SET recovery = $3 WHERE id = $1 AND recovery = $2";
    DELETE = "DELETE FROM credential WHERE document_index = $1 AND name_index = $2";
}

/// Keeps a registration until it is proved or its time is over.
pub async fn register(tx: &mut Tx, vault: &Vault, act: &Act, new: &Registration) -> Result<()> {
    let identity =
        vault.seal(place("registration", "identity", &new.id), &record::encode_identity(&new.identity))?;
    let secret = vault.seal(place("registration", "secret", &new.id), new.secret.as_bytes())?;
    tx.exec(REGISTER, args![&new.id, &identity, &secret, act.at, new.expires_at]).await?;
    let id = new.id.to_string();
    audit::record(tx, act, "registration_begun", Object { kind: "registration", id: &id }, json!({})).await
}

/// `None` where it is proved, over, or never was.
pub async fn registration(tx: &mut Tx, vault: &Vault, id: &Id, now: Instant) -> Result<Option<Registration>> {
    let Some(row) = tx.opt(REGISTRATION, args![id, now]).await? else { return Ok(None) };
    let mut f = row.fields();
    let id: Id = f.take()?;
    let at = place("registration", "identity", &id);
    let plain = vault.open(at, &f.take::<Vec<u8>>()?)?;
    let identity = record::decode_identity(&plain).ok_or(Error::SealBroken { place: at.to_string() })?;
    let secret = vault.open_text(place("registration", "secret", &id), &f.take::<Vec<u8>>()?)?;
    Ok(Some(Registration { id, identity, secret, expires_at: f.take()? }))
}

/// Puts another secret in its place. False where it is gone.
pub async fn set_secret(tx: &mut Tx, vault: &Vault, id: &Id, secret: &str) -> Result<bool> {
    let sealed = vault.seal(place("registration", "secret", id), secret.as_bytes())?;
    Ok(tx.exec(SET_SECRET, args![id, &sealed]).await? > 0)
}

/// The registration has become an account, or was given up.
pub async fn unregister(tx: &mut Tx, id: &Id) -> Result<bool> {
    Ok(tx.exec(UNREGISTER, args![id]).await? > 0)
}

/// Deletes up to `limit` registrations whose time was over at `now`.
pub async fn sweep(tx: &mut Tx, now: Instant, limit: u32) -> Result<u64> {
    tx.exec(SWEEP, args![now, limit]).await
}

/// Gives an account its credential. False where it has one: the identity is taken.
pub async fn put(
    tx: &mut Tx,
    vault: &Vault,
    act: &Act,
    index: &IdentityIndex,
    password: &str,
    contact: &str,
) -> Result<bool> {
    let id = vault.new_id(act.at);
    let password = vault.seal(place("credential", "password", &id), password.as_bytes())?;
    let contact = vault.seal(place("credential", "contact", &id), contact.as_bytes())?;
    let (document, name) = (&index.document.0, &index.name);
    if tx.exec(PUT, args![&id, document, name, &password, &contact, act.at]).await? == 0 {
        return Ok(false);
    }
    note(tx, act, "credential_made", index, json!({})).await?;
    Ok(true)
}

/// Of the account that was proved last for a document.
pub async fn of_document(tx: &mut Tx, vault: &Vault, document: &DocumentIndex) -> Result<Option<Credential>> {
    let row = tx.opt(OF_DOCUMENT, args![&document.0]).await?;
    row.map(|row| read(vault, &row)).transpose()
}

pub async fn of_account(tx: &mut Tx, vault: &Vault, index: &IdentityIndex) -> Result<Option<Credential>> {
    let row = tx.opt(OF_ACCOUNT, args![&index.document.0, &index.name]).await?;
    row.map(|row| read(vault, &row)).transpose()
}

/// `how`: for the audit, e.g. `changed` or `recovered`.
pub async fn set_password(
    tx: &mut Tx,
    vault: &Vault,
    act: &Act,
    of: &Credential,
    password: &str,
    how: &'static str,
) -> Result<()> {
    let sealed = vault.seal(place("credential", "password", &of.id), password.as_bytes())?;
    tx.exec(SET_PASSWORD, args![&of.id, &sealed, act.at]).await?;
    message::tell(tx, vault, &of.index, MessageKind::PasswordChanged, &Values::new(), act.at).await?;
    note(tx, act, "password_set", &of.index, json!({ "how": how })).await
}

pub async fn set_contact(
    tx: &mut Tx,
    vault: &Vault,
    act: &Act,
    of: &Credential,
    contact: &str,
) -> Result<()> {
    let sealed = vault.seal(place("credential", "contact", &of.id), contact.as_bytes())?;
    tx.exec(SET_CONTACT, args![&of.id, &sealed, act.at]).await?;
    message::tell(tx, vault, &of.index, MessageKind::ContactChanged, &Values::new(), act.at).await?;
    note(tx, act, "contact_set", &of.index, json!({})).await
}

/// Turns the second step on. `step`: that of the code which proved that the secret has arrived.
pub async fn set_totp(
    tx: &mut Tx,
    vault: &Vault,
    act: &Act,
    of: &Credential,
    secret: &[u8],
    recovery: &[String],
    step: i64,
) -> Result<()> {
    let secret = vault.seal(place("credential", "totp", &of.id), secret)?;
    let recovery = seal_recovery(vault, &of.id, recovery)?;
    tx.exec(SET_TOTP, args![&of.id, &secret, &recovery, step, act.at]).await?;
    note(tx, act, "second_step_on", &of.index, json!({})).await
}

pub async fn drop_totp(tx: &mut Tx, act: &Act, of: &Credential) -> Result<()> {
    let none: Option<&Vec<u8>> = None;
    tx.exec(SET_TOTP, args![&of.id, none, none, 0i64, act.at]).await?;
    note(tx, act, "second_step_off", &of.index, json!({})).await
}

/// Takes the code of a time step. False where that or a later one was taken: nobody who looked over a shoulder uses it
/// again.
pub async fn use_step(tx: &mut Tx, of: &Credential, step: i64) -> Result<bool> {
    Ok(tx.exec(USE_STEP, args![&of.id, step]).await? > 0)
}

/// Takes a recovery code. False where it is none, or somebody else has just taken one.
pub async fn use_recovery(
    tx: &mut Tx,
    vault: &Vault,
    act: &Act,
    of: &Credential,
    hash: &str,
) -> Result<bool> {
    let Some(totp) = of.totp.as_ref().filter(|totp| totp.recovery.iter().any(|left| left == hash)) else {
        return Ok(false);
    };
    let left: Vec<String> = totp.recovery.iter().filter(|left| *left != hash).cloned().collect();
    let sealed = seal_recovery(vault, &of.id, &left)?;
    if tx.exec(USE_RECOVERY, args![&of.id, &totp.recovery_sealed, &sealed]).await? == 0 {
        return Ok(false);
    }
    note(tx, act, "recovery_code_used", &of.index, json!({ "left": left.len() })).await?;
    Ok(true)
}

/// What lets nobody in any more.
pub(crate) async fn delete(tx: &mut Tx, index: &IdentityIndex) -> Result<bool> {
    Ok(tx.exec(DELETE, args![&index.document.0, &index.name]).await? > 0)
}

fn seal_recovery(vault: &Vault, id: &Id, left: &[String]) -> Result<Vec<u8>> {
    vault.seal(place("credential", "recovery", id), left.join(" ").as_bytes())
}

fn read(vault: &Vault, row: &Row) -> Result<Credential> {
    let mut f = row.fields();
    let id: Id = f.take()?;
    let index = IdentityIndex { document: DocumentIndex(f.take()?), name: f.take()? };
    let password = vault.open_text(place("credential", "password", &id), &f.take::<Vec<u8>>()?)?;
    let contact = vault.open_text(place("credential", "contact", &id), &f.take::<Vec<u8>>()?)?;
    let (secret, recovery): (Option<Vec<u8>>, Option<Vec<u8>>) = (f.take()?, f.take()?);
    let totp = match (secret, recovery) {
        (Some(secret), Some(recovery_sealed)) => {
            let text = vault.open_text(place("credential", "recovery", &id), &recovery_sealed)?;
            let recovery = text.split_whitespace().map(str::to_owned).collect();
            let secret = vault.open(place("credential", "totp", &id), &secret)?.to_vec();
            Some(Totp { secret, recovery, recovery_sealed })
        }
        _ => None,
    };
    Ok(Credential { id, index, password, contact, totp, changed_at: f.take()? })
}

async fn note(
    tx: &mut Tx,
    act: &Act,
    action: &'static str,
    index: &IdentityIndex,
    detail: Value,
) -> Result<()> {
    let actor = account::actor(index);
    audit::record(tx, act, action, Object { kind: "account", id: &actor }, detail).await
}

fn place<'a>(table: &'a str, column: &'a str, id: &'a Id) -> Place<'a> {
    Place::new(table, column, &id.0)
}
