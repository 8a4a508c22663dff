//! The process that serves: accepts connections, hands requests to the portal, does the rounds behind them, and ends
//! in order. HTTP/1.1 alone: https and HTTP/2 are the proxy's before it.

use crate::client::Peer;
use crate::portal::{Portal, Tick};
use crate::slow::Impatient;
use crate::{private, program, rounds};
use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::{Service, ServiceExt};
use yinxin_app::error::{Error, Result};
use yinxin_app::recover;
use yinxin_app::system::System;

pub struct Options {
    pub listen: SocketAddr,
    /// Where `/livez`, `/readyz` and `/metrics` are; nowhere by default.
    pub metrics_listen: Option<SocketAddr>,
    pub tick: Tick,
    /// Told once everything listens.
    pub ready: Box<dyn FnOnce(Listening) + Send>,
    /// Ends when the process is to end.
    pub stop: Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// The addresses that were really taken (port 0 takes any).
#[derive(Clone, Copy, Debug)]
pub struct Listening {
    pub portal: SocketAddr,
    pub metrics: Option<SocketAddr>,
}

/// A request's head must be there by then, and the next one on a connection that is kept.
const HEAD_TIME: Duration = Duration::from_secs(15);
/// Bytes of a request's head.
const HEAD_BYTES: usize = 32 * 1024;
/// Connections at once; further ones wait to be accepted.
const CONNECTIONS: usize = 4096;
/// How long downloads may go on after the process was told to end.
const DRAIN: Duration = Duration::from_secs(30);
/// After an accept that failed (no file descriptors left, say).
const PAUSE: Duration = Duration::from_millis(200);

/// Serves until `options.stop`. What a crash left half-done is finished first.
pub async fn serve(system: System, options: Options) -> Result<()> {
    let listener = bind(options.listen).await?;
    let private = match options.metrics_listen {
        Some(address) => Some((bind(address).await?, private::measure()?)),
        None => None,
    };
    recover::recover(&system).await?;
    let portal = Portal::new(system, options.tick);
    let (stop, stopped) = watch::channel(false);
    let listening = Listening {
        portal: address(&listener)?,
        metrics: private.as_ref().map(|(listener, _)| address(listener)).transpose()?,
    };
    let mut beside = vec![tokio::spawn(rounds::run(portal.system.clone(), stopped.clone()))];
    if let Some((listener, metrics)) = private {
        let router = private::router(portal.clone(), metrics, stopped.clone());
        beside.push(tokio::spawn(run(listener, router, stopped.clone(), DRAIN)));
    }
    let public = tokio::spawn(run(listener, program::Front::new(portal.clone()), stopped, DRAIN));
    (options.ready)(listening);
    options.stop.await;
    tracing::info!("ending: no new connections, downloads are finished");
    stop.send_replace(true);
    for task in std::iter::once(public).chain(beside) {
        if let Err(error) = task.await {
            tracing::error!(%error, "a task of the server failed");
        }
    }
    portal.system.close().await;
    Ok(())
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    let taken = |error: std::io::Error| {
        Error::conflict("address_taken").with("address", address).with("reason", error.kind()).because(error)
    };
    TcpListener::bind(address).await.map_err(taken)
}

fn address(listener: &TcpListener) -> Result<SocketAddr> {
    listener.local_addr().map_err(|error| Error::internal("internal").because(error))
}

/// Accepts until `stopped`, then lets what is on its way end within `drain`.
pub(crate) async fn run<S>(
    listener: TcpListener,
    front: S,
    mut stopped: watch::Receiver<bool>,
    drain: Duration,
) where
    S: Service<Request<Body>, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static,
{
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_buf_size(HEAD_BYTES);
    let mut stop = std::pin::pin!(async move { stopped.wait_for(|stopped| *stopped).await.map(drop) });
    loop {
        let accepted = tokio::select! {
            biased;
            _ = &mut stop => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let Some((stream, from, place)) = accepted else { break };
        let front = front.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(Peer(from.ip()));
            front.clone().oneshot(request)
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(Impatient::new(stream)), service));
        tokio::spawn(async move {
            // Who hangs up in the middle or sends no HTTP is no event.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended");
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("connections were cut: they did not end in time");
    }
}

/// The next connection, once there is a place for it. `None`: there will be none.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.ok()?;
    loop {
        match listener.accept().await {
            Ok((stream, from)) => {
                // An answer is written at once and whole; waiting for more of it would only delay it.
                let _ = stream.set_nodelay(true);
                return Some((stream, from, place));
            }
            Err(error) => {
                tracing::warn!(%error, "no connection could be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
