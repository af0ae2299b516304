//! Guides: documentation without items.

pub mod scaling;
pub mod security;
