//! One-time codes: six digits, ten minutes, five tries, three further ones sent, each a minute after the one before.

use super::{attempt, message};
use crate::contact::{self, Contact};
use crate::error::{Error, Result};
use crate::system::System;
use serde::{Deserialize, Serialize};
use yinxin_model::ports::{Entropy, random};
use yinxin_model::{Id, Instant};
use yinxin_store::challenge::{self, Challenge, NewChallenge, Tried};

const TRIES: u32 = 5;
const RESENDS: u32 = 3;
const LIFE_MS: i64 = 600_000;
const RESEND_MS: i64 = 60_000;

/// A code is on its way.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Names the challenge; whoever knows it may try, so that it stands in the page of who began alone.
    pub challenge: Id,
}

/// What a page that asks for the code shows.
#[derive(Clone, Debug)]
pub struct Pending {
    /// Where it was sent, masked. `None` where that would tell whether there is an account.
    pub contact: Option<String>,
    /// From when on another one may be asked for.
    pub resend_at: Instant,
    /// Whether another one may be asked for at all.
    pub resends: bool,
    /// In a demo the code itself, since no telephone rings there.
    pub demo_code: Option<String>,
}

/// What is kept with a code.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Payload {
    /// Under what its sending is counted: an address given just now, or the identity somebody named.
    pub pace: String,
    /// `None`: there is nobody to send it to, and no code is right.
    pub contact: Option<String>,
    /// Whether the page may show where it went.
    pub told: bool,
    /// Hex of the identity's index.
    pub account: Option<String>,
    /// Type, number, name.
    pub identity: Option<(String, String, String)>,
    /// When the account's credential was last changed: another change makes the code worthless.
    #[serde(default)]
    pub changed_at: Option<i64>,
    /// Demo only.
    pub shown: Option<String>,
}

/// Makes a code, keeps its hash, and sends it. Where there is nobody to send it to everything else is done all the same.
/// Whether the gateway takes it is waited for only where the address was given just now: elsewhere it would tell.
pub(super) async fn begin(
    system: &System,
    purpose: &'static str,
    mut payload: Payload,
    wait: bool,
) -> Result<Sent> {
    let (id, code) = (random_id(system), digits(system.entropy()));
    let contact = payload.contact.as_deref().and_then(Contact::from_stored);
    pace(system, &payload.pace).await?;
    payload.shown = system.instance.demo.then(|| code.clone());
    let now = system.now();
    let new = NewChallenge {
        id,
        purpose,
        payload: written(&payload)?,
        code_hash: hash(system, &id, contact.as_ref().map(|_| code.as_str())),
        tries: TRIES,
        sends: RESENDS,
        expires_at: Instant(now.0 + LIFE_MS),
    };
    let vault = system.vault.clone();
    system.db.write(move |tx| Box::pin(async move { challenge::put(tx, &vault, &new, now).await })).await?;
    dispatch(system, purpose, contact, &code, wait).await?;
    Ok(Sent { challenge: id })
}

/// For the page that asks for the code. `None`: it is over.
pub(super) async fn pending(system: &System, purpose: &'static str, id: &Id) -> Result<Option<Pending>> {
    let Some((found, payload)) = get(system, purpose, id).await? else { return Ok(None) };
    let told = payload.contact.as_deref().filter(|_| payload.told);
    let contact = told.and_then(Contact::from_stored).map(|contact| contact.masked());
    Ok(Some(Pending {
        contact,
        resend_at: Instant(found.sent_at.0 + RESEND_MS),
        resends: found.sends > 0,
        demo_code: payload.shown,
    }))
}

/// Another code in its place.
pub(super) async fn resend(system: &System, purpose: &'static str, id: &Id, wait: bool) -> Result<()> {
    let Some((found, mut payload)) = get(system, purpose, id).await? else {
        return Err(Error::not_found("code_over"));
    };
    let now = system.now();
    let early = found.sent_at.0 + RESEND_MS - now.0;
    if early > 0 {
        return Err(Error::unavailable("code_sent_recently").with("seconds", early.div_euclid(1_000) + 1));
    }
    if found.sends == 0 {
        return Err(Error::not_found("code_over"));
    }
    let contact = payload.contact.as_deref().and_then(Contact::from_stored);
    pace(system, &payload.pace).await?;
    let code = digits(system.entropy());
    payload.shown = system.instance.demo.then(|| code.clone());
    let hash = hash(system, id, contact.as_ref().map(|_| code.as_str()));
    let (vault, id, text) = (system.vault.clone(), *id, written(&payload)?);
    let replaced = system.db.write(move |tx| {
        Box::pin(async move {
            let before = Instant(now.0 - RESEND_MS);
            challenge::resend(tx, &vault, (&id, purpose), &hash, &text, now, before).await
        })
    });
    if !replaced.await? {
        // Somebody was quicker: the code is on its way.
        return Ok(());
    }
    dispatch(system, purpose, contact, &code, wait).await
}

/// What was kept, if the code is right; it works once.
pub(super) async fn redeem(system: &System, purpose: &'static str, id: &Id, typed: &str) -> Result<Payload> {
    let typed = folded(typed);
    if typed.len() != 6 || !typed.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::invalid("code_form"));
    }
    let (vault, id, now) = (system.vault.clone(), *id, system.now());
    let hash = hash(system, &id, Some(&typed));
    let tried = system.db.write(move |tx| {
        Box::pin(async move { challenge::try_code(tx, &vault, &id, purpose, &hash, now).await })
    });
    match tried.await? {
        Tried::Right { payload } => read(&payload),
        Tried::Wrong { left: 0 } | Tried::Over => Err(Error::not_found("code_over")),
        Tried::Wrong { left } => Err(Error::invalid("code_wrong").with("left", left)),
    }
}

/// Unguessable, unlike an id that begins with the time.
pub(super) fn random_id(system: &System) -> Id {
    Id(random(system.entropy()))
}

/// What somebody typed: half-width, without the spaces that some messages put in.
pub(super) fn folded(typed: &str) -> String {
    typed.chars().map(yinxin_model::person::half_width).filter(|c| !c.is_whitespace() && *c != '-').collect()
}

pub(super) async fn get(
    system: &System,
    purpose: &'static str,
    id: &Id,
) -> Result<Option<(Challenge, Payload)>> {
    let (vault, id, now) = (system.vault.clone(), *id, system.now());
    let read_it = system
        .db
        .read(move |tx| Box::pin(async move { challenge::get(tx, &vault, &id, purpose, now).await }));
    let Some(found) = read_it.await? else { return Ok(None) };
    let payload = read(&found.payload)?;
    Ok(Some((found, payload)))
}

/// Not more often than a person needs, whoever asks.
async fn pace(system: &System, key: &str) -> Result<()> {
    let target = system.vault.code_hash("send", key);
    let pause = |sent: u32| match sent {
        0..3 => 0,
        3..6 => 60_000,
        6..10 => 600_000,
        _ => 3_600_000,
    };
    attempt(system, target, "code_sent_recently", pause).await
}

async fn dispatch(
    system: &System,
    purpose: &'static str,
    contact: Option<Contact>,
    code: &str,
    wait: bool,
) -> Result<()> {
    let Some(contact) = contact else { return Ok(()) };
    let message = message(system, &format!("code-{purpose}"), &[("code", code)]);
    if wait {
        return contact::send(system, &contact, &message).await;
    }
    let system = system.clone();
    tokio::spawn(async move {
        if let Err(error) = contact::send(&system, &contact, &message).await {
            tracing::warn!(code = error.code, purpose, "a code was not sent");
        }
    });
    Ok(())
}

/// Six digits, each as likely as any other.
fn digits(entropy: &dyn Entropy) -> String {
    const END: u32 = 1_000_000;
    // The rest of the range above the last whole million is drawn again: about once in four thousand.
    loop {
        let drawn = u32::from_be_bytes(random(entropy));
        if drawn < u32::MAX - u32::MAX % END {
            return format!("{:06}", drawn % END);
        }
    }
}

/// Keyed, and bound to its challenge. Without a code: a hash that nothing typed has.
fn hash(system: &System, id: &Id, code: Option<&str>) -> [u8; 20] {
    match code {
        Some(code) => system.vault.code_hash("challenge", &format!("{id} {code}")),
        None => system.vault.code_hash("no challenge", &id.to_string()),
    }
}

pub(super) fn written(payload: &Payload) -> Result<String> {
    serde_json::to_string(payload).map_err(|error| Error::internal("internal").because(error))
}

fn read(text: &str) -> Result<Payload> {
    serde_json::from_str(text).map_err(|error| Error::internal("internal").because(error))
}
