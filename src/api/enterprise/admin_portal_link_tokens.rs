//! Tokens for links to the admin portal.

use crate::{
    api::{
        client::Client,
        error::Result,
        types::{Revocation, Secret},
    },
    timestamp::Timestamp,
};

/// Tokens for links to the admin portal, where a customer's IT administrator sets up enterprise
/// sign-in.
///
/// ```no_run
/// use axum_clerk::api::{CreateAdminPortalLinkToken, Revocation};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let params = CreateAdminPortalLinkToken::default()
///     .organization_id("org_1")
///     .seconds_until_expiration(3600);
/// let token = clerk.admin_portal_link_tokens().create(&params).await?;
/// println!("{} {:?}", token.id, token.scopes);
///
/// let reason = Revocation::default().revocation_reason("sent to the wrong person");
/// clerk.admin_portal_link_tokens().revoke(&token.id, &reason).await?;
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/admin-portal-link-tokens)
#[derive(Clone, Copy, Debug)]
pub struct AdminPortalLinkTokens<'a>(pub(in crate::api) &'a Client);

impl AdminPortalLinkTokens<'_> {
    /// Creates a token. The [`token`](AdminPortalLinkToken::token) field is only present in this
    /// response.
    ///
    /// `POST /admin_portal_link_tokens`
    pub async fn create(self, params: &CreateAdminPortalLinkToken) -> Result<AdminPortalLinkToken> {
        self.0.post("/admin_portal_link_tokens", []).json(params).send().await
    }

    /// Revokes a token.
    ///
    /// `POST /admin_portal_link_tokens/{adminPortalLinkTokenID}/revoke`
    pub async fn revoke(self, token_id: &str, params: &Revocation) -> Result<AdminPortalLinkToken> {
        let path = "/admin_portal_link_tokens/{adminPortalLinkTokenID}/revoke";
        self.0.post(path, [token_id]).json(params).send().await
    }
}

params! {
    /// Parameters for [`AdminPortalLinkTokens::create`].
    pub struct CreateAdminPortalLinkToken {
        /// The ID of the organization that the token is for.
        organization_id: String,
        /// Your application's ID for the administrator whom the token is for.
        it_contact_id: String,
        /// The token's scopes.
        scopes: [String],
        /// The token's lifetime in seconds: up to 86,400, 3,600 by default.
        seconds_until_expiration: u32,
    }
}

model! {
    /// A token for a link to the admin portal.
    #[serde(tag = "object", rename = "admin_portal_link_token")]
    pub struct AdminPortalLinkToken {
        /// The token's ID, `aplt_…`.
        pub id: String,
        /// The ID of the link that the token is for, `apl_…`.
        pub admin_portal_link_id: String,
        /// The instance's ID.
        pub instance_id: String,
        /// The ID of the organization that the token is for.
        pub organization_id: Option<String>,
        /// Your application's ID for the administrator whom the token is for.
        pub it_contact_id: Option<String>,
        /// The token's scopes.
        pub scopes: Option<Vec<String>>,
        /// The token itself, which can be used once. Only present when the token is created.
        pub token: Option<Secret>,
        /// Whether the token was revoked.
        pub revoked: bool,
        /// The reason why the token was revoked.
        pub revocation_reason: Option<String>,
        /// Whether the token has expired.
        pub expired: bool,
        /// The time when the token expires.
        pub expiration: Option<Timestamp>,
        /// The time when the token was created.
        pub created_at: Timestamp,
        /// The time when the token was last updated.
        pub updated_at: Timestamp,
    }
}
