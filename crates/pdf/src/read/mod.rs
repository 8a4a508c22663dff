//! The bounded reader: takes any bytes, never panics, spends time and memory linear in their number.
//!
//! It answers with data: revisions, signatures with what they cover, and structural findings. It does not
//! know trust, certificates or CMS; whether a signature is good is decided elsewhere from what is read
//! here. Follows ISO 32000-1 §7.5 (file structure), §12.8 (signatures). It repairs nothing: a file that
//! needs repair is read differently by different programs, which is what forgers live on.

mod active;
mod canonical;
mod changes;
mod der;
mod dss;
mod facts;
mod filter;
mod growth;
mod issue;
mod kinds;
mod limits;
mod loose;
mod object;
mod objects;
mod parser;
mod reach;
mod signature;
#[cfg(test)]
mod tests;
mod xref;

use std::ops::Range;

pub use canonical::{Archived, Canonical, Deviation, canonical};
pub use changes::{Change, ChangeKind};
pub use dss::SecurityStore;
pub use issue::{Active, Issue};
pub use limits::Limits;
pub use object::ObjectId;
pub use signature::{Contents, Coverage, Signature, SignatureKind, Widget};

/// Why a file could not be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("this is not a PDF file (it looks like {looks_like})")]
    NotPdf { looks_like: &'static str },
    #[error("the PDF file is encrypted")]
    Encrypted,
    #[error("the PDF file exceeds the limit on {limit}")]
    LimitExceeded { limit: &'static str },
    #[error("the PDF file has no readable cross-reference (looked at byte {at})")]
    NoCrossReference { at: usize },
    #[error("the PDF file has no readable catalog")]
    NoCatalog,
    #[error("malformed PDF: expected {expected} at byte {at}")]
    Syntax { at: usize, expected: &'static str },
}

impl Error {
    /// The stable name of this failure.
    pub fn code(&self) -> &'static str {
        match self {
            Error::NotPdf { .. } => "not_pdf",
            Error::Encrypted => "pdf_encrypted",
            Error::LimitExceeded { .. } => "pdf_limit_exceeded",
            Error::NoCrossReference { .. } => "pdf_no_cross_reference",
            Error::NoCatalog => "pdf_no_catalog",
            Error::Syntax { .. } => "pdf_malformed",
        }
    }
}

/// One state of the file: what was written in one go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Where its cross-reference section begins.
    pub xref: usize,
    /// The bytes it added; ends after its `%%EOF` and one line end.
    pub bytes: Range<usize>,
    /// What it changed in the state before. Empty for the first revision.
    pub changes: Vec<Change>,
}

/// What the reader found.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// From the header, e.g. `1.7`.
    pub version: String,
    pub page_count: usize,
    /// Of the first page, in points: left, bottom, right, top.
    pub media_box: Option<[f64; 4]>,
    /// Oldest first; never empty.
    pub revisions: Vec<Revision>,
    /// In the order of their coverage, the innermost first.
    pub signatures: Vec<Signature>,
    /// Signature fields that nobody has signed.
    pub empty_signature_fields: usize,
    pub security_store: Option<SecurityStore>,
    pub issues: Vec<Issue>,
    /// There were more findings than [`Limits::issues`].
    pub issues_truncated: bool,
}

/// Reads `bytes`.
pub fn document(bytes: &[u8], limits: &Limits) -> Result<Document, Error> {
    if bytes.len() > limits.file_size {
        return Err(Error::LimitExceeded { limit: "file_size" });
    }
    let (header, version) = facts::header(bytes)?;
    let budget = limits::Budget::new(limits, bytes.len());
    let mut issues = issue::Issues::new(limits.issues);
    if header > 0 {
        issues.add(Issue::LeadingBytes { len: header });
    }
    let file = objects::File { bytes, limits, budget: &budget, header };
    let sections = xref::sections(&file, &mut issues)?;
    if sections.iter().any(|section| section.trailer.has("Encrypt")) {
        return Err(Error::Encrypted);
    }
    let store = objects::Store::load(&file, sections, &mut issues)?;
    if let Some(last) = store.last_end()
        && last < bytes.len()
    {
        issues.add(Issue::TrailingBytes { at: last, len: bytes.len() - last });
    }
    let pages = facts::pages(&store, &mut issues)?;
    active::inspect(&store, &mut issues)?;
    let (signatures, empty_signature_fields) = signature::collect(&store, &pages, &mut issues)?;
    let security_store = dss::security_store(&store)?;
    let revisions = changes::revisions(&store)?;
    let (issues, issues_truncated) = issues.finish();
    Ok(Document {
        version,
        page_count: pages.list.len(),
        media_box: pages.media_box,
        revisions,
        signatures,
        empty_signature_fields,
        security_store,
        issues,
        issues_truncated,
    })
}

/// Whether a file begins as ours do since they bear a mark there: true of its head alone, too.
pub fn begins_as_ours(bytes: &[u8]) -> bool {
    bytes.starts_with(crate::layout::HEADER)
}

/// How many bytes of its head a file has otherwise than ours.
pub fn bytes_off_our_head(bytes: &[u8]) -> usize {
    let head = crate::layout::HEADER;
    head.len() - head.iter().zip(bytes).filter(|(ours, found)| ours == found).count()
}

/// The last place of `needle`, for tests that change a file.
#[cfg(test)]
pub(crate) fn find_last(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).rposition(|window| window == needle)
}
