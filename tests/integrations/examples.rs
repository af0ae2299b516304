//! The examples.

#[path = "../../examples/websocket.rs"]
pub(crate) mod websocket;
