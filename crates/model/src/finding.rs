//! What a verification found: each check by name with its outcome, and one verdict over all of them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was checked. The list is fixed and documented in `docs/CLI.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// The bytes are those that were sealed.
    Intact,
    /// Whose seal it is.
    SealOwner,
    /// The seal's certificate chains to a trusted root.
    SealTrusted,
    /// The seal was valid when it was used.
    SealValidAtSigning,
    /// A time stamp proves when.
    TimeStamp,
    /// The register holds the same.
    Register,
    /// The endorsement is still valid.
    Endorsement,
    /// The certificate is still valid.
    Certificate,
}

impl Check {
    pub const ALL: [Check; 8] = [
        Check::Intact,
        Check::SealOwner,
        Check::SealTrusted,
        Check::SealValidAtSigning,
        Check::TimeStamp,
        Check::Register,
        Check::Endorsement,
        Check::Certificate,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Check::Intact => "intact",
            Check::SealOwner => "seal_owner",
            Check::SealTrusted => "seal_trusted",
            Check::SealValidAtSigning => "seal_valid_at_signing",
            Check::TimeStamp => "time_stamp",
            Check::Register => "register",
            Check::Endorsement => "endorsement",
            Check::Certificate => "certificate",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Pass,
    Fail,
    Warn,
    NotChecked,
}

impl Outcome {
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Pass => "pass",
            Outcome::Fail => "fail",
            Outcome::Warn => "warn",
            Outcome::NotChecked => "not_checked",
        }
    }
}

/// One check, its outcome and the stable code of the reason. `words` makes the sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub check: Check,
    pub outcome: Outcome,
    /// e.g. `changed_after_sealing`; unique within a check.
    pub code: &'static str,
    /// Values the sentence needs; never personal data beyond what the file itself shows.
    pub values: BTreeMap<&'static str, String>,
}

impl Finding {
    pub fn new(check: Check, outcome: Outcome, code: &'static str) -> Self {
        Self { check, outcome, code, values: BTreeMap::new() }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.values.insert(name, value.into());
        self
    }
}

/// The one answer: the first that applies, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing can be said of this input, e.g. it is not a sealed file.
    CannotCheck,
    /// The bytes are not those that were sealed.
    Tampered,
    /// Intact, but sealed by somebody this platform does not know.
    UnknownIssuer,
    /// The seal had expired or was revoked when it was used.
    SealInvalid,
    /// The register has no such certificate or copy.
    NoMatch,
    /// 已撤销
    Revoked,
    /// 已更正
    Superseded,
    EndorsementWithdrawn,
    EndorsementVoid,
    EndorsementExpired,
    Valid,
}

impl Verdict {
    pub const ALL: [Verdict; 11] = [
        Verdict::CannotCheck,
        Verdict::Tampered,
        Verdict::UnknownIssuer,
        Verdict::SealInvalid,
        Verdict::NoMatch,
        Verdict::Revoked,
        Verdict::Superseded,
        Verdict::EndorsementWithdrawn,
        Verdict::EndorsementVoid,
        Verdict::EndorsementExpired,
        Verdict::Valid,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::CannotCheck => "cannot_check",
            Verdict::Tampered => "tampered",
            Verdict::UnknownIssuer => "unknown_issuer",
            Verdict::SealInvalid => "seal_invalid",
            Verdict::NoMatch => "no_match",
            Verdict::Revoked => "revoked",
            Verdict::Superseded => "superseded",
            Verdict::EndorsementWithdrawn => "endorsement_withdrawn",
            Verdict::EndorsementVoid => "endorsement_void",
            Verdict::EndorsementExpired => "endorsement_expired",
            Verdict::Valid => "valid",
        }
    }

    /// The worse of two: the one that comes first in the order above.
    pub fn or(self, other: Verdict) -> Verdict {
        self.min(other)
    }
}
