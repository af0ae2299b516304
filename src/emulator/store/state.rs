//! What the instance knows, in memory: documents as the Backend API shows them.

mod clients;
mod credentials;
mod domains;
mod factors;
pub(super) mod fields;
mod identification;
mod identifications;
mod identifier_lists;
mod invitations;
mod jwt_templates;
mod lockouts;
mod machines;
mod oauth_applications;
mod organization_domains;
mod organization_invitations;
mod organization_memberships;
mod organization_permissions;
mod organization_roles;
mod organizations;
mod sessions;
mod settings;
mod sign_in_tokens;
mod table;
mod tickets;
mod users;
mod verifications;

use std::{collections::HashMap, time::Duration};

use serde_json::{Map, Value};

pub(super) use self::{
    clients::Client,
    credentials::{Credential, CredentialKind, seconds_from},
    domains::Domain,
    factors::SecondFactor,
    identification::{EMAIL_ADDRESS, IdentificationKind, PHONE_NUMBER},
    identifier_lists::new_identifier,
    invitations::{NewInvitation, has_email_address},
    jwt_templates::{JwtTemplateDefinition, SigningKey},
    machines::{MAX_SCOPES, Machine},
    oauth_applications::OAuthApplicationChange,
    organization_domains::{DomainChange, ENROLLMENT_MODES, NewDomain, is_verified},
    organization_invitations::NewOrganizationInvitation,
    organization_memberships::{Membership, NewMembership},
    organization_permissions::{NewPermission, PermissionChange, is_system, split_permission},
    organization_roles::{NewRole, RoleChange},
    sessions::{Session, SessionStatus},
    settings::{DEFAULT_SENDER, Settings},
    sign_in_tokens::{SignInToken, TokenStatus},
    table::Table,
    tickets::Admission,
};
use self::{factors::Factors, verifications::CodeVerification};
use crate::Clock;

/// The parameters of a request's body.
pub(super) type Params = Map<String, Value>;

/// The ID of the one instance that there is.
pub(super) const INSTANCE_ID: &str = "ins_emulator";

/// A day in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// Stands in for avatars and logos, which the emulator does not draw: an empty picture that needs no network.
const NO_IMAGE: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E";

/// Everything that can be created, each list in the order of creation.
pub(super) struct Store {
    clock: Clock,
    pub(super) allowlist: Table,
    pub(super) blocklist: Table,
    pub(super) domains: Vec<Domain>,
    pub(super) invitations: Table,
    pub(super) redirect_urls: Table,
    pub(super) settings: Settings,
    pub(super) sign_in_tokens: Vec<SignInToken>,
    /// Whether there is something to deliver webhooks.
    pub(super) has_svix_app: bool,
    pub(super) users: Table,
    /// What each user signs in with, by the user's ID.
    factors: HashMap<String, Factors>,
    /// When the lock of each locked user ends, by the user's ID.
    lockouts: HashMap<String, i64>,
    /// The codes that email addresses and phone numbers are verified by.
    verifications: Vec<CodeVerification>,
    pub(super) organizations: Table,
    pub(super) memberships: Vec<Membership>,
    pub(super) organization_domains: Table,
    pub(super) organization_invitations: Table,
    pub(super) permissions: Table,
    pub(super) roles: Table,
    pub(super) clients: Vec<Client>,
    pub(super) sessions: Vec<Session>,
    pub(super) machines: Vec<Machine>,
    pub(super) credentials: Vec<Credential>,
    /// The cookies that handshakes came to, by the nonces that stand for them.
    pub(super) handshakes: HashMap<String, Vec<String>>,
    /// The tokens of clients that a satellite is to know too, by the nonces that stand for them.
    pub(super) links: HashMap<String, String>,
    /// How long the tokens of new sessions are valid.
    pub(super) token_lifetime: Duration,
    pub(super) jwt_templates: Table,
    /// The keys of those JWT templates that have one of their own, by the IDs of the templates.
    pub(super) signing_keys: HashMap<String, SigningKey>,
    pub(super) oauth_applications: Table,
}

impl Store {
    pub(super) fn new(clock: Clock, token_lifetime: Duration) -> Self {
        let now = clock.unix_millis();
        let permissions = organization_permissions::system_permissions(now);
        Self {
            clock,
            token_lifetime,
            roles: organization_roles::default_roles(&permissions, now),
            permissions,
            allowlist: Table::new("identifier"),
            blocklist: Table::new("identifier"),
            domains: Vec::new(),
            invitations: Table::new("invitation"),
            redirect_urls: Table::new("redirect URL"),
            settings: Settings::default(),
            sign_in_tokens: Vec::new(),
            has_svix_app: false,
            users: Table::new("user"),
            factors: HashMap::new(),
            lockouts: HashMap::new(),
            verifications: Vec::new(),
            organizations: Table::new("organization"),
            memberships: Vec::new(),
            organization_domains: Table::new("organization domain"),
            organization_invitations: Table::new("organization invitation"),
            clients: Vec::new(),
            sessions: Vec::new(),
            machines: Vec::new(),
            credentials: Vec::new(),
            handshakes: HashMap::new(),
            links: HashMap::new(),
            jwt_templates: Table::new("JWT template"),
            signing_keys: HashMap::new(),
            oauth_applications: Table::new("OAuth application"),
        }
    }

    /// Milliseconds since the epoch.
    pub(super) fn now(&self) -> i64 {
        self.clock.unix_millis()
    }
}
