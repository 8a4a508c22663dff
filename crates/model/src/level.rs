//! How long a sealed PDF can be judged, and with what: the baseline levels of PAdES (ETSI EN 319 142-1 §6).

use serde::{Deserialize, Serialize};

/// Each level holds what those before it hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// The signature; its time is the signer's word.
    #[serde(rename = "b-b")]
    Basic,
    /// A time stamp proves that the signature was there.
    #[serde(rename = "b-t")]
    Time,
    /// Certificates and revocation lists are in the file: it can be judged without asking anybody.
    #[serde(rename = "b-lt")]
    LongTerm,
    /// A time stamp over all of that, which a later one can renew.
    #[serde(rename = "b-lta")]
    Archive,
}

impl Level {
    pub const ALL: [Level; 4] = [Level::Basic, Level::Time, Level::LongTerm, Level::Archive];

    pub fn as_str(self) -> &'static str {
        match self {
            Level::Basic => "b-b",
            Level::Time => "b-t",
            Level::LongTerm => "b-lt",
            Level::Archive => "b-lta",
        }
    }
}
