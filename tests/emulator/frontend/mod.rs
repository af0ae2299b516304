//! The Frontend API, as clerk-js calls it.

mod adversaries;
mod api_keys;
mod backend_sign_ups;
mod billing;
mod clerk_js;
mod client_sessions;
mod clients;
mod domains;
mod environment;
mod fuzz;
mod identifications;
mod members;
mod organizations;
mod profile;
mod reverification;
mod second_factors;
mod session_tasks;
mod sign_ins;
mod sign_up_access;
mod sign_ups;
mod transport;
mod waitlist;
