//! How much a file may cost. Everything that is unpacked or parsed draws on one [`Budget`], so that the work
//! stays linear in the size of the file whatever the file says about itself.

use std::cell::Cell;

use super::Error;

/// Bounds on one reading. The defaults take any honest document of some dozen megabytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub file_size: usize,
    /// Parts of the package.
    pub entries: usize,
    /// Bytes of a part's path.
    pub path: usize,
    /// Bytes unpacked in all.
    pub inflated: usize,
    /// Bytes unpacked in all, as a multiple of the size of the file; small files get a few megabytes.
    pub inflate_ratio: usize,
    /// Bytes of one part of XML that is read as a whole.
    pub xml_part: usize,
    /// Elements and attributes parsed in all.
    pub nodes: usize,
    /// Bytes of memory for the file and what is kept of it, together: of a large file, fewer paths, elements and values.
    pub memory: usize,
    /// Elements inside each other.
    pub depth: usize,
    pub documents: usize,
    pub pages: usize,
    pub signatures: usize,
    /// Bytes of text taken from pages.
    pub text: usize,
    /// Findings listed; more are dropped and [`super::Package::issues_truncated`] is set.
    pub issues: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_size: 32 << 20,
            entries: 20_000,
            path: 512,
            inflated: 128 << 20,
            inflate_ratio: 100,
            xml_part: 4 << 20,
            nodes: 200_000,
            memory: 44 << 20,
            depth: 64,
            documents: 16,
            pages: 20_000,
            signatures: 100,
            text: 8 << 20,
            issues: 500,
        }
    }
}

/// Small files may unpack to this much whatever their ratio.
const SMALL: usize = 4 << 20;

/// What is left of the limits.
#[derive(Debug)]
pub(super) struct Budget {
    inflated: Cell<usize>,
    nodes: Cell<usize>,
    memory: Cell<usize>,
    text: Cell<usize>,
}

impl Budget {
    pub(super) fn new(limits: &Limits, file: usize) -> Self {
        let inflated = limits.inflated.min(file.saturating_mul(limits.inflate_ratio).max(SMALL));
        Self {
            inflated: Cell::new(inflated),
            nodes: Cell::new(limits.nodes),
            memory: Cell::new(limits.memory.saturating_sub(file)),
            text: Cell::new(limits.text),
        }
    }

    pub(super) fn spend_inflated(&self, bytes: usize) -> Result<(), Error> {
        spend(&self.inflated, bytes, "inflated")
    }

    pub(super) fn spend_nodes(&self, count: usize) -> Result<(), Error> {
        spend(&self.nodes, count, "nodes")
    }

    /// Pays for keeping so many bytes, with what holds them.
    pub(super) fn keep(&self, bytes: usize) -> Result<(), Error> {
        spend(&self.memory, bytes, "memory")
    }

    pub(super) fn spend_text(&self, bytes: usize) -> Result<(), Error> {
        spend(&self.text, bytes, "text")
    }
}

fn spend(left: &Cell<usize>, amount: usize, limit: &'static str) -> Result<(), Error> {
    left.set(left.get().checked_sub(amount).ok_or(Error::LimitExceeded { limit })?);
    Ok(())
}
