//! Files of strangers: small documents by no program of ours, signed by a seal of theirs or not at all.

use super::edit::{blank_signature, filled, stream};
use super::office::Seal;

/// What stands on a stranger's page.
pub const PAGE: &[u8] = b"BT /F1 24 Tf 40 120 Td (PASSED) Tj ET";

/// A document in one revision: 1 catalog, 2 page tree, 3 page, 4 its content, 5 signature field, 6 signature, 7 font;
/// what a test adds comes behind.
pub struct Strange {
    bodies: Vec<Vec<u8>>,
}

impl Strange {
    /// A document with a field that is signed.
    pub fn new() -> Self {
        let bodies: Vec<Vec<u8>> = vec![
            b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/SigFlags 3>>>>".to_vec(),
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R\
              /Resources<</Font<</F1 7 0 R>>>>/Annots[5 0 R]>>"
                .to_vec(),
            stream("", PAGE),
            b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Sig1)/Rect[200 20 280 60]/F 132/P 3 0 R/V 6 0 R>>"
                .to_vec(),
            blank_signature("ETSI.CAdES.detached", "/M(D:20260301090000+08'00')"),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec(),
        ];
        Self { bodies }
    }

    /// Another body for an object.
    pub fn with(mut self, number: usize, body: impl Into<Vec<u8>>) -> Self {
        *self.bodies.get_mut(number - 1).expect("an object") = body.into();
        self
    }

    pub fn add(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.bodies.push(body.into());
        self
    }

    /// The file with whatever its signature holds.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = b"%PDF-1.6\n%\xE2\xE3\xCF\xD3\n".to_vec();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", self.bodies.len() + 1);
        for (index, body) in self.bodies.iter().enumerate() {
            table.push_str(&format!("{:010} 00000 n \n", out.len()));
            out.extend(format!("{} 0 obj\n", index + 1).bytes());
            out.extend_from_slice(body);
            out.extend_from_slice(b"\nendobj\n");
        }
        let (xref, size) = (out.len(), self.bodies.len() + 1);
        out.extend_from_slice(table.as_bytes());
        out.extend(format!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{xref}\n%%EOF\n").bytes());
        out
    }

    pub fn signed(&self, seal: &Seal) -> Vec<u8> {
        filled(&self.bytes(), |digest| seal.sign(digest))
    }
}
