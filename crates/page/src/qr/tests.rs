use super::*;
use proptest::prelude::*;

/// As the encoder makes it from the same segments, without anything of ours but the choice of them.
fn plainly(text: &str, style: &QrStyle) -> Option<QrMatrix> {
    let segments: Vec<QrSegment> = segment::split(text).iter().map(Segment::for_encoder).collect();
    let (most, mask) = (Version::new(style.max_version), Some(Mask::new(style.mask)));
    let levels = CORRECTIONS.iter().rev().skip_while(|level| **level != style.correction);
    let code = levels.into_iter().find_map(|correction| {
        let level = level(*correction);
        QrCode::encode_segments_advanced(&segments, level, Version::MIN, most, mask, true).ok()
    })?;
    Some(QrMatrix { side: code.size() as usize, dark: dark(&code).collect() })
}

fn corrections() -> impl Strategy<Value = Correction> {
    prop::sample::select(CORRECTIONS.to_vec())
}

#[test]
fn every_length_is_what_the_encoder_makes() {
    for correction in CORRECTIONS {
        let style = QrStyle { correction, mask: 3, ..QrStyle::default() };
        for length in 0..=280 {
            let long = "é/1aZ:?#𰻞".repeat(25);
            let text = long.chars().scan(0, |bytes, c| {
                *bytes += c.len_utf8();
                (*bytes <= length).then_some(c)
            });
            let text: String = text.collect();
            assert_eq!(encode(&text, &style).ok(), plainly(&text, &style), "{correction:?} {text}");
        }
    }
}

#[test]
fn every_mask_and_version_is_what_the_encoder_makes() {
    for mask in 0..8 {
        for correction in CORRECTIONS {
            for length in (0..400).step_by(9) {
                let text = format!("https://example.cn/v/{}", "A".repeat(length));
                let style = QrStyle { correction, max_version: 12, mask };
                assert_eq!(encode(&text, &style).ok(), plainly(&text, &style), "{mask} {length}");
            }
        }
    }
}

#[test]
fn an_address_with_a_statement_keeps_to_version_10() {
    let address = |host: &str, letters: usize| {
        format!("{host}/v/{}#{}", "0123456789ABCDEFGHJKMNPQRS", "Z".repeat(letters))
    };
    let made = |text: &str, correction| {
        let code = symbol::encode(&segment::split(text), correction, &QrStyle::default());
        code.map(|code| code.side)
    };
    // The largest statement, 150 bytes in 240 letters, at the longest address that can be set: 10-L.
    let long = address(&format!("https://{}", "a".repeat(52)), 240);
    assert_eq!((made(&long, Correction::Medium), made(&long, Correction::Low)), (None, Some(57)));
    assert_eq!(encode(&long, &QrStyle::default()).unwrap().side, 57);
    // One byte less at the default address: 10-M.
    assert_eq!(made(&address("http://127.0.0.1:8080", 239), Correction::Medium), Some(57));
    assert!(encode(&address("http://127.0.0.1:8080", 400), &QrStyle::default()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_what_the_encoder_makes(
        text in "[ -~]{0,60}|[0-9A-Z $%*+./:-]{0,60}|([a-z]{0,9}[0-9A-Z]{0,20}){0,6}|[0-9]{0,90}|\\PC{0,40}",
        correction in corrections(),
        max_version in 1_u8..=12,
        mask in 0_u8..8,
    ) {
        let style = QrStyle { correction, max_version, mask };
        prop_assert_eq!(encode(&text, &style).ok(), plainly(&text, &style));
    }

    #[test]
    fn packed_rows_are_the_modules(side in 1_usize..60, bits in prop::collection::vec(any::<bool>(), 60 * 60)) {
        let dark = bits[..side * side].to_vec();
        let packed = QrMatrix { side, dark: dark.clone() }.packed();
        let width = side.div_ceil(8);
        prop_assert_eq!(packed.len(), side * width);
        for (y, row) in packed.chunks(width).enumerate() {
            for x in 0..width * 8 {
                let expected = x < side && dark[y * side + x];
                prop_assert_eq!(row[x / 8] >> (7 - x % 8) & 1 == 1, expected);
            }
        }
    }

    #[test]
    fn segments_are_the_text(text in "([a-z#]{0,9}[0-9A-Z/:]{0,20}){0,6}") {
        let joined: Vec<QrSegment> = segment::split(&text).iter().map(Segment::for_encoder).collect();
        let characters: usize = joined.iter().map(QrSegment::num_chars).sum();
        prop_assert_eq!(characters, text.len());
    }
}
