//! Guides: documentation without items.

pub mod operating;
pub mod scaling;
pub mod security;
