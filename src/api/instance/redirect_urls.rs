//! Redirect URLs for native applications.

use serde_json::json;

use crate::{
    api::{
        client::Client,
        error::Result,
        transport::Items,
        types::{DeletedObject, OptionalPaging},
    },
    timestamp::Timestamp,
};

/// The URLs to which native applications can be redirected after an OAuth flow.
///
/// ```no_run
/// use axum_clerk::api::OptionalPaging;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// clerk.redirect_urls().create("my-app://signed-in").await?;
/// for redirect in clerk.redirect_urls().list(&OptionalPaging::default()).await? {
///     println!("{}", redirect.url);
/// }
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/redirect-urls)
#[derive(Clone, Copy, Debug)]
pub struct RedirectUrls<'a>(pub(in crate::api) &'a Client);

impl RedirectUrls<'_> {
    /// Lists redirect URLs.
    ///
    /// `GET /redirect_urls`
    pub async fn list(self, params: &OptionalPaging) -> Result<Vec<RedirectUrl>> {
        self.0.get("/redirect_urls", []).query(params).send_list().await
    }

    /// Streams redirect URLs from all pages.
    ///
    /// `GET /redirect_urls`
    pub fn stream(self, params: &OptionalPaging) -> Items<RedirectUrl> {
        self.0.get("/redirect_urls", []).query(&params.clone().paginated(true)).stream()
    }

    /// Gets a redirect URL.
    ///
    /// `GET /redirect_urls/{id}`
    pub async fn get(self, id: &str) -> Result<RedirectUrl> {
        self.0.get("/redirect_urls/{id}", [id]).send().await
    }

    /// Adds a redirect URL with the scheme `https` or a custom scheme, such as
    /// `my-app://oauth-callback`.
    ///
    /// `POST /redirect_urls`
    pub async fn create(self, url: &str) -> Result<RedirectUrl> {
        self.0.post("/redirect_urls", []).json(&json!({ "url": url })).send().await
    }

    /// Deletes a redirect URL.
    ///
    /// `DELETE /redirect_urls/{id}`
    pub async fn delete(self, id: &str) -> Result<DeletedObject> {
        self.0.delete("/redirect_urls/{id}", [id]).send().await
    }
}

model! {
    /// A URL to which native applications can be redirected after an OAuth flow.
    #[serde(tag = "object", rename = "redirect_url")]
    pub struct RedirectUrl {
        /// The ID of the redirect URL, `ru_…`.
        pub id: String,
        /// The URL.
        pub url: String,
        /// The time when the redirect URL was created.
        pub created_at: Timestamp,
        /// The time when the redirect URL was last updated.
        pub updated_at: Timestamp,
    }
}
