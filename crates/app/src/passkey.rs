//! Passkeys (WebAuthn): keys on the holder's own devices, with which he logs in without a number, a password or a second
//! step: the device has looked at him, by fingerprint, face or its own code, and proves that it holds the key.
//!
//! It must not know cookies or pages: a browser is known by the token in its cookie, and what a page hands to the browser
//! and brings back is JSON of the standard.

mod adding;
mod attempt;

pub use adding::{begin, finish, options};

use crate::account::{Notice, new_session};
use crate::error::{Error, Result};
use crate::notice;
use crate::session::{self, Session, SessionToken};
use crate::system::System;
use attempt::Attempt;
use reqwest::Url;
use webauthn_rs::prelude::{PublicKeyCredential, Webauthn, WebauthnBuilder, WebauthnError};
use yinxin_model::{Id, Instant};
use yinxin_store::account as accounts;
use yinxin_store::passkey::{self, Passkey};
use yinxin_store::session::Owner;

/// What one account may have.
pub const MOST: usize = 10;
/// Characters of a name.
const LONGEST_NAME: usize = 40;
/// An answer of a browser has about a thousand; a device's certificate may come with it.
const LONGEST_ANSWER: usize = 32 * 1024;

/// One of the holder's keys.
#[derive(Clone, Debug)]
pub struct Own {
    pub id: Id,
    pub name: String,
    pub made_at: Instant,
    pub used_at: Option<Instant>,
}

/// What a browser is asked with.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `PublicKeyCredentialRequestOptionsJSON`.
    pub options: serde_json::Value,
    /// Comes back with the answer.
    pub attempt: String,
}

/// Whether this installation can have any: browsers bind them to a host's name, over https, or to `localhost`.
pub fn offered(system: &System) -> bool {
    relying(system).is_some()
}

/// The holder's own, the oldest first.
pub async fn list(system: &System, own: &Session) -> Result<Vec<Own>> {
    let shown = |found: Passkey| Own {
        id: found.id,
        name: found.content.name,
        made_at: found.made_at,
        used_at: found.used_at,
    };
    Ok(of_account(system, own).await?.into_iter().map(shown).collect())
}

/// Another name for one of the holder's own; anybody else's is as unknown as one that never was.
pub async fn rename(system: &System, own: &Session, id: &Id, name: &str) -> Result<()> {
    let (name, found) = (named(name)?, find(system, own, id).await?);
    let (vault, act) = (system.vault.clone(), system.act(&own.subject));
    let renamed = system
        .db
        .write(move |tx| Box::pin(async move { passkey::rename(tx, &vault, &act, &found, &name).await }));
    if renamed.await? { Ok(()) } else { Err(unknown()) }
}

/// It lets nobody in any more. What was begun with it goes on until it ends, like any session.
pub async fn remove(system: &System, own: &Session, id: &Id) -> Result<()> {
    let found = find(system, own, id).await?;
    let (vault, act) = (system.vault.clone(), system.act(&own.subject));
    let removed = system.transact(move |tx| {
        Box::pin(async move {
            if !passkey::remove(tx, &vault, &act, &found).await? {
                return Ok(Err(unknown()));
            }
            Notice::PasskeyRemoved.put_for(tx, &vault, &found.index, act.at).await.map(Ok)
        })
    });
    removed.await
}

/// What the browser is asked with, whoever sits before it. Nothing is kept of it: it counts when it comes back.
pub fn ask(system: &System, browser: &SessionToken) -> Result<Asked> {
    let relying = relying(system).ok_or_else(not_offered)?;
    let (asked, state) = relying.start_discoverable_authentication().map_err(broken)?;
    let options = serde_json::to_value(asked.public_key).map_err(written)?;
    Ok(Asked { options, attempt: Attempt::begin(system, state).sealed(system, browser)? })
}

/// The device's answer: whoever holds the key is logged in. `browser` is the token it was asked with, `device` what the
/// holder will recognise his session by.
pub async fn log_in(
    system: &System,
    browser: &SessionToken,
    attempt: &str,
    answer: &str,
    device: &str,
) -> Result<SessionToken> {
    let relying = relying(system).ok_or_else(not_offered)?;
    let attempt = Attempt::of(system, browser, attempt)?;
    let answer: PublicKeyCredential = parsed(answer).ok_or_else(refused)?;
    let (digest, expires_at, now) = (attempt.digest()?, attempt.expires_at(), system.now());
    let (vault, credential) = (system.vault.clone(), yinxin_seal::sha256(answer.get_credential_id()));
    let found = system.db.write(move |tx| {
        Box::pin(async move {
            if !passkey::take(tx, &digest, expires_at, now).await? {
                return Ok(None);
            }
            Ok(Some(passkey::by_credential(tx, &vault, &credential).await?))
        })
    });
    let found = found.await?.ok_or_else(attempt::over)?.ok_or_else(refused)?;
    if answer.get_user_unique_id() != Some(found.handle.as_slice()) {
        return Err(refused());
    }
    let mut key = key_of(&found)?;
    match relying.finish_discoverable_authentication_v2(&answer, attempt.state, &key) {
        // The standard has it looked at; the library was asked to, and this is why no second step is.
        Ok(proved) if proved.user_verified() => {
            key.update_credential(&proved);
            enter(system, found, &key, device).await
        }
        Ok(_) => Err(refused()),
        Err(WebauthnError::CredentialPossibleCompromise) => {
            suspect(system, found).await?;
            Err(refused())
        }
        Err(error) => {
            tracing::info!(%error, "a passkey was refused");
            Err(refused())
        }
    }
}

/// A session of the one whose key it is, in the transaction that counts its use.
async fn enter(
    system: &System,
    found: Passkey,
    key: &webauthn_rs::prelude::Passkey,
    device: &str,
) -> Result<SessionToken> {
    let token = session::token(system);
    let begun = new_session(system, &token, Owner::Account(found.index), device);
    let key = serde_json::to_string(key).map_err(written)?;
    let (vault, act) = (system.vault.clone(), system.act(&accounts::holder(&found.index)));
    let entered = system.transact(move |tx| {
        Box::pin(async move {
            let there = accounts::hold(tx, &found.index).await?;
            // A counter counts once: of two answers at once the second one's is not newer.
            if !there || !passkey::used(tx, &vault, &act, &found, &key).await? {
                return Ok(Err(refused()));
            }
            yinxin_store::session::begin(tx, &vault, &act, &begun).await?;
            Ok(Ok(()))
        })
    });
    entered.await?;
    Ok(token)
}

/// The key is the holder's, and its counter says that another device has used it: he learns of it.
async fn suspect(system: &System, found: Passkey) -> Result<()> {
    let holder = accounts::holder(&found.index);
    let (vault, act) = (system.vault.clone(), system.act(&holder));
    let noted = system.db.write(move |tx| {
        Box::pin(async move {
            passkey::suspected(tx, &vault, &act, &found).await?;
            Notice::PasskeySuspected.put_for(tx, &vault, &found.index, act.at).await
        })
    });
    Ok(noted.await?)
}

/// What browsers hold us for: `None` where they hold us for nobody.
fn relying(system: &System) -> Option<Webauthn> {
    let platform = &system.config.platform;
    let url = Url::parse(&platform.public_url).ok()?;
    let host = url.domain()?;
    if url.scheme() != "https" && host != "localhost" {
        return None;
    }
    let builder = WebauthnBuilder::new(host, &url).ok()?;
    builder.rp_name(&platform.name).build().ok()
}

async fn of_account(system: &System, own: &Session) -> Result<Vec<Passkey>> {
    let (vault, index) = (system.vault.clone(), notice::holder(&own.subject)?);
    let read = system.db.read(move |tx| Box::pin(async move { passkey::list(tx, &vault, &index).await }));
    Ok(read.await?)
}

async fn find(system: &System, own: &Session, id: &Id) -> Result<Passkey> {
    of_account(system, own).await?.into_iter().find(|found| found.id == *id).ok_or_else(unknown)
}

fn key_of(found: &Passkey) -> Result<webauthn_rs::prelude::Passkey> {
    serde_json::from_str(&found.content.key).map_err(written)
}

fn named(name: &str) -> Result<String> {
    let name: String = name.trim().chars().filter(|c| !c.is_control()).collect();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Error::invalid("passkey_name_length").with("longest", LONGEST_NAME));
    }
    Ok(name)
}

fn parsed<T: serde::de::DeserializeOwned>(answer: &str) -> Option<T> {
    (answer.len() <= LONGEST_ANSWER).then(|| serde_json::from_str(answer).ok()).flatten()
}

/// The same whatever it was: unknown, somebody else's, a wrong signature, another site's.
fn refused() -> Error {
    Error::invalid("passkey_refused")
}

fn not_offered() -> Error {
    Error::not_found("passkey_not_offered")
}

fn unknown() -> Error {
    Error::not_found("passkey_unknown")
}

fn broken(error: WebauthnError) -> Error {
    Error::internal("internal").because(error)
}

fn written(error: serde_json::Error) -> Error {
    Error::internal("internal").because(error)
}
