//! 证书查询验证范围: which certificates are online, by qualification, level, year and region; as a page and as tables.

use crate::error::Result;
use crate::forms::{Asked, Form};
use crate::portal::Portal;
use crate::routes::{Route, Who};
use crate::view::{Frame, page};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use yinxin_app::scope::{self, Choices, Filter, Line};
use yinxin_app::table::{self, Cell};

pub const ROUTES: &[Route] = &[
    Route { method: Method::GET, path: "/scope", who: Who::Anybody, handler: || get(show) },
    Route { method: Method::GET, path: "/scope.csv", who: Who::Anybody, handler: || get(as_csv) },
    Route { method: Method::GET, path: "/scope.xlsx", who: Who::Anybody, handler: || get(as_xlsx) },
];

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

#[derive(Template)]
#[template(path = "home/scope.html")]
struct Scope {
    frame: Frame,
    form: Form,
    qualifications: Vec<(String, String)>,
    levels: Vec<(String, String)>,
    years: Vec<(String, String)>,
    regions: Vec<(String, String)>,
    rows: Vec<Row>,
    /// What was asked for, for the downloads.
    query: String,
}

/// A line in words.
struct Row {
    qualification: String,
    levels: String,
    years: String,
    regions: String,
    online: u64,
}

async fn show(State(portal): State<Portal>, frame: Frame, Asked(form): Asked) -> Result<Response> {
    let choices = scope::choices(&portal.system);
    let filter = filter(&form, &choices);
    let rows = scope::find(&portal.system, &filter).await?;
    let rows = rows.iter().map(|line| in_words(&portal, &frame, line)).collect();
    let any = || (String::new(), frame.t("web-scope-any"));
    let with_any = |all: Vec<(String, String)>| std::iter::once(any()).chain(all).collect();
    let english = frame.english();
    let names =
        choices.qualifications.into_iter().map(|(code, name, en)| (code, if english { en } else { name }));
    let levels = choices.levels.into_iter().map(|(code, name)| {
        let shown = frame.level(&code, &name);
        (code, shown)
    });
    let years = (choices.years.0..=choices.years.1).rev().map(|year| (year.to_string(), year.to_string()));
    let regions = choices.regions.into_iter().map(|region| (region.clone(), region));
    Ok(page(&Scope {
        qualifications: with_any(names.collect()),
        levels: with_any(levels.collect()),
        years: with_any(years.collect()),
        regions: with_any(regions.collect()),
        rows,
        query: query(&form),
        form,
        frame,
    }))
}

async fn as_csv(State(portal): State<Portal>, frame: Frame, Asked(form): Asked) -> Result<Response> {
    let (headings, rows) = cells(&portal, &frame, &form).await?;
    Ok(download(table::csv(&headings, &rows)?, "text/csv; charset=utf-8", "csv"))
}

async fn as_xlsx(State(portal): State<Portal>, frame: Frame, Asked(form): Asked) -> Result<Response> {
    let (headings, rows) = cells(&portal, &frame, &form).await?;
    Ok(download(table::xlsx(&headings, &rows, portal.system.now())?, XLSX, "xlsx"))
}

fn download(bytes: Vec<u8>, kind: &'static str, ending: &str) -> Response {
    let name = format!("attachment; filename=\"scope.{ending}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes).into_response()
}

async fn cells(portal: &Portal, frame: &Frame, form: &Form) -> Result<(Vec<String>, Vec<Vec<Cell>>)> {
    let filter = filter(form, &scope::choices(&portal.system));
    let keys = ["qualification", "level", "years", "region", "online"];
    let headings = keys.iter().map(|key| frame.t(&format!("web-scope-{key}"))).collect();
    let lines = scope::find(&portal.system, &filter).await?;
    let rows = lines.iter().map(|line| {
        let row = in_words(portal, frame, line);
        let online = Cell::Number(u32::try_from(row.online).unwrap_or(u32::MAX));
        let texts = [row.qualification, row.levels, row.years, row.regions];
        texts.into_iter().map(Cell::Text).chain([online]).collect()
    });
    Ok((headings, rows.collect()))
}

/// What is not among the choices is not asked for.
fn filter(form: &Form, choices: &Choices) -> Filter {
    let known = |name: &str, is_known: &dyn Fn(&str) -> bool| {
        Some(form.value(name)).filter(|value| is_known(value)).map(str::to_owned)
    };
    Filter {
        qualification: known("qualification", &|value| {
            choices.qualifications.iter().any(|(code, ..)| code == value)
        }),
        level: known("level", &|value| choices.levels.iter().any(|(code, _)| code == value)),
        year: form
            .value("year")
            .parse()
            .ok()
            .filter(|year| (choices.years.0..=choices.years.1).contains(year)),
        region: known("region", &|value| choices.regions.iter().any(|region| region == value)),
    }
}

fn in_words(portal: &Portal, frame: &Frame, line: &Line) -> Row {
    let known = portal.system.catalogue.qualification(&line.qualification);
    let name = known.filter(|_| frame.english()).map(|found| found.name_en.clone());
    let comma = if frame.english() { ", " } else { "、" };
    let all = known.map(|found| found.levels.as_slice()).unwrap_or_default();
    let levels = all.iter().filter(|level| line.levels.is_empty() || line.levels.contains(&level.code));
    let levels: Vec<String> = levels.map(|level| frame.level(&level.code, &level.name)).collect();
    let years = match line.until_year {
        Some(until) => frame.t2("web-scope-from-until", "from", line.from_year, "until", until),
        None => frame.t1("web-scope-from", "from", line.from_year),
    };
    let whole = || frame.t("web-scope-whole-country");
    Row {
        qualification: name.unwrap_or_else(|| line.qualification_name.clone()),
        levels: if levels.is_empty() { frame.t("web-scope-no-level") } else { levels.join(comma) },
        years,
        regions: if line.regions.is_empty() { whole() } else { line.regions.join(comma) },
        online: line.online,
    }
}

fn query(form: &Form) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in ["qualification", "level", "year", "region"] {
        if !form.value(name).is_empty() {
            query.append_pair(name, form.value(name));
        }
    }
    let query = query.finish();
    if query.is_empty() { query } else { format!("?{query}") }
}
