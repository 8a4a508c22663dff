//! What is odd about a package. Findings, not verdicts: whether a finding matters is the caller's question.

/// One finding. `signature` is an index into [`super::Package::signatures`]; paths are from the package's root,
/// `at` is a byte position in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Issue {
    // How the archive is built.
    LeadingBytes {
        len: usize,
    },
    /// Behind the directory's end; a comment there counts.
    TrailingBytes {
        at: usize,
        len: usize,
    },
    /// Bytes between parts, or behind a part's packed data, that nothing points at.
    HiddenBytes {
        at: usize,
        len: usize,
    },
    OverlappingEntries {
        first: String,
        second: String,
    },
    /// Two parts of one path: programs differ in which they read.
    DuplicateEntry {
        path: String,
    },
    /// Two paths that differ in case alone.
    CaseDuplicate {
        path: String,
    },
    /// A path that leads out of the package, or that file systems read differently; a link.
    UnsafeName {
        path: String,
    },
    /// The directory and the part's own header disagree.
    LocalMismatch {
        path: String,
    },
    /// The sum or the size differs from what the directory says.
    SumMismatch {
        path: String,
    },
    /// Packed in a way that cannot be read.
    UnreadablePart {
        path: String,
    },

    // What the parts say.
    XmlMalformed {
        path: String,
        at: usize,
    },
    /// A document type declaration, which no OFD has: it may define entities.
    XmlDoctype {
        path: String,
    },
    /// Something that may stand once stands several times: programs differ in which they read.
    RepeatedElement {
        path: String,
        element: &'static str,
    },
    /// A part that `from` needs is not there.
    PartMissing {
        path: String,
        from: String,
    },
    ManyDocuments {
        count: usize,
    },

    // What signatures cover.
    DigestMismatch {
        signature: usize,
        path: String,
    },
    /// Nothing can be said about what the signature covers.
    DigestMethodUnknown {
        signature: usize,
        method: String,
    },
    /// A covered part that is not there.
    ReferenceMissing {
        signature: usize,
        path: String,
    },
    ReferenceMalformed {
        signature: usize,
        path: String,
    },
    ReferencedTwice {
        signature: usize,
        path: String,
    },
    /// A part that no signature covers.
    NotCovered {
        path: String,
    },
    /// A part that this signature leaves out while another covers it, or that came later.
    NotCoveredBy {
        signature: usize,
        path: String,
    },
    /// `Signatures.xml` is not covered: signatures can be added or taken away.
    SignaturesUnprotected {
        signature: usize,
    },
    /// More than one signature.
    SecondSignature {
        signature: usize,
    },
    /// A file that looks like a signature and is in no list. Where a signature covers it, the signer had it before him.
    UnlistedSignature {
        path: String,
        covered: bool,
    },
    SignedValueMissing {
        signature: usize,
    },
    /// A seal's signature that shows no seal.
    StampMissing {
        signature: usize,
    },
    StampPageMissing {
        signature: usize,
        page: String,
    },
    /// The place of the stamp cannot be read, or lies outside its page.
    StampMisplaced {
        signature: usize,
        page: String,
    },
}

impl Issue {
    /// The stable name of this kind of finding.
    pub fn code(&self) -> &'static str {
        match self {
            Issue::LeadingBytes { .. } => "leading_bytes",
            Issue::TrailingBytes { .. } => "trailing_bytes",
            Issue::HiddenBytes { .. } => "hidden_bytes",
            Issue::OverlappingEntries { .. } => "overlapping_entries",
            Issue::DuplicateEntry { .. } => "duplicate_entry",
            Issue::CaseDuplicate { .. } => "case_duplicate",
            Issue::UnsafeName { .. } => "unsafe_name",
            Issue::LocalMismatch { .. } => "local_mismatch",
            Issue::SumMismatch { .. } => "sum_mismatch",
            Issue::UnreadablePart { .. } => "unreadable_part",
            Issue::XmlMalformed { .. } => "xml_malformed",
            Issue::XmlDoctype { .. } => "xml_doctype",
            Issue::RepeatedElement { .. } => "repeated_element",
            Issue::PartMissing { .. } => "part_missing",
            Issue::ManyDocuments { .. } => "many_documents",
            Issue::DigestMismatch { .. } => "digest_mismatch",
            Issue::DigestMethodUnknown { .. } => "digest_method_unknown",
            Issue::ReferenceMissing { .. } => "reference_missing",
            Issue::ReferenceMalformed { .. } => "reference_malformed",
            Issue::ReferencedTwice { .. } => "referenced_twice",
            Issue::NotCovered { .. } => "part_not_covered",
            Issue::NotCoveredBy { .. } => "part_not_covered_by_all",
            Issue::SignaturesUnprotected { .. } => "signatures_unprotected",
            Issue::SecondSignature { .. } => "second_signature",
            Issue::UnlistedSignature { .. } => "unlisted_signature",
            Issue::SignedValueMissing { .. } => "signed_value_missing",
            Issue::StampMissing { .. } => "stamp_missing",
            Issue::StampPageMissing { .. } => "stamp_page_missing",
            Issue::StampMisplaced { .. } => "stamp_misplaced",
        }
    }

    /// The signature this finding is about, if it is about one.
    pub fn signature(&self) -> Option<usize> {
        match self {
            Issue::DigestMismatch { signature, .. }
            | Issue::DigestMethodUnknown { signature, .. }
            | Issue::ReferenceMissing { signature, .. }
            | Issue::ReferenceMalformed { signature, .. }
            | Issue::ReferencedTwice { signature, .. }
            | Issue::NotCoveredBy { signature, .. }
            | Issue::SignaturesUnprotected { signature }
            | Issue::SecondSignature { signature }
            | Issue::SignedValueMissing { signature }
            | Issue::StampMissing { signature }
            | Issue::StampPageMissing { signature, .. }
            | Issue::StampMisplaced { signature, .. } => Some(*signature),
            _ => None,
        }
    }

    /// The part this finding is about, if it is about one.
    pub fn path(&self) -> Option<&str> {
        match self {
            Issue::DuplicateEntry { path }
            | Issue::CaseDuplicate { path }
            | Issue::UnsafeName { path }
            | Issue::LocalMismatch { path }
            | Issue::SumMismatch { path }
            | Issue::UnreadablePart { path }
            | Issue::XmlMalformed { path, .. }
            | Issue::XmlDoctype { path }
            | Issue::RepeatedElement { path, .. }
            | Issue::PartMissing { path, .. }
            | Issue::DigestMismatch { path, .. }
            | Issue::ReferenceMissing { path, .. }
            | Issue::ReferenceMalformed { path, .. }
            | Issue::ReferencedTwice { path, .. }
            | Issue::NotCovered { path }
            | Issue::NotCoveredBy { path, .. }
            | Issue::UnlistedSignature { path, .. } => Some(path),
            Issue::OverlappingEntries { second, .. } => Some(second),
            _ => None,
        }
    }
}

/// The findings so far, up to a bound.
pub(super) struct Issues {
    list: Vec<Issue>,
    max: usize,
    truncated: bool,
}

impl Issues {
    pub(super) fn new(max: usize) -> Self {
        Self { list: Vec::new(), max, truncated: false }
    }

    pub(super) fn add(&mut self, issue: Issue) {
        if self.list.len() < self.max {
            self.list.push(issue);
        } else {
            self.truncated = true;
        }
    }

    pub(super) fn finish(self) -> (Vec<Issue>, bool) {
        (self.list, self.truncated)
    }
}
