//! The emulator, as users hold it.

use std::{fmt, io, sync::Arc};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use tokio::{net::TcpListener, sync::oneshot};

use super::{
    builder::ClerkEmulatorBuilder, emulated_credential::EmulatedCredential,
    emulated_machine::EmulatedMachine, emulated_session::EmulatedSession, or_panic::or_panic,
    router,
};
use crate::api::{CreateOrganization, CreateUser, Organization, User};
use crate::clock::Clock;
use crate::config::{ClerkConfig, ClerkConfigBuilder};
use crate::emulator::{
    http::{HOST, Outage, Params, serve},
    store::{CredentialKind, Instance, JwtTemplateDefinition},
};

/// An emulated Clerk instance and the server that speaks for it; see the [module](crate::emulator). Dropping it ends the server.
pub struct ClerkEmulator {
    instance: Arc<Instance>,
    outage: Outage,
    /// Dropped, it ends the server.
    _running: oneshot::Sender<()>,
}

impl ClerkEmulator {
    /// Starts an emulator on a free port, on the system's clock.
    ///
    /// # Errors
    ///
    /// If no port can be had.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// An emulator to start with a port or a clock of one's choice.
    pub fn builder() -> ClerkEmulatorBuilder {
        ClerkEmulatorBuilder::default()
    }

    /// Where the Backend API and the Frontend API are, without `/v1`: `http://127.0.0.1:PORT`. It is also the issuer of the
    /// tokens, and where the pages are.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.instance.url
    }

    /// The secret key, which the Backend API asks for.
    #[must_use]
    pub fn secret_key(&self) -> &str {
        &self.instance.secret_key
    }

    /// The publishable key of the instance, whose Frontend API is the emulator.
    #[must_use]
    pub fn publishable_key(&self) -> &str {
        self.instance.publishable_key.as_str()
    }

    /// A configuration that points at the emulator.
    #[must_use]
    pub fn config(&self) -> ClerkConfig {
        self.config_builder().build().expect("the emulator's keys and URLs make a configuration")
    }

    /// As [`config`](Self::config), to add to.
    pub fn config_builder(&self) -> ClerkConfigBuilder {
        ClerkConfig::builder()
            .secret_key(self.secret_key())
            .publishable_key(self.publishable_key())
            .api_url(self.url())
            .proxy_url(self.url())
            .sign_in_url(format!("{}/sign-in", self.url()))
            .sign_up_url(format!("{}/sign-up", self.url()))
            .sign_out_url(format!("{}/sign-out", self.url()))
            .clock(self.clock().clone())
    }

    /// As [`config_builder`](Self::config_builder), for an app that is a satellite at a host such as `localhost`, which a
    /// production instance must have been [told of](ClerkEmulatorBuilder::satellite).
    pub fn satellite_config_builder(&self, host: &str) -> ClerkConfigBuilder {
        self.config_builder().satellite(true).proxy_url(self.url().replacen(HOST, host, 1))
    }

    /// The current public key as PEM, for verification without the network.
    #[must_use]
    pub fn jwt_key(&self) -> String {
        self.instance.keys.current().pem()
    }

    /// The current key's name, the `kid` of new tokens.
    #[must_use]
    pub fn key_id(&self) -> String {
        self.instance.keys.current().id.clone()
    }

    /// The clock that the emulator goes by.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.instance.clock
    }

    /// Creates a user, as `POST /users` does.
    ///
    /// # Panics
    ///
    /// If Clerk would refuse: an email address, a username or the like is taken or malformed.
    #[track_caller]
    pub fn create_user(&self, user: CreateUser) -> User {
        read(or_panic(self.instance.store().create_user(params(&user))))
    }

    /// A user, as `GET /users/{user_id}` shows it.
    ///
    /// # Panics
    ///
    /// If there is none of that ID.
    #[track_caller]
    #[must_use]
    pub fn user(&self, user_id: &str) -> User {
        read(or_panic(self.instance.store().user(user_id)).clone())
    }

    /// Creates an organization, as `POST /organizations` does. Its slug follows from the name unless it is given.
    ///
    /// # Panics
    ///
    /// If Clerk would refuse: the slug is taken or malformed, or there is no such creator.
    #[track_caller]
    pub fn create_organization(&self, organization: CreateOrganization) -> Organization {
        read(or_panic(self.instance.store().create_organization(params(&organization))))
    }

    /// Makes a user a member of an organization, with a role such as `org:admin`, and with permissions such as
    /// `org:billing:read` beyond those of the role. A role or a permission that is not there is created. A member who
    /// is one already gets the new role and permissions.
    ///
    /// # Panics
    ///
    /// If there is no such user or organization, or a permission is not of the form `org:FEATURE:PERMISSION`.
    #[track_caller]
    pub fn add_member(
        &self,
        organization_id: &str,
        user_id: &str,
        role: impl Into<String>,
        permissions: impl IntoIterator<Item = impl Into<String>>,
    ) {
        let permissions: Vec<String> = permissions.into_iter().map(Into::into).collect();
        or_panic(self.instance.store().upsert_member(
            organization_id,
            user_id,
            &role.into(),
            &permissions,
        ));
    }

    /// Accepts an invitation to an organization: the user, whose email address is invited, becomes a member.
    ///
    /// # Panics
    ///
    /// If Clerk would refuse: the invitation is not pending, is for somebody else or for a member, or the organization is
    /// full.
    #[track_caller]
    pub fn accept_organization_invitation(&self, invitation_id: &str, user_id: &str) {
        or_panic(self.instance.store().accept_organization_invitation(invitation_id, user_id));
    }

    /// Signs a user in, as `POST /sessions` does: a new session, which is active unless the user has to change a
    /// compromised password first.
    ///
    /// # Panics
    ///
    /// If there is no such user, or the user is banned.
    #[track_caller]
    #[must_use]
    pub fn sign_in(&self, user_id: &str) -> EmulatedSession {
        let request = Params::from_iter([("user_id".to_owned(), user_id.into())]);
        let session: crate::api::Session =
            read(or_panic(self.instance.store().create_session(request)));
        EmulatedSession::new(self.instance.clone(), session.id, session.user_id)
    }

    /// A session that is there, such as one that began at the sign-in page.
    ///
    /// # Panics
    ///
    /// If there is none of that ID.
    #[track_caller]
    #[must_use]
    pub fn session(&self, session_id: &str) -> EmulatedSession {
        let user_id = or_panic(self.instance.store().session(session_id)).user_id.clone();
        EmulatedSession::new(self.instance.clone(), session_id.to_owned(), user_id)
    }

    /// Creates an API key of a user or an organization.
    ///
    /// # Panics
    ///
    /// If there is no such user or organization.
    #[track_caller]
    #[must_use]
    pub fn create_api_key(&self, subject: &str) -> EmulatedCredential {
        EmulatedCredential::new(self.instance.clone(), CredentialKind::ApiKey, subject)
    }

    /// Creates a machine, for [tokens](Self::create_m2m_token) between machines.
    #[must_use]
    pub fn create_machine(&self, name: &str) -> EmulatedMachine {
        EmulatedMachine::new(self.instance.clone(), name)
    }

    /// Creates a machine-to-machine token, for those machines that its sender is [scoped to](EmulatedMachine::scoped_to).
    ///
    /// # Panics
    ///
    /// If the machine is another emulator's.
    #[track_caller]
    #[must_use]
    pub fn create_m2m_token(&self, machine: &EmulatedMachine) -> EmulatedCredential {
        EmulatedCredential::new(self.instance.clone(), CredentialKind::M2mToken, machine.id())
    }

    /// Creates an OAuth access token, as an OAuth application gets it from a user.
    ///
    /// # Panics
    ///
    /// If there is no such user.
    #[track_caller]
    #[must_use]
    pub fn create_oauth_access_token(&self, user_id: &str) -> EmulatedCredential {
        EmulatedCredential::new(self.instance.clone(), CredentialKind::OAuthToken, user_id)
    }

    /// Creates a JWT template, for tokens from `POST /sessions/{session_id}/tokens/{name}`, or replaces the one of that
    /// name. Its tokens are valid for a minute; `POST /jwt_templates` makes others.
    ///
    /// In the claims, a string such as `{{user.id}}`, `{{user.public_metadata.plan || 'free'}}`, `{{org.role}}` or
    /// `{{session.id}}` stands for that value, and within other text for the value as text.
    ///
    /// # Panics
    ///
    /// If the claims are no object, or one of them is Clerk's own, such as `sub` or `exp`.
    #[track_caller]
    pub fn create_jwt_template(&self, name: impl Into<String>, claims: impl Into<Value>) {
        let Value::Object(claims) = claims.into() else {
            panic!("a template's claims are an object")
        };
        or_panic(
            self.instance
                .store()
                .upsert_jwt_template(JwtTemplateDefinition::new(name.into(), claims)),
        );
    }

    /// Any JWT, signed with the current key (RSASSA-PKCS1-v1_5 with SHA-256, or as the header's `alg` says if that is
    /// RS384 or RS512): for tests of tokens that Clerk would not issue. The header is taken as it is.
    #[must_use]
    pub fn sign_token(&self, header: impl Into<Value>, claims: impl Into<Value>) -> String {
        self.instance.keys.current().sign(&header.into(), &claims.into())
    }

    /// Signs with a new key from now on. The old ones stay published.
    pub fn rotate_keys(&self) {
        self.instance.keys.rotate();
    }

    /// Publishes the current key alone: tokens of older keys are good no more.
    pub fn withdraw_old_keys(&self) {
        self.instance.keys.withdraw_old();
    }

    /// Plays dead until [`come_up`](Self::come_up): the port is kept, and every connection breaks as soon as it is used,
    /// so that clients see a transport error. A request under way is not answered any more.
    pub fn go_down(&self) {
        self.outage.set(true);
    }

    /// Answers again.
    pub fn come_up(&self) {
        self.outage.set(false);
    }

    /// How many requests there have been for a path, such as `/v1/jwks`.
    #[must_use]
    pub fn requests(&self, path: &str) -> usize {
        self.instance.requests(path)
    }
}

impl ClerkEmulatorBuilder {
    /// Starts the emulator.
    ///
    /// # Errors
    ///
    /// If the port cannot be had.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    pub async fn start(self) -> io::Result<ClerkEmulator> {
        let listener = TcpListener::bind((HOST, self.port)).await?;
        let host = listener.local_addr()?.to_string();
        let instance = Arc::new(Instance::new(&host, self.instance));
        let outage = Outage::default();
        let _running = serve(listener, outage.clone(), router::app(instance.clone()));
        Ok(ClerkEmulator { instance, outage, _running })
    }
}

impl fmt::Debug for ClerkEmulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClerkEmulator").field("url", &self.url()).finish_non_exhaustive()
    }
}

/// Parameters as a request's body would carry them.
fn params(params: &impl Serialize) -> Params {
    match serde_json::to_value(params) {
        Ok(Value::Object(params)) => params,
        _ => unreachable!("parameters are an object"),
    }
}

/// An answer as a client would read it.
fn read<T: DeserializeOwned>(answer: Value) -> T {
    serde_json::from_value(answer).expect("the API's models read the emulator's documents")
}
