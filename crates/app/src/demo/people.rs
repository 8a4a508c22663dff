//! People who do not exist, made from a seed: the same seed yields the same people in the same order.
//!
//! Self-contained on purpose (it needs `yinxin_model` only), so that the product's demo can use the very same
//! file. Names are put together from common parts; document numbers are well-formed and have right check
//! digits, but their area codes are not assigned to any place (88…) or, where the first two digits are laid
//! down by the kind of card, end in 9999. A number may still be somebody's by chance in the kinds that carry
//! no area (passports, travel permits): nothing here is taken from any person.

use yinxin_model::document::resident_check;
use yinxin_model::{Day, DocumentType, Sex};

/// A synthetic holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub document_type: DocumentType,
    pub document_number: String,
    pub sex: Sex,
    pub birth: Day,
    /// Eleven digits beginning with 199 0000, a range that no network has given out.
    pub phone: String,
}

/// An endless crowd. Document numbers with an area (resident cards and permits) do not repeat within the
/// first five million people of a seed.
#[derive(Clone, Debug)]
pub struct People {
    dice: Dice,
    made: u64,
}

/// Names that have to come through everything unchanged (rare characters of extensions A, E and G; an
/// interpunct; a name of several parts), in the order in which a demo should show them.
pub const TELLING_NAMES: [(&str, Sex); 8] = [
    ("刘䶮", Sex::Male),
    ("陈𬱖", Sex::Female),
    ("王𰻞", Sex::Male),
    ("阿卜杜拉·买买提", Sex::Male),
    ("扎西·多吉次仁", Sex::Male),
    ("欧阳犇", Sex::Male),
    ("古丽娜尔·吐尔逊江·阿不都热依木", Sex::Female),
    ("乌云其其格", Sex::Female),
];

impl People {
    pub fn new(seed: u64) -> Self {
        Self { dice: Dice::new(seed), made: 0 }
    }

    /// The next person, with a document of `kind`.
    pub fn with(&mut self, kind: DocumentType) -> Person {
        let sex = if self.dice.one_in(2) { Sex::Female } else { Sex::Male };
        let name = match kind {
            DocumentType::Passport | DocumentType::PermanentResidence => self.foreign_name(),
            _ => self.name(sex),
        };
        self.person(name, sex, kind)
    }

    /// The next person, under `name`, with a resident card.
    pub fn named(&mut self, name: &str, sex: Sex) -> Person {
        self.person(name.to_owned(), sex, DocumentType::ResidentId)
    }

    fn person(&mut self, name: String, sex: Sex, document_type: DocumentType) -> Person {
        let birth = EARLIEST_BIRTH.plus(self.dice.below(BIRTH_DAYS));
        let serial = self.made;
        self.made += 1;
        Person {
            name,
            document_type,
            document_number: self.number(document_type, serial, birth, sex),
            sex,
            birth,
            phone: format!("1990000{:04}", serial % 10_000),
        }
    }

    /// About one name in eight of a minority's form, one in fifty with a rare character.
    fn name(&mut self, sex: Sex) -> String {
        if self.dice.one_in(8) {
            return self.minority_name(sex);
        }
        let surname =
            if self.dice.one_in(40) { self.dice.of(&COMPOUND_SURNAMES) } else { self.dice.of(&SURNAMES) };
        let mut name = String::from(surname);
        let given: &[&str] = match sex {
            Sex::Male => &MALE_GIVEN,
            Sex::Female => &FEMALE_GIVEN,
        };
        if self.dice.one_in(50) {
            name.push_str(self.dice.of(&RARE));
        } else {
            name.push_str(self.dice.of(given));
            if !self.dice.one_in(4) {
                name.push_str(self.dice.of(given));
            }
        }
        name
    }

    fn minority_name(&mut self, sex: Sex) -> String {
        let (own, fathers): (&[&str], &[&str]) = match (self.dice.below(3), sex) {
            (0, Sex::Male) => (&UYGHUR_MALE, &UYGHUR_MALE),
            (0, Sex::Female) => (&UYGHUR_FEMALE, &UYGHUR_MALE),
            (1, _) => (&TIBETAN, &TIBETAN),
            _ => (&MONGOLIAN, &[]),
        };
        let own = self.dice.of(own);
        // Tibetan and Mongolian names stand without a point, Uyghur ones with the father's name after it.
        match fathers {
            [] => own.to_owned(),
            parts if parts == TIBETAN => format!("{own}{}", self.dice.of(parts)),
            parts => format!("{own}·{}", self.dice.of(parts)),
        }
    }

    fn foreign_name(&mut self) -> String {
        format!("{} {}", self.dice.of(&FOREIGN_SURNAMES), self.dice.of(&FOREIGN_GIVEN))
    }

    fn number(&mut self, kind: DocumentType, serial: u64, birth: Day, sex: Sex) -> String {
        match kind {
            DocumentType::ResidentId => with_area(&format!("88{:04}", serial % 10_000), serial, birth, sex),
            DocumentType::ResidencePermit => {
                let area = self.dice.of(&["819999", "829999", "839999"]);
                with_area(area, serial, birth, sex)
            }
            DocumentType::PermanentResidence => with_area("988999", serial, birth, sex),
            DocumentType::Passport => format!("ZZ{:07}", (serial + 1) % 10_000_000),
            DocumentType::HkMacaoTravelPermit => {
                format!("{}{:08}", self.dice.of(&["H", "M"]), 99_000_000 + serial % 1_000_000)
            }
            DocumentType::TaiwanTravelPermit => format!("{:08}", 99_000_000 + serial % 1_000_000),
            DocumentType::OfficerCard => format!("虚字第{:08}号", serial % 100_000_000),
        }
    }
}

/// Of a hundred people 90 carry a resident card; the others share the remaining kinds.
impl Iterator for People {
    type Item = Person;

    fn next(&mut self) -> Option<Person> {
        let kind = match self.dice.below(100) {
            0..90 => DocumentType::ResidentId,
            90..93 => DocumentType::Passport,
            93..95 => DocumentType::ResidencePermit,
            95..97 => DocumentType::HkMacaoTravelPermit,
            97 => DocumentType::TaiwanTravelPermit,
            98 => DocumentType::PermanentResidence,
            _ => DocumentType::OfficerCard,
        };
        Some(self.with(kind))
    }
}

/// 18 characters: area, birth date, order (odd for men), check character. The serial goes into area and order,
/// so that numbers differ whatever the birth dates are.
fn with_area(area: &str, serial: u64, birth: Day, sex: Sex) -> String {
    let (year, month, day) = birth.civil();
    let order = (serial / 10_000 % 500) * 2 + u64::from(sex == Sex::Male);
    let digits = format!("{area}{year:04}{month:02}{day:02}{order:03}");
    // Seventeen digits always have a check character.
    let check = resident_check(&digits).unwrap_or('X');
    format!("{digits}{check}")
}

/// Dice that repeat (SplitMix64). Not for secrets.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0 up to, not including, `end`; 0 when `end` is not positive.
    pub fn below(&mut self, end: i32) -> i32 {
        let end = u64::try_from(end).unwrap_or_default().max(1);
        i32::try_from(self.roll() % end).unwrap_or_default()
    }

    /// Whether a chance of one in `n` came true.
    pub fn one_in(&mut self, n: i32) -> bool {
        self.below(n) == 0
    }

    /// One of `choices`; the empty string when there are none.
    pub fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        let at = self.below(i32::try_from(choices.len()).unwrap_or(i32::MAX));
        usize::try_from(at).ok().and_then(|at| choices.get(at)).copied().unwrap_or_default()
    }
}

/// 1955-01-01, and the days up to 2003: nobody is younger than eighteen when the first e-certificates appear.
const EARLIEST_BIRTH: Day = Day(-5479);
const BIRTH_DAYS: i32 = 17_900;

/// Common surnames; the commonest stand twice.
const SURNAMES: [&str; 56] = [
    "王", "李", "张", "刘", "陈", "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙",
    "马", "朱", "胡", "郭", "何", "高", "林", "罗", "郑", "梁", "谢", "宋", "唐", "许", "韩", "冯", "邓",
    "曹", "彭", "曾", "肖", "田", "董", "袁", "潘", "于", "蒋", "蔡", "余", "杜", "叶", "程", "苏", "魏",
    "吕", "丁", "任", "沈", "姚",
];
const COMPOUND_SURNAMES: [&str; 8] = ["欧阳", "上官", "司马", "诸葛", "皇甫", "尉迟", "令狐", "司徒"];
const MALE_GIVEN: [&str; 32] = [
    "伟", "强", "磊", "军", "洋", "勇", "杰", "涛", "明", "超", "平", "刚", "辉", "鹏", "华", "飞", "鑫",
    "波", "斌", "宇", "浩", "凯", "健", "俊", "帆", "志", "建", "国", "文", "海", "晨", "东",
];
const FEMALE_GIVEN: [&str; 32] = [
    "芳", "娜", "敏", "静", "丽", "艳", "娟", "霞", "燕", "玲", "婷", "雪", "梅", "慧", "颖", "佳", "琳",
    "洁", "欣", "怡", "丹", "萍", "红", "玉", "兰", "月", "英", "秀", "莹", "倩", "蕾", "晶",
];
/// Characters of names that old systems lose: extensions A (䶮 㛃), C (𫖮), E (𬱖 𬀩), G (𰻞), and rare ones
/// of the first block.
const RARE: [&str; 10] = ["䶮", "㛃", "𫖮", "𬱖", "𬀩", "𰻞", "犇", "喆", "翀", "昇"];
const UYGHUR_MALE: [&str; 8] =
    ["阿卜杜拉", "买买提", "吐尔逊江", "艾尔肯", "阿不都热依木", "玉素甫", "努尔买买提", "亚森"];
const UYGHUR_FEMALE: [&str; 6] = ["古丽娜尔", "阿依古丽", "热依汗", "帕提古丽", "米热班", "祖丽菲娅"];
const TIBETAN: [&str; 8] = ["扎西", "多吉", "次仁", "卓玛", "央金", "洛桑", "平措", "旺堆"];
const MONGOLIAN: [&str; 6] = ["乌云其其格", "巴特尔", "苏日娜", "其木格", "孟和", "格日勒图"];
const FOREIGN_SURNAMES: [&str; 6] = ["SAMPLE", "MUSTERMANN", "SPECIMEN", "BEISPIEL", "EXEMPLE", "TESTOVA"];
const FOREIGN_GIVEN: [&str; 6] = ["ANNA", "ERIK", "MARIA", "JAMES", "YUKO", "ADAM"];
