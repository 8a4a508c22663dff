//! A password through the queue: hashed anew, or compared.

use super::{guess, of_account};
use crate::error::{Error, Result};
use crate::password::pool::{Hashed, Place, Work, settled};
use crate::system::System;
use yinxin_model::ports::random;
use yinxin_store::credential::Credential;
use yinxin_store::{IdentityIndex, challenge};
use zeroize::Zeroizing;

/// The PHC string of a password that was checked before.
pub(super) async fn hash(system: &System, password: &str) -> Result<String> {
    hashed(queue(system, password)?).await
}

/// A place in the queue, before something is used up that nobody gets again.
pub(super) fn queue(system: &System, password: &str) -> Result<Place> {
    let work = Work::Hash { password: Zeroizing::new(password.to_owned()), salt: random(system.entropy()) };
    system.desk.pool.enter(work)
}

pub(super) async fn hashed(place: Place) -> Result<String> {
    match settled(place).await? {
        Hashed::Hash(phc) => Ok(phc),
        _ => Err(Error::internal("internal")),
    }
}

/// Whether it is the password of somebody who is logged in, before something that a borrowed session must not do.
pub(super) async fn confirm(system: &System, index: &IdentityIndex, password: &str) -> Result<Credential> {
    let found = of_account(system, index).await?.ok_or_else(|| Error::not_found("account_not_found"))?;
    let target = target(system, index);
    guess(system, target, &index.document).await?;
    let (password, against) = (Zeroizing::new(password.to_owned()), Some(found.password.clone()));
    let place = system.desk.pool.enter(Work::Verify { password, against })?;
    if !matches!(settled(place).await?, Hashed::Verified(true)) {
        return Err(Error::invalid("password_wrong"));
    }
    forgive(system, target).await?;
    Ok(found)
}

pub(super) async fn forgive(system: &System, target: [u8; 20]) -> Result<()> {
    Ok(system.db.write(move |tx| Box::pin(async move { challenge::forgive(tx, &target).await })).await?)
}

/// What guesses at this account's password are counted under: of its document, as log-ins are.
pub(super) fn target(system: &System, index: &IdentityIndex) -> [u8; 20] {
    system.vault.code_hash("log-in", &crate::hex(&index.document.0))
}

/// Milliseconds of rest after so many guesses: five are free, then half a minute, growing to a quarter of an hour. Never
/// for good: whoever knows a number could otherwise shut its holder out.
pub(super) fn pause(count: u32) -> i64 {
    match count {
        0..5 => 0,
        5 => 30_000,
        6 => 60_000,
        7 => 180_000,
        8 => 480_000,
        _ => 900_000,
    }
}
