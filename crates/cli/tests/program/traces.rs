//! Traces as a collector gets them: what a request took its time for, and nothing of anybody.

use crate::run::{Demo, people, program};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const TOKEN: &str = "0123456789ABCDEFGHJKMNPQRS";

/// Listens for as long as the test runs, and keeps what comes.
#[derive(Clone)]
struct Collector {
    port: u16,
    bodies: Arc<Mutex<Vec<String>>>,
}

impl Collector {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let collector = Self { port: listener.local_addr().unwrap().port(), bodies: Arc::default() };
        let bodies = collector.bodies.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.unwrap());
                // One that was given up half way brought nothing.
                let Ok(body) = read(&mut stream) else { continue };
                bodies.lock().unwrap().push(body);
                let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
                let _ = stream.get_mut().write_all(answer.as_bytes());
            }
        });
        collector
    }

    fn text(&self) -> String {
        self.bodies.lock().unwrap().concat()
    }

    fn spans(&self) -> Vec<Value> {
        let bodies = self.bodies.lock().unwrap();
        let read = |body: &String| serde_json::from_str::<Value>(body).unwrap();
        let each = |value: &Value, name: &str| value[name].as_array().unwrap().clone();
        let resources = bodies.iter().map(read).flat_map(move |body| each(&body, "resourceSpans"));
        let scopes = resources.flat_map(move |resource| each(&resource, "scopeSpans"));
        scopes.flat_map(move |scope| each(&scope, "spans")).collect()
    }
}

/// The body of one request.
fn read(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(String::from_utf8(body).unwrap())
}

/// Serves, is asked `requests`, and ends in order; what was answered, and what it logged.
fn served(demo: &Demo, requests: &[String]) -> (Vec<String>, String) {
    let arguments = demo.arguments(&["serve", "--listen", "127.0.0.1:0"]);
    let mut serve = program();
    serve.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut serve = serve.spawn().unwrap();
    let mut told = BufReader::new(serve.stdout.take().unwrap());
    let mut line = String::new();
    told.read_line(&mut line).unwrap();
    let listening: Value = serde_json::from_str(&line).unwrap();
    let address = listening["listening"].as_str().unwrap().trim_start_matches("http://").to_owned();
    let ask = |request: &String| {
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let answers = requests.iter().map(ask).collect();
    assert!(Command::new("kill").arg(serve.id().to_string()).status().unwrap().success());
    let ended = serve.wait_with_output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    (answers, String::from_utf8_lossy(&ended.stderr).into_owned())
}

/// What a collector got of these requests, and what was answered. On a busy machine the collector may be given up: once more.
fn collected(demo: &Demo, proxies: &str, requests: &[String]) -> (Collector, Vec<String>) {
    let mut tries = 0;
    loop {
        let collector = Collector::new();
        settings(demo, collector.port, proxies);
        let (answers, log) = served(demo, requests);
        tries += 1;
        let lost = ["traces are lost", "traces were not sent"].iter().any(|said| log.contains(said));
        if !lost || tries == 3 {
            return (collector, answers);
        }
    }
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\ntraceparent: {PARENT}\r\n\r\n")
}

fn settings(demo: &Demo, port: u16, trusted: &str) {
    let text = format!(
        "[telemetry]\notlp = \"http://127.0.0.1:{port}\"\n[server]\ntrusted_proxies = [{trusted}]\n[pow]\nrequired = false\n"
    );
    std::fs::write(demo.data().join("yinxin.toml"), text).unwrap();
}

#[test]
fn a_collector_gets_where_the_time_went_and_nothing_of_anybody() {
    let demo = Demo::new();
    let holder = &demo.holders(people(97, 1))[0];
    let form = format!("name={}&query-number=AAAABBBBCCCC", holder.person.name);
    let post = format!(
        "POST /verify/number HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: application/json\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let secret = format!("/v/{TOKEN}?from={}", holder.number);
    let (collector, answers) = collected(&demo, "\"127.0.0.1/32\"", &[get("/help"), post, get(&secret)]);
    assert!(answers.iter().all(|answer| answer.starts_with("HTTP/1.1 200")), "{answers:?}");

    let spans = collector.spans();
    let named = |name: &str| spans.iter().filter(|span| span["name"] == name).collect::<Vec<_>>();
    for name in ["GET /help", "POST /verify/number", "GET /v/{token}"] {
        let found = named(name);
        assert_eq!(found.len(), 1, "{name}: {spans:?}");
        assert_eq!(found[0]["kind"], 2, "a server's");
        let below = |span: &&Value| span["parentSpanId"] == found[0]["spanId"];
        assert!(spans.iter().any(|span| below(&span)), "{name} tells where its time went");
    }
    let help = named("GET /help")[0];
    assert_eq!(help["traceId"], "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(help["parentSpanId"], "b7ad6b7169203331");
    let attribute = |name: &str| {
        let found = help["attributes"].as_array().unwrap().iter().find(|one| one["key"] == name);
        found.map_or(Value::Null, |found| found["value"].clone())
    };
    assert_eq!(attribute("http.response.status_code")["intValue"].to_string().trim_matches('"'), "200");
    let id = attribute("yinxin.request_id")["stringValue"].as_str().unwrap().to_owned();
    assert!(answers[0].contains(&format!("x-request-id: {id}")), "{id}: {}", answers[0]);
    assert!(named("wait for a place").len() >= 2 && !named("read the database").is_empty());
    let begins = |span: &&Value| span["parentSpanId"] == "" && span["kind"] != 2;
    assert_eq!(spans.iter().find(begins), None, "what is done behind requests begins no trace");
    let text = collector.text();
    for what in [&holder.person.name, &holder.number, TOKEN, "AAAABBBBCCCC", "127.0.0.1"] {
        assert!(!text.contains(what), "{what} in {text}");
    }

    // Whoever is not trusted begins a trace of his own; a collector that is not there is no request's trouble.
    let (other, _) = collected(&demo, "", &[get("/help")]);
    let spans = other.spans();
    let help = spans.iter().find(|span| span["name"] == "GET /help").unwrap();
    assert_ne!(help["traceId"], "0af7651916cd43dd8448eb211c80319c");
    settings(&demo, 9, "");
    let (answers, log) = served(&demo, &[get("/help"), get("/help")]);
    assert!(answers.iter().all(|answer| answer.starts_with("HTTP/1.1 200")), "{answers:?}");
    assert_eq!(log.matches("traces are lost").count(), 1, "{log}");
}
