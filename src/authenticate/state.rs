//! What authenticating a request comes to.

use std::{borrow::Cow, fmt, ops::Deref, sync::Arc};

use http::{HeaderMap, HeaderName, HeaderValue, header};
use url::Url;

use super::{MachineToken, MachineTokenError};
use crate::{
    TokenType,
    token::{SessionClaims, TokenError, VerifiedToken},
};

const AUTH_STATUS: HeaderName = HeaderName::from_static("x-clerk-auth-status");
const AUTH_REASON: HeaderName = HeaderName::from_static("x-clerk-auth-reason");
const AUTH_MESSAGE: HeaderName = HeaderName::from_static("x-clerk-auth-message");

/// Headers that a response must carry besides its own.
pub type ResponseHeaders = Vec<(HeaderName, HeaderValue)>;

/// What a request turned out to be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RequestState {
    /// The request carries a valid session token.
    SignedIn {
        /// The session that the token speaks for.
        session: Session,
        /// What the response must carry besides, such as fresh cookies.
        headers: ResponseHeaders,
    },
    /// The request carries a valid machine token.
    Machine {
        /// What the token stands for.
        machine_token: Arc<MachineToken>,
    },
    /// The request is nobody's. It goes on; guards decide.
    SignedOut {
        /// The type of token that was expected; `None` where several are accepted and the one presented is none of them.
        token_type: Option<TokenType>,
        /// Why.
        reason: Reason,
        /// What the response must carry besides.
        headers: ResponseHeaders,
    },
    /// The browser must be sent elsewhere with a 307, to come back with its state known: a handshake, or the end of
    /// one.
    Redirect {
        /// Where to.
        location: Location,
        /// Why; `None` where the browser comes back signed in.
        reason: Option<Reason>,
        /// Whether this starts a handshake, or ends one.
        is_handshake: bool,
        /// What the redirect must carry besides.
        headers: ResponseHeaders,
    },
    /// A development instance refused the token of a handshake, as it does when its keys were switched. Going on would
    /// send the browser in circles; answer with a 500.
    HandshakeFailed(TokenError),
}

impl RequestState {
    pub(super) fn signed_in(token: Arc<VerifiedToken>) -> Self {
        Self::SignedIn { session: Session(token), headers: ResponseHeaders::new() }
    }

    pub(super) fn signed_out(reason: impl Into<Reason>) -> Self {
        let token_type = Some(TokenType::SessionToken);
        Self::SignedOut { token_type, reason: reason.into(), headers: ResponseHeaders::new() }
    }

    pub(super) fn of_type(mut self, expected: Option<TokenType>) -> Self {
        if let Self::SignedOut { token_type, .. } = &mut self {
            *token_type = expected;
        }
        self
    }

    pub(super) fn with_headers(mut self, more: ResponseHeaders) -> Self {
        if let Self::SignedIn { headers, .. } | Self::SignedOut { headers, .. } = &mut self {
            *headers = more;
        }
        self
    }

    /// The session, where the request is signed in.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        match self {
            Self::SignedIn { session, .. } => Some(session),
            _ => None,
        }
    }

    /// The machine token, where the request carries a valid one.
    #[must_use]
    pub fn machine_token(&self) -> Option<&Arc<MachineToken>> {
        match self {
            Self::Machine { machine_token } => Some(machine_token),
            _ => None,
        }
    }

    /// The type of the token that the request was judged by.
    #[must_use]
    pub fn token_type(&self) -> Option<TokenType> {
        match self {
            Self::Machine { machine_token } => Some(machine_token.token_type),
            Self::SignedOut { token_type, .. } => *token_type,
            _ => Some(TokenType::SessionToken),
        }
    }

    /// Why the request is not signed in, or why it is redirected.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Self::SignedOut { reason, .. } => Some(reason),
            Self::Redirect { reason, .. } => reason.as_ref(),
            _ => None,
        }
    }

    /// `signed-in`, `signed-out` or `handshake`.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self {
            Self::SignedIn { .. } | Self::Machine { .. } => "signed-in",
            Self::Redirect { is_handshake: true, .. } => "handshake",
            Self::Redirect { reason: None, .. } => "signed-in",
            _ => "signed-out",
        }
    }

    /// Whether the response is made here, rather than by the application.
    pub(crate) fn is_answer(&self) -> bool {
        matches!(self, Self::Redirect { .. } | Self::HandshakeFailed(_))
    }

    pub(crate) fn log(&self) {
        tracing::debug!(
            status = self.status(),
            reason = self.reason().map(tracing::field::display),
            user_id = self.session().map(|session| session.claims().user_id()),
            "authenticated a request"
        );
        if let Self::HandshakeFailed(error) = self {
            tracing::error!(%error, "a handshake failed: if the Clerk keys were switched, clear the browser's cookies");
        }
    }

    /// Whether a response has anything to tell of it.
    pub(crate) fn has_headers(&self) -> bool {
        match self {
            Self::SignedIn { headers, .. } => !headers.is_empty(),
            Self::Machine { .. } => false,
            Self::SignedOut { reason, .. } => *reason != Reason::ExcludedRoute,
            Self::Redirect { .. } | Self::HandshakeFailed(_) => true,
        }
    }

    /// Writes what the outcome adds to a response: its own headers beside those that are there, and, unless signed
    /// in, `x-clerk-auth-status`, `-reason` and `-message`.
    pub(crate) fn write_headers(&self, response: &mut HeaderMap) {
        if let Self::SignedIn { headers, .. }
        | Self::SignedOut { headers, .. }
        | Self::Redirect { headers, .. } = self
        {
            for (name, value) in headers {
                // Cookies join those of the app; what else the app says, it says for a reason.
                if *name == header::SET_COOKIE || !response.contains_key(name) {
                    response.append(name.clone(), value.clone());
                }
            }
        }
        let mut write = |name: HeaderName, text: Cow<'static, str>| {
            let value = match text {
                Cow::Borrowed(text) => Ok(HeaderValue::from_static(text)),
                Cow::Owned(text) => HeaderValue::try_from(text),
            };
            if let Ok(value) = value {
                response.insert(name, value);
            }
        };
        let mut write_reason = |reason: Cow<'static, str>, message: Option<String>| {
            write(AUTH_STATUS, self.status().into());
            write(AUTH_REASON, reason);
            if let Some(message) = message {
                write(AUTH_MESSAGE, message.into());
            }
        };
        if let Self::HandshakeFailed(error) = self {
            let advice = "if the Clerk keys were switched, clear this browser's cookies";
            write_reason(
                error.reason().into(),
                Some(format!("the handshake failed, as {error}: {advice}")),
            );
        } else if let Some(reason) = self.reason() {
            write_reason(reason.as_str(), reason.message());
        }
    }
}

/// Where a browser is sent. `Debug` leaves out the query, which may carry a session token.
#[derive(Clone, PartialEq, Eq)]
pub struct Location(Box<Url>);

impl From<Url> for Location {
    fn from(url: Url) -> Self {
        Self(Box::new(url))
    }
}

impl Deref for Location {
    type Target = Url;

    fn deref(&self) -> &Url {
        &self.0
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}?…", self.0.origin().ascii_serialization(), self.0.path())
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

/// Why a request is not signed in, or why its browser goes through a handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The token was refused.
    Token(TokenError),
    /// The machine token was refused.
    MachineToken(MachineTokenError),
    /// A machine token is expected, and the header has no token at all.
    NoTokenInHeader,
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
    /// The session token has expired.
    SessionTokenExpired {
        /// Why it was not refreshed: a code of Clerk's.
        refresh: Cow<'static, str>,
    },
    /// The session token is not active yet.
    SessionTokenNotActiveYet,
    /// The session token was issued in the future.
    SessionTokenIssuedInTheFuture,
    /// A handshake ended without a session: nobody is signed in.
    SessionTokenMissing,
    /// The browser of a development instance is not known yet.
    DevBrowserMissing,
    /// The browser of a development instance came with its token in the URL.
    DevBrowserSync,
    /// A satellite must ask the primary domain who is signed in.
    SatelliteNeedsSyncing,
    /// The primary domain sends the browser back to the satellite.
    PrimaryRespondsToSyncing,
    /// The browser comes to the primary domain from another one, where it may have signed in or out.
    PrimaryDomainCrossOriginSync,
    /// The path asks for another organization than the active one.
    ActiveOrganizationMismatch,
}

impl Reason {
    /// The reason as Clerk's SDKs spell it, such as `session-token-and-uat-missing`.
    #[must_use]
    pub fn as_str(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Token(error) => error.reason(),
            Self::MachineToken(error) => error.reason(),
            Self::NoTokenInHeader => "No token in header",
            Self::ExcludedRoute => "excluded-route",
            Self::SessionTokenAndUatMissing => "session-token-and-uat-missing",
            Self::SessionTokenButNoClientUat => "session-token-but-no-client-uat",
            Self::ClientUatButNoSessionToken => "client-uat-but-no-session-token",
            Self::SessionTokenIatBeforeClientUat => "session-token-iat-before-client-uat",
            Self::SessionTokenExpired { refresh } => {
                return format!("session-token-expired-refresh-{refresh}").into();
            }
            Self::SessionTokenNotActiveYet => "session-token-nbf",
            Self::SessionTokenIssuedInTheFuture => "session-token-iat-in-the-future",
            Self::SessionTokenMissing => "session-token-missing",
            Self::DevBrowserMissing => "dev-browser-missing",
            Self::DevBrowserSync => "dev-browser-sync",
            Self::SatelliteNeedsSyncing => "satellite-needs-syncing",
            Self::PrimaryRespondsToSyncing => "primary-responds-to-syncing",
            Self::PrimaryDomainCrossOriginSync => "primary-domain-cross-origin-sync",
            Self::ActiveOrganizationMismatch => "active-organization-mismatch",
        })
    }

    /// Whether who it is could not be told, for want of keys or of Clerk's answer.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Token(error) => error.is_unavailable(),
            Self::MachineToken(error) => error.is_unavailable(),
            _ => false,
        }
    }

    fn message(&self) -> Option<String> {
        match self {
            Self::Token(error) => Some(error.to_string()),
            Self::MachineToken(error) => Some(error.to_string()),
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
