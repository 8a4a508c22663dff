//! One function a verb: take arguments apart, call the use case, give its answer.

mod certificates;
mod endorsements;
mod imports;
mod installation;
mod samples;
mod serving;
mod verification;

use crate::args::{Cli, Command, Global};
use crate::output::{Answer, text as generic};
use crate::world::{ShiftedClock, SystemClock, SystemEntropy};
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};
use yinxin_app::error::{Error, Result};
use yinxin_app::home::Home;
use yinxin_app::system::{System, World};
use yinxin_model::{Id, Instant, Subject};
use yinxin_words::Lang;

/// Who asks, where, and in which words.
pub struct Context {
    pub global: Global,
    pub lang: Lang,
    /// To be closed when the command is done.
    opened: Mutex<Vec<System>>,
}

pub async fn run(cli: Cli, lang: Lang) -> Result<Answer> {
    let context = Context { global: cli.global, lang, opened: Mutex::default() };
    let outcome = dispatch(&context, cli.command).await;
    context.close().await;
    outcome
}

async fn dispatch(context: &Context, command: Command) -> Result<Answer> {
    match command {
        Command::Init(args) => installation::init(context, args).await,
        Command::Demo(args) => installation::demo(context, args).await,
        Command::Samples(args) => samples::samples(context, args).await,
        Command::Doctor => installation::doctor(context).await,
        Command::Recover => installation::recover(context).await,
        Command::Catalogue(verb) => installation::catalogue(context, verb).await,
        Command::Staff(verb) => installation::staff(context, verb).await,
        Command::Seal(verb) => installation::seal(context, verb).await,
        Command::Keys(verb) => installation::keys(context, verb).await,
        Command::Trust(verb) => installation::trust(context, verb).await,
        Command::Audit(verb) => installation::audit(context, verb).await,
        Command::Serve(args) => serving::serve(context, args).await,
        Command::Bench(args) => crate::bench::run(context, args).await,
        Command::Import(args) => imports::import(context, args).await,
        Command::Batch(verb) => imports::batch(context, verb).await,
        Command::Certificate(verb) => certificates::certificate(context, verb).await,
        Command::Request(verb) => certificates::request(context, verb).await,
        Command::Scope => certificates::scope(context).await,
        Command::Endorse(args) => endorsements::endorse(context, args).await,
        Command::Endorsement(verb) => endorsements::endorsement(context, verb).await,
        Command::Copy(args) => endorsements::copy(context, args).await,
        Command::QueryNumber(args) => endorsements::query_number(context, args).await,
        Command::Verify(args) => verification::verify(context, args).await,
    }
}

/// An answer for people. Import errors and verifications have a form of their own.
pub fn text(value: &Value, lang: Lang) -> String {
    if value.get("verdict").is_some() {
        return verification::text(value, lang);
    }
    generic(value)
}

impl Context {
    pub fn home(&self) -> Home {
        Home::new(&self.global.data)
    }

    pub fn database(&self) -> Option<&str> {
        self.global.database.as_deref()
    }

    /// The world as it is, or with the clock that `--at` set, which only a demo allows.
    pub fn world(&self) -> Result<World> {
        let entropy = Arc::new(SystemEntropy);
        let Some(at) = &self.global.at else {
            return Ok(World { clock: Arc::new(SystemClock), entropy, shifted: false });
        };
        let at = Instant::parse(at).ok_or_else(|| Error::invalid("clock_form").with("value", at))?;
        match self.home().instance()? {
            Some(instance) if !instance.demo => Err(Error::forbidden("not_a_demo")),
            _ => Ok(World { clock: Arc::new(ShiftedClock::starting_at(at)), entropy, shifted: true }),
        }
    }

    pub async fn open(&self) -> Result<System> {
        let system = System::open(self.home(), self.database(), self.world()?).await?;
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).push(system.clone());
        Ok(system)
    }

    async fn close(&self) {
        let opened = std::mem::take(&mut *self.opened.lock().unwrap_or_else(PoisonError::into_inner));
        for system in opened {
            system.close().await;
        }
    }

    /// For commands that change something: finishes first what a crash left half-done.
    pub async fn open_to_write(&self) -> Result<System> {
        let system = self.open().await?;
        yinxin_app::recover::recover(&system).await?;
        Ok(system)
    }

    pub async fn subject(&self, system: &System) -> Result<Subject> {
        system.staff(&self.global.staff).await
    }
}

pub fn id(text: &str) -> Result<Id> {
    text.parse().map_err(|_| Error::invalid("id_form").with("value", text))
}

pub fn optional_id(text: Option<&str>) -> Result<Option<Id>> {
    text.map(id).transpose()
}
