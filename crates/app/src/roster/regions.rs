//! Province-level divisions (GB/T 2260): rosters write codes, short or full names; the register keeps the
//! short name, as the catalogue's scope does.

/// Code, short name, and what follows it in the full name.
const REGIONS: [(&str, &str, &str); 35] = [
    ("11", "北京", "市"),
    ("12", "天津", "市"),
    ("13", "河北", "省"),
    ("14", "山西", "省"),
    ("15", "内蒙古", "自治区"),
    ("21", "辽宁", "省"),
    ("22", "吉林", "省"),
    ("23", "黑龙江", "省"),
    ("31", "上海", "市"),
    ("32", "江苏", "省"),
    ("33", "浙江", "省"),
    ("34", "安徽", "省"),
    ("35", "福建", "省"),
    ("36", "江西", "省"),
    ("37", "山东", "省"),
    ("41", "河南", "省"),
    ("42", "湖北", "省"),
    ("43", "湖南", "省"),
    ("44", "广东", "省"),
    ("45", "广西", "壮族自治区"),
    ("46", "海南", "省"),
    ("50", "重庆", "市"),
    ("51", "四川", "省"),
    ("52", "贵州", "省"),
    ("53", "云南", "省"),
    ("54", "西藏", "自治区"),
    ("61", "陕西", "省"),
    ("62", "甘肃", "省"),
    ("63", "青海", "省"),
    ("64", "宁夏", "回族自治区"),
    ("65", "新疆", "维吾尔自治区"),
    ("66", "新疆兵团", ""),
    ("71", "台湾", "省"),
    ("81", "香港", "特别行政区"),
    ("82", "澳门", "特别行政区"),
];

/// The short name for a code (two digits, or six ending in 0000), a short or a full name.
pub(super) fn region(text: &str) -> Option<&'static str> {
    let code = text.strip_suffix("0000").unwrap_or(text);
    let called = |(number, short, rest): &(&str, &str, &str)| {
        *number == code || text.strip_prefix(short).is_some_and(|after| after.is_empty() || after == *rest)
    };
    let found = REGIONS.iter().find(|region| called(region)).map(|(_, short, _)| *short);
    found.or((text == "新疆生产建设兵团").then_some("新疆兵团"))
}
