//! A forgotten password: a code to the confirmed contact, a new password, and every session ended. Who has no account is
//! answered the same, in the same time; nothing is sent.

use super::code::{self, Payload, Pending, Sent};
use super::{Notice, of_account, password, register};
use crate::certificate;
use crate::error::{Error, Result};
use crate::system::System;
use yinxin_model::{DocumentNumber, DocumentType, Id, Identity, PersonName};
use yinxin_store::{IdentityIndex, account, challenge, credential, session};

const PURPOSE: &str = "recover";

/// Sends a code to whoever has an account under this identity.
pub async fn begin(system: &System, name: &str, document_type: &str, document: &str) -> Result<Sent> {
    let meant = register::identities(system, name, document_type, document)?;
    // The same for both ways of writing a name: that they are paced apart would tell which of them there is.
    let paced = meant.first().map(|identity| crate::hex(&system.vault.identity_index(identity).to_bytes()));
    let identity = certificate::likeliest(system, meant, certificate::by_account).await?;
    let index = system.vault.identity_index(&identity);
    let found = of_account(system, &index).await?;
    let changed_at = found.as_ref().map(|found| found.changed_at.0);
    let payload = Payload {
        pace: format!("recover {}", paced.unwrap_or_default()),
        contact: found.map(|found| found.contact),
        told: false,
        account: Some(crate::hex(&index.to_bytes())),
        identity: Some(register::parts(&identity)),
        changed_at,
        shown: None,
    };
    code::begin(system, PURPOSE, payload, false).await
}

pub async fn pending(system: &System, challenge: &Id) -> Result<Option<Pending>> {
    code::pending(system, PURPOSE, challenge).await
}

pub async fn resend(system: &System, challenge: &Id) -> Result<()> {
    code::resend(system, PURPOSE, challenge, false).await
}

/// The new password. Whoever is logged in anywhere is logged out; the second step stays, and so do passkeys: a code to a
/// telephone is not enough to take away what it could not give.
pub async fn finish(system: &System, challenge_id: &Id, typed: &str, new: &str) -> Result<()> {
    let over = || Error::not_found("code_over");
    let (_, payload) = code::get(system, PURPOSE, challenge_id).await?.ok_or_else(over)?;
    let (kind, number, name) = payload.identity.ok_or_else(over)?;
    let kind = DocumentType::parse(&kind).ok_or_else(over)?;
    let name = PersonName::verbatim(&name).map_err(|_| over())?;
    let identity = Identity { name, document: DocumentNumber::stored(kind, number) };
    register::check_password(new, &identity, None)?;
    // The code works once: where the queue is full it is kept for another try.
    let place = password::queue(system, new)?;
    let payload = code::redeem(system, PURPOSE, challenge_id, typed).await?;
    let bytes = payload.account.as_deref().and_then(crate::unhex).unwrap_or_default();
    let index = IdentityIndex::from_bytes(&bytes).ok_or_else(over)?;
    let phc = password::hashed(place).await?;
    let target = password::target(system, &index);
    let (vault, act) = (system.vault.clone(), system.act(&account::holder(&index)));
    let recovered = system.transact(move |tx| {
        Box::pin(async move {
            account::hold(tx, &index).await?;
            // Closed meanwhile: there is nothing to come back to.
            let Some(own) = credential::of_account(tx, &vault, &index).await? else {
                return Ok(Err(over()));
            };
            // A holder who changes his contact or password shuts out whoever had a code sent before.
            let same = payload.changed_at == Some(own.changed_at.0);
            if !same || payload.contact.as_deref() != Some(own.contact.as_str()) {
                return Ok(Err(over()));
            }
            credential::set_password(tx, &vault, &act, &own, &phc, "recovered").await?;
            session::end_all(tx, &act, &index, None).await?;
            challenge::forgive(tx, &target).await?;
            Notice::PasswordRecovered.put(tx, &vault, &own.contact, act.at).await.map(Ok)
        })
    });
    recovered.await
}
