//! What `yinxin bench http` compares the portal with: axum as it comes, handing out bytes.

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use std::sync::{Arc, OnceLock};
use tokio::net::TcpListener;

/// The bytes, once it is known what the portal answers.
pub type Same = Arc<OnceLock<Bytes>>;

/// Answers the addresses of look-ups with `same` until the runtime ends.
pub async fn bare(listener: TcpListener, same: Same) -> std::io::Result<()> {
    let posted = |State(same): State<Same>, _: Bytes| async move { answer(&same) };
    let asked = |State(same): State<Same>| async move { answer(&same) };
    let router = Router::new().route("/verify/number", post(posted)).route("/v/{token}", get(asked));
    axum::serve(listener, router.with_state(same)).await
}

fn answer(same: &Same) -> Response {
    let body = same.get().cloned().unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}
