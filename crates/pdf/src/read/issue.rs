//! What is odd about a file. Findings, not verdicts: whether a finding matters is the caller's question.

use std::ops::Range;

use super::ObjectId;

/// Things in a file that act, or carry other files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Active {
    JavaScript,
    OpenAction,
    AdditionalActions,
    Launch,
    /// Submits or imports form data, or goes to another file.
    Remote,
    EmbeddedFile,
    /// Sound, film, 3D, rich media.
    Media,
    Xfa,
}

/// One structural finding. `signature` is an index into [`super::Document::signatures`], `revision` into
/// [`super::Document::revisions`]; `at` and ranges are byte positions in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Issue {
    // What a signature covers.
    /// Empty, null or absent: a "universal signature forgery".
    ByteRangeMissing {
        signature: usize,
    },
    /// Not an array of non-negative integers in pairs.
    ByteRangeMalformed {
        signature: usize,
    },
    ByteRangeNotAtStart {
        signature: usize,
        start: usize,
    },
    ByteRangeOverlap {
        signature: usize,
        first_end: usize,
        second_start: usize,
    },
    ByteRangeBeyondFile {
        signature: usize,
    },
    /// More than one part of the file is left out.
    ByteRangeManyGaps {
        signature: usize,
        gaps: usize,
    },
    /// Something follows what is covered.
    ByteRangeShort {
        signature: usize,
        end: usize,
        file_len: usize,
    },
    /// What is left out is not exactly the value of /Contents: something hides there.
    ContentsNotTheGap {
        signature: usize,
        gap: Range<usize>,
        contents: Range<usize>,
    },
    /// Absent or null.
    ContentsMissing {
        signature: usize,
    },
    ContentsEmpty {
        signature: usize,
    },
    /// An indirect object, a literal string, or packed in an object stream.
    ContentsNotDirectHex {
        signature: usize,
    },
    /// What is covered ends in the middle of a revision.
    CoverageNotARevision {
        signature: usize,
        end: usize,
    },
    /// A revision was added after this signature; what it did is in its `changes`.
    ChangedAfterSigning {
        signature: usize,
        revision: usize,
    },
    /// An object of the document stands in the part that a signature leaves out.
    ObjectInGap {
        signature: usize,
        object: ObjectId,
        at: usize,
    },
    /// A signature dictionary that no form field holds.
    UnboundSignature {
        object: ObjectId,
        at: usize,
    },
    /// A second form field that holds a signature which another field holds already.
    SharedSignature {
        object: ObjectId,
        field: ObjectId,
    },
    /// A signature of an earlier revision that is not there any more.
    SignatureRemoved {
        object: ObjectId,
        revision: usize,
    },

    // How the file is built.
    LeadingBytes {
        len: usize,
    },
    TrailingBytes {
        at: usize,
        len: usize,
    },
    DuplicateKey {
        object: ObjectId,
        key: String,
        at: usize,
    },
    /// The same object twice in one revision.
    DuplicateObject {
        number: u32,
        first: usize,
        second: usize,
    },
    /// An object that no cross-reference table knows.
    UnlistedObject {
        number: u32,
        at: usize,
    },
    /// Bytes of a later revision that belong to no object and no table, or a comment: something may hide there.
    LooseBytes {
        revision: usize,
        at: usize,
    },
    /// A cross-reference entry that points to something else.
    XrefWrongObject {
        number: u32,
        at: usize,
    },
    /// Cross-reference sections that follow each other in a circle.
    XrefLoop {
        at: usize,
    },
    /// A cross-reference section that /Prev or /XRefStm promises and that cannot be read.
    XrefUnreadable {
        at: usize,
    },
    UnreadableObject {
        number: u32,
        at: usize,
    },
    /// /Length and `endstream` disagree.
    StreamLength {
        object: ObjectId,
        at: usize,
    },
    /// A page tree or field tree with a circle or too deep.
    TreeLoop {
        object: ObjectId,
    },

    ActiveContent {
        kind: Active,
        object: ObjectId,
    },
}

impl Issue {
    /// The stable name of this kind of finding.
    pub fn code(&self) -> &'static str {
        match self {
            Issue::ByteRangeMissing { .. } => "byte_range_missing",
            Issue::ByteRangeMalformed { .. } => "byte_range_malformed",
            Issue::ByteRangeNotAtStart { .. } => "byte_range_not_at_start",
            Issue::ByteRangeOverlap { .. } => "byte_range_overlap",
            Issue::ByteRangeBeyondFile { .. } => "byte_range_beyond_file",
            Issue::ByteRangeManyGaps { .. } => "byte_range_many_gaps",
            Issue::ByteRangeShort { .. } => "byte_range_short",
            Issue::ContentsNotTheGap { .. } => "contents_not_the_gap",
            Issue::ContentsMissing { .. } => "contents_missing",
            Issue::ContentsEmpty { .. } => "contents_empty",
            Issue::ContentsNotDirectHex { .. } => "contents_not_direct_hex",
            Issue::CoverageNotARevision { .. } => "coverage_not_a_revision",
            Issue::ChangedAfterSigning { .. } => "changed_after_signing",
            Issue::ObjectInGap { .. } => "object_in_gap",
            Issue::UnboundSignature { .. } => "unbound_signature",
            Issue::SharedSignature { .. } => "shared_signature",
            Issue::SignatureRemoved { .. } => "signature_removed",
            Issue::LeadingBytes { .. } => "leading_bytes",
            Issue::TrailingBytes { .. } => "trailing_bytes",
            Issue::DuplicateKey { .. } => "duplicate_key",
            Issue::DuplicateObject { .. } => "duplicate_object",
            Issue::UnlistedObject { .. } => "unlisted_object",
            Issue::LooseBytes { .. } => "loose_bytes",
            Issue::XrefWrongObject { .. } => "xref_wrong_object",
            Issue::XrefLoop { .. } => "xref_loop",
            Issue::XrefUnreadable { .. } => "xref_unreadable",
            Issue::UnreadableObject { .. } => "unreadable_object",
            Issue::StreamLength { .. } => "stream_length",
            Issue::TreeLoop { .. } => "tree_loop",
            Issue::ActiveContent { .. } => "active_content",
        }
    }

    /// The signature this finding is about, if it is about one.
    pub fn signature(&self) -> Option<usize> {
        match self {
            Issue::ByteRangeMissing { signature }
            | Issue::ByteRangeMalformed { signature }
            | Issue::ByteRangeNotAtStart { signature, .. }
            | Issue::ByteRangeOverlap { signature, .. }
            | Issue::ByteRangeBeyondFile { signature }
            | Issue::ByteRangeManyGaps { signature, .. }
            | Issue::ByteRangeShort { signature, .. }
            | Issue::ContentsNotTheGap { signature, .. }
            | Issue::ContentsMissing { signature }
            | Issue::ContentsEmpty { signature }
            | Issue::ContentsNotDirectHex { signature }
            | Issue::CoverageNotARevision { signature, .. }
            | Issue::ChangedAfterSigning { signature, .. }
            | Issue::ObjectInGap { signature, .. } => Some(*signature),
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
