//! The handle of the emulator.

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
    store::{AppOrigin, CredentialKind, Instance, JwtTemplateDefinition},
};

/// An emulated Clerk instance and its server; see the [module documentation](crate::emulator).
///
/// Dropping it stops the server.
pub struct ClerkEmulator {
    pub(super) instance: Arc<Instance>,
    pub(super) outage: Outage,
    /// Stops the server when dropped.
    _server_guard: oneshot::Sender<()>,
}

impl ClerkEmulator {
    /// Starts an emulator on a free port with the system clock.
    ///
    /// # Errors
    ///
    /// If no port is available.
    ///
    /// # Panics
    ///
    /// If called outside of a Tokio runtime.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Returns a builder, to choose the port, the clock and more.
    pub fn builder() -> ClerkEmulatorBuilder {
        ClerkEmulatorBuilder::default()
    }

    /// The base URL of the Backend API and the Frontend API, without `/v1`:
    /// `http://127.0.0.1:PORT`. It is also the base URL of the pages and the issuer of OAuth tokens.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.instance.url
    }

    /// The issuer of session tokens: the Frontend API that the publishable key names. In
    /// development, it is not the emulator's [URL](Self::url), which apps use as their proxy URL:
    /// clerk-js recognizes development instances by their host, such as
    /// `127-0-0-1-4010.clerk.accounts.dev`.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.instance.issuer
    }

    /// The instance's secret key, which authenticates requests to the Backend API.
    #[must_use]
    pub fn secret_key(&self) -> &str {
        &self.instance.secret_key
    }

    /// The instance's publishable key.
    #[must_use]
    pub fn publishable_key(&self) -> &str {
        self.instance.publishable_key.as_str()
    }

    /// Returns a configuration that points at the emulator.
    #[must_use]
    pub fn config(&self) -> ClerkConfig {
        self.config_builder().build().expect("the emulator's configuration is valid")
    }

    /// Returns a builder of [`config`](Self::config), to add further settings.
    ///
    /// If the origin of the app was [set](ClerkEmulatorBuilder::app_origin), it is the only
    /// [authorized party](ClerkConfigBuilder::authorized_parties).
    pub fn config_builder(&self) -> ClerkConfigBuilder {
        let builder = ClerkConfig::builder()
            .secret_key(self.secret_key())
            .publishable_key(self.publishable_key())
            .api_url(self.url())
            .proxy_url(self.url())
            .sign_in_url(format!("{}/sign-in", self.url()))
            .sign_up_url(format!("{}/sign-up", self.url()))
            .sign_out_url(format!("{}/sign-out", self.url()))
            .webhook_signing_secrets([self.webhook_signing_secret()])
            .clock(self.clock().clone());
        match &self.instance.app_origin {
            AppOrigin::Set(origin) => builder.authorized_parties([origin]),
            AppOrigin::Default => builder,
        }
    }

    /// The origin of the app that the tokens of [sessions](EmulatedSession::token) are issued to
    /// (the `azp` claim): `http://localhost:3000`, or the one that was
    /// [set](ClerkEmulatorBuilder::app_origin). Browsers receive tokens for the origin that they
    /// visit.
    ///
    /// ```
    /// # use axum_clerk::emulator::ClerkEmulator;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let clerk = ClerkEmulator::start().await?;
    /// let config = clerk.config_builder().authorized_parties([clerk.app_origin()]).build()?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn app_origin(&self) -> &str {
        self.instance.app_origin.as_str()
    }

    /// Like [`config_builder`](Self::config_builder), for an app that is a satellite at a host such
    /// as `localhost`. A production instance must know the host as a
    /// [satellite](ClerkEmulatorBuilder::satellite).
    pub fn satellite_config_builder(&self, host: &str) -> ClerkConfigBuilder {
        self.config_builder().satellite(true).proxy_url(self.url().replacen(HOST, host, 1))
    }

    /// The current public key as PEM, to verify tokens without network access.
    #[must_use]
    pub fn jwt_key(&self) -> String {
        self.instance.keys.current().pem()
    }

    /// The ID of the current key: the `kid` of new tokens.
    #[must_use]
    pub fn key_id(&self) -> String {
        self.instance.keys.current().id.clone()
    }

    /// The emulator's clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        self.instance.clock.app_clock()
    }

    /// Creates a user, like `POST /users`.
    ///
    /// # Panics
    ///
    /// If Clerk would reject the parameters, for example because an email address or a username is
    /// taken or malformed.
    #[track_caller]
    #[expect(
        clippy::must_use_candidate,
        clippy::needless_pass_by_value,
        reason = "tests create users for the effect, from parameters built in place"
    )]
    pub fn create_user(&self, user: CreateUser) -> User {
        read(or_panic(self.instance.store().create_user(params(&user))))
    }

    /// Returns a user, like `GET /users/{user_id}`.
    ///
    /// # Panics
    ///
    /// If the user does not exist.
    #[track_caller]
    #[must_use]
    pub fn user(&self, user_id: &str) -> User {
        read(or_panic(self.instance.store().user(user_id)).clone())
    }

    /// Creates an organization, like `POST /organizations`. The slug is derived from the name
    /// unless it is given.
    ///
    /// # Panics
    ///
    /// If Clerk would reject the parameters, for example because the slug is taken or malformed or
    /// the creator does not exist.
    #[track_caller]
    #[expect(
        clippy::must_use_candidate,
        clippy::needless_pass_by_value,
        reason = "tests create organizations for the effect, from parameters built in place"
    )]
    pub fn create_organization(&self, organization: CreateOrganization) -> Organization {
        read(or_panic(self.instance.store().create_organization(params(&organization))))
    }

    /// Adds a user to an organization with a role, such as `org:admin`, and with permissions beyond
    /// those of the role, such as `org:billing:read`. Missing roles and permissions are created. If
    /// the user is already a member, their role and permissions are replaced.
    ///
    /// ```
    /// # use axum_clerk::{api::{CreateOrganization, CreateUser}, emulator::ClerkEmulator};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// # let clerk = ClerkEmulator::start().await?;
    /// let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    /// let [ada, grace] = ["Ada", "Grace"]
    ///     .map(|name| clerk.create_user(CreateUser::default().first_name(name)));
    /// clerk.add_member(&acme.id, &ada.id, "org:admin", ["org:billing:read"]);
    /// clerk.add_member(&acme.id, &grace.id, "org:member", []);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If the user or the organization does not exist, or if a permission does not have the form
    /// `org:FEATURE:PERMISSION`.
    #[track_caller]
    pub fn add_member<'a>(
        &self,
        organization_id: &str,
        user_id: &str,
        role: impl Into<String>,
        permissions: impl IntoIterator<Item = &'a str>,
    ) {
        let permissions: Vec<String> = permissions.into_iter().map(Into::into).collect();
        or_panic(self.instance.store().upsert_member(
            organization_id,
            user_id,
            &role.into(),
            &permissions,
        ));
    }

    /// Accepts an organization invitation on behalf of the user with the invited email address, who
    /// becomes a member.
    ///
    /// # Panics
    ///
    /// If Clerk would reject it: the invitation is not pending or is for a different email address,
    /// the user is already a member, or the organization is full.
    #[track_caller]
    pub fn accept_organization_invitation(&self, invitation_id: &str, user_id: &str) {
        or_panic(self.instance.store().accept_organization_invitation(invitation_id, user_id));
    }

    /// Signs in a user, like `POST /sessions`. The new session is active unless the user must first
    /// change a compromised password.
    ///
    /// # Panics
    ///
    /// If the user does not exist or is banned.
    #[track_caller]
    #[must_use]
    pub fn sign_in(&self, user_id: &str) -> EmulatedSession {
        let request = Params::from_iter([("user_id".to_owned(), user_id.into())]);
        let session: crate::api::Session =
            read(or_panic(self.instance.store().create_session(request)));
        EmulatedSession::new(self.instance.clone(), session.id, session.user_id)
    }

    /// Returns an existing session, such as one that started at the sign-in page.
    ///
    /// # Panics
    ///
    /// If the session does not exist.
    #[track_caller]
    #[must_use]
    pub fn session(&self, session_id: &str) -> EmulatedSession {
        let user_id = or_panic(self.instance.store().session(session_id)).user_id.clone();
        EmulatedSession::new(self.instance.clone(), session_id.to_owned(), user_id)
    }

    /// Creates an API key for a user or an organization.
    ///
    /// # Panics
    ///
    /// If the user or the organization does not exist.
    #[track_caller]
    #[must_use]
    pub fn create_api_key(&self, subject: &str) -> EmulatedCredential {
        EmulatedCredential::new(self.instance.clone(), CredentialKind::ApiKey, subject)
    }

    /// Creates a machine, which can issue [machine-to-machine tokens](Self::create_m2m_token).
    #[must_use]
    pub fn create_machine(&self, name: &str) -> EmulatedMachine {
        EmulatedMachine::new(self.instance.clone(), name)
    }

    /// Creates a machine-to-machine token for the machines that its sender is
    /// [scoped to](EmulatedMachine::scoped_to).
    ///
    /// # Panics
    ///
    /// If the machine belongs to another emulator.
    #[track_caller]
    #[must_use]
    pub fn create_m2m_token(&self, machine: &EmulatedMachine) -> EmulatedCredential {
        EmulatedCredential::new(self.instance.clone(), CredentialKind::M2mToken, machine.id())
    }

    /// Creates an OAuth access token, as issued to an OAuth application on behalf of a user.
    ///
    /// # Panics
    ///
    /// If the user does not exist.
    #[track_caller]
    #[must_use]
    pub fn create_oauth_access_token(&self, user_id: &str) -> EmulatedCredential {
        EmulatedCredential::new(self.instance.clone(), CredentialKind::OAuthToken, user_id)
    }

    /// Creates a JWT template for tokens from `POST /sessions/{session_id}/tokens/{name}`, or
    /// replaces the template with the same name. Its tokens are valid for one minute; use
    /// `POST /jwt_templates` for other lifetimes.
    ///
    /// A string in the claims that consists of a shortcode, such as `{{user.id}}`,
    /// `{{user.public_metadata.plan || 'free'}}`, `{{org.role}}` or `{{session.id}}`, is replaced
    /// by its value. Shortcodes within other text are replaced by the value as text.
    ///
    /// # Panics
    ///
    /// If the claims are not an object, or if one of them is reserved, such as `sub` or `exp`.
    #[track_caller]
    pub fn create_jwt_template(&self, name: impl Into<String>, claims: impl Into<Value>) {
        let Value::Object(claims) = claims.into() else {
            panic!("the claims of a JWT template must be an object")
        };
        or_panic(
            self.instance
                .store()
                .upsert_jwt_template(JwtTemplateDefinition::new(name.into(), claims)),
        );
    }

    /// Signs an arbitrary JWT with the current key, to test tokens that Clerk would not issue. The
    /// header is used unchanged. The signature is RSASSA-PKCS1-v1_5 with SHA-256, or with SHA-384
    /// or SHA-512 if the header's `alg` is RS384 or RS512.
    #[must_use]
    pub fn sign_token(&self, header: impl Into<Value>, claims: impl Into<Value>) -> String {
        self.instance.keys.current().sign(&header.into(), &claims.into())
    }

    /// Generates a new key that signs all further tokens. The old keys stay published.
    pub fn rotate_keys(&self) {
        self.instance.keys.rotate();
    }

    /// Removes all keys but the current one from the JWKS: tokens that older keys signed become
    /// invalid.
    pub fn withdraw_old_keys(&self) {
        self.instance.keys.withdraw_old();
    }

    /// The number of requests received so far for a path, such as `/v1/jwks`.
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
    /// If the port is not available.
    ///
    /// # Panics
    ///
    /// If called outside of a Tokio runtime.
    pub async fn start(self) -> io::Result<ClerkEmulator> {
        let listener = TcpListener::bind((HOST, self.port)).await?;
        let host = listener.local_addr()?.to_string();
        let instance = Arc::new(Instance::new(&host, self.instance));
        let outage = Outage::default();
        let _server_guard = serve(listener, outage.clone(), router::app(instance.clone()));
        tracing::warn!(
            url = instance.url,
            "a Clerk emulator has started; it signs in anyone and is only for development and tests"
        );
        Ok(ClerkEmulator { instance, outage, _server_guard })
    }
}

impl Drop for ClerkEmulator {
    fn drop(&mut self) {
        self.instance.outbox.stop();
    }
}

impl fmt::Debug for ClerkEmulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClerkEmulator").field("url", &self.url()).finish_non_exhaustive()
    }
}

/// Converts parameters to the body that a request would carry.
fn params(params: &impl Serialize) -> Params {
    match serde_json::to_value(params) {
        Ok(Value::Object(params)) => params,
        _ => unreachable!("parameters serialize to an object"),
    }
}

/// Deserializes a document into an API model, as a client would.
pub(super) fn read<T: DeserializeOwned>(document: Value) -> T {
    serde_json::from_value(document).expect("the emulator's documents match the API models")
}
