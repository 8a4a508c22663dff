//! What the system holds about a holder, told to himself: an overview, who looked at his certificates, and everything in
//! one file.

mod export;

pub use export::{Export, Exported, export, pack};

use crate::contact::Contact;
use crate::error::{Error, Result};
use crate::inbox::own_index;
use crate::system::System;
use serde::Serialize;
use yinxin_model::{Day, DocumentType, Id, Instant, Subject};
use yinxin_store::access::{self, Counted};
use yinxin_store::account::{self, Account};
use yinxin_store::certificate::{self, Certificate};
use yinxin_store::credential::{self, Credential};
use yinxin_store::message;

/// More than anybody holds.
const MOST_CERTIFICATES: u32 = 1_000;
/// Lines of one certificate that are read for one page, and lines after which a page ends with its day.
const LINES: u32 = 400;
const PAGE: usize = 40;

/// The first page of 我的信息.
#[derive(Debug)]
pub struct Overview {
    /// Masked.
    pub name: String,
    pub document_type: DocumentType,
    /// Masked.
    pub document: String,
    /// Masked; `None` where the account has no credential yet.
    pub contact: Option<String>,
    /// Who comes in by an identity provider has none.
    pub password: bool,
    pub second_step: bool,
    pub proved_by: Option<String>,
    pub proved_at: Option<Instant>,
    pub registered_at: Instant,
    pub unread: u64,
}

/// Days of looking, newest first.
#[derive(Debug)]
pub struct Looked {
    pub lines: Vec<Line>,
    /// There are earlier days; what to give as `before`.
    pub older: Option<Day>,
}

/// How often somebody looked at one certificate, on one day and in one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    pub day: Day,
    pub certificate: Id,
    /// Code, for whoever says its name in another language.
    pub qualification: String,
    pub qualification_name: String,
    /// Code; empty where there are no levels.
    pub level: String,
    pub level_name: String,
    pub management_number: String,
    /// `file`, `fields`, `query_number`, `token`, `qr`: somebody verified. `staff`: staff read it or acted in the holder's place.
    pub way: String,
    /// The verdict that was given; of staff `shown`, `copy`, `change`, `endorsed`, `query_number`.
    pub outcome: String,
    /// Of staff: their organisation's name, or the platform's.
    pub organisation: Option<String>,
    pub count: u64,
}

pub async fn overview(system: &System, by: &Subject) -> Result<Overview> {
    let (account, credential) = whole_account(system, by).await?;
    let subject = by.clone();
    let unread =
        system.db.read(move |tx| Box::pin(async move { message::unread(tx, &subject).await })).await?;
    let contact = credential.as_ref().and_then(|own| Contact::from_stored(&own.contact));
    Ok(Overview {
        name: account.identity.name.masked(),
        document_type: account.identity.document.kind(),
        document: account.identity.document.masked(),
        contact: contact.map(|contact| contact.masked()),
        password: credential.is_some(),
        second_step: credential.is_some_and(|own| own.totp.is_some()),
        proved_by: account.proved_by,
        proved_at: account.proved_at,
        registered_at: account.made_at,
        unread,
    })
}

/// Who looked at the holder's certificates, on days before `before`.
pub async fn looked(system: &System, by: &Subject, before: Option<Day>) -> Result<Looked> {
    let before = before.unwrap_or(Day(i32::MAX));
    let mut lines = Vec::new();
    // A certificate of which not all lines were read tells nothing of its last day and what lies before.
    let mut complete_from = Day(i32::MIN);
    for (certificate, counted) in accesses(system, by, before, LINES).await? {
        if counted.len() == LINES as usize
            && let Some(last) = counted.last()
        {
            complete_from = complete_from.max(last.access.day.plus(1));
        }
        lines.extend(counted.into_iter().map(|one| line(system, &certificate, one)));
    }
    let mut more = lines.iter().any(|line| line.day < complete_from);
    lines.retain(|line| line.day >= complete_from);
    lines.sort_by(|a, b| b.day.cmp(&a.day).then_with(|| a.certificate.cmp(&b.certificate)));
    if let Some(last) = lines.get(PAGE - 1).map(|line| line.day) {
        more |= lines.iter().any(|line| line.day < last);
        lines.retain(|line| line.day >= last);
    }
    let older = lines.last().filter(|_| more).map(|line| line.day);
    Ok(Looked { lines, older })
}

/// For each of the holder's certificates how it was looked at, newest day first.
async fn accesses(
    system: &System,
    by: &Subject,
    before: Day,
    limit: u32,
) -> Result<Vec<(Certificate, Vec<Counted>)>> {
    let (index, vault, subject) = (own_index(by)?, system.vault.clone(), by.clone());
    let read = system.db.read(move |tx| {
        Box::pin(async move {
            let own = certificate::of_identity(tx, &vault, &subject, &index, None, MOST_CERTIFICATES).await?;
            let mut found = Vec::with_capacity(own.len());
            for certificate in own {
                let lines = access::list(tx, &subject, &certificate.id, before, limit).await?;
                found.push((certificate, lines));
            }
            Ok(found)
        })
    });
    Ok(read.await?)
}

fn line(system: &System, certificate: &Certificate, counted: Counted) -> Line {
    let record = &certificate.record;
    let qualification = system.catalogue.qualification(&record.qualification);
    let access = counted.access;
    let organisation = match access.actor.as_str() {
        "" => None,
        "platform" => Some(system.config.platform.name.clone()),
        code => Some(system.catalogue.organisation(code).map_or(code, |o| o.name.as_str()).to_owned()),
    };
    Line {
        day: access.day,
        certificate: certificate.id,
        qualification: record.qualification.clone(),
        qualification_name: qualification.map(|q| q.name.clone()).unwrap_or_default(),
        level: record.level.clone(),
        level_name: qualification.map(|q| q.level_name(&record.level).to_owned()).unwrap_or_default(),
        management_number: certificate.number.clone(),
        way: access.way,
        outcome: access.outcome,
        organisation,
        count: counted.count,
    }
}

async fn whole_account(system: &System, by: &Subject) -> Result<(Account, Option<Credential>)> {
    let (index, vault, subject) = (own_index(by)?, system.vault.clone(), by.clone());
    let read = system.db.read(move |tx| {
        Box::pin(async move {
            let account = account::get(tx, &vault, &subject, &index).await?;
            Ok((account, credential::of_account(tx, &vault, &index).await?))
        })
    });
    let (account, credential) = read.await?;
    Ok((account.ok_or_else(|| Error::not_found("account_not_found"))?, credential))
}
