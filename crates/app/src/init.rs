//! `init`: makes an installation. Files first, the database next, the instance file last, so that an interrupted
//! `init` leaves a directory that says it is not initialised and can simply be initialised again.

use crate::config::Config;
use crate::error::{Error, Result};
use crate::home::{self, Engine, Home, Instance, Secrecy};
use crate::keys::KeyFile;
use crate::system::{Address, META_DEMO, META_INSTANCE, World};
use serde::Serialize;
use yinxin_model::catalogue::{Catalogue, SEED};
use yinxin_model::states::{Role, SealState};
use yinxin_model::{Id, Instant, Subject};
use yinxin_seal::authority::{self, DemoTrust, SealRequest, TEST_MARK};
use yinxin_store::audit::Act;
use yinxin_store::catalogue::{self, Seal, Staff};
use yinxin_store::{Vault, migrate};

pub struct Request {
    /// Neither demo trust nor demo staff.
    pub production: bool,
    /// Production: name of the first operator.
    pub operator: Option<String>,
    pub database: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct Made {
    pub data: String,
    pub instance: Id,
    pub demo: bool,
    pub engine: Engine,
    pub organisations: Vec<String>,
    pub seals: Vec<String>,
    pub staff: Vec<String>,
    pub trust: Option<String>,
}

/// The name of the first operator, unless another is given.
const FIRST_OPERATOR: &str = "operator";
/// The first service notice; an operator replaces it.
const NOTICE: &str = include_str!("../assets/service-notice.zh-CN.txt");

pub async fn init(home: &Home, request: Request, world: &World) -> Result<Made> {
    if home.instance()?.is_some() {
        return Err(Error::conflict("already_initialised").with("data", home.dir().display()));
    }
    let staff = first_staff(&request)?;
    home.make_directories()?;
    let config = Config::load(home.dir())?;
    let address = Address::resolve(&config, request.database.as_deref())?;
    let db = address.connect(home).await?;
    let now = world.clock.now();
    migrate::migrate(&db, now).await?;

    // Before a single file is written: a database of another directory must not cost this one its keys.
    let earlier = home.intended_instance()?.filter(|intended| intended.demo != request.production);
    let owner = db.read(|tx| Box::pin(async move { catalogue::meta(tx, META_INSTANCE).await })).await?;
    if owner.is_some_and(|owner| earlier.as_ref().is_none_or(|intended| intended.id.to_string() != owner)) {
        return Err(Error::conflict("wrong_database"));
    }
    // The database may have been claimed already, by an `init` of this directory that was interrupted.
    let id = earlier.map_or_else(|| Id::new(now, world.entropy.as_ref()), |intended| intended.id);
    let instance = Instance { id, demo: !request.production, engine: address.engine, made_at: now };
    home.intend_instance(&instance)?;
    let keys = keys(home, world)?;
    crate::portal_texts::write_seed(home)?;
    let parsed = Catalogue::parse(SEED).map_err(|e| Error::internal("catalogue_invalid").because(e))?;
    let seals = if instance.demo { demo_seals(home, &config, &parsed, &keys, world)? } else { Vec::new() };

    // The entropy of a vault that only checks its keys is never drawn on.
    let vault = Vault::new(keys.vault_keys()?, world.entropy.clone())?;
    let act = Act::new(Subject::System, now, world.entropy.as_ref(), None);
    let (owner, demo) = (instance.id.to_string(), instance.demo);
    let (staff_rows, seal_rows) = (staff.clone(), seals.clone());
    let claimed = db
        .write(move |tx| {
            Box::pin(async move {
                if catalogue::claim_meta(tx, META_INSTANCE, &owner).await? != owner {
                    return Ok(false);
                }
                catalogue::set_meta(tx, META_DEMO, if demo { "true" } else { "false" }).await?;
                vault.check(tx, now).await?;
                catalogue::add_catalogue(tx, &act, SEED, &yinxin_seal::sha256(SEED.as_bytes())).await?;
                catalogue::add_notice(tx, &act, NOTICE).await?;
                for member in &staff_rows {
                    catalogue::put_staff(tx, &act, member).await?;
                }
                for seal in &seal_rows {
                    catalogue::put_seal(tx, &act, seal).await?;
                }
                Ok(true)
            })
        })
        .await?;
    if !claimed {
        return Err(Error::conflict("wrong_database"));
    }
    home.confirm_instance()?;
    Ok(Made {
        data: home.dir().display().to_string(),
        instance: instance.id,
        demo: instance.demo,
        engine: instance.engine,
        organisations: parsed.organisation.iter().map(|o| o.code.clone()).collect(),
        seals: seals.into_iter().map(|s| s.code).collect(),
        staff: staff.into_iter().map(|s| s.name).collect(),
        trust: instance.demo.then(|| home.trust().display().to_string()),
    })
}

fn first_staff(request: &Request) -> Result<Vec<Staff>> {
    let member = |name: &str, roles: &[Role]| Staff {
        name: name.into(),
        roles: roles.to_vec(),
        organisation: None,
        active: true,
    };
    if !request.production {
        let clerk = member("clerk", &[Role::Clerk, Role::Operator]);
        return Ok(vec![clerk, member("approver", &[Role::Approver, Role::Auditor])]);
    }
    let name = request.operator.as_deref().unwrap_or(FIRST_OPERATOR);
    if crate::staff::good_name(name) {
        Ok(vec![member(name, &[Role::Operator])])
    } else {
        Err(Error::invalid("operator_name").with("name", name))
    }
}

/// Keys that an interrupted `init` left are taken up again: the database may hold their check values already.
fn keys(home: &Home, world: &World) -> Result<KeyFile> {
    if home.vault_keys().exists() {
        return KeyFile::read(home);
    }
    let made = KeyFile::make(world.entropy.as_ref());
    made.write_new(home)?;
    Ok(made)
}

/// Makes the demo hierarchy and writes its files, replacing what an interrupted `init` left.
fn demo_seals(
    home: &Home,
    config: &Config,
    catalogue: &Catalogue,
    keys: &KeyFile,
    world: &World,
) -> Result<Vec<Seal>> {
    let names = test_names(catalogue);
    let requests = requests(catalogue, &names);
    let entropy = world.entropy.as_ref();
    let trust = authority::make(&requests, keys.passphrase(), world.clock.now().0, entropy)
        .map_err(|e| Error::internal("demo_trust_failed").because(e))?;
    write_trust(home, &trust, &requests)?;
    let now = world.clock.now();
    let mut national = crate::national::make_for_demo(home, config, catalogue, keys, entropy, now)?;
    crate::trust::make_beside_seals(home, entropy)?;
    let rows = catalogue.seal.iter().zip(&names).zip(&trust.seals).map(|((seal, name), issued)| Seal {
        code: seal.code.clone(),
        organisation: seal.organisation.clone(),
        name: name.clone(),
        family: seal.family.as_str().into(),
        certificate: issued.certificate.der().to_vec(),
        valid_from: Instant(issued.certificate.not_before_ms()),
        valid_until: Instant(issued.certificate.not_after_ms()),
        state: SealState::Active,
        national: national.remove(&seal.code),
    });
    Ok(rows.collect())
}

/// What the seals of a catalogue are called in a demo.
pub(crate) fn test_names(catalogue: &Catalogue) -> Vec<String> {
    catalogue.seal.iter().map(|seal| test_name(&seal.name)).collect()
}

/// The seals of a catalogue by these names, to be certified.
pub(crate) fn requests<'a>(catalogue: &'a Catalogue, names: &'a [String]) -> Vec<SealRequest<'a>> {
    let request = |(seal, name): (&'a yinxin_model::catalogue::Seal, &'a String)| SealRequest {
        code: &seal.code,
        name,
        organisation: catalogue.organisation(&seal.organisation).map_or("", |o| o.name.as_str()),
    };
    catalogue.seal.iter().zip(names).map(request).collect()
}

/// `…专用章` becomes `…测试专用章`.
pub(crate) fn test_name(name: &str) -> String {
    format!("{}{TEST_MARK}", name.strip_suffix("专用章").unwrap_or(name))
}

fn write_trust(home: &Home, trust: &DemoTrust, requests: &[SealRequest]) -> Result<()> {
    let pem = |certificate: &yinxin_seal::x509::Certificate| {
        certificate.to_pem().map_err(|e| Error::internal("demo_trust_failed").because(e))
    };
    let authority = pem(&trust.authority.certificate)?;
    home::replace(&home.trust().join("root.pem"), pem(&trust.root.certificate)?.as_bytes(), Secrecy::Public)?;
    home::replace(&home.authority_certificate(), authority.as_bytes(), Secrecy::Public)?;
    home::replace(&home.key("root"), trust.root.key_pem.as_bytes(), Secrecy::OwnerOnly)?;
    home::replace(&home.key("authority"), trust.authority.key_pem.as_bytes(), Secrecy::OwnerOnly)?;
    for (request, issued) in requests.iter().zip(&trust.seals) {
        let chain = format!("{}{authority}", pem(&issued.certificate)?);
        home::replace(&home.seal_certificate(request.code), chain.as_bytes(), Secrecy::Public)?;
        let key = home.key(&format!("seal-{}", request.code));
        home::replace(&key, issued.key_pem.as_bytes(), Secrecy::OwnerOnly)?;
    }
    for (name, list) in ["root", "authority"].iter().zip(&trust.lists) {
        home::replace(&home.crl().join(format!("{name}.crl")), list.der(), Secrecy::Public)?;
    }
    Ok(())
}
