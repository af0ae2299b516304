//! The accounts that users have at enterprise identity providers.

use crate::{
    api::types::{Metadata, Verification},
    timestamp::Timestamp,
};

model! {
    /// A user's account at an enterprise identity provider.
    #[serde(tag = "object", rename = "enterprise_account")]
    pub struct EnterpriseAccount {
        /// The account's ID, `entacc_…`.
        pub id: String,
        /// The protocol that the provider uses.
        pub protocol: Option<EnterpriseProtocol>,
        /// The provider, such as `saml_okta`.
        pub provider: String,
        /// Whether the account is active.
        pub active: bool,
        /// The email address known to the provider.
        pub email_address: String,
        /// The user's first name.
        pub first_name: Option<String>,
        /// The user's last name.
        pub last_name: Option<String>,
        /// The provider's ID for the user.
        pub provider_user_id: Option<String>,
        /// The ID of the connection to the provider.
        pub enterprise_connection_id: Option<String>,
        /// The public metadata, which the frontend can read.
        pub public_metadata: Metadata,
        /// The verification of the account.
        pub verification: Option<Verification>,
        /// The connection to the provider.
        pub enterprise_connection: Option<EnterpriseAccountConnection>,
        /// The time when the user last signed in through the provider.
        pub last_authenticated_at: Option<Timestamp>,
    }
}

open_enum! {
    /// The protocol of an enterprise identity provider.
    pub enum EnterpriseProtocol {
        /// OAuth 2.0 or OpenID Connect.
        Oauth = "oauth",
        /// SAML 2.0.
        Saml = "saml",
    }
}

model! {
    /// The enterprise connection of an account.
    pub struct EnterpriseAccountConnection {
        /// The connection's ID, `entconn_…`.
        pub id: String,
        /// The protocol that the provider uses.
        pub protocol: EnterpriseProtocol,
        /// The provider, such as `saml_okta`.
        pub provider: String,
        /// The connection's name.
        pub name: String,
        /// The URL of the provider's logo.
        pub logo_public_url: Option<String>,
        /// The connection's domain. Deprecated by Clerk in favor of [`domains`](Self::domains).
        pub domain: Option<String>,
        /// The domains whose users sign in through the connection.
        pub domains: Option<Vec<String>>,
        /// Whether the connection is active.
        pub active: bool,
        /// Whether the user's attributes are updated on each sign-in.
        pub sync_user_attributes: bool,
        /// Whether the connection also covers subdomains.
        pub allow_subdomains: bool,
        /// Whether the identity provider can initiate sign-ins.
        pub allow_idp_initiated: bool,
        /// Whether users of the connection are prevented from adding other identifications.
        pub disable_additional_identifications: bool,
        /// The time when the connection was created.
        pub created_at: Timestamp,
        /// The time when the connection was last updated.
        pub updated_at: Timestamp,
    }
}

model! {
    /// A user's account at a SAML identity provider.
    #[serde(tag = "object", rename = "saml_account")]
    pub struct SamlAccount {
        /// The account's ID, `samlacc_…`.
        pub id: String,
        /// The provider, such as `saml_okta`.
        pub provider: String,
        /// Whether the account is active.
        pub active: bool,
        /// The email address known to the provider.
        pub email_address: String,
        /// The user's first name.
        pub first_name: Option<String>,
        /// The user's last name.
        pub last_name: Option<String>,
        /// The provider's ID for the user.
        pub provider_user_id: Option<String>,
        /// The time when the user last signed in through the provider.
        pub last_authenticated_at: Option<Timestamp>,
        /// The public metadata, which the frontend can read.
        pub public_metadata: Metadata,
        /// The verification of the account.
        pub verification: Option<Verification>,
        /// The connection to the provider.
        pub saml_connection: Option<SamlAccountConnection>,
    }
}

model! {
    /// The SAML connection of an account.
    pub struct SamlAccountConnection {
        /// The connection's ID, `samlc_…`.
        pub id: String,
        /// The connection's name.
        pub name: String,
        /// The connection's domain. Deprecated by Clerk in favor of [`domains`](Self::domains).
        pub domain: Option<String>,
        /// The domains whose users sign in through the connection.
        pub domains: Option<Vec<String>>,
        /// Whether the connection is active.
        pub active: bool,
        /// The provider, such as `saml_okta`.
        pub provider: String,
        /// Whether the user's attributes are updated on each sign-in.
        pub sync_user_attributes: bool,
        /// Whether the connection also covers subdomains.
        pub allow_subdomains: Option<bool>,
        /// Whether the identity provider can initiate sign-ins.
        pub allow_idp_initiated: Option<bool>,
        /// Whether users of the connection are prevented from adding other identifications.
        pub disable_additional_identifications: Option<bool>,
        /// The time when the connection was created.
        pub created_at: Timestamp,
        /// The time when the connection was last updated.
        pub updated_at: Timestamp,
    }
}
