use super::*;
use proptest::prelude::*;
use yinxin_model::{DocumentType, PersonName};
use yinxin_testkit::SeededEntropy;

fn vault(index: u8) -> Vault {
    let key = |id, fill| KeyBytes { id, bytes: Zeroizing::new([fill; 32]) };
    let keys = VaultKeys { data: vec![key(1, 1)], index: vec![key(1, index)] };
    Vault::new(keys, Arc::new(SeededEntropy::new(1))).unwrap()
}

fn somebody(kind: DocumentType, number: &str, name: &str) -> Identity {
    let document = DocumentNumber::stored(kind, number.into());
    Identity { name: PersonName::parse(name).unwrap(), document }
}

#[test]
fn every_part_of_an_identity_counts() {
    let vault = vault(9);
    let base = vault.identity_index(&somebody(DocumentType::Passport, "E12345678", "张三"));
    assert_eq!(base, vault.identity_index(&somebody(DocumentType::Passport, "E12345678", "张三")));
    let renamed = vault.identity_index(&somebody(DocumentType::Passport, "E12345678", "张四"));
    assert_eq!(base.document, renamed.document);
    assert_ne!(base.name, renamed.name);
    let kind = vault.identity_index(&somebody(DocumentType::OfficerCard, "E12345678", "张三"));
    assert_ne!(base.document, kind.document, "the same number of another type is somebody else");
    let keyed = self::vault(8).identity_index(&somebody(DocumentType::Passport, "E12345678", "张三"));
    assert_ne!(base.document, keyed.document);
    assert_eq!(IdentityIndex::from_bytes(&base.to_bytes()), Some(base));
    assert_eq!(IdentityIndex::from_bytes(&base.to_bytes()[1..]), None);
    assert_ne!(vault.no_identity(), base);
}

#[test]
fn names_that_mean_the_same_are_found_alike() {
    let vault = vault(9);
    let index = |name| vault.identity_index(&somebody(DocumentType::Passport, "E1", name));
    for name in ["阿卜杜拉•买买提", "阿卜杜拉‧买买提", " 阿卜杜拉．买买提 "] {
        assert_eq!(index(name), index("阿卜杜拉·买买提"), "{name}");
    }
}

#[test]
fn a_key_directory_without_keys_or_with_a_number_twice_is_refused() {
    let key = |id| KeyBytes { id, bytes: Zeroizing::new([1; 32]) };
    let code = |data: Vec<KeyBytes>, index: Vec<KeyBytes>| {
        Vault::new(VaultKeys { data, index }, Arc::new(SeededEntropy::new(1))).map(|_| ()).unwrap_err().code()
    };
    assert_eq!(code(vec![], vec![key(1)]), "key_missing");
    assert_eq!(code(vec![key(1)], vec![]), "key_missing");
    assert_eq!(code(vec![key(1), key(1)], vec![key(1)]), "key_mismatch");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_sealed_opens_in_its_place_only(plain in prop::collection::vec(any::<u8>(), 0..300), row in any::<[u8; 16]>()) {
        let vault = vault(9);
        let place = Place::new("t", "c", &row);
        let sealed = vault.seal(place, &plain).unwrap();
        let opened = vault.open(place, &sealed).unwrap();
        prop_assert_eq!(opened.as_slice(), plain.as_slice());
        prop_assert_ne!(&vault.seal(place, &plain).unwrap(), &sealed, "no nonce twice");
        prop_assert!(vault.open(Place::new("t", "d", &row), &sealed).is_err());
    }
}

/// What a key file says from one look to the next.
struct File(std::sync::Mutex<Vec<VaultKeys>>);

impl KeySource for File {
    fn changed(&self, _: Option<KeyId>) -> Option<VaultKeys> {
        self.0.lock().unwrap().pop()
    }
}

fn following(index: u8, data: &[(KeyId, u8)]) -> (Vault, Vec<u8>) {
    let key = |(id, fill): (KeyId, u8)| KeyBytes { id, bytes: Zeroizing::new([fill; 32]) };
    let keys = VaultKeys { data: data.iter().copied().map(key).collect(), index: vec![key((1, index))] };
    let file = File(std::sync::Mutex::new(vec![keys]));
    let newer = VaultKeys { data: vec![key((2, 2)), key((1, 1))], index: vec![key((1, 9))] };
    let newer = Vault::new(newer, Arc::new(SeededEntropy::new(2))).unwrap();
    (vault(9).following(file), newer.seal(Place::new("t", "c", b"r"), b"secret").unwrap())
}

#[test]
fn a_rotation_elsewhere_is_followed() {
    let place = Place::new("t", "c", b"r");
    let older = vault(9).seal(place, b"old").unwrap();
    let (vault, sealed) = following(9, &[(2, 2), (1, 1)]);
    assert_eq!(vault.open(place, &sealed).unwrap().as_slice(), b"secret");
    assert_eq!(vault.key_of(&vault.seal(place, b"new").unwrap()), Some(2), "what is sealed from now on");
    assert_eq!(vault.open(place, &older).unwrap().as_slice(), b"old");

    let (vault, _) = following(9, &[(2, 2)]);
    assert_eq!(vault.key_of(&vault.seal(place, b"new").unwrap()), Some(2));
    assert_eq!(vault.open(place, &older).unwrap().as_slice(), b"old", "retired is not forgotten");

    for (index, data) in [(8, [(2, 2), (1, 1)]), (9, [(2, 2), (1, 7)])] {
        let (vault, sealed) = following(index, &data);
        assert_eq!(vault.open(place, &sealed).unwrap_err().code(), "key_missing", "another register's file");
        assert_eq!(vault.active_key(), 1);
    }
}
