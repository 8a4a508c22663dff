//! The portal over a real installation on SQLite, request by request: what a browser would get.

// The whole file is a test; clippy only knows those that carry the attribute.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod account;
mod certificates;
mod mine;
mod oidc;
mod pages;
mod program;
mod routes;
mod server;
mod site;
mod verify;
