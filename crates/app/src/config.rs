//! Settings: built-in defaults, then `DATA/yinxin.toml`, then environment, then flags (the last two by `cli`).
//!
//! Every key stands in `docs/CONFIG.md`; `cargo xtask tidy` compares the two.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use yinxin_model::policy::Policy;

/// The file's name in the data directory.
pub const FILE: &str = "yinxin.toml";

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// `sqlite:PATH` or `postgres://…`; empty: `register.sqlite` in the data directory.
    pub database: String,
    pub platform: Platform,
    pub policy: Policy,
    pub fonts: Vec<FontEntry>,
    pub objects: Objects,
    pub signer: SignerConfig,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Platform {
    /// 制作者 on every copy.
    pub name: String,
    /// Where the QR leads: `<public_url>/v/<token>`.
    pub public_url: String,
}

impl Default for Platform {
    fn default() -> Self {
        Self {
            name: "职业资格证书查询验证系统".into(), public_url: "http://127.0.0.1:8080".into()
        }
    }
}

/// One font of a style's chain. The order in the file is the order of search.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FontEntry {
    /// `serif` or `serif-bold`, as the templates name them.
    pub style: String,
    pub path: PathBuf,
    /// Picks the face inside a collection (.ttc), e.g. `Noto Serif CJK SC`.
    #[serde(default)]
    pub family: Option<String>,
}

/// Where sealed copies, photos and rosters lie (always encrypted).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Objects {
    /// `local` (default) or `s3`.
    pub kind: ObjectsKind,
    /// Local: the directory; empty: `objects` in the data directory.
    pub path: PathBuf,
    pub bucket: String,
    pub endpoint: String,
    pub region: String,
    /// Plain HTTP is for tests on loopback.
    pub allow_http: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectsKind {
    #[default]
    Local,
    S3,
}

/// Where the seals' signing keys are.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct SignerConfig {
    /// `software` (default: `DATA/keys/seal-<code>.p8`) or `pkcs11`.
    pub kind: SignerKind,
    /// PKCS#11: path of the module's shared library.
    pub module: PathBuf,
    pub token: String,
    /// PKCS#11: name of the environment variable that holds the PIN. The PIN itself never stands in a file.
    pub pin_env: String,
    /// PKCS#11: sessions at most; further callers wait, then are told to come back.
    pub sessions: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignerKind {
    #[default]
    Software,
    Pkcs11,
}

impl Config {
    /// Reads `DATA/yinxin.toml`; a missing file means defaults.
    pub fn load(data: &Path) -> Result<Self> {
        let path = data.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(crate::error::io("read", &path, error)),
        };
        Self::parse(&text).map_err(|e| e.with("path", path.display()))
    }

    pub fn parse(text: &str) -> Result<Self> {
        let bad = |reason: String| Error::invalid("config_invalid").with("reason", reason);
        let config: Self = toml::from_str(text).map_err(|e| bad(e.to_string()))?;
        let policy = config.policy;
        if policy.window_days < 1 || policy.longest_days < 1 || policy.max < 1 || policy.keep_copies_days < 0
        {
            return Err(bad("policy: window_days, max and longest_days are at least 1".into()));
        }
        let url = &config.platform.public_url;
        if !(url.starts_with("http://") || url.starts_with("https://"))
            || url.ends_with('/')
            || url.len() > 60
        {
            return Err(bad(
                "platform.public_url: http(s)://…, no slash at the end, at most 60 characters".into()
            ));
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_named() {
        let code = |text: &str| Config::parse(text).unwrap_err().details["reason"].clone();
        assert!(code("databaze = 1").contains("databaze"));
        assert!(code("[policy]\nmax = 0").contains("max"));
        assert!(code("[platform]\npublic_url = \"ftp://x\"").contains("public_url"));
        assert_eq!(Config::parse("").unwrap().policy, Policy::default());
    }
}
