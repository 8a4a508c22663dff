//! The pages, one file for each group: parse, one use case, a page or 303.

pub mod account;
pub mod certificates;
pub mod copies;
pub mod endorse;
mod facts;
pub mod help;
pub mod home;
pub mod mine;
pub mod news;
pub mod oidc;
pub mod scope;
pub mod shares;
pub mod verify;
pub mod viewing;
