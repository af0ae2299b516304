//! The result of authenticating a request.

use std::{borrow::Cow, fmt, ops::Deref, sync::Arc};

use http::{HeaderMap, HeaderName, HeaderValue, header};
use url::Url;

use super::machine_token::{MachineToken, MachineTokenError};
use crate::{
    config::TokenType,
    token::{SessionClaims, TokenError, VerifiedToken},
};

const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");
pub(crate) const AUTH_STATUS: HeaderName = HeaderName::from_static("x-clerk-auth-status");
pub(crate) const AUTH_REASON: HeaderName = HeaderName::from_static("x-clerk-auth-reason");
const AUTH_MESSAGE: HeaderName = HeaderName::from_static("x-clerk-auth-message");

/// Headers to add to a response.
pub type ResponseHeaders = Vec<(HeaderName, HeaderValue)>;

/// The result of authenticating a request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RequestState {
    /// The request carries a valid session token.
    SignedIn {
        /// The session of the token.
        session: VerifiedSession,
        /// Headers to add to the response, such as fresh cookies.
        headers: ResponseHeaders,
    },
    /// The request carries a valid machine token.
    Machine {
        /// The token.
        machine_token: Arc<MachineToken>,
    },
    /// The request is unauthenticated. It is passed on, and guards decide whether to reject it.
    SignedOut {
        /// The expected type of token; `None` if several types are accepted and the presented one
        /// is not among them.
        token_type: Option<TokenType>,
        /// The reason.
        reason: Reason,
        /// Headers to add to the response.
        headers: ResponseHeaders,
    },
    /// The browser must be redirected with a 307 to sync its state with Clerk: the start of a
    /// handshake, or its end.
    Redirect {
        /// The target of the redirect.
        location: Location,
        /// The reason; `None` if the browser returns from a handshake signed in.
        reason: Option<Reason>,
        /// Whether this starts a handshake rather than ending one.
        is_handshake: bool,
        /// Headers to add to the redirect.
        headers: ResponseHeaders,
    },
    /// A development instance rejected the token of a handshake, which happens when the configured
    /// keys were switched. Passing the request on would cause a redirect loop, so respond with 500.
    HandshakeFailed(TokenError),
}

impl RequestState {
    pub(super) fn signed_in(token: Arc<VerifiedToken>) -> Self {
        Self::SignedIn { session: VerifiedSession(token), headers: ResponseHeaders::new() }
    }

    pub(crate) fn signed_out(reason: impl Into<Reason>) -> Self {
        let token_type = Some(TokenType::SessionToken);
        Self::SignedOut { token_type, reason: reason.into(), headers: ResponseHeaders::new() }
    }

    pub(super) fn with_token_type(mut self, expected: Option<TokenType>) -> Self {
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

    /// The session, if the request is signed in.
    #[must_use]
    pub fn session(&self) -> Option<&VerifiedSession> {
        match self {
            Self::SignedIn { session, .. } => Some(session),
            _ => None,
        }
    }

    /// The machine token, if the request carries a valid one.
    #[must_use]
    pub fn machine_token(&self) -> Option<&Arc<MachineToken>> {
        match self {
            Self::Machine { machine_token } => Some(machine_token),
            _ => None,
        }
    }

    /// The type of the token that the request was authenticated by.
    #[must_use]
    pub fn token_type(&self) -> Option<TokenType> {
        match self {
            Self::Machine { machine_token } => Some(machine_token.token_type),
            Self::SignedOut { token_type, .. } => *token_type,
            _ => Some(TokenType::SessionToken),
        }
    }

    /// The reason why the request is not signed in, or is redirected.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Self::SignedOut { reason, .. } => Some(reason),
            Self::Redirect { reason, .. } => reason.as_ref(),
            _ => None,
        }
    }

    /// The status as Clerk's SDKs spell it: `signed-in`, `signed-out` or `handshake`.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self {
            Self::Redirect { is_handshake: true, .. } => "handshake",
            Self::SignedIn { .. } | Self::Machine { .. } | Self::Redirect { reason: None, .. } => {
                "signed-in"
            }
            _ => "signed-out",
        }
    }

    /// Returns whether this determines the response, so that the request is not passed on.
    pub(crate) fn is_final(&self) -> bool {
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
            tracing::error!(%error, "a handshake failed; if the Clerk keys were switched, clear the browser's cookies");
        }
    }

    /// Returns whether [`write_headers`](Self::write_headers) adds any headers.
    pub(crate) fn has_headers(&self) -> bool {
        match self {
            Self::SignedIn { headers, .. } => !headers.is_empty(),
            Self::Machine { .. } => false,
            Self::SignedOut { reason, .. } => *reason != Reason::ExcludedRoute,
            Self::Redirect { .. } | Self::HandshakeFailed(_) => true,
        }
    }

    /// Adds the headers of this state to a response and, unless the request is signed in,
    /// `x-clerk-auth-status`, `-reason` and `-message`.
    pub(crate) fn write_headers(&self, response: &mut HeaderMap) {
        if let Self::SignedIn { headers, .. }
        | Self::SignedOut { headers, .. }
        | Self::Redirect { headers, .. } = self
        {
            for (name, value) in headers {
                // Cookies are added to the application's. Any other header that it set is kept.
                if *name == header::SET_COOKIE || !response.contains_key(name) {
                    response.append(name.clone(), value.clone());
                }
            }
            // A shared cache must not serve the cookies to other users, whatever the application
            // says.
            if headers.iter().any(|(name, _)| *name == header::SET_COOKIE) {
                response.insert(header::CACHE_CONTROL, PRIVATE);
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
            let cause = Reason::Token(error.clone()).message().unwrap_or_default();
            let advice = "if the Clerk keys were switched, clear this browser's cookies";
            write_reason(
                error.reason().into(),
                Some(format!("the handshake failed: {cause}; {advice}")),
            );
        } else if let Some(reason) = self.reason() {
            write_reason(reason.as_str(), reason.message());
        }
    }
}

/// The target of a redirect. `Debug` omits the query, which may contain a session token.
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
pub struct VerifiedSession(Arc<VerifiedToken>);

impl VerifiedSession {
    /// The claims of the token.
    #[must_use]
    pub fn claims(&self) -> &SessionClaims {
        self.0.claims()
    }

    /// The token.
    #[must_use]
    pub fn token(&self) -> &str {
        self.0.text()
    }
}

impl From<Arc<VerifiedToken>> for VerifiedSession {
    fn from(token: Arc<VerifiedToken>) -> Self {
        Self(token)
    }
}

/// The reason why a request is not signed in, or why its browser is sent through a handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The token was rejected.
    Token(TokenError),
    /// The machine token was rejected.
    MachineToken(MachineTokenError),
    /// A machine token is expected, but the header contains no token.
    NoTokenInHeader,
    /// The route is excluded from authentication.
    ExcludedRoute,
    /// There is no session token, and the browser state does not indicate a session.
    SessionTokenAndUatMissing,
    /// There is a session token, but the browser state indicates that the user signed out.
    SessionTokenButNoClientUat,
    /// The browser state indicates a session, but there is no session token.
    ClientUatButNoSessionToken,
    /// The session token is older than the browser's last sign-in or sign-out.
    SessionTokenIatBeforeClientUat,
    /// The session token has expired.
    SessionTokenExpired {
        /// The reason why it was not refreshed, as Clerk spells it.
        refresh: Cow<'static, str>,
    },
    /// The session token is not active yet.
    SessionTokenNotActiveYet,
    /// The session token was issued in the future.
    SessionTokenIssuedInTheFuture,
    /// A handshake ended without a session.
    SessionTokenMissing,
    /// The browser has not been identified to the development instance yet.
    DevBrowserMissing,
    /// The token that identifies the browser to the development instance is in the URL.
    DevBrowserSync,
    /// A satellite must sync with the primary domain.
    SatelliteNeedsSyncing,
    /// The primary domain redirects the browser back to the satellite.
    PrimaryRespondsToSyncing,
    /// The browser comes to the primary domain from another domain, where the user may have signed
    /// in or out.
    PrimaryDomainCrossOriginSync,
    /// The path belongs to another organization than the active one.
    ActiveOrganizationMismatch,
}

impl Reason {
    /// Returns the reason without details from Clerk's response, so that there are few of them.
    pub(crate) fn kind(&self) -> &'static str {
        match self.as_str() {
            Cow::Borrowed(text) => text,
            Cow::Owned(_) => "session-token-expired",
        }
    }

    /// Returns the reason as Clerk's SDKs spell it, such as `session-token-and-uat-missing`.
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

    /// Returns whether authentication was unavailable, because keys or a response from Clerk are
    /// missing.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Token(error) => error.is_unavailable(),
            Self::MachineToken(error) => error.is_unavailable(),
            _ => false,
        }
    }

    /// Describes the reason to clients, without revealing anything about the configuration.
    fn message(&self) -> Option<String> {
        match self {
            reason if reason.is_unavailable() => Some("authentication is unavailable".to_owned()),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(token_type: TokenType) -> RequestState {
        let machine_token = Arc::new(MachineToken::with_subject(token_type, "user_1"));
        RequestState::Machine { machine_token }
    }

    #[test]
    fn token_type_is_the_presented_or_expected_one() {
        for token_type in TokenType::ALL {
            if token_type != TokenType::SessionToken {
                assert_eq!(machine(token_type).token_type(), Some(token_type));
            }
            for expected in [Some(token_type), None] {
                let state = RequestState::signed_out(Reason::NoTokenInHeader);
                assert_eq!(state.with_token_type(expected).token_type(), expected);
            }
        }
        let failed = RequestState::HandshakeFailed(TokenError::Expired);
        assert_eq!(failed.token_type(), Some(TokenType::SessionToken));
    }

    #[test]
    fn headers_of_the_application_are_kept() {
        let headers = vec![
            (header::VARY, HeaderValue::from_static("cookie")),
            (header::SET_COOKIE, HeaderValue::from_static("__client_uat=1")),
        ];
        let state = RequestState::signed_out(Reason::SessionTokenMissing).with_headers(headers);
        let mut response = HeaderMap::new();
        state.write_headers(&mut response);
        assert_eq!(response[header::VARY], "cookie");

        let mut response = HeaderMap::new();
        response.insert(header::VARY, HeaderValue::from_static("accept"));
        response.insert(header::SET_COOKIE, HeaderValue::from_static("theme=dark"));
        state.write_headers(&mut response);
        let values = |name| response.get_all(name).iter().collect::<Vec<_>>();
        assert_eq!(values(header::VARY), ["accept"]);
        assert_eq!(values(header::SET_COOKIE), ["theme=dark", "__client_uat=1"]);
    }

    #[test]
    fn messages_describe_rejected_tokens_without_internals() {
        let unavailable = "authentication is unavailable";
        for (reason, message) in [
            (TokenError::Expired.into(), Some("the JWT has expired")),
            (TokenError::NoKey.into(), Some(unavailable)),
            (
                Reason::MachineToken(MachineTokenError::Invalid),
                Some("the machine token is invalid"),
            ),
            (Reason::MachineToken(MachineTokenError::InvalidSecretKey), Some(unavailable)),
            (Reason::NoTokenInHeader, None),
        ] {
            assert_eq!(reason.message().as_deref(), message, "{reason}");
        }
    }
}
