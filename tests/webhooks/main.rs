//! Webhooks: their verification, their events, and the Axum extractors.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod events;
mod extractors;
mod support;
mod verifier;
