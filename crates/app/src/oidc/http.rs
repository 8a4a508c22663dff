//! How the provider is asked: within a time, up to a size, at addresses that are safe, and where it sends us on we do not
//! follow.

use super::OidcConfig;
use super::config::{is_loopback, may_be_asked};
use crate::outside;
use openidconnect::http::{HeaderValue, Response, header};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::Url;
use std::pin::Pin;

/// Bytes of one answer. A provider's list of everything it can do has about 6,000.
const LARGEST: usize = 256 * 1024;

pub(super) struct Http {
    client: reqwest::Client,
    local: bool,
}

/// Why there is no answer; says nothing of what was asked.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NoAnswer(pub(super) &'static str);

impl Http {
    pub(super) fn new(config: &OidcConfig) -> Result<Self, reqwest::Error> {
        let client = outside::client(config.timeout_ms)?;
        Ok(Self { client, local: Url::parse(&config.issuer).is_ok_and(|url| is_loopback(&url)) })
    }

    /// An address that the provider named, for us or for browsers.
    pub(super) fn allows(&self, url: &Url) -> bool {
        may_be_asked(url, self.local)
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let (parts, body) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string()).ok().filter(|url| self.allows(url));
        let url = url.ok_or(NoAnswer("address_not_allowed"))?;
        let sent = self.client.request(parts.method, url).headers(parts.headers).body(body).send().await;
        let mut answer = sent.map_err(|error| match error {
            error if error.is_timeout() => NoAnswer("timeout"),
            error if error.is_connect() => NoAnswer("no_connection"),
            _ => NoAnswer("no_answer"),
        })?;
        let mut bytes = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(|_| NoAnswer("no_answer"))? {
            if bytes.len() + piece.len() > LARGEST {
                return Err(NoAnswer("too_large"));
            }
            bytes.extend_from_slice(&piece);
        }
        let mut response = Response::new(bytes);
        *response.status_mut() = answer.status();
        let kind: Option<&HeaderValue> = answer.headers().get(header::CONTENT_TYPE);
        if let Some(kind) = kind {
            response.headers_mut().insert(header::CONTENT_TYPE, kind.clone());
        }
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = NoAnswer;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, NoAnswer>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}
