//! Messages to holders: the inbox of an account, and what is sent to its contact besides.
//!
//! A message is written in the transaction of what it tells of. Its id keeps it from being told twice; what is to be sent
//! is a job of the same transaction. Who has no account is told nothing.

use crate::args;
use crate::db::{Row, Tx, statements};
use crate::error::{Error, Result};
use crate::job;
use crate::vault::{DocumentIndex, IdentityIndex, Place, Vault};
use std::collections::BTreeMap;
use yinxin_model::states::MessageKind;
use yinxin_model::{Day, Id, Instant, Subject};

/// What a message says besides its kind, by name: ids, codes, dates.
pub type Values = BTreeMap<String, String>;

/// The kind of the jobs by which messages are sent to a contact; their subject is the message's id.
pub const SEND: &str = "message_send";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub id: Id,
    pub kind: MessageKind,
    pub values: Values,
    pub made_at: Instant,
    pub read_at: Option<Instant>,
}

/// An endorsement whose last day comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiring {
    pub certificate: Id,
    pub endorsement: Id,
}

statements! {
    HAS_ACCOUNT = "SELECT 1 FROM account WHERE document_index = $1 AND name_index = $2";
    PUT = "INSERT INTO message (document_index, name_index, id, kind, payload, made_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (document_index, name_index, id) DO NOTHING";
    HOLDER = "SELECT document_index, name_index, qualification, level FROM certificate WHERE id = $1";
    LIST = "SELECT id, kind, payload, made_at, read_at FROM message
        WHERE document_index = $1 AND name_index = $2 AND id < $3 ORDER BY id DESC LIMIT $4";
    DEVICES = "SELECT id, kind, payload, made_at, read_at FROM message
        WHERE document_index = $1 AND name_index = $2 AND kind = $3 ORDER BY id DESC LIMIT 200";
    GET = "SELECT id, kind, payload, made_at, read_at FROM message
        WHERE document_index = $1 AND name_index = $2 AND id = $3";
    READ = "UPDATE message SET read_at = $4
        WHERE document_index = $1 AND name_index = $2 AND id = $3 AND read_at IS NULL";
    READ_ALL = "UPDATE message SET read_at = $4
        WHERE document_index = $1 AND name_index = $2 AND id <= $3 AND read_at IS NULL";
    UNREAD = "SELECT count(*) FROM message WHERE document_index = $1 AND name_index = $2 AND read_at IS NULL";
    CHOICE = "SELECT kinds FROM message_choice WHERE document_index = $1 AND name_index = $2";
    CHOOSE = "INSERT INTO message_choice (document_index, name_index, kinds) VALUES ($1, $2, $3)
        ON CONFLICT (document_index, name_index) DO UPDATE SET kinds = excluded.kinds";
    FORGET = "DELETE FROM message WHERE document_index = $1 AND name_index = $2";
    FORGET_CHOICE = "DELETE FROM message_choice WHERE document_index = $1 AND name_index = $2";
    /// By the index of copies that come due: it begins with the day.
    EXPIRING = "SELECT c.certificate_id, c.endorsement_id FROM copy c
        JOIN endorsement e ON e.certificate_id = c.certificate_id AND e.id = c.endorsement_id
        WHERE c.state = 'kept' AND c.keep_until = $1 AND c.format = 'pdf' AND e.state = 'ready' AND e.valid_until = $2";
}

/// Tells the account of `index`. False where there is none.
pub async fn tell(
    tx: &mut Tx,
    vault: &Vault,
    index: &IdentityIndex,
    kind: MessageKind,
    values: &Values,
    at: Instant,
) -> Result<bool> {
    tell_once(tx, vault, &vault.new_id(at), index, kind, values, at).await
}

/// The same under an id of the caller's: false also where it was told already.
pub async fn tell_once(
    tx: &mut Tx,
    vault: &Vault,
    id: &Id,
    index: &IdentityIndex,
    kind: MessageKind,
    values: &Values,
    at: Instant,
) -> Result<bool> {
    if !put(tx, vault, id, index, kind, values, at).await? {
        return Ok(false);
    }
    if choice(tx, index).await?.contains(&kind) {
        job::put(tx, vault, SEND, &id.to_string(), &recipient(index), at, at).await?;
    }
    Ok(true)
}

/// The payload of a job that sends a message: whose it is.
pub(crate) fn recipient(index: &IdentityIndex) -> String {
    serde_json::json!({ "account": hex(&index.to_bytes()) }).to_string()
}

/// Whose message a job sends. `None`: its payload does not say so.
pub fn recipient_of(payload: &str) -> Option<IdentityIndex> {
    let values: Values = serde_json::from_str(payload).ok()?;
    IdentityIndex::from_bytes(&unhex(values.get("account")?)?)
}

/// Tells whoever a certificate belongs to, with its qualification and level.
pub async fn tell_holder(
    tx: &mut Tx,
    vault: &Vault,
    certificate: &Id,
    id: &Id,
    kind: MessageKind,
    values: Values,
    at: Instant,
) -> Result<bool> {
    let Some(row) = tx.opt(HOLDER, args![certificate]).await? else { return Ok(false) };
    let mut f = row.fields();
    let index = IdentityIndex { document: DocumentIndex(f.take()?), name: f.take()? };
    let mut values = values;
    values.insert("certificate".into(), certificate.to_string());
    values.insert("qualification".into(), f.take()?);
    values.insert("level".into(), f.take()?);
    tell_once(tx, vault, id, &index, kind, &values, at).await
}

/// Tells an account that a device was not seen before, once a device. The first one of all is nobody's surprise: it is
/// kept as read.
pub async fn tell_of_device(
    tx: &mut Tx,
    vault: &Vault,
    index: &IdentityIndex,
    device: &str,
    at: Instant,
) -> Result<()> {
    let rows = tx.all(DEVICES, args![&index.document.0, &index.name, MessageKind::NewDevice]).await?;
    for row in &rows {
        if read(vault, row)?.values.get("device").is_some_and(|known| program(known) == program(device)) {
            return Ok(());
        }
    }
    let values = Values::from([("device".to_owned(), device.to_owned())]);
    let (id, kind) = (vault.new_id(at), MessageKind::NewDevice);
    if !rows.is_empty() {
        return tell_once(tx, vault, &id, index, kind, &values, at).await.map(|_| ());
    }
    put(tx, vault, &id, index, kind, &values, at).await?;
    tx.exec(READ, args![&index.document.0, &index.name, &id, at]).await.map(|_| ())
}

/// The subject's own messages, newest first, older than `before`.
pub async fn list(
    tx: &mut Tx,
    vault: &Vault,
    asking: &Subject,
    before: Option<Id>,
    limit: u32,
) -> Result<Vec<Message>> {
    let Some(index) = own(asking) else { return Ok(Vec::new()) };
    let before = before.unwrap_or(Id([0xff; 16]));
    let rows = tx.all(LIST, args![&index.document.0, &index.name, &before, limit]).await?;
    rows.iter().map(|row| read(vault, row)).collect()
}

/// One of the subject's own, or for the system one of `index`.
pub async fn get(tx: &mut Tx, vault: &Vault, index: &IdentityIndex, id: &Id) -> Result<Option<Message>> {
    let row = tx.opt(GET, args![&index.document.0, &index.name, id]).await?;
    row.map(|row| read(vault, &row)).transpose()
}

/// Notes that one was read. False where the subject has no such message that was unread.
pub async fn mark_read(tx: &mut Tx, by: &Subject, id: &Id, at: Instant) -> Result<bool> {
    let Some(index) = own(by) else { return Ok(false) };
    Ok(tx.exec(READ, args![&index.document.0, &index.name, id, at]).await? > 0)
}

/// The same of all up to `newest`: what came later was not seen.
pub async fn mark_all_read(tx: &mut Tx, by: &Subject, newest: &Id, at: Instant) -> Result<u64> {
    let Some(index) = own(by) else { return Ok(0) };
    tx.exec(READ_ALL, args![&index.document.0, &index.name, newest, at]).await
}

pub async fn unread(tx: &mut Tx, asking: &Subject) -> Result<u64> {
    let Some(index) = own(asking) else { return Ok(0) };
    tx.one(UNREAD, args![&index.document.0, &index.name]).await?.get(0)
}

/// Which kinds are sent to the contact, too.
pub async fn choice(tx: &mut Tx, index: &IdentityIndex) -> Result<Vec<MessageKind>> {
    let Some(row) = tx.opt(CHOICE, args![&index.document.0, &index.name]).await? else {
        return Ok(MessageKind::usually_sent());
    };
    Ok(row.get::<String>(0)?.split(' ').filter_map(MessageKind::parse).collect())
}

pub async fn choose(tx: &mut Tx, index: &IdentityIndex, kinds: &[MessageKind]) -> Result<()> {
    let kinds = kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(" ");
    tx.exec(CHOOSE, args![&index.document.0, &index.name, &kinds]).await.map(|_| ())
}

/// Everything that an account was told goes with it.
pub async fn forget(tx: &mut Tx, index: &IdentityIndex) -> Result<u64> {
    tx.exec(FORGET_CHOICE, args![&index.document.0, &index.name]).await?;
    tx.exec(FORGET, args![&index.document.0, &index.name]).await
}

/// A device's label without the network it was in, which changes with every journey.
fn program(device: &str) -> &str {
    device.rsplit_once(" · ").map_or(device, |(program, _)| program)
}

/// Endorsements in force whose last day is `valid_until`. `keep_days`: for how long copies are kept after it.
pub async fn expiring(tx: &mut Tx, valid_until: Day, keep_days: i32) -> Result<Vec<Expiring>> {
    let rows = tx.all(EXPIRING, args![valid_until.plus(keep_days), valid_until]).await?;
    rows.iter().map(|row| Ok(Expiring { certificate: row.get(0)?, endorsement: row.get(1)? })).collect()
}

async fn put(
    tx: &mut Tx,
    vault: &Vault,
    id: &Id,
    index: &IdentityIndex,
    kind: MessageKind,
    values: &Values,
    at: Instant,
) -> Result<bool> {
    let (document, name) = (&index.document.0, &index.name);
    if tx.opt(HAS_ACCOUNT, args![document, name]).await?.is_none() {
        return Ok(false);
    }
    let text = serde_json::to_string(values).map_err(|_| Error::Shape { column: 0, expected: "values" })?;
    let sealed = vault.seal(place(id), text.as_bytes())?;
    Ok(tx.exec(PUT, args![document, name, id, kind, &sealed, at]).await? > 0)
}

fn own(subject: &Subject) -> Option<IdentityIndex> {
    match subject {
        Subject::Holder { identity_index } => IdentityIndex::from_bytes(identity_index),
        Subject::System | Subject::Public | Subject::Staff { .. } => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let octet = |at| text.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
    if text.len().is_multiple_of(2) { (0..text.len()).step_by(2).map(octet).collect() } else { None }
}

fn place(id: &Id) -> Place<'_> {
    Place::new("message", "payload", &id.0)
}

fn read(vault: &Vault, row: &Row) -> Result<Message> {
    let mut f = row.fields();
    let (id, kind): (Id, MessageKind) = (f.take()?, f.take()?);
    let text = vault.open_text(place(&id), &f.take::<Vec<u8>>()?)?;
    let values =
        serde_json::from_str(&text).map_err(|_| Error::SealBroken { place: place(&id).to_string() })?;
    Ok(Message { id, kind, values, made_at: f.take()?, read_at: f.take()? })
}
