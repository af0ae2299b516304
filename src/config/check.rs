//! Validation of the options.

use std::fmt;

use http::{HeaderName, HeaderValue};
use secrecy::ExposeSecret;
use url::{Host, Url};

use super::{
    frontend_api::absolute,
    options::Options,
    organization_sync::OrganizationSync,
    path_pattern::PathPatterns,
    publishable_key::{InstanceType, PublishableKey, secret_key_instance},
    webhook_secret::decode_webhook_secret,
};
use crate::token::VerifyingKey;

/// All problems of a configuration.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigError {
    pub(super) problems: Vec<String>,
}

impl ConfigError {
    pub(crate) fn new(problems: Vec<String>) -> Self {
        Self { problems }
    }

    /// The problems, each a sentence that says what to set.
    #[must_use]
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid Clerk configuration")?;
        for problem in &self.problems {
            write!(f, "\n- {problem}")?;
        }
        Ok(())
    }
}

/// Like `Display`, because this is what is printed if `main` returns the error.
impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ConfigError {}

pub(super) fn publishable_key(
    options: &Options,
    problems: &mut Vec<String>,
) -> Option<PublishableKey> {
    let text = options.publishable_key.as_deref()?.trim();
    let parsed = unquoted(text).and_then(|()| PublishableKey::parse(text));
    let problem = |reason: &str| {
        format!(
            "CLERK_PUBLISHABLE_KEY is not a publishable key: {reason}; copy it from the API keys page of the Clerk Dashboard"
        )
    };
    parsed.map_err(|reason| problems.push(problem(reason))).ok()
}

pub(super) fn jwt_key(options: &Options, problems: &mut Vec<String>) -> Option<VerifyingKey> {
    let parsed = VerifyingKey::from_pem(options.jwt_key.as_deref()?);
    let problem = |reason: &str| {
        format!(
            "CLERK_JWT_KEY is invalid: {reason}; copy the JWT public key in PEM from the API keys page of the Clerk Dashboard"
        )
    };
    parsed.map_err(|reason| problems.push(problem(reason))).ok()
}

/// Copied values often keep the quotes that a shell would have removed.
fn unquoted(text: &str) -> Result<(), &'static str> {
    if text.starts_with(['"', '\'']) { Err("it is in quotes") } else { Ok(()) }
}

pub(super) fn secret_keys(
    options: &Options,
    publishable_key: Option<&PublishableKey>,
    problems: &mut Vec<String>,
) {
    let machine_secret_key = options.machine_secret_key.as_ref().map(ExposeSecret::expose_secret);
    if let Some(key) = machine_secret_key {
        if !key.starts_with("ak_") {
            problems.push("CLERK_MACHINE_SECRET_KEY is not the secret key of a machine: it does not start with `ak_`; copy it from the machine's page of the Clerk Dashboard".into());
        } else if HeaderValue::from_str(key).is_err() {
            problems.push("CLERK_MACHINE_SECRET_KEY contains invalid characters; copy it again from the Clerk Dashboard".into());
        }
    }
    let Some(key) = options.secret_key.as_ref().map(ExposeSecret::expose_secret) else {
        let is_verifiable = options.jwt_key.is_some() || publishable_key.is_some();
        if !is_verifiable && machine_secret_key.is_none() {
            problems.push("no secret key is set; set CLERK_SECRET_KEY, or set CLERK_JWT_KEY to verify session tokens without the network, or CLERK_PUBLISHABLE_KEY to verify them with the keys that the Frontend API publishes".into());
        }
        return;
    };
    match unquoted(key).and_then(|()| secret_key_instance(key)) {
        Err(reason) => problems.push(format!(
            "CLERK_SECRET_KEY is not a secret key: {reason}; copy it from the API keys page of the Clerk Dashboard"
        )),
        Ok(instance) if publishable_key.is_some_and(|key| key.instance_type() != instance) => problems.push(
            "CLERK_SECRET_KEY and CLERK_PUBLISHABLE_KEY belong to different instances, one to a development (`test`) and one to a production (`live`) instance; set both to keys of the same instance".into(),
        ),
        Ok(_) if HeaderValue::from_str(key).is_err() => problems.push(
            "CLERK_SECRET_KEY contains invalid characters; copy it again from the Clerk Dashboard".into(),
        ),
        Ok(_) => {}
    }
}

/// Returns the URL of the keys that the Frontend API publishes, if no other key is configured. It
/// never depends on a request.
pub(super) fn jwks_url(
    options: &Options,
    frontend_api_host: Option<&str>,
    problems: &mut Vec<String>,
) -> Option<Url> {
    let has_other_key = options.secret_key.is_some()
        || options.jwt_key.is_some()
        || options.machine_secret_key.is_some();
    if has_other_key {
        return None;
    }
    // A path on the application's own domain would lead back to it.
    let proxy_url = options.proxy_url.as_deref().filter(|url| !is_path(url));
    let mut url = absolute(proxy_url.or(frontend_api_host)?)?;
    if is_insecure(&url) {
        problems.push("CLERK_PROXY_URL uses http, over which the keys that verify session tokens could be replaced; use https, or set CLERK_SECRET_KEY".into());
        return None;
    }
    url.path_segments_mut().ok()?.pop_if_empty().extend([".well-known", "jwks.json"]);
    Some(url)
}

pub(super) fn webhook_signing_secrets(options: &Options, problems: &mut Vec<String>) {
    for secret in &options.webhook_signing_secrets {
        if let Err(reason) = decode_webhook_secret(secret.expose_secret()) {
            problems.push(format!(
                "CLERK_WEBHOOK_SIGNING_SECRET is not a webhook signing secret: {reason}; copy it from the endpoint's page in the webhook settings of the Clerk Dashboard"
            ));
        }
    }
}

pub(super) fn api_url(options: &Options, problems: &mut Vec<String>) -> Option<Url> {
    let url = Url::parse(&options.api_url).ok().filter(|url| is_web(url) && url.host().is_some());
    let Some(url) = url else {
        problems.push(format!(
            "CLERK_API_URL is `{}`; set it to a URL such as https://api.clerk.com",
            options.api_url
        ));
        return None;
    };
    let is_live =
        options.secret_key.as_ref().is_some_and(|key| key.expose_secret().starts_with("sk_live_"));
    if is_live && is_insecure(&url) {
        problems.push("CLERK_API_URL uses http, which would send the secret key of a production instance unencrypted; use https".into());
    }
    Some(url)
}

pub(super) fn frontend_api_url(options: &Options, problems: &mut Vec<String>) -> Option<Url> {
    let text = &options.frontend_api_url;
    let is_bare = |url: &Url| {
        url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    };
    let url = Url::parse(text).ok().filter(is_web).filter(is_bare);
    match &url {
        // The text is not shown, because it may contain a password.
        None => problems.push("CLERK_FAPI_URL is invalid; set it to a URL such as https://frontend-api.clerk.dev, without credentials, a query or a fragment".into()),
        Some(url) if is_insecure(url) => problems.push("CLERK_FAPI_URL uses http, which would send the secret key and session tokens unencrypted; use https".into()),
        Some(_) => {}
    }
    url
}

pub(super) fn client_ip_header(
    options: &Options,
    problems: &mut Vec<String>,
) -> Option<HeaderName> {
    let text = options.client_ip_header.as_deref()?;
    let name = text.parse().ok();
    if name.is_none() {
        problems.push(format!(
            "CLERK_CLIENT_IP_HEADER is `{text}`; set it to the name of a header, such as cf-connecting-ip"
        ));
    }
    name
}

pub(super) fn http_client(
    options: &Options,
    api_url: Option<&Url>,
    problems: &mut Vec<String>,
) -> Option<reqwest::Client> {
    let setup = &options.http_client;
    let needs_tls = api_url.is_some_and(|url| url.scheme() == "https");
    if setup.0.is_none() && needs_tls && !cfg!(feature = "rustls") {
        problems.push("no TLS is available to reach Clerk; enable the feature `rustls` of axum-clerk, or set up TLS with `http_client`".into());
        return None;
    }
    setup
        .apply(reqwest::Client::builder())
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| problems.push(format!("the HTTP client could not be created: {error}")))
        .ok()
}

pub(super) fn public_origin(options: &Options, problems: &mut Vec<String>) -> Option<Url> {
    let text = options.public_origin.as_deref()?;
    let origin = parse_origin(text);
    if origin.is_none() {
        problems.push(format!(
            "CLERK_PUBLIC_ORIGIN is `{text}`; set it to an origin such as https://example.com, without a path or a trailing slash"
        ));
    }
    origin
}

pub(super) fn excluded_routes(options: &Options, problems: &mut Vec<String>) -> PathPatterns {
    PathPatterns::new(&options.excluded_routes).unwrap_or_else(|error| {
        problems.push(format!("CLERK_EXCLUDED_ROUTES is invalid: {error}"));
        PathPatterns::default()
    })
}

pub(super) fn organization_sync(options: &Options, problems: &mut Vec<String>) -> OrganizationSync {
    OrganizationSync::new(&options.organization_patterns, &options.personal_account_patterns)
        .unwrap_or_else(|error| {
            problems.push(format!(
                "CLERK_ORGANIZATION_PATTERNS or CLERK_PERSONAL_ACCOUNT_PATTERNS is invalid: {error}"
            ));
            OrganizationSync::default()
        })
}

pub(super) fn lifetimes(options: &Options, problems: &mut Vec<String>) {
    if options.jwks_refresh.is_zero() || options.jwks_grace < options.jwks_refresh {
        problems.push("the lifetimes of the keys are invalid; `jwks_refresh` must not be zero, and `jwks_grace` must not be shorter than `jwks_refresh`".into());
    }
    if options.lookup_timeout.is_zero() || options.api_timeout.is_zero() {
        problems.push("a timeout is zero; `api_timeout` and `lookup_timeout` must not be".into());
    }
}

pub(super) fn shared_cache(options: &Options, problems: &mut Vec<String>) {
    if options.shared_cache.is_some() && options.secret_key.is_none() {
        problems
            .push("the shared cache has no key to encrypt its values; set CLERK_SECRET_KEY".into());
    }
    if options.shared_cache_timeout.is_zero() || options.revocation_lifetime.is_zero() {
        problems.push(
            "`shared_cache_timeout` and `revocation_lifetime` must be greater than zero".into(),
        );
    }
}

pub(super) fn lists(options: &Options, problems: &mut Vec<String>) {
    for party in &options.authorized_parties {
        if !is_authorized_party(party) {
            problems.push(format!(
                "CLERK_AUTHORIZED_PARTIES contains `{party}`; list origins such as https://example.com, without a path or a trailing slash"
            ));
        }
    }
    if options.audiences.iter().any(String::is_empty) {
        problems.push("CLERK_AUDIENCE contains an empty audience; remove it".into());
    }
    if options.accepted_tokens.is_empty() {
        problems.push("no token type is accepted; set CLERK_ACCEPTS_TOKEN to at least one".into());
    }
}

pub(super) fn urls(options: &Options, problems: &mut Vec<String>) {
    for (name, url) in [
        ("CLERK_PROXY_URL", &options.proxy_url),
        ("CLERK_SIGN_IN_URL", &options.sign_in_url),
        ("CLERK_SIGN_UP_URL", &options.sign_up_url),
        ("CLERK_SIGN_OUT_URL", &options.sign_out_url),
    ] {
        if url.as_deref().is_some_and(|url| !is_path(url) && !is_url(url)) {
            problems.push(format!(
                "{name} is neither a URL nor a path; set it to a value such as https://example.com/path or /path"
            ));
        }
    }
    let proxy_url = options.proxy_url.as_deref().and_then(|url| Url::parse(url).ok());
    if proxy_url.is_some_and(|url| is_insecure(&url)) {
        problems.push(
            "CLERK_PROXY_URL uses http, which would send session tokens unencrypted; use https"
                .into(),
        );
    }
    for host in &options.trusted_hosts {
        if !is_host(host) {
            problems.push(format!(
                "CLERK_TRUSTED_HOSTS contains `{host}`; list hosts such as example.com or localhost:3000, without https:// and without a path"
            ));
        }
    }
    if let Some(domain) = options.domain.as_deref().filter(|domain| !is_host(domain)) {
        problems.push(format!(
            "CLERK_DOMAIN is `{domain}`; set it to a host such as satellite.com, without https:// and without a path"
        ));
    }
}

pub(super) fn satellite(
    options: &Options,
    publishable_key: Option<&PublishableKey>,
    problems: &mut Vec<String>,
) {
    if !options.is_satellite {
        return;
    }
    if options.domain.is_none() && options.proxy_url.is_none() {
        problems.push(
            "a satellite requires a domain or a proxy URL; set CLERK_DOMAIN or CLERK_PROXY_URL"
                .into(),
        );
    }
    let in_development =
        publishable_key.is_some_and(|key| key.instance_type() == InstanceType::Development);
    if in_development && !options.sign_in_url.as_deref().is_some_and(is_url) {
        problems.push("a satellite of a development instance requires the sign-in page of the primary application; set CLERK_SIGN_IN_URL to its full URL".into());
    }
}

/// Returns whether the text is an origin in the form of the `azp` claim: without a path, and
/// without a default port. Native applications have origins of other schemes, such as
/// `capacitor://localhost`. A wildcard would not match anything.
fn is_authorized_party(text: &str) -> bool {
    match Url::parse(text) {
        _ if text.contains('*') => false,
        Ok(url) if is_web(&url) => url.origin().ascii_serialization() == text,
        Ok(url) => url.has_authority() && url.query().is_none() && url.fragment().is_none(),
        Err(_) => false,
    }
}

/// Returns whether the text is a host, with or without a port.
fn is_host(text: &str) -> bool {
    let is_bare = |url: Url| url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    !text.contains(['/', '@', '\\']) && Url::parse(&format!("https://{text}")).is_ok_and(is_bare)
}

fn parse_origin(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| is_web(url) && url.origin().ascii_serialization() == text)
}

/// Returns whether a URL transfers data unencrypted to another machine.
fn is_insecure(url: &Url) -> bool {
    let is_loopback = match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost" || domain.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "http" && !is_loopback
}

/// Returns whether the text is a path on the application's own domain. Two leading slashes would
/// name another host.
fn is_path(text: &str) -> bool {
    text.starts_with('/') && !text.starts_with("//") && !text.starts_with("/\\")
}

fn is_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| is_web(&url))
}

pub(super) fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}
