//! A new passkey: asked for by the holder, who shows once more that it is he; made by his device; kept.

use super::{MOST, key_of, named, not_offered, of_account, parsed, relying, written};
use crate::account::{self, Notice};
use crate::error::{Error, Result};
use crate::notice;
use crate::session::Session;
use crate::system::System;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use webauthn_rs::prelude::{PasskeyRegistration, RegisterPublicKeyCredential, Uuid};
use yinxin_model::ports::random;
use yinxin_model::{Id, Instant};
use yinxin_store::account as accounts;
use yinxin_store::challenge::{self, NewChallenge};
use yinxin_store::credential;
use yinxin_store::passkey::{self, Content, NewPasskey, Put};

const PURPOSE: &str = "passkey";
const LIFETIME_MS: i64 = 900_000;
/// What waits for the device; the library's state stays with us.
#[derive(Serialize, Deserialize)]
struct Waiting {
    account: String,
    /// When the credential was last changed by which the holder showed that it is he; `None`: he has none.
    changed_at: Option<i64>,
    handle: [u8; 16],
    options: Value,
    state: PasskeyRegistration,
}

/// Asks for a key. `password`: where [`account::again`] says so. Answers what names the question.
pub async fn begin(system: &System, own: &Session, password: &str) -> Result<Id> {
    let relying = relying(system).ok_or_else(not_offered)?;
    let index = notice::holder(&own.subject)?;
    // Read before the password is looked at: whatever changes from here on makes the answer come too late.
    let changed_at = account::of_account(system, &index).await?.map(|found| found.changed_at.0);
    account::confirm(system, own, password).await?;
    let there = of_account(system, own).await?;
    if there.len() >= MOST {
        return Err(too_many());
    }
    // One handle for all of an account's keys, so that a device keeps one key of it and not several.
    let handle = there.first().map_or_else(|| random(system.entropy()), |first| first.handle);
    let known = there.iter().map(|found| Ok(key_of(found)?.cred_id().clone()));
    let known = known.collect::<Result<Vec<_>>>()?;
    // Masked: the name stands in lists of devices that others look at.
    let asked =
        relying.start_passkey_registration(Uuid::from_bytes(handle), &own.name, &own.name, Some(known));
    let (asked, state) = asked.map_err(super::broken)?;
    let mut options = serde_json::to_value(asked.public_key).map_err(written)?;
    if let Some(wanted) = options.get_mut("authenticatorSelection").and_then(Value::as_object_mut) {
        // Who logs in says nothing of himself: the device must find the key by the site alone.
        wanted.insert("residentKey".into(), json!("required"));
        wanted.insert("requireResidentKey".into(), json!(true));
    }
    let account = crate::hex(&index.to_bytes());
    let waiting = Waiting { account, changed_at, handle, options, state };
    let now = system.now();
    let new = NewChallenge {
        id: Id(random(system.entropy())),
        purpose: PURPOSE,
        payload: serde_json::to_string(&waiting).map_err(written)?,
        // Nothing was sent: the device answers.
        code_hash: random(system.entropy()),
        tries: 0,
        sends: 0,
        expires_at: Instant(now.0 + LIFETIME_MS),
    };
    let (vault, id) = (system.vault.clone(), new.id);
    system.db.write(move |tx| Box::pin(async move { challenge::put(tx, &vault, &new, now).await })).await?;
    Ok(id)
}

/// What the device is asked with: `PublicKeyCredentialCreationOptionsJSON`. `None`: it is over.
pub async fn options(system: &System, own: &Session, question: &Id) -> Result<Option<Value>> {
    Ok(waiting(system, own, question).await?.map(|waiting| waiting.options))
}

/// The device's answer: from now on its key lets the holder in, under the name that he gave it.
pub async fn finish(system: &System, own: &Session, question: &Id, answer: &str, name: &str) -> Result<()> {
    let over = || Error::not_found("passkey_over");
    let name = named(name)?;
    let relying = relying(system).ok_or_else(not_offered)?;
    let waiting = waiting(system, own, question).await?.ok_or_else(over)?;
    let not_made = || Error::invalid("passkey_not_made");
    let answer: RegisterPublicKeyCredential = parsed(answer).ok_or_else(not_made)?;
    let key = relying.finish_passkey_registration(&answer, &waiting.state).map_err(|error| {
        tracing::info!(%error, "a new passkey was refused");
        not_made()
    })?;
    // A hint of the browser's, and true where it is given: such a key could never be found.
    if answer.extensions.cred_props.as_ref().is_some_and(|props| props.rk == Some(false)) {
        return Err(Error::invalid("passkey_not_discoverable"));
    }
    let new = NewPasskey {
        id: Id(random(system.entropy())),
        credential_digest: yinxin_seal::sha256(key.cred_id()),
        handle: waiting.handle,
        content: Content { name, key: serde_json::to_string(&key).map_err(written)? },
    };
    let (index, question) = (notice::holder(&own.subject)?, *question);
    let (vault, act, changed_at) = (system.vault.clone(), system.act(&own.subject), waiting.changed_at);
    let kept = system.transact(move |tx| {
        Box::pin(async move {
            accounts::hold(tx, &index).await?;
            // A holder who changes his password shuts out whoever has asked for a key with the old one.
            let now = credential::of_account(tx, &vault, &index).await?;
            let same = now.map(|now| now.changed_at.0) == changed_at;
            if !same || !challenge::take(tx, &question).await? {
                return Ok(Err(over()));
            }
            match passkey::put(tx, &vault, &act, &index, &new, MOST as i64).await? {
                Put::Made => {}
                Put::TooMany => return Ok(Err(too_many())),
                Put::Known => return Ok(Err(not_made())),
                Put::NoAccount => return Ok(Err(Error::not_found("account_not_found"))),
            }
            Notice::PasskeyAdded.put_for(tx, &vault, &index, act.at).await.map(Ok)
        })
    });
    kept.await
}

async fn waiting(system: &System, own: &Session, question: &Id) -> Result<Option<Waiting>> {
    let (vault, id, now) = (system.vault.clone(), *question, system.now());
    let read = system
        .db
        .read(move |tx| Box::pin(async move { challenge::get(tx, &vault, &id, PURPOSE, now).await }));
    let Some(found) = read.await? else { return Ok(None) };
    let waiting: Waiting = serde_json::from_str(&found.payload).map_err(written)?;
    let account = crate::hex(&notice::holder(&own.subject)?.to_bytes());
    Ok(Some(waiting).filter(|waiting| waiting.account == account))
}

fn too_many() -> Error {
    Error::conflict("passkeys_too_many").with("most", MOST)
}
