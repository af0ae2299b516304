//! Clerk authentication for Axum and Tower.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod api;
mod clock;
mod error;

pub use clock::Clock;
pub use error::{Error, Result};
