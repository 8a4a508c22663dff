//! Copies: the intent before signing, the record after it, and how a file or a token in hand is found again.
//!
//! An intent is written down, then signed, then recorded. After a kill in between, the open intent is found at start-up
//! and finished by the same functions. Digest, token and sealing record outlive the stored bytes.

use crate::args;
use crate::audit::{self, Act, Object};
use crate::db::{Row, Step, Tx, statements};
use crate::endorsement;
use crate::error::Result;
use crate::vault::{Place, Vault};
use aws_lc_rs::digest::{Digest, SHA256, digest};
use serde_json::json;
use yinxin_model::states::{CertificateState, IntentState};
use yinxin_model::{Day, Id, Instant, Subject};

/// All inputs of one copy and the digest that is about to be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCopy {
    pub certificate: Id,
    pub copy: Id,
    /// `None`: a direct copy, where no endorsement is needed.
    pub endorsement: Option<Id>,
    pub format: String,
    /// Of the certificate's record.
    pub version: u32,
    pub seal: String,
    pub template: String,
    pub template_digest: [u8; 32],
    pub plate_digest: [u8; 32],
    pub made_at: Instant,
    pub token: String,
    pub copy_number: String,
    /// What its QR code states, signed already: signing again would give other bytes.
    pub statement: Option<Vec<u8>>,
    /// What will be signed.
    pub digest: [u8; 32],
}

/// An intent as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    pub inputs: NewCopy,
    /// Counts the intents of one copy.
    pub seq: u32,
    pub state: IntentState,
    pub closed_reason: Option<String>,
    pub opened_at: Instant,
}

/// A sealed copy that was checked and stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    pub certificate: Id,
    pub id: Id,
    pub endorsement: Option<Id>,
    pub format: String,
    pub version: u32,
    pub sha256: [u8; 32],
    pub size: u64,
    /// Name of the blob.
    pub blob: String,
    pub copy_number: String,
    pub made_at: Instant,
    pub sealed_at: Instant,
    /// Last day on which the bytes are kept; `None`: as long as the certificate.
    pub keep_until: Option<Day>,
    pub kept: bool,
}

/// What the sealing produced.
#[derive(Clone, Debug)]
pub struct Sealed {
    pub sha256: [u8; 32],
    pub size: u64,
    pub blob: String,
    pub keep_until: Option<Day>,
    /// SHA-256 of the seal's certificate.
    pub seal_certificate: [u8; 32],
    pub algorithm: String,
}

/// 电子印章管理办法: who sealed what with which seal, when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealingRecord {
    pub copy: Id,
    pub seal: String,
    pub seal_certificate: [u8; 32],
    pub algorithm: String,
    pub digest: [u8; 32],
    pub sealed_at: Instant,
    pub actor: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// Stored; or stored before, with the same bytes.
    Done,
    /// Its endorsement was voided or withdrawn, its certificate corrected or revoked, or the intent closed meanwhile:
    /// nobody may see this copy.
    Overtaken,
}

/// What became of the wish to make one more copy.
#[derive(Debug)]
pub enum Claimed {
    /// The number of the intent that was stored: sign it.
    Opened(u32),
    /// Somebody is making this very copy, or died at it: finish that one.
    Open(Box<Intent>),
    /// It was made meanwhile.
    Kept,
    /// A direct copy in another format was drawn meanwhile: draw this one alike, for the two must say the same.
    Drawn(Box<NewCopy>),
}

/// What a token or a digest belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub certificate: Id,
    pub copy: Id,
    pub endorsement: Option<Id>,
}

macro_rules! intent_columns {
    () => {
        "certificate_id, copy_id, endorsement_id, format, version, seal, template, template_digest, plate_digest, \
         made_at, token, copy_number, statement, digest, seq, state, closed_reason, opened_at"
    };
}

macro_rules! copy_columns {
    () => {
        "certificate_id, id, endorsement_id, format, version, sha256, size, blob, copy_number, made_at, sealed_at, \
         keep_until, CASE WHEN state = 'kept' THEN 1 ELSE 0 END"
    };
}

statements! {
    NEXT_SEQ = "SELECT coalesce(max(seq), 0) + 1 FROM intent WHERE certificate_id = $1 AND copy_id = $2";
    OPEN = (concat!("INSERT INTO intent (", intent_columns!(), ") VALUES
        ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'open', NULL, $16)"));
    LOCATE_TOKEN = "INSERT INTO token_locator (token_digest, certificate_id, endorsement_id, copy_id)
        VALUES ($1, $2, $3, $4) ON CONFLICT (token_digest) DO NOTHING";
    INTENTS_OPEN = (concat!("SELECT ", intent_columns!(), " FROM intent WHERE state = 'open' AND opened_at <= $1
        ORDER BY opened_at LIMIT $2"));
    INTENTS_OPEN_BUT = (concat!("SELECT ", intent_columns!(), " FROM intent WHERE state = 'open' AND format <> $1
        ORDER BY opened_at LIMIT $2"));
    INTENTS_OF = (concat!("SELECT ", intent_columns!(), " FROM intent WHERE certificate_id = $1
        AND copy_id = $2 ORDER BY seq"));
    INTENTS_OPEN_OF = (concat!("SELECT ", intent_columns!(), " FROM intent WHERE certificate_id = $1
        AND state = 'open' ORDER BY opened_at"));
    SIGNED = "UPDATE intent SET state = 'signed'
        WHERE certificate_id = $1 AND copy_id = $2 AND seq = $3 AND state = 'open'";
    CLOSE = "UPDATE intent SET state = 'closed', closed_reason = $4
        WHERE certificate_id = $1 AND copy_id = $2 AND seq = $3 AND state = 'open'";
    CLOSE_OF_ENDORSEMENT = "UPDATE intent SET state = 'closed', closed_reason = $3
        WHERE certificate_id = $1 AND endorsement_id = $2 AND state = 'open'";
    CLOSE_ALL = "UPDATE intent SET state = 'closed', closed_reason = $2 WHERE certificate_id = $1 AND state = 'open'";
    INSERT = "INSERT INTO copy (certificate_id, id, endorsement_id, format, version, sha256, size, blob, copy_number,
        made_at, sealed_at, keep_until, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'kept')
        ON CONFLICT (certificate_id, id) DO NOTHING";
    RECORD = "INSERT INTO sealing_record (certificate_id, copy_id, seal, seal_certificate, algorithm, digest, sealed_at,
        actor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    RECORDS = "SELECT copy_id, seal, seal_certificate, algorithm, digest, sealed_at, actor FROM sealing_record
        WHERE certificate_id = $1 ORDER BY copy_id";
    LOCATE_DIGEST = "INSERT INTO copy_digest (sha256, certificate_id, copy_id) VALUES ($1, $2, $3)
        ON CONFLICT (sha256) DO NOTHING";
    BY_DIGEST = "SELECT certificate_id, copy_id FROM copy_digest WHERE sha256 = $1";
    BY_COPY_NUMBER = "SELECT id, endorsement_id FROM copy WHERE certificate_id = $1 AND copy_number = $2 ORDER BY id LIMIT 1";
    GET = (concat!("SELECT ", copy_columns!(), " FROM copy WHERE certificate_id = $1 AND id = $2"));
    LIST = (concat!("SELECT ", copy_columns!(), " FROM copy WHERE certificate_id = $1 ORDER BY id"));
    DUE = (concat!("SELECT ", copy_columns!(), " FROM copy WHERE state = 'kept' AND keep_until IS NOT NULL
        AND keep_until < $1 ORDER BY keep_until LIMIT $2"));
    DELETED = "UPDATE copy SET state = 'deleted' WHERE certificate_id = $1 AND id = $2 AND state = 'kept'";
}

/// Writes down what is about to be signed: for a direct copy, for a second format of an endorsement, or again after an
/// earlier intent of the same copy was closed. Returns its number.
pub async fn intend(tx: &mut Tx, vault: &Vault, act: &Act, new: &NewCopy) -> Result<u32> {
    let seq: u32 = tx.one(NEXT_SEQ, args![&new.certificate, &new.copy]).await?.get(0)?;
    tx.together(&intent_steps(new, &SealedIntent::new(vault, new)?, seq, act.at)).await?;
    let detail = json!({ "certificate": new.certificate.to_string(), "format": new.format, "intent": seq });
    record_act(tx, act, "copy_intended", &new.copy, detail).await?;
    Ok(seq)
}

/// Stores the intent of a copy that is made when it is first asked for, unless another was quicker: of all who ask at
/// once one makes it.
pub async fn claim(tx: &mut Tx, vault: &Vault, act: &Act, new: &NewCopy) -> Result<Claimed> {
    endorsement::lock(tx, &new.certificate).await?;
    // Intents first: one that is signed between the two statements is found as a copy then, and not overlooked.
    let open = tx.all(INTENTS_OPEN_OF, args![&new.certificate]).await?;
    let open = open.iter().map(|row| read_intent(vault, row)).collect::<Result<Vec<_>>>()?;
    let copies = tx.all(LIST, args![&new.certificate]).await?;
    let copies = copies.iter().map(read).collect::<Result<Vec<_>>>()?;
    let kept = |c: &&Copy| c.kept && (c.endorsement, c.version) == (new.endorsement, new.version);
    if copies.iter().filter(kept).any(|c| c.format == new.format) {
        return Ok(Claimed::Kept);
    }
    let alike = |i: &Intent| (i.inputs.endorsement, i.inputs.version) == (new.endorsement, new.version);
    let mut others: Vec<NewCopy> = Vec::new();
    for intent in open.into_iter().filter(alike) {
        if intent.inputs.format == new.format {
            return Ok(Claimed::Open(Box::new(intent)));
        }
        others.push(intent.inputs);
    }
    for copy in copies.iter().filter(kept) {
        others.extend(intents(tx, vault, &copy.certificate, &copy.id).await?.pop().map(|i| i.inputs));
    }
    match others.pop() {
        Some(other) if others.iter().chain([&other]).all(|o| o.copy_number != new.copy_number) => {
            Ok(Claimed::Drawn(Box::new(other)))
        }
        _ => Ok(Claimed::Opened(intend(tx, vault, act, new).await?)),
    }
}

/// Gives an intent up, e.g. because another program version computes another digest. False where it is not open.
pub async fn close(tx: &mut Tx, act: &Act, intent: &Intent, reason: &'static str) -> Result<bool> {
    let (certificate, copy) = (&intent.inputs.certificate, &intent.inputs.copy);
    if tx.exec(CLOSE, args![certificate, copy, intent.seq, reason]).await? == 0 {
        return Ok(false);
    }
    record_act(tx, act, "copy_intent_closed", copy, json!({ "intent": intent.seq, "reason": reason }))
        .await?;
    Ok(true)
}

/// Records a sealed copy whose bytes are stored: intent signed, endorsement ready, digest findable. May be repeated.
pub async fn record(tx: &mut Tx, act: &Act, new: &NewCopy, seq: u32, sealed: &Sealed) -> Result<Recorded> {
    let (certificate, copy) = (&new.certificate, &new.copy);
    let standing = match &new.endorsement {
        Some(endorsement) => endorsement::mark_ready(tx, certificate, endorsement, act.at).await?,
        None => {
            endorsement::standing(tx, certificate).await? == Some((CertificateState::Online, new.version))
        }
    };
    if !standing {
        return Ok(Recorded::Overtaken);
    }
    if tx.exec(SIGNED, args![certificate, copy, seq]).await? == 0 {
        let there = load(tx, certificate, copy).await?.is_some_and(|there| there.sha256 == sealed.sha256);
        return Ok(if there { Recorded::Done } else { Recorded::Overtaken });
    }
    let size = i64::try_from(sealed.size).unwrap_or(i64::MAX);
    let endorsement = new.endorsement.as_ref();
    let args = args![
        certificate,
        copy,
        endorsement,
        &new.format,
        new.version,
        &sealed.sha256,
        size,
        &sealed.blob,
        &new.copy_number,
        new.made_at,
        act.at,
        sealed.keep_until,
    ];
    if tx.exec(INSERT, args).await? == 0 {
        return Ok(Recorded::Overtaken);
    }
    tx.exec(LOCATE_DIGEST, args![&sealed.sha256, certificate, copy]).await?;
    let actor = act.by.actor();
    let (seal, fingerprint, algorithm) = (&new.seal, &sealed.seal_certificate, &sealed.algorithm);
    let args = args![certificate, copy, seal, fingerprint, algorithm, &new.digest, act.at, &actor];
    tx.exec(RECORD, args).await?;
    let detail = json!({ "certificate": certificate.to_string(), "seal": new.seal, "format": new.format });
    record_act(tx, act, "copy_sealed", copy, detail).await?;
    Ok(Recorded::Done)
}

/// Intents left open since `before`, oldest first: what recovery has to finish.
pub async fn open_intents(tx: &mut Tx, vault: &Vault, before: Instant, limit: u32) -> Result<Vec<Intent>> {
    tx.all(INTENTS_OPEN, args![before, limit]).await?.iter().map(|row| read_intent(vault, row)).collect()
}

/// The oldest that are open, but for those of one format.
pub async fn open_intents_but(tx: &mut Tx, vault: &Vault, format: &str, limit: u32) -> Result<Vec<Intent>> {
    tx.all(INTENTS_OPEN_BUT, args![format, limit]).await?.iter().map(|row| read_intent(vault, row)).collect()
}

/// All intents of one copy, in order.
pub async fn intents(tx: &mut Tx, vault: &Vault, certificate: &Id, copy: &Id) -> Result<Vec<Intent>> {
    tx.all(INTENTS_OF, args![certificate, copy]).await?.iter().map(|row| read_intent(vault, row)).collect()
}

/// The copies of a certificate, oldest first, if the subject may see them.
pub async fn list(tx: &mut Tx, asking: &Subject, certificate: &Id) -> Result<Vec<Copy>> {
    if !endorsement::visible(tx, asking, certificate).await? {
        return Ok(Vec::new());
    }
    tx.all(LIST, args![certificate]).await?.iter().map(read).collect()
}

/// One copy, if the subject may see it.
pub async fn get(tx: &mut Tx, asking: &Subject, certificate: &Id, copy: &Id) -> Result<Option<Copy>> {
    if !endorsement::visible(tx, asking, certificate).await? {
        return Ok(None);
    }
    load(tx, certificate, copy).await
}

/// What a file with this SHA-256 is. Whoever holds the file may ask.
pub async fn by_digest(tx: &mut Tx, sha256: &[u8; 32]) -> Result<Option<Found>> {
    let Some(row) = tx.opt(BY_DIGEST, args![sha256]).await? else { return Ok(None) };
    let (certificate, copy): (Id, Id) = (row.get(0)?, row.get(1)?);
    let stored = load(tx, &certificate, &copy).await?;
    Ok(Some(Found { certificate, copy, endorsement: stored.and_then(|copy| copy.endorsement) }))
}

/// The copy of a certificate that bears this number. Whoever holds a signed statement of it may ask.
pub async fn by_copy_number(tx: &mut Tx, certificate: &Id, copy_number: &str) -> Result<Option<Found>> {
    let found = tx.opt(BY_COPY_NUMBER, args![certificate, copy_number]).await?;
    found
        .map(|row| Ok(Found { certificate: *certificate, copy: row.get(0)?, endorsement: row.get(1)? }))
        .transpose()
}

/// The sealing records of a certificate; staff and system only see them through the audit screens.
pub async fn sealing_records(tx: &mut Tx, asking: &Subject, certificate: &Id) -> Result<Vec<SealingRecord>> {
    if !crate::batch::is_staff(asking) || !endorsement::visible(tx, asking, certificate).await? {
        return Ok(Vec::new());
    }
    let mut records = Vec::new();
    for row in tx.all(RECORDS, args![certificate]).await? {
        let mut f = row.fields();
        records.push(SealingRecord {
            copy: f.take()?,
            seal: f.take()?,
            seal_certificate: f.take()?,
            algorithm: f.take()?,
            digest: f.take()?,
            sealed_at: f.take()?,
            actor: f.take()?,
        });
    }
    Ok(records)
}

/// Copies whose bytes need not be kept any more on `today`.
pub async fn due_for_deletion(tx: &mut Tx, today: Day, limit: u32) -> Result<Vec<Copy>> {
    tx.all(DUE, args![today, limit]).await?.iter().map(read).collect()
}

/// The bytes were deleted. Digest, token and sealing record stay.
pub async fn mark_deleted(tx: &mut Tx, act: &Act, certificate: &Id, copy: &Id) -> Result<bool> {
    if tx.exec(DELETED, args![certificate, copy]).await? == 0 {
        return Ok(false);
    }
    record_act(tx, act, "copy_deleted", copy, json!({})).await?;
    Ok(true)
}

/// What of an intent is made without the database.
#[derive(Debug)]
pub(crate) struct SealedIntent {
    token: Vec<u8>,
    token_digest: Digest,
    statement: Option<Vec<u8>>,
}

impl SealedIntent {
    pub(crate) fn new(vault: &Vault, new: &NewCopy) -> Result<Self> {
        let token = vault.seal(place("token", &new.copy), new.token.as_bytes())?;
        let statement = new.statement.as_deref();
        let statement = statement.map(|signed| vault.seal(place("statement", &new.copy), signed));
        Ok(Self { token, token_digest: token_digest(&new.token), statement: statement.transpose()? })
    }
}

/// Writes an intent, and where its token leads.
pub(crate) fn intent_steps<'a>(
    new: &'a NewCopy,
    sealed: &'a SealedIntent,
    seq: u32,
    at: Instant,
) -> [Step<'a>; 2] {
    let (certificate, copy, endorsement) = (&new.certificate, &new.copy, new.endorsement.as_ref());
    let intent = args![
        certificate,
        copy,
        endorsement,
        &new.format,
        new.version,
        &new.seal,
        &new.template,
        &new.template_digest,
        &new.plate_digest,
        new.made_at,
        &sealed.token,
        &new.copy_number,
        sealed.statement.as_ref(),
        &new.digest,
        seq,
        at,
    ];
    let located = args![sealed.token_digest.as_ref(), certificate, endorsement, copy];
    [(OPEN, intent.to_vec()), (LOCATE_TOKEN, located.to_vec())]
}

/// Closes the open intents of one endorsement, or of all of a certificate.
pub(crate) async fn close_intents(
    tx: &mut Tx,
    certificate: &Id,
    endorsement: Option<&Id>,
    reason: &'static str,
) -> Result<()> {
    match endorsement {
        Some(endorsement) => tx.exec(CLOSE_OF_ENDORSEMENT, args![certificate, endorsement, reason]).await?,
        None => tx.exec(CLOSE_ALL, args![certificate, reason]).await?,
    };
    Ok(())
}

async fn load(tx: &mut Tx, certificate: &Id, copy: &Id) -> Result<Option<Copy>> {
    tx.opt(GET, args![certificate, copy]).await?.map(|row| read(&row)).transpose()
}

async fn record_act(
    tx: &mut Tx,
    act: &Act,
    action: &'static str,
    id: &Id,
    detail: serde_json::Value,
) -> Result<()> {
    audit::record(tx, act, action, Object { kind: "copy", id: &id.to_string() }, detail).await
}

/// A token has at least 128 random bits, so that a plain hash tells nothing.
pub(crate) fn token_digest(token: &str) -> Digest {
    digest(&SHA256, token.as_bytes())
}

fn place<'a>(column: &'a str, copy: &'a Id) -> Place<'a> {
    Place::new("intent", column, &copy.0)
}

fn read(row: &Row) -> Result<Copy> {
    let mut f = row.fields();
    Ok(Copy {
        certificate: f.take()?,
        id: f.take()?,
        endorsement: f.take()?,
        format: f.take()?,
        version: f.take()?,
        sha256: f.take()?,
        size: f.take()?,
        blob: f.take()?,
        copy_number: f.take()?,
        made_at: f.take()?,
        sealed_at: f.take()?,
        keep_until: f.take()?,
        kept: f.take()?,
    })
}

fn read_intent(vault: &Vault, row: &Row) -> Result<Intent> {
    let mut f = row.fields();
    let (certificate, copy): (Id, Id) = (f.take()?, f.take()?);
    let inputs = NewCopy {
        endorsement: f.take()?,
        format: f.take()?,
        version: f.take()?,
        seal: f.take()?,
        template: f.take()?,
        template_digest: f.take()?,
        plate_digest: f.take()?,
        made_at: f.take()?,
        token: vault.open_text(place("token", &copy), &f.take::<Vec<u8>>()?)?,
        copy_number: f.take()?,
        statement: f
            .take::<Option<Vec<u8>>>()?
            .map(|sealed| Ok(vault.open(place("statement", &copy), &sealed)?.to_vec()))
            .transpose()?,
        digest: f.take()?,
        certificate,
        copy,
    };
    Ok(Intent { inputs, seq: f.take()?, state: f.take()?, closed_reason: f.take()?, opened_at: f.take()? })
}
