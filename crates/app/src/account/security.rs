//! What a holder who is logged in changes about how he comes in. Each change asks for the password, so that a borrowed
//! session cannot take an account over, and is told to the contact that is known.

use super::code::{self, Payload, Pending, Sent};
use super::totp::{self, TotpKey};
use super::{Notice, new_session, of_account, password, register};
use crate::contact::Contact;
use crate::error::{Error, Result};
use crate::notice;
use crate::session::{self, Session, SessionToken};
use crate::system::System;
use yinxin_model::ports::random;
use yinxin_model::{Id, Instant};
use yinxin_store::challenge::{self, NewChallenge};
use yinxin_store::credential::Credential;
use yinxin_store::session::Owner;
use yinxin_store::{IdentityIndex, Tx, Vault, account, credential};

const CONTACT: &str = "contact";
const TOTP: &str = "totp";
const TOTP_MS: i64 = 900_000;

/// How the holder comes in now.
#[derive(Clone, Debug)]
pub struct Security {
    /// Masked.
    pub contact: String,
    pub second_step: bool,
    /// How many recovery codes are left.
    pub recovery_codes: usize,
    pub changed_at: Instant,
}

pub async fn security(system: &System, own: &Session) -> Result<Security> {
    let found = of_account(system, &notice::holder(&own.subject)?).await?.ok_or_else(gone)?;
    Ok(Security {
        contact: Contact::from_stored(&found.contact).map(|contact| contact.masked()).unwrap_or_default(),
        second_step: found.totp.is_some(),
        recovery_codes: found.totp.map_or(0, |totp| totp.recovery.len()),
        changed_at: found.changed_at,
    })
}

/// Another password: all sessions end, and this one goes on under a new token.
pub async fn change_password(system: &System, own: &Session, old: &str, new: &str) -> Result<SessionToken> {
    let index = notice::holder(&own.subject)?;
    let found = password::confirm(system, &index, old).await?;
    let (vault, subject) = (system.vault.clone(), own.subject.clone());
    let account = system
        .db
        .read(move |tx| Box::pin(async move { account::get(tx, &vault, &subject, &index).await }))
        .await?
        .ok_or_else(gone)?;
    register::check_password(new, &account.identity, Contact::from_stored(&found.contact).as_ref())?;
    let phc = password::hash(system, new).await?;
    let token = session::token(system);
    let begun = new_session(system, &token, Owner::Account(index), &own.device);
    let (vault, act) = (system.vault.clone(), system.act(&own.subject));
    let changed = system.transact(move |tx| {
        Box::pin(async move {
            if !is_unchanged(tx, &vault, &found).await? {
                return Ok(Err(Error::invalid("password_wrong")));
            }
            credential::set_password(tx, &vault, &act, &found, &phc, "changed").await?;
            yinxin_store::session::end_all(tx, &act, &index, None).await?;
            yinxin_store::session::begin(tx, &vault, &act, &begun).await?;
            Notice::PasswordChanged.put(tx, &vault, &found.contact, act.at).await.map(Ok)
        })
    });
    changed.await?;
    Ok(token)
}

/// Sends a code to the new contact.
pub async fn begin_contact(system: &System, own: &Session, password: &str, contact: &str) -> Result<Sent> {
    let index = notice::holder(&own.subject)?;
    let contact = Contact::parse(contact)?.stored();
    password::confirm(system, &index, password).await?;
    let payload = Payload {
        pace: contact.clone(),
        contact: Some(contact),
        told: true,
        account: Some(crate::hex(&index.to_bytes())),
        identity: None,
        changed_at: None,
        shown: None,
    };
    code::begin(system, CONTACT, payload, true).await
}

pub async fn pending_contact(system: &System, own: &Session, challenge: &Id) -> Result<Option<Pending>> {
    let Some((_, payload)) = code::get(system, CONTACT, challenge).await? else { return Ok(None) };
    if !is_of(&payload, &notice::holder(&own.subject)?) {
        return Ok(None);
    }
    code::pending(system, CONTACT, challenge).await
}

pub async fn resend_contact(system: &System, own: &Session, challenge: &Id) -> Result<()> {
    pending_contact(system, own, challenge).await?.ok_or_else(|| Error::not_found("code_over"))?;
    code::resend(system, CONTACT, challenge, true).await
}

/// The new contact is confirmed; the old one is told.
pub async fn confirm_contact(system: &System, own: &Session, challenge: &Id, typed: &str) -> Result<()> {
    let over = || Error::not_found("code_over");
    let index = notice::holder(&own.subject)?;
    pending_contact(system, own, challenge).await?.ok_or_else(over)?;
    let payload = code::redeem(system, CONTACT, challenge, typed).await?;
    let contact = payload.contact.filter(|_| payload.account.is_some()).ok_or_else(over)?;
    let found = of_account(system, &index).await?.ok_or_else(gone)?;
    let (vault, act) = (system.vault.clone(), system.act(&own.subject));
    let set = system.transact(move |tx| {
        Box::pin(async move {
            if !is_unchanged(tx, &vault, &found).await? {
                return Ok(Err(over()));
            }
            credential::set_contact(tx, &vault, &act, &found, &contact).await?;
            Notice::ContactChanged.put(tx, &vault, &found.contact, act.at).await.map(Ok)
        })
    });
    set.await
}

/// A key for the holder's authenticator; nothing is on until a code of it has come back.
pub async fn begin_totp(system: &System, own: &Session, password: &str) -> Result<Id> {
    let index = notice::holder(&own.subject)?;
    password::confirm(system, &index, password).await?;
    let key = TotpKey::new(system.entropy(), &system.config.platform.name);
    let payload = Payload {
        account: Some(crate::hex(&index.to_bytes())),
        shown: Some(crate::hex(key.secret())),
        ..Payload::default()
    };
    let now = system.now();
    let new = NewChallenge {
        id: code::random_id(system),
        purpose: TOTP,
        payload: code::written(&payload)?,
        code_hash: random(system.entropy()),
        tries: 0,
        sends: 0,
        expires_at: Instant(now.0 + TOTP_MS),
    };
    let (vault, id) = (system.vault.clone(), new.id);
    system.db.write(move |tx| Box::pin(async move { challenge::put(tx, &vault, &new, now).await })).await?;
    Ok(id)
}

/// The key that waits to be confirmed.
pub async fn pending_totp(system: &System, own: &Session, challenge: &Id) -> Result<Option<TotpKey>> {
    let index = notice::holder(&own.subject)?;
    let Some((_, payload)) = code::get(system, TOTP, challenge).await? else { return Ok(None) };
    let secret = payload.shown.as_deref().and_then(crate::unhex).filter(|_| is_of(&payload, &index));
    Ok(secret.map(|secret| TotpKey::of(secret, &system.config.platform.name)))
}

/// Turns the second step on with the first code of the authenticator. Answers the recovery codes, shown this once.
pub async fn confirm_totp(system: &System, own: &Session, id: &Id, typed: &str) -> Result<Vec<String>> {
    let over = || Error::not_found("code_over");
    let key = pending_totp(system, own, id).await?.ok_or_else(over)?;
    let target = system.vault.code_hash("second step", &id.to_string());
    super::guess(system, target, &notice::holder(&own.subject)?.document).await?;
    let step = key.step(&code::folded(typed), system.now());
    let step = step.ok_or_else(|| Error::invalid("second_step_wrong"))?;
    let found = of_account(system, &notice::holder(&own.subject)?).await?.ok_or_else(gone)?;
    let (codes, hashes) = totp::recovery_codes(system.entropy());
    let (vault, act, id) = (system.vault.clone(), system.act(&own.subject), *id);
    let on = system.transact(move |tx| {
        Box::pin(async move {
            if !is_unchanged(tx, &vault, &found).await? || !challenge::take(tx, &id).await? {
                return Ok(Err(over()));
            }
            credential::set_totp(tx, &vault, &act, &found, key.secret(), &hashes, step).await?;
            Notice::SecondStepOn.put(tx, &vault, &found.contact, act.at).await.map(Ok)
        })
    });
    on.await?;
    Ok(codes)
}

pub async fn drop_totp(system: &System, own: &Session, password: &str) -> Result<()> {
    let index = notice::holder(&own.subject)?;
    let found = password::confirm(system, &index, password).await?;
    let (vault, act) = (system.vault.clone(), system.act(&own.subject));
    let off = system.transact(move |tx| {
        Box::pin(async move {
            if !is_unchanged(tx, &vault, &found).await? {
                return Ok(Err(Error::invalid("password_wrong")));
            }
            credential::drop_totp(tx, &act, &found).await?;
            Notice::SecondStepOff.put(tx, &vault, &found.contact, act.at).await.map(Ok)
        })
    });
    off.await
}

/// Whether a credential still is what was read, whose holder waits for this transaction from here on. It may have been
/// recovered since: what was right then is not now.
async fn is_unchanged(tx: &mut Tx, vault: &Vault, found: &Credential) -> yinxin_store::Result<bool> {
    account::hold(tx, &found.index).await?;
    let now = credential::of_account(tx, vault, &found.index).await?;
    Ok(now.is_some_and(|now| now.password == found.password && now.changed_at == found.changed_at))
}

fn is_of(payload: &Payload, index: &IdentityIndex) -> bool {
    payload.account.as_deref() == Some(crate::hex(&index.to_bytes()).as_str())
}

fn gone() -> Error {
    Error::not_found("account_not_found")
}
