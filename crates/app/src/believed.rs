//! What sealing and its check believe now: roots and revocation lists as they lie in the data directory, read again
//! when they are a minute old, so that new lists reach copies without a restart.

use crate::error::Result;
use crate::system::System;
use crate::trust;
use crate::tsa::Stamper;
use std::sync::{Arc, PoisonError, RwLock};
use yinxin_model::Instant;
use yinxin_seal::x509::Crl;
use yinxin_seal::{Material, Trust};

const LIFE_MS: i64 = 60_000;

/// Cheap to clone.
#[derive(Clone)]
pub struct Believed(Arc<Now>);

struct Now {
    trust: Trust,
    material: Material,
    /// Lists that a demo signed for a clock that was set by hand; they are nowhere but here.
    signed: Vec<Crl>,
    read_at: Instant,
}

impl Believed {
    pub fn trust(&self) -> &Trust {
        &self.0.trust
    }

    pub fn material(&self) -> &Material {
        &self.0.material
    }
}

/// The present state, and how to get the next.
pub struct Beliefs {
    current: RwLock<Believed>,
}

impl Beliefs {
    pub fn load(system: &System, stamper: Option<&Stamper>) -> Result<Self> {
        Ok(Self { current: RwLock::new(read(system, stamper, &[])?) })
    }

    /// Where the files cannot be read just now, what was read last goes on: they are being replaced, or somebody will
    /// be told by `doctor`.
    pub fn get(&self, system: &System, stamper: Option<&Stamper>) -> Believed {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner).clone();
        let age = system.now().0 - current.0.read_at.0;
        if (0..LIFE_MS).contains(&age) {
            return current;
        }
        let fresh = match read(system, stamper, &current.0.signed) {
            Ok(fresh) => fresh,
            Err(error) => {
                tracing::warn!(code = error.code, "roots and revocation lists cannot be read again");
                return current;
            }
        };
        // The same files: what was found out about them stays known.
        let fresh = if fresh.0.material == current.0.material {
            let Now { trust, material, .. } = &*current.0;
            let (signed, read_at) = (fresh.0.signed.clone(), fresh.0.read_at);
            Believed(Arc::new(Now { trust: trust.clone(), material: material.clone(), signed, read_at }))
        } else {
            fresh
        };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh.clone();
        fresh
    }
}

fn read(system: &System, stamper: Option<&Stamper>, signed: &[Crl]) -> Result<Believed> {
    let read_at = system.now();
    let trust = trust::load(&system.home, None)?;
    let signed = if system.instance.demo && system.world.shifted {
        trust::lists_for(&system.home, &trust, signed, read_at)?
    } else {
        Vec::new()
    };
    let trust = if signed.is_empty() { trust } else { trust.with_lists(signed.clone()) };
    let stampers = stamper.map(Stamper::certificates).unwrap_or_default();
    let material = Material::new(trust.clone(), stampers, stamper.map_or(0, Stamper::room));
    Ok(Believed(Arc::new(Now { trust, material, signed, read_at })))
}
