//! Traces: where a request's time went, handed to a collector (OTLP over HTTP, as JSON). Off unless the settings name one.
//!
//! Only spans whose target is [`TARGET`] go out, none of the log's lines: a span is named in the code, and holds route
//! templates, codes and numbers alone, nothing that somebody typed and nothing of who he is. Whoever adds one keeps it so.
//! What waits to be sent is bounded; a collector that is slow or gone loses traces, and no request waits for it.

use crate::contact;
use crate::error::{Error, Result};
use async_trait::async_trait;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{Link, SpanKind, TraceId, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SamplingResult, SdkTracer, SdkTracerProvider,
    ShouldSample,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::runtime::Handle;
use tracing::{Metadata, Span, Subscriber};
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt};
use tracing_subscriber::registry::LookupSpan;

/// The target of spans that are traces'. Crates below this one write it out.
pub const TARGET: &str = "trace";

/// For one answer of the collector.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Spans that wait to be sent; further ones are lost.
const MOST_WAITING: usize = 4_096;
const AT_ONCE: usize = 512;
const DELAY: Duration = Duration::from_secs(2);
/// At an orderly end: for what still waits.
const LAST: Duration = Duration::from_secs(6);

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct TelemetryConfig {
    /// The collector (`http://127.0.0.1:4318`); empty: no traces.
    pub otlp: String,
    /// The share of requests that are traced, 0 to 1. A proxy that is trusted decides for the requests that it traces.
    pub sample: f64,
}

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self { otlp: String::new(), sample: 1.0 }
    }
}

/// Traces as long as a process serves.
pub struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    /// `None` where the settings name no collector. What is sent is sent on `runtime`.
    pub fn begin(config: &TelemetryConfig, runtime: &Handle) -> Result<Option<Self>> {
        if config.otlp.is_empty() {
            return Ok(None);
        }
        let http = contact::client(TIMEOUT.as_millis() as u64)?;
        let courier = Courier { http, runtime: runtime.clone(), failing: AtomicBool::new(false) };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(courier)
            .with_protocol(Protocol::HttpJson)
            .with_endpoint(format!("{}/v1/traces", config.otlp.trim_end_matches('/')))
            .with_timeout(TIMEOUT)
            .build()
            .map_err(|error| Error::internal("internal").because(error))?;
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(MOST_WAITING)
            .with_max_export_batch_size(AT_ONCE)
            .with_scheduled_delay(DELAY);
        let sampler = Sampler::ParentBased(Box::new(Requests(Sampler::TraceIdRatioBased(config.sample))));
        let resource = Resource::builder()
            .with_service_name("yinxin")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
        let provider = SdkTracerProvider::builder()
            .with_span_processor(
                BatchSpanProcessor::builder(exporter).with_batch_config(batches.build()).build(),
            )
            .with_sampler(sampler)
            .with_resource(resource.build())
            .build();
        Ok(Some(Self { provider }))
    }

    /// To be put beside the log, with [`is_span`] as its filter.
    pub fn layer<S>(&self) -> OpenTelemetryLayer<S, SdkTracer>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer("yinxin"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
    }

    /// Sends what still waits. Blocks for some seconds at most, and needs the runtime.
    pub fn end(self) {
        if let Err(error) = self.provider.shutdown_with_timeout(LAST) {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// What goes out: spans of ours, and no event.
pub fn is_span(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && metadata.target() == TARGET
}

/// Makes a span part of the trace that `traceparent` names (W3C Trace Context). Only of proxies that are trusted: anybody
/// else could have his requests traced, and write into traces of others.
pub fn continue_from(span: &Span, traceparent: &str) {
    let carrier = HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
    let parent = TextMapPropagator::extract(&TraceContextPropagator::new(), &carrier);
    // Without a collector there is nothing to continue.
    let _ = span.set_parent(parent);
}

/// What begins a trace: requests alone, and a share of them. What is done behind them is no request's time.
#[derive(Clone, Debug)]
struct Requests(Sampler);

impl ShouldSample for Requests {
    fn should_sample(
        &self,
        parent: Option<&Context>,
        trace: TraceId,
        name: &str,
        kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        let share = if *kind == SpanKind::Server { &self.0 } else { &Sampler::AlwaysOff };
        share.should_sample(parent, trace, name, kind, attributes, links)
    }
}

/// Carries batches to the collector. The library asks from a thread of its own, which has no runtime.
#[derive(Debug)]
struct Courier {
    http: reqwest::Client,
    runtime: Handle,
    failing: AtomicBool,
}

#[async_trait]
impl HttpClient for Courier {
    async fn send_bytes(&self, request: Request<Bytes>) -> std::result::Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let post = self.http.post(parts.uri.to_string()).headers(parts.headers).body(body);
        // Not only awaited there: a time is set when it is begun.
        let answer = self.runtime.spawn(async move { post.send().await }).await?;
        let (outcome, reason) = match answer {
            Ok(answer) if answer.status().is_success() => (Ok(answer.status()), ""),
            Ok(answer) => (Ok(answer.status()), "http_status"),
            Err(error) => (Err("the collector gave no answer"), contact::reason(&error)),
        };
        self.tell(reason);
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = outcome?;
        Ok(response)
    }
}

impl Courier {
    /// Once when it fails and once when it is well again: each batch would be a line otherwise.
    fn tell(&self, reason: &'static str) {
        let failing = !reason.is_empty();
        match (self.failing.swap(failing, Ordering::Relaxed), failing) {
            (false, true) => {
                tracing::warn!(reason, "the collector of traces cannot be used: traces are lost")
            }
            (true, false) => tracing::warn!("the collector of traces answers again"),
            _ => {}
        }
    }
}
