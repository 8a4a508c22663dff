use super::*;
use proptest::prelude::*;

fn holder(name: &str, number: &str, sex: Option<Sex>, birth: Option<i32>) -> Option<Holder> {
    let name = PersonName::parse(name).ok()?;
    let document = DocumentNumber::stored(DocumentType::Passport, number.to_owned());
    Some(Holder { identity: Identity { name, document }, sex, birth_date: birth.map(Day) })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn holders_come_back(name in "\\PC{1,50}", number in "[A-Z0-9]{1,20}", sex in 0..3, birth in any::<Option<i32>>()) {
        let sex = [None, Some(Sex::Male), Some(Sex::Female)][sex as usize];
        if let Some(holder) = holder(&name, &number, sex, birth) {
            let bytes = encode_holder(&holder);
            prop_assert_eq!(decode_holder(&bytes), Some(holder));
            for cut in 0..bytes.len() {
                prop_assert!(decode_holder(&bytes[..cut]).is_none() || birth.is_some());
            }
        }
    }

    #[test]
    fn damaged_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = decode_holder(&bytes);
        let _ = decode_identity(&[&[FORMAT], bytes.as_slice()].concat());
    }
}

#[test]
fn rare_names_come_back() {
    for name in ["䶮", "𬱖", "𰻞", "阿卜杜拉·买买提"] {
        let holder = holder(name, "E12345678", None, None).unwrap();
        assert_eq!(decode_holder(&encode_holder(&holder)).unwrap().identity.name.display(), name);
    }
}
