//! What the QR code of a copy states without a network: masked, in the catalogue's codes, short enough to be scanned from a
//! print. How it is written and signed is `seal`'s business; the format stands in `docs/QR.md`.

use crate::Day;

/// Everything that a statement says. Whoever holds the copy reads more on it; this only lets him compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The holder's name, masked.
    pub holder: String,
    pub management_number: String,
    /// Codes of the catalogue, as is the level.
    pub qualification: String,
    /// Empty where the qualification has no levels.
    pub level: String,
    /// Code of the scenario; `None` for a direct copy, and where there was no room for it.
    pub scenario: Option<String>,
    /// Last day of the endorsement; `None` for a direct copy.
    pub last_day: Option<Day>,
    pub copy_number: String,
    /// Code of the issuing organisation; `None` where there was no room for it.
    pub issuer: Option<String>,
}

impl Statement {
    /// The same without what can best be spared: the issuer first, since seal and management number lead to it, then the
    /// scenario, which the paper shows. `None` where nothing more can be left out.
    pub fn shortened(&self) -> Option<Self> {
        match self {
            Self { issuer: Some(_), .. } => Some(Self { issuer: None, ..self.clone() }),
            Self { scenario: Some(_), .. } => Some(Self { scenario: None, ..self.clone() }),
            _ => None,
        }
    }
}
