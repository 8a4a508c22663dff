//! An application between its form and its submission. Nothing is kept of it: it goes with the browser, sealed under the
//! register's data key and bound to the account and the certificate, so that nobody can read, change or move it.

use super::{Request, days_until, repeated};
use crate::certificate as certificates;
use crate::error::{Error, Result};
use crate::system::System;
use serde::{Deserialize, Serialize};
use yinxin_model::ports::random;
use yinxin_model::{Day, Id, Subject};
use yinxin_store::Place;

/// From the form to the submission.
const LIFETIME_MS: i64 = 86_400_000;
/// Ours are shorter.
const LONGEST: usize = 1_024;

#[derive(Serialize, Deserialize)]
pub struct Draft {
    pub scenario: String,
    pub addition: String,
    last: i32,
    /// The last day was given itself, and not as a number of days.
    pub dated: bool,
    /// Of its one submission, however often it is sent.
    key: String,
    made_at: i64,
}

impl Draft {
    /// `dated`: the last day was given itself.
    pub fn new(system: &System, request: &Request, dated: bool) -> Self {
        Self {
            scenario: request.scenario.clone(),
            addition: request.addition.trim().to_owned(),
            last: system.today().plus(request.days - 1).0,
            dated,
            key: crate::hex(&random::<16>(system.entropy())),
            made_at: system.now().0,
        }
    }

    /// As it stands in an address.
    pub fn sealed(&self, system: &System, by: &Subject, certificate: Id) -> Result<String> {
        let plain = serde_json::to_vec(self).map_err(|e| Error::internal("internal").because(e))?;
        Ok(crate::hex(&system.vault.seal(place(&row(by, certificate)?), &plain)?))
    }

    /// One that this account drew up for this certificate within the last day.
    pub fn open(system: &System, by: &Subject, certificate: Id, text: &str) -> Result<Self> {
        let sealed = Some(text).filter(|text| text.len() <= LONGEST).and_then(crate::unhex);
        let plain = system.vault.open(place(&row(by, certificate)?), &sealed.ok_or_else(over)?);
        let draft: Self = serde_json::from_slice(&plain.map_err(|_| over())?).map_err(|_| over())?;
        let age = system.now().0.saturating_sub(draft.made_at);
        if (0..LIFETIME_MS).contains(&age) { Ok(draft) } else { Err(over()) }
    }

    /// The last day that was confirmed: it stays, even where a night lies between.
    pub fn last(&self) -> Day {
        Day(self.last)
    }

    pub fn request(&self, system: &System, certificate: Id) -> Request {
        Request {
            certificate: certificate.into(),
            scenario: self.scenario.clone(),
            addition: self.addition.clone(),
            days: days_until(system, self.last()),
            idempotency_key: Some(self.key.clone()),
            on_behalf: None,
        }
    }

    /// The endorsement that it was granted already.
    pub async fn granted(&self, system: &System, by: &Subject, certificate: Id) -> Result<Option<Id>> {
        let found = certificates::find(system, by, certificate).await?;
        Ok(repeated(system, &found, &self.key).await?.map(|earlier| earlier.id))
    }
}

fn over() -> Error {
    Error::conflict("draft_over")
}

fn row(by: &Subject, certificate: Id) -> Result<Vec<u8>> {
    let Subject::Holder { identity_index } = by else { return Err(Error::forbidden("role_missing")) };
    Ok([identity_index.as_slice(), &certificate.0].concat())
}

fn place(row: &[u8]) -> Place<'_> {
    Place::new("endorsement", "draft", row)
}
