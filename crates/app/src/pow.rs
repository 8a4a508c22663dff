//! What makes asking cost something: a proof of work that a browser does by itself (ALTCHA v2, PBKDF2/SHA-256), or for
//! whoever has no script a ticket that has to wait a few seconds and is rationed.
//!
//! The protocol is public and other clients speak it; here it stands with our clock, our entropy and our primitives.
//! Challenges are signed under the register's index key, so that every process takes what another has set; each is taken
//! once by a process, of which it keeps the nonces until they expire.

use crate::error::{Error, Result};
use crate::system::System;
use crate::{hex, unhex};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::pbkdf2;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use yinxin_model::ports::random;

/// Sixteen bits of zeros would be a minute on a telephone; eight with a slow derivation are a second.
const PREFIX: &str = "00";
const ALGORITHM: &str = "PBKDF2/SHA-256";
const KEY_LENGTH: usize = 32;
const NONCE: usize = 16;
/// A form is not filled in by hand in less.
const LEAST_WAIT_MS: i64 = 5_000;
const MINUTE_MS: i64 = 60_000;
/// The work at most, against that of quiet times.
const STEEPEST: u32 = 8;
/// Larger than any answer; what is larger is not read.
const LONGEST_PROOF: usize = 2_048;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct PowConfig {
    /// Without it only the limits stand before public look-ups.
    pub required: bool,
    /// PBKDF2 iterations of one try; about 256 tries make a proof.
    pub cost: u32,
    /// How long a challenge or ticket is good for.
    pub expiry_minutes: u32,
    /// Proofs a minute above which the work doubles, then again at twice as many, up to eight times.
    pub busy_per_minute: u32,
    /// Nonces remembered at most.
    pub most_entries: u32,
}

impl Default for PowConfig {
    fn default() -> Self {
        Self {
            required: true,
            cost: 1_000,
            expiry_minutes: 30,
            busy_per_minute: 1_200,
            most_entries: 200_000,
        }
    }
}

impl PowConfig {
    /// Why these settings cannot work.
    pub(crate) fn check(&self) -> std::result::Result<(), &'static str> {
        if !(1..=100_000).contains(&self.cost) {
            return Err("pow: cost is 1 to 100000");
        }
        if !(1..=720).contains(&self.expiry_minutes) || self.most_entries < 1_000 {
            return Err("pow: expiry_minutes is 1 to 720, most_entries at least 1000");
        }
        Ok(())
    }
}

/// How somebody has shown that he means it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    Worked,
    /// Without script: to be rationed.
    Waited,
    NotRequired,
}

/// Sets challenges and takes proofs; cheap to clone.
#[derive(Clone)]
pub struct Pow {
    config: PowConfig,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Default)]
struct Taken {
    /// Nonce → when it may be forgotten.
    nonces: HashMap<[u8; NONCE], i64>,
    minute: i64,
    in_minute: u32,
}

/// Fields in the order of their names, as they are signed.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Parameters {
    algorithm: String,
    cost: u32,
    /// Seconds since 1970.
    expires_at: i64,
    key_length: usize,
    key_prefix: String,
    nonce: String,
    salt: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Challenge {
    parameters: Parameters,
    signature: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Solution {
    counter: u32,
    derived_key: String,
}

#[derive(Deserialize)]
struct Proof {
    challenge: Challenge,
    solution: Solution,
}

impl Pow {
    pub fn new(config: &PowConfig) -> Self {
        Self { config: config.clone(), taken: Arc::default() }
    }

    /// A fresh challenge, as JSON.
    pub fn challenge(&self, system: &System) -> String {
        let now = system.now().0;
        let parameters = Parameters {
            algorithm: ALGORITHM.into(),
            cost: self.config.cost.saturating_mul(self.steepness(now)),
            expires_at: now.saturating_add(self.expiry_ms()) / 1_000,
            key_length: KEY_LENGTH,
            key_prefix: PREFIX.into(),
            nonce: hex(&random::<NONCE>(system.entropy())),
            salt: hex(&random::<NONCE>(system.entropy())),
        };
        let signature = hex(&sign(system, &parameters));
        serde_json::to_string(&Challenge { parameters, signature }).unwrap_or_default()
    }

    /// For a browser without script: when it was given out, a nonce, and that both are ours.
    pub fn ticket(&self, system: &System) -> String {
        let (now, nonce) = (system.now().0, hex(&random::<NONCE>(system.entropy())));
        let mac = hex(&ticket_mac(system, now, &nonce));
        format!("{now}.{nonce}.{mac}")
    }

    /// Takes a proof, or where there is none a ticket, once.
    pub fn redeem(&self, system: &System, proof: &str, ticket: &str) -> Result<Effort> {
        if !self.config.required {
            return Ok(Effort::NotRequired);
        }
        let now = system.now().0;
        if proof.trim().is_empty() { self.wait(system, ticket, now) } else { self.work(system, proof, now) }
    }

    fn work(&self, system: &System, proof: &str, now: i64) -> Result<Effort> {
        let invalid = || Error::invalid("proof_invalid");
        let read =
            (proof.len() <= LONGEST_PROOF).then(|| serde_json::from_str::<Proof>(proof).ok()).flatten();
        let Proof { challenge, solution } = read.ok_or_else(invalid)?;
        let Challenge { parameters, signature } = challenge;
        let given = unhex(&signature).ok_or_else(invalid)?;
        verify_slices_are_equal(&given, &sign(system, &parameters)).map_err(|_| invalid())?;
        // What follows was set by us: nobody made it cheaper, and nobody makes us work for longer.
        let expires = parameters.expires_at.saturating_mul(1_000);
        if expires <= now {
            return Err(Error::invalid("proof_expired"));
        }
        let nonce: [u8; NONCE] =
            unhex(&parameters.nonce).and_then(|n| n.try_into().ok()).ok_or_else(invalid)?;
        if self.taken().nonces.contains_key(&nonce) {
            return Err(Error::invalid("proof_used"));
        }
        let derived = derive(&parameters, &nonce, solution.counter).ok_or_else(invalid)?;
        let claimed = unhex(&solution.derived_key).ok_or_else(invalid)?;
        if verify_slices_are_equal(&derived, &claimed).is_err() || !hex(&derived).starts_with(PREFIX) {
            return Err(invalid());
        }
        self.take(nonce, expires, now)?;
        Ok(Effort::Worked)
    }

    fn wait(&self, system: &System, ticket: &str, now: i64) -> Result<Effort> {
        let missing = || Error::invalid("proof_missing");
        let mut parts = ticket.split('.');
        let (Some(at), Some(nonce), Some(mac), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(missing());
        };
        let at: i64 = at.parse().map_err(|_| missing())?;
        let given = unhex(mac).ok_or_else(missing)?;
        verify_slices_are_equal(&given, &ticket_mac(system, at, nonce)).map_err(|_| missing())?;
        let expires = at.saturating_add(self.expiry_ms());
        if expires <= now {
            return Err(Error::invalid("proof_expired"));
        }
        if now.saturating_sub(at) < LEAST_WAIT_MS {
            return Err(Error::invalid("proof_too_early").with("seconds", LEAST_WAIT_MS / 1_000));
        }
        let nonce: [u8; NONCE] = unhex(nonce).and_then(|n| n.try_into().ok()).ok_or_else(missing)?;
        self.take(nonce, expires, now)?;
        Ok(Effort::Waited)
    }

    /// Of two who bring the same nonce at once, one has it.
    fn take(&self, nonce: [u8; NONCE], expires: i64, now: i64) -> Result<()> {
        let mut taken = self.taken();
        let most = usize::try_from(self.config.most_entries).unwrap_or(usize::MAX);
        if taken.nonces.len() >= most {
            taken.nonces.retain(|_, expires| *expires > now);
            if taken.nonces.len() >= most {
                // Each entry cost somebody work: this many at once are a flood, and forgetting one would let it be used again.
                return Err(Error::unavailable("rate_limited").with("retry_after", 60));
            }
        }
        if taken.nonces.insert(nonce, expires).is_some() {
            return Err(Error::invalid("proof_used"));
        }
        let minute = now / MINUTE_MS;
        if taken.minute != minute {
            (taken.minute, taken.in_minute) = (minute, 0);
        }
        taken.in_minute = taken.in_minute.saturating_add(1);
        Ok(())
    }

    /// By how much the work is raised: by what was taken in this minute so far.
    fn steepness(&self, now: i64) -> u32 {
        let taken = self.taken();
        let busy = if taken.minute == now / MINUTE_MS { taken.in_minute } else { 0 };
        match busy.checked_div(self.config.busy_per_minute) {
            None | Some(0) => 1,
            Some(times) => times.saturating_add(1).next_power_of_two().min(STEEPEST),
        }
    }

    fn expiry_ms(&self) -> i64 {
        i64::from(self.config.expiry_minutes).saturating_mul(MINUTE_MS)
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn sign(system: &System, parameters: &Parameters) -> [u8; 20] {
    system.vault.code_hash("altcha challenge", &serde_json::to_string(parameters).unwrap_or_default())
}

fn ticket_mac(system: &System, at: i64, nonce: &str) -> [u8; 20] {
    system.vault.code_hash("form ticket", &format!("{at}.{nonce}"))
}

/// The password is the nonce and the counter as four octets.
fn derive(parameters: &Parameters, nonce: &[u8; NONCE], counter: u32) -> Option<[u8; KEY_LENGTH]> {
    let salt = unhex(&parameters.salt)?;
    let mut password = nonce.to_vec();
    password.extend_from_slice(&counter.to_be_bytes());
    let mut key = [0; KEY_LENGTH];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, NonZeroU32::new(parameters.cost)?, &salt, &password, &mut key);
    Some(key)
}
