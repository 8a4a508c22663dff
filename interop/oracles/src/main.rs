//! The crates `underskrift` and `ofdrw` as judges: `oracles TRUST FILE…`, an opinion on each file as a line of JSON.
//!
//! `underskrift` is asked for PDF: integrity, path to a root of TRUST, level, and changes behind the signature. `ofdrw`
//! for OFD: structure, text, values of stamp and seal, the signer's place in the seal, digests.

use std::error::Error;
use std::path::Path;

use ofdrw::OfdDocument;
use serde_json::json;
use underskrift::trust::{TrustStore, TrustStoreSet};
use underskrift::verify::{DetectedPadesLevel, SignatureStatus, SignatureVerifier};

type Objections = Vec<String>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let trust = arguments.next().ok_or("oracles TRUST FILE…")?;
    let roots = roots(Path::new(&trust))?;
    for file in arguments {
        let bytes = std::fs::read(&file)?;
        let (judge, said) = match file.ends_with(".ofd") {
            true => ("ofdrw crate", package(&bytes)),
            false => ("underskrift", document(&bytes, &roots)),
        };
        let (objections, facts) = match said {
            Ok(said) => said,
            Err(error) => (vec![error.to_string()], json!({})),
        };
        println!("{}", json!({ "judge": judge, "file": file, "objections": objections, "facts": facts }));
    }
    Ok(())
}

/// Roots of documents, and those of time stamps.
fn roots(trust: &Path) -> Result<TrustStoreSet, Box<dyn Error>> {
    let mut set = TrustStoreSet::new().with_sig_store(TrustStore::from_pem_directory(trust)?);
    let stamps = trust.join("tsa");
    let stamps = if stamps.is_dir() { stamps } else { trust.to_owned() };
    set = set.with_tsa_store(TrustStore::from_pem_directory(stamps)?);
    Ok(set)
}

fn document(bytes: &[u8], roots: &TrustStoreSet) -> Result<(Objections, serde_json::Value), Box<dyn Error>> {
    let report = SignatureVerifier::new(roots).verify_pdf(bytes)?;
    let mut objections = Objections::new();
    let mut level = "";
    for signature in &report.signatures {
        if signature.status != SignatureStatus::Valid {
            let why = signature.integrity_issues.join("; ");
            objections.push(format!(
                "{}: {:?}: {} {why}",
                signature.field_name, signature.status, signature.summary
            ));
        }
        if signature.extended_by_non_safe_updates == Some(true) {
            objections.push(format!("{}: changed after signing", signature.field_name));
        }
        level = match signature.pades_level {
            DetectedPadesLevel::BB => "b-b",
            DetectedPadesLevel::BT => "b-t",
            DetectedPadesLevel::BLT => "b-lt",
            DetectedPadesLevel::BLTA => "b-lta",
            DetectedPadesLevel::NotPades | DetectedPadesLevel::Unknown => level,
        };
    }
    Ok((objections, json!({ "signatures": report.signatures.len(), "level": level })))
}

fn package(bytes: &[u8]) -> Result<(Objections, serde_json::Value), Box<dyn Error>> {
    let package = OfdDocument::from_bytes(bytes)?;
    let mut objections = Objections::new();
    let mut expect = |good: bool, what: String| {
        if !good {
            objections.push(what)
        }
    };
    for issue in package.validate_references()? {
        expect(false, format!("{}: {}: {}", issue.path, issue.code, issue.message));
    }
    let signatures = package.signatures()?;
    expect(signatures.len() == 1, format!("{} signatures", signatures.len()));
    for (index, signature) in signatures.iter().enumerate() {
        expect(package.check_ses_signature_value(index)?, format!("{}: signature value", signature.id));
        expect(package.check_ses_seal_signature(index)?, format!("{}: the seal's signature", signature.id));
        expect(
            package.check_ses_seal_signer_authorization(index)?,
            format!("{}: not the seal's signer", signature.id),
        );
        expect(
            package.check_signature_description_hash(index)?.valid,
            format!("{}: Signature.xml", signature.id),
        );
        match package.check_signature_references(index) {
            Ok(references) => {
                for reference in references {
                    expect(reference.valid, format!("{} is not what was signed", reference.path));
                }
            }
            Err(error) => expect(false, error.to_string()),
        }
    }
    Ok((objections, json!({ "signatures": signatures.len(), "text": package.all_text()?.concat().concat() })))
}
