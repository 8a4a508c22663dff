//! Whether somebody is who he says. Knowing a name and a number proves nothing; a back end does, and what is kept is
//! that it did, its name, and when.
//!
//! Back ends: `demo` proves people who do not exist; `http` asks a real-name gateway (docs/GATEWAYS.md); with `oidc` a
//! registrant goes to the outside identity provider, whose claims must be what he said here
//! ([`crate::account::prove_elsewhere`]).

use crate::config::{IdentityConfig, IdentityKind};
use crate::contact::{Contact, client, reason, secret};
use crate::error::{Error, Result};
use crate::system::System;
use reqwest::Url;
use serde::Deserialize;
use serde_json::json;
use yinxin_model::person::typed_name;
use yinxin_model::{DocumentType, Identity};
use zeroize::Zeroizing;

/// An answer is a few words.
const LONGEST_ANSWER: usize = 4_096;

pub(crate) enum IdentityProof {
    Demo,
    Http {
        http: reqwest::Client,
        url: Url,
        token: Option<Zeroizing<String>>,
        name: String,
    },
    /// By claims of the identity provider that `[oidc]` names, to which people go themselves.
    Elsewhere,
    None,
}

/// What the back end says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Proved {
    /// By whom.
    By(String),
    /// Name, number and telephone do not belong together.
    Not,
}

#[derive(Deserialize)]
struct Answer {
    result: String,
}

impl IdentityProof {
    pub(crate) fn new(config: &IdentityConfig, demo: bool) -> Result<Self> {
        match config.kind.unwrap_or(if demo { IdentityKind::Demo } else { IdentityKind::None }) {
            IdentityKind::Demo if demo => Ok(Self::Demo),
            IdentityKind::Demo => Err(Error::conflict("gateway_is_for_demos").with("gateway", "identity")),
            IdentityKind::None => Ok(Self::None),
            IdentityKind::Oidc => Ok(Self::Elsewhere),
            IdentityKind::Http => {
                let url = Url::parse(&config.url)
                    .map_err(|_| Error::invalid("config_invalid").with("reason", "identity.url"))?;
                let (http, token) = (client(config.timeout_ms)?, secret(&config.token_env));
                Ok(Self::Http { http, url, token, name: config.name.clone() })
            }
        }
    }

    /// `Unavailable`: nobody can say now.
    pub(crate) async fn prove(
        &self,
        system: &System,
        identity: &Identity,
        contact: &Contact,
    ) -> Result<Proved> {
        match self {
            Self::Demo if is_synthetic(identity) => Ok(Proved::By("demo".into())),
            Self::Demo => Ok(Proved::Not),
            Self::None => Err(unavailable("not_set_up")),
            Self::Elsewhere => Err(Error::conflict("proof_elsewhere")),
            // Name and number alone prove nothing, and a gateway that is asked with no more can compare no more.
            Self::Http { .. } if contact.phone().is_none() => Err(Error::conflict("proof_needs_phone")),
            Self::Http { http, url, token, name } => {
                let asked = json!({
                    "id": yinxin_model::Id::new(system.now(), system.entropy()).to_string(),
                    "name": typed_name(&identity.name.display()),
                    "document_type": identity.document.kind().code(),
                    "document_number": identity.document.number(),
                    "phone": contact.phone(),
                });
                let mut request = http
                    .post(url.clone())
                    .header(reqwest::header::CONTENT_TYPE, "application/json")
                    .body(asked.to_string());
                if let Some(token) = token {
                    request = request.bearer_auth(token.as_str());
                }
                let response = request.send().await.map_err(|error| unavailable(reason(&error)))?;
                if response.status() != reqwest::StatusCode::OK {
                    return Err(unavailable("http_status"));
                }
                match answer(response).await?.as_str() {
                    "matched" => Ok(Proved::By(name.clone())),
                    "not_matched" => Ok(Proved::Not),
                    _ => Err(unavailable("unavailable")),
                }
            }
        }
    }
}

/// Whether a person is made up: no place has such an area code, no office gives out such numbers. A demo proves nobody
/// else, so that no real person's data get into one under the appearance of proof.
pub fn is_synthetic(identity: &Identity) -> bool {
    let number = identity.document.number();
    match identity.document.kind() {
        DocumentType::ResidentId => number.starts_with("88"),
        DocumentType::ResidencePermit => number.get(2..6) == Some("9999"),
        DocumentType::PermanentResidence => number.starts_with("988999"),
        DocumentType::Passport => number.starts_with("ZZ"),
        DocumentType::HkMacaoTravelPermit => number.get(1..3) == Some("99"),
        DocumentType::TaiwanTravelPermit => number.starts_with("99"),
        DocumentType::OfficerCard => number.starts_with('虚'),
    }
}

async fn answer(mut response: reqwest::Response) -> Result<String> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unavailable(reason(&error)))? {
        if body.len() + chunk.len() > LONGEST_ANSWER {
            return Err(unavailable("too_long"));
        }
        body.extend_from_slice(&chunk);
    }
    let answer: Answer = serde_json::from_slice(&body).map_err(|_| unavailable("unreadable"))?;
    Ok(answer.result)
}

fn unavailable(reason: &'static str) -> Error {
    Error::unavailable("identity_proof_unavailable").with("reason", reason)
}
