//! Shares: what a holder gives to one recipient, who comes with a token that only he was told.
//!
//! The row of a share is the lock under which a view is counted and a PIN is tried, so that fifty who come at once get
//! the views that are left and the guesses that are left, and no more. Recalled, used up or expired shares stay, so that
//! the holder sees what became of them, until [`sweep`].

use crate::args;
use crate::audit::{self, Act, Object};
use crate::db::{Row, Tx, statements};
use crate::endorsement;
use crate::error::{Error, Result};
use crate::message;
use crate::vault::{IdentityIndex, Place, Vault};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{Digest, SHA256, digest};
use serde_json::{Value, json};
use yinxin_model::states::MessageKind;
use yinxin_model::{Day, Id, Instant, Subject};

/// Wrong PINs after which a share stays shut.
pub const MOST_WRONG_PINS: u32 = 5;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewShare {
    pub id: Id,
    pub certificate: Id,
    pub endorsement: Option<Id>,
    pub content: Content,
    /// Last day, inclusive.
    pub expires_on: Day,
    pub most_views: u32,
}

/// What is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Whom it is for, in the holder's words.
    pub recipient: String,
    pub purpose: String,
    pub token: String,
    pub pin: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub id: Id,
    pub certificate: Id,
    pub endorsement: Option<Id>,
    pub content: Content,
    pub made_at: Instant,
    pub expires_on: Day,
    pub most_views: u32,
    pub views: u32,
    pub wrong_pins: u32,
    pub recalled_at: Option<Instant>,
}

/// Why a share opens no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    Recalled,
    Expired,
    UsedUp,
    Locked,
}

/// What came of trying to open one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    Opened,
    /// So many guesses are left.
    PinWrong(u32),
    Shut(Shut),
    NotFound,
}

/// A line of the log that the holder sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub id: Id,
    pub at: Instant,
    pub origin: String,
    pub opened: bool,
    pub downloaded_at: Option<Instant>,
}

/// What became of a new share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    Done,
    /// The certificate is not the subject's.
    NotFound,
    TooMany,
}

macro_rules! columns {
    () => {
        "s.certificate_id, s.id, s.endorsement_id, s.content, s.made_at, s.expires_on, s.most_views, s.views, \
         s.wrong_pins, s.recalled_at"
    };
}

statements! {
    OPEN_COUNT = "SELECT count(*) FROM share
        WHERE certificate_id = $1 AND recalled_at IS NULL AND expires_on >= $2 AND views < most_views";
    INSERT = "INSERT INTO share (certificate_id, id, endorsement_id, content, made_at, expires_on, most_views, views,
        wrong_pins) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0)";
    LOCATE = "INSERT INTO share_locator (token_digest, certificate_id, share_id) VALUES ($1, $2, $3)";
    LIST = (concat!("SELECT ", columns!(), " FROM holder_index h JOIN share s ON s.certificate_id = h.certificate_id
        WHERE h.document_index = $1 AND h.name_index = $2 AND s.id < $3 ORDER BY s.id DESC LIMIT $4"));
    OWN = (concat!("SELECT ", columns!(), " FROM holder_index h JOIN share s ON s.certificate_id = h.certificate_id
        WHERE h.document_index = $1 AND h.name_index = $2 AND s.id = $3"));
    BY_TOKEN = (concat!("SELECT ", columns!(), " FROM share_locator l
        JOIN share s ON s.certificate_id = l.certificate_id AND s.id = l.share_id WHERE l.token_digest = $1"));
    /// Takes the row, and with it the right to count.
    LOCK = "UPDATE share SET views = views WHERE certificate_id = $1 AND id = $2";
    GET = (concat!("SELECT ", columns!(), " FROM share s WHERE s.certificate_id = $1 AND s.id = $2"));
    COUNT_VIEW = "UPDATE share SET views = views + 1 WHERE certificate_id = $1 AND id = $2";
    COUNT_WRONG_PIN = "UPDATE share SET wrong_pins = wrong_pins + 1 WHERE certificate_id = $1 AND id = $2";
    RECALL = "UPDATE share SET recalled_at = $3 WHERE certificate_id = $1 AND id = $2 AND recalled_at IS NULL";
    RECALL_ALL = "UPDATE share SET recalled_at = $2 WHERE certificate_id = $1 AND recalled_at IS NULL RETURNING id";
    VIEW = "INSERT INTO share_view (certificate_id, id, share_id, at, origin, outcome) VALUES ($1, $2, $3, $4, $5, $6)";
    VIEWS = "SELECT id, at, origin, outcome, downloaded_at FROM share_view
        WHERE certificate_id = $1 AND share_id = $2 ORDER BY id DESC LIMIT $3";
    VIEWED = "SELECT at FROM share_view
        WHERE certificate_id = $1 AND id = $2 AND share_id = $3 AND outcome = 'opened' AND at >= $4";
    DOWNLOADED = "UPDATE share_view SET downloaded_at = $4
        WHERE certificate_id = $1 AND id = $2 AND share_id = $3 AND downloaded_at IS NULL";
    LONG_OVER = "SELECT certificate_id, id FROM share WHERE expires_on < $1 ORDER BY expires_on LIMIT $2";
    FORGET_VIEWS = "DELETE FROM share_view WHERE certificate_id = $1 AND share_id = $2";
    FORGET_TOKEN = "DELETE FROM share_locator WHERE certificate_id = $1 AND share_id = $2";
    FORGET = "DELETE FROM share WHERE certificate_id = $1 AND id = $2";
}

/// Makes a share of a certificate that the subject may see, unless `most_open` of it are open.
pub async fn put(tx: &mut Tx, vault: &Vault, act: &Act, new: &NewShare, most_open: u32) -> Result<Put> {
    if !endorsement::visible(tx, &act.by, &new.certificate).await? {
        return Ok(Put::NotFound);
    }
    endorsement::lock(tx, &new.certificate).await?;
    let open: i64 = tx.one(OPEN_COUNT, args![&new.certificate, act.at.day()]).await?.get(0)?;
    if open >= i64::from(most_open) {
        return Ok(Put::TooMany);
    }
    let content = vault.seal(content_place(&new.id), new.content.encode().as_bytes())?;
    let (certificate, id, endorsement) = (&new.certificate, &new.id, new.endorsement.as_ref());
    let row = args![certificate, id, endorsement, &content, act.at, new.expires_on, new.most_views];
    tx.exec(INSERT, row).await?;
    tx.exec(LOCATE, args![token_digest(&new.content.token).as_ref(), certificate, id]).await?;
    let detail = json!({
        "certificate": certificate.to_string(),
        "endorsement": endorsement.map(Id::to_string),
        "expires_on": new.expires_on.to_string(),
        "most_views": new.most_views,
        "pin": new.content.pin.is_some(),
    });
    record_act(tx, act, "share_made", id, detail).await?;
    Ok(Put::Done)
}

/// The holder's shares, newest first, before the share `before`.
pub async fn list(
    tx: &mut Tx,
    vault: &Vault,
    asking: &Subject,
    before: Option<Id>,
    limit: u32,
) -> Result<Vec<Share>> {
    let Some(index) = own(asking) else { return Ok(Vec::new()) };
    let before = before.unwrap_or(Id([0xff; 16]));
    let rows = tx.all(LIST, args![&index.document.0, &index.name, &before, limit]).await?;
    rows.iter().map(|row| read(vault, row)).collect()
}

/// One of the holder's.
pub async fn get(tx: &mut Tx, vault: &Vault, asking: &Subject, id: &Id) -> Result<Option<Share>> {
    let Some(index) = own(asking) else { return Ok(None) };
    let row = tx.opt(OWN, args![&index.document.0, &index.name, id]).await?;
    row.map(|row| read(vault, &row)).transpose()
}

/// Whoever holds the token may ask.
pub async fn by_token(tx: &mut Tx, vault: &Vault, token: &str) -> Result<Option<Share>> {
    let row = tx.opt(BY_TOKEN, args![token_digest(token).as_ref()]).await?;
    row.map(|row| read(vault, &row)).transpose()
}

/// What was done with one of the holder's shares, newest first.
pub async fn views(tx: &mut Tx, vault: &Vault, asking: &Subject, id: &Id, limit: u32) -> Result<Vec<View>> {
    let Some(share) = get(tx, vault, asking, id).await? else { return Ok(Vec::new()) };
    let rows = tx.all(VIEWS, args![&share.certificate, id, limit]).await?;
    let read = rows.iter().map(|row| {
        let mut f = row.fields();
        let (id, at): (Id, Instant) = (f.take()?, f.take()?);
        let origin = vault.open_text(origin_place(&id), &f.take::<Vec<u8>>()?)?;
        let opened = f.take::<String>()? == OPENED;
        Ok(View { id, at, origin, opened, downloaded_at: f.take()? })
    });
    read.collect()
}

/// Counts one view, or one wrong PIN, as `view`. Exactly as many as are left succeed, however many come at once.
pub async fn open(
    tx: &mut Tx,
    vault: &Vault,
    act: &Act,
    share: &Share,
    pin: &str,
    view: &Id,
    origin: &str,
) -> Result<Opening> {
    let (certificate, id) = (&share.certificate, &share.id);
    tx.exec(LOCK, args![certificate, id]).await?;
    let Some(row) = tx.opt(GET, args![certificate, id]).await? else { return Ok(Opening::NotFound) };
    let now = read(vault, &row)?;
    if let Some(shut) = now.shut(act.at.day()) {
        return Ok(Opening::Shut(shut));
    }
    let wanted = now.content.pin.as_deref().unwrap_or_default();
    let right = wanted.is_empty() || verify_slices_are_equal(wanted.as_bytes(), pin.as_bytes()).is_ok();
    let outcome = if right { OPENED } else { PIN_WRONG };
    let sealed = vault.seal(origin_place(view), origin.as_bytes())?;
    tx.exec(VIEW, args![certificate, view, id, act.at, &sealed, outcome]).await?;
    let detail = json!({ "certificate": certificate.to_string(), "view": view.to_string() });
    if !right {
        tx.exec(COUNT_WRONG_PIN, args![certificate, id]).await?;
        record_act(tx, act, "share_pin_wrong", id, detail).await?;
        return Ok(Opening::PinWrong(MOST_WRONG_PINS.saturating_sub(now.wrong_pins + 1)));
    }
    tx.exec(COUNT_VIEW, args![certificate, id]).await?;
    record_act(tx, act, "share_opened", id, detail).await?;
    let values = message::Values::from([("share".to_owned(), id.to_string())]);
    message::tell_holder(tx, vault, certificate, view, MessageKind::ShareViewed, values, act.at).await?;
    Ok(Opening::Opened)
}

/// Whether `view` opened the share at `since` or later.
pub async fn viewed(tx: &mut Tx, share: &Share, view: &Id, since: Instant) -> Result<bool> {
    Ok(tx.opt(VIEWED, args![&share.certificate, view, &share.id, since]).await?.is_some())
}

/// Notes, once, that whoever opened it as `view` took the copy.
pub async fn downloaded(tx: &mut Tx, act: &Act, share: &Share, view: &Id) -> Result<()> {
    let (certificate, id) = (&share.certificate, &share.id);
    if tx.exec(DOWNLOADED, args![certificate, view, id, act.at]).await? > 0 {
        let detail = json!({ "certificate": certificate.to_string(), "view": view.to_string() });
        record_act(tx, act, "share_downloaded", id, detail).await?;
    }
    Ok(())
}

/// False where it was recalled before.
pub async fn recall(tx: &mut Tx, act: &Act, share: &Share) -> Result<bool> {
    if tx.exec(RECALL, args![&share.certificate, &share.id, act.at]).await? == 0 {
        return Ok(false);
    }
    let detail = json!({ "certificate": share.certificate.to_string() });
    record_act(tx, act, "share_recalled", &share.id, detail).await?;
    Ok(true)
}

/// Ends every share of a certificate: it belongs to somebody else now.
pub async fn recall_all(tx: &mut Tx, act: &Act, certificate: &Id) -> Result<()> {
    for row in tx.all(RECALL_ALL, args![certificate, act.at]).await? {
        let id: Id = row.get(0)?;
        let detail = json!({ "certificate": certificate.to_string(), "reason": "identity_corrected" });
        record_act(tx, act, "share_recalled", &id, detail).await?;
    }
    Ok(())
}

/// Forgets up to `limit` shares whose last day lies before `before`, with their logs.
pub async fn sweep(tx: &mut Tx, before: Day, limit: u32) -> Result<u64> {
    let rows = tx.all(LONG_OVER, args![before, limit]).await?;
    for row in &rows {
        let (certificate, id): (Id, Id) = (row.get(0)?, row.get(1)?);
        for statement in [FORGET_VIEWS, FORGET_TOKEN, FORGET] {
            tx.exec(statement, args![&certificate, &id]).await?;
        }
    }
    Ok(rows.len() as u64)
}

impl Share {
    /// Why it opens no more on `today`.
    pub fn shut(&self, today: Day) -> Option<Shut> {
        if self.recalled_at.is_some() {
            Some(Shut::Recalled)
        } else if self.expires_on < today {
            Some(Shut::Expired)
        } else if self.wrong_pins >= MOST_WRONG_PINS {
            Some(Shut::Locked)
        } else {
            (self.views >= self.most_views).then_some(Shut::UsedUp)
        }
    }
}

impl Content {
    fn encode(&self) -> String {
        let Self { recipient, purpose, token, pin } = self;
        json!({ "recipient": recipient, "purpose": purpose, "token": token, "pin": pin }).to_string()
    }

    fn decode(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let field = |name: &str| value.get(name)?.as_str().map(str::to_owned);
        Some(Self {
            recipient: field("recipient")?,
            purpose: field("purpose")?,
            token: field("token")?,
            pin: field("pin"),
        })
    }
}

const OPENED: &str = "opened";
const PIN_WRONG: &str = "pin_wrong";

fn own(asking: &Subject) -> Option<IdentityIndex> {
    match asking {
        Subject::Holder { identity_index } => IdentityIndex::from_bytes(identity_index),
        Subject::Public | Subject::Staff { .. } | Subject::System => None,
    }
}

fn content_place(id: &Id) -> Place<'_> {
    Place::new("share", "content", &id.0)
}

fn origin_place(view: &Id) -> Place<'_> {
    Place::new("share_view", "origin", &view.0)
}

fn token_digest(token: &str) -> Digest {
    digest(&SHA256, token.as_bytes())
}

async fn record_act(tx: &mut Tx, act: &Act, action: &'static str, id: &Id, detail: Value) -> Result<()> {
    audit::record(tx, act, action, Object { kind: "share", id: &id.to_string() }, detail).await
}

fn read(vault: &Vault, row: &Row) -> Result<Share> {
    let mut f = row.fields();
    let (certificate, id, endorsement): (Id, Id, Option<Id>) = (f.take()?, f.take()?, f.take()?);
    let place = content_place(&id);
    let content = Content::decode(&vault.open_text(place, &f.take::<Vec<u8>>()?)?)
        .ok_or_else(|| Error::SealBroken { place: place.to_string() })?;
    Ok(Share {
        id,
        certificate,
        endorsement,
        content,
        made_at: f.take()?,
        expires_on: f.take()?,
        most_views: f.take()?,
        views: f.take()?,
        wrong_pins: f.take()?,
        recalled_at: f.take()?,
    })
}
