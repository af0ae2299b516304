//! Clerk authentication for Axum and Tower.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod api;
mod authenticate;
mod authorization;
mod clock;
mod config;
#[cfg(feature = "emulator")]
#[cfg_attr(docsrs, doc(cfg(feature = "emulator")))]
pub mod emulator;
mod error;
mod keys;
mod path_patterns;
mod token;

pub use authenticate::{Reason, RequestState, Session};
pub use authorization::{Condition, FactorAges, Requirement, Reverification, ReverificationLevel};
pub use clock::Clock;
pub use config::{ClerkConfig, ClerkConfigBuilder, ConfigError, TokenType};
pub use error::{Error, Result};
pub use keys::{InstanceType, PublishableKey};
pub use token::{ActiveOrganization, SessionClaims, SessionStatus, TokenError};

pub mod guard {
    //! Guards.
    pub use crate::authorization::{feature, permission, plan, role};
}
