//! The caller of a request.

use std::sync::Arc;

use super::{
    machine_token::MachineToken,
    state::{RequestState, VerifiedSession},
};
use crate::{
    config::TokenType,
    token::{ActiveOrganization, SessionClaims},
};

/// The caller of a request: the session of a user, or a machine with an API key, a
/// machine-to-machine token or an OAuth access token.
///
/// As an Axum extractor it accepts every type of token that the configuration
/// [accepts](crate::ClerkConfigBuilder::accept_tokens), and rejects unauthenticated requests like
/// [`SignedIn`](crate::SignedIn). Use [`guard::accept`](crate::guard::accept) to accept fewer types
/// on a route.
///
/// ```
/// use axum_clerk::Principal;
///
/// async fn export(caller: Principal) -> String {
///     match caller.user_id() {
///         Some(user_id) => format!("the data of {user_id}"),
///         None => format!("the data that {} may see", caller.subject()),
///     }
/// }
///
/// async fn describe(caller: Principal) -> String {
///     match caller {
///         Principal::Session(session) => format!("a session of {}", session.claims().user_id()),
///         Principal::ApiKey(key) => format!("the key {:?}", key.name),
///         Principal::M2mToken(token) => format!("the machine {}", token.subject),
///         Principal::OAuthToken(token) => format!("the application {:?}", token.client_id),
///     }
/// }
/// # #[cfg(feature = "axum")]
/// # let _ = axum::routing::get::<_, _, ()>(export).post(describe);
/// ```
#[derive(Clone, Debug)]
pub enum Principal {
    /// The session of a signed-in user.
    Session(VerifiedSession),
    /// An API key of a user or an organization.
    ApiKey(Arc<MachineToken>),
    /// A machine-to-machine token.
    M2mToken(Arc<MachineToken>),
    /// An OAuth access token, with which an application acts on behalf of a user.
    OAuthToken(Arc<MachineToken>),
}

impl Principal {
    /// Returns `None` for a machine token whose type is that of sessions, which is never valid.
    pub(crate) fn from_machine_token(token: &Arc<MachineToken>) -> Option<Self> {
        let variant = match token.token_type {
            TokenType::SessionToken => return None,
            TokenType::ApiKey => Self::ApiKey,
            TokenType::M2mToken => Self::M2mToken,
            TokenType::OAuthToken => Self::OAuthToken,
        };
        Some(variant(Arc::clone(token)))
    }

    /// The type of the token.
    #[must_use]
    pub fn token_type(&self) -> TokenType {
        match self {
            Self::Session(_) => TokenType::SessionToken,
            Self::ApiKey(_) => TokenType::ApiKey,
            Self::M2mToken(_) => TokenType::M2mToken,
            Self::OAuthToken(_) => TokenType::OAuthToken,
        }
    }

    /// The ID of the caller: a user (`user_…`), an organization (`org_…`) or a machine (`mch_…`).
    #[must_use]
    pub fn subject(&self) -> &str {
        match self {
            Self::Session(session) => session.claims().user_id(),
            Self::ApiKey(token) | Self::M2mToken(token) | Self::OAuthToken(token) => &token.subject,
        }
    }

    /// The ID of the signed-in user, or of the user on whose behalf an API key or an OAuth
    /// application acts.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        match self.machine_token() {
            None => Some(self.subject()),
            Some(token) => token.user_id(),
        }
    }

    /// The ID of the session's active organization, or of the organization that an API key belongs
    /// to.
    #[must_use]
    pub fn organization_id(&self) -> Option<&str> {
        match self.machine_token() {
            None => self.claims()?.organization().map(ActiveOrganization::id),
            Some(token) => token.organization_id(),
        }
    }

    /// The ID of the machine that a machine-to-machine token was issued to.
    #[must_use]
    pub fn machine_id(&self) -> Option<&str> {
        self.machine_token()?.machine_id()
    }

    /// The scopes that the token was granted. Those of a machine-to-machine token are the IDs of the
    /// machines that it may be sent to. Sessions have no scopes.
    #[must_use]
    pub fn scopes(&self) -> &[String] {
        self.machine_token().map_or(&[], |token| &token.scopes)
    }

    /// The session, unless the caller is a machine.
    #[must_use]
    pub fn session(&self) -> Option<&VerifiedSession> {
        match self {
            Self::Session(session) => Some(session),
            _ => None,
        }
    }

    /// The claims of the session's token, unless the caller is a machine.
    #[must_use]
    pub fn claims(&self) -> Option<&SessionClaims> {
        self.session().map(VerifiedSession::claims)
    }

    /// The machine token, unless the caller is a user with a session.
    #[must_use]
    pub fn machine_token(&self) -> Option<&MachineToken> {
        match self {
            Self::Session(_) => None,
            Self::ApiKey(token) | Self::M2mToken(token) | Self::OAuthToken(token) => Some(token),
        }
    }
}

impl From<VerifiedSession> for Principal {
    fn from(session: VerifiedSession) -> Self {
        Self::Session(session)
    }
}

impl RequestState {
    /// The caller, if the request carries a valid token of any type. Sessions with pending tasks
    /// are included.
    #[must_use]
    pub fn principal(&self) -> Option<Principal> {
        match self {
            Self::SignedIn { session, .. } => Some(session.clone().into()),
            Self::Machine { machine_token } => Principal::from_machine_token(machine_token),
            _ => None,
        }
    }
}
