//! Prepare, sign, finish, verify; the keyring.
//!
//! A copy is drawn from a plate (everything static for one template and seal) and its own fields, digested, signed by
//! the seal's key against a permit that is used up, and handed out only after the public verification has accepted it. Knows no
//! database, no clock and no file system: bytes, keys, times and random bytes come from the caller.

pub mod authority;
mod copy;
mod date;
mod error;
mod keyring;
mod marks;
mod material;
mod picture;
mod plate;
mod signed;
pub mod statement;
#[cfg(test)]
mod testing;
pub mod trust;
pub mod verify;

pub use copy::{CopyOrder, Permit, Prepared, SealedCopy, prepare};
pub use error::Error;
pub use keyring::{Keyring, Means, NationalSeal, SealKey, Unfit, admit, may_seal};
pub use material::Material;
pub use picture::{ElectronicPicture, PICTURE_KIND, PictureOrder, copy_picture, electronic_picture};
pub use plate::{Design, PlateOrder, Plates, SealFace, SealPlate};
pub use signed::Signed;
pub use trust::Trust;
pub use verify::{
    FileKind, Note, PackageStep, Report, SignerReport, StampKind, StepReport, TimeStampReport, stamp_problem,
    verify,
};

pub use yinxin_crypto::hash::sha256;
pub use yinxin_crypto::soft::decrypt_pkcs8;
pub use yinxin_crypto::{
    Error as CryptoError, KeyKind, Pkcs11Signer, Signer, SoftSigner, pkcs11, ses, tsp, x509,
};
pub use {yinxin_face as face, yinxin_page as page};

/// Bytes of the largest file that verification reads; of a larger one it says no more than that.
pub fn largest_file() -> u64 {
    let (pdf, ofd) = (yinxin_pdf::read::Limits::default(), yinxin_ofd::read::Limits::default());
    pdf.file_size.max(ofd.file_size) as u64
}

/// A holder's photo as the page takes it: a JPEG file, 8-bit grey or RGB. `None` for anything else.
pub fn photo(bytes: &[u8]) -> Option<page::draw::Image> {
    yinxin_pdf::write::jpeg(bytes.to_vec()).ok()
}
