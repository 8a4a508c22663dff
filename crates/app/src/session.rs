//! Sessions of the portal: the token in the cookie, who is behind it, and what he may reach.
//!
//! The token is 256 random bits; the register keeps its SHA-256 only. It must not know cookies.

use crate::error::Result;
use crate::system::System;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use std::fmt;
use yinxin_model::ports::random;
use yinxin_model::{Id, Instant, Subject};
use yinxin_store::session::{self, Owner};

const TOKEN: usize = 32;
/// How often a session's use is written down.
const TOUCH_MS: i64 = 60_000;
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;

/// What the cookie holds. Shown as base64url without padding; never in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken([u8; TOKEN]);

/// Somebody's session in force.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: Id,
    /// The holder; [`Subject::Public`] as long as the identity is not proved.
    pub subject: Subject,
    /// Masked, for screens.
    pub name: String,
    pub standing: Standing,
    pub started_at: Instant,
    /// What the holder recognises the device by.
    pub device: String,
    /// Messages in the inbox that were not read.
    pub unread: u64,
    /// Whose it is, for the use cases of accounts.
    pub(crate) owner: Owner,
}

/// How far somebody has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// The identity is not proved.
    Claimed,
    /// Proved; the newest service notice is not agreed to.
    Verified,
    Agreed,
}

/// A fresh one; also for the form cookie of somebody who is not logged in.
pub fn token(system: &System) -> SessionToken {
    SessionToken(random(system.entropy()))
}

/// The session of a token, if it is in force. Notes its use, at most once a minute.
pub async fn find(system: &System, token: &SessionToken) -> Result<Option<Session>> {
    let (vault, digest, now) = (system.vault.clone(), token.digest(), system.now());
    let since = unseen_since(system);
    let read = system
        .db
        .read(move |tx| Box::pin(async move { session::find(tx, &vault, &digest, now, since).await }));
    let Some(found) = read.await? else { return Ok(None) };
    if now.0 - found.seen_at.0 >= TOUCH_MS {
        let noted =
            system.db.write(move |tx| Box::pin(async move { session::touch(tx, &digest, now).await })).await;
        if let Err(error) = noted {
            // A register that cannot be written may still be read; the session then ends a little earlier.
            tracing::warn!(%error, "the use of a session was not noted");
        }
    }
    Ok(Some(Session::of(found)))
}

/// Ends the session of a token; nothing happens where there is none.
pub async fn end(system: &System, token: &SessionToken) -> Result<()> {
    let Some(found) = find(system, token).await? else { return Ok(()) };
    let (act, digest) = (system.act(&found.subject), token.digest());
    let ended =
        system.db.write(move |tx| Box::pin(async move { session::end(tx, &act, &digest).await })).await?;
    if ended {
        tracing::debug!(session = %found.id, "log-out");
    }
    Ok(())
}

/// A session that was last used before this is over.
pub(crate) fn unseen_since(system: &System) -> Instant {
    Instant(system.now().0 - i64::from(system.config.accounts.idle_minutes) * MINUTE_MS)
}

/// When a session that begins now ends at the latest.
pub(crate) fn expires_at(system: &System) -> Instant {
    Instant(system.now().0 + i64::from(system.config.accounts.session_hours) * HOUR_MS)
}

impl SessionToken {
    /// What a cookie holds, read back. `None` where it is none of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = unbase64url(text)?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// What every form of this session carries: nobody who does not know the token can make it.
    pub fn form_token(&self) -> String {
        crate::hex(&self.form_mac())
    }

    /// Takes the same time whatever is wrong.
    pub fn is_form_token(&self, text: &str) -> bool {
        crate::unhex(text).is_some_and(|given| verify_slices_are_equal(&given, &self.form_mac()).is_ok())
    }

    pub(crate) fn digest(&self) -> [u8; 32] {
        yinxin_seal::sha256(&self.0)
    }

    /// What only whoever knows the token can make. `text` begins with what it is for.
    pub(crate) fn mac(&self, text: &[u8]) -> Vec<u8> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        hmac::sign(&key, text).as_ref().to_vec()
    }

    fn form_mac(&self) -> Vec<u8> {
        self.mac(b"yinxin 1 form")
    }
}

impl fmt::Display for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64url(&self.0))
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

impl Session {
    fn of(found: session::Session) -> Self {
        let standing = match &found.owner {
            Owner::Registration(_) => Standing::Claimed,
            Owner::Account(_) if found.agreed >= found.notice => Standing::Agreed,
            Owner::Account(_) => Standing::Verified,
        };
        Self {
            id: found.id,
            subject: found.owner.subject(),
            name: found.identity.name.masked(),
            standing,
            started_at: found.started_at,
            device: found.device,
            unread: found.unread,
            owner: found.owner,
        }
    }
}

const BASE64URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// RFC 4648 §5, without padding.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut group = [0u8; 4];
        group.iter_mut().skip(1).zip(chunk).for_each(|(to, from)| *to = *from);
        let bits = u32::from_be_bytes(group);
        for place in 0..=chunk.len() {
            let six = (bits >> (18 - 6 * place)) & 63;
            out.extend(BASE64URL.get(six as usize).copied().map(char::from));
        }
    }
    out
}

/// The canonical text alone: two texts of one token would make two cookies of one session.
fn unbase64url(text: &str) -> Option<Vec<u8>> {
    if text.len() != (TOKEN * 8).div_ceil(6) {
        return None;
    }
    let mut out = Vec::with_capacity(TOKEN);
    let (mut bits, mut count) = (0u32, 0u32);
    for byte in text.bytes() {
        let six = u32::try_from(BASE64URL.iter().position(|known| *known == byte)?).ok()?;
        bits = ((bits << 6) | six) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    (base64url(&out) == text).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_read_back_in_one_form_only() {
        let token = SessionToken(std::array::from_fn(|i| u8::try_from(i * 7).unwrap()));
        let text = token.to_string();
        assert_eq!(text.len(), 43);
        assert_eq!(SessionToken::parse(&text), Some(token.clone()));
        let mut other = text.clone();
        other.pop();
        assert_eq!(SessionToken::parse(&other), None);
        // The last character's two spare bits must be nought.
        for tail in ['A', 'B', 'C', 'D'] {
            let variant = format!("{other}{tail}");
            assert!(variant == text || SessionToken::parse(&variant) != Some(token.clone()));
        }
        assert_eq!(SessionToken::parse(&"=".repeat(43)), None);
        assert!(token.is_form_token(&token.form_token()));
        assert!(!token.is_form_token(""));
        assert!(!SessionToken([9; 32]).is_form_token(&token.form_token()));
        assert_eq!(format!("{token:?}"), "SessionToken(…)");
    }
}
