//! One log-in from its question to its answer. Nothing is kept of it here before it comes back: the library's state goes
//! with the browser, sealed under the register's data key and bound to the token in the browser's cookie, so that nobody can
//! read, change or move it. What comes back is taken once.
//!
//! The library says that its state belongs to the server and calls writing it down a danger, since a state that can be
//! used again lets an answer be used again. That is what the seal, the end and the mark of [`Attempt::digest`] are for.

use super::written;
use crate::error::{Error, Result};
use crate::session::SessionToken;
use crate::system::System;
use serde::{Deserialize, Serialize};
use webauthn_rs::prelude::DiscoverableAuthentication;
use yinxin_model::Instant;
use yinxin_store::Place;

/// From the question to the answer.
const LIFETIME_MS: i64 = 5 * 60_000;
/// Ours are shorter.
const LONGEST: usize = 8_192;

#[derive(Serialize, Deserialize)]
pub(super) struct Attempt {
    pub(super) state: DiscoverableAuthentication,
    ends: i64,
}

impl Attempt {
    pub(super) fn begin(system: &System, state: DiscoverableAuthentication) -> Self {
        Self { state, ends: system.now().0.saturating_add(LIFETIME_MS) }
    }

    /// One that came back in time to the browser that was asked.
    pub(super) fn of(system: &System, browser: &SessionToken, text: &str) -> Result<Self> {
        let sealed = Some(text).filter(|text| text.len() <= LONGEST).and_then(crate::unhex);
        let plain = system.vault.open(place(&browser.digest()), &sealed.ok_or_else(over)?);
        let attempt: Self = serde_json::from_slice(&plain.map_err(|_| over())?).map_err(|_| over())?;
        if attempt.ends <= system.now().0 {
            return Err(over());
        }
        Ok(attempt)
    }

    pub(super) fn sealed(&self, system: &System, browser: &SessionToken) -> Result<String> {
        let plain = serde_json::to_vec(self).map_err(written)?;
        Ok(crate::hex(&system.vault.seal(place(&browser.digest()), &plain)?))
    }

    pub(super) fn expires_at(&self) -> Instant {
        Instant(self.ends)
    }

    /// By what it is known once it has come back: its state holds a challenge that no other has.
    pub(super) fn digest(&self) -> Result<[u8; 32]> {
        Ok(yinxin_seal::sha256(&serde_json::to_vec(&self.state).map_err(written)?))
    }
}

pub(super) fn over() -> Error {
    Error::conflict("passkey_over")
}

fn place(browser: &[u8; 32]) -> Place<'_> {
    Place::new("passkey", "attempt", browser)
}
