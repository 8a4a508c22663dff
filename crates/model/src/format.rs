//! The formats of copies.

use serde::{Deserialize, Serialize};

/// What a copy is written as. The register keeps the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// PDF with a signature of PAdES: made when an endorsement is granted.
    Pdf,
    /// OFD (GB/T 33190) with a national electronic seal (GB/T 38540): made when it is first asked for.
    Ofd,
}

impl Format {
    pub const ALL: [Format; 2] = [Format::Pdf, Format::Ofd];

    pub fn as_str(self) -> &'static str {
        match self {
            Format::Pdf => "pdf",
            Format::Ofd => "ofd",
        }
    }

    /// `None` for a name that stands for no format.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}
