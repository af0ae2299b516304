//! Guides: documentation without items.

pub mod operating;
pub mod rejections;
pub mod scaling;
pub mod security;
