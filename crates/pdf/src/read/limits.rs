//! How much a file may cost. Every loop of the reader draws on one [`Budget`], so that the work stays linear
//! in the size of the file whatever the file says about itself.

use std::cell::Cell;

use super::Error;

/// Bounds on one reading. The defaults take any honest document of some dozen megabytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub file_size: usize,
    /// Cross-reference entries over all revisions.
    pub objects: usize,
    /// Arrays and dictionaries inside each other; also levels of the page tree and of form fields.
    pub depth: usize,
    /// Bytes of one string or name.
    pub string: usize,
    /// Values (numbers, names, strings, containers) parsed in all; what takes more memory than most counts as several.
    pub values: usize,
    /// Bytes of memory for the file and what is kept of it, together: of a large file, fewer values.
    pub memory: usize,
    /// Bytes that one stream of structure inflates to.
    pub stream: usize,
    /// Bytes inflated in all.
    pub inflated: usize,
    /// Bytes inflated from one byte, at most.
    pub inflate_ratio: usize,
    /// Cross-reference sections.
    pub revisions: usize,
    /// Pages counted.
    pub pages: usize,
    /// Signatures read.
    pub signatures: usize,
    /// Findings listed; more are dropped and [`super::Document::issues_truncated`] is set.
    pub issues: usize,
    /// Bytes looked at, as a multiple of the size of the file.
    pub steps_per_byte: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_size: 32 << 20,
            objects: 200_000,
            depth: 48,
            string: 1 << 20,
            values: 1_000_000,
            memory: 44 << 20,
            stream: 4 << 20,
            inflated: 64 << 20,
            inflate_ratio: 200,
            revisions: 64,
            pages: 20_000,
            signatures: 100,
            issues: 500,
            steps_per_byte: 16,
        }
    }
}

/// Bytes of memory that a value takes, at most, with its place in what holds it.
const VALUE: usize = 72;

/// What is left of the limits.
pub(super) struct Budget {
    steps: Cell<u64>,
    values: Cell<usize>,
    inflated: Cell<usize>,
}

impl Budget {
    pub(super) fn new(limits: &Limits, file_size: usize) -> Self {
        // The constant lets a small file with several small sections be read at all.
        let steps = (file_size as u64).saturating_mul(limits.steps_per_byte).saturating_add(1 << 16);
        Self {
            steps: Cell::new(steps),
            values: Cell::new(limits.values.min(limits.memory.saturating_sub(file_size) / VALUE)),
            inflated: Cell::new(limits.inflated),
        }
    }

    /// Pays for looking at `bytes` bytes (at least one).
    pub(super) fn spend(&self, bytes: usize) -> Result<(), Error> {
        let cost = (bytes as u64).max(1);
        let left = self.steps.get().checked_sub(cost).ok_or(Error::LimitExceeded { limit: "steps" })?;
        self.steps.set(left);
        Ok(())
    }

    /// Pays for keeping one value, or what takes as much memory as so many.
    pub(super) fn keep(&self, values: usize) -> Result<(), Error> {
        let left = self.values.get().checked_sub(values).ok_or(Error::LimitExceeded { limit: "values" })?;
        self.values.set(left);
        Ok(())
    }

    /// Pays for keeping `bytes` bytes, in a container that may have room for twice as many.
    pub(super) fn keep_bytes(&self, bytes: usize) -> Result<(), Error> {
        self.keep(bytes / (VALUE / 2))
    }

    pub(super) fn inflatable(&self) -> usize {
        self.inflated.get()
    }

    pub(super) fn spend_inflated(&self, bytes: usize) -> Result<(), Error> {
        let left =
            self.inflated.get().checked_sub(bytes).ok_or(Error::LimitExceeded { limit: "inflated" })?;
        self.inflated.set(left);
        Ok(())
    }
}
