//! Signers, CMS and X.509. Knows no document format and nothing of certificates of qualification.

pub mod hash;
