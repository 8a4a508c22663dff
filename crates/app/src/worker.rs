//! What is done behind the requests: messages brought and sent, reminders, deletions that have come due.
//!
//! Called every second or so by whoever serves, on as many nodes as there are. What several do at once is done once: an
//! outbox message is marked in the transaction that writes it into the inbox, and jobs are leased. Sending is repeated
//! until it succeeded or was tried [`MOST_ATTEMPTS`] times; a node that dies between sending and marking sends again.

use crate::account;
use crate::contact::{self, Contact};
use crate::error::{Error, Kind, Result};
use crate::inbox;
use crate::recover;
use crate::session::unseen_since;
use crate::share;
use crate::system::System;
use serde::Serialize;
use yinxin_model::states::MessageKind;
use yinxin_model::{Day, Id, Instant};
use yinxin_store::job::{self, Job};
use yinxin_store::message::{self, Values};
use yinxin_store::outbox;
use yinxin_store::{Tx, Vault, challenge, credential, request, session};

/// Outbox messages of one transaction, and transactions of one round.
const CHUNK: u32 = 200;
const CHUNKS: u32 = 20;
/// Jobs of one round.
const JOBS: u32 = 16;
/// For how long one is the node's own: longer than any gateway is waited for.
const LEASE_MS: i64 = 60_000;
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Between attempts; the last one stands for all further ones.
const PAUSES_MS: [i64; 5] = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 8 * HOUR_MS];
/// A gateway that was down for a day and a half loses nothing.
const MOST_ATTEMPTS: u32 = 10;
/// How many days before an endorsement's last day its holder is reminded.
const REMIND_DAYS: i32 = 3;
/// For how long it is remembered what was done.
const REMEMBER_DAYS: i64 = 30;
/// Attempts and query numbers that nobody asks about any more.
const QUIET_MS: i64 = 2 * DAY_MS;

const REMIND: &str = "endorsements_expiring";
const SWEEP: &str = "sweep";
/// What a job says cannot be read, and never will be: trying again would change nothing.
pub(crate) const UNREADABLE: &str = "job_unreadable";

/// What a round did.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Done {
    /// Outbox messages brought to inboxes, or to nobody because there is no account.
    pub brought: u64,
    pub sent: u64,
    /// Sendings that failed and will be tried again.
    pub put_off: u64,
    /// Sendings that are given up.
    pub given_up: u64,
    pub reminded: u64,
    /// Rows and stored copies whose time was over.
    pub swept: u64,
}

impl Done {
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// One round. A part that fails keeps no other from being done; the first failure is told at the end.
pub async fn round(system: &System) -> Result<Done> {
    let mut done = Done::default();
    let brought = bring(system, &mut done).await;
    // A clock that was set by hand plans and deletes nothing.
    let planned = if system.world.shifted { Ok(()) } else { plan(system).await };
    let worked = work(system, &mut done).await;
    brought.and(planned).and(worked).map(|()| done)
}

/// Brings what waits in the outbox to the inboxes.
async fn bring(system: &System, done: &mut Done) -> Result<()> {
    for _ in 0..CHUNKS {
        let empty = system.db.read(|tx| Box::pin(async move { outbox::is_empty(tx).await })).await?;
        if empty {
            return Ok(());
        }
        let (vault, now) = (system.vault.clone(), system.now());
        let brought = system.db.write(move |tx| Box::pin(async move { bring_some(tx, &vault, now).await }));
        done.brought += brought.await?;
    }
    Ok(())
}

/// A message that another node marks at the same time is the other's.
async fn bring_some(tx: &mut Tx, vault: &Vault, now: Instant) -> yinxin_store::Result<u64> {
    let mut brought = 0;
    for waiting in outbox::waiting(tx, vault, None, CHUNK).await? {
        let Some((kind, certificate, values)) = readable(&waiting) else {
            outbox::mark_tried(tx, &waiting.id, "message_unreadable", 0).await?;
            continue;
        };
        if !outbox::mark_sent(tx, &waiting.id, now).await? {
            continue;
        }
        brought += 1;
        message::tell_holder(tx, vault, &certificate, &waiting.id, kind, values, waiting.made_at).await?;
    }
    Ok(brought)
}

/// What an outbox message says, and to whose holder: it names a certificate.
fn readable(waiting: &outbox::Message) -> Option<(MessageKind, Id, Values)> {
    let kind = MessageKind::parse(&waiting.kind)?;
    let values: Values = serde_json::from_str(waiting.payload.as_deref()?).ok()?;
    let certificate = values.get("certificate")?.parse().ok()?;
    Some((kind, certificate, values))
}

/// Puts down what is to be done today: one reminder for each of the next last days, and a sweep an hour.
async fn plan(system: &System) -> Result<()> {
    let (today, now) = (system.today(), system.now());
    let mut wanted: Vec<(&'static str, String)> =
        (1..=REMIND_DAYS).map(|ahead| (REMIND, today.plus(ahead).to_string())).collect();
    wanted.push((SWEEP, now.0.div_euclid(HOUR_MS).to_string()));
    let read = system.db.read(move |tx| {
        Box::pin(async move {
            let mut missing = Vec::new();
            for (kind, subject) in wanted {
                if !job::is_known(tx, kind, &subject).await? {
                    missing.push((kind, subject));
                }
            }
            Ok(missing)
        })
    });
    let missing = read.await?;
    if missing.is_empty() {
        return Ok(());
    }
    let vault = system.vault.clone();
    let put = system.db.write(move |tx| {
        Box::pin(async move {
            for (kind, subject) in &missing {
                job::put(tx, &vault, kind, subject, "{}", now, now).await?;
            }
            Ok(())
        })
    });
    Ok(put.await?)
}

/// Does due jobs, each taken when its turn comes: no lease runs out while others are done.
async fn work(system: &System, done: &mut Done) -> Result<()> {
    let worker = Worker { system, name: Id::new(system.now(), system.entropy()).to_string() };
    let mut failure = Ok(());
    for _ in 0..JOBS {
        let Some(job) = worker.next().await? else { break };
        if let Err(error) = worker.run(&job, done).await {
            tracing::warn!(job = job.kind, code = error.code, "a job is put off");
            worker.put_off(&job, error.code, done).await?;
            failure = failure.and(Err(error));
        }
    }
    // That a gateway is down is nobody's failure: it is tried again.
    failure.or_else(|error| if error.kind == Kind::Unavailable { Ok(()) } else { Err(error) })
}

/// A node's turn, under whose name its leases stand.
struct Worker<'a> {
    system: &'a System,
    name: String,
}

impl Worker<'_> {
    /// What changed in an account comes before everything else: however many are told of their certificates, its holder must
    /// learn at once of what he may not have done.
    async fn next(&self) -> Result<Option<Job>> {
        let (now, vault, name) = (self.system.now(), self.system.vault.clone(), self.name.clone());
        if !self.system.db.read(move |tx| Box::pin(async move { job::is_due(tx, now).await })).await? {
            return Ok(None);
        }
        let until = Instant(now.0 + LEASE_MS);
        let leased = self.system.db.write(move |tx| {
            Box::pin(async move {
                let notice =
                    job::lease(tx, &vault, Some(account::NOTICE_JOB), &name, now, until, 1).await?.pop();
                match notice {
                    None => Ok(job::lease(tx, &vault, None, &name, now, until, 1).await?.pop()),
                    notice => Ok(notice),
                }
            })
        });
        Ok(leased.await?)
    }

    async fn run(&self, job: &Job, done: &mut Done) -> Result<()> {
        match job.kind.as_str() {
            account::NOTICE_JOB => return self.notice(job, done).await,
            message::SEND => done.sent += u64::from(self.send(job).await?),
            REMIND => done.reminded += self.remind(job).await?,
            SWEEP => done.swept += sweep(self.system).await?,
            // A newer release put it down and will do it.
            _ => return Err(Error::unavailable("job_unknown")),
        }
        let (id, name) = (job.id, self.name.clone());
        self.system.db.write(move |tx| Box::pin(async move { job::done(tx, &id, &name).await })).await?;
        Ok(())
    }

    /// One about an account. It is forgotten as soon as it is sent, for it holds a contact that may be nobody's any more.
    async fn notice(&self, job: &Job, done: &mut Done) -> Result<()> {
        done.sent += u64::from(account::send_notice(self.system, payload_of(job)?).await?);
        let (id, name) = (job.id, self.name.clone());
        self.system.db.write(move |tx| Box::pin(async move { job::forget(tx, &id, &name).await })).await?;
        Ok(())
    }

    /// Later again, or no more.
    async fn put_off(&self, job: &Job, code: &'static str, done: &mut Done) -> Result<()> {
        let (id, name) = (job.id, self.name.clone());
        if job.attempts >= MOST_ATTEMPTS || code == UNREADABLE {
            done.given_up += 1;
            let vault = self.system.vault.clone();
            let failed = self
                .system
                .db
                .write(move |tx| Box::pin(async move { job::fail(tx, &vault, &id, &name, code).await }));
            return failed.await.map(|_| ()).map_err(Error::from);
        }
        done.put_off += 1;
        let tried = usize::try_from(job.attempts.saturating_sub(1)).unwrap_or(usize::MAX);
        let pause = PAUSES_MS.get(tried).or(PAUSES_MS.last()).copied().unwrap_or(HOUR_MS);
        let at = Instant(self.system.now().0 + pause);
        let again = self
            .system
            .db
            .write(move |tx| Box::pin(async move { job::retry(tx, &id, &name, at, code).await }));
        again.await.map(|_| ()).map_err(Error::from)
    }

    /// Sends one message to its holder's contact. False where there is nobody to send it to any more.
    async fn send(&self, job: &Job) -> Result<bool> {
        let system = self.system;
        let payload = payload_of(job)?;
        let id: Id = job.subject.parse().map_err(|_| Error::internal(UNREADABLE))?;
        let index = message::recipient_of(payload).ok_or_else(|| Error::internal(UNREADABLE))?;
        let (vault, account) = (system.vault.clone(), index);
        let read = system.db.read(move |tx| {
            Box::pin(async move {
                let message = message::get(tx, &vault, &account, &id).await?;
                Ok(message.zip(credential::of_account(tx, &vault, &account).await?))
            })
        });
        let Some((message, credential)) = read.await? else { return Ok(false) };
        let Some(to) = Contact::from_stored(&credential.contact) else { return Ok(false) };
        contact::send(system, &to, &inbox::sent(system, &inbox::entry(system, message))).await.map(|()| true)
    }

    /// Reminds the holders of endorsements whose last day is the job's.
    async fn remind(&self, job: &Job) -> Result<u64> {
        let system = self.system;
        let last: Day = job.subject.parse().map_err(|_| Error::internal(UNREADABLE))?;
        let keep = system.config.policy.keep_copies_days;
        let expiring = system
            .db
            .read(move |tx| Box::pin(async move { message::expiring(tx, last, keep).await }))
            .await?;
        let mut reminded = 0;
        for some in expiring.chunks(CHUNK as usize) {
            let (vault, now, some) = (system.vault.clone(), system.now(), some.to_vec());
            let told = system.db.write(move |tx| {
                Box::pin(async move {
                    let mut told = 0;
                    for one in some {
                        let id = reminder(last, &one.endorsement);
                        let values = Values::from([
                            ("endorsement".to_owned(), one.endorsement.to_string()),
                            ("on".to_owned(), last.to_string()),
                        ]);
                        let kind = MessageKind::EndorsementExpiring;
                        let new = message::tell_holder(tx, &vault, &one.certificate, &id, kind, values, now)
                            .await?;
                        told += u64::from(new);
                    }
                    Ok(told)
                })
            });
            reminded += told.await?;
            if !self.goes_on(job).await? {
                // Another node has taken it over; what both tell is told once.
                break;
            }
        }
        Ok(reminded)
    }

    async fn goes_on(&self, job: &Job) -> Result<bool> {
        let (id, name) = (job.id, self.name.clone());
        let until = Instant(self.system.now().0 + LEASE_MS);
        let beat =
            self.system.db.write(move |tx| Box::pin(async move { job::beat(tx, &id, &name, until).await }));
        Ok(beat.await?)
    }
}

fn payload_of(job: &Job) -> Result<&str> {
    job.payload.as_deref().map_err(|code| match *code {
        // Another node may have the key already.
        "key_missing" => Error::unavailable("key_missing"),
        _ => Error::internal(UNREADABLE),
    })
}

/// The id of a reminder: the same whoever makes it, however often.
fn reminder(last: Day, endorsement: &Id) -> Id {
    let Id(mut bytes) = *endorsement;
    let from = last.plus(-REMIND_DAYS).start().0.to_be_bytes();
    bytes.iter_mut().take(6).zip(from.iter().skip(2)).for_each(|(to, from)| *to = *from);
    Id(bytes)
}

/// Deletes what nobody needs any more, a bounded number of rows at a time.
async fn sweep(system: &System) -> Result<u64> {
    let (now, today) = (system.now(), system.today());
    let (quiet, unseen) = (Instant(now.0 - QUIET_MS), unseen_since(system));
    let old = Instant(now.0 - REMEMBER_DAYS * DAY_MS);
    let oldest = first_id(old);
    let mut swept = recover::delete_due(system).await? as u64;
    loop {
        let some = system.db.write(move |tx| {
            Box::pin(async move {
                Ok([
                    session::sweep(tx, now, unseen, CHUNK).await?,
                    credential::sweep(tx, now, CHUNK).await?,
                    challenge::sweep(tx, now, quiet, CHUNK).await?,
                    outbox::sweep(tx, &oldest, CHUNK).await?,
                    job::sweep(tx, old, CHUNK).await?,
                    request::clean_query_numbers(tx, today).await?,
                ])
            })
        });
        let mut some = some.await?.to_vec();
        some.push(share::sweep(system, CHUNK).await?);
        swept += some.iter().sum::<u64>();
        if some.iter().all(|count| *count < u64::from(CHUNK)) {
            return Ok(swept);
        }
    }
}

/// Before every id that is made at `at` or later.
fn first_id(at: Instant) -> Id {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(at.0.to_be_bytes().iter().skip(2)).take(6).for_each(|(to, from)| *to = *from);
    Id(bytes)
}
