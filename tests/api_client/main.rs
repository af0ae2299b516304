//! The Backend API client against a server on loopback.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod deprecated;
mod errors;
mod network;
mod requests;
mod responses;
mod retries;
mod server;
mod streams;
mod uploads;
