//! An identity provider on loopback that says whatever a test wants it to.

use crate::session::base64url;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

pub const CLIENT: &str = "yinxin";
pub const CODE: &str = "the code";

pub struct Op {
    pub issuer: String,
    state: Arc<Mutex<State>>,
}

/// Changes a token's header and claims before it is signed.
pub type Forge = fn(&mut Value, &mut Value);

pub struct State {
    pub issuer: String,
    /// Signs; its name is its `kid`.
    pub key: &'static str,
    /// Whose public halves can be fetched.
    pub published: Vec<&'static str>,
    keys: BTreeMap<&'static str, EcdsaKeyPair>,
    pub nonce: String,
    pub challenge: String,
    pub now_s: i64,
    /// Of the ID token.
    pub claims: Value,
    /// At the other place.
    pub user_info: Value,
    pub forge: Forge,
    /// Put in the place of the answer to a path.
    pub instead: BTreeMap<&'static str, Vec<u8>>,
    /// What discovery says besides.
    pub metadata: Value,
    pub asked: Vec<String>,
    pub down: bool,
}

impl Op {
    pub fn start(now_s: i64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let key = || EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let state = Arc::new(Mutex::new(State {
            issuer: issuer.clone(),
            key: "first",
            published: vec!["first"],
            keys: ["first", "second"].map(|name| (name, key())).into(),
            nonce: String::new(),
            challenge: String::new(),
            now_s,
            claims: json!({}),
            user_info: json!({ "sub": "person-1" }),
            forge: |_, _| (),
            instead: BTreeMap::new(),
            metadata: json!({}),
            asked: Vec::new(),
            down: false,
        }));
        let shared = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some((path, body)) = request(&mut stream) else { continue };
                let answer = shared.lock().unwrap().answer(&path, &body);
                let _ = stream.write_all(&answer);
            }
        });
        Self { issuer, state }
    }

    pub fn set(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl State {
    fn answer(&mut self, path: &str, body: &str) -> Vec<u8> {
        self.asked.push(path.to_owned());
        if self.down {
            return http("503 Service Unavailable", "text/plain", b"");
        }
        if let Some(instead) = self.instead.get(path) {
            return instead.clone();
        }
        let said = match path {
            "/.well-known/openid-configuration" => self.discovery(),
            "/jwks" => {
                json!({ "keys": self.published.iter().map(|name| self.jwk(name)).collect::<Vec<_>>() })
            }
            "/token" => match self.token(body) {
                Some(token) => token,
                None => return http("400 Bad Request", "application/json", br#"{"error":"invalid_grant"}"#),
            },
            "/me" => self.user_info.clone(),
            other => panic!("nobody asks for {other}"),
        };
        ok("application/json", said.to_string().as_bytes())
    }

    fn discovery(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.issuer);
        let mut said = json!({
            "issuer": self.issuer,
            "authorization_endpoint": at("/auth"),
            "token_endpoint": at("/token"),
            "userinfo_endpoint": at("/me"),
            "jwks_uri": at("/jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
        });
        merge(&mut said, &self.metadata);
        said
    }

    fn jwk(&self, name: &str) -> Value {
        let point = self.keys[name].public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": name, "x": base64url(x), "y": base64url(y) })
    }

    /// `None` where code or verifier are not those of the attempt.
    fn token(&self, body: &str) -> Option<Value> {
        let field = |name: &str| {
            let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
            pairs.filter(|(found, _)| *found == name).map(|(_, value)| value.to_owned()).next()
        };
        let verifier = field("code_verifier")?;
        let challenge = base64url(&yinxin_seal::sha256(verifier.as_bytes()));
        if field("code")? != CODE.replace(' ', "+") || challenge != self.challenge {
            return None;
        }
        Some(json!({ "access_token": "opaque", "token_type": "Bearer", "id_token": self.id_token() }))
    }

    fn id_token(&self) -> String {
        let mut header = json!({ "alg": "ES256", "kid": self.key });
        let mut claims = json!({
            "iss": self.issuer, "sub": "person-1", "aud": CLIENT, "nonce": self.nonce,
            "iat": self.now_s, "exp": self.now_s + 300,
        });
        merge(&mut claims, &self.claims);
        (self.forge)(&mut header, &mut claims);
        let part = |value: &Value| base64url(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = match header["alg"].as_str() {
            Some("none") => Vec::new(),
            Some("HS256") => {
                let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, b"secret");
                aws_lc_rs::hmac::sign(&key, signed.as_bytes()).as_ref().to_vec()
            }
            _ => self.keys[self.key].sign(&SystemRandom::new(), signed.as_bytes()).unwrap().as_ref().to_vec(),
        };
        format!("{signed}.{}", base64url(&signature))
    }
}

/// `null` takes a member away.
fn merge(into: &mut Value, from: &Value) {
    let into = into.as_object_mut().unwrap();
    for (name, value) in from.as_object().unwrap() {
        match value {
            Value::Null => into.remove(name),
            value => into.insert(name.clone(), value.clone()),
        };
    }
}

fn request(stream: &mut TcpStream) -> Option<(String, String)> {
    let (mut asked, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut piece).ok().filter(|read| *read > 0)?;
        asked.extend_from_slice(&piece[..read]);
        let Some(head) = asked.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4) else {
            continue;
        };
        let text = String::from_utf8_lossy(&asked[..head]).into_owned();
        let lower = text.to_lowercase();
        let length = lower.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
        let length = length.map_or(0, |length| length.trim().parse::<usize>().unwrap());
        if asked.len() >= head + length {
            let path = text.split(' ').nth(1)?.to_owned();
            return Some((path, String::from_utf8_lossy(&asked[head..]).into_owned()));
        }
    }
}

pub fn ok(kind: &str, body: &[u8]) -> Vec<u8> {
    http("200 OK", kind, body)
}

pub fn http(status: &str, kind: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}
