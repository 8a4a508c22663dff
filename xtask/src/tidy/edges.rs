//! Which crate may use which (docs/ARCHITECTURE.md, docs/adr/0001). Read from `cargo metadata`, so that what
//! is checked is what is built.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::Report;

/// Crate, its floor, and what it may use. Arrows point down only; a room that is not built yet may stand here.
const ROOMS: &[(&str, u8, &[&str])] = &[
    ("yinxin-cli", 6, &["yinxin-web", "yinxin-app", "yinxin-words", "yinxin-seal", "yinxin-model"]),
    ("yinxin-web", 5, &["yinxin-app", "yinxin-words", "yinxin-model"]),
    (
        "yinxin-app",
        4,
        &[
            "yinxin-store",
            "yinxin-seal",
            "yinxin-face",
            "yinxin-page",
            "yinxin-crypto",
            "yinxin-model",
            "yinxin-words",
        ],
    ),
    (
        "yinxin-seal",
        3,
        &[
            "yinxin-face",
            "yinxin-pdf",
            "yinxin-ofd",
            "yinxin-raster",
            "yinxin-page",
            "yinxin-crypto",
            "yinxin-model",
        ],
    ),
    ("yinxin-store", 2, &["yinxin-model"]),
    ("yinxin-face", 2, &["yinxin-page", "yinxin-model"]),
    ("yinxin-pdf", 2, &["yinxin-page", "yinxin-crypto"]),
    ("yinxin-ofd", 2, &["yinxin-page", "yinxin-crypto"]),
    ("yinxin-raster", 2, &["yinxin-page"]),
    ("yinxin-model", 1, &[]),
    ("yinxin-page", 1, &[]),
    ("yinxin-crypto", 1, &[]),
    ("yinxin-words", 1, &[]),
    ("yinxin-testkit", 4, &["yinxin-seal", "yinxin-model", "yinxin-page", "yinxin-crypto", "yinxin-words"]),
    ("xtask", 0, &[]),
];

/// Anybody's tests may use it; nobody's product may.
const TESTKIT: &str = "yinxin-testkit";

pub(super) fn check(root: &Path, report: &mut Report) -> Result<()> {
    // The cargo that runs us; `cargo` from the path when we are run by hand.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root)
        .output()
        .context("running cargo metadata")?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata = serde_json::from_slice(&output.stdout).context("reading cargo metadata")?;
    judge(&metadata, report);
    Ok(())
}

/// Judges what `cargo metadata --no-deps` says.
pub(super) fn judge(metadata: &Value, report: &mut Report) {
    let packages: Vec<&Value> = metadata["packages"].as_array().into_iter().flatten().collect();
    let names: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    for package in &packages {
        let name = package["name"].as_str().unwrap_or_default();
        let Some((_, floor, allowed)) = ROOMS.iter().find(|(room, _, _)| *room == name) else {
            report.problem(format!("{name}: a new crate needs an ADR and a row in xtask/src/tidy/edges.rs"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let used = dependency["name"].as_str().unwrap_or_default();
            let in_tests = dependency["kind"].as_str() == Some("dev");
            if !names.contains(&used) || in_tests && (used == TESTKIT || used == name) {
                continue;
            }
            if !allowed.contains(&used) {
                report.problem(format!("{name} (floor {floor}) may not use {used}"));
            }
        }
    }
}

/// The table itself must be a house: every arrow points to a lower floor.
#[cfg(test)]
pub(super) fn upward_edges() -> Vec<(&'static str, &'static str)> {
    let floor = |name: &str| ROOMS.iter().find(|(room, _, _)| *room == name).map(|(_, floor, _)| *floor);
    ROOMS
        .iter()
        .flat_map(|(room, here, uses)| uses.iter().map(move |used| (*room, *here, *used)))
        .filter(|(_, here, used)| floor(used).is_none_or(|there| there >= *here))
        .map(|(room, _, used)| (room, used))
        .collect()
}
