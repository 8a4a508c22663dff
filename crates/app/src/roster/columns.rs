//! The columns of a roster, their headings, and the search for the row that holds them.

use super::cell::{Cell, Cells};
use yinxin_model::person::half_width;

/// The heading row is looked for in so many rows from the top of a sheet.
pub(super) const SEARCHED_ROWS: u32 = 10;

/// From how many known headings on a row is taken for a heading row that lacks some.
const LOOKS_LIKE_HEADINGS: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    ManagementNumber,
    Name,
    DocumentType,
    DocumentNumber,
    Sex,
    BirthDate,
    Qualification,
    Level,
    Speciality,
    ApprovalDate,
    Issuer,
    Photo,
    MadeOn,
    Year,
    Half,
    Region,
}

impl Column {
    pub(super) const ALL: [Self; 16] = [
        Self::ManagementNumber,
        Self::Name,
        Self::DocumentType,
        Self::DocumentNumber,
        Self::Sex,
        Self::BirthDate,
        Self::Qualification,
        Self::Level,
        Self::Speciality,
        Self::ApprovalDate,
        Self::Issuer,
        Self::Photo,
        Self::MadeOn,
        Self::Year,
        Self::Half,
        Self::Region,
    ];

    /// The Chinese heading, the English one, then what else is understood.
    pub(super) fn headings(self) -> &'static [&'static str] {
        match self {
            Self::ManagementNumber => &["管理号", "management_number", "证书管理号", "资格证书管理号"],
            Self::Name => &["姓名", "name", "持证人姓名"],
            Self::DocumentType => &["证件类型", "document_type", "身份证件类型"],
            Self::DocumentNumber => &["证件号码", "document_number", "证件号", "身份证件号码"],
            Self::Sex => &["性别", "sex"],
            Self::BirthDate => &["出生日期", "birth_date"],
            Self::Qualification => &["职业资格", "qualification", "职业资格名称", "资格名称"],
            Self::Level => &["级别", "level", "资格级别"],
            Self::Speciality => &["专业", "speciality", "specialty", "专业类别", "专业名称"],
            Self::ApprovalDate => &["批准日期", "approval_date"],
            Self::Issuer => &["发证机构", "issuer", "发证单位", "发证机关"],
            Self::Photo => &["照片", "photo", "照片文件名"],
            Self::MadeOn => &["制发日期", "made_on"],
            Self::Year => &["年度", "year"],
            Self::Half => &["半年", "half"],
            Self::Region => &["地区", "region"],
        }
    }

    /// The Chinese heading.
    pub(super) fn chinese(self) -> &'static str {
        self.headings().first().copied().unwrap_or_default()
    }

    fn called(text: &str) -> Option<Self> {
        let wanted = folded(text);
        Self::ALL.into_iter().find(|c| c.headings().iter().any(|h| folded(h) == wanted))
    }

    fn mandatory(self, numbers_made: bool) -> bool {
        match self {
            Self::ManagementNumber => !numbers_made,
            Self::Name
            | Self::DocumentType
            | Self::DocumentNumber
            | Self::Qualification
            | Self::ApprovalDate
            | Self::Issuer => true,
            _ => false,
        }
    }
}

/// Where each column stands in a sheet.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// By [`Column`]; the heading as the file has it.
    places: [Option<(usize, String)>; 16],
    /// Headings that mean no column.
    pub(super) unknown: Vec<(usize, String)>,
    /// Headings of columns that stand there twice.
    pub(super) twice: Vec<String>,
    /// Columns from here on have no heading.
    pub(super) width: usize,
    /// Columns before that which have none either: headings merged over several columns leave such.
    pub(super) gaps: Vec<usize>,
}

/// A row in the search for the headings.
pub(super) enum Found {
    Headings(Box<Layout>),
    /// It looks like headings, but lacks these.
    Lacking(Vec<Column>),
    Nothing,
}

impl Layout {
    /// `numbers_made`: whether an issuer in question has numbers made, so that 管理号 may be absent.
    pub(super) fn look(cells: &dyn Cells, numbers_made: bool, most_columns: usize) -> Found {
        let layout = Self::of(cells, most_columns);
        let lacking: Vec<Column> = Column::ALL
            .into_iter()
            .filter(|c| c.mandatory(numbers_made) && layout.place(*c).is_none())
            .collect();
        if lacking.is_empty() {
            Found::Headings(Box::new(layout))
        } else if layout.known() >= LOOKS_LIKE_HEADINGS {
            Found::Lacking(lacking)
        } else {
            Found::Nothing
        }
    }

    /// How many columns a row names, were it the heading row.
    pub(super) fn known_in(cells: &dyn Cells, most_columns: usize) -> usize {
        Self::of(cells, most_columns).known()
    }

    pub(super) fn place(&self, column: Column) -> Option<usize> {
        self.entry(column).map(|(at, _)| *at)
    }

    /// The heading as it stands in the file, or the Chinese one.
    pub(super) fn heading(&self, column: Column) -> &str {
        self.entry(column).map_or(column.chinese(), |(_, heading)| heading)
    }

    fn entry(&self, column: Column) -> Option<&(usize, String)> {
        self.places.get(column as usize).and_then(Option::as_ref)
    }

    fn known(&self) -> usize {
        self.places.iter().flatten().count()
    }

    fn of(cells: &dyn Cells, most_columns: usize) -> Self {
        let mut layout = Self::default();
        for at in 0..cells.width().min(most_columns) {
            let Cell::Text(text) = cells.cell(at) else { continue };
            let heading = super::findings::shown(text);
            layout.gaps.extend(layout.width..at);
            layout.width = at + 1;
            match Column::called(text) {
                None => layout.unknown.push((at, heading)),
                Some(column) => match layout.places.get_mut(column as usize) {
                    Some(place @ None) => *place = Some((at, heading)),
                    _ => {
                        layout.twice.push(heading.clone());
                        layout.unknown.push((at, heading));
                    }
                },
            }
        }
        layout
    }
}

/// Headings are compared without spaces, line breaks, underscores and the stars that mark what is mandatory;
/// full-width forms are read and case is ignored.
fn folded(text: &str) -> String {
    text.chars()
        .map(half_width)
        .filter(|c| {
            !c.is_whitespace() && !c.is_control() && !matches!(c, '_' | '*' | '\u{FEFF}' | '\u{200B}')
        })
        .flat_map(char::to_lowercase)
        .collect()
}
