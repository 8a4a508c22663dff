//! One way to the provider and back. All of it follows from a random number and the token in the browser's cookie, so that
//! nothing is kept for those who never come back, and what comes back in another browser is not taken (RFC 9700 §4.7).
//!
//! What goes to the provider as `state` is number, end and their authentication code; `nonce` and the verifier for PKCE
//! are codes for other purposes, and leave the browser's cookie to be known by nobody else.

use crate::session::SessionToken;
use crate::system::System;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use yinxin_model::Instant;
use yinxin_model::ports::random;

/// From leaving to coming back.
const LIFETIME_MS: i64 = 10 * 60_000;
const NUMBER: usize = 16;

/// What one is away for. What was begun for one of them is not taken for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    LogIn,
    /// To prove who one is in the middle of a registration.
    Proof,
}

pub(super) struct Attempt<'b> {
    browser: &'b SessionToken,
    errand: Errand,
    number: [u8; NUMBER],
    pub(super) expires_at: Instant,
}

impl<'b> Attempt<'b> {
    pub(super) fn begin(system: &System, browser: &'b SessionToken, errand: Errand) -> Self {
        let expires_at = Instant(system.now().0.saturating_add(LIFETIME_MS));
        Self { browser, errand, number: random(system.entropy()), expires_at }
    }

    /// One that came back in time to the browser it left. `None` otherwise.
    pub(super) fn of(state: &str, browser: &'b SessionToken, errand: Errand, now: Instant) -> Option<Self> {
        let bytes = crate::unhex(state)?;
        let (number, rest) = bytes.split_first_chunk::<NUMBER>()?;
        let (end, mac) = rest.split_first_chunk::<8>()?;
        let expires_at = Instant(i64::from_be_bytes(*end));
        let attempt = Self { browser, errand, number: *number, expires_at };
        verify_slices_are_equal(mac, &attempt.code("state")).ok()?;
        // Whoever knows the cookie may have made it: the end is held to what we would have given.
        let left = attempt.expires_at.0.checked_sub(now.0)?;
        (1..=LIFETIME_MS).contains(&left).then_some(attempt)
    }

    pub(super) fn state(&self) -> String {
        let Self { number, expires_at, .. } = self;
        [number.as_slice(), &expires_at.0.to_be_bytes(), &self.code("state")].map(crate::hex).concat()
    }

    pub(super) fn nonce(&self) -> String {
        crate::hex(&self.code("nonce"))
    }

    /// 64 characters, as RFC 7636 §4.1 allows.
    pub(super) fn verifier(&self) -> String {
        crate::hex(&self.code("verifier"))
    }

    /// By what it is known once it has come back.
    pub(super) fn digest(&self) -> [u8; 32] {
        yinxin_seal::sha256(&self.number)
    }

    fn code(&self, purpose: &str) -> Vec<u8> {
        let end = self.expires_at.0.to_be_bytes();
        let errand: &[u8] = match self.errand {
            Errand::LogIn => b"yinxin 1 oidc ",
            Errand::Proof => b"yinxin 1 oidc proof ",
        };
        let text = [errand, purpose.as_bytes(), b"\0", &self.number, &end].concat();
        self.browser.mac(&text)
    }
}
