//! The provider: what it says of itself and its keys, read when first needed and again when it is old or a token names a
//! key that is not among them.

use super::OidcConfig;
use super::claims::Others;
use super::http::Http;
use crate::error::{Error, Result};
use crate::system::System;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod,
    CoreErrorResponseType, CoreGenderClaim, CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreSubjectIdentifierType,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalProviderMetadata, AuthType, Client, ClientId, ClientSecret, DiscoveryError,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, IssuerUrl,
    ProviderMetadata, RedirectUrl, StandardErrorResponse, StandardTokenResponse,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::{Mutex, Semaphore};
use yinxin_model::Instant;
use zeroize::Zeroizing;

/// What it says of itself is read again after this.
const FRESH_MS: i64 = 3_600_000;
/// Keys are not asked for more often than this, whatever tokens name.
const KEYS_AGAIN_MS: i64 = 30_000;
/// After a failure it is left alone for so long, so that not everybody who comes waits for it.
const REST_MS: i64 = 5_000;
/// Asked at the same time at most.
const PLACES: usize = 32;

pub(super) type Fields = IdTokenFields<
    Others,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

pub(super) type Relying = Client<
    Others,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

pub(super) type Metadata = ProviderMetadata<
    Extra,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// RFC 9207 §3.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Extra {
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Extra {}

/// The one provider of an installation.
pub(crate) struct Provider {
    pub(super) http: Http,
    pub(super) config: OidcConfig,
    /// Who asks the provider now: neither a flood here becomes one there, nor does it take all our connections.
    pub(super) places: Semaphore,
    redirect: RedirectUrl,
    secret: Option<Zeroizing<String>>,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    known: Option<Arc<Known>>,
    failed_at: Option<Instant>,
}

/// The provider as it said it was.
pub(super) struct Known {
    pub(super) client: Relying,
    pub(super) metadata: Metadata,
    read_at: Instant,
}

impl Provider {
    /// `None` where the settings name no provider.
    pub(crate) fn new(config: &OidcConfig, public_url: &str) -> Result<Option<Arc<Self>>> {
        if config.issuer.is_empty() {
            return Ok(None);
        }
        let failed = || Error::internal("oidc_client_failed");
        let redirect = RedirectUrl::new(format!("{public_url}{}", super::RETURN_PATH));
        let env = &config.client_secret_env;
        Ok(Some(Arc::new(Self {
            http: Http::new(config).map_err(|e| failed().because(e))?,
            config: config.clone(),
            places: Semaphore::new(PLACES),
            redirect: redirect.map_err(|e| failed().because(e))?,
            secret: (!env.is_empty()).then(|| std::env::var(env).ok().map(Zeroizing::new)).flatten(),
            memory: Mutex::default(),
        })))
    }

    /// What is known of the provider, from memory as long as it is fresh.
    pub(super) async fn known(&self, system: &System) -> Result<Arc<Known>> {
        let mut memory = self.memory.lock().await;
        // Not of before the wait: seen from there a failure meanwhile lies ahead, and everybody would try for himself.
        let now = system.now();
        if let Some(known) = memory.known.as_ref().filter(|known| known.is_younger(FRESH_MS, now)) {
            return Ok(known.clone());
        }
        if memory.failed_at.is_some_and(|at| (0..REST_MS).contains(&(now.0 - at.0))) {
            return memory.known.clone().ok_or_else(|| self.unavailable("resting"));
        }
        match self.read(now).await {
            Ok(known) => Ok(memory.put(known)),
            Err(reason) => {
                // It rests from here on, however long it has kept us.
                memory.failed_at = Some(system.now());
                // Old keys are still keys: the provider takes one back by no longer answering for its codes.
                memory.known.clone().ok_or_else(|| self.unavailable(reason))
            }
        }
    }

    /// Asks for keys that are newer than `old`'s. `None` where it was asked only just now.
    pub(super) async fn newer(&self, old: &Arc<Known>, now: Instant) -> Result<Option<Arc<Known>>> {
        let mut memory = self.memory.lock().await;
        if let Some(known) = memory.known.as_ref().filter(|known| !Arc::ptr_eq(known, old)) {
            return Ok(Some(known.clone()));
        }
        if old.is_younger(KEYS_AGAIN_MS, now) {
            return Ok(None);
        }
        let known = self.read(now).await.map_err(|reason| self.unavailable(reason))?;
        Ok(Some(memory.put(known)))
    }

    /// Whether it answers now and can be used; otherwise why not.
    pub(crate) async fn look(&self, now: Instant) -> std::result::Result<(), &'static str> {
        self.read(now).await.map(|_| ())
    }

    /// Nothing is told to the holder but that it does not answer.
    pub(super) fn unavailable(&self, reason: &str) -> Error {
        tracing::warn!(issuer = self.config.issuer, reason, "the identity provider cannot be used");
        Error::unavailable("oidc_unavailable")
    }

    async fn read(&self, now: Instant) -> std::result::Result<Known, &'static str> {
        if !self.config.client_secret_env.is_empty() && self.secret.is_none() {
            return Err("client_secret_missing");
        }
        let issuer = IssuerUrl::new(self.config.issuer.clone()).map_err(|_| "issuer_unreadable")?;
        let metadata = Metadata::discover_async(issuer, &self.http).await.map_err(|error| match error {
            DiscoveryError::Request(no) => no.0,
            DiscoveryError::Response(..) => "discovery_status",
            DiscoveryError::Parse(_) => "discovery_unreadable",
            DiscoveryError::Validation(_) => "discovery_of_another_issuer",
            _ => "discovery_failed",
        })?;
        if !self.http.allows(metadata.authorization_endpoint().url()) {
            return Err("address_not_allowed");
        }
        let secret = self.secret.as_ref().map(|secret| ClientSecret::new(secret.to_string()));
        let id = ClientId::new(self.config.client_id.clone());
        let client = Relying::from_provider_metadata(metadata.clone(), id, secret)
            .set_redirect_uri(self.redirect.clone())
            .set_auth_type(auth_type(&metadata));
        Ok(Known { client, metadata, read_at: now })
    }
}

impl Memory {
    fn put(&mut self, known: Known) -> Arc<Known> {
        let known = Arc::new(known);
        *self = Self { known: Some(known.clone()), failed_at: None };
        known
    }
}

impl Known {
    /// The provider always says in its answer who it is (RFC 9207).
    pub(super) fn names_itself(&self) -> bool {
        self.metadata.additional_metadata().authorization_response_iss_parameter_supported
    }

    /// A clock that was set back makes nothing young.
    fn is_younger(&self, than_ms: i64, now: Instant) -> bool {
        (0..than_ms).contains(&(now.0 - self.read_at.0))
    }
}

/// HTTP Basic, which is what a provider takes that does not say (OpenID Connect Discovery §3).
fn auth_type(metadata: &Metadata) -> AuthType {
    let Some(methods) = metadata.token_endpoint_auth_methods_supported() else { return AuthType::BasicAuth };
    let only_post = methods.contains(&CoreClientAuthMethod::ClientSecretPost)
        && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic);
    if only_post { AuthType::RequestBody } else { AuthType::BasicAuth }
}
