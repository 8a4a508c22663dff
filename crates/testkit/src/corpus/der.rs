//! Taking a signature's DER apart and putting it together otherwise.

use p256::ecdsa::Signature;

pub const SEQUENCE: u8 = 0x30;
pub const SET: u8 = 0x31;
pub const CONTEXT_0: u8 = 0xa0;
pub const CONTEXT_1: u8 = 0xa1;
pub const OCTET_STRING: u8 = 0x04;

/// One element.
pub fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let value = parts.concat();
    let len = value.len();
    let mut out = vec![tag];
    match u16::try_from(len).expect("short enough").to_be_bytes() {
        [0, low] if low < 0x80 => out.push(low),
        [0, low] => out.extend([0x81, low]),
        [high, low] => out.extend([0x82, high, low]),
    }
    out.extend(value);
    out
}

/// Where an element's value begins, and how long the whole is.
fn measure(bytes: &[u8]) -> (usize, usize) {
    match bytes {
        [_, len @ 0..=0x7f, ..] => (2, 2 + usize::from(*len)),
        [_, 0x81, len, ..] => (3, 3 + usize::from(*len)),
        [_, 0x82, high, low, ..] => (4, 4 + (usize::from(*high) << 8 | usize::from(*low))),
        _ => panic!("no DER"),
    }
}

/// The elements inside an element, whole.
pub fn children(element: &[u8]) -> Vec<Vec<u8>> {
    let (start, end) = measure(element);
    let mut rest = element.get(start..end).expect("a value");
    let mut out = Vec::new();
    while !rest.is_empty() {
        let (one, after) = rest.split_at(measure(rest).1);
        out.push(one.to_vec());
        rest = after;
    }
    out
}

/// An element of the same tag with other elements inside.
pub fn rebuilt(element: &[u8], children: &[Vec<u8>]) -> Vec<u8> {
    let parts: Vec<&[u8]> = children.iter().map(Vec::as_slice).collect();
    tlv(*element.first().expect("a tag"), &parts)
}

/// A detached signature in its parts.
pub struct Signed {
    kind: Vec<u8>,
    /// Version, digest algorithms, content, certificates, signers.
    pub parts: Vec<Vec<u8>>,
}

impl Signed {
    pub fn of(cms: &[u8]) -> Self {
        let [kind, content] = <[Vec<u8>; 2]>::try_from(children(cms)).expect("a content info");
        let data = children(&content).remove(0);
        Self { kind, parts: children(&data) }
    }

    /// The parts of its first signer: version, id, digest algorithm, attributes, algorithm, signature, then what is
    /// not signed.
    pub fn signer(&self) -> Vec<Vec<u8>> {
        children(children(self.parts.last().expect("signers")).first().expect("a signer"))
    }

    pub fn with_signer(mut self, parts: &[Vec<u8>]) -> Self {
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        self.set_signers(&[&tlv(SEQUENCE, &parts)]);
        self
    }

    pub fn set_signers(&mut self, signers: &[&[u8]]) {
        *self.parts.last_mut().expect("signers") = tlv(SET, signers);
    }

    pub fn certificates(&mut self) -> &mut Vec<u8> {
        self.parts.get_mut(3).expect("certificates")
    }

    pub fn der(&self) -> Vec<u8> {
        let parts: Vec<&[u8]> = self.parts.iter().map(Vec::as_slice).collect();
        tlv(SEQUENCE, &[&self.kind, &tlv(CONTEXT_0, &[&tlv(SEQUENCE, &parts)])])
    }

    /// The outermost element with an indefinite length (BER).
    pub fn indefinite(&self) -> Vec<u8> {
        let der = self.der();
        let (start, end) = measure(&der);
        let value = der.get(start..end).expect("a value");
        [&[SEQUENCE, 0x80][..], value, &[0, 0]].concat()
    }
}

/// The other signature that holds for the same message: s becomes n − s.
pub fn mirrored(signature: &[u8]) -> Vec<u8> {
    let signature = Signature::from_der(signature).expect("a signature");
    let (r, s) = signature.split_scalars();
    Signature::from_scalars(r.to_bytes(), (-*s).to_bytes()).expect("a signature").to_der().as_bytes().to_vec()
}
