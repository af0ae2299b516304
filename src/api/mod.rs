//! A client for Clerk's [Backend API](https://clerk.com/docs/reference/backend-api).
//!
//! [`Client`] has one method for each resource, which has one for each operation. Parameters are structs with
//! a setter for each field. Answers are structs that ignore fields they do not know, and enums that keep
//! values they do not know.
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

#[macro_use]
mod macros;

mod billing;
mod client;
mod deprecated;
mod enterprise;
mod error;
mod instance;
mod machine_auth;
mod organizations;
mod resources;
mod sessions;
mod sign_up_access;
mod transport;
mod types;
mod users;

pub(crate) use transport::API_VERSION;

pub use self::{
    billing::*,
    client::Client,
    deprecated::*,
    enterprise::*,
    error::{ApiError, DecodeError, Error, ErrorDetail, RequestError, Result, TransportError},
    instance::*,
    machine_auth::*,
    organizations::*,
    sessions::*,
    sign_up_access::*,
    transport::{Items, MAX_RESPONSE_BYTES, Request, RetryPolicy, Upload},
    types::*,
    users::*,
};
