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

mod call;
mod client;
mod email_addresses;
mod enterprise_connections;
mod error;
mod fields;
mod identifications;
mod jwks;
mod organization_memberships;
mod organizations;
mod page;
mod phone_numbers;
mod request;
mod retry;
mod saml_connections;
mod secret_key;
mod sessions;
mod timestamp;
mod upload;
mod users;

pub use call::MAX_RESPONSE_BYTES;
pub(crate) use client::API_VERSION;
pub use client::Client;
pub use email_addresses::EmailAddress;
pub use enterprise_connections::{EnterpriseAccount, EnterpriseAccountConnection, EnterpriseProtocol};
pub use error::{ApiError, DecodeError, ErrorDetail, RequestError, TransportError};
pub use fields::{DeletedObject, Metadata, Patch, Secret};
pub use identifications::{
    ExternalAccount, IdentificationLink, Passkey, Verification, VerificationStatus, Web3Wallet,
};
pub use jwks::{JsonWebKeySet, Jwks};
pub use organization_memberships::{OrganizationMembership, OrganizationMembershipUser};
pub use organizations::{
    CreateOrganization, GetOrganization, ListOrganizations, Organization, Organizations,
};
pub use page::{Items, OptionalPaging, Page, Paging};
pub use phone_numbers::PhoneNumber;
pub use request::Request;
pub use retry::RetryPolicy;
pub use saml_connections::{SamlAccount, SamlAccountConnection};
pub use sessions::{
    CreateSessionToken, ListSessions, Session, SessionActivity, SessionStatus, SessionTask, SessionToken,
    Sessions,
};
pub use timestamp::Timestamp;
pub use upload::Upload;
pub use users::{
    CreateUser, IdentificationStatus, ListUsers, PasswordHasher, UpdateUser, UpdateUserMetadata, User,
    UserScim, Users,
};
