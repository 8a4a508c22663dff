//! Accounts: how somebody comes in, and stays the only one who does.
//!
//! An account comes into being when its identity is proved. Until then there is a registration that only the browser
//! which began it can go on with: nobody can keep an identity's place from its owner, and nobody who has not proved to be
//! a person learns whether that person has an account. Where there is none, everything takes the same way and the same
//! time. What is sent, and by whom an identity is proved, are gateways of [`crate::contact`] and [`crate::identity`].

mod again;
mod code;
mod devices;
mod log_in;
mod notices;
mod password;
mod recover;
mod register;
mod security;
mod totp;

pub use again::{Again, again, confirm};
pub use code::{Pending, Sent};
pub use devices::{Device, devices, end_device, end_other_devices};
pub(crate) use log_in::halfway;
pub use log_in::{LogIn, Step, Waiting, log_in, resume, second_step};
pub(crate) use notices::{JOB as NOTICE_JOB, Notice, send as send_notice};
pub use recover::{
    begin as begin_recovery, finish as finish_recovery, pending as pending_recovery,
    resend as resend_recovery,
};
pub use register::{
    Begin, Proof, Registering, begin as begin_registration, confirm as confirm_registration,
    pending as pending_registration, prove, prove_elsewhere, proved_elsewhere, registering,
    resend as resend_registration, set_password,
};
pub use security::{
    Security, begin_contact, begin_totp, change_password, confirm_contact, confirm_totp, drop_totp,
    pending_contact, pending_totp, resend_contact, security,
};
pub use totp::{QrDrawing, TotpKey};

use crate::contact::{Contact, Gateways, Message};
use crate::error::{Error, Result};
use crate::identity::IdentityProof;
use crate::notice;
use crate::password::pool::Pool;
use crate::session::{self, SessionToken};
use crate::system::System;
use log_in::WaitingRoom;
use serde_json::json;
use std::sync::{Arc, OnceLock};
use yinxin_model::{Id, Identity, Instant, Subject};
use yinxin_store::audit::{self, Object};
use yinxin_store::session::{NewSession, Owner};
use yinxin_store::{DocumentIndex, IdentityIndex, account, challenge, credential};
use yinxin_words::{Lang, say};

const HOUR_MS: i64 = 3_600_000;
/// A target that nobody tried for so long is nobody's target any more.
const FORGOTTEN_MS: i64 = 24 * HOUR_MS;

/// Where those who come in are served: the queue for passwords, the waiting room, the gateways.
pub(crate) struct Desk {
    pub(crate) pool: Pool,
    pub(crate) waiting: WaitingRoom,
    gateways: OnceLock<Arc<Gateways>>,
    proof: OnceLock<Arc<IdentityProof>>,
}

impl Desk {
    pub(crate) fn new(config: &crate::config::Accounts) -> Self {
        Self {
            pool: Pool::new(config.hash_threads, config.hash_queue),
            waiting: WaitingRoom::default(),
            gateways: OnceLock::new(),
            proof: OnceLock::new(),
        }
    }

    /// Made when something is first sent: an installation without gateways can do everything else.
    pub(crate) fn gateways(&self, system: &System) -> Result<Arc<Gateways>> {
        if let Some(made) = self.gateways.get() {
            return Ok(made.clone());
        }
        let made = Arc::new(Gateways::new(system)?);
        Ok(self.gateways.get_or_init(|| made).clone())
    }

    pub(crate) fn proof(&self, system: &System) -> Result<Arc<IdentityProof>> {
        if let Some(made) = self.proof.get() {
            return Ok(made.clone());
        }
        let made = Arc::new(IdentityProof::new(&system.config.identity, system.instance.demo)?);
        Ok(self.proof.get_or_init(|| made).clone())
    }
}

/// What an account that is about to be made brings.
pub(crate) struct Admission {
    pub identity: Identity,
    pub proved_by: String,
    /// PHC string.
    pub password: String,
    pub contact: Contact,
    /// What it was until now.
    pub registration: Option<Id>,
    pub device: String,
}

/// Who has just been let in.
pub(crate) struct Admitted {
    pub token: SessionToken,
    /// The same document is registered under another name: a corrected identity. Nothing is said of that name.
    pub renamed: bool,
}

/// Makes the account of a proved identity and begins its session. `Conflict`: it has one; told only to who has proved to
/// be that person.
pub(crate) async fn admit(system: &System, new: Admission) -> Result<Admitted> {
    let index = system.vault.identity_index(&new.identity);
    let token = session::token(system);
    let begun = new_session(system, &token, Owner::Account(index), &new.device);
    let (vault, act) = (system.vault.clone(), system.act(&account::holder(&index)));
    let renamed = system.transact(move |tx| {
        Box::pin(async move {
            if let Some(id) = &new.registration
                && !credential::unregister(tx, id).await?
            {
                return Ok(Err(Error::conflict("registration_over")));
            }
            account::register(tx, &vault, &act, &new.identity).await?;
            // There already, and closed before this came to it: nothing is given to an account that is not there.
            if !account::hold(tx, &index).await? {
                return Ok(Err(Error::conflict("registration_over")));
            }
            let contact = new.contact.stored();
            if !credential::put(tx, &vault, &act, &index, &new.password, &contact).await? {
                return Ok(Err(Error::conflict("identity_registered")));
            }
            account::prove(tx, &act, &index, &new.proved_by).await?;
            yinxin_store::session::begin(tx, &vault, &act, &begun).await?;
            Ok(Ok(account::registered_under_another_name(tx, &index).await?))
        })
    });
    Ok(Admitted { renamed: renamed.await?, token })
}

/// The PHC string of a password, through the queue; for accounts that a demo makes.
pub(crate) async fn hash_password(system: &System, password: &str) -> Result<String> {
    password::hash(system, password).await
}

/// Where the holder is reached; for messages that he has asked for.
pub async fn contact(system: &System, by: &Subject) -> Result<Option<Contact>> {
    let index = notice::holder(by)?;
    Ok(of_account(system, &index).await?.and_then(|found| Contact::from_stored(&found.contact)))
}

/// A session that is about to begin.
pub(crate) fn new_session(system: &System, token: &SessionToken, owner: Owner, device: &str) -> NewSession {
    NewSession {
        id: Id::new(system.now(), system.entropy()),
        token_digest: token.digest(),
        owner,
        device: device.chars().filter(|c| !c.is_control()).take(120).collect(),
        expires_at: session::expires_at(system),
    }
}

pub(crate) async fn of_account(
    system: &System,
    index: &IdentityIndex,
) -> Result<Option<credential::Credential>> {
    let (vault, index) = (system.vault.clone(), *index);
    Ok(system
        .db
        .read(move |tx| Box::pin(async move { credential::of_account(tx, &vault, &index).await }))
        .await?)
}

/// Counts an attempt before it is made. Refused while the target rests; says so the same way whether or not it exists.
pub(crate) async fn attempt(
    system: &System,
    target: [u8; 20],
    code: &'static str,
    pause: fn(u32) -> i64,
) -> Result<()> {
    counted(system, target, code, pause, None).await
}

/// The same for a password or second step of `whose`. The guess with which a target comes to rest is audited, and so is
/// each after a rest: what goes on at an account is seen, and a flood of guesses is none of entries. Written whether or not
/// there is such an account, in the transaction that counts, so that neither time nor size tells.
pub(crate) async fn guess(system: &System, target: [u8; 20], whose: &DocumentIndex) -> Result<()> {
    // As the audit names the account, by whatever name its holder goes.
    let actor = Subject::Holder { identity_index: whose.0.to_vec() }.actor();
    counted(system, target, "log_in_paused", password::pause, Some(actor)).await
}

async fn counted(
    system: &System,
    target: [u8; 20],
    code: &'static str,
    pause: fn(u32) -> i64,
    whose: Option<String>,
) -> Result<()> {
    let (now, act) = (system.now(), system.act(&Subject::Public));
    let forgotten = Instant(now.0 - FORGOTTEN_MS);
    let counted = system.db.write(move |tx| {
        Box::pin(async move {
            let counted = challenge::attempt(tx, &target, now, forgotten, pause).await?;
            if let (Some(whose), Ok(count)) = (whose, counted)
                && pause(count) > 0
            {
                let object = Object { kind: "account", id: &whose };
                audit::record(tx, &act, "log_in_guessed", object, json!({ "guesses": count })).await?;
            }
            Ok(counted)
        })
    });
    match counted.await? {
        Ok(_) => Ok(()),
        Err(until) => {
            let seconds = (until.0 - now.0).div_euclid(1_000) + 1;
            Err(Error::unavailable(code).with("seconds", seconds))
        }
    }
}

/// Both languages, the Chinese first: whoever reads it may not be who chose one.
fn message(system: &System, what: &str, args: &[(&str, &str)]) -> Message {
    let mut values: Vec<(&str, yinxin_words::Value)> =
        args.iter().map(|(name, value)| (*name, yinxin_words::Value::from(*value))).collect();
    let platform = system.config.platform.name.as_str();
    values.push(("platform", platform.into()));
    let (subject, text) = (format!("message-{what}-subject"), format!("message-{what}"));
    let both = |key: &str, between: &str| {
        format!("{}{between}{}", say(Lang::ZhCn, key, &values), say(Lang::En, key, &values))
    };
    Message { subject: both(&subject, " / "), text: both(&text, "\n") }
}
