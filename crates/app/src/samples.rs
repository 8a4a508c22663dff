//! `samples`: copies for judges to look at, of every template under every seal, at every level, with and without a
//! photo, with names that are hard to print.
//!
//! They are drawn, digested, sealed and checked by the functions that real copies go through, but the register knows
//! nothing of them: people, numbers and tokens are made up here. So only a demo makes any.

use crate::demo::people::People;
use crate::error::{Error, Result};
use crate::fields::{CopyFacts, EndorsementFacts, fields};
use crate::system::System;
use crate::{hex, statement, token};
use serde::Serialize;
use std::sync::Arc;
use yinxin_model::catalogue::{Catalogue, Seal};
use yinxin_model::{DocumentNumber, DocumentType, Format, Id, Identity, Level, PersonName, Precision};
use yinxin_seal::Permit;
use yinxin_seal::face::Fields;
use yinxin_store::record::{Holder, Record};

/// Formats that can be asked for.
pub const FORMATS: [Format; 2] = Format::ALL;
/// A drawing of nobody.
const PORTRAIT: &[u8] = include_bytes!("../assets/sample-portrait.jpg");
/// The same people every time.
const SEED: u64 = 19_491_001;
const SCENARIO: &str = "self";
const LAST_DAY: i32 = 89;

/// What is different about a holder.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    holder: &'static str,
    document: DocumentType,
    photo: bool,
    endorsed: bool,
}

const CASES: [Case; 6] = [
    Case::new("plain", "王伟", DocumentType::ResidentId),
    Case { photo: true, ..Case::new("photo", "李敏静", DocumentType::ResidentId) },
    // Extensions A, E and G in one name.
    Case { photo: true, ..Case::new("rare", "刘䶮𬱖𰻞", DocumentType::ResidentId) },
    Case::new("long", "古丽娜尔·吐尔逊江·阿不都热依木", DocumentType::ResidencePermit),
    Case::new("foreign", "MUSTERMANN ERIKA", DocumentType::Passport),
    // Not endorsed: the certificate itself, as those of associations from before 2021-12-17.
    Case { endorsed: false, ..Case::new("direct", "欧阳犇", DocumentType::OfficerCard) },
];

/// Which of [`CASES`] stands for all at the other levels: a photo, and characters of several fonts.
const TELLING: &str = "rare";

impl Case {
    const fn new(name: &'static str, holder: &'static str, document: DocumentType) -> Self {
        Self { name, holder, document, photo: false, endorsed: true }
    }
}

/// What one draw of numbers, token and time makes: a file for each format, as an endorsement's copies.
#[derive(Clone)]
pub struct Order {
    formats: Vec<Format>,
    level: Level,
    template: String,
    seal: Seal,
    case: Case,
    serial: u32,
    /// With a time stamp on the electronic seal's signature.
    stamped: bool,
}

/// A sealed file, and what judges should find in it.
#[derive(Serialize)]
pub struct Sample {
    pub file: String,
    pub format: Format,
    /// What the file is to achieve, e.g. `b-b`; packages have no levels.
    pub level: Option<&'static str>,
    pub template: String,
    pub seal: String,
    pub seal_name: String,
    pub case: &'static str,
    /// Texts that stand on the page.
    pub fields: Vec<String>,
    pub qr: String,
    pub sha256: String,
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

/// Every case for each template × seal at the level of ordinary copies; the other levels, which differ in their signatures
/// alone and of which packages know nothing, once each; one package with a time stamp. `formats` are of [`FORMATS`].
pub fn plan(system: &System, formats: &[Format]) -> Result<Vec<Order>> {
    if !system.instance.demo {
        return Err(Error::forbidden("not_a_demo"));
    }
    let ordinary = system.config.signature.level;
    let templates = system.sealing()?.templates();
    let mut orders: Vec<Order> = Vec::new();
    for (template, seal) in templates.iter().flat_map(|t| system.catalogue.seal.iter().map(move |s| (t, s))) {
        for level in Level::ALL {
            let formats: Vec<Format> = FORMATS
                .into_iter()
                .filter(|format| formats.contains(format))
                .filter(|format| *format == Format::Pdf || level == ordinary)
                .collect();
            let cases = CASES.iter().filter(|case| level == ordinary || case.name == TELLING);
            for case in cases.filter(|_| !formats.is_empty()) {
                orders.push(Order {
                    formats: formats.clone(),
                    level,
                    template: template.clone(),
                    seal: seal.clone(),
                    case: *case,
                    serial: u32::try_from(orders.len()).unwrap_or(u32::MAX),
                    stamped: false,
                });
            }
        }
    }
    let telling = orders.iter().find(|order| order.level == ordinary && order.case.name == TELLING).cloned();
    orders.extend(telling.filter(|order| order.formats.contains(&Format::Ofd)).map(|order| Order {
        formats: vec![Format::Ofd],
        serial: u32::try_from(orders.len()).unwrap_or(u32::MAX),
        stamped: true,
        ..order
    }));
    Ok(orders)
}

impl Order {
    pub async fn make(&self, system: &System) -> Result<Vec<Sample>> {
        let catalogue = self.under_this_template(&system.catalogue);
        let system = system.with_catalogue(catalogue).at_level(self.level).stamping_packages(self.stamped);
        let (now, entropy) = (system.now(), system.entropy());
        let (token, copy_number) = (token::qr_token(entropy), token::copy_number(entropy));
        let photo = self.case.photo.then(|| yinxin_seal::photo(PORTRAIT)).flatten().map(Arc::new);
        let record = self.record(&system)?;
        let number = format!("SAMPLE{:08}", self.serial);
        let last_day = now.day().plus(LAST_DAY);
        let endorsement = self.case.endorsed.then_some((SCENARIO, last_day));
        let statement = statement::sign(&system, &record, &number, &copy_number, endorsement)?;
        let facts = CopyFacts {
            management_number: &number,
            made_at: now,
            token: &token,
            copy_number: &copy_number,
            statement: statement.as_deref(),
            photo,
            endorsement: self.case.endorsed.then_some(EndorsementFacts {
                scenario: SCENARIO,
                addition: None,
                valid_until: last_day,
            }),
        };
        let mut samples = Vec::new();
        for format in &self.formats {
            samples.push(self.sealed(&system, &record, &facts, *format).await?);
        }
        Ok(samples)
    }

    async fn sealed(
        &self,
        system: &System,
        record: &Record,
        facts: &CopyFacts<'_>,
        format: Format,
    ) -> Result<Sample> {
        let sealing = system.sealing()?;
        let copy = Id::new(facts.made_at, system.entropy());
        let (prepared, _) = sealing.prepare(system, record, &copy, facts, format)?;
        let permit = Permit::new(copy.0, prepared.digest());
        let sealed = sealing.seal(system, prepared, permit, &self.seal.code).await?;
        let printed = fields(system, record, facts);
        Ok(Sample {
            file: self.file(format),
            format,
            level: (format == Format::Pdf).then(|| self.level.as_str()),
            template: self.template.clone(),
            seal: self.seal.code.clone(),
            seal_name: sealing.key(&self.seal.code)?.name().to_owned(),
            case: self.case.name,
            qr: printed.qr.clone(),
            fields: on_the_page(printed),
            sha256: hex(&sealed.sha256),
            bytes: sealed.bytes,
        })
    }

    /// The same name in every format: two files of one sample differ in what follows the point.
    fn file(&self, format: Format) -> String {
        let Self { level, template, seal, case, .. } = self;
        let stamped = if self.stamped { "-stamped" } else { "" };
        format!("{template}-{}-{}{stamped}-{}.{}", seal.code, case.name, level.as_str(), format.as_str())
    }

    /// A catalogue in which the seal goes with this template.
    fn under_this_template(&self, catalogue: &Catalogue) -> Catalogue {
        let mut catalogue = catalogue.clone();
        for seal in catalogue.seal.iter_mut().filter(|seal| seal.code == self.seal.code) {
            seal.template.clone_from(&self.template);
        }
        catalogue
    }

    fn record(&self, system: &System) -> Result<Record> {
        let missing = || Error::conflict("seal_missing").with("seal", &self.seal.code);
        let rule = system.catalogue.seal_rule.iter().find(|rule| rule.seal == self.seal.code);
        let rule = rule.ok_or_else(missing)?;
        let approved_on = system.today().plus(-400);
        Ok(Record {
            holder: self.holder(system)?,
            qualification: rule.qualification.clone(),
            level: rule.levels.first().cloned().unwrap_or_default(),
            speciality: "样品专业".to_owned(),
            issuer: self.seal.organisation.clone(),
            approved_on,
            approval_precision: Precision::Day,
            made_on: Some(approved_on.plus(30)),
            year: approved_on.civil().0,
            half: None,
            region: String::new(),
            seal: self.seal.code.clone(),
            licence: None,
            photo: None,
        })
    }

    fn holder(&self, system: &System) -> Result<Holder> {
        let unusable = || Error::internal("internal").with("sample", self.case.name);
        let person = People::new(SEED).with(self.case.document);
        let document = DocumentNumber::parse(person.document_type, &person.document_number, system.today());
        let document = document.map_err(|_| unusable())?;
        let name = PersonName::parse(self.case.holder).map_err(|_| unusable())?;
        Ok(Holder {
            identity: Identity { name, document },
            sex: Some(person.sex),
            birth_date: Some(person.birth),
        })
    }
}

/// What must be found in the file's text.
fn on_the_page(fields: Fields) -> Vec<String> {
    let mut texts = vec![
        fields.holder_name,
        fields.document_number,
        fields.qualification,
        fields.approval_date,
        fields.management_number,
        fields.issuer,
    ];
    texts.extend(fields.level);
    texts.extend(fields.speciality);
    if let Some(strip) = fields.endorsement {
        texts.extend([strip.purpose, strip.valid_until, fields.copy_number]);
    }
    texts
}
