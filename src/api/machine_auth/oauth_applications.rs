//! OAuth applications, which let users sign in elsewhere with the instance.

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

/// OAuth applications, which let users sign in elsewhere with the instance.
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
/// println!("keep this: {}", wiki.client_secret.expect("a new application has its secret").expose());
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

    /// Streams OAuth applications, from all pages.
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

    /// Creates an OAuth application. It comes with its [`client_secret`](OAuthApplication::client_secret).
    ///
    /// `POST /oauth_applications`
    pub async fn create(self, params: &CreateOAuthApplication) -> Result<OAuthApplication> {
        self.0.post("/oauth_applications", []).json(params).send().await
    }

    /// Changes an OAuth application.
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

    /// Gives an OAuth application a logo.
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

    /// Revokes an opaque access token or a refresh token, and with it every token of the same grant. JWTs are
    /// valid until they expire.
    ///
    /// `POST /oauth_applications/{oauth_application_id}/revoke_token`
    pub async fn revoke_token(self, oauth_application_id: &str, token: &str) -> Result<()> {
        let path = "/oauth_applications/{oauth_application_id}/revoke_token";
        let body = json!({ "token": token });
        self.0.post(path, [oauth_application_id]).json(&body).send_raw().await.map(drop)
    }

    /// Gives an OAuth application another [`client_secret`](OAuthApplication::client_secret), with which it
    /// comes.
    ///
    /// `POST /oauth_applications/{oauth_application_id}/rotate_secret`
    pub async fn rotate_secret(self, oauth_application_id: &str) -> Result<OAuthApplication> {
        let path = "/oauth_applications/{oauth_application_id}/rotate_secret";
        self.0.post(path, [oauth_application_id]).send().await
    }
}

params! {
    /// Which OAuth applications [`OAuthApplications::list`] returns.
    pub struct ListOAuthApplications {
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
        /// `name` or `created_at`, with `-` before it to descend.
        order_by: String,
        /// Whose name contains this text, in either case, or whose `client_id` it is.
        name_query: String,
    }
}

params! {
    /// A new OAuth application, for [`OAuthApplications::create`].
    pub struct CreateOAuthApplication(
        /// Its name, at most 256 characters.
        name: String,
    ) {
        /// Where users may be sent back to, with any scheme.
        redirect_uris: [String],
        /// Where users are sent back to. Deprecated by Clerk in favor of `redirect_uris`.
        callback_url: String,
        /// What it may ask for, separated by spaces: `profile`, `email`, `public_metadata`,
        /// `private_metadata`. By default `profile email`.
        scopes: String,
        /// Whether users are asked for their consent, as by default.
        consent_screen_enabled: bool,
        /// Whether it has to use PKCE (RFC 7636).
        pkce_required: bool,
        /// Whether it is a public client, without a secret.
        public: bool,
    }
}

params! {
    /// What [`OAuthApplications::update`] changes.
    pub struct UpdateOAuthApplication {
        /// Its name, at most 256 characters.
        name: String,
        /// Where users may be sent back to, with any scheme.
        redirect_uris: [String],
        /// Where users are sent back to. Deprecated by Clerk in favor of `redirect_uris`.
        callback_url: String,
        /// What it may ask for, separated by spaces.
        scopes: String,
        /// Whether users are asked for their consent. They are always for one that registered itself.
        consent_screen_enabled: bool,
        /// Whether it has to use PKCE (RFC 7636).
        pkce_required: bool,
        /// Whether it is a public client, without a secret.
        public: bool,
    }
}

model! {
    /// An OAuth application.
    #[serde(tag = "object", rename = "oauth_application")]
    pub struct OAuthApplication {
        /// Its ID.
        pub id: String,
        /// The ID of the instance.
        pub instance_id: String,
        /// Its name.
        pub name: String,
        /// What it calls itself in OAuth.
        pub client_id: String,
        /// Its secret, when it is created or given another one; empty for a public client.
        pub client_secret: Option<Secret>,
        /// Its home page.
        pub client_uri: Option<String>,
        /// Its logo.
        pub client_image_url: Option<String>,
        /// Whether it registered itself (RFC 7591).
        pub dynamically_registered: bool,
        /// Whether users are asked for their consent.
        pub consent_screen_enabled: bool,
        /// Whether it has to use PKCE (RFC 7636).
        pub pkce_required: bool,
        /// Whether it is a public client, without a secret.
        pub public: bool,
        /// What it may ask for, separated by spaces.
        pub scopes: String,
        /// Where users may be sent back to.
        pub redirect_uris: Vec<String>,
        /// Where users are sent back to. Deprecated by Clerk in favor of
        /// [`redirect_uris`](Self::redirect_uris).
        pub callback_url: String,
        /// Where it sends users.
        pub authorize_url: String,
        /// Where it gets tokens.
        pub token_fetch_url: String,
        /// Where it gets what it may know of a user.
        pub user_info_url: String,
        /// Where it finds all of these URLs.
        pub discovery_url: String,
        /// Where it finds out whether a token is valid (RFC 7662).
        pub token_introspection_url: String,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}
