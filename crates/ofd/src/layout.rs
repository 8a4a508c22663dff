//! Where the parts of our packages lie. Shared by the writer, and by the reader that knows its own.

/// The namespace of everything in a package (GB/T 33190, 7.3).
pub(crate) const NAMESPACE: &str = "http://www.ofdspec.org/2016";

pub(crate) const ENTRANCE: &str = "OFD.xml";
pub(crate) const DOCUMENT: &str = "Doc_0/Document.xml";
pub(crate) const PUBLIC_RES: &str = "Doc_0/PublicRes.xml";
pub(crate) const DOCUMENT_RES: &str = "Doc_0/DocumentRes.xml";
pub(crate) const SERIES_RES: &str = "Doc_0/SeriesRes.xml";
pub(crate) const PAGE: &str = "Doc_0/Pages/Page_0/Content.xml";
/// What is static, and what a series shares, below and above each other. In one folder: a reader is known that takes the folder's number
/// for that of the page.
pub(crate) const UNDER: &str = "Doc_0/Tpls/Tpl_0/Under.xml";
pub(crate) const MARK: &str = "Doc_0/Tpls/Tpl_0/Mark.xml";
pub(crate) const OVER: &str = "Doc_0/Tpls/Tpl_0/Over.xml";
pub(crate) const LABELS: &str = "Doc_0/Tpls/Tpl_0/Labels.xml";
pub(crate) const CUSTOM_TAGS: &str = "Doc_0/Tags/CustomTags.xml";
pub(crate) const FIELDS: &str = "Doc_0/Tags/Fields.xml";
pub(crate) const SIGNATURES: &str = "Doc_0/Signs/Signatures.xml";
pub(crate) const SIGNATURE: &str = "Doc_0/Signs/Sign_0/Signature.xml";
pub(crate) const SIGNED_VALUE: &str = "Doc_0/Signs/Sign_0/SignedValue.dat";
/// The same as the signature's value names it.
pub const SIGNATURE_PATH: &str = "/Doc_0/Signs/Sign_0/Signature.xml";
/// Fonts and pictures, each with a name of its own.
pub(crate) const RESOURCES: &str = "Doc_0/Res/";

/// SM3, and SM2 with SM3 (GM/T 0006).
pub(crate) const SM3: &str = "1.2.156.10197.1.401";
pub(crate) const SM2_WITH_SM3: &str = "1.2.156.10197.1.501";
