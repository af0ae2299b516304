//! Connections to enterprise identity providers, independent of the protocol.

use crate::{
    api::{
        client::Client,
        error::Result,
        transport::Items,
        types::{DeletedObject, Page, Patch, Secret},
    },
    timestamp::Timestamp,
};

/// Connections to enterprise identity providers over SAML or OpenID Connect.
///
/// ```no_run
/// use axum_clerk::api::{CreateEnterpriseConnection, EnterpriseProvider, SamlSettings};
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// let saml = SamlSettings::default()
///     .idp_metadata_url("https://example.okta.com/app/1/sso/saml/metadata");
/// let provider = EnterpriseProvider::SamlOkta;
/// let okta = CreateEnterpriseConnection::new("Example", provider, ["example.com"])
///     .saml(saml)
///     .active(true);
/// let connection = clerk.enterprise_connections().create(&okta).await?;
/// let test_run = clerk.enterprise_connections().create_test_run(&connection.id).await?;
/// println!("test the connection at {}", test_run.url);
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

    /// Streams enterprise connections from all pages.
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

    /// Updates an enterprise connection. Activating a connection may delete verified organization
    /// domains that match its own domains.
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
    /// Parameters for [`EnterpriseConnections::list`].
    pub struct ListEnterpriseConnections {
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
        /// Only connections of the organization with this ID.
        organization_id: String,
        /// Only active connections if `true`, only inactive connections if `false`.
        active: bool,
    }
}

params! {
    /// Parameters for [`EnterpriseConnections::create`].
    pub struct CreateEnterpriseConnection(
        /// The connection's name.
        name: String,
        /// The identity provider.
        provider: EnterpriseProvider,
        /// The domains whose users sign in through the connection. At least one is required.
        domains: [String],
    ) {
        /// The ID of the organization that the connection's users join.
        organization_id: String,
        /// Whether accounts can be linked to existing users through organization membership.
        allow_organization_account_linking: bool,
        /// Whether the connection is active. An active connection requires the provider's metadata
        /// in `saml`.
        active: bool,
        /// The SAML settings, if the provider uses SAML.
        saml: SamlSettings,
        /// The OpenID Connect settings, if the provider uses OpenID Connect.
        oidc: OidcSettings,
        /// The provider's attributes that are copied to the user's metadata.
        custom_attributes: [CustomAttribute],
    }
}

params! {
    /// Parameters for [`EnterpriseConnections::update`]. Unset fields are left unchanged.
    pub struct UpdateEnterpriseConnection {
        /// The connection's name.
        name: String,
        /// The domains whose users sign in through the connection, which replace the current
        /// domains. An empty list is ignored.
        domains: [String],
        /// Whether the connection is active.
        active: bool,
        /// Whether the user's attributes are updated on each sign-in.
        sync_user_attributes: bool,
        /// Whether users of the connection are prevented from adding other identifications.
        disable_additional_identifications: bool,
        /// Whether accounts can be linked to existing users through organization membership.
        allow_organization_account_linking: bool,
        /// The ID of the organization that the connection's users join. It can be changed but not
        /// removed.
        organization_id: String,
        /// The SAML settings, if the provider uses SAML.
        saml: SamlSettings,
        /// The OpenID Connect settings, if the provider uses OpenID Connect.
        oidc: OidcSettings,
        /// The provider's attributes that are copied to the user's metadata, which replace the
        /// current attributes.
        custom_attributes: [CustomAttribute],
    }
}

params! {
    /// The SAML settings of a connection.
    pub struct SamlSettings {
        /// The name of the SAML connection. Not supported when creating a connection.
        name: String,
        /// The provider's entity ID.
        idp_entity_id: Patch<String>,
        /// The provider's single sign-on URL.
        idp_sso_url: Patch<String>,
        /// The provider's certificate (PEM).
        idp_certificate: Patch<String>,
        /// The URL of the provider's metadata.
        idp_metadata_url: Patch<String>,
        /// The provider's metadata (XML).
        idp_metadata: Patch<String>,
        /// The names of the user's attributes in an assertion.
        attribute_mapping: Patch<SamlAttributeMapping>,
        /// Whether the connection also covers subdomains.
        allow_subdomains: bool,
        /// Whether the identity provider can initiate sign-ins.
        allow_idp_initiated: bool,
        /// Whether the provider must reauthenticate users who are already signed in there
        /// (`ForceAuthn`).
        force_authn: bool,
        /// The login hint sent to the provider.
        login_hint: Patch<LoginHint>,
    }
}

params! {
    /// The OpenID Connect settings of a connection.
    pub struct OidcSettings {
        /// The instance's client ID at the provider.
        client_id: Patch<String>,
        /// The client secret that belongs to `client_id`.
        client_secret: Patch<Secret>,
        /// The URL of the provider's discovery document.
        discovery_url: Patch<String>,
        /// The URL of the provider's authorization endpoint.
        auth_url: Patch<String>,
        /// The URL of the provider's token endpoint.
        token_url: Patch<String>,
        /// The URL of the provider's user info endpoint.
        user_info_url: Patch<String>,
        /// Whether PKCE (RFC 7636) is used. Must be `true` if there is no client secret.
        requires_pkce: bool,
    }
}

params! {
    /// The names of the user's attributes in a SAML assertion.
    #[derive(serde::Deserialize)]
    pub struct SamlAttributeMapping {
        /// The attribute that contains the provider's ID for the user.
        user_id: String,
        /// The attribute that contains the email address.
        email_address: String,
        /// The attribute that contains the first name.
        first_name: String,
        /// The attribute that contains the last name.
        last_name: String,
    }
}

params! {
    /// The login hint sent to an identity provider when a user signs in.
    #[derive(serde::Deserialize)]
    pub struct LoginHint(
        /// The content of the hint.
        mode: LoginHintMode,
    ) {
        /// The key in the user's public metadata whose value is sent, for
        /// [`CustomAttribute`](LoginHintMode::CustomAttribute).
        source: String,
    }
}

open_enum! {
    /// The content of a login hint.
    pub enum LoginHintMode {
        /// The email address.
        EmailAddress = "email_address",
        /// A value from the user's public metadata.
        CustomAttribute = "custom_attribute",
        /// No hint.
        Off = "off",
    }
}

params! {
    /// An identity provider's attribute that is copied to the user's metadata.
    #[derive(serde::Deserialize)]
    pub struct CustomAttribute(
        /// The display name of the attribute.
        name: String,
        /// The key in the metadata.
        key: String,
    ) {
        /// The path of the attribute in a SAML assertion or in OpenID Connect claims.
        sso_path: String,
        /// The older name of `directory_path`.
        scim_path: String,
        /// The [GJSON](https://github.com/tidwall/gjson) path of the attribute in a directory's
        /// user.
        directory_path: String,
        /// Whether the attribute can have several values, which become an array in the metadata.
        multi_valued: bool,
    }
}

open_enum! {
    /// An enterprise identity provider.
    pub enum EnterpriseProvider {
        /// Any SAML provider.
        SamlCustom = "saml_custom",
        /// Okta Workforce over SAML.
        SamlOkta = "saml_okta",
        /// Google Workspace over SAML.
        SamlGoogle = "saml_google",
        /// Microsoft Entra ID over SAML.
        SamlMicrosoft = "saml_microsoft",
        /// Any OpenID Connect provider.
        OidcCustom = "oidc_custom",
        /// GitHub Enterprise.
        OidcGithubEnterprise = "oidc_github_enterprise",
        /// Self-hosted GitLab.
        OidcGitlab = "oidc_gitlab",
    }
}

model! {
    /// A connection to an enterprise identity provider.
    #[serde(tag = "object", rename = "enterprise_connection")]
    pub struct EnterpriseConnection {
        /// The connection's ID, `entconn_…`.
        pub id: String,
        /// The connection's name.
        pub name: String,
        /// The identity provider.
        pub provider: EnterpriseProvider,
        /// The URL of the provider's logo.
        pub logo_public_url: Option<String>,
        /// Whether the connection is active.
        pub active: bool,
        /// Whether users can sign in through the connection.
        pub authenticatable: Option<bool>,
        /// The domains whose users sign in through the connection.
        pub domains: Vec<String>,
        /// The ID of the organization that the connection's users join.
        pub organization_id: Option<String>,
        /// Whether the user's attributes are updated on each sign-in.
        pub sync_user_attributes: bool,
        /// Whether users of the connection are prevented from adding other identifications.
        pub disable_additional_identifications: bool,
        /// Whether just-in-time provisioning is disabled, so that sign-ins do not create users.
        pub disable_jit_provisioning: Option<bool>,
        /// Whether accounts can be linked to existing users through organization membership.
        pub allow_organization_account_linking: bool,
        /// The provider's attributes that are copied to the user's metadata.
        pub custom_attributes: Option<Vec<CustomAttribute>>,
        /// The SAML connection, if the provider uses SAML.
        pub saml_connection: Option<EnterpriseSamlConnection>,
        /// The OpenID Connect configuration, if the provider uses OpenID Connect.
        pub oauth_config: Option<EnterpriseOAuthConfig>,
        /// The time when the connection was created.
        pub created_at: Timestamp,
        /// The time when the connection was last updated.
        pub updated_at: Timestamp,
    }
}

model! {
    /// The SAML part of an enterprise connection.
    pub struct EnterpriseSamlConnection {
        /// The SAML connection's ID, `samlc_…`.
        pub id: String,
        /// The SAML connection's name.
        pub name: String,
        /// The provider's entity ID.
        pub idp_entity_id: Option<String>,
        /// The provider's single sign-on URL.
        pub idp_sso_url: Option<String>,
        /// The URL of the provider's metadata.
        pub idp_metadata_url: Option<String>,
        /// Clerk's assertion consumer service URL, which receives the provider's assertions.
        pub acs_url: Option<String>,
        /// Clerk's entity ID.
        pub sp_entity_id: Option<String>,
        /// The URL of Clerk's metadata.
        pub sp_metadata_url: Option<String>,
        /// Whether the SAML connection is active.
        pub active: bool,
        /// Whether the identity provider can initiate sign-ins.
        pub allow_idp_initiated: bool,
        /// Whether the connection also covers subdomains.
        pub allow_subdomains: bool,
        /// Whether the provider must reauthenticate users who are already signed in there
        /// (`ForceAuthn`).
        pub force_authn: bool,
        /// The login hint sent to the provider.
        pub login_hint: Option<LoginHint>,
    }
}

model! {
    /// The OpenID Connect part of an enterprise connection.
    pub struct EnterpriseOAuthConfig {
        /// The configuration's ID.
        pub id: String,
        /// The provider's name.
        pub name: String,
        /// The provider, such as `oidc_custom`.
        pub provider_key: String,
        /// The instance's client ID at the provider.
        pub client_id: Option<String>,
        /// The URL of the provider's discovery document.
        pub discovery_url: Option<String>,
        /// The URL of the provider's authorization endpoint.
        pub auth_url: Option<String>,
        /// The URL of the provider's token endpoint.
        pub token_url: Option<String>,
        /// The URL of the provider's user info endpoint.
        pub user_info_url: Option<String>,
        /// Whether PKCE (RFC 7636) is used.
        pub requires_pkce: bool,
        /// The URL of the provider's logo.
        pub logo_public_url: Option<String>,
        /// The time when the configuration was created.
        pub created_at: Timestamp,
        /// The time when the configuration was last updated.
        pub updated_at: Timestamp,
    }
}
