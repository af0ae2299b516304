//! OAuth applications, which use the instance as an identity provider.

use serde_json::json;

use crate::{
    api::{
        client::Client,
        error::Result,
        transport::{Items, Upload},
        types::{DeletedObject, Page, Secret, UploadLogo},
    },
    timestamp::Timestamp,
};

/// OAuth applications, which let users sign in to other services with their account at the
/// instance.
///
/// ```no_run
/// use axum_clerk::api::CreateOAuthApplication;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let wiki = CreateOAuthApplication::new("Wiki")
///     .redirect_uris(["https://wiki.example.com/callback"])
///     .scopes("profile email");
/// let wiki = clerk.oauth_applications().create(&wiki).await?;
/// println!("{} {}", wiki.client_id, wiki.discovery_url);
/// let secret = wiki.client_secret.expect("present when the application is created");
/// println!("store this secret: {}", secret.expose());
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/oauth-applications)
#[derive(Clone, Copy, Debug)]
pub struct OAuthApplications<'a>(pub(in crate::api) &'a Client);

impl OAuthApplications<'_> {
    /// Lists OAuth applications.
    ///
    /// `GET /oauth_applications`
    pub async fn list(self, params: &ListOAuthApplications) -> Result<Page<OAuthApplication>> {
        self.0.get("/oauth_applications", []).query(params).send().await
    }

    /// Streams OAuth applications from all pages.
    ///
    /// `GET /oauth_applications`
    pub fn stream(self, params: &ListOAuthApplications) -> Items<OAuthApplication> {
        self.0.get("/oauth_applications", []).query(params).stream()
    }

    /// Gets an OAuth application.
    ///
    /// `GET /oauth_applications/{oauth_application_id}`
    pub async fn get(self, oauth_application_id: &str) -> Result<OAuthApplication> {
        self.0
            .get("/oauth_applications/{oauth_application_id}", [oauth_application_id])
            .send()
            .await
    }

    /// Creates an OAuth application. The response contains its
    /// [`client_secret`](OAuthApplication::client_secret).
    ///
    /// `POST /oauth_applications`
    pub async fn create(self, params: &CreateOAuthApplication) -> Result<OAuthApplication> {
        self.0.post("/oauth_applications", []).json(params).send().await
    }

    /// Updates an OAuth application.
    ///
    /// `PATCH /oauth_applications/{oauth_application_id}`
    pub async fn update(
        self,
        oauth_application_id: &str,
        params: &UpdateOAuthApplication,
    ) -> Result<OAuthApplication> {
        let path = "/oauth_applications/{oauth_application_id}";
        self.0.patch(path, [oauth_application_id]).json(params).send().await
    }

    /// Deletes an OAuth application.
    ///
    /// `DELETE /oauth_applications/{oauth_application_id}`
    pub async fn delete(self, oauth_application_id: &str) -> Result<DeletedObject> {
        self.0
            .delete("/oauth_applications/{oauth_application_id}", [oauth_application_id])
            .send()
            .await
    }

    /// Sets the logo of an OAuth application, replacing the current logo, if any.
    ///
    /// `PUT /oauth_applications/{oauth_application_id}/logo`
    pub async fn upload_logo(
        self,
        oauth_application_id: &str,
        logo: Upload,
        params: &UploadLogo,
    ) -> Result<OAuthApplication> {
        let uploader = params.uploader_user_id.as_deref().map(|id| ("uploader_user_id", id));
        let path = "/oauth_applications/{oauth_application_id}/logo";
        self.0.put(path, [oauth_application_id]).upload(logo, uploader).send().await
    }

    /// Revokes an opaque access token or a refresh token along with all other tokens of the same
    /// grant. JWTs cannot be revoked and remain valid until they expire.
    ///
    /// `POST /oauth_applications/{oauth_application_id}/revoke_token`
    pub async fn revoke_token(self, oauth_application_id: &str, token: &str) -> Result<()> {
        let path = "/oauth_applications/{oauth_application_id}/revoke_token";
        let body = json!({ "token": token });
        self.0.post(path, [oauth_application_id]).json(&body).send_raw().await.map(drop)
    }

    /// Replaces the client secret of an OAuth application. The response contains the new
    /// [`client_secret`](OAuthApplication::client_secret).
    ///
    /// `POST /oauth_applications/{oauth_application_id}/rotate_secret`
    pub async fn rotate_secret(self, oauth_application_id: &str) -> Result<OAuthApplication> {
        let path = "/oauth_applications/{oauth_application_id}/rotate_secret";
        self.0.post(path, [oauth_application_id]).send().await
    }
}

params! {
    /// Parameters for [`OAuthApplications::list`].
    pub struct ListOAuthApplications {
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
        /// The field to sort by, `name` or `created_at`. A leading `-` sorts in descending order.
        order_by: String,
        /// Only applications whose name contains this string, ignoring case, or whose `client_id`
        /// equals it.
        name_query: String,
    }
}

params! {
    /// Parameters for [`OAuthApplications::create`].
    pub struct CreateOAuthApplication(
        /// The application's name, at most 256 characters.
        name: String,
    ) {
        /// The redirect URIs, with any scheme.
        redirect_uris: [String],
        /// The redirect URI. Deprecated by Clerk in favor of `redirect_uris`.
        callback_url: String,
        /// The scopes that the application can request, separated by spaces: `profile`, `email`,
        /// `public_metadata` and `private_metadata`. The default is `profile email`.
        scopes: String,
        /// Whether users are asked for their consent; `true` by default.
        consent_screen_enabled: bool,
        /// Whether the application must use PKCE (RFC 7636).
        pkce_required: bool,
        /// Whether the application is a public client, which has no secret.
        public: bool,
    }
}

params! {
    /// Parameters for [`OAuthApplications::update`]. Unset fields are left unchanged.
    pub struct UpdateOAuthApplication {
        /// The application's name, at most 256 characters.
        name: String,
        /// The redirect URIs, with any scheme.
        redirect_uris: [String],
        /// The redirect URI. Deprecated by Clerk in favor of `redirect_uris`.
        callback_url: String,
        /// The scopes that the application can request, separated by spaces.
        scopes: String,
        /// Whether users are asked for their consent. Cannot be disabled for dynamically registered
        /// applications.
        consent_screen_enabled: bool,
        /// Whether the application must use PKCE (RFC 7636).
        pkce_required: bool,
        /// Whether the application is a public client, which has no secret.
        public: bool,
    }
}

model! {
    /// An OAuth application.
    #[serde(tag = "object", rename = "oauth_application")]
    pub struct OAuthApplication {
        /// The application's ID.
        pub id: String,
        /// The instance's ID.
        pub instance_id: String,
        /// The application's name.
        pub name: String,
        /// The application's client ID.
        pub client_id: String,
        /// The client secret. Only present when the application is created or its secret is
        /// rotated; empty for public clients.
        pub client_secret: Option<Secret>,
        /// The URL of the application's home page.
        pub client_uri: Option<String>,
        /// The URL of the application's logo.
        pub client_image_url: Option<String>,
        /// Whether the application was registered dynamically (RFC 7591).
        pub dynamically_registered: bool,
        /// Whether users are asked for their consent.
        pub consent_screen_enabled: bool,
        /// Whether the application must use PKCE (RFC 7636).
        pub pkce_required: bool,
        /// Whether the application is a public client, which has no secret.
        pub public: bool,
        /// The scopes that the application can request, separated by spaces.
        pub scopes: String,
        /// The redirect URIs.
        pub redirect_uris: Vec<String>,
        /// The redirect URI. Deprecated by Clerk in favor of
        /// [`redirect_uris`](Self::redirect_uris).
        pub callback_url: String,
        /// The URL of the authorization endpoint.
        pub authorize_url: String,
        /// The URL of the token endpoint.
        pub token_fetch_url: String,
        /// The URL of the user info endpoint.
        pub user_info_url: String,
        /// The URL of the discovery document, which lists the endpoints.
        pub discovery_url: String,
        /// The URL of the token introspection endpoint (RFC 7662).
        pub token_introspection_url: String,
        /// The time when the application was created.
        pub created_at: Timestamp,
        /// The time when the application was last updated.
        pub updated_at: Timestamp,
    }
}
