//! Settings: built-in defaults, then `DATA/yinxin.toml`, then environment, then flags (the last two by `cli`).
//!
//! Every key stands in `docs/CONFIG.md`; `cargo xtask tidy` compares the two.

use crate::error::{Error, Result};
use crate::limits::LimitsConfig;
use crate::oidc::OidcConfig;
use crate::pow::PowConfig;
use crate::telemetry::TelemetryConfig;
use ipnet::IpNet;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use yinxin_model::Level;
use yinxin_model::policy::Policy;
use yinxin_seal::ses::Version;
use yinxin_seal::tsp::{Imprint, Request};

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
    pub signature: Signature,
    pub timestamp: Timestamp,
    pub seal: SealConfig,
    pub accounts: Accounts,
    pub oidc: OidcConfig,
    pub sms: SmsConfig,
    pub mail: MailConfig,
    pub identity: IdentityConfig,
    pub server: Server,
    pub limits: LimitsConfig,
    pub pow: PowConfig,
    pub telemetry: TelemetryConfig,
}

/// How holders come in and how long they stay.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Accounts {
    /// A session that is not used ends after so many minutes.
    pub idle_minutes: u32,
    /// A session ends after so many hours, however much it is used.
    pub session_hours: u32,
    /// A registration whose identity is not proved is forgotten after so many hours.
    pub registration_hours: u32,
    /// Threads that hash passwords; 0: half of the machine's, at least one.
    pub hash_threads: usize,
    /// Log-ins that wait for such a thread at most; further ones are told to come back.
    pub hash_queue: usize,
}

/// How short messages are sent (docs/GATEWAYS.md).
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct SmsConfig {
    /// `file` (a demo's default), `http`, or `none`.
    pub kind: Option<SmsKind>,
    /// HTTP: where to post.
    pub url: String,
    /// HTTP: name of the environment variable that holds the bearer token.
    pub token_env: String,
    /// For one answer.
    pub timeout_ms: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SmsKind {
    File,
    Http,
    None,
}

/// How e-mail is sent.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailConfig {
    /// `file` (a demo's default), `smtp`, or `none`.
    pub kind: Option<MailKind>,
    pub host: String,
    pub port: u16,
    /// `starttls` (default), `tls`, or `none` (to this machine only).
    pub tls: MailTls,
    /// Empty: without log-in.
    pub user: String,
    /// Name of the environment variable that holds the password.
    pub password_env: String,
    /// Who sends, e.g. `印信 <no-reply@example.org>`.
    pub from: String,
    /// For one message.
    pub timeout_ms: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    File,
    Smtp,
    None,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    #[default]
    Starttls,
    Tls,
    None,
}

/// Who proves that a holder is who he says (docs/GATEWAYS.md).
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct IdentityConfig {
    /// `demo` (a demo's default: proves synthetic people), `http`, `oidc` (by the claims of `[oidc]`), or `none`.
    pub kind: Option<IdentityKind>,
    /// How the one who proves is called in the register and the audit.
    pub name: String,
    pub url: String,
    /// Name of the environment variable that holds the bearer token.
    pub token_env: String,
    /// For one answer.
    pub timeout_ms: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    Demo,
    Http,
    Oidc,
    None,
}

impl Default for SmsConfig {
    fn default() -> Self {
        Self { kind: None, url: String::new(), token_env: String::new(), timeout_ms: 5_000 }
    }
}

impl Default for MailConfig {
    fn default() -> Self {
        Self {
            kind: None,
            host: String::new(),
            port: 587,
            tls: MailTls::default(),
            user: String::new(),
            password_env: String::new(),
            from: String::new(),
            timeout_ms: 10_000,
        }
    }
}

impl Default for IdentityConfig {
    fn default() -> Self {
        Self {
            kind: None,
            name: "real-name".into(),
            url: String::new(),
            token_env: String::new(),
            timeout_ms: 5_000,
        }
    }
}

impl Default for Accounts {
    fn default() -> Self {
        Self {
            idle_minutes: 30,
            session_hours: 12,
            registration_hours: 72,
            hash_threads: 0,
            hash_queue: 2_000,
        }
    }
}

/// The electronic seals that a demo makes. One that an operator brings is what its maker made.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct SealConfig {
    /// 4 (GB/T 38540-2020, default) or 5 (GM/T 0031-2025).
    pub version: u8,
}

impl Default for SealConfig {
    fn default() -> Self {
        Self { version: 4 }
    }
}

impl SealConfig {
    pub fn version(&self) -> Version {
        if self.version == 5 { Version::V5 } else { Version::V4 }
    }
}

/// What sealed copies are to reach.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Signature {
    /// Of PDFs: `b-b`, `b-t`, `b-lt` (default) or `b-lta`; all but the first need a time stamp authority.
    pub level: Level,
    /// A time stamp on SM3 on the electronic seal's signature of every OFD. No other maker's was ever seen.
    pub ofd_time_stamp: bool,
}

impl Default for Signature {
    fn default() -> Self {
        Self { level: Level::LongTerm, ofd_time_stamp: false }
    }
}

/// The time stamp authorities (RFC 3161). A demo without any uses its own.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Timestamp {
    /// Asked in this order.
    pub servers: Vec<StampServer>,
    /// For one answer.
    pub timeout_ms: u64,
    /// Further rounds over all servers, after growing pauses.
    pub retries: u32,
    /// Bytes kept in a file for each token.
    pub room: usize,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StampServer {
    /// Where to ask. A name and password do not belong into it: addresses are spoken of.
    pub url: String,
    /// For authorities that want to know who asks (HTTP Basic).
    #[serde(default)]
    pub user: String,
    /// Name of the environment variable that holds the password. The password itself never stands in a file.
    #[serde(default)]
    pub password_env: String,
    /// Dotted OID of the policy that is asked for, and accepted alone.
    #[serde(default)]
    pub policy: Option<String>,
    /// Which copies it is for: PDFs are stamped over SHA-256, OFDs over SM3.
    #[serde(default)]
    pub imprint: ImprintKind,
}

/// By what a time stamp's digest is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ImprintKind {
    #[default]
    Sha256,
    Sm3,
}

impl ImprintKind {
    pub fn of(imprint: &Imprint) -> Self {
        match imprint {
            Imprint::Sha256(_) => Self::Sha256,
            Imprint::Sm3(_) => Self::Sm3,
        }
    }

    /// This digest as one of the kind.
    pub fn imprint(self, digest: [u8; 32]) -> Imprint {
        match self {
            Self::Sha256 => Imprint::Sha256(digest),
            Self::Sm3 => Imprint::Sm3(digest),
        }
    }
}

impl Default for Timestamp {
    fn default() -> Self {
        Self { servers: Vec::new(), timeout_ms: 5_000, retries: 2, room: 8_192 }
    }
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

/// How the portal is served.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Nets (`10.0.0.0/8`) whose proxies are believed when they say for whom they ask (`X-Forwarded-For`).
    pub trusted_proxies: Vec<IpNet>,
    /// Worked on at once; a third of them is kept for public verification. More are told to come again.
    pub concurrent_requests: u32,
}

impl Default for Server {
    fn default() -> Self {
        Self { trusted_proxies: Vec::new(), concurrent_requests: 384 }
    }
}

impl Server {
    pub fn trusts(&self, proxy: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|net| net.contains(&proxy))
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
        config.timestamp.check().map_err(bad)?;
        config.oidc.check().map_err(bad)?;
        config.pow.check().map_err(|reason| bad(reason.into()))?;
        config.check_accounts().map_err(bad)?;
        config.check_telemetry().map_err(bad)?;
        if !matches!(config.seal.version, 4 | 5) {
            return Err(bad("seal: version is 4 or 5".into()));
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

impl Config {
    /// Why holders could not come in with these settings.
    fn check_accounts(&self) -> std::result::Result<(), String> {
        let accounts = &self.accounts;
        if accounts.idle_minutes == 0 || accounts.session_hours == 0 || accounts.registration_hours == 0 {
            return Err("accounts: idle_minutes, session_hours and registration_hours are at least 1".into());
        }
        if accounts.hash_threads > 64 || accounts.hash_queue == 0 {
            return Err("accounts: hash_threads is at most 64, hash_queue at least 1".into());
        }
        if self.sms.kind == Some(SmsKind::Http) {
            reachable(&self.sms.url).map_err(|reason| format!("sms.url: {reason}"))?;
        }
        if self.identity.kind == Some(IdentityKind::Http) {
            reachable(&self.identity.url).map_err(|reason| format!("identity.url: {reason}"))?;
        }
        if self.identity.kind == Some(IdentityKind::Oidc)
            && (self.oidc.issuer.is_empty() || !self.oidc.proves_identity)
        {
            return Err("identity.kind = \"oidc\": oidc.issuer and oidc.proves_identity are needed".into());
        }
        if self.mail.kind == Some(MailKind::Smtp) && (self.mail.host.is_empty() || self.mail.from.is_empty())
        {
            return Err("mail: smtp needs host and from".into());
        }
        let here = matches!(self.mail.host.as_str(), "127.0.0.1" | "localhost" | "::1");
        if self.mail.kind == Some(MailKind::Smtp) && self.mail.tls == MailTls::None && !here {
            return Err("mail: without tls only to this machine".into());
        }
        Ok(())
    }
}

impl Config {
    /// Why traces could not be sent with these settings.
    fn check_telemetry(&self) -> std::result::Result<(), String> {
        if !self.telemetry.otlp.is_empty() {
            reachable(&self.telemetry.otlp).map_err(|reason| format!("telemetry.otlp: {reason}"))?;
        }
        if !(0.0..=1.0).contains(&self.telemetry.sample) {
            return Err("telemetry: sample is 0 to 1".into());
        }
        Ok(())
    }
}

/// Names and codes go there: https, or this machine.
fn reachable(text: &str) -> std::result::Result<(), &'static str> {
    let url = Url::parse(text).map_err(|_| "not http(s)://…")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "holds a name or password: where one is wanted, it stands in the environment variable that …_env names",
        );
    }
    let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    match url.scheme() {
        "https" => Ok(()),
        "http" if here => Ok(()),
        _ => Err("https://…; plain http only to this machine"),
    }
}

impl Timestamp {
    /// Why these settings cannot work.
    fn check(&self) -> std::result::Result<(), String> {
        for (server, number) in self.servers.iter().zip(1..) {
            server.check().map_err(|reason| format!("timestamp.servers, number {number}: {reason}"))?;
        }
        if !(100..=120_000).contains(&self.timeout_ms) || self.retries > 10 {
            return Err("timestamp: timeout_ms is 100 to 120000, retries at most 10".into());
        }
        if !(1_024..=65_536).contains(&self.room) {
            return Err("timestamp: room is 1024 to 65536".into());
        }
        Ok(())
    }
}

impl StampServer {
    /// Why this authority cannot be asked. The address is not repeated, for what is wrong with it may be a secret.
    fn check(&self) -> std::result::Result<(), &'static str> {
        let url = Url::parse(&self.url).ok();
        let url =
            url.filter(|url| matches!(url.scheme(), "http" | "https")).ok_or("url is not http(s)://…")?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("url holds a name or password: set user and password_env instead");
        }
        if self.user.is_empty() != self.password_env.is_empty() {
            return Err("user and password_env go together");
        }
        let imprint = self.imprint.imprint([0; 32]);
        let asked = Request { imprint, policy: self.policy.clone(), nonce: [1; 16] };
        asked.to_der().map(|_| ()).map_err(|_| "policy is no dotted OID")
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
        assert!(code("[signature]\nlevel = \"b-x\"").contains("b-lta"));
        assert!(code("[[timestamp.servers]]\nurl = \"ftp://x\"").contains("number 1: url"));
        assert!(code("[[timestamp.servers]]\nurl = \"http://x\"\npolicy = \"one\"").contains("OID"));
        let secret = code("[[timestamp.servers]]\nurl = \"http://user:secret@tsa/\"");
        assert!(secret.contains("password_env") && !secret.contains("secret"), "{secret}");
        let half = "[[timestamp.servers]]\nurl = \"http://x\"\nuser = \"u\"";
        assert!(code(half).contains("password_env"));
        assert!(code("[[timestamp.servers]]\nurl = \"http://x\"\nimprint = \"md5\"").contains("sm3"));
        assert!(code("[timestamp]\nretries = 99").contains("retries"));
        assert!(code("[seal]\nversion = 1").contains("version"));
        assert_eq!(Config::parse("").unwrap().policy, Policy::default());
    }
}
