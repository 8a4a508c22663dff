//! What a holder is told: his inbox, and which kinds are sent to his contact, too.
//!
//! Messages are values; pages say them in their own way. What tells of an act is written in the act's transaction; [`crate::worker`]
//! brings what was put into the outbox, and sends.

use crate::contact;
use crate::error::{Error, Result};
use crate::system::System;
use serde::Serialize;
use serde_json::json;
use yinxin_model::states::{ChangeKind, MessageKind};
use yinxin_model::{Id, Instant, Subject};
use yinxin_store::audit::{self, Act, Object};
use yinxin_store::certificate::{self, Certificate};
use yinxin_store::message::{self, Message, Values};
use yinxin_store::{IdentityIndex, Tx, Vault, pass, share};
use yinxin_words::{Lang, Value, say};

/// Messages of one page.
const PAGE: u32 = 20;

#[derive(Debug, Serialize)]
pub struct Entry {
    pub id: Id,
    pub kind: MessageKind,
    pub made_at: Instant,
    pub read: bool,
    /// What it is about, as far as it is about a certificate; empty otherwise.
    pub qualification: String,
    pub level: String,
    /// What else it says: `on`, `certificate`, `endorsement`, `share`, `device`, …
    pub values: Values,
}

#[derive(Debug)]
pub struct Page {
    /// Newest first.
    pub entries: Vec<Entry>,
    pub unread: u64,
    /// There are more; what to give as `before`.
    pub older: Option<Id>,
}

/// One kind of message, and whether it is sent to the contact, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    pub kind: MessageKind,
    pub sent: bool,
}

impl Entry {
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }
}

pub async fn list(system: &System, by: &Subject, before: Option<Id>) -> Result<Page> {
    let (vault, subject) = (system.vault.clone(), by.clone());
    let read = system.db.read(move |tx| {
        Box::pin(async move {
            let found = message::list(tx, &vault, &subject, before, PAGE + 1).await?;
            Ok((found, message::unread(tx, &subject).await?))
        })
    });
    let (mut found, unread) = read.await?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let older = found.last().filter(|_| more).map(|message| message.id);
    let entries = found.into_iter().map(|message| entry(system, message)).collect();
    Ok(Page { entries, unread, older })
}

pub async fn unread(system: &System, by: &Subject) -> Result<u64> {
    let subject = by.clone();
    Ok(system.db.read(move |tx| Box::pin(async move { message::unread(tx, &subject).await })).await?)
}

/// Marks one as read, or with `newest` all up to that one: what came later was not seen.
pub async fn mark_read(system: &System, by: &Subject, which: Read) -> Result<()> {
    let (subject, now) = (by.clone(), system.now());
    let marked = system.db.write(move |tx| {
        Box::pin(async move {
            match which {
                Read::One(id) => message::mark_read(tx, &subject, &id, now).await.map(|_| ()),
                Read::UpTo(newest) => message::mark_all_read(tx, &subject, &newest, now).await.map(|_| ()),
            }
        })
    });
    Ok(marked.await?)
}

#[derive(Clone, Copy, Debug)]
pub enum Read {
    One(Id),
    UpTo(Id),
}

pub async fn choices(system: &System, by: &Subject) -> Result<Vec<Choice>> {
    let index = own_index(by)?;
    let sent = system.db.read(move |tx| Box::pin(async move { message::choice(tx, &index).await })).await?;
    let choices = MessageKind::ALL.iter().copied().filter(|kind| kind.is_choosable());
    Ok(choices.map(|kind| Choice { kind, sent: sent.contains(&kind) }).collect())
}

/// Sends these kinds to the contact from now on, and no others.
pub async fn choose(system: &System, by: &Subject, kinds: Vec<MessageKind>) -> Result<()> {
    let (index, act) = (own_index(by)?, system.act(by));
    let chosen = system.db.write(move |tx| {
        Box::pin(async move {
            message::choose(tx, &index, &kinds).await?;
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
            let actor = act.by.actor();
            let object = Object { kind: "account", id: &actor };
            audit::record(tx, &act, "messages_chosen", object, json!({ "sent": kinds })).await
        })
    });
    Ok(chosen.await?)
}

/// The account that a holder asks as.
pub(crate) fn own_index(by: &Subject) -> Result<IdentityIndex> {
    let Subject::Holder { identity_index } = by else { return Err(Error::forbidden("role_missing")) };
    IdentityIndex::from_bytes(identity_index).ok_or_else(|| Error::internal("internal"))
}

/// In the transaction of a change that was carried out. `before`: the certificate as it was. Who loses sight of it by a
/// correction of his identity is told so, and not what it is now.
pub(crate) async fn tell_of_change(
    tx: &mut Tx,
    vault: &Vault,
    act: &Act,
    kind: ChangeKind,
    before: &Certificate,
) -> yinxin_store::Result<()> {
    let (certificate, id) = (&before.id, vault.new_id(act.at));
    let kind = match kind {
        ChangeKind::Correction => MessageKind::CertificateCorrected,
        ChangeKind::Revocation => MessageKind::CertificateRevoked,
        ChangeKind::Reinstatement => MessageKind::CertificateReinstated,
    };
    message::tell_holder(tx, vault, certificate, &id, kind, Values::new(), act.at).await?;
    let after = certificate::holder(tx, certificate).await?;
    if after.is_some_and(|index| index != before.index) {
        let record = &before.record;
        let values = Values::from([
            ("qualification".to_owned(), record.qualification.clone()),
            ("level".to_owned(), record.level.clone()),
        ]);
        let kind = MessageKind::IdentityCorrected;
        message::tell_once(tx, vault, &id, &before.index, kind, &values, act.at).await?;
        // What the one before gave away was not his to give.
        share::recall_all(tx, act, certificate).await?;
        pass::forget_of(tx, certificate).await?;
    }
    Ok(())
}

/// In the transaction of an endorsement that staff made in the holder's place.
pub(crate) async fn tell_of_endorsement(
    tx: &mut Tx,
    vault: &Vault,
    act: &Act,
    certificate: &Id,
    endorsement: &Id,
) -> yinxin_store::Result<()> {
    let values = Values::from([("endorsement".to_owned(), endorsement.to_string())]);
    let (id, kind) = (vault.new_id(act.at), MessageKind::EndorsementMade);
    message::tell_holder(tx, vault, certificate, &id, kind, values, act.at).await.map(|_| ())
}

/// As it is sent to a contact: in both languages, since nobody has said which one he wants.
pub(crate) fn sent(system: &System, entry: &Entry) -> contact::Message {
    let english = system.catalogue.qualification(entry.value("qualification")).map(|q| q.name_en.as_str());
    let names = [(Lang::ZhCn, entry.qualification.as_str()), (Lang::En, english.unwrap_or_default())];
    let said = names.map(|(lang, name)| {
        let certificate = format!("{name}{}", entry.level);
        let values = [
            ("certificate", Value::from(certificate.as_str())),
            ("on", Value::from(entry.value("on"))),
            ("device", Value::from(entry.value("device"))),
        ];
        let kind = entry.kind.as_str();
        (say(lang, &format!("inbox-title-{kind}"), &[]), say(lang, &format!("inbox-{kind}"), &values))
    });
    let [(chinese, text), (english, text_english)] = said;
    contact::Message {
        subject: format!("{chinese} / {english}"),
        text: format!("【{}】{text}\n{text_english}", system.config.platform.name),
    }
}

/// As it is shown.
pub(crate) fn entry(system: &System, message: Message) -> Entry {
    let named = |name: &str| message.values.get(name).map(String::as_str).unwrap_or_default();
    let qualification = system.catalogue.qualification(named("qualification"));
    Entry {
        id: message.id,
        kind: message.kind,
        made_at: message.made_at,
        read: message.read_at.is_some(),
        qualification: qualification.map(|q| q.name.clone()).unwrap_or_default(),
        level: qualification.map(|q| q.level_name(named("level")).to_owned()).unwrap_or_default(),
        values: message.values,
    }
}
