//! Who looked at a certificate: look-ups that found it, by day, way and outcome, and staff who read it. Its holder sees it.
//!
//! Of those who ask from outside nothing is kept but that they asked.

use crate::args;
use crate::db::{Arg, Tx, statements};
use crate::endorsement;
use crate::error::Result;
use yinxin_model::{Day, Id, Subject};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Access {
    pub certificate: Id,
    pub day: Day,
    /// `file`, `fields`, `query_number`, `token`, `qr`; `staff`
    pub way: String,
    /// The verdict; of staff what was read.
    pub outcome: String,
    /// Of staff: their organisation's code, or `platform`; empty otherwise.
    pub actor: String,
}

/// How often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    pub access: Access,
    pub count: u64,
}

statements! {
    ADD = "INSERT INTO certificate_access (certificate_id, day, way, outcome, actor, count) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (certificate_id, day, way, outcome, actor)
        DO UPDATE SET count = certificate_access.count + excluded.count";
    LIST = "SELECT day, way, outcome, actor, count FROM certificate_access WHERE certificate_id = $1 AND day < $2
        ORDER BY day DESC, way, outcome, actor LIMIT $3";
}

/// Adds to the counts. In the order of the key, so that two nodes cannot wait for each other in a circle.
pub async fn add(tx: &mut Tx, accesses: &[(Access, u32)]) -> Result<()> {
    let mut sorted: Vec<&(Access, u32)> = accesses.iter().collect();
    sorted.sort_unstable();
    let many: Vec<Vec<Arg<'_>>> = sorted
        .iter()
        .map(|(a, count)| args![&a.certificate, a.day, &a.way, &a.outcome, &a.actor, *count].to_vec())
        .collect();
    tx.each(ADD, &many).await.map(|_| ())
}

/// Newest day first, before the day `before`; nothing where the subject may not see the certificate.
pub async fn list(
    tx: &mut Tx,
    asking: &Subject,
    certificate: &Id,
    before: Day,
    limit: u32,
) -> Result<Vec<Counted>> {
    if !endorsement::visible(tx, asking, certificate).await? {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for row in tx.all(LIST, args![certificate, before, limit]).await? {
        let mut f = row.fields();
        let (day, way, outcome, actor) = (f.take()?, f.take()?, f.take()?, f.take()?);
        let access = Access { certificate: *certificate, day, way, outcome, actor };
        found.push(Counted { access, count: f.take()? });
    }
    Ok(found)
}
