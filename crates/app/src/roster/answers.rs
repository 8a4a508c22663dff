//! What the catalogue says about the texts of a roster, each asked once: a roster of a million rows names a
//! handful of qualifications and issuers, and comparing names the way people write them is slow.

use super::Rules;
use super::cell::folded;
use super::regions;
use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use yinxin_model::catalogue::{Level, Organisation, OrganisationKind, Qualification, Seal, SealQuestion};
use yinxin_model::{Day, DocumentType, Half};

/// Different texts remembered in each place; a file with more of them is no honest one, and only gets slow.
const REMEMBERED: usize = 1000;

/// Answers by question, a bounded number of them, and the last one at hand: neighbouring rows mostly agree.
struct Memo<K, V> {
    last: Option<(K, V)>,
    known: HashMap<K, V>,
}

impl<K: Hash + Eq + Clone, V: Copy> Memo<K, V> {
    fn new() -> Self {
        Self { last: None, known: HashMap::new() }
    }

    fn answer<Q>(&mut self, question: &Q, find: impl FnOnce(&Q) -> V) -> V
    where
        Q: Hash + Eq + ToOwned + ?Sized,
        Q::Owned: Into<K>,
        K: Borrow<Q>,
    {
        if let Some((last, value)) = &self.last
            && last.borrow() == question
        {
            return *value;
        }
        let value = self.known.get(question).copied().unwrap_or_else(|| find(question));
        let key: K = question.to_owned().into();
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(key.clone(), value);
        self.last = Some((key, value));
        value
    }
}

#[derive(Clone, Copy)]
pub(super) enum IssuerAnswer<'r> {
    Unknown,
    /// The importing organisation may not import for it, or it issues nothing.
    NotAllowed,
    Allowed(&'r Organisation),
}

/// A qualification as a roster names it.
#[derive(Clone, Copy)]
pub(super) struct Named<'r> {
    pub(super) qualification: &'r Qualification,
    /// `一级建造师` names the level too.
    pub(super) level: Option<&'r Level>,
    pub(super) made_here: bool,
}

/// Which seal and whether it is online: qualification, level, year, half, made on; and region.
type SealKey<'r> = (&'r str, &'r str, i32, Option<Half>, Day);
type ScopeKey<'r> = (&'r str, &'r str, i32, &'r str);

pub(super) struct Answers<'r> {
    rules: Rules<'r>,
    document_types: Memo<Box<str>, Option<DocumentType>>,
    issuers: Memo<Box<str>, IssuerAnswer<'r>>,
    qualifications: Memo<Box<str>, Option<Named<'r>>>,
    /// By qualification, then text.
    levels: HashMap<&'r str, Memo<Box<str>, Option<&'r Level>>>,
    /// The catalogue's spelling of a speciality, likewise.
    specialities: HashMap<&'r str, Memo<Box<str>, Option<&'r str>>>,
    regions: Memo<Box<str>, Option<&'static str>>,
    seals: Memo<SealKey<'r>, Option<&'r Seal>>,
    scopes: Memo<ScopeKey<'r>, bool>,
}

impl<'r> Answers<'r> {
    pub(super) fn new(rules: &Rules<'r>) -> Self {
        Self {
            rules: *rules,
            document_types: Memo::new(),
            issuers: Memo::new(),
            qualifications: Memo::new(),
            levels: HashMap::new(),
            specialities: HashMap::new(),
            regions: Memo::new(),
            seals: Memo::new(),
            scopes: Memo::new(),
        }
    }

    /// Whether one of the issuers that may stand in this roster has numbers made.
    pub(super) fn numbers_made(&self) -> bool {
        let issuers = self.rules.importer.imports_for.iter();
        issuers.filter_map(|code| self.rules.catalogue.organisation(code)).any(|o| o.mints_numbers)
    }

    pub(super) fn document_type(&mut self, text: &str) -> Option<DocumentType> {
        self.document_types.answer(text, DocumentType::parse)
    }

    pub(super) fn issuer(&mut self, text: &str) -> IssuerAnswer<'r> {
        let Rules { catalogue, importer, .. } = self.rules;
        self.issuers.answer(text, |text| match catalogue.find_organisation(text) {
            None => IssuerAnswer::Unknown,
            Some(found)
                if found.kind == OrganisationKind::Issuer && importer.imports_for.contains(&found.code) =>
            {
                IssuerAnswer::Allowed(found)
            }
            Some(_) => IssuerAnswer::NotAllowed,
        })
    }

    pub(super) fn qualification(&mut self, text: &str) -> Option<Named<'r>> {
        let catalogue = self.rules.catalogue;
        self.qualifications.answer(text, |text| {
            let alone = catalogue.find_qualification(text).map(|q| (q, None));
            let with_level =
                || catalogue.find_qualification_with_level(text).map(|(q, level)| (q, Some(level)));
            let (qualification, level) = alone.or_else(with_level)?;
            Some(Named { qualification, level, made_here: catalogue.made_here(&qualification.code) })
        })
    }

    pub(super) fn level(&mut self, qualification: &'r Qualification, text: &str) -> Option<&'r Level> {
        let known = self.levels.entry(&qualification.code).or_insert_with(Memo::new);
        known.answer(text, |text| qualification.find_level(text))
    }

    /// `None`: the catalogue lists specialities, and this is none of them.
    pub(super) fn speciality(&mut self, qualification: &'r Qualification, text: &str) -> Option<&'r str> {
        let bare = |text: &str| folded(text).split_whitespace().collect::<String>();
        let known = self.specialities.entry(&qualification.code).or_insert_with(Memo::new);
        known.answer(text, |text| {
            let wanted = bare(text);
            qualification.specialities.iter().map(String::as_str).find(|s| bare(s) == wanted)
        })
    }

    pub(super) fn region(&mut self, text: &str) -> Option<&'static str> {
        self.regions.answer(text, |text| regions::region(&folded(text)))
    }

    pub(super) fn seal(&mut self, key: SealKey<'r>) -> Option<&'r Seal> {
        let catalogue = self.rules.catalogue;
        self.seals.answer(&key, |&(qualification, level, year, half, made_on)| {
            catalogue.seal_for(&SealQuestion { qualification, level, year, half, made_on })
        })
    }

    pub(super) fn in_scope(&mut self, key: ScopeKey<'r>) -> bool {
        let catalogue = self.rules.catalogue;
        self.scopes.answer(&key, |&(qualification, level, year, region)| {
            catalogue.in_scope(qualification, level, year, region)
        })
    }
}
