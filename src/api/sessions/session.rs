//! Sessions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    api::{
        client::Client,
        error::Result,
        transport::{FIRST_API_VERSION, Items},
        types::Secret,
    },
    timestamp::Timestamp,
};

/// The sessions of the instance.
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
    /// Lists sessions, the newest first. Clerk wants a `client_id` or a `user_id`, and forgets sessions long
    /// over.
    ///
    /// `GET /sessions`
    pub async fn list(self, params: &ListSessions) -> Result<Vec<Session>> {
        self.0.get("/sessions", []).query(params).send_list().await
    }

    /// Streams sessions, from all pages.
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

    /// Creates an active session. Only on development instances, for tests: on others, a
    /// [sign-in token](crate::api::SignInTokens) leads to one.
    ///
    /// `POST /sessions`
    pub async fn create(self, params: &CreateSession) -> Result<Session> {
        self.0.post("/sessions", []).json(params).send().await
    }

    /// Issues a new session token in place of an expired one. 401 means that the browser has to go through the
    /// handshake instead.
    ///
    /// `POST /sessions/{session_id}/refresh`
    pub async fn refresh(
        self,
        session_id: &str,
        params: &RefreshSession,
    ) -> Result<SessionRefresh> {
        self.0.post("/sessions/{session_id}/refresh", [session_id]).json(params).send().await
    }

    /// Gets a session if the token is its own and valid.
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

    /// Ends a session. Tokens that were issued for it stay valid until they expire, within a minute.
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

    /// Issues a token with the claims of the JWT template of that name.
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
    /// Which sessions [`Sessions::list`] returns.
    pub struct ListSessions {
        /// Of this client.
        client_id: String,
        /// Of this user.
        user_id: String,
        /// In this state.
        status: SessionStatus,
        /// Whether Clerk pages the answer.
        paginated: bool,
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
    }
}

params! {
    /// A new session, for [`Sessions::create`].
    pub struct CreateSession(
        /// The ID of its user.
        user_id: String,
    ) {
        /// The ID of the organization that is active in it: one of the user's.
        active_organization_id: String,
    }
}

params! {
    /// What [`Sessions::refresh`] goes by.
    pub struct RefreshSession(
        /// The session's expired token, from the cookie `__session`.
        expired_token: Secret,
        /// The refresh token, from the cookie `__refresh`.
        refresh_token: Secret,
        /// The origin of the request that came with them.
        request_origin: String,
    ) {
        /// The headers of that request.
        request_headers: Headers,
        /// What to answer: by default the token.
        format: RefreshFormat,
        /// The IP address that the request came from.
        request_originating_ip: String,
    }
}

/// The values of each header.
type Headers = BTreeMap<String, Vec<String>>;

open_enum! {
    /// What [`Sessions::refresh`] answers.
    pub enum RefreshFormat {
        /// The token.
        Token = "token",
        /// The cookies to set.
        Cookie = "cookie",
    }
}

/// The answer of [`Sessions::refresh`].
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(tag = "object", rename_all = "snake_case")]
#[non_exhaustive]
pub enum SessionRefresh {
    /// The new token.
    Token {
        /// The token.
        jwt: Secret,
    },
    /// The cookies to set.
    Cookies {
        /// The values of the headers `Set-Cookie`.
        cookies: Vec<Secret>,
    },
}

params! {
    /// A new token, for [`Sessions::create_token`] and [`Sessions::create_token_from_template`].
    pub struct CreateSessionToken {
        /// How long it is valid, in seconds: 30 to 315,360,000. By default a minute, or what the template
        /// says.
        expires_in_seconds: u32,
    }
}

open_enum! {
    /// The state of a session.
    pub enum SessionStatus {
        /// Signed in.
        Active = "active",
        /// Signed in, with tasks left to do before it is active.
        Pending = "pending",
        /// Signed out by the user.
        Ended = "ended",
        /// Past its end.
        Expired = "expired",
        /// Signed out by the user, in an application with several sessions a client.
        Removed = "removed",
        /// Left alone for too long.
        Abandoned = "abandoned",
        /// Followed by another session.
        Replaced = "replaced",
        /// Ended by the application.
        Revoked = "revoked",
    }
}

model! {
    /// A user's session on one client.
    #[serde(tag = "object", rename = "session")]
    pub struct Session {
        /// Its ID, `sess_…`.
        pub id: String,
        /// The ID of its user.
        pub user_id: String,
        /// The ID of its client: a browser, a device.
        pub client_id: String,
        /// Who acts in the user's name, as the `act` claim of RFC 8693.
        pub actor: Option<Value>,
        /// Its state.
        pub status: SessionStatus,
        /// The ID of the organization that was last active in it.
        pub last_active_organization_id: Option<String>,
        /// When it was last active.
        pub last_active_at: Timestamp,
        /// What it was last active from.
        pub latest_activity: Option<SessionActivity>,
        /// When it ends, whatever the user does.
        pub expire_at: Timestamp,
        /// When it ends if the user does nothing.
        pub abandon_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
        /// When it was created.
        pub created_at: Timestamp,
        /// What the user has yet to do before it is active.
        pub tasks: Option<Vec<SessionTask>>,
    }
}

model! {
    /// What a session was last active from.
    pub struct SessionActivity {
        /// Its ID.
        pub id: String,
        /// What Clerk calls such an object.
        pub object: String,
        /// The kind of device.
        pub device_type: Option<String>,
        /// Whether it is a mobile device.
        pub is_mobile: bool,
        /// The browser.
        pub browser_name: Option<String>,
        /// The browser's version.
        pub browser_version: Option<String>,
        /// The IP address.
        pub ip_address: Option<String>,
        /// The city that the address is in.
        pub city: Option<String>,
        /// The country that the address is in.
        pub country: Option<String>,
    }
}

model! {
    /// Something a user has to do before a session is active.
    pub struct SessionTask {
        /// What it is, such as `choose-organization`.
        pub key: String,
    }
}

model! {
    /// A token that was issued for a session.
    #[serde(tag = "object", rename = "token")]
    pub struct SessionToken {
        /// The token.
        pub jwt: Secret,
    }
}
