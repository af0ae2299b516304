//! Proxy checks.

use crate::{
    api::{client::Client, error::Result},
    timestamp::Timestamp,
};

/// Checks of proxies in front of the Frontend API.
///
/// ```no_run
/// use axum_clerk::api::VerifyProxy;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let proxy = VerifyProxy::default().domain_id("dmn_1").proxy_url("https://example.com/__clerk");
/// let check = clerk.proxy_checks().verify(&proxy).await?;
/// println!("proxy works: {}", check.successful);
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/proxy-checks)
#[derive(Clone, Copy, Debug)]
pub struct ProxyChecks<'a>(pub(in crate::api) &'a Client);

impl ProxyChecks<'_> {
    /// Checks that a proxy reaches the Frontend API. The domain does not have to use the proxy yet.
    /// Fails with an [`ApiError`](crate::api::ApiError) if the proxy does not work.
    ///
    /// `POST /proxy_checks`
    pub async fn verify(self, params: &VerifyProxy) -> Result<ProxyCheck> {
        self.0.post("/proxy_checks", []).json(params).idempotent().send().await
    }
}

params! {
    /// Parameters for [`ProxyChecks::verify`].
    pub struct VerifyProxy {
        /// The ID of the domain.
        domain_id: String,
        /// The URL of the proxy, such as `https://example.com/__clerk`.
        proxy_url: String,
    }
}

model! {
    /// The result of a proxy check.
    #[serde(tag = "object", rename = "proxy_check")]
    pub struct ProxyCheck {
        /// The ID of the check.
        pub id: String,
        /// The ID of the domain.
        pub domain_id: String,
        /// The time when the check last ran.
        pub last_run_at: Option<Timestamp>,
        /// The URL of the proxy.
        pub proxy_url: String,
        /// Whether the proxy works.
        pub successful: bool,
        /// The time when the check was created.
        pub created_at: Timestamp,
        /// The time when the check was last updated.
        pub updated_at: Timestamp,
    }
}
