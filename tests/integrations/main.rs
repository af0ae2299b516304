//! What an application adds beside the layer: long connections.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

#[allow(dead_code, reason = "`main` is not called")]
mod examples;
mod long_connections;
#[path = "../authentication/support.rs"]
#[allow(dead_code, reason = "shared with the tests of authentication")]
mod support;
