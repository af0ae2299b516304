//! Clerk's own browser library, clerk-js, signs in to the emulator in Chromium, and an app with
//! [`ClerkLayer`](axum_clerk::ClerkLayer) accepts what it sends.
//!
//! `.ci/run` installs the npm packages into `target/clerk-js`. clerk-js is not believed about
//! itself: every flow ends with what the app's guarded routes respond.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod app;
#[path = "../browser/chromedriver.rs"]
mod chromedriver;
#[macro_use]
mod version;
mod visit;

mod components;
mod hosts;
mod organizations;
mod reverification;
mod sessions;
mod sign_in;
mod sign_up;
