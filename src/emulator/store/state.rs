//! The in-memory store of the instance.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use super::{
    billing::Billing,
    records::{
        AgentTask, AuthorizationCode, Client, CodeVerification, Credential, Domain, EmailLink,
        Machine, Membership, OAuthGrant, ProviderToken, RefreshToken, Reverification, SentMessage,
        Session, Settings, SignInFactors, SignInToken, SocialAttempt, Table, UserSettings,
        default_role_sets, default_roles, default_templates, system_permissions,
    },
    snapshot::Snapshot,
};
use crate::emulator::{clock::EmulatorClock, tokens::TemplateKey};

/// The resources of the instance. Each list is in order of creation.
pub(in crate::emulator) struct Store {
    pub(super) clock: EmulatorClock,
    pub(in crate::emulator) billing: Billing,
    pub(super) admin_portal_tokens: Table,
    pub(super) agent_tasks: Vec<AgentTask>,
    pub(in crate::emulator) allowlist: Table,
    pub(in crate::emulator) blocklist: Table,
    pub(in crate::emulator) domains: Vec<Domain>,
    /// The enterprise connections, with the secrets of their settings.
    pub(in crate::emulator) enterprise_connections: Table,
    pub(super) enterprise_test_runs: Table,
    pub(in crate::emulator) directories: Table,
    pub(super) group_role_mappings: Table,
    /// The successful checks of proxies.
    pub(super) proxy_checks: Table,
    pub(in crate::emulator) invitations: Table,
    pub(in crate::emulator) redirect_urls: Table,
    pub(in crate::emulator) settings: Settings,
    pub(in crate::emulator) user_settings: UserSettings,
    /// The messages that Clerk would have sent.
    pub(in crate::emulator) messages: VecDeque<SentMessage>,
    pub(in crate::emulator) sign_in_tokens: Vec<SignInToken>,
    /// The templates of emails and text messages.
    pub(in crate::emulator) templates: Table,
    /// Whether the instance has a Svix app, which delivers webhooks.
    pub(in crate::emulator) has_svix_app: bool,
    pub(in crate::emulator) users: Table,
    /// The waitlist. Each entry has the ID of its invitation.
    pub(in crate::emulator) waitlist: Table,
    /// The access tokens of social providers, by the ID of the external account; `None` if they were
    /// deleted.
    pub(super) provider_tokens: HashMap<String, Option<ProviderToken>>,
    pub(super) trusted_devices: Table,
    /// The sign-in factors of each user, by user ID.
    pub(super) factors: HashMap<String, SignInFactors>,
    /// The end of each locked user's lockout, by user ID.
    pub(super) lockouts: HashMap<String, i64>,
    /// The verifications of email addresses and phone numbers by a code.
    pub(super) verifications: Vec<CodeVerification>,
    pub(in crate::emulator) organizations: Table,
    pub(in crate::emulator) memberships: Vec<Membership>,
    pub(in crate::emulator) organization_domains: Table,
    pub(in crate::emulator) organization_invitations: Table,
    pub(in crate::emulator) membership_requests: Table,
    pub(super) organization_suggestions: Table,
    pub(in crate::emulator) permissions: Table,
    pub(in crate::emulator) roles: Table,
    pub(in crate::emulator) role_sets: Table,
    pub(in crate::emulator) clients: Vec<Client>,
    pub(in crate::emulator) sessions: Vec<Session>,
    /// The links that were sent, by token.
    pub(super) email_links: HashMap<String, EmailLink>,
    /// The visits to social providers, by the `state` parameter of their URLs.
    pub(super) social_attempts: HashMap<String, SocialAttempt>,
    /// The reverifications in progress, by session ID.
    pub(super) reverifications: HashMap<String, Reverification>,
    pub(in crate::emulator) machines: Vec<Machine>,
    pub(in crate::emulator) credentials: Vec<Credential>,
    /// The cookies that handshakes set, by nonce.
    pub(in crate::emulator) handshakes: HashMap<String, Vec<String>>,
    /// The tokens of clients that are being synced to satellites, by nonce.
    pub(in crate::emulator) links: HashMap<String, String>,
    /// The lifetime of the tokens of new sessions.
    pub(in crate::emulator) token_lifetime: Duration,
    pub(in crate::emulator) jwt_templates: Table,
    /// The custom keys of JWT templates, by template ID.
    pub(in crate::emulator) template_keys: HashMap<String, TemplateKey>,
    pub(in crate::emulator) oauth_applications: Table,
    /// The secrets of confidential OAuth applications, by client ID.
    pub(super) oauth_secrets: HashMap<String, String>,
    pub(super) oauth_grants: Vec<OAuthGrant>,
    /// The grants that applications have not yet exchanged for tokens, by code.
    pub(super) authorization_codes: HashMap<String, AuthorizationCode>,
    pub(super) refresh_tokens: HashMap<String, RefreshToken>,
    /// What webhooks have reported so far, if there is an endpoint for them.
    pub(super) snapshot: Option<Snapshot>,
}

impl Store {
    pub(in crate::emulator) fn new(clock: EmulatorClock, token_lifetime: Duration) -> Self {
        let now = clock.unix_millis();
        let permissions = system_permissions(now);
        let roles = default_roles(&permissions, now);
        Self {
            clock,
            token_lifetime,
            role_sets: default_role_sets(&roles, now),
            roles,
            permissions,
            billing: Billing::default(),
            admin_portal_tokens: Table::new("admin portal link token"),
            agent_tasks: Vec::new(),
            allowlist: Table::new("identifier"),
            blocklist: Table::new("identifier"),
            domains: Vec::new(),
            enterprise_connections: Table::new("enterprise connection"),
            enterprise_test_runs: Table::new("test run"),
            directories: Table::new("directory"),
            group_role_mappings: Table::new("group role mapping"),
            proxy_checks: Table::new("proxy check"),
            invitations: Table::new("invitation"),
            redirect_urls: Table::new("redirect URL"),
            settings: Settings::default(),
            user_settings: UserSettings::default(),
            messages: VecDeque::new(),
            sign_in_tokens: Vec::new(),
            templates: default_templates(now),
            has_svix_app: false,
            users: Table::new("user"),
            waitlist: Table::new("waitlist entry"),
            provider_tokens: HashMap::new(),
            trusted_devices: Table::new("trusted device"),
            factors: HashMap::new(),
            lockouts: HashMap::new(),
            verifications: Vec::new(),
            organizations: Table::new("organization"),
            memberships: Vec::new(),
            organization_domains: Table::new("organization domain"),
            organization_invitations: Table::new("organization invitation"),
            membership_requests: Table::new("membership request"),
            organization_suggestions: Table::new("organization suggestion"),
            clients: Vec::new(),
            sessions: Vec::new(),
            email_links: HashMap::new(),
            social_attempts: HashMap::new(),
            reverifications: HashMap::new(),
            machines: Vec::new(),
            credentials: Vec::new(),
            handshakes: HashMap::new(),
            links: HashMap::new(),
            jwt_templates: Table::new("JWT template"),
            template_keys: HashMap::new(),
            oauth_applications: Table::new("OAuth application"),
            oauth_secrets: HashMap::new(),
            oauth_grants: Vec::new(),
            authorization_codes: HashMap::new(),
            refresh_tokens: HashMap::new(),
            snapshot: None,
        }
    }

    /// Returns the current time in milliseconds since the epoch.
    pub(in crate::emulator) fn now(&self) -> i64 {
        self.clock.unix_millis()
    }
}
