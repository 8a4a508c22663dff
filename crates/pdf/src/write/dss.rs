//! What is in a file for its long life (ETSI EN 319 142-1 §5.4): the document security store, which lets the
//! signature be judged without asking anybody, and the empty field that a document time stamp fills later.
//!
//! Both stand in the plate's head, hence under the signature itself: certificates and revocation lists are known
//! before anything is signed. Validators that look for a store behind the signature find one by an update
//! ([`super::add_store`]). Raw DER goes in; what it says is not known here.

use super::Error;
use super::emit;
use super::form;
use super::objects::{Objects, number};
use super::structure;
use crate::layout;

/// Validation material, in DER.
#[derive(Clone, Copy, Debug, Default)]
pub struct SecurityStore<'a> {
    pub certificates: &'a [&'a [u8]],
    pub lists: &'a [&'a [u8]],
}

impl SecurityStore<'_> {
    fn is_empty(&self) -> bool {
        self.certificates.is_empty() && self.lists.is_empty()
    }
}

/// Numbers of the objects, where there are any.
#[derive(Clone, Copy, Default)]
pub(super) struct LongTerm {
    store: Option<u32>,
    pub(super) stamp: Option<StampField>,
}

/// The empty field and its element in the structure tree.
#[derive(Clone, Copy)]
pub(super) struct StampField {
    pub(super) widget: u32,
    pub(super) element: u32,
}

impl LongTerm {
    /// Takes its numbers from `first`; gives the first one behind them.
    pub(super) fn from(first: u32, store: &SecurityStore, with_stamp: bool) -> Result<(Self, u32), Error> {
        let streams = number(store.certificates.len() + store.lists.len())?;
        let mut next = first;
        let mut taken = Self::default();
        if !store.is_empty() {
            taken.store = Some(next);
            next += 1 + streams;
        }
        if with_stamp {
            taken.stamp = Some(StampField { widget: next, element: next + 1 });
            next += 2;
        }
        Ok((taken, next))
    }

    /// The catalog's entry.
    pub(super) fn push_catalog(self, out: &mut Vec<u8>) {
        if let Some(store) = self.store {
            out.extend_from_slice(b"/DSS ");
            emit::reference(out, store);
        }
    }

    /// ` 12 0 R` behind the seal's field, in the form and among the page's annotations.
    pub(super) fn push_field(self, out: &mut Vec<u8>) {
        if let Some(stamp) = self.stamp {
            out.push(b' ');
            emit::reference(out, stamp.widget);
        }
    }

    /// The objects themselves.
    pub(super) fn put(self, objects: &mut Objects, store: &SecurityStore, place: &[u8], page: u32) {
        if let Some(first) = self.store {
            put_store(objects, first, store);
        }
        if let Some(stamp) = self.stamp {
            put_stamp_field(objects, stamp, place, page);
        }
    }
}

fn put_store(objects: &mut Objects, first: u32, store: &SecurityStore) {
    let mut streams = first + 1..;
    objects.begin(first);
    objects.out.extend_from_slice(b"<</Type/DSS");
    for (key, values) in [("/Certs[", store.certificates), ("/CRLs[", store.lists)] {
        if !values.is_empty() {
            objects.out.extend_from_slice(key.as_bytes());
            for (_, stream) in values.iter().zip(streams.by_ref()) {
                emit::reference(&mut objects.out, stream);
                objects.out.push(b' ');
            }
            objects.out.push(b']');
        }
    }
    objects.out.extend_from_slice(b">>");
    objects.end();
    for (stream, der) in (first + 1..).zip(store.certificates.iter().chain(store.lists)) {
        // Certificates are dense already; only a long list of revoked numbers would shrink.
        objects.put(stream, &form::stream(b"", der, false));
    }
}

/// A signature field without extent and without value. What a document time stamp changes is this object alone.
fn put_stamp_field(objects: &mut Objects, stamp: StampField, place: &[u8], page: u32) {
    objects.begin(stamp.widget);
    let out = &mut objects.out;
    out.extend_from_slice(layout::STAMP_FIELD);
    emit::reference(out, page);
    out.extend_from_slice(b"/StructParent ");
    emit::int(out, structure::STAMP_KEY);
    out.extend_from_slice(b">>");
    objects.end();

    objects.begin(stamp.element);
    let out = &mut objects.out;
    out.extend_from_slice(b"<</Type/StructElem/S/Form");
    out.extend_from_slice(place);
    out.extend_from_slice(b"/Alt");
    emit::text_string(out, layout::STAMP_NAME);
    out.extend_from_slice(b"/K<</Type/OBJR/Obj ");
    emit::reference(out, stamp.widget);
    out.extend_from_slice(b"/Pg ");
    emit::reference(out, page);
    out.extend_from_slice(b">>>>");
    objects.end();
}
