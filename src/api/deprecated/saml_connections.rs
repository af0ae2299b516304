//! Connections to SAML identity providers.

use crate::{
    api::{
        client::Client,
        enterprise::{EnterpriseProvider, LoginHint, SamlAttributeMapping},
        error::Result,
        transport::Items,
        types::{DeletedObject, Page, Patch},
    },
    timestamp::Timestamp,
};

/// Connections to SAML identity providers. Deprecated by Clerk in favor of [enterprise
/// connections](crate::api::EnterpriseConnections).
///
/// ```no_run
/// use axum_clerk::api::ListSamlConnections;
///
/// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
/// # #[allow(deprecated)]
/// for connection in clerk.saml_connections().list(&ListSamlConnections::default()).await?.data {
///     println!("{}", connection.name);
/// }
/// # Ok(())
/// # }
/// ```
///
/// [Clerk's reference](https://clerk.com/docs/reference/backend-api/tag/saml-connections)
#[derive(Clone, Copy, Debug)]
pub struct SamlConnections<'a>(pub(in crate::api) &'a Client);

impl SamlConnections<'_> {
    /// Lists SAML connections, newest first unless `order_by` is set.
    ///
    /// `GET /saml_connections`
    #[deprecated = "use `enterprise_connections().list`"]
    pub async fn list(self, params: &ListSamlConnections) -> Result<Page<SamlConnection>> {
        self.0.get("/saml_connections", []).query(params).send().await
    }

    /// Streams SAML connections from all pages.
    ///
    /// `GET /saml_connections`
    #[deprecated = "use `enterprise_connections().stream`"]
    pub fn stream(self, params: &ListSamlConnections) -> Items<SamlConnection> {
        self.0.get("/saml_connections", []).query(params).stream()
    }

    /// Gets a SAML connection.
    ///
    /// `GET /saml_connections/{saml_connection_id}`
    #[deprecated = "use `enterprise_connections().get`"]
    pub async fn get(self, saml_connection_id: &str) -> Result<SamlConnection> {
        self.0.get("/saml_connections/{saml_connection_id}", [saml_connection_id]).send().await
    }

    /// Creates a SAML connection.
    ///
    /// `POST /saml_connections`
    #[deprecated = "use `enterprise_connections().create`"]
    pub async fn create(self, params: &CreateSamlConnection) -> Result<SamlConnection> {
        self.0.post("/saml_connections", []).json(params).send().await
    }

    /// Updates a SAML connection.
    ///
    /// `PATCH /saml_connections/{saml_connection_id}`
    #[deprecated = "use `enterprise_connections().update`"]
    pub async fn update(
        self,
        saml_connection_id: &str,
        params: &UpdateSamlConnection,
    ) -> Result<SamlConnection> {
        let path = "/saml_connections/{saml_connection_id}";
        self.0.patch(path, [saml_connection_id]).json(params).send().await
    }

    /// Deletes a SAML connection.
    ///
    /// `DELETE /saml_connections/{saml_connection_id}`
    #[deprecated = "use `enterprise_connections().delete`"]
    pub async fn delete(self, saml_connection_id: &str) -> Result<DeletedObject> {
        self.0.delete("/saml_connections/{saml_connection_id}", [saml_connection_id]).send().await
    }
}

params! {
    /// Parameters for [`SamlConnections::list`].
    pub struct ListSamlConnections {
        /// The maximum number of results: 1 to 500, 10 by default.
        limit: u32,
        /// The number of results to skip.
        offset: u64,
        /// Only connections whose name contains this string, ignoring case.
        query: String,
        /// The field to sort by. A leading `-` sorts in descending order. The default is
        /// `-created_at`.
        order_by: String,
        /// The IDs of the organizations to filter by, at most 100. A leading `-` excludes an
        /// organization; a leading `+` or no sign includes it.
        organization_id: [String],
    }
}

params! {
    /// Parameters for [`SamlConnections::create`].
    pub struct CreateSamlConnection(
        /// The connection's name.
        name: String,
        /// The identity provider, which must use SAML.
        provider: EnterpriseProvider,
        /// The domains whose users sign in through the connection.
        domains: [String],
    ) {
        /// The connection's domain. Deprecated by Clerk in favor of `domains`.
        domain: String,
        /// The provider's entity ID.
        idp_entity_id: String,
        /// The provider's single sign-on URL.
        idp_sso_url: String,
        /// The provider's certificate (X.509).
        idp_certificate: String,
        /// The URL of the provider's metadata, which takes priority over the fields above.
        idp_metadata_url: String,
        /// The provider's metadata (XML), which takes priority over the fields above.
        idp_metadata: String,
        /// The ID of the organization that the connection's users join.
        organization_id: String,
        /// The names of the user's attributes in an assertion.
        attribute_mapping: SamlAttributeMapping,
        /// Whether the provider must reauthenticate users who are already signed in there
        /// (`ForceAuthn`).
        force_authn: bool,
        /// The login hint sent to the provider.
        login_hint: LoginHint,
    }
}

params! {
    /// Parameters for [`SamlConnections::update`]. Unset fields are left unchanged.
    pub struct UpdateSamlConnection {
        /// The connection's name.
        name: String,
        /// The connection's domain. Deprecated by Clerk in favor of `domains`.
        domain: String,
        /// The domains whose users sign in through the connection.
        domains: [String],
        /// The provider's entity ID.
        idp_entity_id: Patch<String>,
        /// The provider's single sign-on URL.
        idp_sso_url: Patch<String>,
        /// The provider's certificate (X.509).
        idp_certificate: Patch<String>,
        /// The URL of the provider's metadata, which takes priority over the fields above.
        idp_metadata_url: Patch<String>,
        /// The provider's metadata (XML), which takes priority over the fields above.
        idp_metadata: Patch<String>,
        /// The ID of the organization that the connection's users join.
        organization_id: Patch<String>,
        /// The names of the user's attributes in an assertion.
        attribute_mapping: Patch<SamlAttributeMapping>,
        /// Whether the connection is active.
        active: bool,
        /// Whether the user's attributes are updated on each sign-in.
        sync_user_attributes: bool,
        /// Whether the connection also covers subdomains.
        allow_subdomains: bool,
        /// Whether the identity provider can initiate sign-ins.
        allow_idp_initiated: bool,
        /// Whether users of the connection are prevented from adding other identifications.
        disable_additional_identifications: bool,
        /// Whether accounts can be linked to existing users through organization membership.
        allow_organization_account_linking: bool,
        /// Whether the provider must reauthenticate users who are already signed in there
        /// (`ForceAuthn`).
        force_authn: bool,
        /// The login hint sent to the provider.
        login_hint: Patch<LoginHint>,
        /// Whether activating the connection may delete verified organization domains that match
        /// its own domains. Otherwise, the update fails if there are any.
        consent_verified_domains_deletion: bool,
    }
}

model! {
    /// A connection to a SAML identity provider.
    #[serde(tag = "object", rename = "saml_connection")]
    pub struct SamlConnection {
        /// The connection's ID, `samlc_…`.
        pub id: String,
        /// The connection's name.
        pub name: String,
        /// The connection's domain. Deprecated by Clerk in favor of [`domains`](Self::domains).
        pub domain: Option<String>,
        /// The domains whose users sign in through the connection.
        pub domains: Option<Vec<String>>,
        /// The provider's entity ID.
        pub idp_entity_id: Option<String>,
        /// The provider's single sign-on URL.
        pub idp_sso_url: Option<String>,
        /// The provider's certificate (X.509).
        pub idp_certificate: Option<String>,
        /// The time when the certificate becomes valid.
        pub idp_certificate_issued_at: Option<Timestamp>,
        /// The time when the certificate expires.
        pub idp_certificate_expires_at: Option<Timestamp>,
        /// The URL of the provider's metadata.
        pub idp_metadata_url: Option<String>,
        /// The provider's metadata (XML).
        pub idp_metadata: Option<String>,
        /// Clerk's assertion consumer service URL, which receives the provider's assertions.
        pub acs_url: String,
        /// Clerk's entity ID.
        pub sp_entity_id: String,
        /// The URL of Clerk's metadata.
        pub sp_metadata_url: String,
        /// The ID of the organization that the connection's users join.
        pub organization_id: Option<String>,
        /// The names of the user's attributes in an assertion.
        pub attribute_mapping: Option<SamlAttributeMapping>,
        /// Whether the connection is active.
        pub active: bool,
        /// Whether users can sign in through the connection.
        pub authenticatable: Option<bool>,
        /// The identity provider.
        pub provider: EnterpriseProvider,
        /// The number of users of the connection.
        pub user_count: u64,
        /// Whether the user's attributes are updated on each sign-in.
        pub sync_user_attributes: bool,
        /// Whether the connection also covers subdomains.
        pub allow_subdomains: bool,
        /// Whether the identity provider can initiate sign-ins.
        pub allow_idp_initiated: bool,
        /// Whether users of the connection are prevented from adding other identifications.
        pub disable_additional_identifications: bool,
        /// Whether just-in-time provisioning is disabled, so that sign-ins do not create users.
        pub disable_jit_provisioning: Option<bool>,
        /// Whether accounts can be linked to existing users through organization membership.
        pub allow_organization_account_linking: bool,
        /// Whether the provider must reauthenticate users who are already signed in there
        /// (`ForceAuthn`).
        pub force_authn: bool,
        /// The login hint sent to the provider.
        pub login_hint: Option<LoginHint>,
        /// The ID of the enterprise connection that the SAML connection belongs to.
        pub enterprise_connection_id: Option<String>,
        /// The time when the connection was created.
        pub created_at: Timestamp,
        /// The time when the connection was last updated.
        pub updated_at: Timestamp,
    }
}
