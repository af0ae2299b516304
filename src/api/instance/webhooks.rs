//! The Svix application that delivers webhooks.

use crate::api::{client::Client, error::Result, types::Secret};

/// The Svix application that delivers the instance's webhooks.
///
/// ```no_run
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let dashboard = clerk.webhooks().generate_svix_auth_url().await?;
/// println!("manage endpoints at {}", dashboard.svix_url.expose());
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/webhooks)
#[derive(Clone, Copy, Debug)]
pub struct Webhooks<'a>(pub(in crate::api) &'a Client);

impl Webhooks<'_> {
    /// Creates the Svix application.
    ///
    /// `POST /webhooks/svix`
    pub async fn create_svix_app(self) -> Result<SvixUrl> {
        self.0.post("/webhooks/svix", []).send().await
    }

    /// Deletes the Svix application with all of its endpoints.
    ///
    /// `DELETE /webhooks/svix`
    pub async fn delete_svix_app(self) -> Result<()> {
        self.0.delete("/webhooks/svix", []).send_raw().await.map(drop)
    }

    /// Generates a URL that opens the Svix dashboard.
    ///
    /// `POST /webhooks/svix_url`
    pub async fn generate_svix_auth_url(self) -> Result<SvixUrl> {
        self.0.post("/webhooks/svix_url", []).send().await
    }
}

model! {
    /// A URL that opens the Svix dashboard.
    pub struct SvixUrl {
        /// The URL. It signs in anyone who opens it.
        pub svix_url: Secret,
    }
}
