//! Where the time of a package goes: `cargo bench -p yinxin-ofd`. Ratios over whole runs are `yinxin bench`'s; this is for finding
//! what to improve. Uses Noto Serif CJK where Debian puts it, for its outlines are what production embeds.

#![allow(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use yinxin_ofd::read::{self, KnownParts, Limits};
use yinxin_ofd::write::{CivilTime, CopySpec, CustomData, Plate, PlateSpec, Provider};
use yinxin_page::GlyphPool;
use yinxin_page::draw::{Block, Color, Draw, GlyphRef, Layer, Page, Point, QrMatrix, Rect, Role, Transform};
use yinxin_page::font::{Font, FontChain, FontSource};
use yinxin_page::text::{self, Align, TextStyle};

const BLACK: Color = Color(0, 0, 0);
const NOON: CivilTime = CivilTime { year: 2026, month: 3, day: 1, hour: 4, minute: 5, second: 9 };
/// The length of a seal's signature with a vector picture.
const VALUE: [u8; 12 << 10] = [0; 12 << 10];
const LABELS: [&str; 10] =
    ["姓名", "性别", "出生日期", "证件类型", "证件号码", "批准日期", "管理号", "职业资格", "级别", "专业"];
const VALUES: [&str; 14] = [
    "王芳",
    "女",
    "1990年3月7日",
    "居民身份证",
    "11010519900307234X",
    "2021年9月26日",
    "202109011440000123",
    "建造师",
    "一级",
    "建筑工程",
    "本人调用",
    "2026年5月29日",
    "2026年3月1日 09:00:00",
    "E2026-00001234-1",
];

fn pool() -> GlyphPool {
    let load = || {
        let path = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc";
        std::fs::read(path).map(Arc::from).map_err(|error| error.to_string())
    };
    let source = FontSource {
        name: "Noto".into(),
        family: Some("Noto Serif CJK SC".into()),
        index: 0,
        load: Box::new(load),
    };
    GlyphPool::new(vec![("serif".into(), FontChain::new(vec![Arc::new(Font::new(source))]))])
}

fn style(pool: &GlyphPool) -> TextStyle {
    TextStyle { style: pool.style("serif").unwrap(), size: 5.0, spacing: 0.0, color: BLACK }
}

fn lines(pool: &GlyphPool, words: &[&str], left: f64, role: &Role) -> Vec<Block> {
    let style = style(pool);
    let line = |(row, words): (u32, &&str)| {
        let at = Point { x: left, y: 40.0 + 8.0 * f64::from(row) };
        let run = text::line(pool, &style, words, at, 100.0, Align::Left).unwrap();
        Block {
            id: format!("field{row}"),
            role: role.clone(),
            order: row,
            layer: Layer::Over,
            draws: vec![Draw::Text(run)],
        }
    };
    (0..).zip(words).map(line).collect()
}

fn series(pool: &GlyphPool) -> Page {
    let at =
        (0..24).map(|i| f64::from(i) * 10.0).map(|e| Transform { a: 0.9, b: -0.4, c: 0.4, d: 0.9, e, f: e });
    let form = pool.phrase(&style(pool), "仅限本人调用使用").unwrap();
    let draws = vec![Draw::Repeat { form, at: at.collect() }];
    let mark = Block { id: "mark".into(), role: Role::Artifact, order: 0, layer: Layer::Under, draws };
    Page { width: 297.0, height: 210.0, blocks: vec![mark] }
}

fn copy(pool: &GlyphPool) -> Page {
    let mut blocks = lines(pool, &VALUES, 90.0, &Role::Value);
    let matrix = Arc::new(QrMatrix { side: 45, dark: (0..45 * 45).map(|i| i % 3 == 0).collect() });
    let draws = vec![Draw::Qr { rect: Rect { x: 230.0, y: 150.0, w: 30.0, h: 30.0 }, matrix }];
    blocks.push(Block {
        id: "qr".into(),
        role: Role::Figure { alt: "二维码".into() },
        order: 99,
        layer: Layer::Over,
        draws,
    });
    Page { width: 297.0, height: 210.0, blocks }
}

fn bench(c: &mut Criterion) {
    let pool = pool();
    let base = Page { width: 297.0, height: 210.0, blocks: lines(&pool, &LABELS, 30.0, &Role::Label) };
    let common: Vec<GlyphRef> = text::letters("0123456789X-.:年月日男女居民身份证")
        .map(|letter| pool.glyph(style(&pool).style, letter).unwrap())
        .collect();
    let spec = PlateSpec {
        page: &base,
        stamp: Rect { x: 200.0, y: 120.0, w: 42.0, h: 42.0 },
        common_glyphs: &common,
        author: "测试专用章",
        creator: "yinxin",
        creator_version: "0.1.0",
        provider: Provider { name: "yinxin", version: "0.1.0", company: "yinxin" },
        tag_namespace: "urn:yinxin:bench",
    };
    let plate = Plate::compile(&spec, &pool).unwrap();
    let (series, page) = (Arc::new(series(&pool)), copy(&pool));
    let data = [CustomData { name: "holder_name", value: "王芳" }];
    let order = CopySpec {
        series: &series,
        page: &page,
        title: "王芳",
        subject: "",
        document_id: [7; 16],
        created: NOON,
        signed_at: NOON,
        data: &data,
    };
    c.bench_function("prepare and finish", |b| {
        b.iter(|| plate.prepare(black_box(&order), &pool).unwrap().finish(&VALUE).unwrap());
    });
    let bytes = plate.prepare(&order, &pool).unwrap().finish(&VALUE).unwrap();
    let limits = Limits::default();
    c.bench_function("read", |b| b.iter(|| read::package(black_box(&bytes), &limits).unwrap().issues.len()));
    let known = KnownParts::default();
    c.bench_function("read, parts known", |b| {
        b.iter(|| read::package_with(black_box(&bytes), &limits, Some(&known)).unwrap().issues.len());
    });
}

criterion_group!(copies, bench);
criterion_main!(copies);
