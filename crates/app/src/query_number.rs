//! 查询编号: a short-lived number that a holder hands to a third party, who verifies with it and the name.

use crate::certificate::{self, Which};
use crate::endorse;
use crate::error::{Error, Result};
use crate::system::System;
use crate::token;
use serde::Serialize;
use yinxin_model::Subject;
use yinxin_model::states::CertificateState;
use yinxin_store::request;

/// The longest a number may live.
pub const LONGEST_DAYS: i32 = 30;
/// Twelve random characters collide once in a million million; a second draw is for form's sake.
const DRAWS: usize = 3;

#[derive(Debug, Serialize)]
pub struct Made {
    pub query_number: String,
    pub management_number: String,
    /// Last day, inclusive.
    pub expires_on: yinxin_model::Day,
}

/// `on_behalf`: an operator's reason for acting in the holder's place, as with endorsements.
pub async fn make(
    system: &System,
    by: &Subject,
    which: impl Into<Which>,
    days: i32,
    on_behalf: Option<&str>,
) -> Result<Made> {
    if !(1..=LONGEST_DAYS).contains(&days) {
        return Err(Error::invalid("validity_out_of_range").with("days", days).with("longest", LONGEST_DAYS));
    }
    let found = certificate::find(system, by, which).await?;
    if found.state == CertificateState::Draft {
        return Err(Error::conflict("certificate_not_online").with("number", &found.number));
    }
    let actor = endorse::actor(system, by, &found, on_behalf)?;
    let expires_on = system.today().plus(days - 1);
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
