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
pub(crate) use jwt::{Jwt, TokenClass};
pub(crate) use key::VerifyingKey;
pub(crate) use verify::{KeySource, Peeked, Unverified, VerifiedToken, Verifier, VerifierSettings};
