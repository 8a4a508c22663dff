//! OFD, both ways: [`write`] makes ours, [`read`] looks at a package that anybody may have made.
//!
//! Knows pages (`yinxin-page`) and digests (`yinxin-crypto::hash`); knows nothing of certificates, holders,
//! trust or this system, and not what a signature's value is. Follows GB/T 33190-2016 as far as its schema and
//! the files of others show it (docs/adr/0006).

mod container;
mod layout;
pub mod read;
pub mod write;
