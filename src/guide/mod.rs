//! Guides: documentation without items.

pub mod choosing;
pub mod getting_started;
pub mod machines;
pub mod mcp;
pub mod migrating;
pub mod operating;
pub mod organizations;
pub mod pages;
pub mod rejections;
pub mod scaling;
pub mod security;
pub mod testing;
pub mod websockets;
