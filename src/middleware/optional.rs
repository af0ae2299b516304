//! Optional extractors: `None` for requests without credentials.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use super::{
    auth::ClerkAuth,
    extract::{SignedIn, VerifiedApiKey, VerifiedM2mToken, VerifiedOAuthToken},
    rejection::{AuthRejection, RejectionKind},
};
use crate::{
    authenticate::{MachineToken, Principal, carries_credentials},
    error::Result,
    token::ActiveOrganization,
};

/// Declares optional extractors.
macro_rules! optional {
    ($($extractor:ty),+) => {$(
        /// `None` without credentials. Rejects invalid credentials and tokens of other types, and
        /// requests that cannot be authenticated because Clerk is unavailable.
        impl<S: Sync> OptionalFromRequestParts<S> for $extractor {
            type Rejection = AuthRejection;

            async fn from_request_parts(
                parts: &mut Parts,
                state: &S,
            ) -> Result<Option<Self>, AuthRejection> {
                match <Self as FromRequestParts<S>>::from_request_parts(parts, state).await {
                    Ok(extracted) => Ok(Some(extracted)),
                    Err(rejection)
                        if matches!(rejection.kind(), RejectionKind::SignedOut(_))
                            && !has_credentials(parts)? =>
                    {
                        Ok(None)
                    }
                    Err(rejection) => Err(rejection),
                }
            }
        }
    )+};
}

optional!(SignedIn, Principal, MachineToken, VerifiedApiKey, VerifiedM2mToken, VerifiedOAuthToken);

/// `None` without credentials, or if the session has no active organization. Rejects invalid
/// credentials and tokens of other types.
impl<S: Sync> OptionalFromRequestParts<S> for ActiveOrganization {
    type Rejection = AuthRejection;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> Result<Option<Self>, AuthRejection> {
        let session =
            <SignedIn as OptionalFromRequestParts<S>>::from_request_parts(parts, state).await?;
        Ok(session.and_then(|session| session.active_organization().cloned()))
    }
}

fn has_credentials(parts: &Parts) -> Result<bool, AuthRejection> {
    let auth = ClerkAuth::find(&parts.extensions)?;
    Ok(carries_credentials(parts.into(), auth.state(), auth.clerk().config()))
}
