//! Logging in: number and password, through the queue, then the second step where there is one.
//!
//! Nothing tells whether there is an account: an unknown number is looked up, counted and hashed for like any other.

use super::{code, guess, new_session, password, totp};
use crate::error::{Error, Result};
use crate::password::pool::{Hashed, Place, Work, settled};
use crate::session::{self, SessionToken};
use crate::system::System;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use yinxin_model::ports::random;
use yinxin_model::{DocumentNumber, DocumentType, Id, Instant};
use yinxin_store::challenge::{self, NewChallenge};
use yinxin_store::credential::{self, Credential};
use yinxin_store::session::Owner;
use yinxin_store::{IdentityIndex, account};
use zeroize::Zeroizing;

const SECOND_STEP: &str = "second_step";
const SECOND_STEP_MS: i64 = 600_000;
/// A request waits so long for its turn before it shows the queue instead.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// Who does not come back for his result is forgotten.
const UNCLAIMED_MS: i64 = 300_000;

pub struct LogIn {
    pub document_type: String,
    pub document: String,
    pub password: Zeroizing<String>,
    /// What the holder will recognise the device by.
    pub device: String,
    /// The form token of the browser that asks: the result is given to no other.
    pub form: String,
}

/// What comes next.
#[derive(Debug)]
pub enum Step {
    In(SessionToken),
    SecondStep(Id),
    Waiting(Waiting),
}

/// A place in the queue.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub ticket: String,
    /// How many are before.
    pub ahead: u64,
}

/// Those who have been let into the queue, until they come for the result. In memory: the queue is, too.
#[derive(Default)]
pub(crate) struct WaitingRoom {
    places: Mutex<BTreeMap<[u8; 16], Seat>>,
}

struct Seat {
    form: String,
    number: u64,
    since: Instant,
    outcome: Option<Result<Step>>,
    called: Arc<Notify>,
}

/// What is kept of who has still to take the second step.
#[derive(Serialize, Deserialize)]
struct Halfway {
    account: String,
    form: String,
    device: String,
    /// Of the password that let him come so far: another one ends it.
    changed_at: i64,
}

/// Begins a log-in. Where its turn does not come soon the answer is the place in the queue, to be [`resume`]d.
pub async fn log_in(system: &System, request: LogIn) -> Result<Step> {
    let kind = Some(request.document_type.as_str()).filter(|kind| !kind.is_empty()).unwrap_or("111");
    let unknown = || Error::invalid("document_type_unknown").with("accepted", DocumentType::accepted());
    let kind = DocumentType::parse(kind).ok_or_else(unknown)?;
    let document = DocumentNumber::typed(kind, &request.document, system.today())
        .map_err(|error| Error::invalid(error.rule()).with("reason", &error))?;
    let index = system.vault.document_index(&document);
    let target = system.vault.code_hash("log-in", &crate::hex(&index.0));
    let vault = system.vault.clone();
    let found = system
        .db
        .read(move |tx| Box::pin(async move { credential::of_document(tx, &vault, &index).await }))
        .await?;
    let against = found.as_ref().map(|found| found.password.clone());
    let place = system.desk.pool.enter(Work::Verify { password: request.password, against })?;
    // Counted once there is a place: who is turned away at a full queue has not guessed.
    guess(system, target, &index).await?;
    let ticket = system.desk.waiting.sit(system, &request.form, place.number);
    let (here, device, form) = (system.clone(), request.device, request.form.clone());
    tokio::spawn(async move {
        let outcome = serve(&here, place, found, target, device, form).await;
        here.desk.waiting.call(&ticket, outcome);
    });
    wait(system, ticket, &request.form).await
}

/// Comes back from the queue. Another browser's ticket is as unknown as one that never was.
pub async fn resume(system: &System, ticket: &str, form: &str) -> Result<Step> {
    let ticket = crate::unhex(ticket).and_then(|bytes| bytes.try_into().ok()).ok_or_else(over)?;
    wait(system, ticket, form).await
}

/// The second step: the code of the authenticator, or one of the recovery codes.
pub async fn second_step(system: &System, id: &Id, typed: &str, form: &str) -> Result<SessionToken> {
    let (vault, id, now) = (system.vault.clone(), *id, system.now());
    let read = system
        .db
        .read(move |tx| Box::pin(async move { challenge::get(tx, &vault, &id, SECOND_STEP, now).await }));
    let found = read.await?.ok_or_else(over)?;
    let halfway: Halfway =
        serde_json::from_str(&found.payload).map_err(|error| Error::internal("internal").because(error))?;
    if verify_slices_are_equal(halfway.form.as_bytes(), form.as_bytes()).is_err() {
        return Err(over());
    }
    let bytes = crate::unhex(&halfway.account).unwrap_or_default();
    let index = IdentityIndex::from_bytes(&bytes).ok_or_else(over)?;
    let own = super::of_account(system, &index).await?.ok_or_else(over)?;
    if own.changed_at.0 != halfway.changed_at {
        return Err(over());
    }
    let target = system.vault.code_hash("second step", &own.id.to_string());
    guess(system, target, &index.document).await?;
    let token = session::token(system);
    let begun = new_session(system, &token, Owner::Account(index), &halfway.device);
    let (vault, act) = (system.vault.clone(), system.act(&account::holder(&index)));
    let typed = code::folded(typed);
    let entered = system.transact(move |tx| {
        Box::pin(async move {
            account::hold(tx, &index).await?;
            let now = credential::of_account(tx, &vault, &index).await?;
            if now.is_none_or(|now| now.changed_at != own.changed_at) {
                return Ok(Err(over()));
            }
            if !totp::accept(tx, &vault, &act, &own, &typed).await? {
                return Ok(Err(Error::invalid("second_step_wrong")));
            }
            if !challenge::take(tx, &id).await? {
                return Ok(Err(over()));
            }
            challenge::forgive(tx, &target).await?;
            yinxin_store::session::begin(tx, &vault, &act, &begun).await?;
            Ok(Ok(()))
        })
    });
    entered.await?;
    Ok(token)
}

/// What happens when it is somebody's turn.
async fn serve(
    system: &System,
    place: Place,
    found: Option<Credential>,
    target: [u8; 20],
    device: String,
    form: String,
) -> Result<Step> {
    let right = matches!(settled(place).await?, Hashed::Verified(true));
    let own = found.filter(|_| right).ok_or_else(|| Error::invalid("log_in_failed"))?;
    password::forgive(system, target).await?;
    if own.totp.is_some() {
        return halfway(system, &own, device, form).await;
    }
    let token = session::token(system);
    let begun = new_session(system, &token, Owner::Account(own.index), &device);
    let (vault, act) = (system.vault.clone(), system.act(&account::holder(&own.index)));
    let entered = system.transact(move |tx| {
        Box::pin(async move {
            // The password may have been changed while this one stood in the queue, or be changed now.
            account::hold(tx, &own.index).await?;
            let now = credential::of_account(tx, &vault, &own.index).await?;
            if now.is_none_or(|now| now.password != own.password || now.totp.is_some()) {
                return Ok(Err(Error::invalid("log_in_failed")));
            }
            yinxin_store::session::begin(tx, &vault, &act, &begun).await?;
            Ok(Ok(()))
        })
    });
    entered.await?;
    Ok(Step::In(token))
}

/// Whoever has shown who he is, by password or by an identity provider, has still to take the second step. `form`: the
/// browser's form token.
pub(crate) async fn halfway(system: &System, own: &Credential, device: String, form: String) -> Result<Step> {
    let account = crate::hex(&own.index.to_bytes());
    let halfway = Halfway { account, form, device, changed_at: own.changed_at.0 };
    let now = system.now();
    let new = NewChallenge {
        id: code::random_id(system),
        purpose: SECOND_STEP,
        payload: serde_json::to_string(&halfway).map_err(|e| Error::internal("internal").because(e))?,
        // Nothing was sent: the code is the authenticator's.
        code_hash: random(system.entropy()),
        tries: 0,
        sends: 0,
        expires_at: Instant(now.0 + SECOND_STEP_MS),
    };
    let (vault, id) = (system.vault.clone(), new.id);
    system.db.write(move |tx| Box::pin(async move { challenge::put(tx, &vault, &new, now).await })).await?;
    Ok(Step::SecondStep(id))
}

async fn wait(system: &System, ticket: [u8; 16], form: &str) -> Result<Step> {
    let room = &system.desk.waiting;
    let called = room.called(&ticket, form).ok_or_else(over)?;
    // Registered before looking: a call in between is not missed.
    let notified = called.notified();
    if let Some(outcome) = room.take(&ticket, form) {
        return outcome;
    }
    let _ = tokio::time::timeout(PATIENCE, notified).await;
    if let Some(outcome) = room.take(&ticket, form) {
        return outcome;
    }
    let number = room.number(&ticket).ok_or_else(over)?;
    let ahead = system.desk.pool.ahead(number);
    Ok(Step::Waiting(Waiting { ticket: crate::hex(&ticket), ahead }))
}

impl WaitingRoom {
    fn sit(&self, system: &System, form: &str, number: u64) -> [u8; 16] {
        let (ticket, since) = (random(system.entropy()), system.now());
        let seat =
            Seat { form: form.to_owned(), number, since, outcome: None, called: Arc::new(Notify::new()) };
        let mut places = self.lock();
        places.retain(|_, seat| seat.outcome.is_none() || since.0 - seat.since.0 < UNCLAIMED_MS);
        places.insert(ticket, seat);
        ticket
    }

    fn call(&self, ticket: &[u8; 16], outcome: Result<Step>) {
        if let Some(seat) = self.lock().get_mut(ticket) {
            seat.outcome = Some(outcome);
            seat.called.notify_waiters();
        }
    }

    fn called(&self, ticket: &[u8; 16], form: &str) -> Option<Arc<Notify>> {
        self.lock().get(ticket).filter(|seat| seat.is_of(form)).map(|seat| seat.called.clone())
    }

    /// The outcome, once.
    fn take(&self, ticket: &[u8; 16], form: &str) -> Option<Result<Step>> {
        let mut places = self.lock();
        let outcome = places.get_mut(ticket).filter(|seat| seat.is_of(form))?.outcome.take()?;
        places.remove(ticket);
        Some(outcome)
    }

    fn number(&self, ticket: &[u8; 16]) -> Option<u64> {
        self.lock().get(ticket).map(|seat| seat.number)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<[u8; 16], Seat>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    fn is_of(&self, form: &str) -> bool {
        verify_slices_are_equal(self.form.as_bytes(), form.as_bytes()).is_ok()
    }
}

fn over() -> Error {
    Error::not_found("log_in_over")
}
