use super::*;
use proptest::prelude::*;

const TODAY: Day = Day(20_700);

fn with_check(digits: &str) -> String {
    format!("{digits}{}", resident_check(digits).unwrap())
}

fn rule(kind: DocumentType, text: &str) -> &'static str {
    DocumentNumber::parse(kind, text, TODAY).unwrap_err().rule()
}

#[test]
fn resident_ids() {
    let id = with_check("11010519491231002");
    assert!(id.ends_with('X'), "the sample of GB 11643");
    for text in
        [id.clone(), id.to_lowercase(), id.replace('X', "Ｘ"), format!("　{id} "), id.replace('1', "１")]
    {
        let parsed = DocumentNumber::parse(DocumentType::ResidentId, &text, TODAY).unwrap();
        assert_eq!(parsed.number(), id);
        assert_eq!(parsed.birth_and_sex(), Some((Day::new(1949, 12, 31).unwrap(), Sex::Female)));
    }
    let old = DocumentNumber::parse(DocumentType::ResidentId, "110105491231002", TODAY).unwrap();
    assert_eq!(old.number(), id, "15 digits expand to the same person");
}

#[test]
fn bad_resident_ids_by_rule() {
    use DocumentType::*;
    assert_eq!(rule(ResidentId, "身份证号码呢"), "document_number_length");
    assert_eq!(rule(ResidentId, &"证".repeat(18)), "document_number_character");
    assert_eq!(rule(ResidentId, "110105194912310021"), "document_number_checksum");
    assert_eq!(rule(ResidentId, &with_check("11010520230230001")), "document_number_birth_date");
    assert_eq!(rule(ResidentId, &with_check("11010529990101001")), "document_number_future_birth");
    assert_eq!(rule(ResidentId, &with_check("81000019900101001")), "document_number_wrong_type");
    assert_eq!(rule(ResidentId, &with_check("91000019900101001")), "document_number_wrong_type");
    assert_eq!(rule(ResidencePermit, &with_check("11010519900101001")), "document_number_wrong_type");
    assert_eq!(rule(ResidentId, "1101051949123100２Z"), "document_number_character");
    assert_eq!(rule(ResidentId, ""), "document_number_empty");
    assert_eq!(rule(HkMacaoTravelPermit, "H123"), "document_number_form");
    assert_eq!(rule(Passport, "E1234567é"), "document_number_form");
}

#[test]
fn other_documents() {
    let good = |kind, text: &str| DocumentNumber::parse(kind, text, TODAY).unwrap();
    for prefix in ["81", "82", "83"] {
        good(DocumentType::ResidencePermit, &with_check(&format!("{prefix}000019900101001")));
    }
    good(DocumentType::PermanentResidence, &with_check("91100019900101001"));
    good(DocumentType::PermanentResidence, "USA110078013021");
    assert_eq!(good(DocumentType::Passport, "e12345678").number(), "E12345678");
    good(DocumentType::HkMacaoTravelPermit, "H01234567");
    good(DocumentType::TaiwanTravelPermit, "12345678");
    good(DocumentType::OfficerCard, "军字第1234567号");
}

#[test]
fn types_by_code_name_or_alias() {
    for kind in DocumentType::ALL {
        assert_eq!(DocumentType::parse(kind.code()), Some(kind));
        assert_eq!(DocumentType::parse(kind.name()), Some(kind));
    }
    assert_eq!(DocumentType::parse(" 身份证 "), Some(DocumentType::ResidentId));
    assert_eq!(DocumentType::parse("１１１"), Some(DocumentType::ResidentId));
    assert_eq!(DocumentType::parse("学生证"), None);
    assert!(DocumentType::accepted().contains("553"));
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "\\PC{0,24}") {
        for kind in DocumentType::ALL {
            let _ = DocumentNumber::parse(kind, &text, TODAY);
        }
    }

    #[test]
    fn a_wrong_digit_is_found(region in 11u32..66, serial in 0u32..1000, at in 0usize..17, digit in 0u32..10) {
        let id = with_check(&format!("{region}0105{}{serial:03}", "19900101"));
        let mut wrong = id.clone();
        wrong.replace_range(at..=at, &digit.to_string());
        prop_assume!(wrong != id);
        prop_assert!(DocumentNumber::parse(DocumentType::ResidentId, &wrong, TODAY).is_err());
    }
    /// The last but one with the check character too.
    #[test]
    fn two_swapped_neighbours_are_found(region in 11u32..66, serial in 0u32..1000, at in 0usize..17) {
        let id = with_check(&format!("{region}0105{}{serial:03}", "19900101"));
        let mut swapped = id.clone().into_bytes();
        swapped.swap(at, at + 1);
        let swapped = String::from_utf8(swapped).unwrap();
        prop_assume!(swapped != id);
        prop_assert!(DocumentNumber::parse(DocumentType::ResidentId, &swapped, TODAY).is_err());
    }
}
