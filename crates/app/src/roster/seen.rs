//! What stood in the file before, and where: a few bytes for each of a million rows.

use super::findings::{RowNote, Values};
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState};
use std::sync::Arc;

/// Where a row stands.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) sheet: Arc<str>,
    pub(super) row: u32,
}

/// Things by two keyed hashes of 64 bits: that two things meet in both is less likely than a fault of the
/// memory, and nobody can bring it about without the keys.
#[derive(Default)]
pub(super) struct Seen {
    hashers: (RandomState, RandomState),
    /// The number of the sheet in `sheets`, and the row.
    places: HashMap<u128, (u32, u32), BuildHasherDefault<Itself>>,
    sheets: Vec<Arc<str>>,
}

/// The hash of a hash is one half of it.
#[derive(Default)]
struct Itself(u64);

impl Hasher for Itself {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.iter().rev().take(8) {
            self.0 = self.0 << 8 | u64::from(*chunk);
        }
    }

    fn write_u128(&mut self, hash: u128) {
        self.0 = hash as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Seen {
    /// Where `thing` stood first; `None`, and remembered, where it is new.
    pub(super) fn first(&mut self, thing: &(impl Hash + ?Sized), place: &Place) -> Option<Place> {
        if self.sheets.last().is_none_or(|last| !Arc::ptr_eq(last, &place.sheet)) {
            self.sheets.push(place.sheet.clone());
        }
        let here = (u32::try_from(self.sheets.len()).unwrap_or(u32::MAX) - 1, place.row);
        let key =
            u128::from(self.hashers.0.hash_one(thing)) << 64 | u128::from(self.hashers.1.hash_one(thing));
        match self.places.entry(key) {
            std::collections::hash_map::Entry::Vacant(new) => {
                new.insert(here);
                None
            }
            std::collections::hash_map::Entry::Occupied(known) => {
                let (sheet, row) = *known.get();
                let sheet = usize::try_from(sheet).ok().and_then(|n| self.sheets.get(n));
                Some(Place { sheet: sheet.cloned().unwrap_or_default(), row })
            }
        }
    }
}

impl Place {
    /// A finding about the row as a whole.
    pub(super) fn note(&self, rule: &'static str, values: Values) -> RowNote {
        let (column, value) = (String::new(), String::new());
        RowNote { sheet: self.sheet.to_string(), row: self.row, column, value, rule, values }
    }

    /// This place as the one seen first.
    pub(super) fn values(&self) -> Values {
        Values::from([("first_sheet", self.sheet.to_string()), ("first_row", self.row.to_string())])
    }
}
