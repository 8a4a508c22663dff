//! The register's part: a raw load beside the whole import, grants beside the disk's flush.

use super::{Ground, ORGANISATION, Roster};
use crate::error::{Error, Result};
use crate::import::{CHUNK, licence};
use crate::roster::{self, Limits, Rules};
use crate::token;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use yinxin_model::policy::Policy;
use yinxin_model::ports::random;
use yinxin_model::{Id, Subject};
use yinxin_store::account;
use yinxin_store::batch::{self, NewBatch};
use yinxin_store::certificate::{self, Certificate, Filter, SealedDraft};
use yinxin_store::copy::NewCopy;
use yinxin_store::endorsement::{self, Application, Grant, NewEndorsement};

/// Certificates in one page of a list.
const PAGE: u32 = 1_000;
/// Grants that one certificate takes in a window.
const PLACES: usize = 3;

/// Rows ready to be loaded: read, checked and encrypted beforehand, in the chunks that an import loads.
pub struct Load {
    chunks: Vec<Arc<Vec<SealedDraft>>>,
    pub rows: u64,
}

impl Load {
    pub fn prepare(ground: &Ground, roster: &Roster) -> Result<Self> {
        let system = &ground.system;
        let unknown = || Error::invalid("organisation_unknown").with("organisation", ORGANISATION);
        let rules = Rules {
            catalogue: &system.catalogue,
            importer: system.catalogue.organisation(ORGANISATION).ok_or_else(unknown)?,
            today: system.today(),
            entropy: system.entropy(),
            limits: Limits::default(),
        };
        let read = roster::read(&roster.csv, "bench.csv", &rules)
            .map_err(|e| Error::internal("internal").because(e))?;
        let rows = read.drafts.len() as u64;
        let mut chunks = Vec::new();
        let mut chunk = Vec::with_capacity(CHUNK);
        for placed in read.drafts {
            let draft = placed.draft;
            let of = (&draft.qualification, &draft.issuer, draft.number.as_str());
            let licence = licence(&system.catalogue, of.0, of.1, of.2, 1);
            let id = Id::new(system.now(), system.entropy());
            chunk.push(SealedDraft::seal(&system.vault, id, draft, licence, None)?);
            if chunk.len() == CHUNK {
                chunks.push(Arc::new(std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK))));
            }
        }
        if !chunk.is_empty() {
            chunks.push(Arc::new(chunk));
        }
        Ok(Self { chunks, rows })
    }

    /// Loads the rows into an empty register: the tables, transactions and durability of an import, and nothing else of it.
    pub async fn run(&self, into: &Ground) -> Result<()> {
        let system = &into.system;
        let id = Id::new(system.now(), system.entropy());
        let new = NewBatch {
            id,
            organisation: ORGANISATION.into(),
            roster_digest: random(system.entropy()),
            file_name: "bench.csv".into(),
            roster_blob: None,
        };
        let (vault, act) = (system.vault.clone(), system.act(&into.clerk));
        let begun = system
            .db
            .write(move |tx| Box::pin(async move { batch::begin(tx, &vault, &act, &new).await.map(|_| ()) }));
        begun.await?;
        for chunk in &self.chunks {
            let (chunk, now) = (chunk.clone(), system.now());
            let loaded = system.db.write(move |tx| {
                Box::pin(async move { certificate::load(tx, &id, ORGANISATION, &chunk, now).await })
            });
            loaded.await?;
        }
        let act = system.act(&into.clerk);
        let finished = system.db.write(move |tx| Box::pin(async move { batch::finish(tx, &act, &id).await }));
        finished.await.map(|_| ()).map_err(Error::from)
    }
}

/// Applications for endorsements, each ready to be granted: what is timed is the register's transaction alone.
pub struct Applications {
    ready: Vec<(Subject, NewEndorsement)>,
    next: AtomicUsize,
}

impl Applications {
    /// Three for each of up to `most` certificates online at `ground`, neighbours being of different certificates.
    pub async fn prepare(ground: &Ground, most: usize) -> Result<Self> {
        let certificates = online(ground, most).await?;
        let mut ready = Vec::with_capacity(certificates.len() * PLACES);
        for _ in 0..PLACES {
            ready.extend(certificates.iter().map(|certificate| application(ground, certificate)));
        }
        Ok(Self { ready, next: AtomicUsize::new(0) })
    }

    pub fn left(&self) -> usize {
        self.ready.len().saturating_sub(self.next.load(Ordering::Relaxed))
    }

    /// Grants the next one, durably, with its intent and audit entry. False when none is left.
    pub async fn grant(&self, ground: &Ground) -> Result<bool> {
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        let Some((holder, new)) = self.ready.get(at).cloned() else { return Ok(false) };
        let (vault, policy) = (ground.system.vault.clone(), Policy::default());
        let application = Application::new(&vault, ground.system.act(&holder), new)?;
        let granted = ground.system.db.write(move |tx| {
            Box::pin(async move { endorsement::grant(tx, &vault, &policy, application).await })
        });
        match granted.await? {
            Grant::Granted(_) => Ok(true),
            other => Err(Error::internal("internal").with("grant", format!("{other:?}"))),
        }
    }
}

async fn online(ground: &Ground, most: usize) -> Result<Vec<Certificate>> {
    let mut all = Vec::new();
    let mut after = None;
    while all.len() < most {
        let vault = ground.system.vault.clone();
        let read = ground.system.db.read(move |tx| {
            Box::pin(async move {
                certificate::list(tx, &vault, &Subject::System, &Filter::default(), after, PAGE).await
            })
        });
        let page: Vec<Certificate> = read.await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        all.extend(page);
    }
    Ok(all)
}

/// By the holder, for 90 days. The digests are random: nobody will ask for the copy.
fn application(ground: &Ground, certificate: &Certificate) -> (Subject, NewEndorsement) {
    let system = &ground.system;
    let (now, entropy) = (system.now(), system.entropy());
    let id = Id::new(now, entropy);
    let copy = NewCopy {
        certificate: certificate.id,
        copy: Id::new(now, entropy),
        endorsement: Some(id),
        format: crate::making::FIRST.as_str().into(),
        version: certificate.version,
        seal: certificate.record.seal.clone(),
        template: "professional".into(),
        template_digest: random(entropy),
        plate_digest: random(entropy),
        made_at: now,
        token: token::qr_token(entropy),
        copy_number: token::copy_number(entropy),
        statement: Some(random::<144>(entropy).to_vec()),
        digest: random(entropy),
    };
    let new = NewEndorsement {
        id,
        idempotency_key: id.to_string(),
        scenario: "self".into(),
        addition: None,
        on_behalf: None,
        days: 90,
        valid_until: now.day().plus(89),
        copy,
    };
    (account::holder(&certificate.index), new)
}
