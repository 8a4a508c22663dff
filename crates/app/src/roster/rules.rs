//! The codes of the rules that a roster can break: stable, in snake_case, each explained in `docs/ROSTER.md`
//! and said in both languages by `words` (`rule-<code>`, `note-<code>`).

macro_rules! codes {
    ($(#[$about:meta])* $list:ident: $($name:ident = $code:literal),* $(,)?) => {
        $(pub(super) const $name: &str = $code;)*
        $(#[$about])*
        pub const $list: &[&str] = &[$($code),*];
    };
}

codes! {
    /// The rules that are a roster's own; a breach is an error of its row.
    OWN:
    HEADING_MISSING = "heading_missing",
    HEADING_TWICE = "heading_twice",
    ROW_TOO_LONG = "row_too_long",
    CELL_WITHOUT_HEADING = "cell_without_heading",
    QUOTE_NOT_CLOSED = "quote_not_closed",
    MANDATORY_MISSING = "mandatory_missing",
    CELL_ERROR = "cell_error",
    CELL_BOOLEAN = "cell_boolean",
    CELL_IS_NUMBER = "cell_is_number",
    TEXT_TOO_LONG = "text_too_long",
    INVISIBLE_CHARACTER = "invisible_character",
    FORMULA = "formula",
    MANAGEMENT_NUMBER_IS_NUMBER = "management_number_is_number",
    DUPLICATE_MANAGEMENT_NUMBER = "duplicate_management_number",
    DOCUMENT_TYPE_UNKNOWN = "document_type_unknown",
    DOCUMENT_NUMBER_IS_NUMBER = "document_number_is_number",
    SEX_UNKNOWN = "sex_unknown",
    SEX_DISAGREES = "sex_disagrees",
    DATE_SERIAL_NUMBER = "date_serial_number",
    BIRTH_DATE_FORM = "birth_date_form",
    BIRTH_DATE_IN_FUTURE = "birth_date_in_future",
    BIRTH_DATE_DISAGREES = "birth_date_disagrees",
    QUALIFICATION_UNKNOWN = "qualification_unknown",
    QUALIFICATION_NOT_MADE_HERE = "qualification_not_made_here",
    LEVEL_MISSING = "level_missing",
    LEVEL_UNKNOWN = "level_unknown",
    LEVEL_DISAGREES = "level_disagrees",
    LEVEL_NOT_APPLICABLE = "level_not_applicable",
    APPROVAL_DATE_FORM = "approval_date_form",
    APPROVAL_DATE_TOO_EARLY = "approval_date_too_early",
    APPROVAL_DATE_IN_FUTURE = "approval_date_in_future",
    ISSUER_UNKNOWN = "issuer_unknown",
    ISSUER_NOT_ALLOWED = "issuer_not_allowed",
    ISSUER_NOT_FOR_QUALIFICATION = "issuer_not_for_qualification",
    SEAL_MISSING = "seal_missing",
    PHOTO_NAME = "photo_name",
    MADE_ON_FORM = "made_on_form",
    MADE_ON_BEFORE_APPROVAL = "made_on_before_approval",
    MADE_ON_IN_FUTURE = "made_on_in_future",
    YEAR_FORM = "year_form",
    HALF_UNKNOWN = "half_unknown",
    REGION_UNKNOWN = "region_unknown",
}

/// Every code that an error of a roster can carry: those above and those of `model`'s types.
pub fn errors() -> impl Iterator<Item = &'static str> {
    OWN.iter().chain(MODEL).copied()
}

/// The rules of `PersonName`, `DocumentNumber` and `ManagementNumber`.
const MODEL: &[&str] = &[
    "management_number_length",
    "management_number_character",
    "name_too_long",
    "name_invisible_character",
    "name_private_use",
    "name_without_letter",
    "name_formula",
    "document_number_length",
    "document_number_character",
    "document_number_checksum",
    "document_number_birth_date",
    "document_number_future_birth",
    "document_number_wrong_type",
    "document_number_form",
];

codes! {
    /// Doubts that stop nothing.
    WARNINGS:
    UNKNOWN_COLUMN = "unknown_column",
    SPECIALITY_UNKNOWN = "speciality_unknown",
    SAME_CERTIFICATE_OTHER_NUMBER = "same_certificate_other_number",
    OUTSIDE_SCOPE = "outside_scope",
    HOLDER_WITHOUT_CHECK = "holder_without_check",
}

codes! {
    /// What was skipped.
    NOTES:
    TITLE_ROW = "title_row",
    SHEET_WITHOUT_HEADINGS = "sheet_without_headings",
}
