use super::*;
use proptest::prelude::*;

/// As the encoder makes it, without any superposition.
fn plainly(text: &str, style: &QrStyle) -> Option<QrMatrix> {
    let segments = QrSegment::make_segments(text);
    let (most, mask) = (Version::new(style.max_version), Some(Mask::new(style.mask)));
    let code =
        QrCode::encode_segments_advanced(&segments, level(style.correction), Version::MIN, most, mask, true)
            .ok()?;
    Some(QrMatrix { side: code.size() as usize, dark: dark(&code).collect() })
}

fn corrections() -> impl Strategy<Value = Correction> {
    let all = [Correction::Low, Correction::Medium, Correction::Quartile, Correction::High];
    prop::sample::select(all.to_vec())
}

#[test]
fn every_length_is_what_the_encoder_makes() {
    let style = QrStyle { mask: 3, ..QrStyle::default() };
    for length in 0..=220 {
        let long = "é/1aZ:?#𰻞".repeat(25);
        let text = long.chars().scan(0, |bytes, c| {
            *bytes += c.len_utf8();
            (*bytes <= length).then_some(c)
        });
        let text: String = text.collect();
        assert_eq!(encode(&text, &style).ok(), plainly(&text, &style), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn superposition_changes_nothing(
        text in "[ -~]{0,60}|[0-9A-Z $%*+./:-]{0,60}|[0-9]{0,90}|\\PC{0,40}",
        correction in corrections(),
        max_version in 1_u8..=12,
        mask in 2_u8..4,
    ) {
        let style = QrStyle { correction, max_version, mask };
        prop_assert_eq!(encode(&text, &style).ok(), plainly(&text, &style));
    }
}
