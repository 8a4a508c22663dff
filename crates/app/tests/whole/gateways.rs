//! The ways out of the house, before servers of this machine: short messages and proof of identity by HTTP, e-mail by SMTP.

use crate::fixture::{House, code};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;
use yinxin_app::account::{self, Begin, Proof};
use yinxin_app::session::{self, Session};
use yinxin_app::system::System;
use yinxin_model::DocumentType;
use yinxin_testkit::people::{People, Person};

/// A busy machine may let an answer wait; here nobody is late on purpose.
const PATIENT: &str = "timeout_ms = 60000\n";

/// Answers one request after the other with these, and says what was asked.
fn serve(answers: Vec<String>) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = std::thread::spawn(move || {
        let mut asked = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            asked.push(read_request(&stream));
            stream.write_all(answer.as_bytes()).unwrap();
        }
        asked
    });
    (port, served)
}

fn answer(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nlocation: http://127.0.0.1:1/\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn read_request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    head + &String::from_utf8(body).unwrap()
}

/// A mailbox that takes one message, and says what came.
fn take_mail() -> (u16, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let taken = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        stream.write_all(b"220 here\r\n").unwrap();
        let (mut all, mut data) = (String::new(), false);
        while let Some(Ok(line)) = lines.next() {
            all.push_str(&line);
            all.push('\n');
            let reply = match line.as_str() {
                "." => "250 taken\r\n",
                "DATA" => "354 go on\r\n",
                "QUIT" => break,
                _ if data => "",
                _ => "250 yes\r\n",
            };
            data = line == "DATA" || (data && line != ".");
            stream.write_all(reply.as_bytes()).unwrap();
        }
        let _ = stream.write_all(b"221 bye\r\n");
        all
    });
    (port, taken)
}

async fn with(house: &House, settings: &str) -> System {
    std::fs::write(house.path().join("yinxin.toml"), settings).unwrap();
    house.open().await.unwrap()
}

fn person(seed: u64) -> Person {
    People::new(8_000 + seed).with(DocumentType::ResidentId)
}

fn saying(person: &Person, contact: &str) -> Begin {
    Begin {
        name: person.name.clone(),
        document_type: "111".into(),
        document: person.document_number.clone(),
        contact: contact.into(),
    }
}

/// As far as the proof.
async fn registering(system: &System, person: &Person) -> Session {
    let sent = account::begin_registration(system, saying(person, "19900000900")).await.unwrap();
    let pending = account::pending_registration(system, &sent.challenge).await.unwrap().unwrap();
    let typed = pending.demo_code.unwrap();
    let token = account::confirm_registration(system, &sent.challenge, &typed, "Firefox").await.unwrap();
    let own = session::find(system, &token).await.unwrap().unwrap();
    account::set_password(system, &own, "一个很长很好记的密码").await.unwrap();
    session::find(system, &token).await.unwrap().unwrap()
}

pub async fn a_code_goes_by_http_and_a_refusal_is_told(house: House) {
    let answers = vec![answer("202 Accepted", ""), answer("500 Oh", ""), answer("302 Found", "")];
    let (port, served) = serve(answers);
    let settings = format!("[sms]\nkind = \"http\"\nurl = \"http://127.0.0.1:{port}/send\"\n{PATIENT}");
    let system = with(&house, &settings).await;
    let who = person(1);
    let sent = account::begin_registration(&system, saying(&who, "19900000901")).await.unwrap();
    let typed =
        account::pending_registration(&system, &sent.challenge).await.unwrap().unwrap().demo_code.unwrap();
    for refused in ["19900000902", "19900000903"] {
        let begun = account::begin_registration(&system, saying(&who, refused)).await;
        assert_eq!(code(begun), "message_not_sent", "a redirect is none of ours either");
    }
    let asked = served.join().unwrap();
    assert!(asked[0].starts_with("POST /send HTTP/1.1"));
    assert!(asked[0].contains("\"to\":\"+8619900000901\"") && asked[0].contains(&typed), "{}", asked[0]);
    let gone = account::begin_registration(&system, saying(&who, "19900000904")).await;
    assert_eq!(code(gone), "message_not_sent", "nobody listens any more");
    house.leave().await;
}

pub async fn who_proves_says_yes_no_or_nothing(house: House) {
    let answers = vec![
        answer("503 Busy", ""),
        answer("200 OK", "{\"result\":\"unavailable\"}"),
        answer("200 OK", &"x".repeat(5_000)),
        answer("200 OK", "{\"result\":\"not_matched\"}"),
        answer("200 OK", "{\"result\":\"matched\"}"),
    ];
    let (port, served) = serve(answers);
    let url = format!("http://127.0.0.1:{port}/prove");
    let settings = format!("[identity]\nkind = \"http\"\nname = \"tester\"\nurl = \"{url}\"\n{PATIENT}");
    let system = with(&house, &settings).await;
    let who = person(2);
    let own = registering(&system, &who).await;
    for _ in 0..3 {
        let proved = account::prove(&system, &own).await;
        assert_eq!(code(proved), "identity_proof_unavailable");
        assert!(account::registering(&system, &own).await.unwrap().is_some(), "the registration is kept");
    }
    assert!(matches!(account::prove(&system, &own).await.unwrap(), Proof::NotMatched));
    assert!(matches!(account::prove(&system, &own).await.unwrap(), Proof::Admitted { renamed: false, .. }));
    let asked = served.join().unwrap();
    let said = asked.last().unwrap();
    for part in [who.name.as_str(), &who.document_number, "\"document_type\":\"111\"", "+8619900000900"] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    house.leave().await;
}

pub async fn a_mail_has_one_recipient_and_our_headers(house: House) {
    let (port, taken) = take_mail();
    let settings = format!(
        "[mail]\nkind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\nfrom = \"印信 <no-reply@example.org>\"\n{PATIENT}"
    );
    let system = with(&house, &settings).await;
    account::begin_registration(&system, saying(&person(3), "Wang.Wei@Example.com")).await.unwrap();
    let mail = taken.join().unwrap();
    assert!(mail.contains("RCPT TO:<Wang.Wei@example.com>"), "{mail}");
    assert_eq!(mail.matches("RCPT TO").count(), 1);
    assert!(mail.contains("MAIL FROM:<no-reply@example.org>"));
    assert!(mail.contains("To: Wang.Wei@example.com") && mail.contains("Content-Type: text/plain"));
    house.leave().await;
}

pub async fn what_is_for_demos_serves_nobody_else(house: House) {
    let mistakes = [
        ("[sms]\nkind = \"http\"\nurl = \"http://sms.example/\"", "https"),
        ("[identity]\nkind = \"http\"\nurl = \"https://user:secret@id.example/\"", "_env names"),
        (
            "[mail]\nkind = \"smtp\"\nhost = \"mail.example\"\nfrom = \"a@example.org\"\ntls = \"none\"",
            "this machine",
        ),
    ];
    for (settings, expected) in mistakes {
        std::fs::write(house.path().join("yinxin.toml"), settings).unwrap();
        let Err(error) = house.open().await else { panic!("{settings} was taken") };
        assert_eq!(error.code, "config_invalid");
        let reason = &error.details["reason"];
        assert!(reason.contains(expected) && !reason.contains("secret"), "{reason}");
    }
    let system = with(&house, "[sms]\nkind = \"none\"\n[identity]\nkind = \"none\"").await;
    let refused = account::begin_registration(&system, saying(&person(4), "19900000905")).await;
    assert_eq!(code(refused), "sms_not_set_up");
    house.leave().await;
}
