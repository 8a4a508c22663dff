//! What sealing and verifying work with, loaded once: fonts, templates, keys, plates, trust.

use crate::believed::{Beliefs, Believed};
use crate::config::{ImprintKind, SignerConfig, SignerKind};
use crate::error::{Error, Kind, Result};
use crate::fields::{CopyFacts, fields, purpose, title};
use crate::fonts;
use crate::home::{self, Home};
use crate::keys::KeyFile;
use crate::national;
use crate::picture::{Pictures, Size};
use crate::statement;
use crate::system::System;
use crate::telemetry::TARGET;
use crate::tsa::{self, Stamper};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument;
use yinxin_model::{Format, Id, Instant, Level};
use yinxin_seal::page::draw::Color;
use yinxin_seal::pkcs11::{KeySelector, Token, TokenConfig};
use yinxin_seal::statement::StatementKey;
use yinxin_seal::x509::Certificate;
use yinxin_seal::{
    CopyOrder, Design, Keyring, Permit, PictureOrder, Pkcs11Signer, PlateOrder, Plates, Prepared, SealFace,
    SealKey, SealPlate, SealedCopy, Signed, Signer, SoftSigner, face,
};
use yinxin_store::record::Record;

/// How long before its end a certificate or electronic seal is spoken of.
pub(crate) const SOON_MS: i64 = 60 * 86_400_000;
/// How long a caller waits for a session of a signing device before it is told to come back.
const DEVICE_WAIT: Duration = Duration::from_secs(10);
/// 朱红, the red of seals.
const SEAL_RED: Color = Color(0xD1, 0x1A, 0x1F);
const SEAL_FONT: &str = "serif-bold";
/// What a seal's name ends with; it stands beneath the star.
const BOTTOMS: [&str; 2] = [yinxin_seal::authority::TEST_MARK, "专用章"];

pub struct Sealing {
    keyring: Keyring,
    /// Why a seal's key could not be loaded: the others still work.
    unusable: BTreeMap<String, Error>,
    /// The same of what a seal needs for OFD.
    not_national: BTreeMap<String, Error>,
    designs: BTreeMap<String, Design>,
    plates: Plates,
    stamper: Option<Stamper>,
    /// The same for OFDs.
    ofd_stamper: Option<Stamper>,
    beliefs: Beliefs,
    /// Of copies, lately asked for.
    pub(crate) pictures: Pictures,
    /// Signs what QR codes state; why it cannot, where it cannot.
    statement_key: Result<StatementKey>,
}

/// Which plate a copy was prepared on: part of the intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub format: Format,
    pub seal: String,
    pub template: String,
    pub template_digest: [u8; 32],
    pub plate_digest: [u8; 32],
}

impl Sealing {
    pub fn load(system: &System) -> Result<Self> {
        let pool = Arc::new(fonts::pool(&system.config.fonts));
        let designs = designs(&system.home)?;
        let opener = KeyOpener::new(&system.home, &system.config.signer)?;
        let (keyring, unusable) = keyring(system, &opener)?;
        let statement_key = statement::open(&system.home, |name| opener.signer(name));
        let (keyring, not_national) = national::join(system, &keyring)?;
        warn_of_terms(&keyring, system.now());
        let stamper = Stamper::load(system, ImprintKind::Sha256)?;
        let ofd_stamper = Stamper::load(system, ImprintKind::Sm3)?;
        let beliefs = Beliefs::load(system, stamper.as_ref())?;
        let (plates, pictures) = (Plates::new(pool), Pictures::default());
        Ok(Self {
            keyring,
            unusable,
            not_national,
            designs,
            plates,
            stamper,
            ofd_stamper,
            beliefs,
            pictures,
            statement_key,
        })
    }

    /// Roots and revocation lists of now.
    pub fn believed(&self, system: &System) -> Believed {
        self.beliefs.get(system, self.stamper.as_ref())
    }

    /// Who puts time stamps of this kind on copies, where anybody does.
    pub fn stamper(&self, kind: ImprintKind) -> Option<&Stamper> {
        match kind {
            ImprintKind::Sha256 => self.stamper.as_ref(),
            ImprintKind::Sm3 => self.ofd_stamper.as_ref(),
        }
    }

    /// The ids of all templates, shipped and own.
    pub fn templates(&self) -> Vec<String> {
        self.designs.keys().cloned().collect()
    }

    /// Whether the seal's key for a format signs: makes a signature that nobody gets.
    pub fn check_key(&self, code: &str, format: Format) -> Result<()> {
        let key = self.key(code)?;
        if format == Format::Ofd {
            self.require_national(&key)?;
        }
        let signer = key.means(format).map_err(refused)?.signer;
        signer.sign(b"yinxin doctor").map(|_| ()).map_err(|e| refused(e.into()))
    }

    /// Refuses a seal that has no means for OFD, with the reason why they cannot be used where there are some.
    fn require_national(&self, key: &SealKey) -> Result<()> {
        match (key.national(), self.not_national.get(key.code())) {
            (None, Some(why)) => Err(why.again().with("seal", key.code())),
            (None, None) => Err(Error::conflict("seal_not_national").with("seal", key.code())),
            (Some(_), _) => Ok(()),
        }
    }

    /// Draws and digests a copy. A character that no font has refuses it here.
    pub fn prepare(
        &self,
        system: &System,
        record: &Record,
        copy: &Id,
        facts: &CopyFacts,
        format: Format,
    ) -> Result<(Prepared, Stamp)> {
        let _span = tracing::info_span!(target: TARGET, "draw", format = format.as_str()).entered();
        let (plate, stamp) = self.plate(system, record, format)?;
        let fields = fields(system, record, facts);
        let title = title(system, record, facts.endorsement.is_some());
        let reason = match &facts.endorsement {
            Some(e) => purpose(system, e.scenario, e.addition),
            None => "电子证书".to_owned(),
        };
        let order = CopyOrder {
            fields: &fields,
            title: &title,
            subject: &fields.management_number,
            reason: &reason,
            location: "",
            made_at: facts.made_at,
            document_id: copy.0,
        };
        Ok((yinxin_seal::prepare(&plate, &order).map_err(refused)?, stamp))
    }

    /// Signs what was prepared, if it is what the intent says, has it stamped as its level wants, and checks the result
    /// as the public would.
    pub async fn seal(
        &self,
        system: &System,
        prepared: Prepared,
        permit: Permit,
        seal: &str,
    ) -> Result<SealedCopy> {
        let stamped = system.config.signature.ofd_time_stamp;
        let prepared = if stamped { prepared.with_time_stamp() } else { prepared };
        let sign = tracing::info_span!(target: TARGET, "sign", seal);
        let key = self.key(seal)?;
        let signed = if system.config.signer.kind == SignerKind::Pkcs11 {
            // A device is waited for on a thread that may wait.
            let signing = tokio::task::spawn_blocking(move || prepared.sign(permit, &key)).instrument(sign);
            signing.await.map_err(|error| Error::internal("internal").because(error))?
        } else {
            sign.in_scope(|| prepared.sign(permit, &key))
        };
        self.complete(system, signed.map_err(refused)?).await
    }

    /// The same for what is signed already.
    pub async fn complete(&self, system: &System, signed: Signed) -> Result<SealedCopy> {
        let signed =
            self.stamp(system, signed).instrument(tracing::info_span!(target: TARGET, "stamp")).await?;
        let check = tracing::info_span!(target: TARGET, "check");
        check.in_scope(|| signed.finish(self.believed(system).trust(), system.now()).map_err(refused))
    }

    /// Gets the time stamps that the settings want.
    pub async fn stamp(&self, system: &System, mut signed: Signed) -> Result<Signed> {
        let believed = self.believed(system);
        while let Some(imprint) = signed.imprint().map_err(refused)? {
            let kind = ImprintKind::of(&imprint);
            let stamper = self.stamper(kind).ok_or_else(|| tsa::missing(&system.config, kind))?;
            let token = stamper.stamp(&imprint, system, believed.trust()).await?;
            signed = signed.stamp(&token).map_err(refused)?;
        }
        Ok(signed)
    }

    pub fn key(&self, code: &str) -> Result<Arc<SealKey>> {
        if let Some(why) = self.unusable.get(code) {
            return Err(why.again().with("seal", code));
        }
        self.keyring.get(code).map_err(|_| Error::conflict("seal_missing").with("seal", code))
    }

    /// The key for statements, if there is one that may sign now.
    pub fn statement_key(&self, now: Instant) -> Result<&StatementKey> {
        let key = self.statement_key.as_ref().map_err(Error::again)?;
        statement::require_valid(key, now).map(|()| key)
    }

    /// Width and height in millimetres of copies under the seal of this code.
    pub fn sides(&self, system: &System, seal: &str) -> Result<(f64, f64)> {
        let missing = || Error::conflict("seal_missing").with("seal", seal);
        let seal = system.catalogue.seal(seal).ok_or_else(missing)?;
        let unknown = || Error::conflict("template_unknown").with("template", &seal.template);
        let design = self.designs.get(&seal.template).ok_or_else(unknown)?;
        Ok(face::sides(design.template()))
    }

    /// Draws the page of a copy as a picture. A seal whose key cannot be used now still shows its name.
    pub fn picture(
        &self,
        system: &System,
        record: &Record,
        facts: &CopyFacts,
        size: Size,
    ) -> Result<Vec<u8>> {
        let missing = || Error::conflict("seal_missing").with("seal", &record.seal);
        let seal = system.catalogue.seal(&record.seal).ok_or_else(missing)?;
        let unknown = || Error::conflict("template_unknown").with("template", &seal.template);
        let design = self.designs.get(&seal.template).ok_or_else(unknown)?;
        let key = self.keyring.get(&seal.code).ok();
        let seal = seal_face(key.as_ref().map_or(&seal.name, |key| key.name()));
        let issuer = system.catalogue.organisation(&record.issuer).map(|o| o.name.as_str());
        let order = PictureOrder {
            design,
            seal: &seal,
            issuer: issuer.unwrap_or_default(),
            platform: &system.config.platform.name,
        };
        let fields = fields(system, record, facts);
        yinxin_seal::copy_picture(&order, &fields, self.plates.pool(), size.dpi(), size == Size::Print)
            .map_err(refused)
    }

    /// The compiled plate of a record's seal and template in one format.
    pub fn plate(&self, system: &System, record: &Record, format: Format) -> Result<(Arc<SealPlate>, Stamp)> {
        let missing = || Error::conflict("seal_missing").with("seal", &record.seal);
        let seal = system.catalogue.seal(&record.seal).ok_or_else(missing)?;
        let unknown = || Error::conflict("template_unknown").with("template", &seal.template);
        let design = self.designs.get(&seal.template).ok_or_else(unknown)?;
        let key = self.key(&seal.code)?;
        let level = system.config.signature.level;
        if format == Format::Ofd {
            self.require_national(&key)?;
        }
        let wanted = match format {
            Format::Pdf => (level > Level::Basic).then_some(ImprintKind::Sha256),
            Format::Ofd => system.config.signature.ofd_time_stamp.then_some(ImprintKind::Sm3),
        };
        if let Some(kind) = wanted.filter(|kind| self.stamper(*kind).is_none()) {
            return Err(tsa::missing(&system.config, kind));
        }
        let believed = self.believed(system);
        let seal_face = seal_face(key.name());
        let issuer =
            system.catalogue.organisation(&record.issuer).map(|o| o.name.clone()).unwrap_or_default();
        let order = PlateOrder {
            format,
            design,
            key: &key,
            seal: &seal_face,
            issuer: &issuer,
            platform: &system.config.platform.name,
            level,
            material: believed.material(),
        };
        let plate = self.plates.get(&order).map_err(refused)?;
        let stamp = Stamp {
            format,
            seal: seal.code.clone(),
            template: seal.template.clone(),
            template_digest: design.digest(),
            plate_digest: plate.digest(),
        };
        Ok((plate, stamp))
    }
}

/// The templates by id: those that are shipped, and an organisation's own (`DATA/templates/*.toml`), of which one with the
/// same id replaces a shipped one.
pub(crate) fn designs(home: &Home) -> Result<BTreeMap<String, Design>> {
    let mut designs = BTreeMap::new();
    for builtin in face::builtin() {
        designs.insert(builtin.id.to_owned(), Design::parse(builtin.source).map_err(refused)?);
    }
    let own = home.dir().join("templates");
    for path in if own.is_dir() { Home::files(&own, &["toml"])? } else { Vec::new() } {
        let source = String::from_utf8(home::read(&path)?).unwrap_or_default();
        let design = Design::parse(&source).map_err(|e| refused(e).with("path", path.display()))?;
        designs.insert(design.template().id().to_owned(), design);
    }
    Ok(designs)
}

/// Every program that seals says in its log what is about to end; `doctor` says it with what to do.
fn warn_of_terms(keyring: &Keyring, now: Instant) {
    for key in keyring.iter() {
        let national = key.national();
        let ends = [
            ("certificate", Some(key.certificate().not_after_ms())),
            ("certificate on SM2", national.map(|national| national.certificate().not_after_ms())),
            ("electronic seal", national.map(|national| national.seal().valid_until_ms)),
        ];
        for (what, until) in ends.into_iter().filter_map(|(what, until)| Some((what, Instant(until?)))) {
            if until.0 < now.0 + SOON_MS {
                tracing::warn!(
                    seal = key.code(),
                    what,
                    until = until.rfc3339(),
                    "ends or has ended: renew it"
                );
            }
        }
    }
}

/// `中国拍卖行业协会…证书测试专用章` → the name along the ring, `测试专用章` beneath the star.
pub(crate) fn seal_face(name: &str) -> SealFace {
    let split = BOTTOMS.into_iter().find_map(|bottom| Some((name.strip_suffix(bottom)?, bottom)));
    let (ring, bottom) = split.unwrap_or((name, ""));
    SealFace {
        ring: ring.to_owned(),
        bottom: bottom.to_owned(),
        number: None,
        color: SEAL_RED,
        font: SEAL_FONT.to_owned(),
    }
}

/// A refusal of the seal room. Transient ones may be tried again; the others fail the copy for good.
pub(crate) fn refused(error: yinxin_seal::Error) -> Error {
    let kind = match error.code() {
        _ if error.is_transient() => Kind::Unavailable,
        "no_glyph" | "text_does_not_fit" | "unprintable_character" | "needs_shaping" => Kind::Invalid,
        "level_not_reached" | "time_stamp_not_trusted" => Kind::Unavailable,
        "pin_refused" | "pin_locked" | "token_gone" | "key_not_found" | "device_failed" | "signer_busy" => {
            Kind::Unavailable
        }
        _ => Kind::Internal,
    };
    let mut refusal = Error::new(kind, error.code());
    if kind == Kind::Invalid {
        refusal = refusal.with("reason", &error);
    }
    for (name, value) in error.values() {
        refusal = refusal.with(name, value);
    }
    refusal.because(error)
}

type Unusable = BTreeMap<String, Error>;

fn keyring(system: &System, opener: &KeyOpener) -> Result<(Keyring, Unusable)> {
    let (mut keyring, mut unusable) = (Keyring::new(), BTreeMap::new());
    for seal in &system.catalogue.seal {
        let path = system.home.seal_certificate(&seal.code);
        if !path.exists() {
            continue;
        }
        match opener.open(&seal.code, &home::read(&path)?) {
            Ok(key) => keyring.add(key).map_err(refused)?,
            Err(error) => {
                // Told to whoever needs this seal, and by `doctor`.
                tracing::info!(seal = seal.code, code = error.code, "a seal's key cannot be used");
                unusable.insert(seal.code.clone(), error);
            }
        }
    }
    Ok((keyring, unusable))
}

/// Opens keys in files or on a device. Never falls back from a device to a file.
struct KeyOpener<'a> {
    home: &'a Home,
    keys: KeyFile,
    token: Option<Result<Arc<Token>>>,
}

impl<'a> KeyOpener<'a> {
    fn new(home: &'a Home, config: &SignerConfig) -> Result<Self> {
        let token = (config.kind == SignerKind::Pkcs11).then(|| token(config));
        Ok(Self { home, keys: KeyFile::read(home)?, token })
    }

    fn open(&self, code: &str, pem: &[u8]) -> Result<SealKey> {
        let certificates = Certificate::from_file(pem).map_err(|e| refused(e.into()))?;
        let (certificate, chain) =
            certificates.split_first().ok_or_else(|| Error::conflict("seal_missing").with("seal", code))?;
        let signer = self.signer(&format!("seal-{code}"))?;
        SealKey::new(code, signer, certificate.clone(), chain.to_vec()).map_err(refused)
    }

    /// The private key of this name, in a file or on the device.
    fn signer(&self, name: &str) -> Result<Arc<dyn Signer>> {
        match &self.token {
            Some(Ok(token)) => {
                let selector = KeySelector::Label(name.to_owned());
                Ok(Arc::new(Pkcs11Signer::new(token.clone(), selector).map_err(|e| refused(e.into()))?))
            }
            Some(Err(error)) => Err(error.again()),
            None => {
                let file = home::read(&self.home.key(name))?;
                let opened = SoftSigner::from_encrypted(&file, self.keys.passphrase());
                Ok(Arc::new(opened.map_err(|e| refused(e.into()))?))
            }
        }
    }
}

fn token(config: &SignerConfig) -> Result<Arc<Token>> {
    let pin = std::env::var(&config.pin_env)
        .map_err(|_| Error::conflict("pin_missing").with("variable", &config.pin_env))?;
    let opened = Token::open(TokenConfig {
        module: config.module.clone(),
        label: config.token.clone(),
        pin: pin.into(),
        max_sessions: config.sessions.max(1),
        wait: DEVICE_WAIT,
    });
    opened.map_err(|e| refused(e.into()))
}
