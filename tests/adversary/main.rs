//! Attacks on an application, each a request with its outcome: see the [`catalogue`].

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod backend_api;
mod catalogue;
mod fixtures;
mod guards;
#[path = "../authentication/jwks_server.rs"]
#[allow(dead_code, reason = "the target `authentication` uses the rest")]
mod jwks_server;
mod request;
#[path = "../authentication/support.rs"]
#[allow(dead_code, reason = "the target `authentication` uses the rest")]
mod support;
