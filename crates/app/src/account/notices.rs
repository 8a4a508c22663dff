//! What a holder is told about his own account, at the contact that was known when it happened.
//!
//! Put down in the transaction of what it tells of, so that neither a broken request nor a process that ends can change an
//! account without a word to its holder; sent by [`crate::worker`] before all other messages, and tried again for a day and a
//! half where the gateway does not take it. What is given up then is forgotten, contact and all, and told by `doctor`.

use super::message;
use crate::contact::{self, Contact};
use crate::error::{Error, Result};
use crate::system::System;
use crate::worker::UNREADABLE;
use serde::{Deserialize, Serialize};
use yinxin_model::Instant;
use yinxin_store::{IdentityIndex, Tx, Vault, credential, job};

/// The kind of its jobs.
pub(crate) const JOB: &str = "account_notice";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    PasswordChanged,
    PasswordRecovered,
    ContactChanged,
    SecondStepOn,
    SecondStepOff,
    /// Somebody has registered and proved to be him.
    IdentityClaimed,
    PasskeyAdded,
    PasskeyRemoved,
    PasskeySuspected,
    Closed,
}

#[derive(Deserialize, Serialize)]
struct Payload {
    contact: String,
    notice: String,
}

impl Notice {
    const ALL: [Self; 10] = [
        Self::PasswordChanged,
        Self::PasswordRecovered,
        Self::ContactChanged,
        Self::SecondStepOn,
        Self::SecondStepOff,
        Self::IdentityClaimed,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::PasskeySuspected,
        Self::Closed,
    ];

    /// Its sentences are `message-NAME` and `message-NAME-subject`.
    fn name(self) -> &'static str {
        match self {
            Self::PasswordChanged => "password-changed",
            Self::PasswordRecovered => "password-recovered",
            Self::ContactChanged => "contact-changed",
            Self::SecondStepOn => "second-step-on",
            Self::SecondStepOff => "second-step-off",
            Self::IdentityClaimed => "identity-claimed",
            Self::PasskeyAdded => "passkey-added",
            Self::PasskeyRemoved => "passkey-removed",
            Self::PasskeySuspected => "passkey-suspected",
            Self::Closed => "account-closed",
        }
    }

    /// `contact`: as it is stored.
    pub async fn put(
        self,
        tx: &mut Tx,
        vault: &Vault,
        contact: &str,
        now: Instant,
    ) -> yinxin_store::Result<()> {
        let payload = serde_json::json!({ "contact": contact, "notice": self.name() }).to_string();
        let one = vault.new_id(now).to_string();
        job::put(tx, vault, JOB, &one, &payload, now, now).await.map(|_| ())
    }

    /// To the contact of the account, where it has one: who comes in by an identity provider has none.
    pub async fn put_for(
        self,
        tx: &mut Tx,
        vault: &Vault,
        index: &IdentityIndex,
        now: Instant,
    ) -> yinxin_store::Result<()> {
        match credential::of_account(tx, vault, index).await? {
            Some(own) => self.put(tx, vault, &own.contact, now).await,
            None => Ok(()),
        }
    }
}

/// Sends what a job says. False where there is nobody to send it to.
pub(crate) async fn send(system: &System, payload: &str) -> Result<bool> {
    let said: Payload = serde_json::from_str(payload).map_err(|_| Error::internal(UNREADABLE))?;
    // A newer release put it down and will send it.
    let notice = Notice::ALL.into_iter().find(|one| one.name() == said.notice);
    let notice = notice.ok_or_else(|| Error::unavailable("job_unknown"))?;
    let Some(to) = Contact::from_stored(&said.contact) else { return Ok(false) };
    contact::send(system, &to, &message(system, notice.name(), &[])).await.map(|()| true)
}
