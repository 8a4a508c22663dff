//! The server itself, over a socket of this machine: health and figures beside the portal, what is no HTTP, and an end
//! that finishes what it began.

use crate::site::{Site, tick};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Method, Request, header};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tower::ServiceExt;
use yinxin_web::{Front, Options, Portal, serve};

/// Sends `request` as it is and reads to the end.
async fn say(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A connection that was cut has said what it had to say.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

async fn get(address: SocketAddr, path: &str) -> String {
    say(address, &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_serves_tells_how_it_is_and_ends_in_order() {
    let site = Site::new().await;
    let (stop, stopped) = oneshot::channel::<()>();
    let (ready, is_ready) = oneshot::channel();
    let here: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let options = Options {
        listen: here,
        metrics_listen: Some(here),
        tick,
        ready: Box::new(|listening| ready.send(listening).unwrap()),
        stop: Box::pin(async { drop(stopped.await) }),
    };
    let server = tokio::spawn(serve(site.system.clone(), options));
    let listening = is_ready.await.unwrap();
    let (portal, private) = (listening.portal, listening.metrics.unwrap());

    assert!(get(portal, "/").await.starts_with("HTTP/1.1 200"));
    assert!(get(private, "/livez").await.ends_with("alive\n"));
    let ready = get(private, "/readyz").await;
    assert!(ready.starts_with("HTTP/1.1 200") && ready.contains("\"check\": \"seals\""), "{ready}");
    let figures = get(private, "/metrics").await;
    // One recorder serves the process: other tests' requests are counted too.
    for figure in [
        "yinxin_requests_total{route=\"/\",method=\"GET\",status=\"200\"} ",
        "yinxin_request_seconds_bucket{route=\"/\",le=\"+Inf\"} ",
    ] {
        let count = figures.lines().find_map(|line| line.strip_prefix(figure));
        assert!(count.is_some_and(|count| count.parse::<u64>().unwrap() >= 1), "{figure}\n{figures}");
    }
    for figure in ["yinxin_certificates_online 0", "yinxin_copies_waiting 0"] {
        assert!(figures.contains(figure), "{figure}\n{figures}");
    }
    assert!(get(portal, "/metrics").await.starts_with("HTTP/1.1 404"), "not for the public");

    for (request, status) in [
        // Two lengths, and a length beside chunks: where one request ends would depend on who reads it.
        ("POST /display HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd", "400"),
        ("NONSENSE\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost : x\r\n\r\n", "400"),
    ] {
        let answer = say(portal, request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{request:?}: {answer}");
    }
    let head = format!("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "a".repeat(200_000));
    let answer = say(portal, &head).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");

    // A request that is on its way when the end comes is answered.
    let mut late = TcpStream::connect(portal).await.unwrap();
    let head = "POST /display HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 6\r\n\r\n";
    late.write_all(head.as_bytes()).await.unwrap();
    // Asked for the body, it knows that the request is being served.
    let go_on = b"HTTP/1.1 100 Continue\r\n\r\n";
    let mut said = vec![0; go_on.len()];
    late.read_exact(&mut said).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&said), String::from_utf8_lossy(go_on));
    late.write_all(b"size").await.unwrap();
    stop.send(()).unwrap();
    late.write_all(b"=e").await.unwrap();
    let mut answer = String::new();
    late.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    server.await.unwrap().unwrap();
    // A test beside this one may be given the port for a while.
    let mut tries = 0;
    while TcpStream::connect(portal).await.is_ok() {
        tries += 1;
        assert!(tries < 100, "somebody still listens");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// More of those who send slowly than there are places: everybody else is answered at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_sends_slowly_keeps_nobody_out() {
    let mut site = Site::with_settings("[server]\nconcurrent_requests = 3\n").await;
    site.router = Router::new().fallback_service(Front::new(Portal::new(site.system.clone(), tick)));
    let form = "application/x-www-form-urlencoded";
    let slow = ["/login", "/verify/fields", "/verify/file", "/verify/number"];
    let (begun, mut waits) = tokio::sync::mpsc::unbounded_channel();
    for path in slow.iter().flat_map(|path| [path; 4]) {
        let begun = begun.clone();
        let body = Body::from_stream(futures_util::stream::poll_fn(move |_| {
            let _ = begun.send(());
            std::task::Poll::<Option<std::io::Result<Bytes>>>::Pending
        }));
        let mut request =
            Request::builder().method(Method::POST).uri(*path).header(header::HOST, "127.0.0.1");
        request = request.header(header::CONTENT_TYPE, form);
        if *path == "/verify/number" {
            request = request.header(header::ACCEPT, "application/json");
        }
        tokio::spawn(site.router.clone().oneshot(request.body(body).unwrap()));
    }
    for _ in 0..16 {
        waits.recv().await.unwrap();
    }
    for path in ["/login", "/verify", "/verify/number"] {
        site.get(path).await.is(200);
    }
    let asked = [("name", "王小明"), ("query-number", "AAAABBBBCCCC")];
    site.headers.push(("accept", "application/json".into()));
    site.post("/verify/number", &asked).await.is(422).says("proof_missing");
}
