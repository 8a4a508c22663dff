//! The private listener: whether the process lives, whether it can work, and figures for Prometheus. Never personal
//! data, and never on the address of the portal.

use crate::portal::Portal;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde_json::json;
use std::time::Duration;
use tokio::sync::watch;
use yinxin_app::error::{Error, Result};
use yinxin_app::ready;

/// Requests by route template, method and status.
pub(crate) const REQUESTS: &str = "yinxin_requests_total";
/// How long they took, by route template.
pub(crate) const SECONDS: &str = "yinxin_request_seconds";
/// Those that are worked on.
pub(crate) const RUNNING: &str = "yinxin_requests_running";
/// Told to come again, since all places were taken.
pub(crate) const REFUSED: &str = "yinxin_requests_refused_total";

const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// Readiness that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Clone)]
struct Watch {
    portal: Portal,
    metrics: PrometheusHandle,
    stopped: watch::Receiver<bool>,
}

/// Begins to count. Without it every count goes nowhere and costs nothing.
pub(crate) fn measure() -> Result<PrometheusHandle> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| Error::internal("internal").because(error);
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(SECONDS.into()), &BUCKETS)
        .map_err(|error| failed(error.into()))?;
    builder.install_recorder().map_err(|error| failed(error.into()))
}

pub(crate) fn router(portal: Portal, metrics: PrometheusHandle, stopped: watch::Receiver<bool>) -> Router {
    Router::new()
        .route("/livez", get(|| async { "alive\n" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(figures))
        .with_state(Watch { portal, metrics, stopped })
}

/// 200 or 503, and in both cases what was looked at. A process that is ending takes no new work.
async fn readyz(State(watch): State<Watch>) -> Response {
    let ending = *watch.stopped.borrow();
    let findings = tokio::time::timeout(PATIENCE, ready::ready(&watch.portal.system)).await;
    let (good, findings) = match findings {
        Ok(findings) => (ready::is_ready(&findings), json!(findings)),
        Err(_) => (false, json!([{ "check": "database", "state": "wrong", "code": "timeout" }])),
    };
    let good = good && !ending;
    let status = if good { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({ "ready": good, "ending": ending, "findings": findings });
    (status, [(header::CONTENT_TYPE, "application/json")], format!("{body:#}\n")).into_response()
}

async fn figures(State(watch): State<Watch>) -> Response {
    match ready::gauges(&watch.portal.system).await {
        Ok(gauges) => {
            for (name, value) in gauges {
                // Beyond 2^53 of anything the figure is rounded, and that is the least of the troubles.
                metrics::gauge!(format!("yinxin_{name}")).set(value as f64);
            }
        }
        Err(error) => tracing::warn!(code = error.code, "queues were not counted"),
    }
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (kind, watch.metrics.render()).into_response()
}
