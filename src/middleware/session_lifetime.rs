//! The lifetime of connections that outlive the request which opened them.

use std::{fmt, future::Future, pin::pin, sync::Arc};

use futures_util::future::select;
use tokio::sync::watch;

use super::auth::ClerkAuth;
#[cfg(feature = "axum")]
use super::extract::SignedIn;
use crate::{
    authenticate::VerifiedSession,
    clerk::Clerk,
    timestamp::Timestamp,
    token::{SessionClaims, TokenError},
};

/// The lifetime of a session token on a connection that outlives its request, such as a WebSocket
/// or a stream of server-sent events.
///
/// A request is authenticated once, when it arrives. A connection that stays open must end when the
/// token does, unless the client sends a newer one, and when the session is
/// [revoked](Clerk::revoke_session):
///
/// ```
/// use axum::extract::ws::{Message, WebSocket};
/// use axum_clerk::SessionLifetime;
///
/// async fn serve(mut socket: WebSocket, lifetime: SessionLifetime) {
///     loop {
///         tokio::select! {
///             end = lifetime.expired() => {
///                 println!("the connection ends: {end}");
///                 return;
///             }
///             message = socket.recv() => match message {
///                 // A real protocol has other messages too.
///                 Some(Ok(Message::Text(token))) if lifetime.renew(&token).await.is_ok() => {}
///                 _ => return,
///             },
///         }
///     }
/// }
/// ```
///
/// The time is that of the [configured clock](crate::ClerkConfigBuilder::clock). The tolerance for
/// [clock skew](crate::ClerkConfigBuilder::clock_skew) does not extend a lifetime. Revocations on
/// other machines arrive through the [shared cache](crate::cache), if any.
///
/// Clones share the token, so that one task can renew it while another waits.
#[derive(Clone)]
pub struct SessionLifetime(Arc<Inner>);

struct Inner {
    clerk: Clerk,
    session: watch::Sender<VerifiedSession>,
}

/// The reason why a [`SessionLifetime`] ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SessionEnd {
    /// The token expired and was not renewed.
    Expired,
    /// The session or the user was [revoked](Clerk::revoke_session).
    Revoked,
}

impl fmt::Display for SessionEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "the session token expired",
            Self::Revoked => "the session was revoked",
        })
    }
}

/// The reason why a [`SessionLifetime`] could not be created or renewed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenewalError {
    /// The token is invalid, or could not be verified.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The session has pending tasks, and
    /// [does not count as signed in](crate::ClerkConfigBuilder::pending_is_signed_in).
    #[error("the session has pending tasks")]
    Pending,
    /// The token belongs to another user, session or organization than the connection.
    #[error("the token belongs to another user, session or organization")]
    OtherSession,
}

impl SessionLifetime {
    fn new(clerk: Clerk, session: VerifiedSession) -> Self {
        Self(Arc::new(Inner { clerk, session: watch::Sender::new(session) }))
    }

    /// Verifies a session token that was not part of a request's headers, such as the first message
    /// of a WebSocket. Tokens from JWT templates are rejected.
    ///
    /// # Errors
    ///
    /// If the token is invalid, could not be verified, or its session is pending.
    pub async fn verify(clerk: &Clerk, token: &str) -> Result<Self, RenewalError> {
        Ok(Self::new(clerk.clone(), verify(clerk, token).await?))
    }

    /// The session, with the latest token.
    #[must_use]
    pub fn session(&self) -> VerifiedSession {
        self.0.session.borrow().clone()
    }

    /// The time when the latest token expires.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        expires_at(self.0.session.borrow().claims())
    }

    /// Waits until the token has expired without being renewed, or the session is revoked.
    ///
    /// The future can be dropped and created again without missing anything, as in
    /// `tokio::select!`.
    pub fn expired(&self) -> impl Future<Output = SessionEnd> + Send + use<> {
        let this = self.clone();
        async move {
            let Inner { clerk, session } = &*this.0;
            let mut session = session.subscribe();
            let clock = clerk.config().clock();
            loop {
                // Must exist before the revocations are looked up, so that none in between is
                // missed.
                let revocations_changed = pin!(clerk.revocations().changed());
                let current = session.borrow_and_update().clone();
                let claims = current.claims();
                let (now, expires_at) = (clock.unix_millis(), expires_at(claims).as_millis());
                if clerk.revocations().is_revoked(claims, now) {
                    return SessionEnd::Revoked;
                }
                if expires_at <= now {
                    return SessionEnd::Expired;
                }
                let renewed = pin!(session.changed());
                let expired = pin!(clock.sleep_until(expires_at));
                select(expired, select(revocations_changed, renewed)).await;
            }
        }
    }

    /// Continues with a newer token of the same user, session and active organization. An older
    /// one is verified, but does not replace the latest.
    ///
    /// # Errors
    ///
    /// If the token is invalid, could not be verified, or belongs to another user, session or
    /// organization, or if the session is revoked or pending. The lifetime does not change. Close
    /// the connection, because the client sent a token that is not valid for it.
    pub async fn renew(&self, token: &str) -> Result<(), RenewalError> {
        let renewed = verify(&self.0.clerk, token).await?;
        let identity = |claims: &SessionClaims| {
            let organization =
                claims.organization().map(|organization| organization.id().to_owned());
            (claims.user_id().to_owned(), claims.session_id().map(str::to_owned), organization)
        };
        let expected = identity(self.0.session.borrow().claims());
        if expected.1.is_none() || identity(renewed.claims()) != expected {
            return Err(RenewalError::OtherSession);
        }
        self.0.session.send_if_modified(|session| {
            let is_newer = expires_at(renewed.claims()) > expires_at(session.claims());
            if is_newer {
                *session = renewed;
            }
            is_newer
        });
        Ok(())
    }
}

async fn verify(clerk: &Clerk, token: &str) -> Result<VerifiedSession, RenewalError> {
    let session = clerk.verify_session_token(token).await?;
    if session.claims().is_pending() && !clerk.config().pending_is_signed_in() {
        return Err(RenewalError::Pending);
    }
    Ok(session)
}

/// Verified claims have this time. Without it, the token would have expired long ago.
fn expires_at(claims: &SessionClaims) -> Timestamp {
    claims.expires_at().unwrap_or(Timestamp::from_millis(0))
}

impl fmt::Debug for SessionLifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionLifetime").field("session", &*self.0.session.borrow()).finish()
    }
}

impl ClerkAuth {
    /// Returns the lifetime of the signed-in user's session, for connections that outlive the
    /// request; `None` if no user is signed in.
    #[must_use]
    pub fn session_lifetime(&self) -> Option<SessionLifetime> {
        let session = self.session()?.clone();
        Some(SessionLifetime::new(self.clerk().clone(), session))
    }
}

#[cfg(feature = "axum")]
impl SignedIn {
    /// Returns the lifetime of the session, for connections that outlive the request.
    #[must_use]
    pub fn session_lifetime(&self) -> SessionLifetime {
        SessionLifetime::new(self.clerk().clone(), self.session().clone())
    }
}
