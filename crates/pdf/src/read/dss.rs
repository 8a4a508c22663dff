//! The document security store (ETSI EN 319 142-1 §5.4.2.2): DER for judging the signatures later. Cut out here,
//! understood elsewhere.

use super::Error;
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
