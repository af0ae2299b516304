//! The grants of OAuth applications, with their codes and tokens.

/// An authorization of an application by a user. Times are in milliseconds since the epoch.
#[derive(Clone)]
pub(in crate::emulator) struct OAuthGrant {
    pub(in crate::emulator) id: String,
    pub(in crate::emulator) client_id: String,
    pub(in crate::emulator) user_id: String,
    pub(in crate::emulator) scopes: Vec<String>,
    /// The organization that `user:org:read` discloses.
    pub(in crate::emulator) organization_id: Option<String>,
    /// The resources that the tokens are for (RFC 8707). If empty, tokens have no audience.
    pub(in crate::emulator) resources: Vec<String>,
    /// The nonce for the ID token.
    pub(in crate::emulator) nonce: Option<String>,
    /// The time when the user was last authenticated.
    pub(in crate::emulator) authenticated_at: i64,
    pub(in crate::emulator) is_revoked: bool,
}

/// An authorization code.
pub(in crate::emulator) struct AuthorizationCode {
    pub(in crate::emulator) grant_id: String,
    pub(in crate::emulator) redirect_uri: String,
    /// Whether the authorization request contained the redirect URI, so that the token request must
    /// repeat it.
    pub(in crate::emulator) is_redirect_uri_required: bool,
    /// The PKCE challenge of the method S256.
    pub(in crate::emulator) code_challenge: Option<String>,
    pub(in crate::emulator) expires_at: i64,
    pub(in crate::emulator) is_used: bool,
}

/// A refresh token, which can be used once.
pub(in crate::emulator) struct RefreshToken {
    pub(in crate::emulator) grant_id: String,
    pub(in crate::emulator) created_at: i64,
    pub(in crate::emulator) expires_at: i64,
    pub(in crate::emulator) is_used: bool,
}
