//! The data directory: what lies where, and who may read it.
//!
//! ```text
//! DATA/instance.toml      whose directory this is, and whether it is a demo
//! DATA/yinxin.toml        settings (optional)
//! DATA/register.sqlite    the register, unless `--database` says otherwise
//! DATA/outbox/            a demo's messages, in plain: its people do not exist
//! DATA/objects/           sealed copies, photos, rosters: encrypted
//! DATA/audit.head         sequence number and hash of the audit's newest link
//! DATA/keys/              private: vault.toml (keys of the register), *.p8 (signing keys); owner only
//! DATA/seals/CODE.pem     a seal's certificate, then its chain
//! DATA/seals/CODE-sm2.pem the same on SM2; beside it CODE.esl, the electronic seal
//! DATA/trust/*.pem        the roots that `verify` trusts; no secrets below, so that the folder can be handed out
//! DATA/trust/sm2/*.pem    those on SM2
//! DATA/trust/intermediates/*.pem  issuing authorities that files do not bring along
//! DATA/trust/makers/*.pem  who makes electronic seals, each certificate by itself
//! DATA/trust/tsa/*.pem    roots for time stamps alone, and authorities below them
//! DATA/trust/statement/*.pem  certificates of the keys for statements in QR codes, each with its chain
//! DATA/trust/catalogue.toml  names for the codes of statements
//! DATA/crl/*.crl          revocation lists
//! DATA/templates/*.toml   faces of the operator's own (optional)
//! DATA/portal.toml        what the portal says about its service
//! ```

use crate::error::{Error, Result, io};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use yinxin_model::{Id, Instant};

/// Where everything is.
#[derive(Clone, Debug)]
pub struct Home(PathBuf);

/// The mark that stands in the directory and, with the same id, in the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    pub id: Id,
    pub demo: bool,
    /// Which kind of database it was initialised with; the address itself may hold a password and stands elsewhere.
    pub engine: Engine,
    /// Milliseconds UTC.
    pub made_at: Instant,
}

/// Where the register is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Home {
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self(dir.into())
    }

    pub fn dir(&self) -> &Path {
        &self.0
    }

    /// Held while the keys of the register change.
    pub fn rotation_lock(&self) -> PathBuf {
        self.0.join("keys/rotation.lock")
    }

    pub fn sqlite(&self) -> PathBuf {
        self.0.join("register.sqlite")
    }

    pub fn objects(&self) -> PathBuf {
        self.0.join("objects")
    }

    /// Where a demo leaves what it would have sent.
    pub fn outbox(&self) -> Result<PathBuf> {
        let path = self.0.join("outbox");
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&path);
        made.map_err(|e| io("create", &path, e)).map(|()| path)
    }

    pub fn trust(&self) -> PathBuf {
        self.0.join("trust")
    }

    pub fn crl(&self) -> PathBuf {
        self.0.join("crl")
    }

    /// The audit's newest link, noted where whoever can only write the database cannot reach it.
    pub fn audit_head(&self) -> PathBuf {
        self.0.join("audit.head")
    }

    pub fn portal_texts(&self) -> PathBuf {
        self.0.join("portal.toml")
    }

    pub fn vault_keys(&self) -> PathBuf {
        self.0.join("keys/vault.toml")
    }

    pub fn key(&self, name: &str) -> PathBuf {
        self.0.join("keys").join(format!("{name}.p8"))
    }

    pub fn seal_certificate(&self, code: &str) -> PathBuf {
        self.0.join("seals").join(format!("{code}.pem"))
    }

    pub fn authority_certificate(&self) -> PathBuf {
        self.0.join("seals/authority.pem")
    }

    pub fn sm2_trust(&self) -> PathBuf {
        self.0.join("trust/sm2")
    }

    /// The demo's root on SM2.
    pub fn sm2_root(&self) -> PathBuf {
        self.sm2_trust().join("root.pem")
    }

    pub fn sm2_seal_certificate(&self, code: &str) -> PathBuf {
        self.0.join("seals").join(format!("{code}-sm2.pem"))
    }

    /// The electronic seal (GB/T 38540), whose holder is the certificate on SM2.
    pub fn electronic_seal(&self, code: &str) -> PathBuf {
        self.0.join("seals").join(format!("{code}.esl"))
    }

    pub fn sm2_authority_certificate(&self) -> PathBuf {
        self.0.join("seals/sm2-authority.pem")
    }

    /// Authorities that verification knows and does not believe by themselves.
    pub fn intermediates(&self) -> PathBuf {
        self.0.join("trust/intermediates")
    }

    /// Whose electronic seals verification takes, besides that a root must lead to them.
    pub fn makers(&self) -> PathBuf {
        self.0.join("trust/makers")
    }

    /// Who makes the demo's electronic seals.
    pub fn sm2_maker_certificate(&self) -> PathBuf {
        self.0.join("seals/sm2-maker.pem")
    }

    fn instance_file(&self) -> PathBuf {
        self.0.join("instance.toml")
    }

    fn intended_file(&self) -> PathBuf {
        self.0.join("instance.intended.toml")
    }

    /// `None` where the directory was not initialised.
    pub fn instance(&self) -> Result<Option<Instance>> {
        Self::read_instance(self.instance_file())
    }

    /// What an `init` that was interrupted meant to make.
    pub fn intended_instance(&self) -> Result<Option<Instance>> {
        Self::read_instance(self.intended_file())
    }

    fn read_instance(path: PathBuf) -> Result<Option<Instance>> {
        match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).map(Some).map_err(|e| {
                Error::internal("instance_file_damaged")
                    .with("path", path.display())
                    .with("reason", e.message())
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io("read", &path, error)),
        }
    }

    /// Written by `init` before it claims the database: begun again, it is known by the same id.
    pub fn intend_instance(&self, instance: &Instance) -> Result<()> {
        let text = toml::to_string(instance).map_err(|e| Error::internal("internal").because(e))?;
        replace(&self.intended_file(), text.as_bytes(), Secrecy::Public)
    }

    /// The last step of `init`: a directory without this file is not initialised, whatever else lies there.
    pub fn confirm_instance(&self) -> Result<()> {
        let (from, to) = (self.intended_file(), self.instance_file());
        std::fs::rename(from, &to).map_err(|e| io("rename", &to, e))
    }

    /// Makes the directories; those that hold secrets are the owner's alone.
    pub fn make_directories(&self) -> Result<()> {
        for (dir, mode) in [
            ("", 0o700),
            ("keys", 0o700),
            ("trust", 0o755),
            ("crl", 0o755),
            ("seals", 0o755),
            ("objects", 0o700),
        ] {
            let path = self.0.join(dir);
            let made = std::fs::DirBuilder::new().recursive(true).mode(mode).create(&path);
            made.map_err(|e| io("create", &path, e))?;
        }
        Ok(())
    }

    /// Every file directly in `dir` whose extension is one of `extensions`, sorted by name.
    pub fn files(dir: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>> {
        let entries = match std::fs::read_dir(dir) {
            Ok(entries) => entries,
            Err(error) => return Err(io("read", dir, error)),
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.map_err(|e| io("read", dir, e))?.path();
            let wanted = path.extension().and_then(|e| e.to_str()).is_some_and(|e| extensions.contains(&e));
            if wanted && path.is_file() {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }
}

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    Public,
    /// Mode 0600.
    OwnerOnly,
}

impl Secrecy {
    fn mode(self) -> u32 {
        match self {
            Self::Public => 0o644,
            Self::OwnerOnly => 0o600,
        }
    }
}

/// Writes a file that must not exist yet.
pub fn write_new(path: &Path, bytes: &[u8], secrecy: Secrecy) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    write(path, options, bytes, secrecy)
}

/// Puts `bytes` in place of whatever is there: a reader sees the old or the new, never half of one, and of several
/// writers at once one is last. A link is replaced, not followed.
pub fn replace(path: &Path, bytes: &[u8], secrecy: Secrecy) -> Result<()> {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let permissions = std::fs::Permissions::from_mode(secrecy.mode());
    let beside = tempfile::Builder::new().prefix(".new-").permissions(permissions).tempfile_in(dir);
    let mut beside = beside.map_err(|e| io("create", path, e))?;
    let written = beside.write_all(bytes).and_then(|()| beside.as_file().sync_all());
    written.map_err(|e| io("write", path, e))?;
    beside.persist(path).map_err(|e| io("rename", path, e.error))?;
    // Without this a power cut could bring the old file back after what was done on the word of the new one.
    std::fs::File::open(dir).and_then(|dir| dir.sync_all()).map_err(|e| io("write", path, e))
}

/// Makes an empty file that is the owner's alone, where none is: what fills it later keeps that.
pub fn claim(path: &Path) -> Result<()> {
    match write_new(path, &[], Secrecy::OwnerOnly) {
        Err(_) if path.exists() => Ok(()),
        done => done,
    }
}

/// A lock for as long as what is returned lives, or until the process ends; `busy` where another holds it.
pub fn lock(path: &Path, busy: &'static str) -> Result<std::fs::File> {
    let file = std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path);
    let file = file.map_err(|e| io("open", path, e))?;
    file.try_lock().map(|()| file).map_err(|_| Error::unavailable(busy))
}

fn write(path: &Path, mut options: std::fs::OpenOptions, bytes: &[u8], secrecy: Secrecy) -> Result<()> {
    options.mode(secrecy.mode());
    let mut file = options.open(path).map_err(|e| io("create", path, e))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|e| io("write", path, e))
}

pub fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|e| io("read", path, e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_replaced_keeps_to_itself() {
        let dir = tempfile::tempdir().unwrap();
        let (path, target) = (dir.path().join("copy.pdf"), dir.path().join("elsewhere"));
        // What lies beside it, open to all or leading elsewhere, is somebody else's.
        let beside = dir.path().join("copy.pdf.new");
        std::fs::write(&beside, "mine").unwrap();
        std::fs::write(&target, "untouched").unwrap();
        std::os::unix::fs::symlink(&target, &path).unwrap();
        replace(&path, b"personal", Secrecy::OwnerOnly).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"personal");
        assert_eq!(std::fs::symlink_metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
        assert_eq!(std::fs::read(&beside).unwrap(), b"mine");
        assert_eq!(std::fs::read(&target).unwrap(), b"untouched");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 3, "nothing is left behind");
    }

    #[test]
    fn a_lock_is_one_holders() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("rotation.lock");
        let held = lock(&path, "rotation_running").unwrap();
        assert_eq!(lock(&path, "rotation_running").unwrap_err().code, "rotation_running");
        drop(held);
        lock(&path, "rotation_running").unwrap();
    }
}
