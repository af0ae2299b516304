//! Tokens for links to the admin portal.

use crate::{
    api::{
        client::Client,
        error::Result,
        types::{Revocation, Secret},
    },
    timestamp::Timestamp,
};

/// Tokens for links to the admin portal, where a customer's own administrator sets up enterprise sign-in.
///
/// ```no_run
/// use axum_clerk::api::{CreateAdminPortalLinkToken, Revocation};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let link = CreateAdminPortalLinkToken::default().organization_id("org_1").seconds_until_expiration(3600);
/// let link = clerk.admin_portal_link_tokens().create(&link).await?;
/// println!("{} {:?}", link.id, link.scopes);
///
/// let reason = Revocation::default().revocation_reason("sent to the wrong person");
/// clerk.admin_portal_link_tokens().revoke(&link.id, &reason).await?;
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/admin-portal-link-tokens)
#[derive(Clone, Copy, Debug)]
pub struct AdminPortalLinkTokens<'a>(pub(in crate::api) &'a Client);

impl AdminPortalLinkTokens<'_> {
    /// Creates a token.
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
    /// A new token, for [`AdminPortalLinkTokens::create`].
    pub struct CreateAdminPortalLinkToken {
        /// The ID of the organization that it is for.
        organization_id: String,
        /// The application's own ID of the administrator it is meant for.
        it_contact_id: String,
        /// What it may be used for.
        scopes: [String],
        /// How long it is valid, in seconds: up to 86,400, by default an hour.
        seconds_until_expiration: u32,
    }
}

model! {
    /// A token for a link to the admin portal.
    #[serde(tag = "object", rename = "admin_portal_link_token")]
    pub struct AdminPortalLinkToken {
        /// Its ID, `aplt_…`.
        pub id: String,
        /// The ID of the link that it is for, `apl_…`.
        pub admin_portal_link_id: String,
        /// The ID of the instance.
        pub instance_id: String,
        /// The ID of the organization that it is for.
        pub organization_id: Option<String>,
        /// The application's own ID of the administrator it is meant for.
        pub it_contact_id: Option<String>,
        /// What it may be used for.
        pub scopes: Option<Vec<String>>,
        /// The token, good for one use; only when it is created.
        pub token: Option<Secret>,
        /// Whether it was revoked.
        pub revoked: bool,
        /// Why it was revoked.
        pub revocation_reason: Option<String>,
        /// Whether it is past its end.
        pub expired: bool,
        /// When it expires.
        pub expiration: Option<Timestamp>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}
