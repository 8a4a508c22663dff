//! What every handler is given. Cheap to clone: a few counted references.

use crate::edge::Places;
use crate::intake::Intake;
use crate::program::Figures;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;
use yinxin_app::asking::Asking;
use yinxin_app::system::System;

/// The machine's monotonic clock, for spans alone; a parameter like the other clock.
pub type Tick = fn() -> Instant;

#[derive(Clone)]
pub struct Portal {
    pub system: Arc<System>,
    pub tick: Tick,
    /// The portal is reached by https: cookies are bound to it.
    pub secure: bool,
    pub(crate) places: Arc<Places>,
    pub(crate) intake: Arc<Intake>,
    pub(crate) figures: Figures,
    /// Limits, proofs of work and turns of those who ask without an account.
    pub asking: Asking,
}

impl Portal {
    pub fn new(system: System, tick: Tick) -> Self {
        let secure = system.config.platform.public_url.starts_with("https://");
        let places = Arc::new(Places::new(system.config.server.concurrent_requests));
        let asking = Asking::new(&system);
        let (system, intake, figures) = (Arc::new(system), Arc::default(), Figures::new());
        Self { system, tick, secure, places, intake, figures, asking }
    }

    /// Whether what this proxy says of its clients is believed.
    pub(crate) fn trusts(&self, proxy: IpAddr) -> bool {
        self.system.config.server.trusts(proxy)
    }

    /// Everything here is made up, and every page says so.
    pub fn demo(&self) -> bool {
        self.system.instance.demo
    }
}
