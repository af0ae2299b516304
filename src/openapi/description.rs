//! The authentication-related parts of OpenAPI documents.

/// The name of the security scheme for a token in the `Authorization` header: a session token, an
/// API key, a machine-to-machine token or an OAuth access token.
pub const BEARER: &str = "clerk_bearer";

/// The name of the security scheme for the session cookie of browsers.
pub const COOKIE: &str = "clerk_cookie";

/// The name of the security scheme for clients that obtain an OAuth access token from Clerk.
pub const OAUTH2: &str = "clerk_oauth2";

pub(super) const BEARER_DESCRIPTION: &str =
    "A Clerk session token, or a machine token, in the Authorization header.";
pub(super) const COOKIE_NAME: &str = "__session";
pub(super) const COOKIE_DESCRIPTION: &str = "The Clerk session cookie of a signed-in browser.";
pub(super) const OAUTH2_DESCRIPTION: &str = "An OAuth access token from Clerk.";

pub(super) const UNAUTHENTICATED: &str = "The request is unauthenticated.";
pub(super) const FORBIDDEN: &str = "The request is authenticated, but lacks what this requires.";

/// The scopes of an OAuth application at Clerk.
pub(super) const SCOPES: [(&str, &str); 4] = [
    ("openid", "An ID token"),
    ("profile", "The user's name and picture"),
    ("email", "The user's email address"),
    ("offline_access", "A refresh token"),
];

/// Returns the JSON schema of a rejection's body.
pub(super) fn rejection_schema() -> serde_json::Value {
    serde_json::json!({
        "type": "object",
        "properties": {
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "code": { "type": "string" },
                        "message": { "type": "string" },
                    },
                    "required": ["code", "message"],
                },
            },
        },
    })
}
