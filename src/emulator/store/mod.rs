//! What the instance knows, in memory: documents as the Backend API shows them.

mod clients;
mod credentials;
mod domains;
pub(super) mod fields;
mod identifier_lists;
mod invitations;
mod organizations;
mod sessions;
mod settings;
mod sign_in_tokens;
mod table;
mod tickets;
mod users;

use std::{collections::HashMap, time::Duration};

use serde_json::{Map, Value};

pub(super) use self::{
    clients::Client,
    credentials::{Credential, CredentialKind, Machine},
    domains::Domain,
    identifier_lists::new_identifier,
    invitations::{NewInvitation, invitation_at},
    organizations::{Membership, split_permission},
    sessions::{Session, SessionStatus},
    settings::{DEFAULT_SENDER, Settings},
    sign_in_tokens::{SignInToken, TokenStatus},
    table::Table,
    tickets::Admission,
};
use crate::Clock;

/// The parameters of a request's body.
pub(super) type Params = Map<String, Value>;

/// The ID of the one instance that there is.
pub(super) const INSTANCE_ID: &str = "ins_emulator";

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
    pub(super) organizations: Table,
    pub(super) memberships: Vec<Membership>,
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
    /// The claims of each JWT template, by its name.
    pub(super) jwt_templates: HashMap<String, Value>,
}

impl Store {
    pub(super) fn new(clock: Clock, token_lifetime: Duration) -> Self {
        Self {
            clock,
            token_lifetime,
            allowlist: Table::new("identifier"),
            blocklist: Table::new("identifier"),
            domains: Vec::new(),
            invitations: Table::new("invitation"),
            redirect_urls: Table::new("redirect URL"),
            settings: Settings::default(),
            sign_in_tokens: Vec::new(),
            has_svix_app: false,
            users: Table::new("user"),
            organizations: Table::new("organization"),
            memberships: Vec::new(),
            clients: Vec::new(),
            sessions: Vec::new(),
            machines: Vec::new(),
            credentials: Vec::new(),
            handshakes: HashMap::new(),
            links: HashMap::new(),
            jwt_templates: HashMap::new(),
        }
    }

    /// Milliseconds since the epoch.
    pub(super) fn now(&self) -> i64 {
        self.clock.unix_millis()
    }
}
