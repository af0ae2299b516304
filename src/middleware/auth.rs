//! The authentication of a request, as handlers and guards see it.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use http::{
    Extensions, HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri, header,
};
use url::Url;

use super::{
    account_urls::AccountUrls,
    check::check_requirement,
    rejection::{AuthRejection, RejectionKind},
    rejection_response::see_other,
    response_format::ResponseFormat,
};
use crate::{
    authenticate::{
        Location, MachineToken, Principal, Reason, RequestHead, RequestState, VerifiedSession,
        X_FORWARDED_HOST, X_FORWARDED_PROTO, dev_browser_token,
    },
    authorization::{Requirement, Reverification},
    clerk::Clerk,
    config::TokenType,
    error::Result,
    token::{ActiveOrganization, SessionClaims, StatusClaim, TokenError},
};

/// The authentication of a request: signed in or signed out.
///
/// [`ClerkLayer`](crate::ClerkLayer) inserts it into the extensions of every request. With Axum, use
/// it as an extractor: it does not reject any request, unless the layer is missing.
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
    /// Whether a guard accepted a session with pending tasks, so that the extractors behind it do
    /// too.
    allows_pending: bool,
    /// Only set when an extractor or a guard is used, because most requests do not need it.
    request: OnceLock<Box<RequestSnapshot>>,
}

/// The parts of the request that rejections and the URLs of the account pages depend on.
struct RequestSnapshot {
    uri: Uri,
    headers: [Option<HeaderValue>; 4],
    format: ResponseFormat,
    /// Whether the browser can be redirected back to the request.
    is_repeatable: bool,
    /// The page that contains the element making an htmx request.
    htmx_page: Option<HeaderValue>,
}

/// Omits the query and the headers, which may contain tokens.
impl fmt::Debug for RequestSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestSnapshot").field("path", &self.uri.path()).finish_non_exhaustive()
    }
}

const HX_CURRENT_URL: HeaderName = HeaderName::from_static("hx-current-url");

static SNAPSHOT_HEADERS: [HeaderName; 4] =
    [header::HOST, header::COOKIE, X_FORWARDED_HOST, X_FORWARDED_PROTO];

impl ClerkAuth {
    pub(crate) fn new(clerk: Clerk, state: RequestState) -> Self {
        Self(Arc::new(Inner { clerk, state, allows_pending: false, request: OnceLock::new() }))
    }

    /// Returns a copy in which a session with pending tasks counts as signed in.
    pub(crate) fn allowing_pending(&self) -> Self {
        let Inner { clerk, state, .. } = &*self.0;
        let (clerk, state) = (clerk.clone(), state.clone());
        Self(Arc::new(Inner { clerk, state, allows_pending: true, request: OnceLock::new() }))
    }

    /// Returns the authentication of a request, for services that do not use Axum's extractors.
    ///
    /// # Errors
    ///
    /// [`RejectionKind::MissingLayer`] if the request did not pass through a
    /// [`ClerkLayer`](crate::ClerkLayer).
    pub fn from_request<B>(request: &Request<B>) -> Result<Self, AuthRejection> {
        Self::from_extensions(request.extensions(), request.into()).cloned()
    }

    pub(crate) fn from_extensions<'a>(
        extensions: &'a Extensions,
        head: RequestHead<'_>,
    ) -> Result<&'a Self, AuthRejection> {
        match Self::find(extensions) {
            Ok(auth) => Ok(auth.with_request(head)),
            Err(kind) => Err(AuthRejection::new(kind, ResponseFormat::of(head), None)),
        }
    }

    /// Stores the parts of the request that rejections and the URLs of the account pages depend on.
    pub(crate) fn with_request(&self, head: RequestHead<'_>) -> &Self {
        self.0.request.get_or_init(|| {
            let headers = SNAPSHOT_HEADERS.each_ref().map(|name| head.headers.get(name).cloned());
            let format = ResponseFormat::of(head);
            Box::new(RequestSnapshot {
                uri: head.uri().clone(),
                headers,
                format,
                is_repeatable: matches!(*head.method, Method::GET | Method::HEAD),
                htmx_page: (format == ResponseFormat::Htmx)
                    .then(|| head.headers.get(HX_CURRENT_URL).cloned())
                    .flatten(),
            })
        });
        self
    }

    /// Returns the result that the layer inserted, or a rejection if there is no layer.
    pub(crate) fn find(extensions: &Extensions) -> Result<&Self, RejectionKind> {
        extensions.get().ok_or_else(|| {
            tracing::error!("{}", RejectionKind::MissingLayer);
            RejectionKind::MissingLayer
        })
    }

    pub(crate) fn state(&self) -> &RequestState {
        &self.0.state
    }

    /// Returns whether a user is signed in. A session with pending tasks does not count, unless
    /// [configured](crate::ClerkConfigBuilder::pending_is_signed_in) otherwise.
    #[must_use]
    pub fn is_signed_in(&self) -> bool {
        self.session().is_some()
    }

    /// Returns whether the request carries a valid token of any accepted type: a user is signed in,
    /// or there is a [machine token](Self::machine_token). See [`principal`](Self::principal).
    #[must_use]
    pub fn is_authenticated(&self) -> bool {
        self.is_signed_in() || self.machine_token().is_some()
    }

    /// The session of the signed-in user.
    #[must_use]
    pub fn session(&self) -> Option<&VerifiedSession> {
        self.session_if_pending(self.0.allows_pending)
    }

    /// Returns the session. A session with pending tasks counts if that is allowed here or
    /// configured.
    fn session_if_pending(&self, is_allowed: bool) -> Option<&VerifiedSession> {
        self.0.state.session().filter(|session| {
            !session.claims().is_pending()
                || is_allowed
                || self.0.clerk.config().pending_is_signed_in()
        })
    }

    /// The caller: a session, an API key, a machine-to-machine token or an OAuth access token.
    ///
    /// ```
    /// use axum_clerk::{ClerkAuth, Principal};
    ///
    /// async fn whoami(auth: ClerkAuth) -> String {
    ///     match auth.principal() {
    ///         Some(Principal::Session(session)) => format!("user {}", session.claims().user_id()),
    ///         Some(machine) => format!("{} of {}", machine.token_type(), machine.subject()),
    ///         None => "a stranger".into(),
    ///     }
    /// }
    /// # #[cfg(feature = "axum")]
    /// # let _ = axum::routing::get::<_, _, ()>(whoami);
    /// ```
    #[must_use]
    pub fn principal(&self) -> Option<Principal> {
        self.principal_if_pending(self.0.allows_pending)
    }

    /// Returns the caller. A session with pending tasks counts if a guard allows it.
    pub(crate) fn principal_if_pending(&self, is_allowed: bool) -> Option<Principal> {
        match self.0.state.machine_token() {
            Some(token) => Principal::from_machine_token(token),
            None => self.session_if_pending(is_allowed).cloned().map(Principal::from),
        }
    }

    /// Returns whether the request carries a valid token of a session with pending tasks.
    pub(crate) fn is_pending(&self) -> bool {
        self.0.state.session().is_some_and(|session| session.claims().is_pending())
    }

    /// The claims of the signed-in user's token.
    #[must_use]
    pub fn claims(&self) -> Option<&SessionClaims> {
        self.session().map(VerifiedSession::claims)
    }

    /// The signed-in user's token, for example to pass it on to another service.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.session().map(VerifiedSession::token)
    }

    /// The session's ID.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.claims()?.session_id()
    }

    /// The status of the session, even if it is pending and therefore counts as signed out.
    #[must_use]
    pub fn session_status(&self) -> Option<StatusClaim> {
        self.0.state.session()?.claims().session_status()
    }

    /// The actor (`act`), if the user is being impersonated.
    #[must_use]
    pub fn actor(&self) -> Option<&serde_json::Value> {
        self.claims()?.actor()
    }

    /// The session's active organization, according to the token.
    #[must_use]
    pub fn active_organization(&self) -> Option<&ActiveOrganization> {
        self.claims()?.organization()
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

    /// Returns whether the caller satisfies a requirement.
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
        self.principal().is_some_and(|caller| caller.has(requirement))
    }

    /// Returns whether the user verified their identity as recently and with the factors that are
    /// required.
    #[must_use]
    pub fn reverified(&self, reverification: Reverification) -> bool {
        self.has(reverification)
    }

    /// Returns whether a signed-in user must verify their identity again.
    #[must_use]
    pub fn needs_reverification(&self, reverification: Reverification) -> bool {
        self.is_signed_in() && !self.reverified(reverification)
    }

    /// Rejects the request unless the caller satisfies a requirement.
    ///
    /// # Errors
    ///
    /// The [`AuthRejection`] that names the unmet condition.
    pub fn require(&self, requirement: impl Into<Requirement>) -> Result<(), AuthRejection> {
        let requirement = requirement.into();
        let accepts = |token_type| requirement.applies_to(token_type);
        match self.principal() {
            Some(caller) if accepts(caller.token_type()) => {
                check_requirement(&caller, &requirement).map_err(|kind| self.rejection(kind))
            }
            _ if accepts(TokenType::SessionToken) => {
                Err(self.rejection(self.unauthenticated(accepts)))
            }
            _ => Err(self.rejection(self.unauthenticated(accepts)).without_redirect()),
        }
    }

    /// Returns the session, or rejects the request if no user is signed in.
    ///
    /// # Errors
    ///
    /// The [`AuthRejection`], which redirects browsers that request a page to the sign-in page.
    pub fn require_signed_in(&self) -> Result<&VerifiedSession, AuthRejection> {
        self.session().ok_or_else(|| self.rejection(self.signed_out()))
    }

    /// Rejects the request unless the user verified their identity as recently and with the factors
    /// that are required.
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
    /// [`RejectionKind::Reverification`], which Clerk's browser libraries handle.
    pub fn require_reverification(
        &self,
        reverification: Reverification,
    ) -> Result<(), AuthRejection> {
        self.require(reverification)
    }

    /// Returns the reason to reject this request because no user is signed in.
    pub(crate) fn signed_out(&self) -> RejectionKind {
        self.unauthenticated(|token_type| token_type == TokenType::SessionToken)
    }

    /// Returns the reason to reject this request because it has no valid token of an accepted type.
    pub(crate) fn unauthenticated(&self, accepts: impl Fn(TokenType) -> bool) -> RejectionKind {
        match self.reason() {
            Some(reason) if reason.is_unavailable() => RejectionKind::Unavailable,
            Some(reason) => RejectionKind::SignedOut(Some(reason.clone())),
            None if accepts(TokenType::SessionToken) && self.is_pending() => {
                RejectionKind::SignedOut(None)
            }
            // The token is valid, but of another type.
            None => RejectionKind::SignedOut(Some(TokenError::TypeMismatch.into())),
        }
    }

    /// Creates a rejection of this request, for extractors and middleware of an application. Its
    /// response has the format that the client expects. If the user has to sign in, it redirects
    /// browsers that request a page to the sign-in page.
    #[must_use]
    pub fn rejection(&self, kind: RejectionKind) -> AuthRejection {
        let snapshot = self.0.request.get();
        let format = snapshot.map_or_else(ResponseFormat::default, |snapshot| snapshot.format);
        let redirects = match format {
            ResponseFormat::Page => snapshot.is_some_and(|snapshot| snapshot.is_repeatable),
            ResponseFormat::Htmx => true,
            ResponseFormat::Json | ResponseFormat::Grpc => false,
        };
        self.rejection_in_format(kind, format, redirects)
    }

    /// Creates a rejection that responds with a page, regardless of the request.
    pub(crate) fn page_rejection(&self, kind: RejectionKind) -> AuthRejection {
        self.rejection_in_format(kind, ResponseFormat::Page, true)
    }

    fn rejection_in_format(
        &self,
        kind: RejectionKind,
        format: ResponseFormat,
        redirects: bool,
    ) -> AuthRejection {
        let redirects = redirects && matches!(kind, RejectionKind::SignedOut(_));
        let url = if redirects { self.sign_in_url() } else { None };
        AuthRejection::new(kind, format, url.map(Location::from))
    }

    /// The machine token, if the request carries a valid one of an accepted type.
    #[must_use]
    pub fn machine_token(&self) -> Option<&MachineToken> {
        self.state().machine_token().map(Arc::as_ref)
    }

    /// The type of the token that the request was authenticated by; `None` if several types are
    /// accepted and the presented one is not among them.
    #[must_use]
    pub fn token_type(&self) -> Option<TokenType> {
        self.0.state.token_type()
    }

    /// The reason why no user is signed in; `None` if a user is signed in, or the session has
    /// pending tasks.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        self.0.state.reason()
    }

    /// The URL of the sign-in page, which redirects back to this request: the configured page, or
    /// that of the account portal. `None` if there is neither, or if the configured page is a path
    /// and the request names no host.
    #[must_use]
    pub fn sign_in_url(&self) -> Option<Url> {
        self.account_urls().sign_in()
    }

    /// The URL of the sign-up page, like [`sign_in_url`](Self::sign_in_url).
    #[must_use]
    pub fn sign_up_url(&self) -> Option<Url> {
        self.account_urls().sign_up()
    }

    /// The URL of the sign-out page; `None` unless configured.
    #[must_use]
    pub fn sign_out_url(&self) -> Option<Url> {
        self.account_urls().sign_out()
    }

    /// Redirects a browser to the [sign-in page](Self::sign_in_url), or responds with 401 if there
    /// is none.
    #[must_use]
    pub fn redirect_to_sign_in(&self) -> Response<String> {
        match self.sign_in_url() {
            Some(url) => see_other(&url),
            None => AuthRejection::from(self.signed_out()).to_response(),
        }
    }

    /// Returns the handle of the Clerk instance.
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
        let head = RequestHead {
            method: &Method::GET,
            current_uri: &uri,
            headers: &headers,
            extensions: &Extensions::new(),
        };
        let request_url = head.public_url(config);
        // A page of another origin must not be redirected to.
        let is_same_origin = |page: &Url| {
            request_url.as_ref().is_some_and(|request_url| request_url.origin() == page.origin())
        };
        let htmx_page = snapshot
            .and_then(|snapshot| Url::parse(snapshot.htmx_page.as_ref()?.to_str().ok()?).ok())
            .filter(is_same_origin);
        AccountUrls {
            config,
            request_url: htmx_page.or(request_url),
            dev_browser_token: dev_browser_token(head, config),
            is_pending: self.session_status() == Some(StatusClaim::Pending),
        }
    }
}
