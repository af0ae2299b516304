//! The Frontend API, as clerk-js calls it.

mod clerk_js;
mod client_sessions;
mod clients;
mod environment;
mod transport;
