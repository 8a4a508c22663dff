//! Style, scripts and pictures, inside the program. Their addresses hold a piece of their digest, so that browsers may
//! keep them for good and still see every change at once.

use crate::error::{Result, WebError};
use crate::routes::{Route, Who};
use axum::extract::Path;
use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use yinxin_app::error::Error;

pub const ROUTES: &[Route] =
    &[Route { method: Method::GET, path: "/assets/{name}", who: Who::Anybody, handler: || get(asset) }];

struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
    digest: u64,
}

macro_rules! assets {
    ($($name:literal: $kind:literal),* $(,)?) => {
        &[$({
            const BYTES: &[u8] = include_bytes!(concat!("../assets/", $name));
            Asset { name: $name, kind: $kind, bytes: BYTES, digest: const { digest(BYTES) } }
        }),*]
    };
}

/// A file that is added to `assets/` is added here.
const ASSETS: &[Asset] = assets! {
    "portal.css": "text/css; charset=utf-8",
    "portal.js": "text/javascript; charset=utf-8",
    "emblem.svg": "image/svg+xml",
    "certificates.css": "text/css; charset=utf-8",
    "copies.js": "text/javascript; charset=utf-8",
    "sheet.css": "text/css; charset=utf-8",
    "rosette.svg": "image/svg+xml",
    "verify.css": "text/css; charset=utf-8",
    "verify.js": "text/javascript; charset=utf-8",
};

/// Where the asset called `name` is fetched from.
pub fn url(name: &str) -> String {
    let digest = ASSETS.iter().find(|asset| asset.name == name).map_or(0, |asset| asset.digest);
    match name.rsplit_once('.') {
        Some((stem, ending)) => format!("/assets/{stem}.{digest:016x}.{ending}"),
        None => format!("/assets/{name}"),
    }
}

async fn asset(Path(name): Path<String>) -> Result<Response> {
    let missing = || WebError::from(Error::not_found("page_not_found"));
    let asset =
        ASSETS.iter().find(|asset| url(asset.name).ends_with(&format!("/{name}"))).ok_or_else(missing)?;
    let headers =
        [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.bytes).into_response())
}

/// FNV-1a: tells versions apart, and protects against nothing.
const fn digest(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut rest = bytes;
    while let [first, others @ ..] = rest {
        hash = (hash ^ *first as u64).wrapping_mul(0x0100_0000_01b3);
        rest = others;
    }
    hash
}
