//! The font chains: from the settings, else from where Debian's packages put them.

use crate::config::FontEntry;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use yinxin_seal::page::font::{Font, FontChain, FontSource};
use yinxin_seal::page::pool::GlyphPool;

const NOTO: &str = "/usr/share/fonts/opentype/noto";
const HANAZONO: &str = "/usr/share/fonts/truetype/hanazono";
/// The styles that templates may name.
pub const STYLES: [&str; 3] = ["serif", "serif-bold", "sans"];

/// Noto Serif CJK in two weights (fonts-noto-cjk) and the sans of the same project, each standing in for the other,
/// then Hanazono (fonts-hanazono) for the extensions.
pub fn default_chain() -> Vec<FontEntry> {
    let noto = |style: &str, file: &str, family: &str| FontEntry {
        style: style.into(),
        path: PathBuf::from(NOTO).join(file),
        family: Some(family.into()),
    };
    let hanazono = |style: &str, file: &str| FontEntry {
        style: style.into(),
        path: PathBuf::from(HANAZONO).join(file),
        family: None,
    };
    vec![
        noto("serif", "NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC"),
        noto("serif", "NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"),
        hanazono("serif", "HanaMinA.ttf"),
        hanazono("serif", "HanaMinB.ttf"),
        noto("serif-bold", "NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC"),
        noto("serif-bold", "NotoSansCJK-Bold.ttc", "Noto Sans CJK SC"),
        hanazono("serif-bold", "HanaMinA.ttf"),
        hanazono("serif-bold", "HanaMinB.ttf"),
        noto("sans", "NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"),
        noto("sans", "NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC"),
        hanazono("sans", "HanaMinA.ttf"),
        hanazono("sans", "HanaMinB.ttf"),
    ]
}

/// Fonts of the chain in force that are not there.
pub fn missing(configured: &[FontEntry]) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        chain(configured).into_iter().map(|e| e.path).filter(|p| !p.exists()).collect();
    paths.dedup();
    paths
}

/// The pool over the chain in force. A font is read when a character first needs it; one that is not there is
/// passed over, and `doctor` says so.
pub fn pool(configured: &[FontEntry]) -> GlyphPool {
    let mut opened: HashMap<(PathBuf, Option<String>), Arc<Font>> = HashMap::new();
    let entries = chain(configured);
    let styles = STYLES.iter().map(|style| {
        let of_style = entries.iter().filter(|e| e.style == *style && e.path.exists());
        let fonts = of_style.map(|entry| {
            let key = (entry.path.clone(), entry.family.clone());
            // A font that serves several styles is read once.
            opened.entry(key).or_insert_with(|| Arc::new(Font::new(source(entry)))).clone()
        });
        ((*style).into(), FontChain::new(fonts.collect()))
    });
    GlyphPool::new(styles.collect())
}

fn source(entry: &FontEntry) -> FontSource {
    let path = entry.path.clone();
    FontSource {
        name: entry.path.display().to_string(),
        family: entry.family.clone(),
        index: 0,
        load: Box::new(move || std::fs::read(&path).map(Arc::from).map_err(|e| e.to_string())),
    }
}

fn chain(configured: &[FontEntry]) -> Vec<FontEntry> {
    if configured.is_empty() { default_chain() } else { configured.to_vec() }
}
