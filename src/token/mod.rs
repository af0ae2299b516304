//! An instance's JWTs: decoding them, verifying them with the instance's keys, and caching both.

mod cache;
mod claims;
mod error;
mod json;
mod jwks;
mod jwt;
mod key;
mod payload;
mod revocation;
#[cfg(test)]
mod tests;
mod verified_token;
mod verify;

pub(crate) use self::{
    claims::numeric_date,
    error::VerifyError,
    jwks::{FetchKeys, FetchedKeys, Jwks, JwksLifetimes},
    jwt::{Jwt, TokenClass},
    key::VerifyingKey,
    payload::Payload,
    revocation::{Revocation, Revocations},
    verified_token::VerifiedToken,
    verify::{InspectedToken, KeySource, Verifier, VerifierSettings},
};
pub use self::{
    claims::{ActiveOrganization, FactorAges, SessionClaims, StatusClaim},
    error::TokenError,
};
