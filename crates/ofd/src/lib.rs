//! OFD packages: [`write`] makes ours.
//!
//! Knows pages (`yinxin-page`) and digests (`yinxin-crypto::hash`); knows nothing of certificates, holders,
//! trust or this system, and not what a signature's value is. Follows GB/T 33190-2016 as far as its schema and
//! the files of others show it (docs/adr/0006).

mod layout;
pub mod write;
