//! Signatures as their files tell them (GB/T 33190, 18). Whether digests are right is [`super::coverage`]'s question.

use base64ct::{Base64, Encoding};

use super::archive::Archive;
use super::document::{Document, Entrance, missing, once};
use super::issue::Issues;
use super::location::locate;
use super::xml::{self, Element};
use super::{Error, Issue};

/// What a signature is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureKind {
    /// Of a seal, which is shown.
    Seal,
    /// Of a person or program, without a picture.
    Sign,
}

/// A part that a signature lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub path: String,
    /// Whether its digest is right; none where the part is missing or the method unknown.
    pub matches: Option<bool>,
    /// The digest that is said; none where it cannot be read.
    pub(super) digest: Option<Vec<u8>>,
}

/// Where a seal is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Stamp {
    pub id: String,
    /// [`super::Page::id`]
    pub page: String,
    /// Left, top, width, height in millimetres.
    pub boundary: Option<[f64; 4]>,
    /// The part of the seal that shows, in its own space; all of it where nothing is said.
    pub clip: Option<[f64; 4]>,
}

/// One signature of a package.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    pub id: String,
    pub kind: SignatureKind,
    /// Of its `Signature.xml`: what the value's `propertyInfo` must be.
    pub path: String,
    /// Of the list that names it.
    pub list: String,
    /// Index into [`super::Package::documents`].
    pub document: usize,
    pub provider: Option<String>,
    /// As it is written: an OID or a name.
    pub method: Option<String>,
    /// How parts are digested, as it is written.
    pub check_method: String,
    /// As it is written; in nobody's hands but the signing program's.
    pub claimed_time: Option<String>,
    pub references: Vec<Reference>,
    pub stamps: Vec<Stamp>,
    pub value_path: Option<String>,
    pub value: Option<Vec<u8>>,
    pub seal_path: Option<String>,
    /// The seal beside the value, where there is one; it must be the same.
    pub seal: Option<Vec<u8>>,
    /// SM3 of `Signature.xml`: what the value's `dataHash` must be.
    pub data_hash: Option<[u8; 32]>,
}

pub(super) fn collect(
    archive: &Archive,
    entrance: &Entrance,
    documents: &[Document],
    issues: &mut Issues,
) -> Result<Vec<Signature>, Error> {
    let mut signatures = Vec::new();
    for (number, body) in entrance.bodies.iter().enumerate() {
        let Some(list) = &body.signatures else { continue };
        missing(archive, list, "/OFD.xml", issues);
        let Some(root) = xml::part(archive, list, "Signatures", issues)? else { continue };
        for named in root.all("Signature") {
            if signatures.len() >= archive.limits.signatures {
                return Err(Error::LimitExceeded { limit: "signatures" });
            }
            let path = locate(archive, list, named.attribute("BaseLoc").unwrap_or_default());
            missing(archive, &path, list, issues);
            let empty = Element::default();
            let root = xml::part(archive, &path, "Signature", issues)?.unwrap_or(empty);
            let index = signatures.len();
            let mut signature = facts(archive, &root, path, issues)?;
            signature.id = named.attribute("ID").unwrap_or_default().to_owned();
            let sign = named.attribute("Type").is_some_and(|kind| kind.eq_ignore_ascii_case("sign"));
            signature.kind = if sign { SignatureKind::Sign } else { SignatureKind::Seal };
            signature.list.clone_from(list);
            signature.document = number;
            if index > 0 {
                issues.add(Issue::SecondSignature { signature: index });
            }
            if signature.value.is_none() {
                issues.add(Issue::SignedValueMissing { signature: index });
            }
            stamped(index, &signature, documents.get(number), issues);
            signatures.push(signature);
        }
    }
    Ok(signatures)
}

/// What `Signature.xml` says; what lists it is filled in by the caller.
fn facts(archive: &Archive, root: &Element, path: String, issues: &mut Issues) -> Result<Signature, Error> {
    let empty = Element::default();
    for element in ["SignedInfo", "SignedValue"] {
        once(root, element, &path, issues);
    }
    let info = root.first("SignedInfo").unwrap_or(&empty);
    for element in ["References", "Seal", "SignatureMethod", "SignatureDateTime"] {
        once(info, element, &path, issues);
    }
    let list = info.first("References").unwrap_or(&empty);
    let references = list.all("Reference").map(|one| reference(archive, one, &path, issues)).collect();
    let text = |name| info.text_of(name).map(str::to_owned);
    let value_path = root.text_of("SignedValue").map(|location| locate(archive, &path, location));
    let seal_path =
        info.first("Seal").and_then(|seal| seal.text_of("BaseLoc")).map(|at| locate(archive, &path, at));
    let read = |path: &Option<String>| path.as_deref().map_or(Ok(None), |path| archive.read_value(path));
    Ok(Signature {
        id: String::new(),
        kind: SignatureKind::Seal,
        list: String::new(),
        document: 0,
        provider: info.first("Provider").and_then(|one| one.attribute("ProviderName")).map(str::to_owned),
        method: text("SignatureMethod"),
        // GB/T 33190: MD5 where nothing is said.
        check_method: list.attribute("CheckMethod").unwrap_or("MD5").to_owned(),
        claimed_time: text("SignatureDateTime"),
        references,
        stamps: info.all("StampAnnot").map(stamp).collect(),
        value: read(&value_path)?,
        value_path,
        seal: read(&seal_path)?,
        seal_path,
        data_hash: archive.place(&path).and_then(|place| archive.entries().get(place)?.sm3),
        path,
    })
}

fn reference(archive: &Archive, one: &Element, from: &str, issues: &mut Issues) -> Reference {
    once(one, "CheckValue", from, issues);
    // Vendors break long values into lines.
    let text: String = one.text_of("CheckValue").unwrap_or_default().split_ascii_whitespace().collect();
    Reference {
        path: locate(archive, from, one.attribute("FileRef").unwrap_or_default()),
        matches: None,
        digest: Base64::decode_vec(&text).ok().filter(|digest| !digest.is_empty()),
    }
}

fn stamp(one: &Element) -> Stamp {
    let text = |name| one.attribute(name).unwrap_or_default().to_owned();
    Stamp {
        id: text("ID"),
        page: text("PageRef"),
        boundary: one.attribute("Boundary").and_then(rectangle),
        clip: one.attribute("Clip").and_then(rectangle),
    }
}

/// Four numbers (GB/T 33190, 7.2: `ST_Box`).
fn rectangle(text: &str) -> Option<[f64; 4]> {
    let mut numbers =
        text.split_ascii_whitespace().map(|part| part.parse().ok().filter(|n: &f64| n.is_finite()));
    let rect = [numbers.next()??, numbers.next()??, numbers.next()??, numbers.next()??];
    numbers.next().is_none().then_some(rect)
}

fn stamped(index: usize, signature: &Signature, document: Option<&Document>, issues: &mut Issues) {
    if signature.kind == SignatureKind::Seal && signature.stamps.is_empty() {
        issues.add(Issue::StampMissing { signature: index });
    }
    for stamp in &signature.stamps {
        let page = stamp.page.clone();
        if !document.is_some_and(|document| document.pages.iter().any(|page| page.id == stamp.page)) {
            issues.add(Issue::StampPageMissing { signature: index, page });
        } else if stamp.boundary.is_none_or(|[_, _, w, h]| w <= 0.0 || h <= 0.0) {
            issues.add(Issue::StampMisplaced { signature: index, page });
        }
    }
}
