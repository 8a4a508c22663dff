//! Takes what shows PDF files (`scripts/viewer.sh` brings it to `target/viewer`; `YINXIN_VIEWER` names another directory)
//! into the program, with a piece of each file's digest. Without it the portal is built all the same, and shows pictures.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

const SCRIPT: &str = "text/javascript; charset=utf-8";
const FILES: [(&str, &str); 3] = [
    ("pdf.min.mjs", SCRIPT),
    ("pdf.worker.min.mjs", SCRIPT),
    ("pdfjs-license.txt", "text/plain; charset=utf-8"),
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed=YINXIN_VIEWER");
    println!("cargo::rerun-if-changed=build.rs");
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("CARGO_MANIFEST_DIR")?);
    let beside = || here.join("../../target/viewer");
    let dir = env::var_os("YINXIN_VIEWER").map_or_else(beside, PathBuf::from);
    // What does not exist would count as changed in every build.
    let watched = dir.is_dir() || fs::create_dir_all(&dir).is_ok();
    if watched {
        println!("cargo::rerun-if-changed={}", dir.display());
    }
    let mut assets = String::new();
    if FILES.iter().all(|(name, _)| dir.join(name).is_file()) {
        for (name, kind) in FILES {
            asset(&mut assets, &fs::canonicalize(dir.join(name))?, name, kind)?;
        }
    } else {
        println!(
            "cargo::warning=without the viewer of PDF files, which scripts/viewer.sh brings: pictures are shown instead"
        );
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR")?).join("viewer.rs");
    fs::write(out, format!("const VIEWER: &[Asset] = &[{assets}];\n"))?;
    Ok(())
}

/// The text of one `Asset`.
fn asset(out: &mut String, file: &Path, name: &str, kind: &str) -> Result<(), Box<dyn Error>> {
    let text = file.to_str().ok_or("the path of target/viewer is no UTF-8")?;
    let packed = |ending: &str| format!("{text}.{ending}");
    let [br, gz] = ["br", "gz"].map(packed);
    write!(out, "Asset {{ name: {name:?}, kind: {kind:?}, bytes: include_bytes!({text:?}), ")?;
    write!(out, "digest: {:#018x}, ", digest(&fs::read(file)?))?;
    if Path::new(&br).is_file() && Path::new(&gz).is_file() {
        writeln!(
            out,
            "packed: Some(Packed {{ br: include_bytes!({br:?}), gzip: include_bytes!({gz:?}) }}) }},"
        )?;
    } else {
        writeln!(out, "packed: None }},")?;
    }
    Ok(())
}

/// FNV-1a, as `src/assets.rs` has it: over megabytes it would keep the compiler busy.
fn digest(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}
