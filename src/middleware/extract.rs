//! Axum extractors.

use std::{ops::Deref, sync::Arc};

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::{
    auth::ClerkAuth,
    rejection::{AuthRejection, RejectionKind},
};
use crate::{
    authenticate::{MachineToken, VerifiedSession},
    authorization::active_organization,
    clerk::Clerk,
    config::TokenType,
    token::{ActiveOrganization, SessionClaims},
};

/// Rejects requests only if they did not pass through a [`ClerkLayer`](crate::ClerkLayer), with a
/// 500.
impl<S: Sync> FromRequestParts<S> for ClerkAuth {
    type Rejection = AuthRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AuthRejection> {
        Self::from_extensions(&parts.extensions, (&*parts).into()).cloned()
    }
}

/// The [`ClerkAuth`] of a request that is signed in, in which nothing is optional.
///
/// As an Axum extractor it rejects unauthenticated requests with a 401, or redirects browsers that
/// request a page to the sign-in page. `Option<SignedIn>` is `None` for requests without
/// credentials; invalid ones are rejected as well.
///
/// ```
/// use axum::Json;
/// use axum_clerk::{Result, SignedIn, api::User};
///
/// async fn me(session: SignedIn) -> Result<Json<User>> {
///     Ok(Json((*session.user().await?).clone()))
/// }
///
/// async fn feed(session: Option<SignedIn>) -> String {
///     match session {
///         Some(session) => format!("the feed of {}", session.user_id()),
///         None => "the public feed".into(),
///     }
/// }
/// # let _ = axum::routing::get::<_, _, ()>(me).post(feed);
/// ```
///
/// To never reject a request, extract [`ClerkAuth`], which is always there:
///
/// ```compile_fail
/// # use axum_clerk::ClerkAuth;
/// async fn home(auth: Option<ClerkAuth>) {}
/// let _ = axum::routing::get::<_, _, ()>(home);
/// ```
#[derive(Clone, Debug)]
pub struct SignedIn {
    auth: ClerkAuth,
    session: VerifiedSession,
}

impl SignedIn {
    /// The user's ID.
    #[must_use]
    pub fn user_id(&self) -> &str {
        self.claims().user_id()
    }

    /// The claims of the token.
    #[must_use]
    pub fn claims(&self) -> &SessionClaims {
        self.session.claims()
    }

    /// The token, for example to pass it on to another service.
    #[must_use]
    pub fn token(&self) -> &str {
        self.session.token()
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &VerifiedSession {
        &self.session
    }
}

/// Rejects unauthenticated requests: with a 401, or for pages with a redirect to the sign-in page.
impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = AuthRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AuthRejection> {
        let auth = ClerkAuth::from_extensions(&parts.extensions, (&*parts).into())?;
        let session = auth.require_signed_in()?;
        Ok(Self { auth: auth.clone(), session: session.clone() })
    }
}

impl Deref for SignedIn {
    type Target = ClerkAuth;

    fn deref(&self) -> &ClerkAuth {
        &self.auth
    }
}

/// Extracts the session's active organization. Rejects unauthenticated requests like [`SignedIn`],
/// and sessions without an active organization with a 403.
///
/// ```
/// use axum_clerk::ActiveOrganization;
///
/// async fn billing(organization: ActiveOrganization) -> String {
///     format!("the invoices of {}, for {:?}", organization.id(), organization.role())
/// }
/// # let _ = axum::routing::get::<_, _, ()>(billing);
/// ```
impl<S: Sync> FromRequestParts<S> for ActiveOrganization {
    type Rejection = AuthRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AuthRejection> {
        let session = <SignedIn as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        let organization = session.active_organization().cloned();
        organization
            .ok_or_else(|| session.rejection(RejectionKind::Forbidden(active_organization())))
    }
}

/// Extracts a machine token of any accepted type. Rejects other requests with a 401.
impl<S: Sync> FromRequestParts<S> for MachineToken {
    type Rejection = AuthRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AuthRejection> {
        machine_token(parts, None).map(|token| Self::clone(token))
    }
}

fn machine_token(
    parts: &Parts,
    expected: Option<TokenType>,
) -> Result<&Arc<MachineToken>, AuthRejection> {
    let auth = ClerkAuth::find(&parts.extensions)?;
    let accepts = |token_type| match expected {
        Some(expected) => token_type == expected,
        None => token_type != TokenType::SessionToken,
    };
    let token = auth.state().machine_token().filter(|token| accepts(token.token_type));
    token.ok_or_else(|| auth.unauthenticated(accepts).into())
}

/// Declares an extractor for one type of machine token.
macro_rules! machine_token {
    ($(#[$meta:meta])* $name:ident, $token_type:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name(Arc<MachineToken>);

        /// Rejects requests without such a token with a 401.
        impl<S: Sync> FromRequestParts<S> for $name {
            type Rejection = AuthRejection;

            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AuthRejection> {
                machine_token(parts, Some(TokenType::$token_type)).cloned().map(Self)
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
    /// A verified [API key](https://clerk.com/docs/guides/development/machine-auth/api-keys). The
    /// extractor rejects requests without one with a 401. The configuration must
    /// [accept](crate::ClerkConfigBuilder::accept_tokens) API keys. `Option<VerifiedApiKey>` is
    /// `None` for requests without credentials. To accept sessions as well, extract a
    /// [`Principal`](crate::Principal).
    ///
    /// ```
    /// use axum_clerk::VerifiedApiKey;
    ///
    /// async fn export(key: VerifiedApiKey) -> String {
    ///     format!("{} of {:?}", key.id, key.user_id())
    /// }
    /// # let _ = axum::routing::get::<_, _, ()>(export);
    /// ```
    VerifiedApiKey, ApiKey
}

machine_token! {
    /// A verified [machine-to-machine
    /// token](https://clerk.com/docs/guides/development/machine-auth/m2m-tokens). Used like
    /// [`VerifiedApiKey`].
    VerifiedM2mToken, M2mToken
}

machine_token! {
    /// A verified [OAuth access
    /// token](https://clerk.com/docs/guides/development/machine-auth/oauth-tokens). Used like
    /// [`VerifiedApiKey`].
    VerifiedOAuthToken, OAuthToken
}

/// Extracts the handle of the instance that the [`ClerkLayer`](crate::ClerkLayer) authenticates
/// with. Routes without the layer extract `State<Clerk>`, see [`Clerk`].
impl<S: Sync> FromRequestParts<S> for Clerk {
    type Rejection = AuthRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AuthRejection> {
        Ok(ClerkAuth::find(&parts.extensions).map(|auth| auth.clerk().clone())?)
    }
}
