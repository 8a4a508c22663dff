//! SHA-256 and SM3 with a state that can be kept and cloned, so that a constant prefix is hashed once.

use ::sm3::Digest as _;
use aws_lc_rs::digest;

/// A running SHA-256 (FIPS 180-4). Cloning it clones the state reached so far (the "midstate").
#[derive(Clone)]
pub struct Sha256(digest::Context);

impl Default for Sha256 {
    fn default() -> Self {
        Self::new()
    }
}

impl Sha256 {
    pub fn new() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }

    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub fn finish(self) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(self.0.finish().as_ref());
        out
    }
}

/// SHA-1, for names that a format makes of it; it protects nothing.
pub fn sha1(bytes: &[u8]) -> [u8; 20] {
    let digest = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes);
    let mut out = [0; 20];
    for (to, from) in out.iter_mut().zip(digest.as_ref()) {
        *to = *from;
    }
    out
}

/// SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut state = Sha256::new();
    state.update(bytes);
    state.finish()
}

/// A running SM3 (GB/T 32905-2016). Cloning it clones the state reached so far.
#[derive(Clone, Default)]
pub struct Sm3(::sm3::Sm3);

impl Sm3 {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// SM3 of `bytes`.
pub fn sm3(bytes: &[u8]) -> [u8; 32] {
    ::sm3::Sm3::digest(bytes).into()
}
