//! `init`, `demo`, `doctor`, `recover`, `catalogue`, `staff`, `keys`, `trust` and `audit`.

use super::{Context, optional_id};
use crate::args::{
    AuditVerb, CatalogueVerb, Demo, Init, KeysVerb, SealFiles, SealVerb, StaffVerb, TrustVerb,
};
use crate::output::Answer;
use crate::progress::Progress;
use serde_json::json;
use yinxin_app::error::Result;
use yinxin_app::{
    audit, catalogue as catalogues, demo as demonstration, doctor as checks, init as installation,
};
use yinxin_app::{home, rotate, seals, staff as members, statement, trust as lists};
use yinxin_model::states::SealState;

pub async fn init(context: &Context, args: Init) -> Result<Answer> {
    let request = installation::Request {
        production: args.production,
        operator: args.operator,
        database: context.global.database.clone(),
    };
    Ok(Answer::done(installation::init(&context.home(), request, &context.world()?).await?))
}

pub async fn demo(context: &Context, args: Demo) -> Result<Answer> {
    let progress = Progress::new("demo", context.global.json);
    let request = demonstration::Request { holders: args.holders, database: context.global.database.clone() };
    let report = |done, of| progress.set(done, of);
    let made = demonstration::demo(&context.home(), request, &context.world()?, &report).await?;
    drop(progress);
    Ok(Answer::done(made))
}

/// Exit 1 where anything is wrong.
pub async fn doctor(context: &Context) -> Result<Answer> {
    let report = checks::doctor(&context.home(), context.database(), &context.world()?).await;
    let exit = u8::from(report.iter().any(|finding| finding.state == checks::Health::Wrong));
    let findings: Vec<_> = report
        .iter()
        .map(|f| {
            let mut values: Vec<(&str, yinxin_words::Value)> =
                f.values.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
            // The reason is said, and not its code.
            if let Some(code) = f.values.get("error") {
                let reason = yinxin_words::say(context.lang, &format!("error-{code}"), &values);
                values.retain(|(name, _)| *name != "error");
                values.push(("error", reason.into()));
            }
            let message = yinxin_words::say(context.lang, &format!("doctor-{}", f.code), &values);
            json!({ "check": f.check, "state": f.state, "code": f.code, "message": message })
        })
        .collect();
    Ok(Answer::with_exit(json!({ "healthy": exit == 0, "findings": findings }), exit))
}

pub async fn recover(context: &Context) -> Result<Answer> {
    let system = context.open().await?;
    Ok(Answer::done(yinxin_app::recover::maintain(&system).await?))
}

pub async fn catalogue(context: &Context, verb: CatalogueVerb) -> Result<Answer> {
    let system = context.open().await?;
    match verb {
        CatalogueVerb::Show => Ok(Answer::done(catalogues::show(&system).await?)),
        CatalogueVerb::Check { file } => Ok(Answer::done(catalogues::check(&home::read(&file)?)?)),
        CatalogueVerb::Load { file } => {
            let subject = context.subject(&system).await?;
            Ok(Answer::done(catalogues::load(&system, &subject, &home::read(&file)?).await?))
        }
    }
}

pub async fn staff(context: &Context, verb: StaffVerb) -> Result<Answer> {
    let system = context.open().await?;
    let subject = context.subject(&system).await?;
    match verb {
        StaffVerb::List => Ok(Answer::done(json!({ "staff": members::list(&system, &subject).await? }))),
        StaffVerb::Put { name, roles, organisation, inactive } => {
            let member = members::Member { name, roles, organisation, active: !inactive };
            Ok(Answer::done(members::put(&system, &subject, member).await?))
        }
    }
}

pub async fn seal(context: &Context, verb: SealVerb) -> Result<Answer> {
    let system = context.open().await?;
    let subject = context.subject(&system).await?;
    let set =
        async |code: &str, state| seals::set_state(&system, &subject, code, state).await.map(Answer::done);
    match verb {
        SealVerb::List => Ok(Answer::done(json!({ "seals": seals::list(&system).await? }))),
        SealVerb::Suspend { code } => set(&code, SealState::Suspended).await,
        SealVerb::Activate { code } => set(&code, SealState::Active).await,
        SealVerb::Deregister { code } => set(&code, SealState::Deregistered).await,
        SealVerb::Add(brought) => {
            let request = seal_request(brought)?;
            Ok(Answer::done(seals::add(&system, &subject, request).await?))
        }
    }
}

/// The files and passphrases that the arguments name.
fn seal_request(args: SealFiles) -> Result<seals::Request> {
    let passphrase = |name: &str| std::env::var(name).unwrap_or_default();
    let document = match args.certificate {
        Some(certificate) => Some(seals::KeyPair {
            certificates: home::read(&certificate)?,
            key: args.key.map(|path| home::read(&path)).transpose()?,
            passphrase: passphrase(&args.passphrase_env),
        }),
        None => None,
    };
    let own = args.sm2_passphrase_env.as_deref().unwrap_or(&args.passphrase_env);
    let national = match (args.sm2_certificate, args.sm2_key, args.electronic_seal) {
        (Some(certificate), Some(key), Some(seal)) => Some(seals::NationalRequest {
            certificates: home::read(&certificate)?,
            key: home::read(&key)?,
            passphrase: passphrase(own),
            electronic_seal: home::read(&seal)?,
        }),
        _ => None,
    };
    Ok(seals::Request { code: args.code, document, national })
}

pub async fn keys(context: &Context, verb: KeysVerb) -> Result<Answer> {
    let progress = Progress::new("rotate", context.global.json);
    let report = |done, of| progress.set(done, of);
    let system = context.open().await?;
    let subject = context.subject(&system).await?;
    match verb {
        KeysVerb::List => Ok(Answer::done(rotate::list(&system)?)),
        KeysVerb::Rotate => {
            Ok(Answer::done(rotate::data(&system, context.database(), &subject, &report).await?))
        }
        KeysVerb::Retire => Ok(Answer::done(rotate::retire(&system, &subject, &report).await?)),
        KeysVerb::Statement { certificate, key, passphrase_env } => {
            let request = statement::Request {
                certificates: home::read(&certificate)?,
                key: key.map(|path| home::read(&path)).transpose()?,
                passphrase: std::env::var(passphrase_env).unwrap_or_default(),
            };
            Ok(Answer::done(statement::bring(&system, &subject, request).await?))
        }
        KeysVerb::RotateIndex => {
            Ok(Answer::done(rotate::index(&system, context.database(), &subject, &report).await?))
        }
    }
}

pub async fn trust(context: &Context, verb: TrustVerb) -> Result<Answer> {
    let system = context.open().await?;
    match verb {
        TrustVerb::Renew => Ok(Answer::done(lists::renew(&system).await?)),
    }
}

/// A broken chain exits 1.
pub async fn audit(context: &Context, verb: AuditVerb) -> Result<Answer> {
    let system = context.open().await?;
    match verb {
        AuditVerb::Verify => {
            let report = audit::verify(&system).await?;
            let exit = u8::from(!report.intact);
            Ok(Answer::with_exit(report, exit))
        }
        AuditVerb::List(page) => {
            let before = optional_id(page.after.as_deref())?;
            let subject = context.subject(&system).await?;
            let entries = audit::list(&system, &subject, before, page.limit).await?;
            Ok(Answer::done(json!({ "entries": entries })))
        }
    }
}
