//! Everything that is held about a holder, for himself: as values, and packed into one ZIP. Bounded: what one person can
//! have is little, and a list that is longer says so.

use super::{Line, accesses, line, whole_account};
use crate::certificate;
use crate::contact::Contact;
use crate::endorse;
use crate::error::{Error, Result};
use crate::inbox::{self, Choice, Entry, own_index};
use crate::session::unseen_since;
use crate::share;
use crate::system::System;
use serde::Serialize;
use serde_json::json;
use std::io::{Cursor, Write};
use yinxin_model::states::Assurance;
use yinxin_model::{Day, Id, Instant, Subject};
use yinxin_store::audit::{self, Object};
use yinxin_store::{account, message, passkey, session};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Of each list.
const MOST: u32 = 2_000;
const AT_A_TIME: u32 = 100;

/// With its file as JSON.
#[derive(Debug)]
pub struct Exported {
    pub data: Export,
    pub json: Vec<u8>,
}

#[derive(Debug, Serialize)]
pub struct Export {
    pub platform: String,
    pub made_at: String,
    pub account: AccountOut,
    pub consents: Vec<ConsentOut>,
    pub sessions: Vec<SessionOut>,
    pub passkeys: Vec<PasskeyOut>,
    pub certificates: Vec<CertificateOut>,
    pub shares: Vec<ShareOut>,
    pub messages: Vec<Entry>,
    pub message_choices: Vec<Choice>,
    /// Names of lists that hold more than is told here.
    pub cut_short: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
pub struct AccountOut {
    pub name: String,
    pub document_type: &'static str,
    pub document_number: String,
    pub contact: Option<String>,
    pub second_step: bool,
    pub assurance: Assurance,
    pub proved_by: Option<String>,
    pub proved_at: Option<String>,
    pub registered_at: String,
}

#[derive(Debug, Serialize)]
pub struct ConsentOut {
    pub notice: u32,
    pub agreed_at: String,
    pub from: String,
}

#[derive(Debug, Serialize)]
pub struct SessionOut {
    pub device: String,
    pub started_at: String,
    pub last_used_at: String,
}

/// What its holder calls it, and when it was used; its key says nothing to anybody.
#[derive(Debug, Serialize)]
pub struct PasskeyOut {
    pub name: String,
    pub made_at: String,
    pub last_used_at: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct CertificateOut {
    #[serde(flatten)]
    pub certificate: certificate::View,
    pub endorsements: Vec<endorse::View>,
    pub looked_at: Vec<Line>,
}

#[derive(Debug, Serialize)]
pub struct ShareOut {
    pub recipient: String,
    pub purpose: String,
    pub state: &'static str,
    pub made_at: String,
    pub last_day: Day,
    pub most_views: u32,
    pub views: u32,
    pub log: Vec<ViewOut>,
}

#[derive(Debug, Serialize)]
pub struct ViewOut {
    pub at: String,
    pub from: String,
    pub opened: bool,
    pub downloaded_at: Option<String>,
}

/// Everything; that it was asked for is audited.
pub async fn export(system: &System, by: &Subject) -> Result<Exported> {
    let act = system.act(by);
    let asked = system.db.write(move |tx| {
        Box::pin(async move {
            let actor = act.by.actor();
            audit::record(tx, &act, "data_exported", Object { kind: "account", id: &actor }, json!({})).await
        })
    });
    asked.await?;
    let mut cut_short = Vec::new();
    let data = Export {
        platform: system.config.platform.name.clone(),
        made_at: system.now().rfc3339(),
        account: account_out(system, by).await?,
        consents: consents(system, by).await?,
        sessions: sessions(system, by).await?,
        passkeys: passkeys(system, by).await?,
        certificates: certificates(system, by, &mut cut_short).await?,
        shares: shares(system, by, &mut cut_short).await?,
        messages: messages(system, by, &mut cut_short).await?,
        message_choices: inbox::choices(system, by).await?,
        cut_short,
    };
    let json = serde_json::to_vec_pretty(&data).map_err(|e| Error::internal("internal").because(e))?;
    Ok(Exported { data, json })
}

/// One ZIP of these files.
pub fn pack(files: &[(&str, &[u8])]) -> Result<Vec<u8>> {
    let failed = |e: zip::result::ZipError| Error::internal("internal").because(e);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in files {
        zip.start_file(*name, options).map_err(failed)?;
        zip.write_all(bytes).map_err(|e| Error::internal("internal").because(e))?;
    }
    Ok(zip.finish().map_err(failed)?.into_inner())
}

async fn account_out(system: &System, by: &Subject) -> Result<AccountOut> {
    let (account, credential) = whole_account(system, by).await?;
    let contact = credential.as_ref().and_then(|own| Contact::from_stored(&own.contact));
    let contact = contact.map(|contact| match contact {
        Contact::Phone(number) => number,
        Contact::Mail(address) => address,
    });
    Ok(AccountOut {
        name: account.identity.name.display(),
        document_type: account.identity.document.kind().code(),
        document_number: account.identity.document.number().to_owned(),
        contact,
        second_step: credential.is_some_and(|own| own.totp.is_some()),
        assurance: account.assurance,
        proved_by: account.proved_by,
        proved_at: account.proved_at.map(Instant::rfc3339),
        registered_at: account.made_at.rfc3339(),
    })
}

async fn consents(system: &System, by: &Subject) -> Result<Vec<ConsentOut>> {
    let (index, vault) = (own_index(by)?, system.vault.clone());
    let read = system
        .db
        .read(move |tx| Box::pin(async move { account::consents(tx, &vault, &index).await }))
        .await?;
    let out = |c: account::Consent| ConsentOut {
        notice: c.notice,
        agreed_at: c.agreed_at.rfc3339(),
        from: c.origin,
    };
    Ok(read.into_iter().map(out).collect())
}

async fn sessions(system: &System, by: &Subject) -> Result<Vec<SessionOut>> {
    let (index, vault) = (own_index(by)?, system.vault.clone());
    let (now, since) = (system.now(), unseen_since(system));
    let read = system
        .db
        .read(move |tx| Box::pin(async move { session::list(tx, &vault, &index, now, since).await }))
        .await?;
    let out = |s: session::Listed| SessionOut {
        device: s.device,
        started_at: s.started_at.rfc3339(),
        last_used_at: s.seen_at.rfc3339(),
    };
    Ok(read.into_iter().map(out).collect())
}

async fn passkeys(system: &System, by: &Subject) -> Result<Vec<PasskeyOut>> {
    let (index, vault) = (own_index(by)?, system.vault.clone());
    let read =
        system.db.read(move |tx| Box::pin(async move { passkey::list(tx, &vault, &index).await })).await?;
    let out = |own: passkey::Passkey| PasskeyOut {
        name: own.content.name,
        made_at: own.made_at.rfc3339(),
        last_used_at: own.used_at.map(Instant::rfc3339),
    };
    Ok(read.into_iter().map(out).collect())
}

async fn certificates(
    system: &System,
    by: &Subject,
    cut_short: &mut Vec<&'static str>,
) -> Result<Vec<CertificateOut>> {
    let mut out = Vec::new();
    for (found, counted) in accesses(system, by, Day(i32::MAX), MOST).await? {
        if counted.len() >= MOST as usize {
            cut_short.push("looked_at");
        }
        let looked_at = counted.into_iter().map(|one| line(system, &found, one)).collect();
        let mut endorsements: Vec<endorse::View> = Vec::new();
        loop {
            let before = endorsements.last().map(|last| last.endorsement);
            let page = endorse::list(system, by, Some(found.id.into()), before, AT_A_TIME).await?;
            let full = page.len() == AT_A_TIME as usize;
            endorsements.extend(page);
            if !full {
                break;
            }
            if endorsements.len() >= MOST as usize {
                cut_short.push("endorsements");
                break;
            }
        }
        let certificate = certificate::show(system, by, found.id).await?;
        out.push(CertificateOut { certificate, endorsements, looked_at });
    }
    Ok(out)
}

async fn shares(system: &System, by: &Subject, cut_short: &mut Vec<&'static str>) -> Result<Vec<ShareOut>> {
    let mut out = Vec::new();
    let mut before: Option<Id> = None;
    loop {
        let page = share::list(system, by, before).await?;
        for view in page.shares {
            let log = share::log(system, by, view.id).await?;
            out.push(ShareOut {
                recipient: view.recipient,
                purpose: view.purpose,
                state: view.standing.as_str(),
                made_at: view.made_at.rfc3339(),
                last_day: view.expires_on,
                most_views: view.most_views,
                views: view.views,
                log: log.into_iter().map(seen).collect(),
            });
        }
        before = page.older;
        if before.is_none() {
            return Ok(out);
        }
        if out.len() >= MOST as usize {
            cut_short.push("shares");
            return Ok(out);
        }
    }
}

fn seen(line: share::Line) -> ViewOut {
    ViewOut {
        at: line.at.rfc3339(),
        from: line.origin,
        opened: line.opened,
        downloaded_at: line.downloaded_at.map(Instant::rfc3339),
    }
}

async fn messages(system: &System, by: &Subject, cut_short: &mut Vec<&'static str>) -> Result<Vec<Entry>> {
    let (vault, subject) = (system.vault.clone(), by.clone());
    let read = system
        .db
        .read(move |tx| Box::pin(async move { message::list(tx, &vault, &subject, None, MOST).await }))
        .await?;
    if read.len() >= MOST as usize {
        cut_short.push("messages");
    }
    Ok(read.into_iter().map(|message| inbox::entry(system, message)).collect())
}
