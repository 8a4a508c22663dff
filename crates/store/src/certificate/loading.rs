//! Drafts on their way in: made without the database, loaded in bulk, published chunk by chunk, or cleared again.

use super::DELETE_HOLDER;
use crate::args;
use crate::audit::{self, Act, Object};
use crate::db::sql::bulk;
use crate::db::{Arg, Tx, statements};
use crate::error::Result;
use crate::record::{self, Record, SealedRecord};
use crate::vault::{DocumentIndex, IdentityIndex, Vault};
use crate::{batch, outbox, scope};
use serde_json::json;
use std::collections::HashSet;
use yinxin_model::draft::Draft;
use yinxin_model::states::CertificateState;
use yinxin_model::{Day, Id, Instant};

/// A draft ready to be loaded: made without the database, on any thread.
#[derive(Clone, Debug)]
pub struct SealedDraft {
    id: Id,
    number: String,
    record: Record,
    sealed: SealedRecord,
}

/// One chunk of a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedChunk {
    pub published: u64,
    /// Cursor for the next chunk; `None` when no draft is left.
    pub next: Option<Id>,
}

bulk! {
    CERTIFICATES: certificate (
        id blob, number text, state text, version int, batch_id blob, importer text, recorded_by blob,
        recorded_at int, document_index blob, name_index blob, holder blob, qualification text, level text,
        speciality text, issuer text, approved_on day, approval_precision text, made_on day, year day, half text,
        region text, seal text, licence text, photo text
    );
    NUMBERS: management_number (number text, certificate_id blob);
    HOLDERS: holder_index (document_index blob, name_index blob, certificate_id blob);
}

statements! {
    /// A set cannot be handed to both engines in one form.
    EXISTING = {
        sqlite: "SELECT number FROM management_number WHERE number IN (SELECT value FROM json_each($1))",
        postgres: "SELECT number FROM management_number WHERE number = ANY($1)"
    };
    /// Most holders of a roster are new: one question for all of them spares thousands.
    KNOWN_DOCUMENTS = {
        sqlite: "SELECT DISTINCT document_index FROM holder_index
            WHERE document_index IN (SELECT unhex(value) FROM json_each($1))",
        postgres: "SELECT DISTINCT document_index FROM holder_index
            WHERE document_index = ANY(ARRAY(SELECT decode(h, 'hex') FROM unnest(CAST($1 AS TEXT[])) AS h))"
    };
    SAME_ATTAINMENT = "SELECT c.number FROM holder_index h JOIN certificate c ON c.id = h.certificate_id
        WHERE h.document_index = $1 AND h.name_index = $2 AND c.qualification = $3 AND c.approved_on = $4 LIMIT 1";
    CLEARABLE = "SELECT id, number, document_index, name_index FROM certificate
        WHERE batch_id = $1 AND state = 'draft' ORDER BY id LIMIT $2";
    DELETE_NUMBER = "DELETE FROM management_number WHERE number = $1 AND certificate_id = $2";
    DELETE_DRAFT = "DELETE FROM certificate WHERE id = $1 AND state = 'draft'";
    PUBLISH = "UPDATE certificate SET state = 'online', made_on = coalesce(made_on, $3), published_at = $4
        WHERE id IN (SELECT id FROM certificate WHERE batch_id = $1 AND id > $2 AND state = 'draft'
            ORDER BY id LIMIT $5)
        RETURNING id, qualification, level, year, region, document_index, name_index";
}

impl SealedDraft {
    /// `photo`: the name of the blob that holds it.
    pub fn seal(
        vault: &Vault,
        id: Id,
        draft: Draft,
        licence: Option<String>,
        photo: Option<String>,
    ) -> Result<Self> {
        let record = Record {
            holder: record::Holder { identity: draft.holder, sex: draft.sex, birth_date: draft.birth_date },
            qualification: draft.qualification,
            level: draft.level,
            speciality: draft.speciality,
            issuer: draft.issuer,
            approved_on: draft.approved_on,
            approval_precision: draft.approval_precision,
            made_on: draft.made_on,
            year: draft.year,
            half: draft.half,
            region: draft.region,
            seal: draft.seal,
            licence,
            photo,
        };
        let sealed = record::seal(vault, &id, 1, &record.holder)?;
        Ok(Self { id, number: draft.number.as_str().to_owned(), record, sealed })
    }

    pub fn id(&self) -> Id {
        self.id
    }
}

/// Loads drafts into a batch that is `importing`. A number that exists already is [`crate::Error::Conflict`]. False where the
/// batch was rolled back meanwhile.
pub async fn load(
    tx: &mut Tx,
    batch: &Id,
    organisation: &str,
    drafts: &[SealedDraft],
    now: Instant,
) -> Result<bool> {
    let rows = u32::try_from(drafts.len()).unwrap_or(u32::MAX);
    if !batch::touch(tx, batch, rows, now).await? {
        return Ok(false);
    }
    let rows: Vec<Loading<'_>> =
        drafts.iter().map(|draft| Loading { draft, batch, organisation, now }).collect();
    tx.insert_many(CERTIFICATES, &rows, push_certificate).await?;
    // In the order of the key, each page of the tree is visited once.
    let mut order: Vec<&SealedDraft> = drafts.iter().collect();
    order.sort_unstable_by(|a, b| a.number.cmp(&b.number));
    tx.insert_many(NUMBERS, &order, |d, args| args.extend([Arg::from(&d.number), Arg::from(&d.id)])).await?;
    order.sort_unstable_by_key(|d| (d.sealed.index, d.id));
    tx.insert_many(HOLDERS, &order, |d, args| {
        let index = &d.sealed.index;
        args.extend([Arg::from(&index.document.0), Arg::from(&index.name), Arg::from(&d.id)]);
    })
    .await?;
    Ok(true)
}

/// Deletes up to `limit` drafts of a batch that is rolled back or cancelled; 0 = none is left.
pub async fn clear(tx: &mut Tx, batch: &Id, limit: u32) -> Result<u64> {
    let rows = tx.all(CLEARABLE, args![batch, limit]).await?;
    let mut drafts = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut f = row.fields();
        drafts.push((f.take::<Id>()?, f.take::<String>()?, f.take::<Vec<u8>>()?, f.take::<Vec<u8>>()?));
    }
    let numbers: Vec<Vec<Arg<'_>>> =
        drafts.iter().map(|(id, number, _, _)| args![number, id].to_vec()).collect();
    tx.each(DELETE_NUMBER, &numbers).await?;
    let holders: Vec<Vec<Arg<'_>>> = drafts.iter().map(|(id, _, d, n)| args![d, n, id].to_vec()).collect();
    tx.each(DELETE_HOLDER, &holders).await?;
    let ids: Vec<Vec<Arg<'_>>> = drafts.iter().map(|(id, ..)| args![id].to_vec()).collect();
    tx.each(DELETE_DRAFT, &ids).await?;
    Ok(drafts.len() as u64)
}

/// Those of `numbers` that the register has already.
pub async fn existing(tx: &mut Tx, numbers: &[&str]) -> Result<Vec<String>> {
    tx.all(EXISTING, args![numbers]).await?.iter().map(|row| row.get(0)).collect()
}

/// For each (identity, qualification, approval day): the number of a certificate that says the same.
pub async fn same_attainment(
    tx: &mut Tx,
    asked: &[(IdentityIndex, &str, Day)],
) -> Result<Vec<Option<String>>> {
    let documents: Vec<String> = asked.iter().map(|(index, ..)| hex(&index.document.0)).collect();
    let documents: Vec<&str> = documents.iter().map(String::as_str).collect();
    let rows = tx.all(KNOWN_DOCUMENTS, args![documents.as_slice()]).await?;
    let known: HashSet<DocumentIndex> =
        rows.iter().map(|row| Ok(DocumentIndex(row.get(0)?))).collect::<Result<_>>()?;
    let is_known = |(_, (index, ..)): &(usize, &(IdentityIndex, &str, Day))| known.contains(&index.document);
    let (places, asked_for): (Vec<usize>, Vec<_>) = asked.iter().enumerate().filter(is_known).unzip();
    let many: Vec<Vec<Arg<'_>>> = asked_for
        .iter()
        .map(|(index, q, day)| args![&index.document.0, &index.name, *q, *day].to_vec())
        .collect();
    let mut found = vec![None; asked.len()];
    for (place, rows) in places.into_iter().zip(tx.each(SAME_ATTAINMENT, &many).await?) {
        if let (Some(slot), Some(row)) = (found.get_mut(place), rows.first()) {
            *slot = row.get(0)?;
        }
    }
    Ok(found)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Publishes the next drafts of a batch that is `publishing`: online, made on `today` where the roster does not say,
/// counted in the scope, and a notice in the outbox for every holder who has an account.
pub async fn publish(
    tx: &mut Tx,
    vault: &Vault,
    act: &Act,
    batch: &Id,
    after: Option<Id>,
    limit: u32,
) -> Result<PublishedChunk> {
    let after = after.unwrap_or(Id([0; 16]));
    let rows = tx.all(PUBLISH, args![batch, &after, act.at.day(), act.at, limit]).await?;
    let mut last = None;
    let mut counted = scope::Additions::default();
    let mut holders = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut f = row.fields();
        let id: Id = f.take()?;
        last = last.max(Some(id));
        counted.add(f.take()?, f.take()?, f.take()?, f.take()?);
        holders.push((id, IdentityIndex { document: DocumentIndex(f.take()?), name: f.take()? }));
    }
    scope::add(tx, counted, act.at.day()).await?;
    outbox::notify_online(tx, vault, &holders, act.at).await?;
    let published = rows.len() as u64;
    if published > 0 {
        let id = batch.to_string();
        let detail = json!({ "certificates": published });
        audit::record(tx, act, "certificates_published", Object { kind: "batch", id: &id }, detail).await?;
    }
    Ok(PublishedChunk { published, next: last.filter(|_| published == u64::from(limit)) })
}

struct Loading<'a> {
    draft: &'a SealedDraft,
    batch: &'a Id,
    organisation: &'a str,
    now: Instant,
}

fn push_certificate<'a>(row: &'a Loading<'_>, args: &mut Vec<Arg<'a>>) {
    let draft = row.draft;
    args.extend([
        Arg::from(&draft.id),
        Arg::from(&draft.number),
        Arg::from(CertificateState::Draft),
        Arg::from(1),
        Arg::from(row.batch),
        Arg::from(row.organisation),
        Arg::from(row.batch),
        Arg::from(row.now),
    ]);
    record::push(args, &draft.record, &draft.sealed);
}
