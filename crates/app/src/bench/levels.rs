//! Copies with the time stamps of their level, by the demo's authority in this process: what the program itself costs. An
//! authority beyond a network costs its answer's time on top.

use super::{Copies, Ground};
use crate::error::Result;
use yinxin_model::Level;
use yinxin_seal::Signed;

/// Makes one copy of a level after the other.
pub struct Levels {
    copies: Copies,
    signatures: u32,
}

impl Levels {
    pub async fn new(ground: &Ground, level: Level) -> Result<Self> {
        // The seal's, that of the time stamp on it, that of the time stamp on the document.
        let signatures = match level {
            Level::Basic => 1,
            Level::Time | Level::LongTerm => 2,
            Level::Archive => 3,
        };
        Ok(Self { copies: Copies::at(ground, level).await?, signatures })
    }

    /// Draws, digests, signs and stamps the next person's copy.
    pub async fn make(&mut self) -> Result<Signed> {
        let signed = self.copies.sign(false)?;
        self.copies.sealing.stamp(&self.copies.system, signed).await
    }

    /// As many signatures as a copy of this level contains, by the seal's key.
    pub fn bare_signatures(&self) -> Result<()> {
        (0..self.signatures).try_for_each(|_| self.copies.bare_signature())
    }
}
