//! The body of a request is taken in before the request takes its place among the others: who sends slowly keeps none.
//!
//! What has come so far is bounded in size and time, and all of it together in memory, a quarter of that for one network.
//! A room is held until the request is answered, so that bodies that are worked on count, too.

use crate::client::Client;
use crate::error::WebError;
use crate::pages;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use http_body_util::BodyExt;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use yinxin_app::error::Error;

/// What a form may send; uploads say their own limit.
pub(crate) const FORM_BYTES: usize = 64 * 1024;
const FORM_TIME: Duration = Duration::from_secs(15);
/// Enough for the largest upload over a slow line.
const UPLOAD_TIME: Duration = Duration::from_secs(60);
/// Of all bodies that are there at once.
const ALL_FORMS: usize = 64 << 20;
const ALL_UPLOADS: usize = 256 << 20;
/// The part of it that may come from one network.
const SHARE: usize = 4;

/// What bodies hold of the memory that is for them. Uploads have their own, so that they keep no form out.
pub(crate) struct Intake {
    forms: Arc<Budget>,
    uploads: Arc<Budget>,
}

/// Why a body was not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    TooLarge,
    TooSlow,
    /// The memory for bodies is taken.
    Busy,
    /// The connection broke, or what came is no body.
    Broken,
}

/// A body that is there, and its room.
pub(crate) struct Taken {
    pub bytes: Bytes,
    pub room: Room,
}

impl Default for Intake {
    fn default() -> Self {
        Self { forms: Arc::new(Budget::new(ALL_FORMS)), uploads: Arc::new(Budget::new(ALL_UPLOADS)) }
    }
}

impl Intake {
    /// Takes in what `client` sends to `path`.
    pub async fn take(&self, client: &Client, path: &str, body: Body) -> Result<Taken, Refused> {
        let (budget, most, time) = match pages::verify::upload_bytes(path) {
            Some(most) => (&self.uploads, most, UPLOAD_TIME),
            None => (&self.forms, FORM_BYTES, FORM_TIME),
        };
        let room = Room { budget: budget.clone(), network: client.prefix, bytes: 0 };
        if body.is_end_stream() {
            return Ok(Taken { bytes: Bytes::new(), room });
        }
        if body.size_hint().lower() > most as u64 {
            return Err(Refused::TooLarge);
        }
        tokio::time::timeout(time, collect(body, most, room)).await.map_err(|_| Refused::TooSlow)?
    }
}

async fn collect(mut body: Body, most: usize, mut room: Room) -> Result<Taken, Refused> {
    // Copied: a piece may keep the whole buffer that it was read into.
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Refused::Broken)?.into_data() else { continue };
        if data.len() > most - bytes.len() {
            return Err(Refused::TooLarge);
        }
        room.grow(data.len())?;
        bytes.extend_from_slice(&data);
    }
    Ok(Taken { bytes: bytes.freeze(), room })
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT.into_response(),
            Self::Busy => WebError::from(Error::unavailable("portal_busy")).into_response(),
            Self::Broken => StatusCode::BAD_REQUEST.into_response(),
        }
    }
}

struct Budget {
    most: usize,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    all: usize,
    /// No entry that holds nothing, so that there are never more than connections.
    networks: HashMap<IpAddr, usize>,
}

impl Budget {
    fn new(most: usize) -> Self {
        Self { most, held: Mutex::default() }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one body holds, until it is dropped.
pub(crate) struct Room {
    budget: Arc<Budget>,
    network: IpAddr,
    bytes: usize,
}

impl Room {
    fn grow(&mut self, by: usize) -> Result<(), Refused> {
        if by == 0 {
            return Ok(());
        }
        let mut held = self.budget.held();
        let own = held.networks.get(&self.network).copied().unwrap_or_default();
        if held.all + by > self.budget.most || own + by > self.budget.most / SHARE {
            return Err(Refused::Busy);
        }
        held.all += by;
        held.networks.insert(self.network, own + by);
        self.bytes += by;
        Ok(())
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if self.bytes == 0 {
            return;
        }
        let mut held = self.budget.held();
        held.all -= self.bytes;
        if let Some(own) = held.networks.get_mut(&self.network) {
            *own -= self.bytes;
            if *own == 0 {
                held.networks.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn client(net: u8) -> Client {
        let ip = IpAddr::V4(Ipv4Addr::new(192, 0, net, 1));
        Client { ip, prefix: ip }
    }

    fn pieces(count: usize, of: usize) -> Body {
        let piece = Bytes::from(vec![b'x'; of]);
        let pieces = std::iter::repeat_n(piece, count).map(Ok::<_, std::io::Error>);
        Body::from_stream(futures_util::stream::iter(pieces))
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_has_a_size_and_a_time() {
        let intake = Intake::default();
        let taken = intake.take(&client(1), "/login", pieces(4, 16)).await.unwrap();
        assert_eq!((taken.bytes.len(), taken.room.bytes), (64, 64));
        let refused = async |body| intake.take(&client(1), "/login", body).await.err();
        assert_eq!(refused(pieces(5, FORM_BYTES / 4)).await, Some(Refused::TooLarge));
        assert_eq!(refused(Body::from(vec![0; FORM_BYTES + 1])).await, Some(Refused::TooLarge));
        let never = futures_util::stream::pending::<std::io::Result<Bytes>>();
        assert_eq!(refused(Body::from_stream(never)).await, Some(Refused::TooSlow));
        let upload = intake.take(&client(1), "/verify/file", pieces(5, FORM_BYTES)).await.unwrap();
        assert_eq!(upload.bytes.len(), 5 * FORM_BYTES);
    }

    #[tokio::test]
    async fn all_together_have_their_memory_and_one_network_a_part_of_it() {
        let small = || Arc::new(Budget::new(1_000));
        let intake = Intake { forms: small(), uploads: small() };
        let take = async |net, count| intake.take(&client(net), "/login", pieces(count, 50)).await;
        let held = take(1, 5).await.unwrap();
        assert_eq!(take(1, 1).await.err(), Some(Refused::Busy), "a quarter is one network's");
        let mut others = Vec::new();
        for net in 2..5 {
            others.push(take(net, 5).await.unwrap());
        }
        assert_eq!(take(9, 1).await.err(), Some(Refused::Busy), "all is taken");
        assert!(take(9, 0).await.is_ok(), "who sends nothing needs none");
        assert!(intake.take(&client(9), "/verify/qr", pieces(1, 50)).await.is_ok(), "uploads have their own");
        drop((held, others));
        assert!(take(1, 5).await.is_ok());
        let held = intake.forms.held();
        assert_eq!((held.all, held.networks.len()), (0, 0), "nothing is kept of who is gone");
    }
}
