//! The sessions of users.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    api::{
        client::Client,
        error::Result,
        transport::{FIRST_API_VERSION, Items},
        types::Secret,
        users::User,
    },
    timestamp::Timestamp,
};

/// The sessions of an instance's users.
///
/// ```no_run
/// use axum_clerk::api::{CreateSessionToken, ListSessions, SessionStatus};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let active = ListSessions::default().user_id("user_1").status(SessionStatus::Active);
/// for session in clerk.sessions().list(&active).await? {
///     clerk.sessions().revoke(&session.id).await?;
/// }
///
/// let short = CreateSessionToken::default().expires_in_seconds(30);
/// println!("{}", clerk.sessions().create_token("sess_1", &short).await?.jwt.expose());
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/sessions)
#[derive(Clone, Copy, Debug)]
pub struct Sessions<'a>(pub(in crate::api) &'a Client);

impl Sessions<'_> {
    /// Lists sessions, the newest first. Clerk requires a `client_id` or a `user_id`, and
    /// periodically removes old inactive sessions.
    ///
    /// `GET /sessions`
    pub async fn list(self, params: &ListSessions) -> Result<Vec<Session>> {
        self.0.get("/sessions", []).query(params).send_list().await
    }

    /// Streams sessions, over all pages.
    ///
    /// `GET /sessions`
    pub fn stream(self, params: &ListSessions) -> Items<Session> {
        self.0.get("/sessions", []).query(&params.clone().paginated(true)).stream()
    }

    /// Gets a session.
    ///
    /// `GET /sessions/{session_id}`
    pub async fn get(self, session_id: &str) -> Result<Session> {
        self.0.get("/sessions/{session_id}", [session_id]).send().await
    }

    /// Creates an active session. Only available on development instances, for tests; on production
    /// instances, use a [sign-in token](crate::api::SignInTokens).
    ///
    /// `POST /sessions`
    pub async fn create(self, params: &CreateSession) -> Result<Session> {
        self.0.post("/sessions", []).json(params).send().await
    }

    /// Issues a new session token in place of an expired one. A 401 means that the browser has to
    /// perform a handshake instead.
    ///
    /// `POST /sessions/{session_id}/refresh`
    pub async fn refresh(
        self,
        session_id: &str,
        params: &RefreshSession,
    ) -> Result<SessionRefresh> {
        self.0.post("/sessions/{session_id}/refresh", [session_id]).json(params).send().await
    }

    /// Gets a session if the token is valid and belongs to it.
    ///
    /// `POST /sessions/{session_id}/verify`, in version 2021-02-05
    #[deprecated = "use `Clerk::verify_token`, which needs no request"]
    pub async fn verify(self, session_id: &str, token: &str) -> Result<Session> {
        let request = self.0.post("/sessions/{session_id}/verify", [session_id]);
        request
            .api_version(FIRST_API_VERSION)
            .json(&json!({ "token": token }))
            .idempotent()
            .send()
            .await
    }

    /// Revokes a session. Tokens that were issued for it remain valid until they expire, within a
    /// minute.
    ///
    /// `POST /sessions/{session_id}/revoke`
    pub async fn revoke(self, session_id: &str) -> Result<Session> {
        self.0.post("/sessions/{session_id}/revoke", [session_id]).send().await
    }

    /// Issues a session token.
    ///
    /// `POST /sessions/{session_id}/tokens`
    pub async fn create_token(
        self,
        session_id: &str,
        params: &CreateSessionToken,
    ) -> Result<SessionToken> {
        self.0.post("/sessions/{session_id}/tokens", [session_id]).json(params).send().await
    }

    /// Issues a token with the claims of the JWT template with the given name.
    ///
    /// `POST /sessions/{session_id}/tokens/{template_name}`
    pub async fn create_token_from_template(
        self,
        session_id: &str,
        template_name: &str,
        params: &CreateSessionToken,
    ) -> Result<SessionToken> {
        let path = "/sessions/{session_id}/tokens/{template_name}";
        self.0.post(path, [session_id, template_name]).json(params).send().await
    }
}

params! {
    /// The filters and the page of [`Sessions::list`].
    pub struct ListSessions {
        /// The ID of the client to filter by.
        client_id: String,
        /// The ID of the user to filter by.
        user_id: String,
        /// The status to filter by.
        status: SessionStatus,
        /// Whether Clerk returns a single page of results.
        paginated: bool,
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
    }
}

params! {
    /// A new session, for [`Sessions::create`].
    pub struct CreateSession(
        /// The ID of the user.
        user_id: String,
    ) {
        /// The ID of the session's active organization, of which the user must be a member.
        active_organization_id: String,
    }
}

params! {
    /// The parameters of [`Sessions::refresh`].
    pub struct RefreshSession(
        /// The session's expired token, from the cookie `__session`.
        expired_token: Secret,
        /// The refresh token, from the cookie `__refresh`.
        refresh_token: Secret,
        /// The origin of the browser's request.
        request_origin: String,
    ) {
        /// The headers of the browser's request.
        request_headers: Headers,
        /// The format of the response: a token by default.
        format: RefreshFormat,
        /// The IP address of the browser's request.
        request_originating_ip: String,
    }
}

/// The values of each header.
type Headers = BTreeMap<String, Vec<String>>;

open_enum! {
    /// The format of the response of [`Sessions::refresh`].
    pub enum RefreshFormat {
        /// A token.
        Token = "token",
        /// Cookies to set.
        Cookie = "cookie",
    }
}

/// The response of [`Sessions::refresh`].
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(tag = "object", rename_all = "snake_case")]
#[non_exhaustive]
pub enum SessionRefresh {
    /// A new token.
    Token {
        /// The token.
        jwt: Secret,
    },
    /// Cookies to set.
    Cookies {
        /// The values of the `Set-Cookie` headers.
        cookies: Vec<Secret>,
    },
}

params! {
    /// The options of [`Sessions::create_token`] and [`Sessions::create_token_from_template`].
    pub struct CreateSessionToken {
        /// The lifetime of the token in seconds: 30 to 315,360,000. By default a minute, or the
        /// template's lifetime.
        expires_in_seconds: u32,
    }
}

open_enum! {
    /// The status of a session.
    pub enum SessionStatus {
        /// The user is signed in.
        Active = "active",
        /// The user is signed in, but must complete tasks before the session is active.
        Pending = "pending",
        /// The user signed out.
        Ended = "ended",
        /// The session expired.
        Expired = "expired",
        /// The user signed out, in an application with several sessions per client.
        Removed = "removed",
        /// The session was inactive for too long.
        Abandoned = "abandoned",
        /// Another session replaced this one.
        Replaced = "replaced",
        /// The application revoked the session.
        Revoked = "revoked",
    }
}

model! {
    /// A user's session on a client.
    #[serde(tag = "object", rename = "session")]
    pub struct Session {
        /// The session's ID, `sess_…`.
        pub id: String,
        /// The ID of the user.
        pub user_id: String,
        /// The ID of the client: a browser or a device.
        pub client_id: String,
        /// The actor on behalf of the user, as in the `act` claim of RFC 8693.
        pub actor: Option<Value>,
        /// The status of the session.
        pub status: SessionStatus,
        /// The ID of the organization that was last active in the session.
        pub last_active_organization_id: Option<String>,
        /// The time when the session was last active.
        pub last_active_at: Timestamp,
        /// The device on which the session was last active.
        pub latest_activity: Option<SessionActivity>,
        /// The time when the session expires, even if the user is active.
        pub expire_at: Timestamp,
        /// The time when the session expires if the user is inactive.
        pub abandon_at: Timestamp,
        /// The time when the session was last updated.
        pub updated_at: Timestamp,
        /// The time when the session was created.
        pub created_at: Timestamp,
        /// The tasks that the user must complete before the session is active.
        pub tasks: Option<Vec<SessionTask>>,
        /// The user, in webhook events only.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub user: Option<Box<User>>,
    }
}

model! {
    /// The device on which a session was last active.
    pub struct SessionActivity {
        /// The activity's ID.
        pub id: String,
        /// The type of the object, as Clerk names it.
        pub object: String,
        /// The type of the device.
        pub device_type: Option<String>,
        /// Whether the device is a mobile device.
        pub is_mobile: bool,
        /// The name of the browser.
        pub browser_name: Option<String>,
        /// The version of the browser.
        pub browser_version: Option<String>,
        /// The IP address.
        pub ip_address: Option<String>,
        /// The city of the IP address.
        pub city: Option<String>,
        /// The country of the IP address.
        pub country: Option<String>,
    }
}

model! {
    /// A task that a user must complete before a session is active.
    pub struct SessionTask {
        /// The kind of task, such as `choose-organization`.
        pub key: String,
    }
}

model! {
    /// A token issued for a session.
    #[serde(tag = "object", rename = "token")]
    pub struct SessionToken {
        /// The token.
        pub jwt: Secret,
    }
}
