//! Beta operations on instance settings.

use super::settings::ChangeDomain;
use crate::api::{client::Client, error::Result, types::Patch};

/// Beta operations on instance settings, which Clerk may change at any time.
///
/// ```no_run
/// use axum_clerk::api::UpdateInstanceAuthConfig;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let settings = UpdateInstanceAuthConfig::default().from_email_address("hello");
/// println!("{:?}", clerk.beta_features().update_instance_settings(&settings).await?);
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/beta-features)
#[derive(Clone, Copy, Debug)]
pub struct BetaFeatures<'a>(pub(in crate::api) &'a Client);

impl BetaFeatures<'_> {
    /// Updates authentication settings of the instance.
    ///
    /// `PATCH /beta_features/instance_settings`
    pub async fn update_instance_settings(
        self,
        params: &UpdateInstanceAuthConfig,
    ) -> Result<InstanceAuthConfig> {
        self.0.patch("/beta_features/instance_settings", []).json(params).send().await
    }

    /// Changes the domain of a production instance.
    ///
    /// `PUT /beta_features/domain`
    #[deprecated = "use `instance_settings().change_domain`"]
    pub async fn update_production_instance_domain(self, params: &ChangeDomain) -> Result<()> {
        self.0.put("/beta_features/domain", []).json(params).send_raw().await.map(drop)
    }
}

params! {
    /// Parameters for [`BetaFeatures::update_instance_settings`].
    pub struct UpdateInstanceAuthConfig {
        /// Whether only identifiers on the allowlist can sign up.
        restricted_to_allowlist: bool,
        /// The local part of the address from which Clerk sends authentication emails: letters and
        /// digits only.
        from_email_address: Patch<String>,
        /// Whether progressive sign-up is enabled. Deprecated by Clerk.
        progressive_sign_up: bool,
        /// Whether test email addresses and phone numbers are accepted; enabled by default for
        /// development instances.
        test_mode: bool,
    }
}

model! {
    /// The authentication settings of an instance.
    #[serde(tag = "object", rename = "instance_settings")]
    pub struct InstanceAuthConfig {
        /// The instance's ID, `ins_…`.
        pub id: String,
        /// Whether only identifiers on the allowlist can sign up.
        pub restricted_to_allowlist: bool,
        /// The local part of the address from which Clerk sends authentication emails.
        pub from_email_address: String,
        /// Whether progressive sign-up is enabled. Deprecated by Clerk.
        pub progressive_sign_up: bool,
        /// Whether production emails use Clerk's legacy delivery path. Deprecated by Clerk.
        pub enhanced_email_deliverability: bool,
    }
}
