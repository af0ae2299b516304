//! Guides: documentation without items.

pub mod security;
