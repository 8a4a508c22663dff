//! One roster row that passed every rule: what the register will hold.

use crate::calendar::{Day, Half, Precision};
use crate::document::Sex;
use crate::number::ManagementNumber;
use crate::person::Identity;

/// A certificate as imported, before it is published. Codes are the catalogue's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub number: ManagementNumber,
    pub holder: Identity,
    pub sex: Option<Sex>,
    pub birth_date: Option<Day>,
    pub qualification: String,
    /// Empty where the qualification has no levels.
    pub level: String,
    /// Empty where it has none. Free text: specialities change faster than catalogues.
    pub speciality: String,
    pub approved_on: Day,
    pub approval_precision: Precision,
    /// Organisation code of the issuer.
    pub issuer: String,
    /// Code of the seal that the rule gives for this certificate.
    pub seal: String,
    /// Name of the photo in the zip beside the roster.
    pub photo: Option<String>,
    /// `None`: the day of publication.
    pub made_on: Option<Day>,
    pub year: i32,
    pub half: Option<Half>,
    /// GB/T 2260 province-level code or name as the organisation gives it.
    pub region: String,
}
