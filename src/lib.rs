//! Clerk authentication for Axum and Tower.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod account_urls;
pub mod api;
mod auth;
mod authenticate;
mod authorization;
mod cache;
mod clerk;
mod clock;
mod config;
#[cfg(feature = "emulator")]
#[cfg_attr(docsrs, doc(cfg(feature = "emulator")))]
pub mod emulator;
mod error;
#[cfg(feature = "axum")]
mod extract;
pub mod guard;
mod keys;
mod layer;
mod path_patterns;
mod refusal;
mod token;

pub use auth::ClerkAuth;
pub use authenticate::{MachineToken, MachineTokenError, Reason, RequestState, Session};
pub use authorization::{Condition, FactorAges, Requirement, Reverification, ReverificationLevel};
pub use clerk::Clerk;
pub use clock::Clock;
pub use config::{ClerkConfig, ClerkConfigBuilder, ConfigError, TokenType};
pub use error::{Error, Result};
#[cfg(feature = "axum")]
#[cfg_attr(docsrs, doc(cfg(feature = "axum")))]
pub use extract::{ApiKey, M2mToken, OAuthToken, SignedIn};
pub use guard::{require_auth, require_reverification};
pub use keys::{InstanceType, PublishableKey};
pub use layer::{ClerkLayer, ClerkService, ResponseFuture};
pub use refusal::Refusal;
pub use token::{ActiveOrganization, SessionClaims, SessionStatus, TokenError};
