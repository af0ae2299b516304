//! The emulator's behavior, mostly over plain HTTP.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod api_keys;
mod billing;
mod browser_sessions;
mod clients;
mod contract;
mod cookies;
mod domains;
mod faults;
mod fuzz;
mod identifications;
mod identifier_lists;
mod instance_settings;
mod invitations;
mod jwt_templates;
mod lockouts;
mod m2m_tokens;
mod machine_authentication;
mod machines;
mod oauth_applications;
mod oauth_clients;
mod oauth_flow;
mod oauth_support;
mod oauth_tokens;
mod organization_domains;
mod organization_invitations;
mod organization_memberships;
mod organization_roles;
mod organizations;
mod price_transitions;
mod server;
mod sessions;
mod sign_in_tokens;
mod subscriptions;
mod support;
mod tokens;
mod user_credentials;
mod users;
mod verifications;
mod waitlist;
mod webhooks;
