//! The Axum part: extractors, and errors as responses.

use std::{convert::Infallible, ops::Deref, sync::Arc};

use axum::{
    body::Body,
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use http::{StatusCode, request::Parts};

use crate::{
    Clerk, ClerkAuth, Error, MachineToken, Refusal, Session, SessionClaims, TokenError, TokenType,
    api::{self, User},
};

/// Refuses only where no [`ClerkLayer`](crate::ClerkLayer) saw the request, with a 500.
impl<S: Sync> FromRequestParts<S> for ClerkAuth {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        ClerkAuth::of(&parts.extensions, (&*parts).into()).cloned()
    }
}

/// `None` where no [`ClerkLayer`](crate::ClerkLayer) saw the request.
impl<S: Sync> OptionalFromRequestParts<S> for ClerkAuth {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(ClerkAuth::of(&parts.extensions, (&*parts).into()).ok().cloned())
    }
}

/// A request that is signed in: [`ClerkAuth`] with nothing optional.
///
/// With Axum, take it as an argument. Others are refused with a 401, or, where a browser asks for a page, sent to the
/// sign-in page.
///
/// ```
/// use axum::Json;
/// use axum_clerk::{Result, SignedIn, api::User};
///
/// async fn me(session: SignedIn) -> Result<Json<User>> {
///     Ok(Json((*session.user().await?).clone()))
/// }
/// # let _ = axum::routing::get::<_, _, ()>(me);
/// ```
#[derive(Clone, Debug)]
pub struct SignedIn(ClerkAuth, Session);

impl SignedIn {
    /// The user's ID.
    #[must_use]
    pub fn user_id(&self) -> &str {
        self.claims().user_id()
    }

    /// What the token says.
    #[must_use]
    pub fn claims(&self) -> &SessionClaims {
        self.1.claims()
    }

    /// The token, to pass on to another service of yours.
    #[must_use]
    pub fn token(&self) -> &str {
        self.1.token()
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.1
    }

    /// The user, from the Backend API, remembered for 60 seconds.
    ///
    /// # Errors
    ///
    /// As [`Clerk::user`].
    pub async fn user(&self) -> crate::Result<Arc<User>> {
        self.clerk().user(self.user_id()).await
    }
}

/// Refuses who is not signed in: 401, or for a page a redirect to the sign-in page.
impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let auth = ClerkAuth::of(&parts.extensions, (&*parts).into())?;
        let session = auth.session().ok_or_else(|| auth.signed_out(Some((&*parts).into())))?;
        Ok(Self(auth.clone(), session.clone()))
    }
}

impl Deref for SignedIn {
    type Target = ClerkAuth;

    fn deref(&self) -> &ClerkAuth {
        &self.0
    }
}

/// Takes a machine token of any accepted type; refuses others with a 401.
impl<S: Sync> FromRequestParts<S> for MachineToken {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        machine_token(parts, None).map(|token| Self::clone(token))
    }
}

fn machine_token(
    parts: &Parts,
    expected: Option<TokenType>,
) -> Result<&Arc<MachineToken>, Refusal> {
    let auth = ClerkAuth::find(&parts.extensions)?;
    match auth.state().machine_token() {
        None => Err(auth.signed_out(None)),
        Some(token) if expected.is_none_or(|expected| expected == token.token_type) => Ok(token),
        Some(_) => Err(Refusal::SignedOut {
            reason: Some(TokenError::TypeMismatch.into()),
            sign_in_url: None,
        }),
    }
}

/// Declares an extractor of one type of machine token.
macro_rules! machine_token {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name(Arc<MachineToken>);

        /// Refuses requests without such a token, with a 401.
        impl<S: Sync> FromRequestParts<S> for $name {
            type Rejection = Refusal;

            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
                machine_token(parts, Some(TokenType::$name)).cloned().map(Self)
            }
        }

        impl Deref for $name {
            type Target = MachineToken;

            fn deref(&self) -> &MachineToken {
                &self.0
            }
        }
    };
}

machine_token! {
    /// A request with a valid [API key](https://clerk.com/docs/guides/development/machine-auth/api-keys); others are
    /// refused with a 401. The configuration must [accept](crate::ClerkConfigBuilder::accept_tokens) API keys.
    ///
    /// ```
    /// use axum_clerk::ApiKey;
    ///
    /// async fn export(key: ApiKey) -> String {
    ///     format!("{} of {:?}", key.id, key.user_id())
    /// }
    /// # let _ = axum::routing::get::<_, _, ()>(export);
    /// ```
    ApiKey
}

machine_token! {
    /// A request with a valid [machine-to-machine
    /// token](https://clerk.com/docs/guides/development/machine-auth/m2m-tokens). Used as [`ApiKey`].
    M2mToken
}

machine_token! {
    /// A request with a valid [OAuth access
    /// token](https://clerk.com/docs/guides/development/machine-auth/oauth-tokens). Used as [`ApiKey`].
    OAuthToken
}

/// The handle of the instance that the [`ClerkLayer`](crate::ClerkLayer) authenticates with.
impl<S: Sync> FromRequestParts<S> for Clerk {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        ClerkAuth::find(&parts.extensions).map(|auth| auth.clerk().clone())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.to_response::<Body>()
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if let Self::Refused(refusal) = self {
            return refusal.into_response();
        }
        tracing::error!(error = %self, "a request failed");
        let (status, code, message) = outward(&self);
        let body = serde_json::json!({ "errors": [{ "code": code, "message": message }] });
        (status, [(http::header::CONTENT_TYPE, "application/json")], body.to_string())
            .into_response()
    }
}

/// What a client may know of an error.
fn outward(error: &Error) -> (StatusCode, &'static str, &'static str) {
    match error {
        Error::Api(error) => outward_of_api(error),
        Error::Shared(error) => outward_of_api(error),
        Error::Token(_) => (StatusCode::UNAUTHORIZED, "token-invalid", "The token was refused."),
        Error::Config(_) | Error::Refused(_) => INTERNAL_ERROR,
    }
}

fn outward_of_api(error: &api::Error) -> (StatusCode, &'static str, &'static str) {
    match error {
        api::Error::Api(_) | api::Error::Decode(_) => {
            (StatusCode::BAD_GATEWAY, "bad-gateway", "Clerk did not do as asked.")
        }
        api::Error::Transport(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "service-unavailable",
            "Clerk cannot be reached right now; try again.",
        ),
        api::Error::Request(_) => INTERNAL_ERROR,
    }
}

const INTERNAL_ERROR: (StatusCode, &str, &str) =
    (StatusCode::INTERNAL_SERVER_ERROR, "internal-error", "Something went wrong.");
