//! Flows through the rendered components, which are clicked and typed into.

mod api_keys;
mod organizations;
mod reverification;
mod session_tasks;
mod sign_in;
mod sign_up;
mod user;
mod waitlist;
