//! What a provider says of a person, and who that is by our rules.

use super::OidcConfig;
use crate::error::{Error, Result};
use openidconnect::AdditionalClaims;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;
use yinxin_model::{Day, DocumentNumber, DocumentType, Identity, PersonName};

/// All claims that the standard does not name.
#[derive(Clone, Default, Deserialize, Serialize)]
pub(super) struct Others {
    #[serde(flatten)]
    all: Map<String, Value>,
}

impl AdditionalClaims for Others {}

/// They are personal data, and this may reach a log.
impl fmt::Debug for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Others(…)")
    }
}

/// Claims by name.
pub(super) struct Claims(Map<String, Value>);

impl Claims {
    pub(super) fn of(verified: &impl Serialize) -> Self {
        match serde_json::to_value(verified) {
            Ok(Value::Object(claims)) => Self(claims),
            _ => Self(Map::new()),
        }
    }

    /// Those that are here already stay.
    pub(super) fn complete(&mut self, with: Self) {
        for (name, value) in with.0 {
            self.0.entry(name).or_insert(value);
        }
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
    }

    /// Which of the claims that make an identity are not here.
    pub(super) fn missing<'c>(&self, config: &'c OidcConfig) -> Vec<&'c str> {
        let kind = config.document_type.is_empty().then_some(&config.document_type_claim);
        let needed = [Some(&config.name_claim), kind, Some(&config.document_number_claim)];
        let needed = needed.into_iter().flatten().map(String::as_str);
        needed.filter(|claim| self.text(claim).is_none()).collect()
    }

    /// Of one person: as the name comes in, and as it is written there.
    pub(super) fn identities(&self, config: &OidcConfig, today: Day) -> Result<Vec<Identity>> {
        let missing = self.missing(config);
        if !missing.is_empty() {
            return Err(Error::conflict("oidc_claims_missing").with("claims", missing.join(", ")));
        }
        let text = |claim: &str| self.text(claim).unwrap_or_default();
        let unusable = |claim: &str, rule: &str| {
            Error::conflict("oidc_claims_unusable").with("claim", claim).with("rule", rule)
        };
        let kind = self.text(&config.document_type_claim).unwrap_or(&config.document_type);
        let kind = DocumentType::parse(kind)
            .ok_or_else(|| unusable(&config.document_type_claim, "document_type_unknown"))?;
        let names = PersonName::meant(text(&config.name_claim));
        let names = names.map_err(|bad| unusable(&config.name_claim, bad.rule()))?;
        let number = DocumentNumber::parse(kind, text(&config.document_number_claim), today);
        let document = number.map_err(|bad| unusable(&config.document_number_claim, bad.rule()))?;
        Ok(names.into_iter().map(|name| Identity { name, document: document.clone() }).collect())
    }
}
