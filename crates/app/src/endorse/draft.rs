//! An application between its form and its submission. Nothing is kept of it: it goes with the browser, sealed under the
//! register's data key and bound to the account and the certificate, so that nobody can read, change or move it.

use super::{LONGEST_ADDITION, repeated};
use crate::certificate as certificates;
use crate::error::{Error, Result};
use crate::system::System;
use serde::{Deserialize, Serialize};
use yinxin_model::ports::random;
use yinxin_model::{Day, Id, Instant, Subject};
use yinxin_store::Place;

/// From the form to the submission.
const LIFETIME_MS: i64 = 86_400_000;
/// Bytes of what was filled in: it goes into an address.
const MOST: usize = 320;
/// Ours are shorter.
const LONGEST: usize = 4_096;

/// As it was filled in, right or wrong.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Draft {
    pub scenario: String,
    pub addition: String,
    pub days: String,
    pub until: String,
    key: String,
    made_at: i64,
}

impl Draft {
    pub fn new(system: &System, [scenario, addition, days, until]: [&str; 4]) -> Result<Self> {
        if [scenario, addition, days, until].map(str::len).iter().sum::<usize>() > MOST {
            return Err(Error::invalid("text_too_long").with("longest", LONGEST_ADDITION));
        }
        Ok(Self {
            scenario: scenario.to_owned(),
            addition: addition.to_owned(),
            days: days.to_owned(),
            until: until.to_owned(),
            key: crate::hex(&random::<16>(system.entropy())),
            made_at: system.now().0,
        })
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

    /// The day that a number of days counts from: the last day that was confirmed stays, even where a night lies between.
    pub fn made_on(&self) -> Day {
        Instant(self.made_at).day()
    }

    /// Of its one submission, however often it is sent.
    pub fn key(&self) -> &str {
        &self.key
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
