//! The document security store (ETSI EN 319 142-1 §5.4.2.2): DER for judging the signatures later. Cut out here,
//! understood elsewhere.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Error;
use super::der::{self, Evidence};
use super::facts::reference_number;
use super::filter;
use super::object::{Dict, Object};
use super::objects::Store;

/// Values taken of each kind; a hostile file could carry any number.
const MAX_VALUES: usize = 64;

/// What the newest state of a file holds. Streams that cannot be read are passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecurityStore {
    pub certificates: Vec<Vec<u8>>,
    pub lists: Vec<Vec<u8>>,
    /// OCSP responses; only counted.
    pub responses: usize,
}

pub(super) fn security_store(store: &Store) -> Result<Option<SecurityStore>, Error> {
    let latest = store.latest();
    let found = store.catalog(latest).and_then(|(_, catalog)| store.get_dict(catalog, "DSS", latest));
    let Some(dict) = found else { return Ok(None) };
    let responses = match store.get(dict, "OCSPs", latest) {
        Some(Object::Array(list)) => list.len(),
        _ => 0,
    };
    let certificates = streams(store, dict, "Certs")?;
    Ok(Some(SecurityStore { certificates, lists: streams(store, dict, "CRLs")?, responses }))
}

fn streams(store: &Store, dict: &Dict, key: &str) -> Result<Vec<Vec<u8>>, Error> {
    let latest = store.latest();
    let Some(Object::Array(list)) = store.get(dict, key, latest) else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    for value in list.iter().take(MAX_VALUES) {
        let loaded = reference_number(value).and_then(|number| store.find_latest(number));
        let Some((dict, range)) = loaded.and_then(|it| Some((it.value.dict()?, it.stream.clone()?))) else {
            continue;
        };
        let at = range.start;
        let raw = store.file.bytes.get(range).unwrap_or_default();
        match filter::decode(dict, raw, at, store.file.limits, store.file.budget) {
            Ok(bytes) => {
                store.file.budget.keep_bytes(bytes.len())?;
                out.push(bytes);
            }
            Err(limit @ Error::LimitExceeded { .. }) => return Err(limit),
            Err(_) => {}
        }
    }
    Ok(out)
}

/// The objects of the security store of `revision` that are nothing else: its lists, and streams that hold what such a
/// store is for. Only what that revision itself wrote is looked into. `shown`: objects that are reached in another way.
pub(super) fn parts(store: &Store, revision: usize, shown: &BTreeSet<u32>) -> Result<Parts, Error> {
    let mut found = Parts { numbers: BTreeSet::new(), is_plain: false };
    let Some(value) = store.catalog(revision).and_then(|(_, catalog)| catalog.get("DSS")) else {
        return Ok(found);
    };
    found.is_plain = Inspection { store, revision, shown, found: &mut found.numbers }.value(value, DSS)?;
    Ok(found)
}

pub(super) struct Parts {
    pub(super) numbers: BTreeSet<u32>,
    /// The catalog's entry is a reference, or a dictionary of what belongs there.
    pub(super) is_plain: bool,
}

/// What may stand in a place of the store (ISO 32000-2 tables 261 and 262).
#[derive(Clone, Copy)]
enum Place {
    Dict(&'static [(&'static str, Place)]),
    /// A dictionary with any keys.
    Map(&'static Place),
    List(&'static Place),
    Stream(Evidence),
    Name(&'static str),
    Text,
}

const CERTIFICATES: Place = Place::List(&Place::Stream(Evidence::Certificate));
const LISTS: Place = Place::List(&Place::Stream(Evidence::List));
const RESPONSES: Place = Place::List(&Place::Stream(Evidence::Response));
const DSS: Place = Place::Dict(&[
    ("Type", Place::Name("DSS")),
    ("Certs", CERTIFICATES),
    ("CRLs", LISTS),
    ("OCSPs", RESPONSES),
    ("VRI", Place::Map(&VRI)),
]);
const VRI: Place = Place::Dict(&[
    ("Type", Place::Name("VRI")),
    ("Cert", CERTIFICATES),
    ("CRL", LISTS),
    ("OCSP", RESPONSES),
    ("TU", Place::Text),
    ("TS", Place::Stream(Evidence::Token)),
]);

struct Inspection<'a> {
    store: &'a Store<'a>,
    revision: usize,
    shown: &'a BTreeSet<u32>,
    found: &'a mut BTreeSet<u32>,
}

impl Inspection<'_> {
    /// Whether `value` belongs into `place`. An object that a reference leads to is judged by itself, where this
    /// revision wrote it.
    fn value(&mut self, value: &Object, place: Place) -> Result<bool, Error> {
        self.store.file.budget.spend(1)?;
        match (value, place) {
            (Object::Reference(id), _) => {
                self.object(id.number, place)?;
                Ok(true)
            }
            (Object::Array(items), Place::List(item)) => {
                items.iter().try_fold(true, |good, value| Ok(self.value(value, *item)? && good))
            }
            (Object::Dict(dict), Place::Map(item)) => {
                let mut good = dict.duplicate.is_none();
                for (_, value) in &dict.entries {
                    good &= self.value(value, *item)?;
                }
                Ok(good)
            }
            (Object::Dict(dict), Place::Dict(places)) => {
                let mut good = dict.duplicate.is_none();
                for (key, value) in &dict.entries {
                    let place = places.iter().find(|(name, _)| name.as_bytes() == key.as_bytes());
                    good &= match place {
                        Some((_, place)) => self.value(value, *place)?,
                        None => false,
                    };
                }
                Ok(good)
            }
            (Object::Name(name), Place::Name(expected)) => Ok(name.as_bytes() == expected.as_bytes()),
            (Object::String(_), Place::Text) => Ok(true),
            _ => Ok(false),
        }
    }

    fn object(&mut self, number: u32, place: Place) -> Result<(), Error> {
        let state = self.store.revisions.get(self.revision);
        let Some(loaded) = state.and_then(|state| state.defined.get(&number)) else { return Ok(()) };
        if self.shown.contains(&number) || self.found.contains(&number) {
            return Ok(());
        }
        let good = match (&loaded.stream, place) {
            (Some(data), Place::Stream(kind)) => self.stream(&loaded.value, data, kind)?,
            (None, Place::Dict(_) | Place::Map(_) | Place::List(_) | Place::Text) => {
                // A reference to a reference is none.
                self.value(&loaded.value, place)? && reference_number(&loaded.value).is_none()
            }
            _ => false,
        };
        if good {
            self.found.insert(number);
        }
        Ok(())
    }

    fn stream(&mut self, value: &Object, data: &Range<usize>, kind: Evidence) -> Result<bool, Error> {
        let Object::Dict(dict) = value else { return Ok(false) };
        let known = |key: &[u8]| matches!(key, b"Length" | b"Filter" | b"DecodeParms");
        if dict.duplicate.is_some() || !dict.entries.iter().all(|(key, _)| known(key.as_bytes())) {
            return Ok(false);
        }
        let file = self.store.file;
        let raw = file.bytes.get(data.clone()).unwrap_or_default();
        let good = match filter::decode(dict, raw, data.start, file.limits, file.budget) {
            Ok(bytes) => der::is(kind, &bytes),
            Err(limit @ Error::LimitExceeded { .. }) => return Err(limit),
            Err(_) => false,
        };
        let length = dict.get("Length").and_then(reference_number);
        if let Some(number) = length.filter(|number| good && !self.shown.contains(number)) {
            let loaded = self.store.find(number, self.revision);
            self.found.extend(loaded.filter(|found| found.value.int().is_some()).map(|_| number));
        }
        Ok(good)
    }
}
