//! Hashing on threads of its own behind one queue: about sixty a second and core is what Argon2id gives, whoever asks.
//!
//! First come, first served; everybody can be told his place; when the queue is full nobody else is let in.

use crate::error::{Error, Result};
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, PasswordHash, Version};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

/// OWASP's first choice for Argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// For nobody's password: the work must be the same.
const NOBODY_SALT: [u8; 16] = *b"yinxin no holder";

pub(crate) struct Pool {
    shared: Arc<Shared>,
    /// At most so many wait.
    room: usize,
    threads: usize,
}

struct Shared {
    queue: Mutex<Queue>,
    ready: Condvar,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Job>,
    /// How many were ever let in, and how many of them were begun.
    entered: u64,
    begun: u64,
    started: bool,
    closed: bool,
}

struct Job {
    work: Work,
    done: oneshot::Sender<Hashed>,
}

/// What is to be done with a password.
pub(crate) enum Work {
    Hash {
        password: Zeroizing<String>,
        salt: [u8; 16],
    },
    /// `None`: there is nobody; the same work, and the answer is no.
    Verify {
        password: Zeroizing<String>,
        against: Option<String>,
    },
}

/// What came of it.
pub(crate) enum Hashed {
    /// PHC string.
    Hash(String),
    Verified(bool),
    Failed,
}

/// A place in the queue.
pub(crate) struct Place {
    pub number: u64,
    pub result: oneshot::Receiver<Hashed>,
}

impl Pool {
    /// Threads are started with the first password. `threads` 0: half of the machine's.
    pub(crate) fn new(threads: usize, room: usize) -> Self {
        let half = std::thread::available_parallelism().map_or(1, |n| n.get().div_ceil(2));
        let threads = if threads == 0 { half } else { threads };
        let shared = Shared { queue: Mutex::default(), ready: Condvar::new() };
        Self { shared: Arc::new(shared), room, threads }
    }

    /// Takes a place in the queue, or says that it is full.
    pub(crate) fn enter(&self, work: Work) -> Result<Place> {
        let mut queue = self.shared.lock();
        if queue.waiting.len() >= self.room {
            return Err(Error::unavailable("login_queue_full"));
        }
        if !queue.started {
            self.start()?;
            queue.started = true;
        }
        let (done, result) = oneshot::channel();
        queue.entered += 1;
        queue.waiting.push_back(Job { work, done });
        let number = queue.entered;
        drop(queue);
        self.shared.ready.notify_one();
        Ok(Place { number, result })
    }

    /// How many are before the one with this number; 0: it is his turn, or was.
    pub(crate) fn ahead(&self, number: u64) -> u64 {
        number.saturating_sub(self.shared.lock().begun)
    }

    fn start(&self) -> Result<()> {
        for number in 0..self.threads {
            let shared = self.shared.clone();
            let named = std::thread::Builder::new().name(format!("password-{number}"));
            // One thread is enough to go on with.
            match named.spawn(move || shared.work()) {
                Ok(_) => {}
                Err(error) if number == 0 => {
                    return Err(Error::unavailable("login_queue_full").because(error));
                }
                Err(error) => {
                    tracing::warn!(%error, number, "fewer threads hash passwords than were meant to")
                }
            }
        }
        Ok(())
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.ready.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        while let Some(job) = self.next() {
            // Whoever has gone away meanwhile is not worked for.
            if !job.done.is_closed() {
                // A receiver that is dropped right now has no use for the answer.
                let _ = job.done.send(job.work.run());
            }
        }
    }

    fn next(&self) -> Option<Job> {
        let mut queue = self.lock();
        loop {
            if queue.closed {
                return None;
            }
            if let Some(job) = queue.waiting.pop_front() {
                queue.begun += 1;
                return Some(job);
            }
            queue = self.ready.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Work {
    fn run(self) -> Hashed {
        let Ok(params) = Params::new(MEMORY_KIB, PASSES, LANES, None) else { return Hashed::Failed };
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let hash = |password: &str, salt: &[u8]| -> Option<PasswordHash> {
            argon2.hash_password_with_salt(password.as_bytes(), salt).ok()
        };
        match self {
            Self::Hash { password, salt } => {
                hash(&password, &salt).map_or(Hashed::Failed, |hash| Hashed::Hash(hash.to_string()))
            }
            Self::Verify { password, against: Some(phc) } => {
                Hashed::Verified(argon2.verify_password(password.as_bytes(), phc.as_str()).is_ok())
            }
            Self::Verify { password, against: None } => {
                hash(&password, &NOBODY_SALT).map_or(Hashed::Failed, |_| Hashed::Verified(false))
            }
        }
    }
}

/// Waits for the answer.
pub(crate) async fn settled(place: Place) -> Result<Hashed> {
    match place.result.await {
        Ok(Hashed::Failed) | Err(_) => Err(Error::unavailable("login_queue_full")),
        Ok(hashed) => Ok(hashed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Zeroizing<String> {
        Zeroizing::new(text.to_owned())
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_nobody_has_none() {
        let pool = Pool::new(1, 10);
        let place = pool.enter(Work::Hash { password: secret("一字千金"), salt: [7; 16] }).unwrap();
        let Hashed::Hash(phc) = settled(place).await.unwrap() else { panic!("no hash") };
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        for (password, against, expected) in
            [("一字千金", Some(phc.clone()), true), ("一字万金", Some(phc), false), ("一字千金", None, false)]
        {
            let place = pool.enter(Work::Verify { password: secret(password), against }).unwrap();
            assert!(matches!(settled(place).await.unwrap(), Hashed::Verified(found) if found == expected));
        }
    }

    #[tokio::test]
    async fn the_queue_tells_places_and_has_an_end() {
        let work = || Work::Verify { password: secret("x"), against: None };
        // Nobody works yet.
        let mut pool = Pool::new(1, 3);
        pool.threads = 0;
        let places: Vec<Place> = (0..3).map(|_| pool.enter(work()).unwrap()).collect();
        let full = pool.enter(work()).map(|place| place.number).unwrap_err();
        assert_eq!(full.code, "login_queue_full");
        let last = places.last().unwrap().number;
        assert_eq!(pool.ahead(last), 3);
        pool.threads = 1;
        pool.start().unwrap();
        for place in places {
            assert!(matches!(settled(place).await.unwrap(), Hashed::Verified(false)));
        }
        assert_eq!(pool.ahead(last), 0);
        assert!(pool.enter(work()).is_ok());
    }
}
