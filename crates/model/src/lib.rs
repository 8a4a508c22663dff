//! The vocabulary of the system: names, numbers, days, states and the rules over them.
//!
//! No IO, no async, no clock of its own, no randomness: `today`, `now` and random bytes are parameters.
//! Rules and their sources stand in `docs/GLOSSARY.md`; where the published rules are silent, the decision is
//! a documented constant or a [`policy::Policy`] value, never scattered.

pub mod calendar;
pub mod catalogue;
pub mod document;
pub mod draft;
pub mod finding;
pub mod format;
pub mod id;
pub mod level;
pub mod licence;
pub mod number;
pub mod person;
pub mod policy;
pub mod ports;
pub mod quota;
pub mod statement;
pub mod states;
pub mod subject;

pub use calendar::{Day, Half, Instant, Precision};
pub use document::{DocumentNumber, DocumentType, Sex};
pub use format::Format;
pub use id::Id;
pub use level::Level;
pub use number::ManagementNumber;
pub use person::{Identity, PersonName};
pub use subject::Subject;
