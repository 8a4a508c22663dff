//! The states things pass through, and which steps are allowed.
//!
//! Serialised names (snake_case) are what the database and the JSON contract hold.

use serde::{Deserialize, Serialize};

/// Declares a state enum with its stored name, so that the names stand in one place.
macro_rules! states {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stored and serialised name.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

states! {
    /// A certificate as the register shows it.
    CertificateState {
        /// Imported, not yet published.
        Draft = "draft",
        Online = "online",
        /// 已撤销; may be reinstated.
        Revoked = "revoked",
    }
}

states! {
    VersionState { Current = "current", Superseded = "superseded" }
}

states! {
    /// One import, from upload to publication.
    BatchState {
        /// Rows are being loaded; a start-up rolls such a batch back.
        Importing = "importing",
        Checked = "checked",
        Submitted = "submitted",
        Approved = "approved",
        /// Publication is in progress, chunk by chunk; start-up resumes it.
        Publishing = "publishing",
        Published = "published",
        Rejected = "rejected",
        Cancelled = "cancelled",
    }
}

impl BatchState {
    /// Whether a person may take a batch from this state to `next`.
    pub fn allows(self, next: BatchState) -> bool {
        use BatchState::*;
        matches!(
            (self, next),
            (Checked, Submitted)
                | (Submitted, Approved)
                | (Submitted, Rejected)
                | (Approved, Publishing)
                | (Publishing, Published)
                | (Checked | Submitted | Approved | Rejected, Cancelled)
        )
    }
}

states! {
    /// An endorsement as stored. [`EndorsementView`] adds what the date says.
    EndorsementState {
        /// Counted against the quota; sealing pending (证书生成中).
        Granted = "granted",
        Ready = "ready",
        /// By the system: correction, revocation, sealing that finally failed. Gives the quota back.
        Voided = "voided",
        /// By the holder. Keeps its place in the quota.
        Withdrawn = "withdrawn",
    }
}

states! {
    /// An endorsement as shown on a given day.
    EndorsementView {
        Granted = "granted",
        Ready = "ready",
        Expired = "expired",
        Voided = "voided",
        Withdrawn = "withdrawn",
    }
}

impl EndorsementState {
    /// Expiry is derived from the date and not stored.
    pub fn on(self, valid_until: crate::Day, today: crate::Day) -> EndorsementView {
        match self {
            Self::Voided => EndorsementView::Voided,
            Self::Withdrawn => EndorsementView::Withdrawn,
            Self::Granted | Self::Ready if today > valid_until => EndorsementView::Expired,
            Self::Granted => EndorsementView::Granted,
            Self::Ready => EndorsementView::Ready,
        }
    }
}

states! {
    /// Why the system voided an endorsement.
    VoidReason {
        Correction = "correction",
        Revocation = "revocation",
        /// Sealing failed for good, e.g. no font has a character of the name.
        SealingFailed = "sealing_failed",
    }
}

states! {
    /// What happened to the intent to sign one copy.
    IntentState { Open = "open", Signed = "signed", Closed = "closed" }
}

states! {
    /// What a change request asks for.
    ChangeKind { Correction = "correction", Revocation = "revocation", Reinstatement = "reinstatement" }
}

states! {
    /// Four-eyes: made by one, decided by another.
    ChangeState { Open = "open", Approved = "approved", Rejected = "rejected" }
}

states! {
    /// Why a certificate was revoked.
    RevocationReason {
        /// 以不正当手段取得
        Fraud = "fraud",
        /// 考试违纪违规
        Misconduct = "misconduct",
        /// 发证有误
        IssuedInError = "issued_in_error",
        /// 持证人申请注销
        HolderRequest = "holder_request",
        /// 司法或行政决定
        LegalDecision = "legal_decision",
        Other = "other",
    }
}

states! {
    SealState { Active = "active", Suspended = "suspended", Deregistered = "deregistered" }
}

states! {
    /// What a member of staff may do.
    Role {
        /// Imports rosters, asks for corrections and revocations.
        Clerk = "clerk",
        /// Decides what another has made.
        Approver = "approver",
        /// Runs the system; acts on behalf of holders with a stated reason.
        Operator = "operator",
        /// Reads the audit.
        Auditor = "auditor",
    }
}

states! {
    /// What a holder is told of.
    MessageKind {
        CertificateOnline = "certificate_online",
        CertificateCorrected = "certificate_corrected",
        /// Name or document number: this account no longer sees the certificate.
        IdentityCorrected = "identity_corrected",
        CertificateRevoked = "certificate_revoked",
        CertificateReinstated = "certificate_reinstated",
        /// By staff in the holder's place.
        EndorsementMade = "endorsement_made",
        /// Three days before its last day.
        EndorsementExpiring = "endorsement_expiring",
        ShareViewed = "share_viewed",
        /// Logged in from a device that was not seen before.
        NewDevice = "new_device",
        ContactChanged = "contact_changed",
        PasswordChanged = "password_changed",
        /// Its name stands in `device`, as with the following.
        PasskeyAdded = "passkey_added",
        PasskeyRemoved = "passkey_removed",
        /// Its counter went back: there may be a copy of it.
        PasskeySuspected = "passkey_suspected",
    }
}

impl MessageKind {
    /// Whether the holder chooses if it is sent to his contact, too. Changes of the account itself always are, at once
    /// and to the contact that was there before.
    pub fn is_choosable(self) -> bool {
        !matches!(
            self,
            Self::ContactChanged
                | Self::PasswordChanged
                | Self::PasskeyAdded
                | Self::PasskeyRemoved
                | Self::PasskeySuspected
        )
    }

    /// What is sent unless the holder chooses otherwise: what he did not do himself, or should know of in case that he
    /// did not.
    pub fn usually_sent() -> Vec<Self> {
        Self::ALL.iter().copied().filter(|kind| kind.is_choosable() && *kind != Self::ShareViewed).collect()
    }
}

states! {
    /// How sure the system is of an account's identity. Knowing a name and a number proves nothing.
    Assurance { Claimed = "claimed", Verified = "verified" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_agree_with_serde() {
        for state in BatchState::ALL {
            assert_eq!(BatchState::parse(state.as_str()), Some(*state));
            let json = toml::Value::try_from(state).unwrap();
            assert_eq!(json.as_str(), Some(state.as_str()));
        }
        assert_eq!(BatchState::parse("no such"), None);
    }

    #[test]
    fn expiry_is_derived() {
        let last = crate::Day(100);
        assert_eq!(EndorsementState::Ready.on(last, crate::Day(100)), EndorsementView::Ready);
        assert_eq!(EndorsementState::Ready.on(last, crate::Day(101)), EndorsementView::Expired);
        assert_eq!(EndorsementState::Withdrawn.on(last, crate::Day(101)), EndorsementView::Withdrawn);
    }

    #[test]
    fn a_published_batch_goes_nowhere() {
        assert!(BatchState::ALL.iter().all(|next| !BatchState::Published.allows(*next)));
        assert!(!BatchState::Checked.allows(BatchState::Approved));
    }
}
