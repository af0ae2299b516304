//! The handle of a session.

use std::{fmt, sync::Arc, time::Duration};

use serde_json::{Value, json};

use super::or_panic::or_panic;
use crate::config::InstanceType;
use crate::emulator::store::{Instance, Session, SessionStatus};

/// An emulated session, created by [`ClerkEmulator::sign_in`](super::ClerkEmulator::sign_in) or at
/// the sign-in page.
///
/// Settings belong to the session and affect all of its tokens, including those from the Backend
/// API. Clones refer to the same session.
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

    /// The ID of the signed-in user, `user_…`.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// Issues a session token: a JWT of version 2, signed with the instance's current key and
    /// issued to the [origin of the app](super::ClerkEmulator::app_origin).
    ///
    /// Unlike the Backend API, this also works after the session has ended, because tokens issued
    /// earlier stay valid for up to a minute.
    #[must_use]
    pub fn token(&self) -> String {
        let app_origin = self.instance.app_origin.as_str();
        or_panic(self.instance.session_token(&self.id, None, Some(app_origin)))
    }

    /// Returns the `Cookie` header that a browser with this session sends, with a new session
    /// token.
    ///
    /// It contains no refresh token, so that an expired session token leads to a handshake.
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

    /// Sets the active organization (the `o` claim). The role and permissions in each token are
    /// those of the user's membership at the time.
    ///
    /// # Panics
    ///
    /// If the user is not a [member](super::ClerkEmulator::add_member) of the organization.
    #[must_use]
    pub fn organization(self, organization_id: &str) -> Self {
        or_panic(self.instance.store().activate_organization(&self.id, organization_id));
        self
    }

    /// Sets the features of the user and the organization (the `fea` claim), each as `SCOPE:NAME`
    /// with the scope `o` (organization), `u` (user) or `uo` (both), instead of those of their
    /// [plans](super::ClerkEmulator::user_plan). Features that the user's permissions require are
    /// added automatically.
    ///
    /// # Panics
    ///
    /// If a feature does not have this form.
    #[must_use]
    pub fn features(self, features: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let features = check_scoped_names(features);
        self.update(|session| session.features = features)
    }

    /// Sets the plans of the user and the organization (the `pla` claim), each as `SCOPE:NAME` as
    /// in [`features`](Self::features), instead of those that they [subscribe
    /// to](super::ClerkEmulator::subscribe).
    ///
    /// # Panics
    ///
    /// If a plan does not have this form.
    #[must_use]
    pub fn plans(self, plans: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let plans = check_scoped_names(plans);
        self.update(|session| session.plans = plans)
    }

    /// Sets how many minutes ago the first and the second factor were verified (the `fva` claim),
    /// or -1 for a factor that the user does not have. The ages grow with the clock. The default
    /// after signing in is `(0, -1)`.
    #[must_use]
    pub fn factor_verification_age(self, first: i64, second: i64) -> Self {
        let now = self.instance.clock.unix_millis();
        let verified_at =
            [first, second].map(|minutes| (minutes >= 0).then(|| now - minutes * 60_000));
        self.update(|session| session.verified_at = verified_at)
    }

    /// Sets the session's status (the `sts` claim): `active`, or `pending` while the user has tasks
    /// to complete.
    ///
    /// # Panics
    ///
    /// If the status is neither of these.
    #[must_use]
    pub fn status(self, status: &str) -> Self {
        let status = match status {
            "active" => SessionStatus::Active,
            "pending" => SessionStatus::Pending,
            other => panic!("the status must be `active` or `pending`, not `{other}`"),
        };
        self.update(|session| session.status = status)
    }

    /// Sets the user who impersonates the signed-in user: the `sub` of the `act` claim.
    #[must_use]
    pub fn actor(self, user_id: impl Into<String>) -> Self {
        let actor = json!({ "sub": user_id.into() });
        self.update(|session| session.actor = Some(actor))
    }

    /// Sets the lifetime of the session's tokens, in whole seconds; 60 seconds by default, or the
    /// [`session_token_lifetime`](super::ClerkEmulatorBuilder::session_token_lifetime) of the
    /// emulator.
    #[must_use]
    pub fn expires_in(self, lifetime: Duration) -> Self {
        self.update(|session| session.token_lifetime = lifetime)
    }

    /// Adds a claim, such as `azp`, to the session's tokens. It overrides the default claim of the
    /// same name: an `exp` in the past results in an expired token.
    #[must_use]
    pub fn claim(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let (name, value) = (name.into(), value.into());
        self.update(|session| drop(session.claims.insert(name, value)))
    }

    fn update(self, update: impl FnOnce(&mut Session)) -> Self {
        update(or_panic(self.instance.store().session_mut(&self.id)));
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
            _ => panic!("`{name}` does not have the form `o:NAME`, `u:NAME` or `uo:NAME`"),
        }
    }
    names
}
