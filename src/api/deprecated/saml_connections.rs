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

/// Connections to SAML identity providers. Clerk has deprecated them in favor of
/// [enterprise connections](crate::api::EnterpriseConnections).
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
    /// Lists SAML connections, the newest first unless `order_by` says otherwise.
    ///
    /// `GET /saml_connections`
    #[deprecated = "use `enterprise_connections().list`"]
    pub async fn list(self, params: &ListSamlConnections) -> Result<Page<SamlConnection>> {
        self.0.get("/saml_connections", []).query(params).send().await
    }

    /// Streams SAML connections, from all pages.
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

    /// Changes a SAML connection.
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
    /// Which connections [`SamlConnections::list`] returns.
    pub struct ListSamlConnections {
        /// How many to return: 1 to 500, 10 by default.
        limit: u32,
        /// How many to skip.
        offset: u64,
        /// Whose name contains this text, in either case.
        query: String,
        /// A field, with `-` before it to descend. By default `-created_at`.
        order_by: String,
        /// Of one of these organizations, at most 100. `-` before an ID excludes it, `+` or nothing includes it.
        organization_id: [String],
    }
}

params! {
    /// A new connection, for [`SamlConnections::create`].
    pub struct CreateSamlConnection(
        /// Its name.
        name: String,
        /// The identity provider: one that speaks SAML.
        provider: EnterpriseProvider,
        /// The domains whose users sign in through it.
        domains: [String],
    ) {
        /// Its domain. Deprecated by Clerk in favor of `domains`.
        domain: String,
        /// The provider's entity ID.
        idp_entity_id: String,
        /// Where the provider signs users in.
        idp_sso_url: String,
        /// The provider's certificate (X.509).
        idp_certificate: String,
        /// The URL of the provider's metadata, which goes before the fields above.
        idp_metadata_url: String,
        /// The provider's metadata (XML), which goes before the fields above.
        idp_metadata: String,
        /// The ID of the organization that its users join.
        organization_id: String,
        /// Where in an assertion a user's attributes are.
        attribute_mapping: SamlAttributeMapping,
        /// Whether the provider has to ask the user even where they are signed in there (`ForceAuthn`).
        force_authn: bool,
        /// What the provider is told about who is about to sign in.
        login_hint: LoginHint,
    }
}

params! {
    /// What [`SamlConnections::update`] changes.
    pub struct UpdateSamlConnection {
        /// Its name.
        name: String,
        /// Its domain. Deprecated by Clerk in favor of `domains`.
        domain: String,
        /// The domains whose users sign in through it.
        domains: [String],
        /// The provider's entity ID.
        idp_entity_id: Patch<String>,
        /// Where the provider signs users in.
        idp_sso_url: Patch<String>,
        /// The provider's certificate (X.509).
        idp_certificate: Patch<String>,
        /// The URL of the provider's metadata, which goes before the fields above.
        idp_metadata_url: Patch<String>,
        /// The provider's metadata (XML), which goes before the fields above.
        idp_metadata: Patch<String>,
        /// The ID of the organization that its users join.
        organization_id: Patch<String>,
        /// Where in an assertion a user's attributes are.
        attribute_mapping: Patch<SamlAttributeMapping>,
        /// Whether it is in use.
        active: bool,
        /// Whether each sign-in brings the user's attributes up to date.
        sync_user_attributes: bool,
        /// Whether it covers subdomains too.
        allow_subdomains: bool,
        /// Whether a sign-in may begin at the provider.
        allow_idp_initiated: bool,
        /// Whether its users may not add other ways to sign in.
        disable_additional_identifications: bool,
        /// Whether an account is linked to a member of the organization.
        allow_organization_account_linking: bool,
        /// Whether the provider has to ask the user even where they are signed in there (`ForceAuthn`).
        force_authn: bool,
        /// What the provider is told about who is about to sign in.
        login_hint: Patch<LoginHint>,
        /// Whether verified domains of organizations may be deleted where it takes their place as it is made
        /// active.
        consent_verified_domains_deletion: bool,
    }
}

model! {
    /// A connection to a SAML identity provider.
    #[serde(tag = "object", rename = "saml_connection")]
    pub struct SamlConnection {
        /// Its ID, `samlc_…`.
        pub id: String,
        /// Its name.
        pub name: String,
        /// Its domain. Deprecated by Clerk in favor of [`domains`](Self::domains).
        pub domain: Option<String>,
        /// The domains whose users sign in through it.
        pub domains: Option<Vec<String>>,
        /// The provider's entity ID.
        pub idp_entity_id: Option<String>,
        /// Where the provider signs users in.
        pub idp_sso_url: Option<String>,
        /// The provider's certificate (X.509).
        pub idp_certificate: Option<String>,
        /// From when on the certificate is valid.
        pub idp_certificate_issued_at: Option<Timestamp>,
        /// Until when the certificate is valid.
        pub idp_certificate_expires_at: Option<Timestamp>,
        /// The URL of the provider's metadata.
        pub idp_metadata_url: Option<String>,
        /// The provider's metadata (XML).
        pub idp_metadata: Option<String>,
        /// Where Clerk takes the provider's assertions.
        pub acs_url: String,
        /// Clerk's entity ID.
        pub sp_entity_id: String,
        /// The URL of Clerk's metadata.
        pub sp_metadata_url: String,
        /// The ID of the organization that its users join.
        pub organization_id: Option<String>,
        /// Where in an assertion a user's attributes are.
        pub attribute_mapping: Option<SamlAttributeMapping>,
        /// Whether it is in use.
        pub active: bool,
        /// Whether it can be signed in with.
        pub authenticatable: Option<bool>,
        /// The identity provider.
        pub provider: EnterpriseProvider,
        /// How many users it has.
        pub user_count: u64,
        /// Whether each sign-in brings the user's attributes up to date.
        pub sync_user_attributes: bool,
        /// Whether it covers subdomains too.
        pub allow_subdomains: bool,
        /// Whether a sign-in may begin at the provider.
        pub allow_idp_initiated: bool,
        /// Whether its users may not add other ways to sign in.
        pub disable_additional_identifications: bool,
        /// Whether a sign-in creates no user.
        pub disable_jit_provisioning: Option<bool>,
        /// Whether an account is linked to a member of the organization.
        pub allow_organization_account_linking: bool,
        /// Whether the provider has to ask the user even where they are signed in there (`ForceAuthn`).
        pub force_authn: bool,
        /// What the provider is told about who is about to sign in.
        pub login_hint: Option<LoginHint>,
        /// The ID of the enterprise connection that it is a part of.
        pub enterprise_connection_id: Option<String>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}
