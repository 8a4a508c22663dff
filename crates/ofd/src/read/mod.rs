//! The bounded reader: takes any bytes, never panics, spends time and memory linear in their number.
//!
//! It answers with data: parts, documents, signatures with what they cover, and findings. It does not know
//! certificates, seals or trust: a signature's value and a seal file are handed on as bytes, and whether they
//! are good is decided elsewhere. It repairs nothing, but reads what vendors are known to write (relative and
//! absolute locations, several names of SM3, sizes behind the data). Follows GB/T 33190-2016 and PKWARE's
//! APPNOTE as far as OFD uses it.

mod active;
mod archive;
mod canonical;
mod coverage;
mod directory;
mod document;
mod issue;
mod known;
mod limits;
mod location;
mod signature;
#[cfg(test)]
mod tests;
mod text;
mod xml;

pub use active::{Active, ActiveKind};
use archive::Archive;
pub use archive::Entry;
pub use canonical::{Deviation, canonical};
pub use document::{Document, Page};
pub use issue::Issue;
pub use known::KnownParts;
pub use limits::Limits;
pub use signature::{Reference, Signature, SignatureKind, Stamp};

/// Why a file could not be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("this is not an OFD file (it looks like {looks_like})")]
    NotOfd { looks_like: &'static str },
    #[error("the OFD file is encrypted")]
    Encrypted,
    #[error("the OFD file exceeds the limit on {limit}")]
    LimitExceeded { limit: &'static str },
    #[error("the OFD file uses {feature}, which no OFD needs")]
    Unsupported { feature: &'static str },
    #[error("the OFD file was cut off: its directory, which stands at the end, is missing")]
    Truncated,
    #[error("malformed OFD: expected {expected} at byte {at}")]
    Archive { at: usize, expected: &'static str },
}

impl Error {
    /// The stable name of this failure.
    pub fn code(&self) -> &'static str {
        match self {
            Error::NotOfd { .. } => "not_ofd",
            Error::Encrypted => "ofd_encrypted",
            Error::LimitExceeded { .. } => "ofd_limit_exceeded",
            Error::Unsupported { .. } => "ofd_unsupported",
            Error::Truncated => "truncated",
            Error::Archive { .. } => "ofd_malformed",
        }
    }
}

/// What the reader found.
#[derive(Debug)]
pub struct Package<'a> {
    archive: Archive<'a>,
    pub documents: Vec<Document>,
    /// In the order of the lists that name them.
    pub signatures: Vec<Signature>,
    pub issues: Vec<Issue>,
    /// There were more findings than [`Limits::issues`].
    pub issues_truncated: bool,
}

impl Package<'_> {
    /// Every part, in the order of the archive's directory; folders are none.
    pub fn entries(&self) -> &[Entry] {
        self.archive.entries()
    }

    /// The bytes of a part, by its path from the root, e.g. `/OFD.xml`; none where there is no such part.
    pub fn part(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        self.archive.read(path)
    }

    /// What in it does something, or comes from elsewhere. Reads every part of XML.
    pub fn active_content(&self) -> Result<Vec<Active>, Error> {
        active::content(&self.archive)
    }

    /// The text of every page, templates first, a line for each text object, as programs find it that search.
    pub fn text(&self) -> Result<Vec<String>, Error> {
        text::pages(&self.archive, &self.documents)
    }
}

/// Reads `bytes`.
pub fn package<'a>(bytes: &'a [u8], limits: &'a Limits) -> Result<Package<'a>, Error> {
    package_with(bytes, limits, None)
}

/// Reads `bytes`; parts that are known are not unpacked and digested again. What is found is the same.
pub fn package_with<'a>(
    bytes: &'a [u8],
    limits: &'a Limits,
    known: Option<&KnownParts>,
) -> Result<Package<'a>, Error> {
    if bytes.len() > limits.file_size {
        return Err(Error::LimitExceeded { limit: "file_size" });
    }
    let mut issues = issue::Issues::new(limits.issues);
    let mut archive = Archive::open(bytes, limits, known, &mut issues)?;
    let entrance = document::entrance(&archive, &mut issues)?;
    let documents = document::documents(&archive, &entrance, &mut issues)?;
    let mut signatures = signature::collect(&archive, &entrance, &documents, &mut issues)?;
    coverage::judge(&mut archive, &entrance, &mut signatures, &mut issues);
    let (issues, issues_truncated) = issues.finish();
    Ok(Package { archive, documents, signatures, issues, issues_truncated })
}
