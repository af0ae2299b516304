//! The client: how Clerk is reached, and the way to each resource.

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use futures_util::{FutureExt, TryFutureExt};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method,
    header::{ACCEPT, USER_AGENT},
};
use secrecy::SecretString;
use url::Url;

use super::{
    ActorTokens, AdminPortalLinkTokens, AgentTasks, AllowlistIdentifiers, ApiKeys, BetaFeatures, Billing,
    BlocklistIdentifiers, Clients, Commerce, Directories, Domains, EmailAddresses, Emails,
    EnterpriseConnections, InstanceSettings, Invitations, Jwks, JwtTemplates, M2m, Machines, Miscellaneous,
    OAuthAccessTokens, OAuthApplications, OrganizationDomains, OrganizationInvitations,
    OrganizationMemberships, OrganizationPermissions, OrganizationRoles, Organizations, PhoneNumbers,
    ProxyChecks, RedirectUrls, Request, RetryPolicy, RoleSets, SamlConnections, ScimDirectories, Sessions,
    SignInTokens, SignUps, SmsMessages, Templates, TestingTokens, TransportError, Users, WaitlistEntries,
    Webhooks, secret_key::SecretKey,
};
use crate::Result;

/// The version of the Backend API that this crate speaks.
pub(crate) const API_VERSION: &str = "2026-05-12";
pub(super) const CLERK_API_VERSION: HeaderName = HeaderName::from_static("clerk-api-version");

/// The first version, which has operations that the later ones do not have any more.
pub(super) const FIRST_API_VERSION: HeaderValue = HeaderValue::from_static("2021-02-05");

/// A client for Clerk's Backend API. Cheap to clone.
///
/// The `with_…` methods return another client and leave this one as it is, so that they also serve for a
/// single call:
///
/// ```no_run
/// use std::time::Duration;
/// use axum_clerk::api::{Client, RetryPolicy};
///
/// # async fn run() -> axum_clerk::Result<()> {
/// let clerk = Client::new("sk_test_…")?;
/// let in_a_hurry = clerk.with_timeout(Duration::from_secs(1)).with_retry(RetryPolicy::none());
/// let user = in_a_hurry.users().get("user_1").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(pub(super) Arc<Options>);

#[derive(Clone)]
pub(super) struct Options {
    pub(super) http: reqwest::Client,
    pub(super) base_url: Url,
    pub(super) secret_key: SecretKey,
    pub(super) headers: HeaderMap,
    pub(super) timeout: Duration,
    pub(super) retry: RetryPolicy,
}

impl Client {
    /// A client with an instance's secret key, `sk_…`.
    ///
    /// # Errors
    ///
    /// [`Error::Transport`](crate::Error::Transport) where TLS cannot be set up.
    pub fn new(secret_key: impl Into<SecretString>) -> Result<Self> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(TransportError::Setup)?;
        Ok(Self::from_http(http).with_secret_key(secret_key))
    }

    /// A client on top of an HTTP client of the application's own, without a secret key yet.
    ///
    /// The HTTP client should have `redirect::Policy::none()`: Clerk does not redirect, and a secret key
    /// should not travel. A call that it let be redirected fails.
    #[must_use]
    pub fn from_http(http: reqwest::Client) -> Self {
        Self(Arc::new(Options {
            http,
            base_url: production(),
            secret_key: SecretKey::Missing,
            headers: HeaderMap::from_iter([
                (CLERK_API_VERSION, HeaderValue::from_static(API_VERSION)),
                (ACCEPT, HeaderValue::from_static("application/json")),
                (USER_AGENT, HeaderValue::from_static(concat!("axum-clerk/", env!("CARGO_PKG_VERSION")))),
            ]),
            timeout: Duration::from_secs(10),
            retry: RetryPolicy::default(),
        }))
    }

    /// Uses another secret key, such as that of a machine.
    #[must_use]
    pub fn with_secret_key(&self, secret_key: impl Into<SecretString>) -> Self {
        self.with(|options| options.secret_key = SecretKey::Fixed(secret_key.into()))
    }

    /// Asks for the secret key before every attempt of a call: for one that changes while the client lives.
    #[must_use]
    pub fn with_secret_key_provider<F, K, E>(&self, provider: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<K, E>> + Send + 'static,
        K: Into<SecretString> + 'static,
        E: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        let provider = Arc::new(move || provider().map_ok(K::into).map_err(E::into).boxed());
        self.with(|options| options.secret_key = SecretKey::Provided(provider))
    }

    /// Sends a header with every call, in place of the one of this name that there would be.
    #[must_use]
    pub fn with_header(&self, name: HeaderName, value: HeaderValue) -> Self {
        self.with(|options| drop(options.headers.insert(name, value)))
    }

    /// Asks for another version of the API than the one that this crate speaks, whose models may not fit.
    #[must_use]
    pub fn with_api_version(&self, version: HeaderValue) -> Self {
        self.with_header(CLERK_API_VERSION, version)
    }

    /// Reaches Clerk at another URL than `https://api.clerk.com`, with or without `/v1` at its end.
    #[must_use]
    pub fn with_base_url(&self, base_url: Url) -> Self {
        self.with(|options| options.base_url = versioned(base_url))
    }

    /// Sets how long an attempt may take until its answer is complete: 10 s by default. A call takes at most
    /// this for each attempt, and [`RetryPolicy::max_delay`] between them.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        self.with(|options| options.timeout = timeout)
    }

    /// Sets when a call is tried again.
    #[must_use]
    pub fn with_retry(&self, retry: RetryPolicy) -> Self {
        self.with(|options| options.retry = retry)
    }

    fn with(&self, change: impl FnOnce(&mut Options)) -> Self {
        let mut client = self.clone();
        change(Arc::make_mut(&mut client.0));
        client
    }

    /// Tickets with which one signs in as somebody else.
    #[must_use]
    pub fn actor_tokens(&self) -> ActorTokens<'_> {
        ActorTokens(self)
    }

    /// Tokens for links to the admin portal.
    #[must_use]
    pub fn admin_portal_link_tokens(&self) -> AdminPortalLinkTokens<'_> {
        AdminPortalLinkTokens(self)
    }

    /// Tasks of AI agents that act for a user.
    #[must_use]
    pub fn agent_tasks(&self) -> AgentTasks<'_> {
        AgentTasks(self)
    }

    /// Who may sign up, where not everyone may.
    #[must_use]
    pub fn allowlist_identifiers(&self) -> AllowlistIdentifiers<'_> {
        AllowlistIdentifiers(self)
    }

    /// API keys.
    #[must_use]
    pub fn api_keys(&self) -> ApiKeys<'_> {
        ApiKeys(self)
    }

    /// Settings whose operations Clerk may still change.
    #[must_use]
    pub fn beta_features(&self) -> BetaFeatures<'_> {
        BetaFeatures(self)
    }

    /// Plans, who subscribed to them, and what was paid.
    #[must_use]
    pub fn billing(&self) -> Billing<'_> {
        Billing(self)
    }

    /// Who may not come in.
    #[must_use]
    pub fn blocklist_identifiers(&self) -> BlocklistIdentifiers<'_> {
        BlocklistIdentifiers(self)
    }

    /// Browsers and devices on which users sign in.
    #[must_use]
    pub fn clients(&self) -> Clients<'_> {
        Clients(self)
    }

    /// Billing, as it was called at first.
    #[must_use]
    pub fn commerce(&self) -> Commerce<'_> {
        Commerce(self)
    }

    /// Directories, which provision users from a company's identity provider.
    #[must_use]
    pub fn directories(&self) -> Directories<'_> {
        Directories(self)
    }

    /// The domains that the instance works on.
    #[must_use]
    pub fn domains(&self) -> Domains<'_> {
        Domains(self)
    }

    /// Email addresses of users.
    #[must_use]
    pub fn email_addresses(&self) -> EmailAddresses<'_> {
        EmailAddresses(self)
    }

    /// Emails to users.
    #[must_use]
    pub fn emails(&self) -> Emails<'_> {
        Emails(self)
    }

    /// Connections to companies' identity providers.
    #[must_use]
    pub fn enterprise_connections(&self) -> EnterpriseConnections<'_> {
        EnterpriseConnections(self)
    }

    /// The settings of the instance.
    #[must_use]
    pub fn instance_settings(&self) -> InstanceSettings<'_> {
        InstanceSettings(self)
    }

    /// Invitations to the application.
    #[must_use]
    pub fn invitations(&self) -> Invitations<'_> {
        Invitations(self)
    }

    /// The keys that the instance signs with.
    #[must_use]
    pub fn jwks(&self) -> Jwks<'_> {
        Jwks(self)
    }

    /// Templates of JWTs for other services.
    #[must_use]
    pub fn jwt_templates(&self) -> JwtTemplates<'_> {
        JwtTemplates(self)
    }

    /// Machine-to-machine tokens.
    #[must_use]
    pub fn m2m(&self) -> M2m<'_> {
        M2m(self)
    }

    /// Machines: the services of an application that call one another.
    #[must_use]
    pub fn machines(&self) -> Machines<'_> {
        Machines(self)
    }

    /// What belongs to no other resource.
    #[must_use]
    pub fn miscellaneous(&self) -> Miscellaneous<'_> {
        Miscellaneous(self)
    }

    /// Access tokens that the instance issued as an OAuth provider.
    #[must_use]
    pub fn oauth_access_tokens(&self) -> OAuthAccessTokens<'_> {
        OAuthAccessTokens(self)
    }

    /// OAuth applications, which let users sign in elsewhere with the instance.
    #[must_use]
    pub fn oauth_applications(&self) -> OAuthApplications<'_> {
        OAuthApplications(self)
    }

    /// Domains of organizations.
    #[must_use]
    pub fn organization_domains(&self) -> OrganizationDomains<'_> {
        OrganizationDomains(self)
    }

    /// Invitations to organizations.
    #[must_use]
    pub fn organization_invitations(&self) -> OrganizationInvitations<'_> {
        OrganizationInvitations(self)
    }

    /// Who is a member of which organization.
    #[must_use]
    pub fn organization_memberships(&self) -> OrganizationMemberships<'_> {
        OrganizationMemberships(self)
    }

    /// What roles in organizations permit.
    #[must_use]
    pub fn organization_permissions(&self) -> OrganizationPermissions<'_> {
        OrganizationPermissions(self)
    }

    /// Roles in organizations.
    #[must_use]
    pub fn organization_roles(&self) -> OrganizationRoles<'_> {
        OrganizationRoles(self)
    }

    /// Organizations.
    #[must_use]
    pub fn organizations(&self) -> Organizations<'_> {
        Organizations(self)
    }

    /// Phone numbers of users.
    #[must_use]
    pub fn phone_numbers(&self) -> PhoneNumbers<'_> {
        PhoneNumbers(self)
    }

    /// Checks of a proxy in front of the Frontend API.
    #[must_use]
    pub fn proxy_checks(&self) -> ProxyChecks<'_> {
        ProxyChecks(self)
    }

    /// Where native applications may be sent to after an OAuth flow.
    #[must_use]
    pub fn redirect_urls(&self) -> RedirectUrls<'_> {
        RedirectUrls(self)
    }

    /// Sets of roles, of which each organization has one.
    #[must_use]
    pub fn role_sets(&self) -> RoleSets<'_> {
        RoleSets(self)
    }

    /// Connections to SAML identity providers, by the older operations.
    #[must_use]
    pub fn saml_connections(&self) -> SamlConnections<'_> {
        SamlConnections(self)
    }

    /// Directories, by the older operations.
    #[must_use]
    pub fn scim_directories(&self) -> ScimDirectories<'_> {
        ScimDirectories(self)
    }

    /// Sessions.
    #[must_use]
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions(self)
    }

    /// Tickets that sign a user in.
    #[must_use]
    pub fn sign_in_tokens(&self) -> SignInTokens<'_> {
        SignInTokens(self)
    }

    /// Sign-ups under way.
    #[must_use]
    pub fn sign_ups(&self) -> SignUps<'_> {
        SignUps(self)
    }

    /// Text messages to users.
    #[must_use]
    pub fn sms_messages(&self) -> SmsMessages<'_> {
        SmsMessages(self)
    }

    /// The templates of emails and text messages.
    #[must_use]
    pub fn templates(&self) -> Templates<'_> {
        Templates(self)
    }

    /// What lets end-to-end tests past the protection against bots.
    #[must_use]
    pub fn testing_tokens(&self) -> TestingTokens<'_> {
        TestingTokens(self)
    }

    /// Users.
    #[must_use]
    pub fn users(&self) -> Users<'_> {
        Users(self)
    }

    /// Who waits to be let in.
    #[must_use]
    pub fn waitlist_entries(&self) -> WaitlistEntries<'_> {
        WaitlistEntries(self)
    }

    /// The instance's account at Svix, which delivers its webhooks.
    #[must_use]
    pub fn webhooks(&self) -> Webhooks<'_> {
        Webhooks(self)
    }

    /// Any operation, modelled here or not. The path is without `/v1` and without a query, and
    /// percent-encoded by the caller.
    ///
    /// ```no_run
    /// # async fn run(clerk: axum_clerk::api::Client) -> axum_clerk::Result<()> {
    /// use http::Method;
    /// use serde_json::{Value, json};
    ///
    /// let body = json!({ "enabled": true });
    /// let answer: Value = clerk.request(Method::POST, "/something/new").json(&body).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: &str) -> Request {
        Request::new(self, method, path, [])
    }

    pub(crate) fn get<const N: usize>(&self, path: &'static str, parameters: [&str; N]) -> Request {
        Request::new(self, Method::GET, path, parameters)
    }

    pub(crate) fn post<const N: usize>(&self, path: &'static str, parameters: [&str; N]) -> Request {
        Request::new(self, Method::POST, path, parameters)
    }

    pub(super) fn patch<const N: usize>(&self, path: &'static str, parameters: [&str; N]) -> Request {
        Request::new(self, Method::PATCH, path, parameters)
    }

    pub(super) fn put<const N: usize>(&self, path: &'static str, parameters: [&str; N]) -> Request {
        Request::new(self, Method::PUT, path, parameters)
    }

    pub(super) fn delete<const N: usize>(&self, path: &'static str, parameters: [&str; N]) -> Request {
        Request::new(self, Method::DELETE, path, parameters)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Options { base_url, timeout, retry, .. } = &*self.0;
        f.debug_struct("Client")
            .field("base_url", &base_url.as_str())
            .field("timeout", timeout)
            .field("retry", retry)
            .finish_non_exhaustive()
    }
}

fn production() -> Url {
    Url::parse("https://api.clerk.com/v1").expect("a constant")
}

/// The URL with `/v1` at its end once, and nothing after it.
fn versioned(mut url: Url) -> Url {
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix("/v1").unwrap_or(path);
    let path = format!("{path}/v1");
    url.set_path(&path);
    url.set_query(None);
    url.set_fragment(None);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_ends_with_the_version_once() {
        for (url, base) in [
            ("https://api.clerk.com", "https://api.clerk.com/v1"),
            ("https://api.clerk.com/", "https://api.clerk.com/v1"),
            ("https://api.clerk.com/v1", "https://api.clerk.com/v1"),
            ("https://api.clerk.com/v1/", "https://api.clerk.com/v1"),
            ("https://example.com/clerk?x#y", "https://example.com/clerk/v1"),
        ] {
            assert_eq!(versioned(Url::parse(url).unwrap()).as_str(), base);
        }
    }
}
