//! Request authentication: the layer, guards and extractors against an emulated Clerk.

#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod cookies;
mod errors;
mod extractors;
mod guards;
mod header;
mod jwks_server;
mod keys;
mod layer;
mod machine_tokens;
mod optional_extractors;
mod organization_in_path;
mod outages;
mod plain_tower;
mod principals;
mod properties;
mod rejections;
mod requirements;
mod same_origin;
mod support;
mod tokens;
