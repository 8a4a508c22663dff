//! The ways out: a file for each message (demo), an HTTP gateway for short messages, SMTP for e-mail. Their contracts
//! stand in docs/GATEWAYS.md. A secret comes from the environment and is never spoken of.

use super::{Contact, Message, mailbox};
use crate::config::{MailConfig, MailKind, MailTls, SmsConfig, SmsKind};
use crate::error::{Error, Result};
use crate::home::{self, Secrecy};
use crate::outside;
use crate::system::System;
use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use reqwest::Url;
use serde_json::json;
use std::time::Duration;
use yinxin_model::Id;
use zeroize::Zeroizing;

pub(crate) struct Gateways {
    sms: Sms,
    mail: Mail,
}

enum Sms {
    File,
    Http { http: reqwest::Client, url: Url, token: Option<Zeroizing<String>> },
    None,
}

enum Mail {
    File,
    Smtp(Box<Smtp>),
    None,
}

struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Gateways {
    pub(crate) fn new(system: &System) -> Result<Self> {
        let demo = system.instance.demo;
        Ok(Self { sms: Sms::new(&system.config.sms, demo)?, mail: Mail::new(&system.config.mail, demo)? })
    }

    pub(super) async fn send(&self, system: &System, contact: &Contact, message: &Message) -> Result<()> {
        let id = Id::new(system.now(), system.entropy());
        match (contact, &self.sms, &self.mail) {
            (Contact::Phone(to), Sms::File, _) | (Contact::Mail(to), _, Mail::File) => {
                write(system, &id, to, message)
            }
            (Contact::Phone(to), Sms::Http { http, url, token }, _) => {
                let body = json!({ "id": id.to_string(), "to": to, "text": message.text });
                post(http, url, token.as_ref(), &body).await
            }
            (Contact::Mail(to), _, Mail::Smtp(smtp)) => {
                let refused =
                    |reason: &'static str| Error::unavailable("message_not_sent").with("reason", reason);
                let to = mailbox(to).ok_or_else(|| refused("address"))?;
                let built = lettre::Message::builder()
                    .from(smtp.from.clone())
                    .to(to)
                    .subject(one_line(&message.subject))
                    .message_id(Some(format!("<{id}@{}>", smtp.from.email.domain())))
                    .header(ContentType::TEXT_PLAIN)
                    .body(message.text.clone());
                let mail = built.map_err(|error| refused("message").because(error))?;
                smtp.transport.send(mail).await.map(|_| ()).map_err(|error| refused("smtp").because(error))
            }
            (Contact::Phone(_), Sms::None, _) => Err(Error::unavailable("sms_not_set_up")),
            (Contact::Mail(_), _, Mail::None) => Err(Error::unavailable("mail_not_set_up")),
        }
    }
}

impl Sms {
    fn new(config: &SmsConfig, demo: bool) -> Result<Self> {
        match config.kind.unwrap_or(if demo { SmsKind::File } else { SmsKind::None }) {
            SmsKind::File if demo => Ok(Self::File),
            SmsKind::File => Err(Error::conflict("gateway_is_for_demos").with("gateway", "sms")),
            SmsKind::None => Ok(Self::None),
            SmsKind::Http => {
                let url = Url::parse(&config.url)
                    .map_err(|_| Error::invalid("config_invalid").with("reason", "sms.url"))?;
                Ok(Self::Http { http: client(config.timeout_ms)?, url, token: secret(&config.token_env) })
            }
        }
    }
}

impl Mail {
    fn new(config: &MailConfig, demo: bool) -> Result<Self> {
        match config.kind.unwrap_or(if demo { MailKind::File } else { MailKind::None }) {
            MailKind::File if demo => Ok(Self::File),
            MailKind::File => Err(Error::conflict("gateway_is_for_demos").with("gateway", "mail")),
            MailKind::None => Ok(Self::None),
            MailKind::Smtp => {
                let invalid = |reason: &'static str| Error::invalid("config_invalid").with("reason", reason);
                let from = mailbox(&config.from).ok_or_else(|| invalid("mail.from"))?;
                let parameters =
                    || TlsParameters::new_rustls(config.host.clone()).map_err(|_| invalid("mail.host"));
                let tls = match config.tls {
                    MailTls::Starttls => Tls::Required(parameters()?),
                    MailTls::Tls => Tls::Wrapper(parameters()?),
                    MailTls::None => Tls::None,
                };
                let mut transport =
                    AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(config.host.clone())
                        .port(config.port)
                        .timeout(Some(Duration::from_millis(config.timeout_ms)))
                        .tls(tls);
                if !config.user.is_empty() {
                    let password =
                        secret(&config.password_env).ok_or_else(|| invalid("mail.password_env"))?;
                    transport =
                        transport.credentials(Credentials::new(config.user.clone(), password.to_string()));
                }
                Ok(Self::Smtp(Box::new(Smtp { transport: transport.build(), from })))
            }
        }
    }
}

pub(crate) fn client(timeout_ms: u64) -> Result<reqwest::Client> {
    outside::client(timeout_ms).map_err(|error| Error::internal("internal").because(error))
}

/// `None`: not named, or not there.
pub(crate) fn secret(name: &str) -> Option<Zeroizing<String>> {
    if name.is_empty() { None } else { std::env::var(name).ok().map(Zeroizing::new) }
}

async fn post(
    http: &reqwest::Client,
    url: &Url,
    token: Option<&Zeroizing<String>>,
    body: &serde_json::Value,
) -> Result<()> {
    let refused = |reason: &'static str| Error::unavailable("message_not_sent").with("reason", reason);
    let mut request = http
        .post(url.clone())
        .header(reqwest::header::CONTENT_TYPE, "application/json")
        .body(body.to_string());
    if let Some(token) = token {
        request = request.bearer_auth(token.as_str());
    }
    // The source would repeat the address, and with it perhaps a key.
    let response = request.send().await.map_err(|error| refused(reason(&error)))?;
    if response.status().is_success() { Ok(()) } else { Err(refused("http_status")) }
}

pub(crate) fn reason(error: &reqwest::Error) -> &'static str {
    match error {
        error if error.is_timeout() => "timeout",
        error if error.is_connect() => "no_connection",
        _ => "no_answer",
    }
}

/// `DATA/outbox/<id>.txt`: names sort by time.
fn write(system: &System, id: &Id, to: &str, message: &Message) -> Result<()> {
    let path = system.home.outbox()?.join(format!("{id}.txt"));
    let text = format!("To: {to}\nSubject: {}\n\n{}\n", one_line(&message.subject), message.text);
    home::replace(&path, text.as_bytes(), Secrecy::OwnerOnly)
}

/// A line of a header, whatever a text holds.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
