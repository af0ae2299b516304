//! The instance's settings.

use serde_json::{Value, json};

use super::constants::{INSTANCE_ID, MAX_ROLE_SETS};

/// The settings, as one document for each resource of the Backend API.
pub(in crate::emulator) struct Settings {
    /// The origins of browser-like apps that may call the Frontend API.
    pub(in crate::emulator) allowed_origins: Option<Vec<String>>,
    /// The origin of the app in development.
    pub(in crate::emulator) development_origin: String,
    pub(in crate::emulator) restrictions: Value,
    pub(in crate::emulator) communication: Value,
    pub(in crate::emulator) oauth_applications: Value,
    /// The settings of organizations, without those that the initial role set contains.
    pub(in crate::emulator) organizations: Value,
    pub(in crate::emulator) protect: Value,
    /// The settings of the beta features, without those in `restrictions`.
    pub(in crate::emulator) authentication: Value,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            allowed_origins: None,
            development_origin: String::new(),
            restrictions: json!({
                "object": "instance_restrictions",
                "allowlist": false,
                "blocklist": false,
                "allowlist_blocklist_disabled_on_sign_in": true,
                "block_email_subaddresses": false,
                "block_disposable_email_domains": false,
            }),
            communication: json!({
                "object": "instance_communication",
                "blocked_country_codes": [],
            }),
            oauth_applications: json!({
                "object": "oauth_application_settings",
                "dynamic_oauth_client_registration": false,
                "default_scopes": null,
                "oauth_jwt_access_tokens": false,
                "client_id_metadata_documents_advertised": false,
                "client_id_metadata_documents_only_allow_pre_registered_clients": false,
                "client_id_metadata_documents_block_implicitly_allowed_clients": false,
            }),
            organizations: json!({
                "object": "organization_settings",
                "enabled": true,
                "max_allowed_memberships": 0,
                "max_allowed_roles": 10,
                "max_role_sets_allowed": MAX_ROLE_SETS,
                "max_allowed_domains": 10,
                "max_allowed_permissions": 50,
                "admin_delete_enabled": true,
                "domains_enabled": true,
                "slug_disabled": false,
                "domains_enrollment_modes": [
                    "manual_invitation",
                    "automatic_invitation",
                    "automatic_suggestion",
                ],
            }),
            protect: json!({
                "object": "instance_protect",
                "rules_enabled": false,
                "specter_enabled": false,
                "checks_bypassed": false,
            }),
            authentication: json!({
                "object": "instance_settings",
                "id": INSTANCE_ID,
                "from_email_address": DEFAULT_SENDER,
                "progressive_sign_up": true,
                "enhanced_email_deliverability": false,
            }),
        }
    }
}

/// The local part of the sender address of emails.
pub(in crate::emulator) const DEFAULT_SENDER: &str = "notifications";
