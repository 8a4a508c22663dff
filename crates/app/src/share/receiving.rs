//! The recipient's side: he holds the token, is told what it is for, opens it, and has a while to look and to take the copy.
//!
//! Opening is an act of its own, so that programs which fetch links to show a preview use up no view.

use super::{Standing, certificates, standing, title};
use crate::certificate::Content;
use crate::copy::{self as copies, CopyOut, What};
use crate::error::{Error, Result};
use crate::limits::network;
use crate::picture::{self as pictures, Size};
use crate::system::System;
use crate::token;
use bytes::Bytes;
use std::net::IpAddr;
use yinxin_model::{Day, Format, Id, Instant, Subject};
use yinxin_store::certificate::Certificate;
use yinxin_store::share::{self, Opening, Share, Shut};

/// How long one view lasts.
pub const VIEW_MINUTES: i64 = 15;

/// What is told before it is opened.
#[derive(Debug)]
pub struct Landing {
    /// Masked.
    pub holder: String,
    pub recipient: String,
    pub purpose: String,
    pub expires_on: Day,
    pub needs_pin: bool,
    pub views_left: u32,
}

/// What is shown while a view lasts.
#[derive(Debug)]
pub struct Shown {
    pub recipient: String,
    pub purpose: String,
    pub expires_on: Day,
    pub management_number: String,
    pub content: Content,
    pub title: super::Title,
    /// There is a copy to look at and to take.
    pub copy: bool,
}

pub async fn landing(system: &System, token: &str) -> Result<Landing> {
    let (share, certificate) = open_now(system, token).await?;
    Ok(Landing {
        holder: certificate.record.holder.identity.name.masked(),
        recipient: share.content.recipient,
        purpose: share.content.purpose,
        expires_on: share.expires_on,
        needs_pin: share.content.pin.is_some(),
        views_left: share.most_views.saturating_sub(share.views),
    })
}

/// Opens it once: counts a view and gives its id, or counts a wrong PIN.
pub async fn open(system: &System, token: &str, pin: &str, from: IpAddr) -> Result<Id> {
    let (share, _) = open_now(system, token).await?;
    let view = Id::new(system.now(), system.entropy());
    let (vault, act) = (system.vault.clone(), system.act(&Subject::Public));
    let (pin, origin) = (token::folded(pin), network(from));
    if pin.is_empty() && share.content.pin.is_some() {
        // Whoever sends the form before he has filled it in has guessed nothing.
        return Err(Error::invalid("share_pin_missing"));
    }
    let opening = system.db.write(move |tx| {
        Box::pin(async move { share::open(tx, &vault, &act, &share, &pin, &view, &origin).await })
    });
    match opening.await? {
        Opening::Opened => Ok(view),
        Opening::PinWrong(0) => Err(shut(Standing::Locked)),
        Opening::PinWrong(left) => Err(Error::invalid("share_pin_wrong").with("left", left)),
        Opening::Shut(why) => Err(shut(match why {
            Shut::Recalled => Standing::Recalled,
            Shut::Expired => Standing::Expired,
            Shut::UsedUp => Standing::UsedUp,
            Shut::Locked => Standing::Locked,
        })),
        Opening::NotFound => Err(unknown()),
    }
}

/// What somebody sees who has opened it as `view` not long ago.
pub async fn shown(system: &System, token: &str, view: Id) -> Result<Shown> {
    let (share, certificate) = in_view(system, token, view).await?;
    let copy = share.endorsement.is_some() || !certificates::needs_endorsement(system, &certificate.record);
    let title = title(system, &certificate);
    let content = certificates::show(system, &Subject::System, certificate.id).await?.content;
    Ok(Shown {
        recipient: share.content.recipient,
        purpose: share.content.purpose,
        expires_on: share.expires_on,
        management_number: certificate.number,
        content,
        title,
        copy,
    })
}

pub async fn picture(system: &System, token: &str, view: Id) -> Result<Bytes> {
    let (share, _) = in_view(system, token, view).await?;
    pictures::page_png(system, &Subject::System, &what(&share), Size::Screen).await
}

/// The copy itself. That it was taken is noted in the log that the holder sees.
pub async fn copy(system: &System, token: &str, view: Id, format: Format) -> Result<CopyOut> {
    let (share, _) = in_view(system, token, view).await?;
    let out = copies::copy(system, &Subject::System, what(&share), format).await?;
    let act = system.act(&Subject::Public);
    let noted =
        system.db.write(move |tx| Box::pin(async move { share::downloaded(tx, &act, &share, &view).await }));
    noted.await?;
    Ok(out)
}

fn what(share: &Share) -> What {
    match share.endorsement {
        Some(id) => What::Endorsement(id),
        None => What::Certificate(share.certificate.into()),
    }
}

/// A share that can be opened, with its certificate.
async fn open_now(system: &System, token: &str) -> Result<(Share, Certificate)> {
    let (share, certificate, standing) = find(system, token).await?;
    if standing == Standing::Open { Ok((share, certificate)) } else { Err(shut(standing)) }
}

/// A share that was opened as `view` within the last minutes. That it is used up by now does not end the view; that it
/// was recalled or has lost its ground does.
async fn in_view(system: &System, token: &str, view: Id) -> Result<(Share, Certificate)> {
    let (share, certificate, standing) = find(system, token).await?;
    if !matches!(standing, Standing::Open | Standing::UsedUp | Standing::Locked) {
        return Err(shut(standing));
    }
    if standing != Standing::Open {
        // Beside its own end, a view ends with what it shows.
        certificates_stand(system, &share, &certificate).await?;
    }
    let since = Instant(system.now().0 - VIEW_MINUTES * 60_000);
    let looked = share.clone();
    let read =
        system.db.read(move |tx| Box::pin(async move { share::viewed(tx, &looked, &view, since).await }));
    if read.await? { Ok((share, certificate)) } else { Err(Error::conflict("share_view_over")) }
}

async fn certificates_stand(system: &System, share: &Share, certificate: &Certificate) -> Result<()> {
    let open = Share { views: 0, wrong_pins: 0, ..share.clone() };
    match standing(system, &open, certificate).await? {
        Standing::Open => Ok(()),
        other => Err(shut(other)),
    }
}

async fn find(system: &System, token: &str) -> Result<(Share, Certificate, Standing)> {
    let (vault, token) = (system.vault.clone(), token.to_owned());
    let read = system.db.read(move |tx| Box::pin(async move { share::by_token(tx, &vault, &token).await }));
    let share = read.await?.ok_or_else(unknown)?;
    let certificate = certificates::find(system, &Subject::System, share.certificate).await?;
    let standing = standing(system, &share, &certificate).await?;
    Ok((share, certificate, standing))
}

fn unknown() -> Error {
    Error::not_found("share_unknown")
}

fn shut(standing: Standing) -> Error {
    Error::conflict(match standing {
        Standing::Recalled => "share_recalled",
        Standing::Expired => "share_expired",
        Standing::UsedUp => "share_used_up",
        Standing::Locked => "share_locked",
        Standing::Open | Standing::Ended => "share_ended",
    })
}
