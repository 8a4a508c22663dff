//! The grant of one endorsement: what can be done without the database first, then one short transaction.
//!
//! Every grant of every certificate passes through SQLite's one writer, so that all who wait pay for each statement
//! here. Encryption, digests and the audit's text are made beforehand; what needs no answer goes in one flight.

use super::{Endorsement, counted, load, lock_step, place, sees, settle_quota};
use crate::args;
use crate::audit::{self, Act, Entry, Object};
use crate::copy::{self, NewCopy, SealedIntent};
use crate::db::{Row, Step, Tx, statements};
use crate::error::{Error, Result};
use crate::vault::Vault;
use serde_json::json;
use yinxin_model::policy::Policy;
use yinxin_model::quota::{Quota, Refusal};
use yinxin_model::states::{CertificateState, EndorsementState};
use yinxin_model::{Day, Id};

/// An application, with the copy that is about to be signed for it.
#[derive(Clone, Debug)]
pub struct NewEndorsement {
    pub id: Id,
    pub idempotency_key: String,
    pub scenario: String,
    pub addition: Option<String>,
    pub on_behalf: Option<String>,
    pub days: i32,
    pub valid_until: Day,
    /// Its `endorsement` must be this endorsement.
    pub copy: NewCopy,
}

/// An application ready to be granted: encrypted, digested and told for the audit, on any thread.
#[derive(Debug)]
pub struct Application {
    act: Act,
    today: Day,
    new: NewEndorsement,
    addition: Option<Vec<u8>>,
    on_behalf: Option<Vec<u8>>,
    token: Vec<u8>,
    statement: Option<Vec<u8>>,
    intent: SealedIntent,
    entry: Entry,
}

/// What became of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    Granted(Box<Endorsement>),
    /// The same submission was granted before; nothing was changed.
    Repeated(Box<Endorsement>),
    Refused(Refusal),
    /// The certificate is not online, or no longer in the version that the copy was prepared from.
    NotEndorsable {
        state: CertificateState,
        version: u32,
    },
    NotFound,
}

/// The number of the intent that a grant writes.
const FIRST_INTENT: u32 = 1;
/// How many places the quota row has: the published maximum.
const THREE: u32 = 3;

statements! {
    /// Three places are the published rule. Granted where the oldest place is free or has left the window, and the
    /// clock has not gone back; no row changed = refused.
    TAKE_ONE_OF_THREE = "INSERT INTO quota (certificate_id, d1, d2, d3) VALUES ($1, NULL, NULL, $2)
        ON CONFLICT (certificate_id) DO UPDATE SET d1 = quota.d2, d2 = quota.d3, d3 = excluded.d3
        WHERE (quota.d1 IS NULL OR quota.d1 <= $3) AND (quota.d3 IS NULL OR quota.d3 <= excluded.d3)";
    /// What else decides: the certificate's standing, whose it is, and an earlier grant of this submission.
    STANDING = "SELECT c.state, c.version, c.document_index, c.name_index, c.importer, e.id
        FROM certificate c LEFT JOIN endorsement e ON e.certificate_id = c.id AND e.idempotency_key = $2
        WHERE c.id = $1";
    INSERT = "INSERT INTO endorsement (certificate_id, id, idempotency_key, version, scenario, addition, on_behalf, days,
        applied_on, valid_until, state, void_reason, copy_number, token, statement, made_at, granted_at,
        closed_at) VALUES
        ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'granted', NULL, $11, $12, $13, $14, $15, NULL)";
    LOCATE = "INSERT INTO endorsement_locator (id, certificate_id) VALUES ($1, $2)";
}

impl Application {
    pub fn new(vault: &Vault, act: Act, new: NewEndorsement) -> Result<Self> {
        if new.copy.endorsement != Some(new.id) {
            return Err(Error::Shape { column: 0, expected: "the copy of this endorsement" });
        }
        let seal = |column, plain: &[u8]| vault.seal(place(column, &new.id), plain);
        let sealed = |column, text: &str| seal(column, text.as_bytes());
        let statement = new.copy.statement.as_deref().map(|signed| seal("statement", signed));
        let detail = json!({
            "certificate": new.copy.certificate.to_string(), "scenario": new.scenario, "days": new.days,
            "on_behalf": new.on_behalf.is_some(),
        });
        let object = Object { kind: "endorsement", id: &new.id.to_string() };
        Ok(Self {
            today: act.at.day(),
            addition: new.addition.as_deref().map(|text| sealed("addition", text)).transpose()?,
            on_behalf: new.on_behalf.as_deref().map(|text| sealed("on_behalf", text)).transpose()?,
            token: sealed("token", &new.copy.token)?,
            statement: statement.transpose()?,
            intent: SealedIntent::new(vault, &new.copy)?,
            entry: audit::entry(&act, "endorsement_granted", object, &detail),
            act,
            new,
        })
    }

    fn steps(&self) -> Vec<Step<'_>> {
        let (new, copy) = (&self.new, &self.new.copy);
        let stored = args![
            &copy.certificate,
            &new.id,
            &new.idempotency_key,
            copy.version,
            &new.scenario,
            self.addition.as_ref(),
            self.on_behalf.as_ref(),
            new.days,
            self.today,
            new.valid_until,
            &copy.copy_number,
            &self.token,
            self.statement.as_ref(),
            copy.made_at,
            self.act.at,
        ];
        let mut steps = vec![(INSERT, stored.to_vec()), (LOCATE, args![&new.id, &copy.certificate].to_vec())];
        steps.extend(copy::intent_steps(copy, &self.intent, FIRST_INTENT, self.act.at));
        steps.extend(audit::steps(&self.entry));
        steps
    }

    /// The endorsement as it is stored now.
    fn granted(self) -> Endorsement {
        let (new, today, granted_at) = (self.new, self.today, self.act.at);
        let copy = new.copy;
        Endorsement {
            id: new.id,
            certificate: copy.certificate,
            idempotency_key: new.idempotency_key,
            version: copy.version,
            scenario: new.scenario,
            addition: new.addition,
            on_behalf: new.on_behalf,
            days: new.days,
            applied_on: today,
            valid_until: new.valid_until,
            state: EndorsementState::Granted,
            void_reason: None,
            copy_number: copy.copy_number,
            token: copy.token,
            statement: copy.statement,
            made_at: copy.made_at,
            granted_at,
            closed_at: None,
        }
    }
}

/// Grants one endorsement: idempotency, quota, endorsement, intent, locators and audit in one transaction.
pub async fn grant(tx: &mut Tx, vault: &Vault, policy: &Policy, application: Application) -> Result<Grant> {
    let certificate = application.new.copy.certificate;
    let (taken, standing) = take_place(tx, policy, &application).await?;
    let Some(standing) = standing.filter(|found| found.visible) else {
        settle_where(taken.is_ok(), tx, &certificate).await?;
        return Ok(Grant::NotFound);
    };
    if let Some(earlier) = standing.earlier {
        settle_where(taken.is_ok(), tx, &certificate).await?;
        let earlier = load(tx, vault, &certificate, &earlier).await?;
        return Ok(earlier.map_or(Grant::NotFound, |earlier| Grant::Repeated(Box::new(earlier))));
    }
    if let Err(refusal) = taken {
        return Ok(Grant::Refused(refusal));
    }
    if (standing.state, standing.version) != (CertificateState::Online, application.new.copy.version) {
        settle_quota(tx, &certificate).await?;
        return Ok(Grant::NotEndorsable { state: standing.state, version: standing.version });
    }
    tx.together(&application.steps()).await?;
    // Where the quota row was only locked, it is kept true for the day on which the policy is three again.
    settle_where(policy.max != THREE, tx, &certificate).await?;
    Ok(Grant::Granted(Box::new(application.granted())))
}

/// What the certificate's row and an earlier submission say.
struct Standing {
    state: CertificateState,
    version: u32,
    visible: bool,
    /// The endorsement that this submission was granted before.
    earlier: Option<Id>,
}

impl Standing {
    fn read(row: &Row, act: &Act) -> Result<Self> {
        Ok(Self {
            state: row.get(0)?,
            version: row.get(1)?,
            visible: sees(&act.by, row, 2)?,
            earlier: row.get(5)?,
        })
    }
}

/// Takes a place in the quota, which is also the lock on the certificate's standing, and reads the standing under it: from
/// there on nobody else changes this certificate until the transaction ends. `Err`: no place was taken, for this reason.
async fn take_place(
    tx: &mut Tx,
    policy: &Policy,
    application: &Application,
) -> Result<(std::result::Result<(), Refusal>, Option<Standing>)> {
    let (new, today) = (&application.new, application.today);
    let certificate = &new.copy.certificate;
    let first = match policy.max {
        THREE => (TAKE_ONE_OF_THREE, args![certificate, today, policy.cutoff(today)].to_vec()),
        _ => lock_step(certificate),
    };
    let second = (STANDING, args![certificate, &new.idempotency_key].to_vec());
    let invalid = policy.last_valid_day(today, new.days).err();
    let steps = [first, second];
    // An application that cannot be granted takes no place; whether it was granted before is asked all the same.
    let skipped = usize::from(invalid.is_some());
    let answers = tx.together(steps.get(skipped..).unwrap_or_default()).await?;
    let standing = answers.last().and_then(|answer| answer.rows.first());
    let standing = standing.map(|row| Standing::read(row, &application.act)).transpose()?;
    let taken = match invalid {
        Some(refusal) => Err(refusal),
        None if policy.max != THREE => {
            policy.apply(&counted(tx, policy, certificate, today).await?, today, new.days).map(|_| ())
        }
        None if answers.first().is_some_and(|answer| answer.changed > 0) => Ok(()),
        None => Err(why_refused(tx, policy, application).await?),
    };
    Ok((taken, standing))
}

async fn why_refused(tx: &mut Tx, policy: &Policy, application: &Application) -> Result<Refusal> {
    let (new, today) = (&application.new, application.today);
    let applied = counted(tx, policy, &new.copy.certificate, today).await?;
    // A place came free between the two statements: refused all the same, with the count as it was then.
    let full =
        Quota { used: policy.max, max: policy.max, window_days: policy.window_days, next_possible_on: today };
    Ok(policy.apply(&applied, today, new.days).err().unwrap_or(Refusal::QuotaUsedUp(full)))
}

async fn settle_where(needed: bool, tx: &mut Tx, certificate: &Id) -> Result<()> {
    if needed { settle_quota(tx, certificate).await } else { Ok(()) }
}
