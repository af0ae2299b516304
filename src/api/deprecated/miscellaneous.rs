//! Operations that belong to no other resource.

use http::{HeaderValue, header::ACCEPT};

use crate::api::{client::Client, error::Result};

/// Operations that belong to no other resource.
///
/// ```no_run
/// use axum_clerk::api::GetInterstitial;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let page = GetInterstitial::default().publishable_key("pk_test_…");
/// println!("{}", clerk.miscellaneous().get_public_interstitial(&page).await?);
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/miscellaneous)
#[derive(Clone, Copy, Debug)]
pub struct Miscellaneous<'a>(pub(in crate::api) &'a Client);

impl Miscellaneous<'_> {
    /// Gets the interstitial page: HTML that loads clerk-js to determine whether the user is signed
    /// in. It has been superseded by handshakes.
    ///
    /// `GET /public/interstitial`
    pub async fn get_public_interstitial(self, params: &GetInterstitial) -> Result<String> {
        let request = self.0.get("/public/interstitial", []).query(params);
        let html = request.header(ACCEPT, HeaderValue::from_static("text/html")).send_raw().await?;
        Ok(String::from_utf8_lossy(html.body()).into_owned())
    }
}

params! {
    /// Parameters for [`Miscellaneous::get_public_interstitial`].
    pub struct GetInterstitial {
        /// The host of the instance's Frontend API. Deprecated by Clerk in favor of `frontend_api`.
        #[serde(rename = "frontendApi")]
        old_frontend_api: String,
        /// The host of the instance's Frontend API.
        frontend_api: String,
        /// The instance's publishable key.
        publishable_key: String,
        /// The URL of a proxy for the Frontend API.
        proxy_url: String,
        /// The domain, if it is a satellite.
        domain: String,
        /// The URL of the sign-in page.
        sign_in_url: String,
        /// Whether clerk-js is loaded from the domain.
        use_domain_for_script: bool,
    }
}
