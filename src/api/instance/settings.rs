//! The settings of the instance.

use crate::api::{client::Client, error::Result, organizations::EnrollmentMode, types::Patch};

/// The settings of the instance to which the secret key belongs.
///
/// ```no_run
/// use axum_clerk::api::{UpdateInstance, UpdateOrganizationSettings};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// println!("environment: {}", clerk.instance_settings().get().await?.environment_type);
///
/// let settings = UpdateInstance::default().support_email("help@example.com");
/// clerk.instance_settings().update(&settings).await?;
///
/// let settings = UpdateOrganizationSettings::default().max_allowed_memberships(5);
/// clerk.instance_settings().update_organization_settings(&settings).await?;
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/instance-settings)
#[derive(Clone, Copy, Debug)]
pub struct InstanceSettings<'a>(pub(in crate::api) &'a Client);

impl InstanceSettings<'_> {
    /// Gets the instance.
    ///
    /// `GET /instance`
    pub async fn get(self) -> Result<Instance> {
        self.0.get("/instance", []).send().await
    }

    /// Updates general settings of the instance.
    ///
    /// `PATCH /instance`
    pub async fn update(self, params: &UpdateInstance) -> Result<()> {
        self.0.patch("/instance", []).json(params).send_raw().await.map(drop)
    }

    /// Changes the domain of a production instance. This signs out all users and causes downtime
    /// until the DNS records, certificates and keys are updated.
    ///
    /// `POST /instance/change_domain`
    pub async fn change_domain(self, params: &ChangeDomain) -> Result<()> {
        self.0.post("/instance/change_domain", []).json(params).send_raw().await.map(drop)
    }

    /// Gets the communication settings: the countries to which Clerk sends no text messages.
    ///
    /// `GET /instance/communication`
    pub async fn get_communication(self) -> Result<InstanceCommunication> {
        self.0.get("/instance/communication", []).send().await
    }

    /// Updates the communication settings: the countries to which Clerk sends no text messages.
    ///
    /// `PATCH /instance/communication`
    pub async fn update_communication(
        self,
        params: &UpdateInstanceCommunication,
    ) -> Result<InstanceCommunication> {
        self.0.patch("/instance/communication", []).json(params).send().await
    }

    /// Gets the settings for OAuth applications.
    ///
    /// `GET /instance/oauth_application_settings`
    pub async fn get_oauth_application_settings(self) -> Result<OAuthApplicationSettings> {
        self.0.get("/instance/oauth_application_settings", []).send().await
    }

    /// Updates the settings for OAuth applications.
    ///
    /// `PATCH /instance/oauth_application_settings`
    pub async fn update_oauth_application_settings(
        self,
        params: &UpdateOAuthApplicationSettings,
    ) -> Result<OAuthApplicationSettings> {
        self.0.patch("/instance/oauth_application_settings", []).json(params).send().await
    }

    /// Gets the organization settings.
    ///
    /// `GET /instance/organization_settings`
    pub async fn get_organization_settings(self) -> Result<OrganizationSettings> {
        self.0.get("/instance/organization_settings", []).send().await
    }

    /// Updates the organization settings.
    ///
    /// `PATCH /instance/organization_settings`
    pub async fn update_organization_settings(
        self,
        params: &UpdateOrganizationSettings,
    ) -> Result<OrganizationSettings> {
        self.0.patch("/instance/organization_settings", []).json(params).send().await
    }

    /// Gets the settings that protect the instance against bots and abuse.
    ///
    /// `GET /instance/protect`
    pub async fn get_protect(self) -> Result<InstanceProtect> {
        self.0.get("/instance/protect", []).send().await
    }

    /// Updates the settings that protect the instance against bots and abuse.
    ///
    /// `PATCH /instance/protect`
    pub async fn update_protect(self, params: &UpdateInstanceProtect) -> Result<InstanceProtect> {
        self.0.patch("/instance/protect", []).json(params).send().await
    }

    /// Updates the restrictions on signing up and signing in.
    ///
    /// `PATCH /instance/restrictions`
    pub async fn update_restrictions(
        self,
        params: &UpdateInstanceRestrictions,
    ) -> Result<InstanceRestrictions> {
        self.0.patch("/instance/restrictions", []).json(params).send().await
    }
}

params! {
    /// Parameters for [`InstanceSettings::update`].
    pub struct UpdateInstance {
        /// Whether test email addresses and phone numbers are accepted; enabled by default for
        /// development instances.
        test_mode: bool,
        /// Whether passwords are checked against Have I Been Pwned.
        hibp: bool,
        /// The support email address shown to users.
        support_email: Patch<String>,
        /// The version of clerk-js to serve.
        clerk_js_version: Patch<String>,
        /// The origin of the application in development.
        development_origin: Patch<String>,
        /// The origins of browser extensions and browser-like applications that can use the
        /// Frontend API.
        allowed_origins: [String],
        /// Whether development works without third-party cookies. Deprecated by Clerk in favor of
        /// `url_based_session_syncing`.
        cookieless_dev: bool,
        /// Whether development synchronizes sessions through URLs instead of third-party cookies.
        url_based_session_syncing: bool,
        /// The sign-in strategy that Clerk's components show first if the instance requires a
        /// password.
        preferred_sign_in_strategy_when_password_required: PreferredSignInStrategy,
    }
}

params! {
    /// Parameters for [`InstanceSettings::change_domain`].
    pub struct ChangeDomain {
        /// The new URL of the application, such as `https://www.example.com`.
        home_url: String,
        /// Whether the domain belongs to a secondary application on the same root domain, which
        /// makes its subdomain significant.
        is_secondary: bool,
    }
}

params! {
    /// Parameters for [`InstanceSettings::update_communication`].
    pub struct UpdateInstanceCommunication {
        /// The countries to which no text messages are sent, as uppercase ISO 3166-1 alpha-2 codes,
        /// up to 250. The list replaces the previous one. Clerk ignores unrecognized codes.
        blocked_country_codes: [String],
    }
}

params! {
    /// Parameters for [`InstanceSettings::update_oauth_application_settings`].
    pub struct UpdateOAuthApplicationSettings {
        /// Whether applications can register themselves (RFC 7591).
        dynamic_oauth_client_registration: bool,
        /// The scopes of applications that specify none. Clear them to restore Clerk's defaults.
        default_scopes: Patch<[String]>,
        /// Whether access tokens are JWTs instead of opaque tokens.
        oauth_jwt_access_tokens: bool,
        /// Whether the instance advertises support for client ID metadata documents.
        client_id_metadata_documents_advertised: bool,
        /// Whether unknown clients with a client ID metadata document are rejected. Clients that
        /// are already known remain accepted.
        client_id_metadata_documents_only_allow_pre_registered_clients: bool,
        /// Whether clients with a client ID metadata document are rejected if they are known but
        /// were never explicitly allowed.
        client_id_metadata_documents_block_implicitly_allowed_clients: bool,
    }
}

params! {
    /// Parameters for [`InstanceSettings::update_organization_settings`].
    pub struct UpdateOrganizationSettings {
        /// Whether organizations are enabled.
        enabled: bool,
        /// The maximum number of members per organization; 0 means no limit.
        max_allowed_memberships: u64,
        /// Whether administrators can delete their organization.
        admin_delete_enabled: bool,
        /// Whether organizations can have domains.
        domains_enabled: bool,
        /// Whether organization slugs are disabled.
        slug_disabled: bool,
        /// The enrollment modes that organization domains can use.
        domains_enrollment_modes: [EnrollmentMode],
        /// The ID of the role assigned to users who create an organization.
        creator_role_id: String,
        /// The ID of the role assigned to users who join through a domain.
        domains_default_role_id: String,
    }
}

params! {
    /// Parameters for [`InstanceSettings::update_protect`].
    pub struct UpdateInstanceProtect {
        /// Whether custom rules are enabled.
        rules_enabled: bool,
        /// Whether Clerk's bot detection is enabled.
        specter_enabled: bool,
    }
}

params! {
    /// Parameters for [`InstanceSettings::update_restrictions`].
    pub struct UpdateInstanceRestrictions {
        /// Whether only identifiers on the allowlist can sign up.
        allowlist: bool,
        /// Whether identifiers on the blocklist are prevented from signing up.
        blocklist: bool,
        /// Whether the allowlist and the blocklist are only enforced for sign-ups, not for
        /// sign-ins.
        allowlist_blocklist_disabled_on_sign_in: bool,
        /// Whether email addresses with `+`, `=` or `#` in the local part are prevented from
        /// signing up.
        block_email_subaddresses: bool,
        /// Whether email addresses of disposable domains are prevented from signing up.
        block_disposable_email_domains: bool,
    }
}

open_enum! {
    /// The sign-in strategy to show first.
    pub enum PreferredSignInStrategy {
        /// A password.
        Password = "password",
        /// A one-time code.
        Otp = "otp",
        /// Clerk's default.
        Unset = "",
    }
}

model! {
    /// An instance.
    #[serde(tag = "object", rename = "instance")]
    pub struct Instance {
        /// The instance's ID, `ins_…`.
        pub id: String,
        /// The type of environment, `development` or `production`.
        pub environment_type: String,
        /// The origins of browser extensions and browser-like applications that can use the
        /// Frontend API.
        pub allowed_origins: Option<Vec<String>>,
        /// The ID of the workspace that owns the application; `None` if it has no owner.
        pub workspace_id: Option<String>,
    }
}

model! {
    /// The communication settings of an instance.
    #[serde(tag = "object", rename = "instance_communication")]
    pub struct InstanceCommunication {
        /// The countries to which no text messages are sent, as ISO 3166-1 alpha-2 codes.
        pub blocked_country_codes: Vec<String>,
    }
}

model! {
    /// The settings for OAuth applications.
    #[serde(tag = "object", rename = "oauth_application_settings")]
    pub struct OAuthApplicationSettings {
        /// Whether applications can register themselves (RFC 7591).
        pub dynamic_oauth_client_registration: bool,
        /// The scopes of applications that specify none; `None` for Clerk's defaults.
        pub default_scopes: Option<Vec<String>>,
        /// Whether access tokens are JWTs instead of opaque tokens.
        pub oauth_jwt_access_tokens: bool,
        /// Whether the instance advertises support for client ID metadata documents.
        pub client_id_metadata_documents_advertised: bool,
        /// Whether unknown clients with a client ID metadata document are rejected. Clients that
        /// are already known remain accepted.
        pub client_id_metadata_documents_only_allow_pre_registered_clients: bool,
        /// Whether clients with a client ID metadata document are rejected if they are known but
        /// were never explicitly allowed.
        pub client_id_metadata_documents_block_implicitly_allowed_clients: bool,
    }
}

model! {
    /// The organization settings of an instance.
    #[serde(tag = "object", rename = "organization_settings")]
    pub struct OrganizationSettings {
        /// Whether organizations are enabled.
        pub enabled: bool,
        /// The maximum number of members per organization; 0 means no limit.
        pub max_allowed_memberships: u64,
        /// The maximum number of roles.
        pub max_allowed_roles: u64,
        /// The maximum number of role sets.
        pub max_role_sets_allowed: u64,
        /// The maximum number of domains per organization.
        pub max_allowed_domains: u64,
        /// No longer has any effect: the number of permissions is unlimited.
        pub max_allowed_permissions: Option<u64>,
        /// The key of the role assigned to users who create an organization.
        pub creator_role: String,
        /// Whether administrators can delete their organization.
        pub admin_delete_enabled: bool,
        /// Whether organizations can have domains.
        pub domains_enabled: bool,
        /// Whether organization slugs are disabled.
        pub slug_disabled: bool,
        /// The enrollment modes that organization domains can use.
        pub domains_enrollment_modes: Vec<EnrollmentMode>,
        /// The key of the role assigned to users who join through a domain.
        pub domains_default_role: String,
        /// The key of the role set assigned to new organizations.
        pub initial_role_set_key: Option<String>,
    }
}

model! {
    /// The settings that protect an instance against bots and abuse.
    #[serde(tag = "object", rename = "instance_protect")]
    pub struct InstanceProtect {
        /// Whether custom rules are enabled.
        pub rules_enabled: bool,
        /// Whether Clerk's bot detection is enabled.
        pub specter_enabled: bool,
        /// Whether the prerequisite checks are skipped because the instance is declared to pass
        /// them.
        pub checks_bypassed: bool,
    }
}

model! {
    /// The restrictions on signing up and signing in.
    #[serde(tag = "object", rename = "instance_restrictions")]
    pub struct InstanceRestrictions {
        /// Whether only identifiers on the allowlist can sign up.
        pub allowlist: bool,
        /// Whether identifiers on the blocklist are prevented from signing up.
        pub blocklist: bool,
        /// Whether the allowlist and the blocklist are only enforced for sign-ups, not for
        /// sign-ins.
        pub allowlist_blocklist_disabled_on_sign_in: bool,
        /// Whether email addresses with `+`, `=` or `#` in the local part are prevented from
        /// signing up.
        pub block_email_subaddresses: bool,
        /// Whether email addresses of disposable domains are prevented from signing up.
        pub block_disposable_email_domains: bool,
    }
}
