//! The Frontend API proxy between raw connections, so that requests and responses are compared as they
//! are sent.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod errors;
mod headers;
mod hostile;
mod layer;
mod message;
mod official;
mod responses;
mod streaming;
mod support;
mod upstream;
