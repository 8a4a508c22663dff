//! Numbered objects (§7.3.10), and the lines of the cross-reference table that say where they are (§7.5.4).

use std::ops::Range;

use super::{Error, emit};
use crate::layout;

/// Objects in file order, with where each begins.
pub(super) struct Objects {
    pub(super) out: Vec<u8>,
    /// Where `out` begins in the file.
    base: usize,
    places: Vec<(u32, usize)>,
}

impl Objects {
    pub(super) fn new(out: Vec<u8>, base: usize) -> Self {
        Self { out, base, places: Vec::with_capacity(16) }
    }

    /// Begins object `number`; its body follows.
    pub(super) fn begin(&mut self, number: u32) {
        self.places.push((number, self.base + self.out.len()));
        emit::int(&mut self.out, number);
        self.out.extend_from_slice(b" 0 obj\n");
    }

    pub(super) fn end(&mut self) {
        self.out.extend_from_slice(b"\nendobj\n");
    }

    pub(super) fn put(&mut self, number: u32, body: &[u8]) {
        self.begin(number);
        self.out.extend_from_slice(body);
        self.end();
    }

    /// The lines of the cross-reference table for these objects.
    pub(super) fn push_lines(&self, out: &mut Vec<u8>, numbers: Range<u32>) {
        for number in numbers {
            let place = self.places.iter().find(|(other, _)| *other == number);
            layout::push_fixed(out, place.map_or(0, |(_, place)| *place), 10);
            out.extend_from_slice(b" 00000 n \n");
        }
    }
}

/// A count as object numbers go.
pub(super) fn number(count: usize) -> Result<u32, Error> {
    const MAX: u32 = 100_000;
    let number = u32::try_from(count).ok().filter(|number| *number <= MAX);
    number.ok_or(Error::TooMany { what: "objects", max: MAX as usize })
}

/// `/X0 12 0 R`
pub(super) fn name_object(out: &mut Vec<u8>, prefix: &[u8], index: usize, object: u32) {
    out.push(b'/');
    out.extend_from_slice(prefix);
    emit::size(out, index);
    out.push(b' ');
    emit::reference(out, object);
}
