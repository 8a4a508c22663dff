//! Style, scripts and pictures, inside the program. Their addresses hold a piece of their digest, so that browsers may
//! keep them for good and still see every change at once.

use crate::error::{Result, WebError};
use crate::routes::{Route, Who};
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, Method, header};
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
    /// What is large was packed when it was brought; the rest is packed on its way.
    packed: Option<Packed>,
}

struct Packed {
    br: &'static [u8],
    gzip: &'static [u8],
}

macro_rules! assets {
    ($($name:literal: $kind:literal),* $(,)?) => {
        &[$({
            const BYTES: &[u8] = include_bytes!(concat!("../assets/", $name));
            Asset { name: $name, kind: $kind, bytes: BYTES, digest: const { digest(BYTES) }, packed: None }
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
    "passkey.js": "text/javascript; charset=utf-8",
    "viewer.css": "text/css; charset=utf-8",
    "viewer-absent.js": "text/javascript; charset=utf-8",
    "viewer.js": "text/javascript; charset=utf-8",
};

// `VIEWER`, empty where the program was built without (see `build.rs`).
include!(concat!(env!("OUT_DIR"), "/viewer.rs"));

/// What shows PDF files, and where it is fetched from.
pub struct Viewer {
    pub script: String,
    pub worker: String,
    pub licence: String,
}

/// `None`: this program was built without.
pub fn viewer() -> Option<Viewer> {
    (!VIEWER.is_empty()).then(|| Viewer {
        script: url("pdf.min.mjs"),
        worker: url("pdf.worker.min.mjs"),
        licence: url("pdfjs-license.txt"),
    })
}

/// Where the asset called `name` is fetched from.
pub fn url(name: &str) -> String {
    let digest = all().find(|asset| asset.name == name).map_or(0, |asset| asset.digest);
    match name.rsplit_once('.') {
        Some((stem, ending)) => format!("/assets/{stem}.{digest:016x}.{ending}"),
        None => format!("/assets/{name}"),
    }
}

fn all() -> impl Iterator<Item = &'static Asset> {
    ASSETS.iter().chain(VIEWER)
}

async fn asset(Path(name): Path<String>, asked: HeaderMap) -> Result<Response> {
    let missing = || WebError::from(Error::not_found("page_not_found"));
    let asset = all().find(|asset| url(asset.name).ends_with(&format!("/{name}"))).ok_or_else(missing)?;
    let headers =
        [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    let Some(packed) = &asset.packed else { return Ok((headers, asset.bytes).into_response()) };
    let (how, bytes) = if takes(&asked, "br") {
        (Some("br"), packed.br)
    } else if takes(&asked, "gzip") {
        (Some("gzip"), packed.gzip)
    } else {
        (None, asset.bytes)
    };
    let mut response = (headers, [(header::VARY, "accept-encoding")], bytes).into_response();
    if let Some(how) = how {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(how));
    }
    Ok(response)
}

/// Whether whoever asks can unpack this (RFC 9110 §12.5.3).
fn takes(asked: &HeaderMap, coding: &str) -> bool {
    let texts = asked.get_all(header::ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let weight = parts.find_map(|part| part.strip_prefix("q=")).and_then(|q| q.parse::<f32>().ok());
        named && weight.is_none_or(|weight| weight > 0.0)
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_sent_to_whom_it_is_understood() {
        let takes = |text: &'static str, coding| {
            takes(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(text))]), coding)
        };
        assert!(takes("gzip, deflate, br, zstd", "br"));
        assert!(takes("gzip;q=0.5, BR ; q=1.0", "br"));
        assert!(!takes("gzip, br;q=0", "br") && takes("gzip, br;q=0", "gzip"));
        assert!(!takes("identity", "gzip") && !takes("", "br"));
    }

    #[tokio::test]
    async fn what_was_packed_beforehand_is_handed_out_as_it_is_asked_for() {
        let Some(viewer) = viewer() else {
            println!("SKIPPED: built without the viewer of PDF files");
            return;
        };
        let name = viewer.worker.strip_prefix("/assets/").unwrap().to_owned();
        for (asked, how) in [("gzip, br", Some("br")), ("gzip", Some("gzip")), ("identity", None)] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(asked))]);
            let response = asset(Path(name.clone()), headers).await.unwrap();
            let told = response.headers().get(header::CONTENT_ENCODING);
            assert_eq!(told.map(|value| value.to_str().unwrap()), how, "{asked}");
            assert_eq!(response.headers()[header::VARY], "accept-encoding");
        }
    }
}
