//! The client against an authority behind a small HTTP server on loopback.

use super::client::Client;
use crate::config::{ImprintKind, StampServer, Timestamp};
use crate::home::Home;
use crate::init;
use crate::system::{System, World};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use yinxin_seal::tsp::{Imprint, Request};
use yinxin_testkit::{FixedClock, SeededEntropy, temp_dir};

/// What an authority answers to a request.
type Answer = Box<dyn Fn(&[u8]) -> Vec<u8> + Send>;

/// Answers one request after the other: each by the function that stands for it. Ends with the last.
fn serve(answers: Vec<Answer>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/tsr", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut asked, mut piece) = (Vec::new(), [0; 4096]);
            let body = loop {
                let read = stream.read(&mut piece).unwrap();
                assert!(read > 0, "the client went away");
                asked.extend_from_slice(&piece[..read]);
                let head = asked.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4);
                let Some(head) = head else { continue };
                let text = String::from_utf8_lossy(&asked[..head]).to_lowercase();
                let length = text.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
                if asked.len() >= head + length.unwrap().trim().parse::<usize>().unwrap() {
                    assert!(text.contains("content-type: application/timestamp-query"));
                    break asked[head..].to_vec();
                }
            };
            let _ = stream.write_all(&answer(&body));
        }
    });
    url
}

fn http(kind: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn reply(body: &[u8]) -> Vec<u8> {
    http("application/timestamp-reply", body)
}

#[tokio::test]
async fn an_answer_is_taken_only_when_it_holds_and_others_are_asked() {
    let dir = temp_dir("tsa");
    let clock = Arc::new(FixedClock::on("2026-03-01"));
    let world = World { clock, entropy: Arc::new(SeededEntropy::new(7)), shifted: false };
    let home = Home::new(dir.path());
    init::init(&home, init::Request { production: false, operator: None, database: None }, &world)
        .await
        .unwrap();
    let system = System::open(home, None, world).await.unwrap();
    let kind = ImprintKind::Sha256;
    let Some(super::Stamper::Demo { responder, .. }) = super::Stamper::load(&system, kind).unwrap() else {
        panic!("a demo has an authority of its own")
    };
    let trust = crate::trust::load(&system.home, None).unwrap();
    let now = system.now().0;
    let serial = [0x41; 16];
    let (honest, replaying, late) = (responder.clone(), responder.clone(), responder.clone());
    let url = serve(vec![
        Box::new(|_| {
            b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec()
        }),
        Box::new(|_| http("text/html", b"<html>")),
        Box::new(|_| reply(&vec![0x30; 70_000])),
        Box::new(|_| reply(b"\x30\x00")),
        // Good, and over what somebody else asked.
        Box::new(move |_| {
            let other = Request { imprint: Imprint::Sha256([1; 32]), policy: None, nonce: [2; 16] };
            reply(&replaying.respond(&other.to_der().unwrap(), &serial, now).unwrap())
        }),
        Box::new(move |asked| reply(&late.respond(asked, &serial, now - 3_600_000).unwrap())),
        Box::new(move |asked| reply(&honest.respond(asked, &serial, now).unwrap())),
    ]);
    let server = |url: String| StampServer { url, ..StampServer::default() };
    // One for packages is not asked about PDFs. Nobody listens at the next address: each round goes on to the last.
    let national = StampServer { imprint: ImprintKind::Sm3, ..server(url.clone()) };
    let servers = vec![national, server("http://127.0.0.1:1/".to_owned()), server(url)];
    let imprint = Imprint::Sha256([9; 32]);
    let judge = |token: &_, now| yinxin_seal::stamp_problem(token, &imprint, &trust, now);
    let reasons = [
        "http_status",
        "content_type",
        "too_large",
        "unreadable",
        "answer_to_another_question",
        "time_stamp_clock_differs",
    ];
    let settings = Timestamp { servers, retries: 0, timeout_ms: 60_000, ..Timestamp::default() };
    let client = Client::new(&settings, kind).unwrap();
    for reason in reasons {
        let refused = client.stamp(&imprint, &system, &judge).await.unwrap_err();
        assert_eq!((refused.code, refused.details["reason"].as_str()), ("time_stamp_unavailable", reason));
    }
    let token = client.stamp(&imprint, &system, &judge).await.unwrap();
    assert!(token.info().is_over(&imprint));
}

/// Sends back what one request began with.
fn listen() -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = [0; 4096];
        let read = stream.read(&mut asked).unwrap();
        tell.send(String::from_utf8_lossy(&asked[..read]).into_owned()).unwrap();
        let _ = stream.write_all(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    });
    (host, told)
}

#[tokio::test]
async fn an_authority_learns_who_asks_and_nobody_else_a_secret() {
    let dir = temp_dir("tsa");
    let clock = Arc::new(FixedClock::on("2026-03-01"));
    let world = World { clock, entropy: Arc::new(SeededEntropy::new(7)), shifted: false };
    let home = Home::new(dir.path());
    init::init(&home, init::Request { production: true, operator: None, database: None }, &world)
        .await
        .unwrap();
    let system = System::open(home, None, world).await.unwrap();
    let (host, told) = listen();
    let asked = async |password_env: &str| {
        let server = StampServer {
            url: format!("http://{host}/tsr?key=hidden"),
            user: "yinxin".into(),
            password_env: password_env.into(),
            ..StampServer::default()
        };
        let settings =
            Timestamp { servers: vec![server], retries: 0, timeout_ms: 60_000, ..Timestamp::default() };
        let client = Client::new(&settings, ImprintKind::Sha256).unwrap();
        let imprint = Imprint::Sha256([9; 32]);
        let refused = client.stamp(&imprint, &system, &|_, _| None).await.unwrap_err();
        assert_eq!(refused.details["server"], host, "the address may hold a key");
        refused.details["reason"].clone()
    };
    assert_eq!(asked("YINXIN_NO_SUCH_PASSWORD").await, "password_missing");
    // A variable that cargo sets for every test.
    assert_eq!(asked("CARGO_PKG_NAME").await, "http_status");
    let head = told.recv().unwrap().to_lowercase();
    assert!(head.contains("authorization: basic eWlueGluOnlpbnhpbi1hcHA=".to_lowercase().as_str()), "{head}");
}
