//! A device with passkeys, by another hand than the product's (WebAuthn §6): it makes keys without attestation, signs, and
//! lies where a test wants it to.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const KEY_FOLLOWS: u8 = 0x40;

pub struct Device {
    keys: Vec<Key>,
    pub origin: String,
    /// Whose keys it says they are, if not the question's.
    pub site: Option<String>,
    /// Whether it looks at who holds it.
    pub looks: bool,
    /// Counts each use; 0: it does not count.
    pub counter: u32,
}

struct Key {
    id: [u8; 16],
    handle: String,
    pair: EcdsaKeyPair,
}

impl Device {
    pub fn new(origin: &str) -> Self {
        Self { keys: Vec::new(), origin: origin.into(), site: None, looks: true, counter: 1 }
    }

    /// `navigator.credentials.create`, as JSON.
    pub fn make(&mut self, options: &Value) -> String {
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let id: [u8; 16] = digest(&SHA256, pair.public_key().as_ref()).as_ref()[..16].try_into().unwrap();
        let point = &pair.public_key().as_ref()[1..];
        let site = options["rp"]["id"].as_str().unwrap();
        let mut data = self.data(site, KEY_FOLLOWS);
        data.extend([0; 16]);
        data.extend([0, 16]);
        data.extend(id);
        // COSE: EC2, ES256, P-256, x, y.
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(&point[..32]);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(&point[32..]);
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(&data);
        let client = self.client("webauthn.create", options);
        let handle = options["user"]["id"].as_str().unwrap().to_owned();
        self.keys.push(Key { id, handle, pair });
        json!({
            "id": base64url(&id), "rawId": base64url(&id), "type": "public-key",
            "response": { "attestationObject": base64url(&object), "clientDataJSON": base64url(&client) },
            "clientExtensionResults": { "credProps": { "rk": true } },
        })
        .to_string()
    }

    /// `navigator.credentials.get` with the newest key, as JSON.
    pub fn sign(&mut self, options: &Value) -> String {
        assert_eq!(options["userVerification"], "required");
        if self.counter > 0 {
            self.counter += 1;
        }
        let data = self.data(options["rpId"].as_str().unwrap(), 0);
        let client = self.client("webauthn.get", options);
        let key = self.keys.last().unwrap();
        let signed = [data.as_slice(), digest(&SHA256, &client).as_ref()].concat();
        let signature = key.pair.sign(&SystemRandom::new(), &signed).unwrap();
        json!({
            "id": base64url(&key.id), "rawId": base64url(&key.id), "type": "public-key",
            "response": {
                "authenticatorData": base64url(&data), "clientDataJSON": base64url(&client),
                "signature": base64url(signature.as_ref()), "userHandle": key.handle,
            },
            "clientExtensionResults": {},
        })
        .to_string()
    }

    fn data(&self, site: &str, flags: u8) -> Vec<u8> {
        let site = self.site.as_deref().unwrap_or(site);
        let flags = flags | PRESENT | if self.looks { VERIFIED } else { 0 };
        let mut data = digest(&SHA256, site.as_bytes()).as_ref().to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client(&self, kind: &str, options: &Value) -> Vec<u8> {
        let (challenge, origin) = (&options["challenge"], &self.origin);
        json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }
}

fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let six = |six: &[u8]| {
        let text = format!("{:0<6}", std::str::from_utf8(six).unwrap());
        char::from(LETTERS[usize::from_str_radix(&text, 2).unwrap()])
    };
    bits.as_bytes().chunks(6).map(six).collect()
}
