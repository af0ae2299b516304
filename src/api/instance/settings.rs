//! The settings of the instance.

use crate::api::{client::Client, error::Result, organizations::EnrollmentMode, types::Patch};

/// The settings of the instance that the secret key belongs to.
///
/// ```no_run
/// use axum_clerk::api::{UpdateInstance, UpdateOrganizationSettings};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// println!("an instance for {}", clerk.instance_settings().get().await?.environment_type);
/// clerk.instance_settings().update(&UpdateInstance::default().support_email("help@example.com")).await?;
///
/// let small = UpdateOrganizationSettings::default().max_allowed_memberships(5u64);
/// clerk.instance_settings().update_organization_settings(&small).await?;
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

    /// Changes settings of the instance.
    ///
    /// `PATCH /instance`
    pub async fn update(self, params: &UpdateInstance) -> Result<()> {
        self.0.patch("/instance", []).json(params).send_raw().await.map(drop)
    }

    /// Moves a production instance to another domain. Every user is signed out, and nobody can sign in until
    /// DNS records, certificates and keys have followed.
    ///
    /// `POST /instance/change_domain`
    pub async fn change_domain(self, params: &ChangeDomain) -> Result<()> {
        self.0.post("/instance/change_domain", []).json(params).send_raw().await.map(drop)
    }

    /// Gets where Clerk sends no text messages.
    ///
    /// `GET /instance/communication`
    pub async fn get_communication(self) -> Result<InstanceCommunication> {
        self.0.get("/instance/communication", []).send().await
    }

    /// Changes where Clerk sends no text messages.
    ///
    /// `PATCH /instance/communication`
    pub async fn update_communication(
        self,
        params: &UpdateInstanceCommunication,
    ) -> Result<InstanceCommunication> {
        self.0.patch("/instance/communication", []).json(params).send().await
    }

    /// Gets how the instance serves OAuth applications.
    ///
    /// `GET /instance/oauth_application_settings`
    pub async fn get_oauth_application_settings(self) -> Result<OAuthApplicationSettings> {
        self.0.get("/instance/oauth_application_settings", []).send().await
    }

    /// Changes how the instance serves OAuth applications.
    ///
    /// `PATCH /instance/oauth_application_settings`
    pub async fn update_oauth_application_settings(
        self,
        params: &UpdateOAuthApplicationSettings,
    ) -> Result<OAuthApplicationSettings> {
        self.0.patch("/instance/oauth_application_settings", []).json(params).send().await
    }

    /// Gets how organizations work.
    ///
    /// `GET /instance/organization_settings`
    pub async fn get_organization_settings(self) -> Result<OrganizationSettings> {
        self.0.get("/instance/organization_settings", []).send().await
    }

    /// Changes how organizations work.
    ///
    /// `PATCH /instance/organization_settings`
    pub async fn update_organization_settings(
        self,
        params: &UpdateOrganizationSettings,
    ) -> Result<OrganizationSettings> {
        self.0.patch("/instance/organization_settings", []).json(params).send().await
    }

    /// Gets what keeps bots and abuse away.
    ///
    /// `GET /instance/protect`
    pub async fn get_protect(self) -> Result<InstanceProtect> {
        self.0.get("/instance/protect", []).send().await
    }

    /// Changes what keeps bots and abuse away.
    ///
    /// `PATCH /instance/protect`
    pub async fn update_protect(self, params: &UpdateInstanceProtect) -> Result<InstanceProtect> {
        self.0.patch("/instance/protect", []).json(params).send().await
    }

    /// Changes who may sign up and sign in.
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
    /// What [`InstanceSettings::update`] changes.
    pub struct UpdateInstance {
        /// Whether test email addresses and phone numbers work; by default only in development.
        test_mode: bool,
        /// Whether passwords are looked up in Have I Been Pwned.
        hibp: bool,
        /// The address that users are told to write to.
        support_email: Patch<String>,
        /// The version of clerk-js to serve.
        clerk_js_version: Patch<String>,
        /// The origin of the application in development.
        development_origin: Patch<String>,
        /// The origins of browser extensions and of applications that only look like a browser, which Clerk
        /// lets in.
        allowed_origins: [String],
        /// Whether development does without third-party cookies. Deprecated by Clerk in favor of
        /// `url_based_session_syncing`.
        cookieless_dev: bool,
        /// Whether development carries the session in URLs rather than in third-party cookies.
        url_based_session_syncing: bool,
        /// Which way to sign in Clerk's components show first, where a password is required.
        preferred_sign_in_strategy_when_password_required: PreferredSignInStrategy,
    }
}

params! {
    /// A production instance's new domain, for [`InstanceSettings::change_domain`].
    pub struct ChangeDomain {
        /// The application's new URL, such as `https://www.example.com`.
        home_url: String,
        /// Whether it is the domain of one more application on the same root domain, so that its subdomain
        /// counts.
        is_secondary: bool,
    }
}

params! {
    /// What [`InstanceSettings::update_communication`] changes.
    pub struct UpdateInstanceCommunication {
        /// The countries that get no text messages, in place of those until now: ISO 3166-1 alpha-2, in upper
        /// case, at most 250. Those that Clerk does not know it leaves out.
        blocked_country_codes: [String],
    }
}

params! {
    /// What [`InstanceSettings::update_oauth_application_settings`] changes.
    pub struct UpdateOAuthApplicationSettings {
        /// Whether applications may register themselves (RFC 7591).
        dynamic_oauth_client_registration: bool,
        /// The scopes of an application that names none; cleared, they are Clerk's.
        default_scopes: Patch<[String]>,
        /// Whether access tokens are JWTs rather than opaque.
        oauth_jwt_access_tokens: bool,
        /// Whether the instance says that it takes client ID metadata documents.
        client_id_metadata_documents_advertised: bool,
        /// Whether it takes them from applications alone that it knows already.
        client_id_metadata_documents_only_allow_pre_registered_clients: bool,
        /// Whether it turns away applications that it knows, but that nobody allowed.
        client_id_metadata_documents_block_implicitly_allowed_clients: bool,
    }
}

params! {
    /// What [`InstanceSettings::update_organization_settings`] changes.
    pub struct UpdateOrganizationSettings {
        /// Whether there are organizations.
        enabled: bool,
        /// How many members an organization may have; 0 is no limit.
        max_allowed_memberships: u64,
        /// Whether administrators may delete their organization.
        admin_delete_enabled: bool,
        /// Whether organizations have domains.
        domains_enabled: bool,
        /// Whether organizations have no slugs.
        slug_disabled: bool,
        /// What domains may do for those who have an address there.
        domains_enrollment_modes: [EnrollmentMode],
        /// The ID of the role of whoever creates an organization.
        creator_role_id: String,
        /// The ID of the role of whoever joins by a domain.
        domains_default_role_id: String,
    }
}

params! {
    /// What [`InstanceSettings::update_protect`] changes.
    pub struct UpdateInstanceProtect {
        /// Whether the instance's own rules apply.
        rules_enabled: bool,
        /// Whether Clerk's detection of bots is on.
        specter_enabled: bool,
    }
}

params! {
    /// What [`InstanceSettings::update_restrictions`] changes.
    pub struct UpdateInstanceRestrictions {
        /// Whether only identifiers on the allowlist may sign up.
        allowlist: bool,
        /// Whether identifiers on the blocklist may not sign up.
        blocklist: bool,
        /// Whether both lists are for signing up alone, not for signing in.
        allowlist_blocklist_disabled_on_sign_in: bool,
        /// Whether email addresses with `+`, `=` or `#` before the `@` may not sign up.
        block_email_subaddresses: bool,
        /// Whether email addresses of disposable domains may not sign up.
        block_disposable_email_domains: bool,
    }
}

open_enum! {
    /// Which way to sign in comes first.
    pub enum PreferredSignInStrategy {
        /// The password.
        Password = "password",
        /// A code that is sent.
        Otp = "otp",
        /// What Clerk prefers.
        Unset = "",
    }
}

model! {
    /// An instance.
    #[serde(tag = "object", rename = "instance")]
    pub struct Instance {
        /// Its ID, `ins_…`.
        pub id: String,
        /// `development` or `production`.
        pub environment_type: String,
        /// The origins of browser extensions and of applications that only look like a browser, which Clerk
        /// lets in.
        pub allowed_origins: Option<Vec<String>>,
        /// The ID of the workspace that owns it.
        pub workspace_id: Option<String>,
    }
}

model! {
    /// Where Clerk sends no text messages.
    #[serde(tag = "object", rename = "instance_communication")]
    pub struct InstanceCommunication {
        /// The countries that get none: ISO 3166-1 alpha-2.
        pub blocked_country_codes: Vec<String>,
    }
}

model! {
    /// How the instance serves OAuth applications.
    #[serde(tag = "object", rename = "oauth_application_settings")]
    pub struct OAuthApplicationSettings {
        /// Whether applications may register themselves (RFC 7591).
        pub dynamic_oauth_client_registration: bool,
        /// The scopes of an application that names none; `None` where they are Clerk's.
        pub default_scopes: Option<Vec<String>>,
        /// Whether access tokens are JWTs rather than opaque.
        pub oauth_jwt_access_tokens: bool,
        /// Whether the instance says that it takes client ID metadata documents.
        pub client_id_metadata_documents_advertised: bool,
        /// Whether it takes them from applications alone that it knows already.
        pub client_id_metadata_documents_only_allow_pre_registered_clients: bool,
        /// Whether it turns away applications that it knows, but that nobody allowed.
        pub client_id_metadata_documents_block_implicitly_allowed_clients: bool,
    }
}

model! {
    /// How organizations work.
    #[serde(tag = "object", rename = "organization_settings")]
    pub struct OrganizationSettings {
        /// Whether there are organizations.
        pub enabled: bool,
        /// How many members an organization may have; 0 is no limit.
        pub max_allowed_memberships: u64,
        /// How many roles there may be.
        pub max_allowed_roles: u64,
        /// How many role sets there may be.
        pub max_role_sets_allowed: u64,
        /// How many domains an organization may have.
        pub max_allowed_domains: u64,
        /// Means nothing any more.
        pub max_allowed_permissions: Option<u64>,
        /// The key of the role of whoever creates an organization.
        pub creator_role: String,
        /// Whether administrators may delete their organization.
        pub admin_delete_enabled: bool,
        /// Whether organizations have domains.
        pub domains_enabled: bool,
        /// Whether organizations have no slugs.
        pub slug_disabled: bool,
        /// What domains may do for those who have an address there.
        pub domains_enrollment_modes: Vec<EnrollmentMode>,
        /// The key of the role of whoever joins by a domain.
        pub domains_default_role: String,
        /// The key of the role set of a new organization.
        pub initial_role_set_key: Option<String>,
    }
}

model! {
    /// What keeps bots and abuse away.
    #[serde(tag = "object", rename = "instance_protect")]
    pub struct InstanceProtect {
        /// Whether the instance's own rules apply.
        pub rules_enabled: bool,
        /// Whether Clerk's detection of bots is on.
        pub specter_enabled: bool,
        /// Whether the instance vouches that it meets the requirements, and is not checked.
        pub checks_bypassed: bool,
    }
}

model! {
    /// Who may sign up and sign in.
    #[serde(tag = "object", rename = "instance_restrictions")]
    pub struct InstanceRestrictions {
        /// Whether only identifiers on the allowlist may sign up.
        pub allowlist: bool,
        /// Whether identifiers on the blocklist may not sign up.
        pub blocklist: bool,
        /// Whether both lists are for signing up alone, not for signing in.
        pub allowlist_blocklist_disabled_on_sign_in: bool,
        /// Whether email addresses with `+`, `=` or `#` before the `@` may not sign up.
        pub block_email_subaddresses: bool,
        /// Whether email addresses of disposable domains may not sign up.
        pub block_disposable_email_domains: bool,
    }
}
