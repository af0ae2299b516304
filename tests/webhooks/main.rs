//! Webhooks: their verification, their events, the Axum extractors, and the emulator's deliveries.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod billing;
mod deliveries;
mod events;
mod extractors;
mod inbox;
mod other_implementations;
mod support;
mod verifier;
