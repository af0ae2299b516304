//! What authenticating requests promises: the layer, the guards and the extractors, against an emulated Clerk.

#![allow(clippy::unwrap_used)]

mod cookies;
mod extractors;
mod guards;
mod header;
mod keys;
mod layer;
mod machine_tokens;
mod outages;
mod plain_tower;
mod properties;
mod jwks_server;
mod support;
mod tokens;
