//! Section `[oidc]`: who else may say who a holder is.

use reqwest::Url;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// An outside identity provider (OpenID Connect).
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct OidcConfig {
    /// The provider's issuer identifier, exactly as it says it; empty: nobody logs in this way.
    pub issuer: String,
    /// By what name holders know it; empty: its host.
    pub title: String,
    /// The same in English; empty: as `title`.
    pub title_en: String,
    pub client_id: String,
    /// Name of the environment variable that holds the client's secret. The secret itself never stands in a file.
    /// Empty: the client has none.
    pub client_secret_env: String,
    pub scopes: Vec<String>,
    /// The claims that hold a person's name, document type and document number.
    pub name_claim: String,
    pub document_type_claim: String,
    pub document_number_claim: String,
    /// Whose type the claims do not tell; empty: they must.
    pub document_type: String,
    /// The provider has proved these claims, so that who logs in there is who they say. Nobody gets in by it otherwise.
    pub proves_identity: bool,
    /// For one answer.
    pub timeout_ms: u64,
}

impl Default for OidcConfig {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            title: String::new(),
            title_en: String::new(),
            client_id: String::new(),
            client_secret_env: String::new(),
            scopes: ["openid", "profile"].map(str::to_owned).into(),
            name_claim: "name".into(),
            document_type_claim: "document_type".into(),
            document_number_claim: "document_number".into(),
            document_type: String::new(),
            proves_identity: false,
            timeout_ms: 5_000,
        }
    }
}

impl OidcConfig {
    /// Why these settings cannot work.
    pub(crate) fn check(&self) -> std::result::Result<(), String> {
        if self.issuer.is_empty() {
            return Ok(());
        }
        let url = Url::parse(&self.issuer).ok().filter(|url| may_be_asked(url, is_loopback(url)));
        let url = url.ok_or("oidc.issuer: https://…, or http on loopback")?;
        if !url.username().is_empty() || url.query().is_some() || url.fragment().is_some() {
            return Err("oidc.issuer: no name, no query, no fragment".into());
        }
        if self.client_id.is_empty() {
            return Err("oidc.client_id is missing".into());
        }
        if !self.scopes.iter().any(|scope| scope == "openid") {
            return Err("oidc.scopes: `openid` is one of them".into());
        }
        if self.name_claim.is_empty() || self.document_number_claim.is_empty() {
            return Err("oidc: name_claim and document_number_claim are needed".into());
        }
        let kind = &self.document_type;
        if kind.is_empty() && self.document_type_claim.is_empty() {
            return Err("oidc: document_type_claim or document_type is needed".into());
        }
        if !kind.is_empty() && yinxin_model::DocumentType::parse(kind).is_none() {
            return Err(format!("oidc.document_type: one of {}", yinxin_model::DocumentType::accepted()));
        }
        if !(100..=60_000).contains(&self.timeout_ms) {
            return Err("oidc.timeout_ms is 100 to 60000".into());
        }
        Ok(())
    }
}

/// `local`: the provider itself is one of this machine.
pub(super) fn may_be_asked(url: &Url, local: bool) -> bool {
    url.scheme() == "https" || (local && url.scheme() == "http" && is_loopback(url))
}

pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
