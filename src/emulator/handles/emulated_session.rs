//! Sessions as users of the emulator hold them.

use std::{fmt, sync::Arc, time::Duration};

use serde_json::{Value, json};

use super::or_panic::or_panic;
use crate::config::InstanceType;
use crate::emulator::store::{Instance, Session, SessionStatus};

/// A user's session at the emulator, from [`ClerkEmulator::sign_in`](super::ClerkEmulator::sign_in) or the sign-in page.
///
/// What it is told belongs to the session: its tokens say it, those from the Backend API too. Clones are the same
/// session.
///
/// ```
/// # use axum_clerk::{api::CreateUser, emulator::ClerkEmulator};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let clerk = ClerkEmulator::start().await?;
/// let ada = clerk.create_user(CreateUser::default().first_name("Ada"));
/// let session = clerk.sign_in(&ada.id).features(["u:export"]).factor_verification_age(15, -1);
/// assert_eq!(session.token().split('.').count(), 3);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct EmulatedSession {
    instance: Arc<Instance>,
    id: String,
    user_id: String,
}

impl EmulatedSession {
    pub(super) fn new(instance: Arc<Instance>, id: String, user_id: String) -> Self {
        Self { instance, id, user_id }
    }

    /// The session's ID, `sess_…`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The ID of the user who is signed in.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// A fresh session token: a JWT of version 2, signed with the instance's current key.
    ///
    /// It can be had even when the session is over, unlike over HTTP: such tokens are around for a minute.
    #[must_use]
    pub fn token(&self) -> String {
        or_panic(self.instance.session_token(&self.id, None, None))
    }

    /// What a browser with this session sends in its `Cookie` header, with a fresh token; but no refresh token, so that
    /// an expired session token ends in a handshake.
    #[must_use]
    pub fn cookies(&self) -> String {
        let token = self.token();
        let store = self.instance.store();
        let session = or_panic(store.session(&self.id));
        let client_uat = session.created_at.div_euclid(1000).to_string();
        let mut cookies = vec![("__client_uat", client_uat), ("__session", token)];
        if self.instance.instance_type() == InstanceType::Development {
            let client = store.clients.iter().find(|client| client.id == session.client_id);
            cookies.extend(client.map(|client| ("__clerk_db_jwt", client.token.clone())));
        }
        let suffix = self.instance.publishable_key.cookie_suffix();
        let pairs =
            cookies.iter().map(|(name, value)| format!("{name}={value}; {name}_{suffix}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// Makes an organization the active one (claim `o`): the role and the permissions are those of the user's
    /// membership at the time of each token.
    ///
    /// # Panics
    ///
    /// If the user is no [member](super::ClerkEmulator::add_member) of it.
    #[must_use]
    pub fn organization(self, organization_id: &str) -> Self {
        or_panic(self.instance.store().activate_organization(&self.id, organization_id));
        self
    }

    /// The features that the user and the organization have (claim `fea`), each `SCOPE:NAME` with the scope `o`
    /// (organization), `u` (user) or `uo` (both). Those that permissions need are added by themselves.
    ///
    /// # Panics
    ///
    /// If one has another form.
    #[must_use]
    pub fn features(self, features: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let features = check_scoped_names(features);
        self.change(|session| session.features = features)
    }

    /// The plans that the user and the organization have (claim `pla`), each `SCOPE:NAME` as in
    /// [`features`](Self::features).
    ///
    /// # Panics
    ///
    /// If one has another form.
    #[must_use]
    pub fn plans(self, plans: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let plans = check_scoped_names(plans);
        self.change(|session| session.plans = plans)
    }

    /// How many minutes ago the first and the second factor were verified (claim `fva`); -1 is a factor that the user
    /// does not have. They age with the clock. After signing in: `(0, -1)`.
    #[must_use]
    pub fn factor_verification_age(self, first: i64, second: i64) -> Self {
        let now = self.instance.clock.unix_millis();
        let verified_at =
            [first, second].map(|minutes| (minutes >= 0).then(|| now - minutes * 60_000));
        self.change(|session| session.verified_at = verified_at)
    }

    /// The session's status (claim `sts`): `active`, or `pending` while the user has tasks to do.
    ///
    /// # Panics
    ///
    /// If it is another one.
    #[must_use]
    pub fn status(self, status: &str) -> Self {
        let status = match status {
            "active" => SessionStatus::Active,
            "pending" => SessionStatus::Pending,
            other => panic!("a token's status is `active` or `pending`, not `{other}`"),
        };
        self.change(|session| session.status = status)
    }

    /// Who impersonates the user: the `sub` of the `act` claim.
    #[must_use]
    pub fn actor(self, user_id: impl Into<String>) -> Self {
        let actor = json!({ "sub": user_id.into() });
        self.change(|session| session.actor = Some(actor))
    }

    /// How long each session token is valid, to the second; 60 seconds unless told otherwise.
    #[must_use]
    pub fn expires_in(self, lifetime: Duration) -> Self {
        self.change(|session| session.token_lifetime = lifetime)
    }

    /// A further claim of the session's tokens, such as `azp`. It wins over the usual one of that name: an `exp` in the
    /// past makes an expired token.
    #[must_use]
    pub fn claim(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let (name, value) = (name.into(), value.into());
        self.change(|session| drop(session.claims.insert(name, value)))
    }

    fn change(self, change: impl FnOnce(&mut Session)) -> Self {
        change(or_panic(self.instance.store().session_mut(&self.id)));
        self
    }
}

impl fmt::Debug for EmulatedSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatedSession")
            .field("id", &self.id)
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}

#[track_caller]
fn check_scoped_names(names: impl IntoIterator<Item = impl Into<String>>) -> Vec<String> {
    let names: Vec<String> = names.into_iter().map(Into::into).collect();
    for name in &names {
        match name.split_once(':') {
            Some(("o" | "u" | "uo" | "ou", rest))
                if !rest.is_empty() && !rest.contains([':', ',']) => {}
            _ => panic!("`{name}` has not the form `o:NAME`, `u:NAME` or `uo:NAME`"),
        }
    }
    names
}
