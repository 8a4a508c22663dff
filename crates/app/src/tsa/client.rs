//! Asking time stamp authorities over HTTP (RFC 3161 §3.4): one after the other, again after a pause, and no answer
//! is taken that does not hold.

use crate::config::{ImprintKind, StampServer, Timestamp};
use crate::error::{Error, Result};
use crate::outside;
use crate::system::System;
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use std::time::Duration;
use yinxin_model::Instant;
use yinxin_model::ports::random;
use yinxin_seal::tsp::{self, Answer, Imprint, Request, Token};
use zeroize::Zeroizing;

const QUERY: &str = "application/timestamp-query";
const REPLY: &str = "application/timestamp-reply";
/// Before the second round; doubled before each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

pub struct Client {
    http: reqwest::Client,
    servers: Vec<Server>,
    retries: u32,
    room: usize,
}

struct Server {
    url: Url,
    /// All that is said of it, in logs and to callers: what follows in the address may be a key.
    host: String,
    policy: Option<String>,
    login: Option<Login>,
}

struct Login {
    user: String,
    /// `None`: the environment does not hold it.
    password: Option<Zeroizing<String>>,
}

/// Why a token is not taken; `None` where nothing is against it.
type Judge<'a> = &'a (dyn Fn(&Token, Instant) -> Option<&'static str> + Sync);

impl Client {
    /// Asks those of the settings' authorities that are for this kind.
    pub fn new(config: &Timestamp, kind: ImprintKind) -> Result<Self> {
        let http = outside::client(config.timeout_ms)
            .map_err(|e| Error::internal("time_stamp_client_failed").because(e))?;
        let servers = config.servers.iter().filter(|server| server.imprint == kind);
        let servers = servers.map(Server::new).collect::<Result<_>>()?;
        Ok(Self { http, servers, retries: config.retries, room: config.room })
    }

    pub fn room(&self) -> usize {
        self.room
    }

    /// The first good answer. With none, the last server's reason is told: nothing was changed, and later it may work.
    pub async fn stamp(&self, imprint: &Imprint, system: &System, judge: Judge<'_>) -> Result<Token> {
        let mut pause = FIRST_PAUSE;
        let mut last = None;
        for round in 0..=self.retries {
            if round > 0 {
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            for server in &self.servers {
                match self.ask(server, imprint, system, judge).await {
                    Ok(token) => return Ok(token),
                    Err(reason) => {
                        tracing::warn!(server = server.host, reason, "no time stamp");
                        last = Some((server, reason));
                    }
                }
            }
        }
        let unavailable = Error::unavailable("time_stamp_unavailable");
        Err(match last {
            Some((server, reason)) => unavailable.with("server", &server.host).with("reason", reason),
            None => unavailable,
        })
    }

    async fn ask(
        &self,
        server: &Server,
        imprint: &Imprint,
        system: &System,
        judge: Judge<'_>,
    ) -> std::result::Result<Token, &'static str> {
        let asked =
            Request { imprint: *imprint, policy: server.policy.clone(), nonce: random(system.entropy()) };
        let body = asked.to_der().map_err(|_| "policy_unusable")?;
        let mut request = self.http.post(server.url.clone()).header(CONTENT_TYPE, QUERY).body(body);
        if let Some(login) = &server.login {
            let password = login.password.as_ref().ok_or("password_missing")?;
            request = request.basic_auth(&login.user, Some(password.as_str()));
        }
        let response = request.send().await.map_err(|error| match error {
            error if error.is_timeout() => "timeout",
            error if error.is_connect() => "no_connection",
            _ => "no_answer",
        })?;
        if response.status() != reqwest::StatusCode::OK {
            return Err("http_status");
        }
        let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if kind.and_then(|kind| kind.split(';').next()).map(str::trim) != Some(REPLY) {
            return Err("content_type");
        }
        let token = match tsp::answer(&bounded(response).await?).map_err(|_| "unreadable")? {
            Answer::Granted(token) => token,
            Answer::Refused { status, text } => {
                tracing::warn!(server = server.host, status, text, "a time stamp was refused");
                return Err("refused");
            }
        };
        if !asked.is_answered_by(&token) {
            return Err("answer_to_another_question");
        }
        if token.normal(&[]).map_err(|_| "unsupported")?.len() > self.room {
            return Err("larger_than_room");
        }
        match judge(&token, system.now()) {
            None => Ok(*token),
            Some(problem) => Err(problem),
        }
    }
}

impl Server {
    fn new(config: &StampServer) -> Result<Self> {
        let unusable = || Error::invalid("config_invalid").with("reason", "timestamp.servers: url");
        let url = Url::parse(&config.url).map_err(|e| unusable().because(e))?;
        let host = url.host_str().unwrap_or_default();
        let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let login = (!config.user.is_empty()).then(|| Login {
            user: config.user.clone(),
            password: std::env::var(&config.password_env).ok().map(Zeroizing::new),
        });
        Ok(Self { url, host, policy: config.policy.clone(), login })
    }
}

async fn bounded(mut response: reqwest::Response) -> std::result::Result<Vec<u8>, &'static str> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| "no_answer")? {
        if body.len() + chunk.len() > tsp::MAX_RESPONSE {
            return Err("too_large");
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
