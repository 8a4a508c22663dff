//! Who did what: entries written in the transaction of the act itself, linked into a hash chain afterwards.
//!
//! Linking at once would make every writer wait for the one before it. So an entry is inserted unchained, and one
//! chainer per database links what has been committed ([`chain`]); [`verify`] finds the first entry that is missing,
//! altered or moved. Details are JSON without personal data.

use crate::args;
use crate::db::{Arg, Row, Step, Tx, statements};
use crate::error::Result;
use aws_lc_rs::digest::{Context, SHA256};
use serde_json::Value;
use std::sync::atomic::{AtomicU16, Ordering};
use yinxin_model::ports::Entropy;
use yinxin_model::{Id, Instant, Subject};

/// Somebody doing something: what every change of state takes, so that none can go unrecorded.
#[derive(Debug)]
pub struct Act {
    pub by: Subject,
    pub at: Instant,
    /// Joins the entry with the log and with the request that asked for it.
    pub request: Option<String>,
    first: Id,
    entries: AtomicU16,
}

impl Act {
    pub fn new(by: Subject, at: Instant, entropy: &dyn Entropy, request: Option<String>) -> Self {
        Self { by, at, request, first: Id::new(at, entropy), entries: AtomicU16::new(0) }
    }

    /// An id for the next entry of this act: the first one's with its last two octets counted on.
    fn next_entry(&self) -> Id {
        let Id(mut bytes) = self.first;
        if let Some(tail) = bytes.last_chunk_mut::<2>() {
            let step = self.entries.fetch_add(1, Ordering::Relaxed);
            *tail = u16::from_be_bytes(*tail).wrapping_add(step).to_be_bytes();
        }
        Id(bytes)
    }

    /// The staff name, or what stands for it: maker and decider of four-eyes acts are compared by it.
    pub fn name(&self) -> String {
        match &self.by {
            Subject::Staff { name, .. } => name.clone(),
            other => other.actor(),
        }
    }
}

/// What an act was done to.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    pub kind: &'static str,
    pub id: &'a str,
}

/// One entry as read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: Id,
    pub at: Instant,
    pub actor: String,
    pub action: String,
    pub object_kind: String,
    pub object: String,
    pub detail: String,
    pub request: Option<String>,
}

/// The chain's newest link. Kept elsewhere (printed, sent away), it also shows a chain that was cut short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub seq: i64,
    pub hash: Vec<u8>,
}

/// The first thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Break {
    /// The link is there, its entry is not; 0 = it was still waiting for its link.
    EntryMissing { seq: i64, entry: Id },
    /// The entry or its link was changed, or links changed places.
    HashDiffers { seq: i64, entry: Id },
    /// A link of the sequence is not there.
    LinkMissing { seq: i64 },
    /// An entry that is neither linked nor waiting to be.
    Unlinked { entry: Id },
    /// The chain ends before, or differs at, the head that was noted earlier.
    HeadDiffers { seq: i64 },
}

/// What [`verify`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainReport {
    pub head: Option<Head>,
    pub entries: u64,
    /// Committed entries that the chainer has not come to yet.
    pub waiting: u64,
    pub broken: Option<Break>,
}

const PAGE: i64 = 2_000;

statements! {
    INSERT = "INSERT INTO audit (id, at, actor, action, object_kind, object, detail, request)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    PEND = "INSERT INTO audit_pending (audit_id) VALUES ($1)";
    PENDING = "SELECT a.id, a.at, a.actor, a.action, a.object_kind, a.object, a.detail, a.request
        FROM audit_pending p JOIN audit a ON a.id = p.audit_id ORDER BY p.audit_id LIMIT $1";
    PENDING_COUNT = "SELECT count(*) FROM audit_pending";
    SETTLE = "DELETE FROM audit_pending WHERE audit_id = $1";
    HEAD = "SELECT seq, hash FROM audit_chain ORDER BY seq DESC LIMIT 1";
    LINK = "INSERT INTO audit_chain (seq, audit_id, hash) VALUES ($1, $2, $3)";
    /// The links first: an entry that was deleted must show as missing, not vanish with its link.
    LINKS = "SELECT c.seq, c.audit_id, c.hash, a.id, a.at, a.actor, a.action, a.object_kind, a.object, a.detail, a.request
        FROM audit_chain c LEFT JOIN audit a ON a.id = c.audit_id
        WHERE c.seq > $1 ORDER BY c.seq LIMIT $2";
    /// Counting is cheap where all is well; only a wrong count is worth the search.
    UNCOVERED = "SELECT (SELECT count(*) FROM audit) - (SELECT count(*) FROM audit_chain)
        - (SELECT count(*) FROM audit_pending)";
    STRAY = "SELECT a.id FROM audit a LEFT JOIN audit_chain c ON c.audit_id = a.id
        LEFT JOIN audit_pending p ON p.audit_id = a.id WHERE c.audit_id IS NULL AND p.audit_id IS NULL LIMIT 1";
    PENDING_WITHOUT_ENTRY = "SELECT p.audit_id FROM audit_pending p LEFT JOIN audit a ON a.id = p.audit_id
        WHERE a.id IS NULL LIMIT 1";
    LIST = "SELECT id, at, actor, action, object_kind, object, detail, request FROM audit
        WHERE id < $1 AND (CAST($2 AS TEXT) IS NULL OR object_kind = $2) AND (CAST($3 AS TEXT) IS NULL OR object = $3)
        ORDER BY id DESC LIMIT $4";
}

/// Writes the entry of one act. Its failure is the act's failure.
pub async fn record(
    tx: &mut Tx,
    act: &Act,
    action: &'static str,
    object: Object<'_>,
    detail: Value,
) -> Result<()> {
    tx.together(&steps(&entry(act, action, object, &detail))).await.map(|_| ())
}

/// The entry of one act, to be written with [`steps`].
pub(crate) fn entry(act: &Act, action: &'static str, object: Object<'_>, detail: &Value) -> Entry {
    Entry {
        id: act.next_entry(),
        at: act.at,
        actor: act.by.actor(),
        action: action.to_owned(),
        object_kind: object.kind.to_owned(),
        object: object.id.to_owned(),
        detail: detail.to_string(),
        request: act.request.clone(),
    }
}

pub(crate) fn steps(entry: &Entry) -> [Step<'_>; 2] {
    let Entry { id, at, actor, action, object_kind, object, detail, request } = entry;
    let row = args![id, *at, actor, action, object_kind, object, detail, request.as_deref()];
    [(INSERT, row.to_vec()), (PEND, args![id].to_vec())]
}

/// Links up to `limit` committed entries and returns how many. One chainer at a time: on PostgreSQL a second one
/// fails with [`crate::Error::Conflict`] on the sequence and may try again.
pub async fn chain(tx: &mut Tx, limit: u32) -> Result<u64> {
    let mut head = head(tx).await?.unwrap_or(Head { seq: 0, hash: vec![0; 32] });
    let rows = tx.all(PENDING, args![limit]).await?;
    let mut links = Vec::with_capacity(rows.len());
    for row in &rows {
        let entry = read(row, 0)?;
        head = Head { seq: head.seq + 1, hash: link_hash(&head.hash, head.seq + 1, &entry) };
        links.push((head.clone(), entry.id));
    }
    let linked: Vec<Vec<Arg<'_>>> = links.iter().map(|(h, id)| args![h.seq, id, &h.hash].to_vec()).collect();
    tx.each(LINK, &linked).await?;
    let settled: Vec<Vec<Arg<'_>>> = links.iter().map(|(_, id)| args![id].to_vec()).collect();
    tx.each(SETTLE, &settled).await?;
    Ok(links.len() as u64)
}

/// The newest link.
pub async fn head(tx: &mut Tx) -> Result<Option<Head>> {
    let row = tx.opt(HEAD, &[]).await?;
    row.map(|row| Ok(Head { seq: row.get(0)?, hash: row.get(1)? })).transpose()
}

/// Goes through the whole chain. `noted`: a head that was noted down earlier and must still be part of it.
pub async fn verify(tx: &mut Tx, noted: Option<&Head>) -> Result<ChainReport> {
    let waiting = tx.one(PENDING_COUNT, &[]).await?.get(0)?;
    let mut report = ChainReport { head: None, entries: 0, waiting, broken: None };
    let mut last = Head { seq: 0, hash: vec![0; 32] };
    loop {
        let rows = tx.all(LINKS, args![last.seq, PAGE]).await?;
        for row in &rows {
            let (seq, linked): (i64, Id) = (row.get(0)?, row.get(1)?);
            let hash: Vec<u8> = row.get(2)?;
            let broken = if seq != last.seq + 1 {
                Some(Break::LinkMissing { seq: last.seq + 1 })
            } else if row.get::<Option<Id>>(3)?.is_none() {
                Some(Break::EntryMissing { seq, entry: linked })
            } else if hash != link_hash(&last.hash, seq, &read(row, 3)?) {
                Some(Break::HashDiffers { seq, entry: linked })
            } else {
                noted.filter(|n| n.seq == seq && n.hash != hash).map(|n| Break::HeadDiffers { seq: n.seq })
            };
            if broken.is_some() {
                return Ok(ChainReport { broken, ..report });
            }
            last = Head { seq, hash };
            report = ChainReport { head: Some(last.clone()), entries: report.entries + 1, ..report };
        }
        if rows.len() < PAGE as usize {
            break;
        }
    }
    report.broken = match beside_the_chain(tx).await? {
        None => noted.filter(|n| n.seq > last.seq).map(|n| Break::HeadDiffers { seq: n.seq }),
        found => found,
    };
    Ok(report)
}

/// What no link shows: an entry taken away before it was linked, or one that was slipped in.
async fn beside_the_chain(tx: &mut Tx) -> Result<Option<Break>> {
    if let Some(row) = tx.opt(PENDING_WITHOUT_ENTRY, &[]).await? {
        return Ok(Some(Break::EntryMissing { seq: 0, entry: row.get(0)? }));
    }
    if tx.one(UNCOVERED, &[]).await?.get::<i64>(0)? == 0 {
        return Ok(None);
    }
    tx.opt(STRAY, &[]).await?.map(|row| Ok(Break::Unlinked { entry: row.get(0)? })).transpose()
}

/// Newest first, before the entry `before`; all, or those of one object.
pub async fn list(
    tx: &mut Tx,
    object: Option<Object<'_>>,
    before: Option<Id>,
    limit: u32,
) -> Result<Vec<Entry>> {
    let before = before.unwrap_or(Id([0xff; 16]));
    let (kind, id) = (object.map(|o| o.kind), object.map(|o| o.id));
    let rows = tx.all(LIST, args![&before, kind, id, limit]).await?;
    rows.iter().map(|row| read(row, 0)).collect()
}

fn read(row: &Row, first: usize) -> Result<Entry> {
    Ok(Entry {
        id: row.get(first)?,
        at: row.get(first + 1)?,
        actor: row.get(first + 2)?,
        action: row.get(first + 3)?,
        object_kind: row.get(first + 4)?,
        object: row.get(first + 5)?,
        detail: row.get(first + 6)?,
        request: row.get(first + 7)?,
    })
}

/// Every field with its length before it, so that no two entries share a text.
fn link_hash(previous: &[u8], seq: i64, entry: &Entry) -> Vec<u8> {
    let mut context = Context::new(&SHA256);
    let mut field = |bytes: &[u8]| {
        context.update(&(bytes.len() as u64).to_be_bytes());
        context.update(bytes);
    };
    field(previous);
    field(&seq.to_be_bytes());
    field(&entry.id.0);
    field(&entry.at.0.to_be_bytes());
    for text in [&entry.actor, &entry.action, &entry.object_kind, &entry.object, &entry.detail] {
        field(text.as_bytes());
    }
    match &entry.request {
        Some(request) => field(request.as_bytes()),
        None => context.update(&u64::MAX.to_be_bytes()),
    }
    context.finish().as_ref().to_vec()
}
