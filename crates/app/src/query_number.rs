//! 查询编号: a short-lived number that a holder hands to a third party, who verifies with it and the name.
//!
//! The register keeps its keyed hash alone. What a form asked for can be told again nevertheless: its number is a keyed
//! hash of the submission, for whoever the certificate is.

use crate::certificate::{self, Which};
use crate::endorse;
use crate::error::{Error, Result};
use crate::inbox::own_index;
use crate::share::{MOST_CERTIFICATES, Title, title};
use crate::system::System;
use crate::token;
use serde::Serialize;
use yinxin_model::states::CertificateState;
use yinxin_model::{Day, Id, Subject};
use yinxin_store::certificate::{self as register, Certificate};
use yinxin_store::request::{self, query_hash};

/// The longest a number may live.
pub const LONGEST_DAYS: i32 = 30;
/// Twelve random characters collide once in a million million; a second draw is for form's sake.
const DRAWS: usize = 3;
/// Under which it is remembered that a submission has had its number.
const SUBMITTED: &str = "query_number";

#[derive(Debug, Serialize)]
pub struct Made {
    pub query_number: String,
    pub management_number: String,
    /// Last day, inclusive.
    pub expires_on: Day,
}

/// `on_behalf`: an operator's reason for acting in the holder's place, as with endorsements.
pub async fn make(
    system: &System,
    by: &Subject,
    which: impl Into<Which>,
    days: i32,
    on_behalf: Option<&str>,
) -> Result<Made> {
    let expires_on = last_day(system, days)?;
    let found = online(certificate::find(system, by, which).await?)?;
    let actor = endorse::actor(system, by, &found, on_behalf)?;
    for _ in 0..DRAWS {
        let code = token::query_number(system.entropy());
        let (vault, act, id, drawn) = (system.vault.clone(), system.act(&actor), found.id, code.clone());
        let reason = on_behalf.map(str::to_owned);
        let put = system.db.write(move |tx| {
            Box::pin(async move {
                let reason = reason.as_deref();
                request::put_query_number(tx, &vault, &act, &id, &drawn, expires_on, reason).await
            })
        });
        if put.await? {
            system.accesses.count_staff(system.today(), by, "query_number", found.id);
            return Ok(Made { query_number: code, management_number: found.number, expires_on });
        }
    }
    Err(Error::internal("internal"))
}

/// One of a holder's certificates.
#[derive(Debug)]
pub struct Own {
    pub certificate: Id,
    pub title: Title,
}

/// Those of the holder who asks that numbers can be made for, and those revoked that have some.
pub async fn own(system: &System, by: &Subject) -> Result<Vec<Own>> {
    let (index, vault, subject, today) = (own_index(by)?, system.vault.clone(), by.clone(), system.today());
    let read = system.db.read(move |tx| {
        Box::pin(async move {
            let mut own =
                register::of_identity(tx, &vault, &subject, &index, None, MOST_CERTIFICATES).await?;
            let mut ended = Vec::new();
            for one in own.iter().filter(|one| one.state == CertificateState::Revoked) {
                if request::query_numbers(tx, &vault, &subject, &one.id, today).await?.is_empty() {
                    ended.push(one.id);
                }
            }
            own.retain(|one| one.state != CertificateState::Draft && !ended.contains(&one.id));
            Ok(own)
        })
    });
    let own = read.await?;
    Ok(own.iter().map(|one| Own { certificate: one.id, title: title(system, one) }).collect())
}

/// Makes the one number of a form's submission, however often it is sent: [`submitted`] tells it. A submission whose number
/// has ended has none any more.
pub async fn submit(system: &System, by: &Subject, certificate: Id, days: i32, submission: Id) -> Result<()> {
    let expires_on = last_day(system, days)?;
    let found = certificate::find(system, by, certificate).await?;
    if found.state != CertificateState::Online {
        return Err(endorse::not_online(found.state).with("number", &found.number));
    }
    let actor = endorse::actor(system, by, &found, None)?;
    let (vault, act) = (system.vault.clone(), system.act(&actor));
    let code = code_of(system, &found.id, &submission);
    // The submission itself is kept nowhere: whoever has the register cannot ask for the number again.
    let key = crate::hex(&query_hash(&vault, &code));
    let put = system.transact(move |tx| {
        Box::pin(async move {
            if request::remember(tx, SUBMITTED, &key, "{}", act.at).await?.is_some() {
                return Ok(Ok(()));
            }
            let put =
                request::put_query_number(tx, &vault, &act, &certificate, &code, expires_on, None).await?;
            Ok(if put { Ok(()) } else { Err(Error::internal("internal")) })
        })
    });
    put.await
}

/// The number that a submission made, as long as it is valid.
pub async fn submitted(system: &System, by: &Subject, certificate: Id, submission: Id) -> Result<Made> {
    let found = certificate::find(system, by, certificate).await?;
    let actor = endorse::actor(system, by, &found, None)?;
    let code = code_of(system, &found.id, &submission);
    let hash = query_hash(&system.vault, &code);
    let made = in_force(system, &actor, &found.id).await?.into_iter().find(|made| made.hash == hash);
    let made = made.ok_or_else(|| Error::not_found("query_number_not_found"))?;
    Ok(Made { query_number: code, management_number: found.number, expires_on: made.expires_on })
}

/// Ends a number at once. `reference`: as the certificate's view names it; one that is not in force has ended already.
pub async fn end(system: &System, by: &Subject, certificate: Id, reference: &str) -> Result<()> {
    let found = certificate::find(system, by, certificate).await?;
    let actor = endorse::actor(system, by, &found, None)?;
    let all = in_force(system, &actor, &found.id).await?;
    let Some(made) = all.into_iter().find(|made| crate::hex(&made.hash) == reference) else { return Ok(()) };
    let act = system.act(&actor);
    let ended = system.db.write(move |tx| {
        Box::pin(async move { request::end_query_number(tx, &act, &certificate, &made.hash).await })
    });
    ended.await?;
    Ok(())
}

async fn in_force(system: &System, by: &Subject, certificate: &Id) -> Result<Vec<request::QueryNumber>> {
    let (vault, subject, id, today) = (system.vault.clone(), by.clone(), *certificate, system.today());
    let read = system.db.read(move |tx| {
        Box::pin(async move { request::query_numbers(tx, &vault, &subject, &id, today).await })
    });
    Ok(read.await?)
}

fn code_of(system: &System, certificate: &Id, submission: &Id) -> String {
    let asked = format!("{certificate} {submission}");
    token::query_number_of(&system.vault.code_hash("query number of a submission", &asked))
}

fn last_day(system: &System, days: i32) -> Result<Day> {
    if !(1..=LONGEST_DAYS).contains(&days) {
        return Err(Error::invalid("validity_out_of_range").with("days", days).with("longest", LONGEST_DAYS));
    }
    Ok(system.today().plus(days - 1))
}

fn online(found: Certificate) -> Result<Certificate> {
    if found.state == CertificateState::Draft {
        return Err(Error::conflict("certificate_not_online").with("number", &found.number));
    }
    Ok(found)
}
