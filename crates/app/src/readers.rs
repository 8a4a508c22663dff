//! Reading what strangers hand in, a few at a time and off the threads that answer everybody else: taking a file apart
//! is work for the processor, and whoever sends many must not make the others wait.

use crate::error::{Error, Result};
use crate::scan;
use crate::system::System;
use crate::verify::{self, Verification};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Files, and pictures, read at the same time. Each may take some times the size of the largest file in memory.
const AT_ONCE: usize = 2;
/// Taken apart at the same time, whether or not they are read yet: what bounds the memory for it.
const TAKEN_IN: usize = 24;
/// How long one waits for its turn before it is told to come back.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// Turns to read; cheap to clone.
#[derive(Clone)]
pub struct Readers {
    files: Arc<Semaphore>,
    /// Of their own: looking for a code may take seconds, and keeps no file waiting.
    pictures: Arc<Semaphore>,
    rooms: Arc<Semaphore>,
}

impl Default for Readers {
    fn default() -> Self {
        let places = |most| Arc::new(Semaphore::new(most));
        Self { files: places(AT_ONCE), pictures: places(AT_ONCE), rooms: places(TAKEN_IN) }
    }
}

/// Room for one upload, until it is dropped.
pub struct Room {
    _place: OwnedSemaphorePermit,
}

/// A file at most: what the readers of either format take.
pub fn largest_file() -> usize {
    usize::try_from(yinxin_seal::largest_file()).unwrap_or(usize::MAX)
}

impl Readers {
    /// Room for an upload: to be had before it is taken apart.
    pub async fn room(&self) -> Result<Room> {
        Ok(Room { _place: place(&self.rooms).await? })
    }

    /// A PDF or OFD file, and what the register knows of it.
    pub async fn file(&self, system: &System, bytes: Vec<u8>) -> Result<Verification> {
        let turn = place(&self.files).await?;
        let (system, runtime) = (system.clone(), Handle::current());
        let read = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            runtime.block_on(verify::by_file(&system, &bytes, None))
        });
        read.await.map_err(|e| Error::internal("internal").because(e))?
    }

    /// What the QR code in a picture says.
    pub async fn picture(&self, bytes: Vec<u8>) -> Result<String> {
        let turn = place(&self.pictures).await?;
        let read = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            scan::codes(&bytes)
        });
        let codes = read.await.map_err(|e| Error::internal("internal").because(e))??;
        codes.into_iter().next().ok_or_else(|| Error::invalid("no_code_in_picture"))
    }
}

async fn place(of: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
    let busy = || Error::unavailable("readers_busy");
    let place = tokio::time::timeout(LONGEST_WAIT, of.clone().acquire_owned()).await;
    place.map_err(|_| busy())?.map_err(|_| busy())
}
