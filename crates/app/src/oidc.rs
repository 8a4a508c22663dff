//! Log-in by an outside identity provider: OpenID Connect, authorization code with PKCE.
//!
//! Where the provider has proved who its people are, whoever logs in there is that holder here, and has an account from
//! then on. It must not know cookies or pages: a browser is known by the token in its cookie.

mod attempt;
mod claims;
mod config;
mod http;
mod provider;
#[cfg(test)]
mod tests;
mod token;

use crate::account::{Step, halfway, new_session};
use crate::certificate;
use crate::error::{Error, Result};
use crate::identity::is_synthetic;
use crate::session::{self, SessionToken};
use crate::system::System;
use attempt::Attempt;
pub use attempt::Errand;
pub use config::OidcConfig;
use openidconnect::core::CoreResponseType;
use openidconnect::{AuthenticationFlow, CsrfToken, Nonce, PkceCodeChallenge, PkceCodeVerifier, Scope};
pub(crate) use provider::Provider;
use reqwest::Url;
use std::sync::Arc;
use yinxin_model::Identity;
use yinxin_model::states::Assurance;
use yinxin_store::session::Owner;
use yinxin_store::{account, credential, oidc};

/// Where the provider sends browsers back to, below the portal's address.
pub const RETURN_PATH: &str = "/login/oidc/callback";
/// Nobody's code is longer.
const LONGEST_CODE: usize = 4_096;

/// The provider, as a page speaks of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub title: String,
    pub title_en: String,
    pub host: String,
}

/// What the provider sent back with a browser; empty where it sent nothing of the kind.
#[derive(Clone, Copy, Debug, Default)]
pub struct Return<'a> {
    pub state: &'a str,
    pub code: &'a str,
    pub issuer: &'a str,
    pub error: &'a str,
}

/// Whether one can log in this way, and by whom.
pub fn offer(system: &System) -> Option<Offer> {
    let config = &system.oidc.as_ref()?.config;
    let url = Url::parse(&config.issuer).ok()?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
    let title = or(&config.title, &host);
    Some(Offer { title_en: or(&config.title_en, &title), title, host })
}

/// What one who comes back was away for; `None` where it is none of ours.
pub fn errand(system: &System, browser: &SessionToken, back: &Return<'_>) -> Option<Errand> {
    let came_for = |errand: &Errand| Attempt::of(back.state, browser, *errand, system.now()).is_some();
    [Errand::LogIn, Errand::Proof].into_iter().find(came_for)
}

/// The address at which a browser logs in. Nothing is kept of it: it counts when it comes back.
pub async fn depart(system: &System, browser: &SessionToken, errand: Errand) -> Result<String> {
    let provider = provider(system)?;
    let known = provider.known(system).await?;
    let attempt = Attempt::begin(system, browser, errand);
    let (state, nonce) = (attempt.state(), attempt.nonce());
    let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
    let (state, nonce) = (move || CsrfToken::new(state), move || Nonce::new(nonce));
    let mut asked = known.client.authorize_url(flow, state, nonce).set_pkce_challenge(
        PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(attempt.verifier())),
    );
    for scope in provider.config.scopes.iter().filter(|scope| *scope != "openid") {
        asked = asked.add_scope(Scope::new(scope.clone()));
    }
    Ok(asked.url().0.to_string())
}

/// Somebody comes back: the session that begins, or the second step before it. `browser` is the token he left with, `device` what he will recognise his
/// session by.
pub async fn arrive(
    system: &System,
    browser: &SessionToken,
    back: &Return<'_>,
    device: &str,
) -> Result<Step> {
    let (meant, proved_by) = identities(system, browser, back, Errand::LogIn).await?;
    let identity = certificate::likeliest(system, meant, certificate::by_certificates).await?;
    enter(system, browser, identity, proved_by, device).await
}

/// Who somebody may be who comes back from `errand`, and who says so.
pub(crate) async fn identities(
    system: &System,
    browser: &SessionToken,
    back: &Return<'_>,
    errand: Errand,
) -> Result<(Vec<Identity>, String)> {
    let provider = provider(system)?;
    let over = || Error::conflict("oidc_attempt_over");
    let attempt = Attempt::of(back.state, browser, errand, system.now()).ok_or_else(over)?;
    let (digest, expires_at, now) = (attempt.digest(), attempt.expires_at, system.now());
    let taken =
        system.db.write(move |tx| Box::pin(async move { oidc::take(tx, &digest, expires_at, now).await }));
    if !taken.await? {
        return Err(over());
    }
    if !back.error.is_empty() {
        return Err(declined(provider, back.error));
    }
    let known = provider.known(system).await?;
    // A code of another provider must not be shown to this one (RFC 9207 §2.4).
    let unnamed = back.issuer.is_empty() && !known.names_itself();
    if !unnamed && back.issuer != provider.config.issuer {
        return Err(provider.refused("issuer"));
    }
    if back.code.is_empty() || back.code.len() > LONGEST_CODE {
        return Err(over());
    }
    let claims = provider.claims(system, &known, &attempt, back.code).await?;
    let identities = claims.identities(&provider.config, system.today())?;
    if !provider.config.proves_identity {
        return Err(Error::forbidden("oidc_proves_nothing"));
    }
    if system.instance.demo && !identities.iter().all(is_synthetic) {
        return Err(Error::forbidden("oidc_not_for_demos"));
    }
    Ok((identities, format!("oidc:{}", provider.config.issuer)))
}

fn provider(system: &System) -> Result<&Arc<Provider>> {
    system.oidc.as_ref().ok_or_else(|| Error::not_found("oidc_not_offered"))
}

/// RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6. What else it says is not shown: anybody can write it into an address.
fn declined(provider: &Provider, error: &str) -> Error {
    match error {
        "access_denied"
        | "login_required"
        | "consent_required"
        | "interaction_required"
        | "account_selection_required" => Error::conflict("oidc_declined"),
        "temporarily_unavailable" | "server_error" => provider.unavailable("says_so"),
        _ => provider.unavailable("request_refused"),
    }
}

/// The identity's account, made and proved where it is not yet, and a session of it; or the second step, where the holder
/// has asked for one.
async fn enter(
    system: &System,
    browser: &SessionToken,
    identity: Identity,
    proved_by: String,
    device: &str,
) -> Result<Step> {
    let token = session::token(system);
    let index = system.vault.identity_index(&identity);
    let holder = account::holder(&index);
    let new = new_session(system, &token, Owner::Account(index), device);
    let (act, vault) = (system.act(&holder), system.vault.clone());
    let begun = system.transact(move |tx| {
        Box::pin(async move {
            account::register(tx, &vault, &act, &identity).await?;
            // There already, and closed before this came to it: nobody has a session of an account that is not there.
            if !account::hold(tx, &index).await? {
                return Ok(Err(Error::conflict("oidc_attempt_over")));
            }
            let there = account::get(tx, &vault, &holder, &index).await?;
            if there.is_none_or(|account| account.assurance != Assurance::Verified) {
                account::prove(tx, &act, &index, &proved_by).await?;
            }
            let own = credential::of_account(tx, &vault, &index).await?;
            if let Some(own) = own.filter(|own| own.totp.is_some()) {
                return Ok(Ok(Some(own)));
            }
            yinxin_store::session::begin(tx, &vault, &act, &new).await?;
            Ok(Ok(None))
        })
    });
    match begun.await? {
        None => Ok(Step::In(token)),
        Some(own) => halfway(system, &own, device.to_owned(), browser.form_token()).await,
    }
}
