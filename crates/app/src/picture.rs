//! The page of a copy as a picture, for browsers that show no documents. Drawn from the same record as the sealed file, under
//! the same conditions, and no proof of anything.
//!
//! Drawing costs more than sealing, so few are drawn at a time, and the newest are kept in memory, up to a fixed number of
//! bytes; none is ever written anywhere.

use crate::copy::{self, What};
use crate::error::{Error, Result};
use crate::fields::{CopyFacts, EndorsementFacts};
use crate::making;
use crate::system::System;
use crate::telemetry::TARGET;
use bytes::Bytes;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use yinxin_model::{Format, Id, Instant, Subject};
use yinxin_store::certificate::Certificate;

/// What the pictures in memory may take.
const MOST_BYTES: usize = 32 << 20;
/// Drawn at the same time.
const MOST_AT_ONCE: usize = 2;
/// How long one waits for its turn before it is told to come back.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// What a picture is for. On a screen it is in few colours, since it comes over a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// A telephone's screen.
    Small,
    Screen,
    Print,
}

impl Size {
    pub(crate) fn dpi(self) -> u32 {
        match self {
            Self::Small => 72,
            Self::Screen => 96,
            Self::Print => 200,
        }
    }

    /// How many points a side of so many millimetres has, so that a page leaves room for its picture.
    pub fn points(self, millimetres: f64) -> u32 {
        // What a page measures fits.
        (millimetres / MM_PER_INCH * f64::from(self.dpi())).round().clamp(0.0, f64::from(u16::MAX)) as u32
    }
}

const MM_PER_INCH: f64 = 25.4;

/// Everything about a copy that its picture shows, beside the record.
struct Shown {
    certificate: Certificate,
    made_at: Instant,
    token: String,
    copy_number: String,
    statement: Option<Vec<u8>>,
    endorsing: Option<making::Endorsing>,
}

/// PNG. Whoever may not have the copy gets the same refusal as for the copy.
pub async fn page_png(system: &System, by: &Subject, what: &What, size: Size) -> Result<Bytes> {
    let shown = match what {
        What::Endorsement(id) => endorsed(system, by, *id).await?,
        What::Certificate(_) => direct(system, by, what).await?,
    };
    let sealing = system.sealing()?;
    let key = Key { copy_number: shown.copy_number.clone(), version: shown.certificate.version, size };
    if let Some(kept) = sealing.pictures.find(&key) {
        return Ok(kept);
    }
    let busy = || Error::unavailable("pictures_busy");
    let turn = tokio::time::timeout(LONGEST_WAIT, sealing.pictures.turns.clone().acquire_owned()).await;
    let turn = turn.map_err(|_| busy())?.map_err(|_| busy())?;
    // Somebody else may have drawn it while this one waited.
    if let Some(kept) = sealing.pictures.find(&key) {
        return Ok(kept);
    }
    let photo = making::photo(system, &shown.certificate).await?;
    let (drawing, drawn_by) = (system.clone(), sealing.clone());
    let span = tracing::info_span!(target: TARGET, "draw a picture");
    let drawn = tokio::task::spawn_blocking(move || {
        // Held by the drawing, which goes on when whoever asked has hung up.
        let (_turn, _span) = (turn, span.entered());
        let facts = CopyFacts {
            management_number: &shown.certificate.number,
            made_at: shown.made_at,
            token: &shown.token,
            copy_number: &shown.copy_number,
            statement: shown.statement.as_deref(),
            photo,
            endorsement: shown.endorsing.as_ref().map(|e| EndorsementFacts {
                scenario: &e.scenario,
                addition: e.addition.as_deref(),
                valid_until: e.valid_until,
            }),
        };
        drawn_by.picture(&drawing, &shown.certificate.record, &facts, size)
    });
    let png = Bytes::from(drawn.await.map_err(|e| Error::internal("internal").because(e))??);
    sealing.pictures.keep(key, png.clone());
    Ok(png)
}

/// Width and height in millimetres of copies under the seal of this code.
pub fn sides(system: &System, seal: &str) -> Result<(f64, f64)> {
    system.sealing()?.sides(system, seal)
}

/// The same of a copy that `by` may have now.
pub async fn sides_of(system: &System, by: &Subject, what: &What) -> Result<(f64, f64)> {
    let certificate = match what {
        What::Endorsement(id) => copy::in_force(system, by, *id).await?.1,
        What::Certificate(which) => copy::unendorsed(system, by, which.clone()).await?,
    };
    sides(system, &certificate.record.seal)
}

async fn endorsed(system: &System, by: &Subject, id: Id) -> Result<Shown> {
    let (endorsement, certificate) = copy::in_force(system, by, id).await?;
    Ok(Shown {
        certificate,
        made_at: endorsement.made_at,
        token: endorsement.token,
        copy_number: endorsement.copy_number,
        statement: endorsement.statement,
        endorsing: Some(making::Endorsing {
            id,
            scenario: endorsement.scenario,
            addition: endorsement.addition,
            valid_until: endorsement.valid_until,
        }),
    })
}

/// The token and number of a direct copy are drawn with the copy, which is made here where there is none yet.
async fn direct(system: &System, by: &Subject, what: &What) -> Result<Shown> {
    let What::Certificate(which) = what else { return Err(Error::internal("internal")) };
    let certificate = copy::unendorsed(system, by, which.clone()).await?;
    let drawn = match copy::drawn(system, by, &certificate).await? {
        Some(drawn) => Some(drawn),
        None => {
            copy::copy(system, by, what.clone(), Format::Pdf).await?;
            copy::drawn(system, by, &certificate).await?
        }
    };
    let draw = drawn.ok_or_else(|| Error::conflict("certificate_changed"))?;
    Ok(Shown {
        certificate,
        made_at: draw.made_at,
        token: draw.token,
        copy_number: draw.copy_number,
        statement: draw.statement,
        endorsing: None,
    })
}

/// Names what is drawn: a copy number is drawn by lot for each endorsement and each direct copy.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    copy_number: String,
    version: u32,
    size: Size,
}

/// The newest pictures, and turns to draw one.
pub(crate) struct Pictures {
    kept: Mutex<VecDeque<(Key, Bytes)>>,
    turns: Arc<Semaphore>,
}

impl Default for Pictures {
    fn default() -> Self {
        Self { kept: Mutex::default(), turns: Arc::new(Semaphore::new(MOST_AT_ONCE)) }
    }
}

impl Pictures {
    /// What was found goes to the end: those in front are forgotten first.
    fn find(&self, key: &Key) -> Option<Bytes> {
        let mut kept = self.kept();
        let at = kept.iter().position(|(known, _)| known == key)?;
        let found = kept.remove(at)?;
        let png = found.1.clone();
        kept.push_back(found);
        Some(png)
    }

    fn keep(&self, key: Key, png: Bytes) {
        let mut kept = self.kept();
        kept.push_back((key, png));
        let mut bytes: usize = kept.iter().map(|(_, png)| png.len()).sum();
        while bytes > MOST_BYTES {
            let Some((_, forgotten)) = kept.pop_front() else { return };
            bytes -= forgotten.len();
        }
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<(Key, Bytes)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(copy_number: &str, size: Size) -> Key {
        Key { copy_number: copy_number.to_owned(), version: 1, size }
    }

    #[test]
    fn what_was_not_asked_for_goes_first() {
        let pictures = Pictures::default();
        let third = Bytes::from(vec![0; MOST_BYTES / 3]);
        for name in ["a", "b", "c"] {
            pictures.keep(key(name, Size::Screen), third.clone());
        }
        assert!(pictures.find(&key("a", Size::Screen)).is_some());
        pictures.keep(key("d", Size::Screen), third.clone());
        assert!(pictures.find(&key("b", Size::Screen)).is_none(), "the one that was longest unasked for");
        for name in ["a", "c", "d"] {
            assert!(pictures.find(&key(name, Size::Screen)).is_some(), "{name}");
        }
        assert!(pictures.find(&key("a", Size::Print)).is_none());
        pictures.keep(key("huge", Size::Print), vec![0; MOST_BYTES + 1].into());
        assert!(pictures.find(&key("huge", Size::Print)).is_none());
    }
}
