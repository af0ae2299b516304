//! Revoking sessions on all machines at once.

#[cfg(feature = "api")]
use futures_util::TryStreamExt;

use super::{
    Clerk,
    messages::{Message, TimedRevocation},
};
#[cfg(feature = "api")]
use crate::api::{ListSessions, Result, Session, SessionStatus};
use crate::{timestamp::Timestamp, token::Revocation};

/// The number of sessions per request.
#[cfg(feature = "api")]
const PAGE: u32 = 500;

impl Clerk {
    /// Revokes a session at Clerk, and rejects its tokens from now on, with the reason
    /// `session-revoked`.
    ///
    /// Clerk does not issue new tokens for a revoked session, but the last one is valid for up to a
    /// minute. This machine rejects it immediately, and all machines that share a
    /// [cache](crate::cache) do so shortly afterwards, even if Clerk cannot be reached.
    ///
    /// `POST /sessions/{session_id}/revoke`
    ///
    /// # Errors
    ///
    /// As [`Sessions::revoke`](crate::api::Sessions::revoke).
    #[cfg(feature = "api")]
    #[cfg_attr(docsrs, doc(cfg(feature = "api")))]
    pub async fn revoke_session(&self, session_id: &str) -> Result<Session> {
        self.mark_session_revoked(session_id).await;
        self.sessions().revoke(session_id).await
    }

    /// Revokes all sessions of a user, like [`revoke_session`](Self::revoke_session). The user can
    /// sign in again; to prevent that, [ban](crate::api::Users::ban) the user.
    ///
    /// # Errors
    ///
    /// If the sessions cannot be listed, or one of them cannot be revoked. Their tokens are
    /// rejected regardless.
    #[cfg(feature = "api")]
    #[cfg_attr(docsrs, doc(cfg(feature = "api")))]
    pub async fn revoke_user_sessions(&self, user_id: &str) -> Result<()> {
        let now = Timestamp::from_millis(self.config().clock().unix_millis());
        self.mark_user_revoked(user_id, now).await;
        let mut sessions = Vec::new();
        for status in [SessionStatus::Active, SessionStatus::Pending] {
            let filter = ListSessions::default().user_id(user_id).status(status).limit(PAGE);
            let stream = self.sessions().stream(&filter);
            sessions.extend(stream.try_collect::<Vec<_>>().await?);
        }
        for session in sessions {
            self.revoke_session(&session.id).await?;
        }
        Ok(())
    }

    /// Rejects the tokens of a session from now on, on all machines that share a
    /// [cache](crate::cache).
    ///
    /// Call this for a session that has already ended at Clerk, for example after a
    /// [webhook](https://clerk.com/docs/guides/development/webhooks/overview). To end a session,
    /// call [`revoke_session`](Self::revoke_session).
    pub async fn mark_session_revoked(&self, session_id: &str) {
        self.revoke(Revocation::Session(session_id.to_owned())).await;
    }

    /// Rejects the tokens of a user that were issued up to this time, like
    /// [`mark_session_revoked`](Self::mark_session_revoked). Newer tokens are accepted, but Clerk
    /// does not issue any to users who are banned, locked or deleted.
    pub async fn mark_user_revoked(&self, user_id: &str, issued_until: Timestamp) {
        let issued_until = issued_until.as_millis().div_euclid(1000);
        self.revoke(Revocation::User(user_id.to_owned(), issued_until)).await;
    }

    async fn revoke(&self, revocation: Revocation) {
        let config = self.config();
        let expires_at = config.clock().unix_millis_after(config.revocation_lifetime());
        let message = Message::Revoke(TimedRevocation { revocation, expires_at });
        self.receive(message.clone()).await;
        self.send(&message).await;
    }

    /// Waits until the revocations of the other machines are known, or the timeout of the shared
    /// cache has passed.
    pub(super) async fn revocations_ready(&self) {
        if let Some(sync) = &self.0.sync {
            self.start_sync();
            sync.loaded(self.config().shared_cache_timeout()).await;
            self.stop_waiting();
        }
    }
}
