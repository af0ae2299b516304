//! JWTs of an instance: decoding, verification against its keys, the caches of both keys and verified tokens.

mod claims;
mod error;
mod jwks;
mod jwt;
mod key;
mod verify;

pub use claims::{ActiveOrganization, SessionClaims, SessionStatus};
pub use error::TokenError;
pub(crate) use jwks::{Jwks, JwksLifetimes};
use jwt::Jwt;
pub(crate) use key::VerifyingKey;
pub(crate) use verify::{
    KeySource, Peeked, TokenClass, Unverified, VerifiedToken, Verifier, VerifierSettings,
};
