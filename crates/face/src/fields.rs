//! What is written on a certificate, as text ready to be printed.
//!
//! The caller has turned dates, codes and names into words; nothing here knows what they mean. An empty
//! string counts as absent.

use std::sync::Arc;

use serde::Deserialize;
use yinxin_page::draw::Image;

/// What is the same on every copy under one template and seal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Static {
    /// Whose seal stands on the certificate: 发证机构.
    pub issuer: String,
    /// The platform that makes the copies: 制作者.
    pub platform: String,
}

/// The content of one copy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields {
    pub holder_name: String,
    pub sex: String,
    pub birth_date: String,
    pub document_type: String,
    pub document_number: String,
    pub qualification: String,
    pub level: Option<String>,
    pub speciality: Option<String>,
    pub approval_date: String,
    /// 制发日期
    pub made_on: String,
    pub management_number: String,
    /// 证照标识
    pub licence_identifier: Option<String>,
    pub issuer: String,
    pub photo: Option<Arc<Image>>,
    /// Absent on a copy that needs no endorsement: no purpose, no end of validity, no watermark.
    pub endorsement: Option<Strip>,
    /// 制作时间
    pub made_at: String,
    /// 制作者
    pub made_by: String,
    pub copy_number: String,
    /// The text of the QR code; without it there is no code.
    pub qr: String,
    /// Shows the template's mark for samples.
    pub demo: bool,
}

/// What an endorsement adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strip {
    /// 制作事由
    pub purpose: String,
    /// 有效期截止时间
    pub valid_until: String,
}

/// A field by the name that templates use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldName {
    HolderName,
    Sex,
    BirthDate,
    DocumentType,
    DocumentNumber,
    Qualification,
    Level,
    Speciality,
    ApprovalDate,
    MadeOn,
    ManagementNumber,
    LicenceIdentifier,
    Issuer,
    Purpose,
    ValidUntil,
    MadeAt,
    MadeBy,
    CopyNumber,
}

impl FieldName {
    pub const ALL: [Self; 18] = [
        Self::HolderName,
        Self::Sex,
        Self::BirthDate,
        Self::DocumentType,
        Self::DocumentNumber,
        Self::Qualification,
        Self::Level,
        Self::Speciality,
        Self::ApprovalDate,
        Self::MadeOn,
        Self::ManagementNumber,
        Self::LicenceIdentifier,
        Self::Issuer,
        Self::Purpose,
        Self::ValidUntil,
        Self::MadeAt,
        Self::MadeBy,
        Self::CopyNumber,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::HolderName => "holder_name",
            Self::Sex => "sex",
            Self::BirthDate => "birth_date",
            Self::DocumentType => "document_type",
            Self::DocumentNumber => "document_number",
            Self::Qualification => "qualification",
            Self::Level => "level",
            Self::Speciality => "speciality",
            Self::ApprovalDate => "approval_date",
            Self::MadeOn => "made_on",
            Self::ManagementNumber => "management_number",
            Self::LicenceIdentifier => "licence_identifier",
            Self::Issuer => "issuer",
            Self::Purpose => "purpose",
            Self::ValidUntil => "valid_until",
            Self::MadeAt => "made_at",
            Self::MadeBy => "made_by",
            Self::CopyNumber => "copy_number",
        }
    }

    /// Whether a copy may lack it, so that its label belongs to the copy and not to the static page.
    pub fn is_optional(self) -> bool {
        matches!(
            self,
            Self::Level | Self::Speciality | Self::LicenceIdentifier | Self::Purpose | Self::ValidUntil
        )
    }

    /// Whether many copies say the same for it: words of the catalogue, and what an endorsement is for. Nothing of a person.
    pub fn recurs(self) -> bool {
        matches!(
            self,
            Self::DocumentType
                | Self::Qualification
                | Self::Level
                | Self::Speciality
                | Self::Issuer
                | Self::Purpose
                | Self::MadeBy
        )
    }

    /// What a copy has for it.
    pub fn of(self, fields: &Fields) -> Option<&str> {
        let endorsement = fields.endorsement.as_ref();
        let value = match self {
            Self::HolderName => Some(fields.holder_name.as_str()),
            Self::Sex => Some(fields.sex.as_str()),
            Self::BirthDate => Some(fields.birth_date.as_str()),
            Self::DocumentType => Some(fields.document_type.as_str()),
            Self::DocumentNumber => Some(fields.document_number.as_str()),
            Self::Qualification => Some(fields.qualification.as_str()),
            Self::Level => fields.level.as_deref(),
            Self::Speciality => fields.speciality.as_deref(),
            Self::ApprovalDate => Some(fields.approval_date.as_str()),
            Self::MadeOn => Some(fields.made_on.as_str()),
            Self::ManagementNumber => Some(fields.management_number.as_str()),
            Self::LicenceIdentifier => fields.licence_identifier.as_deref(),
            Self::Issuer => Some(fields.issuer.as_str()),
            Self::Purpose => endorsement.map(|strip| strip.purpose.as_str()),
            Self::ValidUntil => endorsement.map(|strip| strip.valid_until.as_str()),
            Self::MadeAt => Some(fields.made_at.as_str()),
            Self::MadeBy => Some(fields.made_by.as_str()),
            Self::CopyNumber => Some(fields.copy_number.as_str()),
        };
        value.filter(|value| !value.is_empty())
    }
}
