//! Accounts of users at their company's identity provider.

use crate::{
    api::types::{Metadata, Verification},
    timestamp::Timestamp,
};

model! {
    /// An account of a user at a company's identity provider.
    #[serde(tag = "object", rename = "enterprise_account")]
    pub struct EnterpriseAccount {
        /// Its ID, `entacc_…`.
        pub id: String,
        /// What the provider speaks.
        pub protocol: Option<EnterpriseProtocol>,
        /// The provider, such as `saml_okta`.
        pub provider: String,
        /// Whether it is in use.
        pub active: bool,
        /// The email address that the provider knows.
        pub email_address: String,
        /// First name.
        pub first_name: Option<String>,
        /// Last name.
        pub last_name: Option<String>,
        /// The provider's own ID of the user.
        pub provider_user_id: Option<String>,
        /// The ID of the connection to the provider.
        pub enterprise_connection_id: Option<String>,
        /// Metadata that the frontend may read.
        pub public_metadata: Metadata,
        /// How it was verified, or is about to be.
        pub verification: Option<Verification>,
        /// The connection to the provider.
        pub enterprise_connection: Option<EnterpriseAccountConnection>,
        /// When the user last came from there.
        pub last_authenticated_at: Option<Timestamp>,
    }
}

open_enum! {
    /// What an enterprise identity provider speaks.
    pub enum EnterpriseProtocol {
        /// OAuth 2.0 or OpenID Connect.
        Oauth = "oauth",
        /// SAML 2.0.
        Saml = "saml",
    }
}

model! {
    /// An enterprise connection, as an account shows it.
    pub struct EnterpriseAccountConnection {
        /// Its ID, `entconn_…`.
        pub id: String,
        /// What the provider speaks.
        pub protocol: EnterpriseProtocol,
        /// The provider, such as `saml_okta`.
        pub provider: String,
        /// Its name.
        pub name: String,
        /// The provider's logo.
        pub logo_public_url: Option<String>,
        /// Its domain. Deprecated by Clerk in favor of [`domains`](Self::domains).
        pub domain: Option<String>,
        /// The domains whose users sign in through it.
        pub domains: Option<Vec<String>>,
        /// Whether it is in use.
        pub active: bool,
        /// Whether each sign-in brings the user's attributes up to date.
        pub sync_user_attributes: bool,
        /// Whether it covers subdomains too.
        pub allow_subdomains: bool,
        /// Whether a sign-in may begin at the provider.
        pub allow_idp_initiated: bool,
        /// Whether its users may not add other ways to sign in.
        pub disable_additional_identifications: bool,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

model! {
    /// An account of a user at a SAML identity provider.
    #[serde(tag = "object", rename = "saml_account")]
    pub struct SamlAccount {
        /// Its ID, `samlacc_…`.
        pub id: String,
        /// The provider, such as `saml_okta`.
        pub provider: String,
        /// Whether it is in use.
        pub active: bool,
        /// The email address that the provider knows.
        pub email_address: String,
        /// First name.
        pub first_name: Option<String>,
        /// Last name.
        pub last_name: Option<String>,
        /// The provider's own ID of the user.
        pub provider_user_id: Option<String>,
        /// When the user last came from there.
        pub last_authenticated_at: Option<Timestamp>,
        /// Metadata that the frontend may read.
        pub public_metadata: Metadata,
        /// How it was verified, or is about to be.
        pub verification: Option<Verification>,
        /// The connection to the provider.
        pub saml_connection: Option<SamlAccountConnection>,
    }
}

model! {
    /// A SAML connection, as an account shows it.
    pub struct SamlAccountConnection {
        /// Its ID, `samlc_…`.
        pub id: String,
        /// Its name.
        pub name: String,
        /// Its domain. Deprecated by Clerk in favor of [`domains`](Self::domains).
        pub domain: Option<String>,
        /// The domains whose users sign in through it.
        pub domains: Option<Vec<String>>,
        /// Whether it is in use.
        pub active: bool,
        /// The provider, such as `saml_okta`.
        pub provider: String,
        /// Whether each sign-in brings the user's attributes up to date.
        pub sync_user_attributes: bool,
        /// Whether it covers subdomains too.
        pub allow_subdomains: Option<bool>,
        /// Whether a sign-in may begin at the provider.
        pub allow_idp_initiated: Option<bool>,
        /// Whether its users may not add other ways to sign in.
        pub disable_additional_identifications: Option<bool>,
        /// When it was created.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}
