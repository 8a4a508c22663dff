//! What a holder sees of his own: cards to search and page through, and why there are none.

use super::{Cause, MOST_OF_A_PERSON, diagnose, needs_endorsement};
use crate::error::{Error, Result};
use crate::system::System;
use std::cmp::Reverse;
use yinxin_model::catalogue::SealFamily;
use yinxin_model::person::half_width;
use yinxin_model::states::CertificateState;
use yinxin_model::{Day, DocumentType, Id, Precision, Subject};
use yinxin_store::IdentityIndex;
use yinxin_store::account::{self, Account};
use yinxin_store::certificate::{self, Certificate, Trace};
use yinxin_store::endorsement::{self, Ready};

/// Cards of one page.
const PAGE: usize = 20;

/// Which of his certificates a holder wants to see.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Words that all stand somewhere on the card; empty for everything.
    pub text: String,
    /// 年度
    pub year: Option<i32>,
    /// Only those after this one, which was the last of a page.
    pub after: Option<Id>,
}

#[derive(Debug)]
pub struct Listing {
    /// Newest approval first.
    pub cards: Vec<Card>,
    /// What the holder has, whatever he searches for.
    pub total: usize,
    /// What the search found, on this page or another.
    pub found: usize,
    /// In which there are some, newest first.
    pub years: Vec<i32>,
    /// There are more; what to give as [`Search::after`].
    pub older: Option<Id>,
    /// Where the holder has none at all.
    pub explanation: Option<Explanation>,
}

#[derive(Debug)]
pub struct Card {
    pub id: Id,
    pub management_number: String,
    pub state: CertificateState,
    /// Code, for whoever says its name in another language.
    pub qualification: String,
    pub qualification_name: String,
    /// Code; empty where there are no levels.
    pub level: String,
    pub level_name: String,
    pub speciality: String,
    pub approved: (Day, Precision),
    pub year: i32,
    pub issuer_name: String,
    pub seal_family: Option<SealFamily>,
    pub needs_endorsement: bool,
    /// Its newest copy that can be used now.
    pub ready: Option<Ready>,
}

/// Never a blank page: what was searched with, and what the register can say of this very person.
#[derive(Debug)]
pub struct Explanation {
    /// Masked.
    pub name: String,
    pub document_type: DocumentType,
    /// Masked.
    pub document: String,
    pub causes: Vec<Cause>,
}

/// The certificates of the holder who asks.
pub async fn list(system: &System, by: &Subject, search: &Search) -> Result<Listing> {
    let Read { own, ready, traces, account } = read(system, by).await?;
    let total = own.len();
    let mut years: Vec<i32> = own.iter().map(|c| c.record.year).collect();
    years.sort_unstable_by_key(|year| Reverse(*year));
    years.dedup();
    let mut cards: Vec<Card> = own.iter().map(|c| card(system, c, &ready)).collect();
    let words: Vec<String> = search.text.split_whitespace().map(folded).collect();
    cards.retain(|card| search.year.is_none_or(|year| card.year == year) && card.has_all(system, &words));
    cards.sort_by_key(|card| (Reverse(card.approved.0), Reverse(card.id)));
    let found = cards.len();
    let shown_before = search.after.and_then(|last| cards.iter().position(|card| card.id == last));
    let mut cards = cards.split_off(shown_before.map_or(0, |at| at + 1));
    let more = cards.len() > PAGE;
    cards.truncate(PAGE);
    let older = cards.last().filter(|_| more).map(|card| card.id);
    let explanation = match account {
        Some(account) if total == 0 => Some(explanation(system, &account, &traces)),
        _ => None,
    };
    Ok(Listing { cards, total, found, years, older, explanation })
}

/// Traces and account are looked at where there is no certificate.
#[derive(Default)]
struct Read {
    own: Vec<Certificate>,
    ready: Vec<Ready>,
    traces: Vec<Trace>,
    account: Option<Account>,
}

async fn read(system: &System, by: &Subject) -> Result<Read> {
    let Subject::Holder { identity_index } = by else { return Err(Error::forbidden("role_missing")) };
    let index = IdentityIndex::from_bytes(identity_index).ok_or_else(|| Error::internal("internal"))?;
    let (vault, subject, today) = (system.vault.clone(), by.clone(), system.today());
    let read = system.db.read(move |tx| {
        Box::pin(async move {
            let own = certificate::of_identity(tx, &vault, &subject, &index, None, MOST_OF_A_PERSON).await?;
            if !own.is_empty() {
                let ready = endorsement::ready(tx, &subject, today).await?;
                return Ok(Read { own, ready, ..Read::default() });
            }
            let traces = certificate::of_document(tx, &subject, &index).await?;
            let account = account::get(tx, &vault, &subject, &index).await?;
            Ok(Read { traces, account, ..Read::default() })
        })
    });
    Ok(read.await?)
}

fn card(system: &System, certificate: &Certificate, ready: &[Ready]) -> Card {
    let record = &certificate.record;
    let qualification = system.catalogue.qualification(&record.qualification);
    let issuer = system.catalogue.organisation(&record.issuer);
    Card {
        id: certificate.id,
        management_number: certificate.number.clone(),
        state: certificate.state,
        qualification: record.qualification.clone(),
        qualification_name: qualification.map(|q| q.name.clone()).unwrap_or_default(),
        level_name: qualification.map(|q| q.level_name(&record.level).to_owned()).unwrap_or_default(),
        level: record.level.clone(),
        speciality: record.speciality.clone(),
        approved: (record.approved_on, record.approval_precision),
        year: record.year,
        issuer_name: issuer.map(|o| o.name.clone()).unwrap_or_default(),
        seal_family: system.catalogue.seal(&record.seal).map(|s| s.family),
        needs_endorsement: needs_endorsement(system, record),
        ready: ready.iter().find(|one| one.certificate == certificate.id).copied(),
    }
}

impl Card {
    /// Whether each of the words stands in something that the card shows.
    fn has_all(&self, system: &System, words: &[String]) -> bool {
        let english = system.catalogue.qualification(&self.qualification).map(|q| q.name_en.as_str());
        let shown = [
            &self.qualification_name,
            &self.level_name,
            &self.speciality,
            &self.management_number,
            &self.issuer_name,
            english.unwrap_or_default(),
        ];
        let shown: Vec<String> = shown.into_iter().map(folded).collect();
        words.iter().all(|word| shown.iter().any(|text| text.contains(word)))
    }
}

/// Full width or half, capital or small, one finds the other.
fn folded(text: &str) -> String {
    text.chars().map(half_width).flat_map(char::to_lowercase).collect()
}

fn explanation(system: &System, account: &Account, traces: &[Trace]) -> Explanation {
    Explanation {
        name: account.identity.name.masked(),
        document_type: account.identity.document.kind(),
        document: account.identity.document.masked(),
        causes: diagnose(system, traces),
    }
}
