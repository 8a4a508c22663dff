//! A code becomes claims: exchanged with the proof that we asked for it, and nothing is believed that is not signed by the
//! provider, for us, now, in answer to this very attempt (OpenID Connect Core §3.1.3.7).

use super::attempt::Attempt;
use super::claims::{Claims, Others};
use super::provider::{Fields, Known, Provider};
use crate::error::{Error, Result};
use crate::system::System;
use chrono::{DateTime, Utc};
use openidconnect::core::{
    CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey, CoreJwsSigningAlgorithm, CoreTokenType,
};
use openidconnect::{
    AccessToken, AccessTokenHash, AuthorizationCode, ClaimsVerificationError, IdTokenClaims, IdTokenVerifier,
    Nonce, OAuth2TokenResponse, PkceCodeVerifier, RequestTokenError, SignatureVerificationError,
    StandardTokenResponse, TokenResponse, UserInfoClaims, UserInfoError,
};
use yinxin_model::Instant;

/// Public keys only: who knows the client's secret must not be able to sign, and nobody without any.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];
/// By so much the provider's clock may be ahead of ours.
const SKEW_S: i64 = 300;

type Answer = StandardTokenResponse<Fields, CoreTokenType>;
type Signed = IdTokenClaims<Others, CoreGenderClaim>;

impl Provider {
    /// What the provider says of whoever logged in there.
    pub(super) async fn claims(
        &self,
        system: &System,
        known: &std::sync::Arc<Known>,
        attempt: &Attempt<'_>,
        code: &str,
    ) -> Result<Claims> {
        let _place = self.places.try_acquire().map_err(|_| self.unavailable("busy"))?;
        let answer = self.exchange(known, attempt, code).await?;
        let checked = check(self, known, &answer, attempt, system.now());
        let (known, checked) = match checked {
            Err(Refused("unknown_key")) => match self.newer(known, system.now()).await? {
                Some(newer) => {
                    let again = check(self, &newer, &answer, attempt, system.now());
                    (newer, again)
                }
                None => (known.clone(), Err(Refused("unknown_key"))),
            },
            checked => (known.clone(), checked),
        };
        let signed = checked.map_err(|Refused(reason)| self.refused(reason))?;
        let mut claims = Claims::of(signed);
        if !claims.missing(&self.config).is_empty() {
            claims.complete(self.more(&known, answer.access_token(), signed).await?);
        }
        Ok(claims)
    }

    async fn exchange(&self, known: &Known, attempt: &Attempt<'_>, code: &str) -> Result<Answer> {
        let asked = known.client.exchange_code(AuthorizationCode::new(code.to_owned()));
        let asked = asked.map_err(|_| self.unavailable("no_token_endpoint"))?;
        let asked = asked.set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier()));
        asked.request_async(&self.http).await.map_err(|error| match error {
            // The code was used, is too old or was given to another: a new attempt may be good.
            RequestTokenError::ServerResponse(said)
                if *said.error() == CoreErrorResponseType::InvalidGrant =>
            {
                Error::conflict("oidc_attempt_over")
            }
            RequestTokenError::ServerResponse(_) => self.unavailable("token_refused"),
            RequestTokenError::Request(no) => self.unavailable(no.0),
            RequestTokenError::Parse(..) => self.unavailable("token_unreadable"),
            RequestTokenError::Other(_) => self.unavailable("token_failed"),
        })
    }

    /// What it says elsewhere, of the same person.
    async fn more(&self, known: &Known, access: &AccessToken, signed: &Signed) -> Result<Claims> {
        // The library takes for granted that a token can stand in a header.
        let sendable = access.secret().bytes().all(|byte| byte.is_ascii_graphic());
        let asked = known.client.user_info(access.clone(), Some(signed.subject().clone()));
        let Some(asked) = asked.ok().filter(|_| sendable) else { return Ok(Claims::of(&())) };
        let told: std::result::Result<UserInfoClaims<Others, CoreGenderClaim>, _> =
            asked.request_async(&self.http).await;
        match told {
            Ok(told) => Ok(Claims::of(&told)),
            Err(UserInfoError::Request(no)) => Err(self.unavailable(no.0)),
            Err(UserInfoError::ClaimsVerification(_)) => Err(self.refused("user_info")),
            Err(_) => Err(self.unavailable("user_info_failed")),
        }
    }

    /// Something is wrong that no holder can mend: the provider, its settings here, or somebody in between.
    pub(super) fn refused(&self, reason: &'static str) -> Error {
        tracing::warn!(issuer = self.config.issuer, reason, "an answer of the identity provider was refused");
        Error::forbidden("oidc_answer_refused").with("reason", reason)
    }
}

#[derive(Debug)]
struct Refused(&'static str);

fn check<'t>(
    provider: &Provider,
    known: &Known,
    answer: &'t Answer,
    attempt: &Attempt<'_>,
    now: Instant,
) -> std::result::Result<&'t Signed, Refused> {
    let token = answer.id_token().ok_or(Refused("no_id_token"))?;
    let verifier = verifier(known, now).ok_or(Refused("clock"))?;
    let signed =
        token.claims(&verifier, &Nonce::new(attempt.nonce())).map_err(|error| Refused(reason(&error)))?;
    // §3.1.3.7, 5: it was given to somebody else.
    let party = signed.authorized_party();
    if party.is_some_and(|party| party.as_str() != provider.config.client_id) {
        return Err(Refused("authorized_party"));
    }
    if let Some(expected) = signed.access_token_hash() {
        let broken = |_| Refused("signature");
        let (alg, key) =
            (token.signing_alg().map_err(broken)?, token.signing_key(&verifier).map_err(broken)?);
        let found = AccessTokenHash::from_token(answer.access_token(), alg, key);
        if found.map_err(|_| Refused("access_token"))? != *expected {
            return Err(Refused("access_token"));
        }
    }
    Ok(signed)
}

/// `None` where the clock is beyond any calendar.
fn verifier(known: &Known, now: Instant) -> Option<IdTokenVerifier<'static, CoreJsonWebKey>> {
    let now = DateTime::<Utc>::from_timestamp_millis(now.0)?;
    let (client, metadata) = (known.client.client_id(), &known.metadata);
    let verifier = IdTokenVerifier::new_public_client(
        client.clone(),
        metadata.issuer().clone(),
        metadata.jwks().clone(),
    );
    Some(verifier.set_allowed_algs(SIGNATURES).set_time_fn(move || now).set_issue_time_verifier_fn(
        move |made| {
            if made.timestamp().saturating_sub(now.timestamp()) > SKEW_S {
                return Err("made in the future".to_owned());
            }
            Ok(())
        },
    ))
}

fn reason(error: &ClaimsVerificationError) -> &'static str {
    match error {
        ClaimsVerificationError::Expired(_) => "expired",
        ClaimsVerificationError::InvalidAudience(_) => "audience",
        ClaimsVerificationError::InvalidIssuer(_) => "issuer",
        ClaimsVerificationError::InvalidNonce(_) => "nonce",
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
            "unknown_key"
        }
        ClaimsVerificationError::SignatureVerification(_) => "signature",
        _ => "token",
    }
}
