//! Who a request is, as handlers and guards see it.

use std::sync::{Arc, OnceLock};

use http::{
    Extensions, HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri, header,
};
use url::Url;

use crate::{
    ActiveOrganization, Clerk, Condition, Error, MachineToken, Reason, Refusal, RequestState,
    Requirement, Result, Reverification, Session, SessionClaims, SessionStatus, TokenType,
    account_urls::AccountUrls,
    api::{Organization, Secret, User},
    authenticate::{RequestHead, X_FORWARDED_HOST, X_FORWARDED_PROTO, dev_browser_token},
    refusal::see_other,
};

/// Who a request is: signed in or out.
///
/// [`ClerkLayer`](crate::ClerkLayer) puts it into the extensions of every request. With Axum, take it as an argument:
/// it never refuses a request, unless the layer is missing.
///
/// ```
/// use axum_clerk::ClerkAuth;
///
/// async fn home(auth: ClerkAuth) -> String {
///     auth.user_id().map_or("hello, stranger".into(), |id| format!("hello, {id}"))
/// }
/// # #[cfg(feature = "axum")]
/// # let _ = axum::routing::get::<_, _, ()>(home);
/// ```
#[derive(Clone, Debug)]
pub struct ClerkAuth(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clerk: Clerk,
    state: RequestState,
    /// Taken where a handler asks for who it is, as most requests never need it.
    request: OnceLock<Box<Snapshot>>,
}

/// What of the request the URLs to sign in, up and out depend on.
#[derive(Debug)]
struct Snapshot {
    uri: Uri,
    headers: [Option<HeaderValue>; 4],
}

static SNAPSHOT_HEADERS: [HeaderName; 4] =
    [header::HOST, header::COOKIE, X_FORWARDED_HOST, X_FORWARDED_PROTO];

impl ClerkAuth {
    pub(crate) fn new(clerk: Clerk, state: RequestState) -> Self {
        Self(Arc::new(Inner { clerk, state, request: OnceLock::new() }))
    }

    /// What the layer found about a request, for services without Axum's extractors.
    ///
    /// # Errors
    ///
    /// [`Refusal::MissingLayer`] where no [`ClerkLayer`](crate::ClerkLayer) saw the request.
    pub fn from_request<B>(request: &Request<B>) -> Result<Self, Refusal> {
        Self::of(request.extensions(), request.into()).cloned()
    }

    pub(crate) fn of<'a>(
        extensions: &'a Extensions,
        head: RequestHead<'_>,
    ) -> Result<&'a Self, Refusal> {
        Self::find(extensions).map(|auth| auth.remembering(head))
    }

    /// Itself, with the request taken down for the URLs that depend on it.
    pub(crate) fn remembering(&self, head: RequestHead<'_>) -> &Self {
        self.0.request.get_or_init(|| {
            let headers = SNAPSHOT_HEADERS.each_ref().map(|name| head.headers.get(name).cloned());
            Box::new(Snapshot { uri: head.uri.clone(), headers })
        });
        self
    }

    /// What the layer found, or the refusal that says that there was none.
    pub(crate) fn find(extensions: &Extensions) -> Result<&Self, Refusal> {
        extensions.get().ok_or_else(|| {
            tracing::error!("{}", Refusal::MissingLayer);
            Refusal::MissingLayer
        })
    }

    pub(crate) fn state(&self) -> &RequestState {
        &self.0.state
    }

    /// Whether a user is signed in. A session with tasks to complete does not count, unless
    /// [configured](crate::ClerkConfigBuilder::pending_is_signed_in) to.
    #[must_use]
    pub fn is_signed_in(&self) -> bool {
        self.session().is_some()
    }

    /// Whether the request carries a valid token of any accepted type: a user is signed in, or there is a
    /// [machine token](Self::machine_token).
    #[must_use]
    pub fn is_authenticated(&self) -> bool {
        self.is_signed_in() || self.machine_token().is_some()
    }

    /// The session of the signed-in user.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        self.0.state.session().filter(|session| {
            !session.claims().is_pending() || self.0.clerk.config().pending_is_signed_in()
        })
    }

    /// What the token of the signed-in user says.
    #[must_use]
    pub fn claims(&self) -> Option<&SessionClaims> {
        self.session().map(Session::claims)
    }

    /// The token of the signed-in user, to pass on to another service of yours.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.session().map(Session::token)
    }

    /// The user's ID.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        self.claims().map(SessionClaims::user_id)
    }

    /// The session's ID.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.claims()?.session_id()
    }

    /// The session's status, also where it is pending and thus counts as signed out.
    #[must_use]
    pub fn session_status(&self) -> Option<SessionStatus> {
        self.0.state.session()?.claims().session_status()
    }

    /// Who acts as the user, if they are impersonated: the claim `act`.
    #[must_use]
    pub fn actor(&self) -> Option<&serde_json::Value> {
        self.claims()?.actor()
    }

    /// The organization that is active in the session, as the token tells it.
    #[must_use]
    pub fn active_organization(&self) -> Option<&ActiveOrganization> {
        self.claims()?.organization()
    }

    /// The active organization's ID.
    #[must_use]
    pub fn organization_id(&self) -> Option<&str> {
        self.active_organization().map(ActiveOrganization::id)
    }

    /// The active organization's slug.
    #[must_use]
    pub fn organization_slug(&self) -> Option<&str> {
        self.active_organization()?.slug()
    }

    /// The user's role in the active organization, such as `org:admin`.
    #[must_use]
    pub fn organization_role(&self) -> Option<&str> {
        self.active_organization()?.role()
    }

    /// The user's permissions in the active organization, such as `org:billing:read`.
    #[must_use]
    pub fn organization_permissions(&self) -> Option<&[String]> {
        self.active_organization()?.permissions()
    }

    /// Whether the session satisfies a requirement.
    ///
    /// ```
    /// use axum_clerk::{ClerkAuth, guard};
    ///
    /// fn may_see_invoices(auth: &ClerkAuth) -> bool {
    ///     auth.has(guard::permission("org:billing:read"))
    /// }
    /// ```
    #[must_use]
    pub fn has(&self, requirement: impl Into<Requirement>) -> bool {
        self.claims().is_some_and(|claims| requirement.into().is_met_by(claims))
    }

    /// Whether the user verified who they are as recently and as strongly as asked.
    #[must_use]
    pub fn reverified(&self, reverification: Reverification) -> bool {
        self.has(reverification)
    }

    /// Whether a signed-in user must verify who they are once more.
    #[must_use]
    pub fn needs_reverification(&self, reverification: Reverification) -> bool {
        self.is_signed_in() && !self.reverified(reverification)
    }

    /// Refuses unless the session satisfies a requirement.
    ///
    /// # Errors
    ///
    /// The [`Refusal`] that says what is missing.
    pub fn require(&self, requirement: impl Into<Requirement>) -> Result<(), Refusal> {
        self.require_all_of(&requirement.into())
    }

    pub(crate) fn require_all_of(&self, requirement: &Requirement) -> Result<(), Refusal> {
        let claims = self.claims().ok_or_else(|| self.signed_out(None))?;
        match requirement.unmet_by(claims) {
            None => Ok(()),
            Some(Condition::Reverification(reverification)) => {
                Err(Refusal::Reverification(*reverification))
            }
            Some(condition) => Err(Refusal::Forbidden(condition.clone())),
        }
    }

    /// Refuses unless the user verified who they are as recently and as strongly as asked.
    ///
    /// ```
    /// use axum_clerk::{ClerkAuth, Result, Reverification};
    ///
    /// async fn transfer(auth: ClerkAuth) -> Result<()> {
    ///     auth.require_reverification(Reverification::STRICT_MFA)?;
    ///     // …
    ///     Ok(())
    /// }
    /// # #[cfg(feature = "axum")]
    /// # let _ = axum::routing::post::<_, _, ()>(transfer);
    /// ```
    ///
    /// # Errors
    ///
    /// [`Refusal::Reverification`], which Clerk's browser libraries act on.
    pub fn require_reverification(&self, reverification: Reverification) -> Result<(), Refusal> {
        self.require(reverification)
    }

    /// The refusal of a request that is not signed in; a page's leads to the sign-in page.
    pub(crate) fn signed_out(&self, page: Option<RequestHead<'_>>) -> Refusal {
        let reason = self.reason();
        if reason.is_some_and(Reason::is_unavailable) {
            return Refusal::Unavailable;
        }
        let wants_page = page.is_some_and(RequestHead::wants_document);
        let sign_in_url = if wants_page { self.sign_in_url() } else { None };
        Refusal::SignedOut { reason: reason.cloned(), sign_in_url }
    }

    /// The machine token, where the request carries a valid one and the configuration accepts its type.
    #[must_use]
    pub fn machine_token(&self) -> Option<&MachineToken> {
        self.state().machine_token().map(Arc::as_ref)
    }

    /// The type of the token that the request was judged by; `None` where several are accepted and the one presented
    /// is none of them.
    #[must_use]
    pub fn token_type(&self) -> Option<TokenType> {
        self.0.state.token_type()
    }

    /// Why nobody is signed in; `None` where somebody is, or has tasks to complete first.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        self.0.state.reason()
    }

    /// The signed-in user, from the Backend API, remembered for 60 seconds.
    ///
    /// # Errors
    ///
    /// As [`Clerk::user`].
    pub async fn user(&self) -> Result<Option<Arc<User>>> {
        match self.user_id() {
            Some(id) => self.clerk().user(id).await.map(Some),
            None => Ok(None),
        }
    }

    /// The active organization, from the Backend API, remembered for 60 seconds.
    ///
    /// # Errors
    ///
    /// As [`Clerk::organization`].
    pub async fn organization(&self) -> Result<Option<Arc<Organization>>> {
        match self.organization_id() {
            Some(id) => self.clerk().organization(id).await.map(Some),
            None => Ok(None),
        }
    }

    /// A token of the session made from a [JWT template](https://clerk.com/docs/guides/sessions/jwt-templates), for
    /// another service.
    ///
    /// # Errors
    ///
    /// [`Refusal::SignedOut`] without a session, else as
    /// [`Sessions::create_token_from_template`](crate::api::Sessions::create_token_from_template).
    pub async fn token_for_template(&self, template: &str) -> Result<Secret> {
        let session_id = self.session_id().ok_or_else(|| Error::Refused(self.signed_out(None)))?;
        let token = self
            .clerk()
            .sessions()
            .create_token_from_template(session_id, template, &Default::default())
            .await?;
        Ok(token.jwt)
    }

    /// Where to sign in and come back from: the configured page, or the account portal. `None` without either, or
    /// where a path is configured and the request names no host.
    #[must_use]
    pub fn sign_in_url(&self) -> Option<Url> {
        self.account_urls().sign_in()
    }

    /// Where to sign up and come back from; as [`sign_in_url`](Self::sign_in_url).
    #[must_use]
    pub fn sign_up_url(&self) -> Option<Url> {
        self.account_urls().sign_up()
    }

    /// Where to sign out; `None` unless configured.
    #[must_use]
    pub fn sign_out_url(&self) -> Option<Url> {
        self.account_urls().sign_out()
    }

    /// Sends a browser to the [sign-in page](Self::sign_in_url), or refuses with 401 where there is none.
    #[must_use]
    pub fn redirect_to_sign_in(&self) -> Response<String> {
        match self.sign_in_url() {
            Some(url) => see_other(&url),
            None => self.signed_out(None).to_response(),
        }
    }

    /// The handle of the Clerk instance.
    #[must_use]
    pub fn clerk(&self) -> &Clerk {
        &self.0.clerk
    }

    fn account_urls(&self) -> AccountUrls<'_> {
        let config = self.clerk().config();
        let snapshot = self.0.request.get();
        let present = snapshot
            .into_iter()
            .flat_map(|snapshot| SNAPSHOT_HEADERS.iter().zip(&snapshot.headers));
        let headers: HeaderMap =
            present.filter_map(|(name, value)| Some((name.clone(), value.clone()?))).collect();
        let uri = snapshot.map_or_else(Uri::default, |snapshot| snapshot.uri.clone());
        let head = RequestHead { method: &Method::GET, uri: &uri, headers: &headers };
        AccountUrls {
            config,
            request_url: head.public_url(),
            dev_browser_token: dev_browser_token(head, config, self.clerk().verifier()),
            is_pending: self.session_status() == Some(SessionStatus::Pending),
        }
    }
}
