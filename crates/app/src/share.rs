//! Giving to one recipient: an endorsed copy, or the details of a certificate, behind a link that only he is told, until a
//! day, for a number of views, with a PIN if wanted, until it is recalled. The holder sees who looked.
//!
//! What stands behind a link is looked at anew at every request: what was withdrawn, voided or revoked is gone at once.
//! Whoever has no token learns nothing; whoever holds one may learn why it opens no more.

mod receiving;

pub use receiving::{Landing, Shown, VIEW_MINUTES, copy, landing, open, picture, shown};

use crate::certificate as certificates;
use crate::copy as copies;
use crate::error::{Error, Result};
use crate::fields::purpose;
use crate::system::System;
use crate::token;
use yinxin_model::ports::random;
use yinxin_model::states::{CertificateState, EndorsementView};
use yinxin_model::{Day, Id, Instant, Subject};
use yinxin_store::certificate as register;
use yinxin_store::endorsement;
use yinxin_store::share::{self, Content, NewShare, Put, Share, Shut};
use yinxin_store::{IdentityIndex, certificate::Certificate};

/// Open shares of one certificate.
const MOST_OPEN: u32 = 50;
pub const MOST_VIEWS: u32 = 100;
pub const LONGEST_RECIPIENT: usize = 60;
pub const LONGEST_PURPOSE: usize = 200;
/// Shares on one page of the list.
const PAGE: u32 = 20;
/// Lines of a share's log.
const MOST_LINES: u32 = 300;
/// Of one person; more than anybody holds.
pub(crate) const MOST_CERTIFICATES: u32 = 200;
/// 等保: logs are kept for half a year at least.
const KEEP_DAYS: i32 = 200;

/// What is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// An endorsed copy.
    Endorsement(Id),
    /// A certificate's details, and its direct copy where it needs no endorsement.
    Certificate(Id),
}

#[derive(Clone, Debug)]
pub struct Offer {
    pub given: Given,
    pub recipient: String,
    pub purpose: String,
    /// Last day, inclusive.
    pub expires_on: Day,
    pub most_views: u32,
    pub pin: bool,
}

/// Something that could be given today.
#[derive(Debug)]
pub struct Candidate {
    pub given: Given,
    pub title: Title,
    /// The scenario's code and the purpose of the endorsement; `None`: the certificate itself.
    pub purpose: Option<(String, String)>,
    /// The last day that a share of it can have.
    pub latest: Day,
}

/// Which certificate it is, in words, and in codes for whoever says it in another language.
#[derive(Clone, Debug)]
pub struct Title {
    pub qualification: String,
    pub qualification_name: String,
    /// Empty where there are no levels.
    pub level: String,
    pub level_name: String,
    pub speciality: String,
}

/// How a share stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Open,
    Recalled,
    Expired,
    UsedUp,
    /// Too many wrong PINs.
    Locked,
    /// What it gave is no more: the endorsement withdrawn or void, the certificate revoked.
    Ended,
}

impl Standing {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Recalled => "recalled",
            Self::Expired => "expired",
            Self::UsedUp => "used_up",
            Self::Locked => "locked",
            Self::Ended => "ended",
        }
    }
}

/// A share as its holder sees it.
#[derive(Debug)]
pub struct View {
    pub id: Id,
    pub given: Given,
    pub title: Title,
    pub recipient: String,
    pub purpose: String,
    pub standing: Standing,
    /// The address to be handed on.
    pub link: String,
    pub pin: Option<String>,
    pub made_at: Instant,
    pub expires_on: Day,
    pub views: u32,
    pub most_views: u32,
    pub wrong_pins: u32,
}

/// What was done with a share.
#[derive(Debug)]
pub struct Line {
    pub at: Instant,
    /// The network it came from, e.g. `203.0.113.0/24`.
    pub origin: String,
    pub opened: bool,
    pub downloaded_at: Option<Instant>,
}

#[derive(Debug)]
pub struct Listing {
    pub shares: Vec<View>,
    /// There are more; what to give as `before`.
    pub older: Option<Id>,
}

/// What the holder could give: his copies in force, then his certificates.
pub async fn candidates(system: &System, by: &Subject) -> Result<Vec<Candidate>> {
    let index = own_index(by)?;
    let (vault, subject) = (system.vault.clone(), by.clone());
    let read = system.db.read(move |tx| {
        Box::pin(async move {
            let own = register::of_identity(tx, &vault, &subject, &index, None, MOST_CERTIFICATES).await?;
            let mut with_endorsements = Vec::with_capacity(own.len());
            for certificate in own.into_iter().filter(|c| c.state == CertificateState::Online) {
                let endorsements =
                    endorsement::list(tx, &vault, &subject, &certificate.id, None, PAGE).await?;
                with_endorsements.push((certificate, endorsements));
            }
            Ok(with_endorsements)
        })
    });
    let today = system.today();
    let (mut copies, mut details) = (Vec::new(), Vec::new());
    for (certificate, endorsements) in read.await? {
        let title = title(system, &certificate);
        let ready =
            endorsements.iter().filter(|e| e.state.on(e.valid_until, today) == EndorsementView::Ready);
        copies.extend(ready.map(|e| Candidate {
            given: Given::Endorsement(e.id),
            title: title.clone(),
            purpose: Some((e.scenario.clone(), purpose(system, &e.scenario, e.addition.as_deref()))),
            latest: e.valid_until,
        }));
        let given = Given::Certificate(certificate.id);
        details.push(Candidate { given, title, purpose: None, latest: longest(system) });
    }
    copies.extend(details);
    Ok(copies)
}

/// Makes a share of something that is the holder's and in force.
pub async fn make(system: &System, by: &Subject, offer: Offer) -> Result<View> {
    let (recipient, purpose) = (offer.recipient.trim(), offer.purpose.trim());
    check_text("recipient", recipient, LONGEST_RECIPIENT)?;
    check_text("purpose", purpose, LONGEST_PURPOSE)?;
    if !(1..=MOST_VIEWS).contains(&offer.most_views) {
        return Err(Error::invalid("share_views").with("most", MOST_VIEWS));
    }
    let (certificate, endorsement, latest) = given(system, by, offer.given).await?;
    if offer.expires_on < system.today() || offer.expires_on > latest {
        return Err(Error::invalid("share_last_day").with("first", system.today()).with("latest", latest));
    }
    let content = Content {
        recipient: recipient.to_owned(),
        purpose: purpose.to_owned(),
        token: token::share_token(system.entropy()),
        pin: offer.pin.then(|| pin(system)),
    };
    let new = NewShare {
        id: Id::new(system.now(), system.entropy()),
        certificate: certificate.id,
        endorsement,
        content,
        expires_on: offer.expires_on,
        most_views: offer.most_views,
    };
    let (vault, act, id) = (system.vault.clone(), system.act(by), new.id);
    let put = system
        .db
        .write(move |tx| Box::pin(async move { share::put(tx, &vault, &act, &new, MOST_OPEN).await }));
    match put.await? {
        Put::Done => show(system, by, id).await,
        Put::NotFound => Err(Error::not_found("certificate_not_found")),
        Put::TooMany => Err(Error::conflict("share_too_many").with("most", MOST_OPEN)),
    }
}

/// The holder's shares, newest first.
pub async fn list(system: &System, by: &Subject, before: Option<Id>) -> Result<Listing> {
    let (vault, subject) = (system.vault.clone(), by.clone());
    let read = system
        .db
        .read(move |tx| Box::pin(async move { share::list(tx, &vault, &subject, before, PAGE + 1).await }));
    let mut found = read.await?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let older = found.last().filter(|_| more).map(|share| share.id);
    let mut shares = Vec::with_capacity(found.len());
    for share in found {
        shares.push(view(system, share).await?);
    }
    Ok(Listing { shares, older })
}

/// One of the holder's.
pub async fn show(system: &System, by: &Subject, id: Id) -> Result<View> {
    view(system, own(system, by, id).await?).await
}

/// What was done with it, newest first.
pub async fn log(system: &System, by: &Subject, id: Id) -> Result<Vec<Line>> {
    let (vault, subject) = (system.vault.clone(), by.clone());
    let read = system
        .db
        .read(move |tx| Box::pin(async move { share::views(tx, &vault, &subject, &id, MOST_LINES).await }));
    let lines = read.await?.into_iter();
    Ok(lines
        .map(|v| Line { at: v.at, origin: v.origin, opened: v.opened, downloaded_at: v.downloaded_at })
        .collect())
}

/// From now on it opens no more, not even for whoever has it open. Again is harmless.
pub async fn recall(system: &System, by: &Subject, id: Id) -> Result<View> {
    let found = own(system, by, id).await?;
    let act = system.act(by);
    system.db.write(move |tx| Box::pin(async move { share::recall(tx, &act, &found).await })).await?;
    show(system, by, id).await
}

/// Forgets shares that were over long ago; up to `limit`, and says how many.
pub async fn sweep(system: &System, limit: u32) -> Result<u64> {
    let before = system.today().plus(-KEEP_DAYS);
    Ok(system.db.write(move |tx| Box::pin(async move { share::sweep(tx, before, limit).await })).await?)
}

async fn own(system: &System, by: &Subject, id: Id) -> Result<Share> {
    let (vault, subject) = (system.vault.clone(), by.clone());
    let read = system.db.read(move |tx| Box::pin(async move { share::get(tx, &vault, &subject, &id).await }));
    read.await?.ok_or_else(|| Error::not_found("share_not_found"))
}

/// What is given must be the holder's and in force; until when it can be.
async fn given(system: &System, by: &Subject, given: Given) -> Result<(Certificate, Option<Id>, Day)> {
    match given {
        Given::Endorsement(id) => {
            let (endorsement, certificate) = copies::in_force(system, by, id).await?;
            Ok((certificate, Some(id), endorsement.valid_until))
        }
        Given::Certificate(id) => {
            let certificate = certificates::find(system, by, id).await?;
            if certificate.state != CertificateState::Online {
                return Err(crate::endorse::not_online(certificate.state));
            }
            Ok((certificate, None, longest(system)))
        }
    }
}

/// A share of details lives as long as an endorsement could.
fn longest(system: &System) -> Day {
    system.today().plus(system.config.policy.longest_days - 1)
}

async fn view(system: &System, share: Share) -> Result<View> {
    let certificate = certificates::find(system, &Subject::System, share.certificate).await?;
    let standing = standing(system, &share, &certificate).await?;
    let link = format!("{}/s/{}", system.config.platform.public_url, share.content.token);
    Ok(View {
        id: share.id,
        given: share.endorsement.map_or(Given::Certificate(share.certificate), Given::Endorsement),
        title: title(system, &certificate),
        recipient: share.content.recipient,
        purpose: share.content.purpose,
        standing,
        link,
        pin: share.content.pin,
        made_at: share.made_at,
        expires_on: share.expires_on,
        views: share.views,
        most_views: share.most_views,
        wrong_pins: share.wrong_pins,
    })
}

/// What the share itself says, then what has become of what it gives.
async fn standing(system: &System, share: &Share, certificate: &Certificate) -> Result<Standing> {
    match share.shut(system.today()) {
        Some(Shut::Recalled) => return Ok(Standing::Recalled),
        Some(Shut::Expired) => return Ok(Standing::Expired),
        Some(Shut::Locked) => return Ok(Standing::Locked),
        Some(Shut::UsedUp) => return Ok(Standing::UsedUp),
        None => {}
    }
    let there = certificate.state == CertificateState::Online
        && match share.endorsement {
            None => true,
            Some(id) => match copies::in_force(system, &Subject::System, id).await {
                Ok(_) => true,
                Err(error) if error.kind == crate::error::Kind::Conflict => false,
                Err(error) => return Err(error),
            },
        };
    Ok(if there { Standing::Open } else { Standing::Ended })
}

pub(crate) fn title(system: &System, certificate: &Certificate) -> Title {
    let record = &certificate.record;
    let qualification = system.catalogue.qualification(&record.qualification);
    Title {
        qualification: record.qualification.clone(),
        qualification_name: qualification.map(|q| q.name.clone()).unwrap_or_default(),
        level: record.level.clone(),
        level_name: qualification.map(|q| q.level_name(&record.level).to_owned()).unwrap_or_default(),
        speciality: record.speciality.clone(),
    }
}

fn check_text(field: &'static str, text: &str, longest: usize) -> Result<()> {
    if text.is_empty() {
        return Err(Error::invalid("share_text_missing").with("field", field));
    }
    if text.chars().count() > longest || text.chars().any(char::is_control) {
        return Err(Error::invalid("text_too_long").with("field", field).with("longest", longest));
    }
    Ok(())
}

/// Six digits. Drawn, not chosen: five guesses at a million, and nobody's birthday.
fn pin(system: &System) -> String {
    let noise = u64::from_be_bytes(random(system.entropy()));
    format!("{:06}", noise % 1_000_000)
}

fn own_index(by: &Subject) -> Result<IdentityIndex> {
    let Subject::Holder { identity_index } = by else { return Err(Error::forbidden("role_missing")) };
    IdentityIndex::from_bytes(identity_index).ok_or_else(|| Error::internal("internal"))
}
