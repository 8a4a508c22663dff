//! What a verification shows of a certificate and of an endorsement, as programs read it (`docs/CLI.md`): fields in the order in
//! which they are written, names and numbers masked, since whoever asks has the paper before him and only compares.

use crate::certificate::approval_date;
use crate::fields::purpose;
use crate::system::System;
use serde::Serialize;
use yinxin_model::Day;
use yinxin_model::states::{CertificateState, EndorsementView, RevocationReason};
use yinxin_store::standing::{Endorsed, Revoked, Shown};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CertificateFacts {
    pub management_number: String,
    pub state: CertificateState,
    pub holder: String,
    pub document_number: String,
    /// Names, not codes: what the catalogue no longer knows has none.
    pub qualification: Option<String>,
    pub level: Option<String>,
    /// Codes, for whoever says the names in another language.
    #[serde(skip)]
    pub codes: (String, String),
    pub speciality: String,
    pub approval_date: String,
    pub issuer: Option<String>,
    pub licence_identifier: Option<String>,
    pub revocation: Option<RevocationFacts>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RevocationFacts {
    pub reason: RevocationReason,
    pub basis: String,
    pub on: Day,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EndorsementFacts {
    pub state: EndorsementView,
    pub scenario: String,
    pub purpose: String,
    pub applied_on: Day,
    pub valid_until: Day,
    pub copy_number: String,
    pub made_at: String,
}

impl CertificateFacts {
    pub(super) fn of(system: &System, found: &Shown, revocation: Option<Revoked>) -> Self {
        let qualification = system.catalogue.qualification(&found.qualification);
        let issuer = system.catalogue.organisation(&found.issuer);
        Self {
            management_number: found.number.clone(),
            state: found.state,
            holder: found.holder.name.masked(),
            document_number: found.holder.document.masked(),
            qualification: qualification.map(|q| q.name.clone()),
            level: qualification.map(|q| q.level_name(&found.level).to_owned()),
            codes: (found.qualification.clone(), found.level.clone()),
            speciality: found.speciality.clone(),
            approval_date: approval_date(found.approved_on, found.approval_precision),
            issuer: issuer.map(|organisation| organisation.name.clone()),
            licence_identifier: found.licence.clone(),
            revocation: revocation.map(|Revoked { reason, basis, on }| RevocationFacts { reason, basis, on }),
        }
    }
}

impl EndorsementFacts {
    pub(super) fn of(system: &System, endorsement: &Endorsed, state: EndorsementView) -> Self {
        Self {
            state,
            scenario: endorsement.scenario.clone(),
            purpose: purpose(system, &endorsement.scenario, endorsement.addition.as_deref()),
            applied_on: endorsement.applied_on,
            valid_until: endorsement.valid_until,
            copy_number: endorsement.copy_number.clone(),
            made_at: endorsement.made_at.rfc3339(),
        }
    }
}
