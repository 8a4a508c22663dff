//! How the public comes to ask: within limits, after some effort where numbers could be guessed at, and one file at a
//! time where reading is work.

use crate::error::Result;
use crate::limits::{Limits, Way};
use crate::pow::Pow;
use crate::readers::Readers;
use crate::system::System;
use std::net::IpAddr;

/// What one process remembers of those who ask; cheap to clone.
#[derive(Clone)]
pub struct Asking {
    pub limits: Limits,
    pub pow: Pow,
    pub readers: Readers,
}

/// What a form brings along to show that somebody means it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pledge<'a> {
    /// JSON of a solved challenge; empty without script.
    pub proof: &'a str,
    pub ticket: &'a str,
}

impl Asking {
    pub fn new(system: &System) -> Self {
        Self {
            limits: Limits::new(&system.config.limits),
            pow: Pow::new(&system.config.pow),
            readers: Readers::default(),
        }
    }

    /// Lets somebody look up `targets` who could otherwise go through them one after the other. Refuses in the same way
    /// whether or not there is such a thing, before the register is asked.
    pub fn admit(
        &self,
        system: &System,
        way: Way,
        from: IpAddr,
        pledge: Pledge<'_>,
        targets: &[&str],
    ) -> Result<()> {
        self.limits.network(system, way, from)?;
        // Before a ticket is remembered as used: tickets cost nobody work, and the room for them is bounded.
        if system.config.pow.required && pledge.proof.trim().is_empty() {
            self.limits.network(system, Way::WithoutScript, from)?;
        }
        self.pow.redeem(system, pledge.proof, pledge.ticket)?;
        for target in targets {
            self.limits.target(system, from, target)?;
        }
        Ok(())
    }
}
