//! A client for Clerk's [Backend API](https://clerk.com/docs/reference/backend-api).
//!
//! [`Client`] has a method for each resource, and each resource has a method for each operation.
//! Parameters are structs with a setter for each field. Responses are structs that ignore unknown
//! fields, and enums that keep unknown values.
//!
//! ```no_run
//! use axum_clerk::api::{Client, CreateUser, ListUsers};
//! use serde_json::json;
//!
//! # async fn run() -> axum_clerk::Result<()> {
//! let clerk = Client::new("sk_test_…")?;
//! let ada = CreateUser::default()
//!     .first_name("Ada")
//!     .email_address(["ada@example.com"])
//!     .public_metadata(json!({ "plan": "free" }));
//! let ada = clerk.users().create(&ada).await?;
//!
//! for user in clerk.users().list(&ListUsers::default().query("ada").limit(100)).await? {
//!     println!("{} {:?}", user.id, user.primary_email_address());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Resources
//!
//! Each resource is a method of [`Client`]:
//!
//! - **Users**: the users of the instance, their identifications and credentials.
//!   [`users`](Client::users), [`email_addresses`](Client::email_addresses),
//!   [`phone_numbers`](Client::phone_numbers)
//! - **Signing up and in**: who can sign up, and tickets that sign a user in.
//!   [`invitations`](Client::invitations), [`sign_ups`](Client::sign_ups),
//!   [`waitlist_entries`](Client::waitlist_entries),
//!   [`allowlist_identifiers`](Client::allowlist_identifiers),
//!   [`blocklist_identifiers`](Client::blocklist_identifiers),
//!   [`sign_in_tokens`](Client::sign_in_tokens), [`actor_tokens`](Client::actor_tokens),
//!   [`agent_tasks`](Client::agent_tasks)
//! - **Sessions**: the sessions of users, and the tokens and keys they rely on.
//!   [`sessions`](Client::sessions), [`clients`](Client::clients),
//!   [`jwt_templates`](Client::jwt_templates), [`jwks`](Client::jwks),
//!   [`testing_tokens`](Client::testing_tokens)
//! - **Organizations**: organizations, their members, roles and permissions.
//!   [`organizations`](Client::organizations),
//!   [`organization_memberships`](Client::organization_memberships),
//!   [`organization_invitations`](Client::organization_invitations),
//!   [`organization_domains`](Client::organization_domains),
//!   [`organization_roles`](Client::organization_roles),
//!   [`organization_permissions`](Client::organization_permissions),
//!   [`role_sets`](Client::role_sets)
//! - **Machines**: credentials of programs rather than browsers. [`api_keys`](Client::api_keys),
//!   [`machines`](Client::machines), [`m2m`](Client::m2m),
//!   [`oauth_applications`](Client::oauth_applications),
//!   [`oauth_access_tokens`](Client::oauth_access_tokens)
//! - **Enterprise sign-in**: single sign-on and provisioning with companies' identity providers.
//!   [`enterprise_connections`](Client::enterprise_connections),
//!   [`directories`](Client::directories),
//!   [`admin_portal_link_tokens`](Client::admin_portal_link_tokens)
//! - **Billing**: plans, subscriptions and payments. [`billing`](Client::billing)
//! - **The instance**: its settings, domains and webhooks.
//!   [`instance_settings`](Client::instance_settings), [`domains`](Client::domains),
//!   [`redirect_urls`](Client::redirect_urls), [`proxy_checks`](Client::proxy_checks),
//!   [`webhooks`](Client::webhooks), [`beta_features`](Client::beta_features)
//! - **Deprecated**: resources that Clerk has replaced or removed. [`commerce`](Client::commerce),
//!   [`emails`](Client::emails), [`miscellaneous`](Client::miscellaneous),
//!   [`saml_connections`](Client::saml_connections),
//!   [`scim_directories`](Client::scim_directories), [`sms_messages`](Client::sms_messages),
//!   [`templates`](Client::templates)

#[macro_use]
mod macros;

#[cfg(feature = "api")]
mod billing;
mod client;
#[cfg(feature = "api")]
mod deprecated;
#[cfg(feature = "api")]
mod enterprise;
mod error;
#[cfg(feature = "api")]
mod instance;
#[cfg(feature = "api")]
mod machine_auth;
#[cfg(feature = "api")]
mod organizations;
#[cfg(feature = "api")]
mod resources;
#[cfg(feature = "api")]
mod sessions;
#[cfg(feature = "api")]
mod sign_up_access;
mod transport;
mod types;
#[cfg(feature = "api")]
mod users;

#[cfg(feature = "api")]
pub(crate) use transport::OnChange;
pub(crate) use transport::{API_VERSION, read_body};

#[cfg(feature = "api")]
#[cfg_attr(docsrs, doc(cfg(feature = "api")))]
pub use self::{
    billing::*, deprecated::*, enterprise::*, instance::*, machine_auth::*, organizations::*,
    sessions::*, sign_up_access::*, transport::Upload, users::*,
};
pub use self::{
    client::Client,
    error::{ApiError, DecodeError, Error, ErrorDetail, RequestError, Result, TransportError},
    transport::{Items, MAX_RESPONSE_BYTES, Request, RetryPolicy},
    types::*,
};
