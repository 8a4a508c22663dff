//! A holder shows once more that it is he, before something that a session which somebody borrowed must not do, such as adding a key or
//! closing the account.

use super::{of_account, password};
use crate::error::{Error, Result};
use crate::notice;
use crate::session::Session;
use crate::system::System;

/// Who has no password shows that it is he by having just logged in.
const FRESH_MS: i64 = 600_000;

/// How the holder shows that it is he.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    Password,
    /// He has just logged in.
    Fresh,
    /// He has no password, and logged in too long ago.
    LogIn,
}

pub async fn again(system: &System, own: &Session) -> Result<Again> {
    if of_account(system, &notice::holder(&own.subject)?).await?.is_some() {
        return Ok(Again::Password);
    }
    let fresh = (0..FRESH_MS).contains(&(system.now().0 - own.started_at.0));
    Ok(if fresh { Again::Fresh } else { Again::LogIn })
}

/// `typed`: the password, where [`again`] says so.
pub async fn confirm(system: &System, own: &Session, typed: &str) -> Result<()> {
    match again(system, own).await? {
        Again::Password => password::confirm(system, &notice::holder(&own.subject)?, typed).await.map(|_| ()),
        Again::Fresh => Ok(()),
        Again::LogIn => Err(Error::forbidden("log_in_again")),
    }
}
