//! Shows a template: writes one SVG for each of a dozen telling sample copies. A template designer's tool.
//!
//! ```text
//! cargo run -p yinxin-face --example preview -- OUT_DIR [TEMPLATE.toml | professional | association] [PHOTO.jpg]
//! rsvg-convert -d 110 -p 110 OUT_DIR/professional-common.svg -o common.png
//! ```
//! Fonts are looked for where Debian's fonts-noto-cjk and fonts-hanazono put them. Text is drawn from the
//! glyph pool's outlines, which are what a sealed copy embeds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a tool, not the program"
)]

use std::fmt::Write as _;
use std::sync::Arc;

use yinxin_face::{Fields, SealSpec, Static, Strip, Template};
use yinxin_page::GlyphPool;
use yinxin_page::draw::{
    Block, Coding, Color, Draw, Image, Layer, Outline, Page, Point, Rect, Segment, Transform,
};
use yinxin_page::font::{Font, FontChain, FontSource};

fn main() {
    let mut args = std::env::args().skip(1);
    let out = args.next().expect("a directory to write to");
    let name = args.next().unwrap_or_else(|| "professional".to_owned());
    let photo = args.next().map(|path| jpeg(&path));
    let source = yinxin_face::builtin().iter().find(|builtin| builtin.id == name).map_or_else(
        || std::fs::read_to_string(&name).expect("a template"),
        |builtin| builtin.source.to_owned(),
    );
    let template = match Template::parse(&source) {
        Ok(template) => template,
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1);
        }
    };
    let pool = pool();
    let association = template.id() == "association";
    let issuer = if association { "中国拍卖行业协会" } else { "人力资源和社会保障部" };
    let all = Static { issuer: issuer.into(), platform: "印信演示平台".into() };
    let base = yinxin_face::base(&template, &all, &pool).expect("a static page");
    let seal = yinxin_face::seal_picture(
        &SealSpec {
            name: if association {
                "中国拍卖行业协会"
            } else {
                "人力资源和社会保障部专业技术人员职业资格证书"
            },
            bottom: "测试专用章",
            number: Some("1101010000001"),
            diameter: yinxin_face::seal_rect(&template).w,
            color: Color(0xD4, 0x1A, 0x1F),
            font: "serif-bold",
        },
        &pool,
    )
    .expect("a seal");
    let at = yinxin_face::seal_rect(&template);
    for (sample, mut fields) in samples(issuer) {
        if sample.contains("photo") {
            fields.photo.clone_from(&photo);
        }
        match yinxin_face::copy(&template, &fields, &pool) {
            Ok(copy) => {
                let svg = Svg { pool: &pool }.page(&base, &copy, &seal.draws, at);
                std::fs::write(format!("{out}/{}-{sample}.svg", template.id()), svg).unwrap();
            }
            Err(error) => eprintln!("{sample}: {error}: {:?}", std::error::Error::source(&error)),
        }
    }
    let svg = Svg { pool: &pool }.alone(&seal.draws, seal.width);
    std::fs::write(format!("{out}/{}-seal.svg", template.id()), svg).unwrap();
}

fn samples(issuer: &str) -> Vec<(&'static str, Fields)> {
    let common = Fields {
        holder_name: "王芳".into(),
        sex: "女".into(),
        birth_date: "1990年3月7日".into(),
        document_type: "居民身份证".into(),
        document_number: "11010519900307234X".into(),
        qualification: "建造师".into(),
        level: Some("一级".into()),
        speciality: Some("建筑工程".into()),
        approval_date: "2021年9月26日".into(),
        made_on: "2022年1月10日".into(),
        management_number: "202109011440000123".into(),
        licence_identifier: Some(
            "1.2.156.3005.2.11100000000013338W011.11100000000013338W.202109011440000123.001.U".into(),
        ),
        issuer: issuer.into(),
        photo: None,
        endorsement: Some(Strip { purpose: "本人调用".into(), valid_until: "2026年5月29日".into() }),
        made_at: "2026年3月1日 09:00:00".into(),
        made_by: "印信演示平台".into(),
        copy_number: "E2026-00001234-1".into(),
        qr: "https://verify.example.org/t/3q2-7wAAAAEAAAB9ZxT0b1Zy".into(),
        demo: true,
    };
    let named = |name: &str| Fields { holder_name: name.into(), ..common.clone() };
    let long = "阿卜杜拉·买买提江·吐尔逊·".repeat(4);
    let speciality =
        "注册土木工程师（水利水电工程）水工结构与水利水电工程移民及水土保持专业（含岩土、港口与航道）";
    vec![
        ("common-photo", common.clone()),
        ("uyghur", named("阿卜杜拉·买买提江·吐尔逊")),
        (
            "fifty-photo",
            Fields {
                speciality: Some(speciality.into()),
                made_by: "国家职业资格证书查验与加注服务平台（人力资源和社会保障部人事考试中心）".into(),
                endorsement: Some(Strip {
                    purpose: "本人调用（用于某某省某某市建设工程施工企业资质申报与人员备案）".into(),
                    valid_until: "2026年5月29日".into(),
                }),
                qr: format!("https://verify.example.org/t/{}", "Ab3".repeat(58)),
                ..named(&long.chars().take(50).collect::<String>())
            },
        ),
        ("latin", named("Maria-Christina Alexandra Wolfeschlegelsteinhausen")),
        ("rare", named("䶮𬱖𰻞葛\u{E0101}")),
        ("plain-photo", Fields { level: None, speciality: None, ..common.clone() }),
        ("no-level", Fields { level: None, ..common.clone() }),
        ("direct", Fields { endorsement: None, demo: false, licence_identifier: None, ..common.clone() }),
        ("missing", named("王\u{E000}")),
    ]
}

fn pool() -> GlyphPool {
    let noto = |file: &str, family: &str| {
        let path = format!("/usr/share/fonts/opentype/noto/{file}");
        font(path, Some(family.to_owned()))
    };
    let rare: Vec<_> = ["HanaMinA", "HanaMinB"]
        .map(|file| font(format!("/usr/share/fonts/truetype/hanazono/{file}.ttf"), None))
        .into();
    let style = |name: &str, file: &str, family: &str| {
        let mut fonts = vec![noto(file, family)];
        fonts.extend(rare.iter().cloned());
        (name.into(), FontChain::new(fonts))
    };
    GlyphPool::new(vec![
        style("serif", "NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC"),
        style("serif-bold", "NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC"),
        style("sans", "NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"),
    ])
}

fn font(path: String, family: Option<String>) -> Arc<Font> {
    Arc::new(Font::new(FontSource {
        name: path.clone(),
        family,
        index: 0,
        load: Box::new(move || std::fs::read(&path).map(Arc::from).map_err(|error| error.to_string())),
    }))
}

/// A JPEG with the size that its frame header gives.
fn jpeg(path: &str) -> Arc<Image> {
    let data = std::fs::read(path).expect("a photograph");
    let sof = (2..data.len() - 9)
        .find(|&at| data[at] == 0xFF && matches!(data[at + 1], 0xC0..=0xC2))
        .expect("a JPEG");
    let word = |at: usize| u32::from(u16::from_be_bytes([data[at], data[at + 1]]));
    Arc::new(Image {
        width: word(sof + 7),
        height: word(sof + 5),
        components: data[sof + 9],
        coding: Coding::Jpeg,
        data,
    })
}

struct Svg<'a> {
    pool: &'a GlyphPool,
}

impl Svg<'_> {
    fn page(&self, base: &Page, copy: &Page, seal: &[Draw], at: Rect) -> String {
        let mut svg = head(base.width, base.height);
        for layer in [Layer::Under, Layer::Over] {
            let blocks = base.blocks.iter().chain(&copy.blocks);
            for block in blocks.filter(|block: &&Block| block.layer == layer) {
                self.draws(&mut svg, &block.draws);
            }
        }
        let _ = write!(svg, "<g transform=\"translate({} {})\">", at.x, at.y);
        self.draws(&mut svg, seal);
        svg.push_str("</g></svg>\n");
        svg
    }

    fn alone(&self, draws: &[Draw], size: f64) -> String {
        let mut svg = head(size, size);
        self.draws(&mut svg, draws);
        svg.push_str("</svg>\n");
        svg
    }

    fn draws(&self, svg: &mut String, draws: &[Draw]) {
        for draw in draws {
            self.draw(svg, draw);
        }
    }

    fn draw(&self, svg: &mut String, draw: &Draw) {
        let _ = match draw {
            Draw::Text(run) => {
                for glyph in &run.glyphs {
                    let place = Transform {
                        a: run.size,
                        b: 0.0,
                        c: 0.0,
                        d: run.size,
                        e: run.origin.x + glyph.x,
                        f: run.origin.y,
                    };
                    let _ = writeln!(
                        svg,
                        "<path fill=\"{}\" transform=\"{}\" d=\"{}\"/>",
                        hex(run.color),
                        matrix(&place),
                        path(&self.pool.outline(glyph.glyph))
                    );
                }
                Ok(())
            }
            Draw::Fill { outline, color, even_odd } => writeln!(
                svg,
                "<path fill=\"{}\" fill-rule=\"{}\" d=\"{}\"/>",
                hex(*color),
                if *even_odd { "evenodd" } else { "nonzero" },
                path(outline)
            ),
            Draw::Stroke { outline, color, width } => writeln!(
                svg,
                "<path fill=\"none\" stroke=\"{}\" stroke-width=\"{width}\" d=\"{}\"/>",
                hex(*color),
                path(outline)
            ),
            Draw::Image { rect, image } => writeln!(
                svg,
                "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" href=\"data:image/jpeg;base64,{}\"/>",
                rect.x,
                rect.y,
                rect.w,
                rect.h,
                base64(&image.data)
            ),
            Draw::Qr { rect, matrix } => {
                let mut d = String::new();
                for (at, _) in matrix.dark.iter().enumerate().filter(|(_, dark)| **dark) {
                    let _ = write!(d, "M{} {}h1v1h-1z", at % matrix.side, at / matrix.side);
                }
                writeln!(
                    svg,
                    "<path shape-rendering=\"crispEdges\" transform=\"translate({} {}) scale({})\" d=\"{d}\"/>",
                    rect.x,
                    rect.y,
                    rect.w / matrix.side as f64
                )
            }
            Draw::Repeat { form, at } => {
                for place in at {
                    let _ = write!(svg, "<g transform=\"{}\">", matrix(place));
                    self.draws(svg, form);
                    svg.push_str("</g>\n");
                }
                Ok(())
            }
        };
    }
}

fn head(width: f64, height: f64) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}mm\" height=\"{height}mm\" \
         viewBox=\"0 0 {width} {height}\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    )
}

fn path(outline: &Outline) -> String {
    let mut d = String::new();
    let p = |p: &Point| format!("{:.4} {:.4}", p.x, p.y);
    for segment in &outline.0 {
        let _ = match segment {
            Segment::Move(a) => write!(d, "M{}", p(a)),
            Segment::Line(a) => write!(d, "L{}", p(a)),
            Segment::Curve(a, b, c) => write!(d, "C{} {} {}", p(a), p(b), p(c)),
            Segment::Close => write!(d, "Z"),
        };
    }
    d
}

fn matrix(t: &Transform) -> String {
    format!("matrix({} {} {} {} {} {})", t.a, t.b, t.c, t.d, t.e, t.f)
}

fn hex(Color(r, g, b): Color) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn base64(data: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in data.chunks(3) {
        let bits =
            chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize] as char;
            text.push(if place <= chunk.len() { letter } else { '=' });
        }
    }
    text
}
