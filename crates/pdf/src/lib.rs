//! PDF, both ways: [`read`] looks at a file that anybody may have made, [`write`] makes ours.
//!
//! Knows pages (`yinxin-page`) and digests (`yinxin-crypto::hash`); knows nothing of certificates, holders,
//! trust or this system. Follows ISO 32000-1 (PDF 1.7) and, for signatures, ETSI EN 319 142-1.

mod layout;
pub mod read;
pub mod write;
