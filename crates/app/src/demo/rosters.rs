//! Who lives in the demo country and what they hold, as rosters that its organisations would send.

use super::people::{Dice, People, Person, TELLING_NAMES};
use yinxin_model::Sex;

/// The country is the same every time.
const SEED: u64 = 20_211_217;
/// Rows of a roster that stays at one station.
const SMALL: usize = 10;

/// One row of a roster.
#[derive(Clone, Debug)]
pub struct Row {
    pub number: String,
    pub name: String,
    pub document_type: String,
    pub document: String,
    pub sex: &'static str,
    pub birth: String,
    pub qualification: &'static str,
    pub level: &'static str,
    pub speciality: &'static str,
    pub approved_on: String,
    pub issuer: &'static str,
    pub made_on: String,
}

pub struct Roster {
    pub organisation: String,
    pub name: String,
    pub rows: Vec<Row>,
}

pub struct Country {
    /// In the order of [`BRANCHES`].
    pub rosters: [Roster; 6],
    /// Rosters that stay checked, submitted, approved, rejected or cancelled; named so.
    pub unfinished: Vec<Roster>,
    /// One person under the ministry's seal and an association's.
    pub both: Row,
    pub rare: Row,
    pub renamed: Row,
    pub new_name: String,
    pub nobody: Row,
}

/// Who sends rosters of what. The last column: how many of a hundred holders.
struct Branch {
    organisation: &'static str,
    issuer: &'static str,
    qualifications: &'static [(&'static str, &'static str, &'static [&'static str])],
    share: u32,
}

const MINISTRY: &[(&str, &str, &[&str])] = &[
    ("建造师", "一级", &["建筑工程", "公路工程", "市政公用工程", "机电工程"]),
    ("造价工程师", "一级", &["土木建筑工程", "安装工程"]),
    ("注册安全工程师", "中级", &["建筑施工安全", "化工安全"]),
    ("执业药师", "", &["药学", "中药学"]),
    ("社会工作者", "中级", &[""]),
    ("经济", "中级", &["人力资源管理", "金融", "工商管理"]),
    ("统计", "初级", &[""]),
    ("注册消防工程师", "一级", &[""]),
    ("翻译", "二级", &["英语笔译", "日语口译"]),
];

const BRANCHES: [Branch; 6] = [
    Branch { organisation: "bj-rsks", issuer: "mohrss", qualifications: MINISTRY, share: 40 },
    Branch { organisation: "yn-rsks", issuer: "mohrss", qualifications: MINISTRY, share: 30 },
    Branch { organisation: "mohrss", issuer: "mohrss", qualifications: MINISTRY, share: 12 },
    Branch { organisation: "caa", issuer: "caa", qualifications: &[("拍卖师", "", &[""])], share: 6 },
    Branch { organisation: "cctaa", issuer: "cctaa", qualifications: &[("税务师", "", &[""])], share: 6 },
    Branch {
        organisation: "cba",
        issuer: "cba",
        qualifications: &[("银行业专业人员", "中级", &["个人理财", "公司信贷", "风险管理"])],
        share: 6,
    },
];

/// Where small rosters stop.
const STATIONS: [&str; 5] = ["checked", "submitted", "approved", "rejected", "cancelled"];

impl Country {
    pub fn new(holders: u32) -> Self {
        let mut maker = Maker { people: People::new(SEED), dice: Dice::new(SEED + 1), serial: 0 };
        let telling: Vec<Person> =
            TELLING_NAMES.iter().map(|(name, sex)| maker.people.named(name, *sex)).collect();
        let mut rosters = BRANCHES.map(|branch| maker.roster(&branch, holders));
        let told: Vec<Row> = telling.iter().map(|person| maker.row(&BRANCHES[0], person)).collect();
        rosters[0].rows.extend(told.iter().cloned());
        let nobody = Row { number: String::new(), ..maker.anybody(&BRANCHES[0]) };
        let told_of = |i: usize| told.get(i).unwrap_or(&nobody).clone();
        let (rare, both, renamed) = (told_of(0), told_of(1), told_of(3));
        if let Some(person) = telling.get(1) {
            // The second of the telling names holds an association's certificate as well.
            let row = maker.row(&BRANCHES[3], person);
            rosters[3].rows.push(row);
        }
        let unfinished = STATIONS.iter().map(|station| Roster {
            organisation: BRANCHES[0].organisation.into(),
            name: (*station).into(),
            rows: (0..SMALL).map(|_| maker.anybody(&BRANCHES[0])).collect(),
        });
        let unfinished = unfinished.collect();
        let new_name = format!("{}·新名", renamed.name);
        Self { rosters, unfinished, both, rare, renamed, new_name, nobody }
    }

    /// Rows under the ministry's seal, which always need an endorsement; without the people of the named cases.
    pub fn endorsable(&self) -> impl Iterator<Item = &Row> {
        let named = [&self.both.number, &self.rare.number, &self.renamed.number];
        let ministry = self.rosters.iter().take(3).flat_map(|roster| &roster.rows);
        ministry.filter(move |row| !named.contains(&&row.number))
    }

    /// An association's certificate made before 2021-12-17.
    pub fn direct(&self) -> Option<&Row> {
        self.rosters.iter().skip(3).flat_map(|roster| &roster.rows).find(|row| row.made_on == EARLY)
    }
}

impl Row {
    /// What a correction sets.
    pub fn other_speciality(&self) -> String {
        if self.speciality.is_empty() { "综合".into() } else { format!("{}（更正）", self.speciality) }
    }
}

/// 制发日期 of the older association certificates.
const EARLY: &str = "2019-06-30";

struct Maker {
    people: People,
    dice: Dice,
    serial: u32,
}

impl Maker {
    fn roster(&mut self, branch: &Branch, holders: u32) -> Roster {
        let rows = (holders * branch.share).div_ceil(100);
        Roster {
            organisation: branch.organisation.into(),
            name: format!("{}-2025", branch.organisation),
            rows: (0..rows).map(|_| self.anybody(branch)).collect(),
        }
    }

    fn anybody(&mut self, branch: &Branch) -> Row {
        let person = self.people.next().unwrap_or_else(|| self.people.named("无名", Sex::Male));
        self.row(branch, &person)
    }

    fn row(&mut self, branch: &Branch, person: &Person) -> Row {
        self.serial += 1;
        let kinds = branch.qualifications;
        let at = usize::try_from(self.dice.below(kinds.len() as i32)).unwrap_or(0);
        let (qualification, level, specialities) =
            kinds.get(at).copied().unwrap_or(("建造师", "一级", &[""]));
        let year = 2017 + self.dice.below(9);
        let early = branch.issuer != "mohrss" && self.dice.one_in(2);
        let approved_on = if early {
            "2018-11-18".into()
        } else {
            format!("{year}-{:02}-{:02}", 1 + self.dice.below(4), 1 + self.dice.below(28))
        };
        Row {
            number: format!("{}{:02}{:08}", year, 10 + at, self.serial),
            name: person.name.clone(),
            document_type: person.document_type.code().into(),
            document: person.document_number.clone(),
            sex: person.sex.chinese(),
            birth: person.birth.to_string(),
            qualification,
            level,
            speciality: self.dice.of(specialities),
            approved_on,
            issuer: branch.issuer,
            made_on: if early { EARLY.into() } else { String::new() },
        }
    }
}

/// The file as an organisation would upload it.
pub fn csv(rows: &[Row]) -> Vec<u8> {
    let mut out = String::from(
        "\u{FEFF}管理号,姓名,证件类型,证件号码,性别,出生日期,职业资格,级别,专业,批准日期,发证机构,制发日期\n",
    );
    for row in rows {
        let cells = [
            &row.number,
            &row.name,
            &row.document_type,
            &row.document,
            row.sex,
            &row.birth,
            row.qualification,
            row.level,
            row.speciality,
            &row.approved_on,
            row.issuer,
            &row.made_on,
        ];
        // Nothing of the demo contains a comma or a quotation mark.
        out.push_str(&cells.join(","));
        out.push('\n');
    }
    out.into_bytes()
}
