//! Settings whose operations Clerk may still change.

use super::settings::ChangeDomain;
use crate::api::{client::Client, error::Result, types::Patch};

/// Settings of the instance whose operations Clerk may still change.
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
    /// Changes settings of the instance.
    ///
    /// `PATCH /beta_features/instance_settings`
    pub async fn update_instance_settings(
        self,
        params: &UpdateInstanceAuthConfig,
    ) -> Result<InstanceAuthConfig> {
        self.0.patch("/beta_features/instance_settings", []).json(params).send().await
    }

    /// Moves a production instance to another domain.
    ///
    /// `PUT /beta_features/domain`
    #[deprecated = "use `instance_settings().change_domain`"]
    pub async fn update_production_instance_domain(self, params: &ChangeDomain) -> Result<()> {
        self.0.put("/beta_features/domain", []).json(params).send_raw().await.map(drop)
    }
}

params! {
    /// What [`BetaFeatures::update_instance_settings`] changes.
    pub struct UpdateInstanceAuthConfig {
        /// Whether only identifiers on the allowlist may sign up.
        restricted_to_allowlist: bool,
        /// What stands before the `@` of the address that Clerk's emails come from: letters and digits.
        from_email_address: Patch<String>,
        /// Whether a sign-up may leave things out until later. Deprecated by Clerk.
        progressive_sign_up: bool,
        /// Whether test email addresses and phone numbers work; by default only in development.
        test_mode: bool,
    }
}

model! {
    /// Settings of the instance.
    #[serde(tag = "object", rename = "instance_settings")]
    pub struct InstanceAuthConfig {
        /// The ID of the instance.
        pub id: String,
        /// Whether only identifiers on the allowlist may sign up.
        pub restricted_to_allowlist: bool,
        /// What stands before the `@` of the address that Clerk's emails come from.
        pub from_email_address: String,
        /// Whether a sign-up may leave things out until later.
        pub progressive_sign_up: bool,
        /// Whether Clerk's emails take an older way. Deprecated by Clerk.
        pub enhanced_email_deliverability: bool,
    }
}
