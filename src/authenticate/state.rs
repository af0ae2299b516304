//! What authenticating a request comes to.

use std::{borrow::Cow, fmt, sync::Arc};

use crate::token::{SessionClaims, TokenError, VerifiedToken};
use http::{HeaderMap, HeaderValue};

/// What a request turned out to be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RequestState {
    /// The request carries a valid session token.
    SignedIn {
        /// The session that the token speaks for.
        session: Session,
        /// What the response must carry besides, such as fresh cookies.
        headers: HeaderMap,
    },
    /// The request is nobody's. It goes on; guards decide.
    SignedOut {
        /// Why.
        reason: Reason,
        /// What the response must carry besides.
        headers: HeaderMap,
    },
}

impl RequestState {
    pub(crate) fn signed_in(token: Arc<VerifiedToken>) -> Self {
        Self::SignedIn { session: Session(token), headers: HeaderMap::new() }
    }

    pub(crate) fn signed_out(reason: impl Into<Reason>) -> Self {
        Self::SignedOut { reason: reason.into(), headers: HeaderMap::new() }
    }

    /// The session, where the request is signed in.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        match self {
            Self::SignedIn { session, .. } => Some(session),
            Self::SignedOut { .. } => None,
        }
    }

    /// Why the request is not signed in.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Self::SignedIn { .. } => None,
            Self::SignedOut { reason, .. } => Some(reason),
        }
    }

    /// `signed-in` or `signed-out`.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self {
            Self::SignedIn { .. } => "signed-in",
            Self::SignedOut { .. } => "signed-out",
        }
    }

    /// Whether a response has anything to tell of it.
    pub(crate) fn has_headers(&self) -> bool {
        match self {
            Self::SignedIn { headers, .. } => !headers.is_empty(),
            Self::SignedOut { reason, .. } => *reason != Reason::ExcludedRoute,
        }
    }

    /// Writes what the outcome adds to a response: its own headers beside those that are there, and, unless signed
    /// in, `x-clerk-auth-status`, `-reason` and `-message`.
    pub(crate) fn write_headers(&self, response: &mut HeaderMap) {
        let (Self::SignedIn { headers, .. } | Self::SignedOut { headers, .. }) = self;
        for (name, value) in headers {
            response.append(name, value.clone());
        }
        if let Some(reason) = self.reason() {
            let mut write = |name: &'static str, text: &str| {
                if let Ok(value) = HeaderValue::from_str(text) {
                    response.insert(name, value);
                }
            };
            write("x-clerk-auth-status", self.status());
            write("x-clerk-auth-reason", &reason.as_str());
            if let Some(error) = reason.token_error() {
                write("x-clerk-auth-message", &error.to_string());
            }
        }
    }
}

/// A session whose token was verified.
#[derive(Clone, Debug)]
pub struct Session(pub(crate) Arc<VerifiedToken>);

impl Session {
    /// What the token says.
    #[must_use]
    pub fn claims(&self) -> &SessionClaims {
        self.0.claims()
    }

    /// The token itself.
    #[must_use]
    pub fn token(&self) -> &str {
        self.0.text()
    }
}

/// Why a request is not signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The token was refused.
    Token(TokenError),
    /// The route is excluded, so nobody looked.
    ExcludedRoute,
    /// There is no session token, and no browser state that speaks of one.
    SessionTokenAndUatMissing,
    /// There is a session token, but the browser state says signed out.
    SessionTokenButNoClientUat,
    /// The browser state says signed in, but there is no session token.
    ClientUatButNoSessionToken,
    /// The session token is older than the browser's last sign-in or sign-out.
    SessionTokenIatBeforeClientUat,
}

impl Reason {
    /// The reason as Clerk's SDKs spell it, such as `session-token-and-uat-missing`.
    #[must_use]
    pub fn as_str(&self) -> Cow<'_, str> {
        Cow::Borrowed(match self {
            Self::Token(error) => error.reason(),
            Self::ExcludedRoute => "excluded-route",
            Self::SessionTokenAndUatMissing => "session-token-and-uat-missing",
            Self::SessionTokenButNoClientUat => "session-token-but-no-client-uat",
            Self::ClientUatButNoSessionToken => "client-uat-but-no-session-token",
            Self::SessionTokenIatBeforeClientUat => "session-token-iat-before-client-uat",
        })
    }

    /// The token's own error, where there was one.
    #[must_use]
    pub fn token_error(&self) -> Option<&TokenError> {
        match self {
            Self::Token(error) => Some(error),
            _ => None,
        }
    }
}

impl From<TokenError> for Reason {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.as_str())
    }
}
