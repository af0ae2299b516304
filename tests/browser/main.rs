//! Complete browser flows across apps and the emulator.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod app;
mod browser;
mod chromedriver;
mod chromium;
mod flows;
mod organizations;
#[cfg(feature = "proxy")]
mod proxied;
mod satellites;
mod support;
mod tickets;
