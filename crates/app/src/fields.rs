//! From the record to what is printed: codes become names, days become 年月日.

use crate::system::System;
use std::sync::Arc;
use yinxin_model::catalogue::Scenario;
use yinxin_model::{Day, Instant, Precision};
use yinxin_seal::face::{Fields, Strip};
use yinxin_seal::page::draw::Image;
use yinxin_store::record::Record;

/// Everything about one copy that is not in the record.
pub struct CopyFacts<'a> {
    pub management_number: &'a str,
    pub made_at: Instant,
    pub token: &'a str,
    pub copy_number: &'a str,
    /// What the QR code states, as signed.
    pub statement: Option<&'a [u8]>,
    pub photo: Option<Arc<Image>>,
    pub endorsement: Option<EndorsementFacts<'a>>,
}

pub struct EndorsementFacts<'a> {
    pub scenario: &'a str,
    pub addition: Option<&'a str>,
    pub valid_until: Day,
}

/// The fields of one copy's face.
pub fn fields(system: &System, record: &Record, facts: &CopyFacts) -> Fields {
    let catalogue = &system.catalogue;
    let qualification = catalogue.qualification(&record.qualification);
    let level = qualification.map(|q| q.level_name(&record.level)).unwrap_or_default();
    let identity = &record.holder.identity;
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    // A roster need not give sex and birth date; the document's number mostly tells them.
    let told = identity.document.birth_and_sex();
    let sex = record.holder.sex.or(told.map(|(_, sex)| sex));
    let birth = record.holder.birth_date.or(told.map(|(birth, _)| birth));
    Fields {
        holder_name: identity.name.display(),
        sex: sex.map(|s| s.chinese().to_owned()).unwrap_or_default(),
        birth_date: birth.map(Day::chinese).unwrap_or_default(),
        document_type: identity.document.kind().name().to_owned(),
        document_number: identity.document.number().to_owned(),
        qualification: qualification.map(|q| q.name.clone()).unwrap_or_default(),
        level: filled(level),
        speciality: filled(&record.speciality),
        approval_date: match record.approval_precision {
            Precision::Day => record.approved_on.chinese(),
            Precision::Month => record.approved_on.chinese_month(),
        },
        made_on: record.made_on.map(Day::chinese).unwrap_or_default(),
        management_number: facts.management_number.to_owned(),
        licence_identifier: record.licence.clone(),
        issuer: catalogue.organisation(&record.issuer).map(|o| o.name.clone()).unwrap_or_default(),
        photo: facts.photo.clone(),
        endorsement: facts.endorsement.as_ref().map(|e| Strip {
            purpose: purpose(system, e.scenario, e.addition),
            valid_until: e.valid_until.chinese(),
        }),
        made_at: facts.made_at.chinese(),
        made_by: system.config.platform.name.clone(),
        copy_number: facts.copy_number.to_owned(),
        qr: qr_text(system, facts.token, facts.statement),
        demo: system.instance.demo,
    }
}

/// The document's title, e.g. 建造师（一级）职业资格证书·加注件.
pub fn title(system: &System, record: &Record, endorsed: bool) -> String {
    let qualification = system.catalogue.qualification(&record.qualification);
    let name = qualification.map(|q| q.name.as_str()).unwrap_or_default();
    let level = qualification.map(|q| q.level_name(&record.level)).filter(|level| !level.is_empty());
    let level = level.map(|level| format!("（{level}）")).unwrap_or_default();
    let kind = if endorsed { "·加注件" } else { "" };
    format!("{name}{level}职业资格证书{kind}")
}

/// 制作事由: the scenario and what the applicant added.
pub fn purpose(system: &System, scenario: &str, addition: Option<&str>) -> String {
    let name = system.catalogue.scenario(scenario).map_or(scenario, |s: &Scenario| s.name.as_str());
    match addition.filter(|a| !a.is_empty()) {
        Some(addition) => format!("{name}：{addition}"),
        None => name.to_owned(),
    }
}

/// Where the QR code leads, and what it states on the way: browsers keep what follows the `#` to themselves.
pub fn qr_text(system: &System, token: &str, statement: Option<&[u8]>) -> String {
    let address = &system.config.platform.public_url;
    match statement {
        Some(signed) => format!("{address}/v/{token}#{}", yinxin_seal::statement::letters(signed)),
        None => format!("{address}/v/{token}"),
    }
}
