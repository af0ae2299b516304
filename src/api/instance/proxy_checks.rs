//! Checks of a proxy in front of the Frontend API.

use crate::{
    api::{client::Client, error::Result},
    timestamp::Timestamp,
};

/// Checks of a proxy in front of the Frontend API.
///
/// ```no_run
/// use axum_clerk::api::VerifyProxy;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let proxy = VerifyProxy::default().domain_id("dmn_1").proxy_url("https://example.com/__clerk");
/// let check = clerk.proxy_checks().verify(&proxy).await?;
/// println!("the proxy works: {}", check.successful);
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/proxy-checks)
#[derive(Clone, Copy, Debug)]
pub struct ProxyChecks<'a>(pub(in crate::api) &'a Client);

impl ProxyChecks<'_> {
    /// Has Clerk try a proxy, whether the domain uses it already or is about to. One that does not work is an
    /// [`ApiError`](crate::api::ApiError).
    ///
    /// `POST /proxy_checks`
    pub async fn verify(self, params: &VerifyProxy) -> Result<ProxyCheck> {
        self.0.post("/proxy_checks", []).json(params).idempotent().send().await
    }
}

params! {
    /// The proxy that [`ProxyChecks::verify`] tries.
    pub struct VerifyProxy {
        /// The ID of the domain.
        domain_id: String,
        /// The proxy's URL, such as `https://example.com/__clerk`.
        proxy_url: String,
    }
}

model! {
    /// What became of a check.
    #[serde(tag = "object", rename = "proxy_check")]
    pub struct ProxyCheck {
        /// Its ID.
        pub id: String,
        /// The ID of the domain.
        pub domain_id: String,
        /// When it last ran.
        pub last_run_at: Option<Timestamp>,
        /// The proxy's URL.
        pub proxy_url: String,
        /// Whether the proxy works.
        pub successful: bool,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}
