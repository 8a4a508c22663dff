//! Messages to holders, written in the transaction of what they tell of and sent afterwards.

use crate::args;
use crate::db::sql::bulk;
use crate::db::{Arg, Tx, statements};
use crate::error::Result;
use crate::vault::{IdentityIndex, Place, Vault};
use serde_json::json;
use yinxin_model::{Id, Instant};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub id: Id,
    /// e.g. `certificate_online`
    pub kind: String,
    /// JSON. `None`: it cannot be opened, which must not keep the others waiting.
    pub payload: Option<String>,
    pub attempts: u32,
    pub made_at: Instant,
}

bulk! {
    MESSAGES: outbox (id blob, kind text, payload blob, state text, attempts int, made_at int);
}

statements! {
    HAS_ACCOUNT = "SELECT 1 FROM account WHERE document_index = $1 AND name_index = $2";
    WAITING = "SELECT id, kind, payload, attempts, made_at FROM outbox WHERE state = 'waiting' AND id > $1
        ORDER BY id LIMIT $2";
    ANY = "SELECT 1 FROM outbox WHERE state = 'waiting' LIMIT 1";
    SWEEP = "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE id < $1 AND state <> 'waiting' ORDER BY id LIMIT $2)";
    SENT = "UPDATE outbox SET state = 'sent', sent_at = $2, attempts = attempts + 1 WHERE id = $1 AND state = 'waiting'";
    TRIED = "UPDATE outbox SET attempts = attempts + 1, last_error = $2,
        state = CASE WHEN attempts + 1 >= $3 THEN 'failed' ELSE 'waiting' END WHERE id = $1 AND state = 'waiting'";
}

/// Puts one message down.
pub async fn put(tx: &mut Tx, vault: &Vault, kind: &str, payload: &str, at: Instant) -> Result<Id> {
    let message = seal(vault, kind, payload, at)?;
    tx.insert_many(MESSAGES, std::slice::from_ref(&message), push).await?;
    Ok(message.id)
}

/// Whether nothing waits.
pub async fn is_empty(tx: &mut Tx) -> Result<bool> {
    Ok(tx.opt(ANY, &[]).await?.is_none())
}

/// Messages to be sent, oldest first, after the message `after`.
pub async fn waiting(tx: &mut Tx, vault: &Vault, after: Option<Id>, limit: u32) -> Result<Vec<Message>> {
    let after = after.unwrap_or(Id([0; 16]));
    let mut messages = Vec::new();
    for row in tx.all(WAITING, args![&after, limit]).await? {
        let mut f = row.fields();
        let (id, kind): (Id, String) = (f.take()?, f.take()?);
        let payload = vault.open_text(place(&id), &f.take::<Vec<u8>>()?).ok();
        messages.push(Message { id, kind, payload, attempts: f.take()?, made_at: f.take()? });
    }
    Ok(messages)
}

/// False where somebody else has sent it.
pub async fn mark_sent(tx: &mut Tx, id: &Id, at: Instant) -> Result<bool> {
    Ok(tx.exec(SENT, args![id, at]).await? > 0)
}

/// Forgets up to `limit` messages before `before` that were sent or given up.
pub async fn sweep(tx: &mut Tx, before: &Id, limit: u32) -> Result<u64> {
    tx.exec(SWEEP, args![before, limit]).await
}

/// One attempt failed; after `most` attempts the message is given up.
pub async fn mark_tried(tx: &mut Tx, id: &Id, error: &str, most: u32) -> Result<()> {
    tx.exec(TRIED, args![id, error, most]).await.map(|_| ())
}

/// 您的证书已生成: for those of `published` who have an account.
pub(crate) async fn notify_online(
    tx: &mut Tx,
    vault: &Vault,
    published: &[(Id, IdentityIndex)],
    at: Instant,
) -> Result<()> {
    let asked: Vec<Vec<Arg<'_>>> =
        published.iter().map(|(_, index)| args![&index.document.0, &index.name].to_vec()).collect();
    let known = tx.each(HAS_ACCOUNT, &asked).await?;
    let mut messages = Vec::new();
    for ((certificate, _), _) in published.iter().zip(known).filter(|(_, rows)| !rows.is_empty()) {
        let payload = json!({ "certificate": certificate.to_string() }).to_string();
        messages.push(seal(vault, "certificate_online", &payload, at)?);
    }
    tx.insert_many(MESSAGES, &messages, push).await
}

struct Sealed {
    id: Id,
    kind: String,
    payload: Vec<u8>,
    at: Instant,
}

fn seal(vault: &Vault, kind: &str, payload: &str, at: Instant) -> Result<Sealed> {
    let id = vault.new_id(at);
    Ok(Sealed { payload: vault.seal(place(&id), payload.as_bytes())?, id, kind: kind.to_owned(), at })
}

fn push<'a>(message: &'a Sealed, args: &mut Vec<Arg<'a>>) {
    args.extend([
        Arg::from(&message.id),
        Arg::from(&message.kind),
        Arg::from(&message.payload),
        Arg::from("waiting"),
        Arg::from(0),
        Arg::from(message.at),
    ]);
}

fn place(id: &Id) -> Place<'_> {
    Place::new("outbox", "payload", &id.0)
}
