//! Connections to a company's identity provider, whatever its protocol.

use crate::{
    api::{
        client::Client,
        error::Result,
        transport::Items,
        types::{DeletedObject, Page, Patch, Secret},
    },
    timestamp::Timestamp,
};

/// Connections to a company's identity provider, by SAML or by OpenID Connect.
///
/// ```no_run
/// use axum_clerk::api::{CreateEnterpriseConnection, EnterpriseProvider, SamlSettings};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let okta = CreateEnterpriseConnection::new("Example", EnterpriseProvider::SamlOkta, ["example.com"])
///     .saml(SamlSettings::default().idp_metadata_url("https://example.okta.com/app/1/sso/saml/metadata"))
///     .active(true);
/// let connection = clerk.enterprise_connections().create(&okta).await?;
/// println!("try it at {}", clerk.enterprise_connections().create_test_run(&connection.id).await?.url);
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/enterprise-connections)
#[derive(Clone, Copy, Debug)]
pub struct EnterpriseConnections<'a>(pub(in crate::api) &'a Client);

impl EnterpriseConnections<'_> {
    /// Lists enterprise connections.
    ///
    /// `GET /enterprise_connections`
    pub async fn list(
        self,
        params: &ListEnterpriseConnections,
    ) -> Result<Page<EnterpriseConnection>> {
        self.0.get("/enterprise_connections", []).query(params).send().await
    }

    /// Streams enterprise connections, from all pages.
    ///
    /// `GET /enterprise_connections`
    pub fn stream(self, params: &ListEnterpriseConnections) -> Items<EnterpriseConnection> {
        self.0.get("/enterprise_connections", []).query(params).stream()
    }

    /// Gets an enterprise connection.
    ///
    /// `GET /enterprise_connections/{enterprise_connection_id}`
    pub async fn get(self, connection_id: &str) -> Result<EnterpriseConnection> {
        self.0
            .get("/enterprise_connections/{enterprise_connection_id}", [connection_id])
            .send()
            .await
    }

    /// Creates an enterprise connection.
    ///
    /// `POST /enterprise_connections`
    pub async fn create(self, params: &CreateEnterpriseConnection) -> Result<EnterpriseConnection> {
        self.0.post("/enterprise_connections", []).json(params).send().await
    }

    /// Changes an enterprise connection. One that is made active may take the place of verified domains of
    /// organizations, which are deleted.
    ///
    /// `PATCH /enterprise_connections/{enterprise_connection_id}`
    pub async fn update(
        self,
        connection_id: &str,
        params: &UpdateEnterpriseConnection,
    ) -> Result<EnterpriseConnection> {
        let path = "/enterprise_connections/{enterprise_connection_id}";
        self.0.patch(path, [connection_id]).json(params).send().await
    }

    /// Deletes an enterprise connection.
    ///
    /// `DELETE /enterprise_connections/{enterprise_connection_id}`
    pub async fn delete(self, connection_id: &str) -> Result<DeletedObject> {
        self.0
            .delete("/enterprise_connections/{enterprise_connection_id}", [connection_id])
            .send()
            .await
    }
}

params! {
    /// Which connections [`EnterpriseConnections::list`] returns.
    pub struct ListEnterpriseConnections {
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
        /// Of the organization with this ID.
        organization_id: String,
        /// In use, or not in use.
        active: bool,
    }
}

params! {
    /// A new connection, for [`EnterpriseConnections::create`].
    pub struct CreateEnterpriseConnection(
        /// Its name.
        name: String,
        /// The identity provider.
        provider: EnterpriseProvider,
        /// The domains whose users sign in through it, at least one.
        domains: [String],
    ) {
        /// The ID of the organization that its users join.
        organization_id: String,
        /// Whether an account is linked to a member of the organization.
        allow_organization_account_linking: bool,
        /// Whether it is in use. Then `saml` has to tell about the provider.
        active: bool,
        /// Where the provider speaks SAML.
        saml: SamlSettings,
        /// Where the provider speaks OpenID Connect.
        oidc: OidcSettings,
        /// The attributes that become a user's metadata.
        custom_attributes: [CustomAttribute],
    }
}

params! {
    /// What [`EnterpriseConnections::update`] changes.
    pub struct UpdateEnterpriseConnection {
        /// Its name.
        name: String,
        /// The domains whose users sign in through it, in place of those until now, unless there are none.
        domains: [String],
        /// Whether it is in use.
        active: bool,
        /// Whether each sign-in brings the user's attributes up to date.
        sync_user_attributes: bool,
        /// Whether its users may not add other ways to sign in.
        disable_additional_identifications: bool,
        /// Whether an account is linked to a member of the organization.
        allow_organization_account_linking: bool,
        /// The ID of the organization that its users join. It can be changed, not taken away.
        organization_id: String,
        /// Where the provider speaks SAML.
        saml: SamlSettings,
        /// Where the provider speaks OpenID Connect.
        oidc: OidcSettings,
        /// The attributes that become a user's metadata, in place of those until now.
        custom_attributes: [CustomAttribute],
    }
}

params! {
    /// How a connection speaks SAML.
    pub struct SamlSettings {
        /// Its name. Not for a connection that is being created.
        name: String,
        /// The provider's entity ID.
        idp_entity_id: Patch<String>,
        /// Where the provider signs users in.
        idp_sso_url: Patch<String>,
        /// The provider's certificate (PEM).
        idp_certificate: Patch<String>,
        /// The URL of the provider's metadata.
        idp_metadata_url: Patch<String>,
        /// The provider's metadata (XML).
        idp_metadata: Patch<String>,
        /// Where in an assertion a user's attributes are.
        attribute_mapping: Patch<SamlAttributeMapping>,
        /// Whether the connection covers subdomains too.
        allow_subdomains: bool,
        /// Whether a sign-in may begin at the provider.
        allow_idp_initiated: bool,
        /// Whether the provider has to ask the user even where they are signed in there (`ForceAuthn`).
        force_authn: bool,
        /// What the provider is told about who is about to sign in.
        login_hint: Patch<LoginHint>,
    }
}

params! {
    /// How a connection speaks OpenID Connect.
    pub struct OidcSettings {
        /// The provider's client ID of the instance.
        client_id: Patch<String>,
        /// The secret of `client_id`.
        client_secret: Patch<Secret>,
        /// Where the provider's other URLs are found.
        discovery_url: Patch<String>,
        /// Where users are sent.
        auth_url: Patch<String>,
        /// Where tokens are got.
        token_url: Patch<String>,
        /// Where a user's attributes are got.
        user_info_url: Patch<String>,
        /// Whether PKCE (RFC 7636) is used, as it must be without a secret.
        requires_pkce: bool,
    }
}

params! {
    /// The names that a user's attributes have in a SAML assertion.
    #[derive(serde::Deserialize)]
    pub struct SamlAttributeMapping {
        /// Of the provider's own ID of the user.
        user_id: String,
        /// Of the email address.
        email_address: String,
        /// Of the first name.
        first_name: String,
        /// Of the last name.
        last_name: String,
    }
}

params! {
    /// What an identity provider is told about who is about to sign in.
    #[derive(serde::Deserialize)]
    pub struct LoginHint(
        /// What that is.
        mode: LoginHintMode,
    ) {
        /// The key in the user's public metadata whose value it is, for
        /// [`CustomAttribute`](LoginHintMode::CustomAttribute).
        source: String,
    }
}

open_enum! {
    /// What an identity provider is told about who is about to sign in.
    pub enum LoginHintMode {
        /// The email address.
        EmailAddress = "email_address",
        /// A value of the user's public metadata.
        CustomAttribute = "custom_attribute",
        /// Nothing.
        Off = "off",
    }
}

params! {
    /// An attribute at the identity provider that becomes a part of the user's metadata.
    #[derive(serde::Deserialize)]
    pub struct CustomAttribute(
        /// Its name for people.
        name: String,
        /// Its key in the metadata.
        key: String,
    ) {
        /// Where it is in a SAML assertion, or in the claims of OpenID Connect.
        sso_path: String,
        /// The older name of `directory_path`.
        scim_path: String,
        /// Where it is in a directory's user, as a [GJSON](https://github.com/tidwall/gjson) path.
        directory_path: String,
        /// Whether it may have several values, and is an array in the metadata.
        multi_valued: bool,
    }
}

open_enum! {
    /// An identity provider of companies.
    pub enum EnterpriseProvider {
        /// Any that speaks SAML.
        SamlCustom = "saml_custom",
        /// Okta Workforce, by SAML.
        SamlOkta = "saml_okta",
        /// Google Workspace, by SAML.
        SamlGoogle = "saml_google",
        /// Microsoft Entra ID, by SAML.
        SamlMicrosoft = "saml_microsoft",
        /// Any that speaks OpenID Connect.
        OidcCustom = "oidc_custom",
        /// GitHub Enterprise.
        OidcGithubEnterprise = "oidc_github_enterprise",
        /// GitLab, at a host of the company's own.
        OidcGitlab = "oidc_gitlab",
    }
}

model! {
    /// A connection to a company's identity provider.
    #[serde(tag = "object", rename = "enterprise_connection")]
    pub struct EnterpriseConnection {
        /// Its ID, `entconn_…`.
        pub id: String,
        /// Its name.
        pub name: String,
        /// The identity provider.
        pub provider: EnterpriseProvider,
        /// The provider's logo.
        pub logo_public_url: Option<String>,
        /// Whether it is in use.
        pub active: bool,
        /// Whether it can be signed in with.
        pub authenticatable: Option<bool>,
        /// The domains whose users sign in through it.
        pub domains: Vec<String>,
        /// The ID of the organization that its users join.
        pub organization_id: Option<String>,
        /// Whether each sign-in brings the user's attributes up to date.
        pub sync_user_attributes: bool,
        /// Whether its users may not add other ways to sign in.
        pub disable_additional_identifications: bool,
        /// Whether a sign-in creates no user.
        pub disable_jit_provisioning: Option<bool>,
        /// Whether an account is linked to a member of the organization.
        pub allow_organization_account_linking: bool,
        /// The attributes that become a user's metadata.
        pub custom_attributes: Option<Vec<CustomAttribute>>,
        /// Where the provider speaks SAML.
        pub saml_connection: Option<EnterpriseSamlConnection>,
        /// Where the provider speaks OpenID Connect.
        pub oauth_config: Option<EnterpriseOAuthConfig>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

model! {
    /// How an enterprise connection speaks SAML.
    pub struct EnterpriseSamlConnection {
        /// The ID of the SAML connection, `samlc_…`.
        pub id: String,
        /// Its name.
        pub name: String,
        /// The provider's entity ID.
        pub idp_entity_id: Option<String>,
        /// Where the provider signs users in.
        pub idp_sso_url: Option<String>,
        /// The URL of the provider's metadata.
        pub idp_metadata_url: Option<String>,
        /// Where Clerk takes the provider's assertions.
        pub acs_url: Option<String>,
        /// Clerk's entity ID.
        pub sp_entity_id: Option<String>,
        /// The URL of Clerk's metadata.
        pub sp_metadata_url: Option<String>,
        /// Whether it is in use.
        pub active: bool,
        /// Whether a sign-in may begin at the provider.
        pub allow_idp_initiated: bool,
        /// Whether it covers subdomains too.
        pub allow_subdomains: bool,
        /// Whether the provider has to ask the user even where they are signed in there (`ForceAuthn`).
        pub force_authn: bool,
        /// What the provider is told about who is about to sign in.
        pub login_hint: Option<LoginHint>,
    }
}

model! {
    /// How an enterprise connection speaks OpenID Connect.
    pub struct EnterpriseOAuthConfig {
        /// Its ID.
        pub id: String,
        /// The provider's name.
        pub name: String,
        /// The provider, such as `oidc_custom`.
        pub provider_key: String,
        /// The provider's client ID of the instance.
        pub client_id: Option<String>,
        /// Where the provider's other URLs are found.
        pub discovery_url: Option<String>,
        /// Where users are sent.
        pub auth_url: Option<String>,
        /// Where tokens are got.
        pub token_url: Option<String>,
        /// Where a user's attributes are got.
        pub user_info_url: Option<String>,
        /// Whether PKCE (RFC 7636) is used.
        pub requires_pkce: bool,
        /// The provider's logo.
        pub logo_public_url: Option<String>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}
