//! Clerk authentication for Axum and Tower.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod clock;

pub use clock::Clock;
