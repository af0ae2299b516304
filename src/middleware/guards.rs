//! The constructors of guards.

use super::{check::Check, guard::Guard};
use crate::{
    authorization::{self, Requirement, Reverification},
    config::TokenType,
};

/// Rejects requests without a signed-in user.
///
/// It only passes requests with a valid session token; use [`accept`] to pass requests with other
/// types of token.
pub fn require_auth() -> Guard {
    accept([TokenType::SessionToken])
}

/// Rejects requests without a valid token of one of these types.
///
/// The configuration must [accept](crate::ClerkConfigBuilder::accept_tokens) the types too: it
/// decides which tokens are verified at all. A valid token of another type is rejected with the
/// reason `token-type-mismatch`, and a session with pending tasks with `session-pending`.
///
/// ```
/// use axum::{Router, routing::get};
/// use axum_clerk::{ClerkConfig, ClerkLayer, Principal, TokenType, guard, require_auth};
///
/// async fn export(caller: Principal) -> String {
///     format!("the data of {}", caller.subject())
/// }
///
/// # fn app() -> Result<Router, axum_clerk::ConfigError> {
/// let config = ClerkConfig::builder().env().accept_tokens(TokenType::ALL).build()?;
/// let sessions_and_keys = guard::accept([TokenType::SessionToken, TokenType::ApiKey]);
/// let app = Router::new()
///     .route("/export", get(export).layer(sessions_and_keys))
///     .route("/account", get(async || "account").layer(require_auth()))
///     .layer(ClerkLayer::new(config));
/// # Ok(app) }
/// ```
///
/// # Panics
///
/// Panics at startup if the list is empty.
pub fn accept(types: impl IntoIterator<Item = TokenType>) -> Guard {
    let types: Vec<_> = types.into_iter().collect();
    assert!(!types.is_empty(), "guard::accept without types would reject every request");
    Guard::new(Check::Accept(types))
}

/// Rejects requests whose caller does not satisfy a requirement, and unauthenticated requests.
///
/// ```
/// use axum_clerk::guard;
///
/// let read_invoices = guard::require(guard::permission("org:billing:read"));
/// let export = guard::require(guard::permission("org:data:export").or(guard::scope("export")));
/// let no_guests = guard::require(guard::not(guard::role("org:guest")));
/// ```
///
/// A token of a type that can never satisfy the requirement, such as an API key where a role is
/// required, is rejected like an unauthenticated request, with the reason `token-type-mismatch`.
pub fn require(requirement: impl Into<Requirement>) -> Guard {
    Guard::new(Check::Requirement(requirement.into()))
}

/// Rejects requests of users who have not verified their identity as recently and with the factors
/// that are required.
pub fn require_reverification(reverification: Reverification) -> Guard {
    require(reverification)
}

/// Rejects requests without a valid [machine token](crate::MachineToken) that was granted a scope,
/// such as `read:invoices`: [`require`] with
/// [`scope`](crate::guard::scope). The configuration determines which types of
/// token [are accepted](crate::ClerkConfigBuilder::accept_tokens).
///
/// The scopes of a machine-to-machine token are not permissions but the IDs of the machines that it
/// may be sent to. To require a certain sender, use [`machine`](crate::guard::machine).
pub fn require_scope(scope: impl Into<String>) -> Guard {
    require(authorization::scope(scope))
}

/// Rejects requests whose token is not intended for an audience, such as
/// `https://api.example.com/mcp`, with a 401: tokens that another resource received must not work
/// here. See [`resource_server`](crate::resource_server).
///
/// An OAuth access token, opaque or a JWT, must have an audience (`aud`) or resources (`resource`),
/// and each of the two that it has must name this audience exactly. A session token must name it in
/// its `aud` claim. Tokens without an audience, such as API keys, are rejected.
pub fn audience(audience: impl Into<String>) -> Guard {
    Guard::new(Check::Audience(audience.into()))
}

/// Rejects requests of callers outside the organization that a path parameter names, with a 404 as
/// if it did not exist. The parameter is the organization's ID or slug.
///
/// A session belongs to its active organization, an API key to the organization that it was created
/// for (only the ID matches), and other tokens to no organization. Members with another active
/// organization are rejected too, because their token does not mention this one; with [organization
/// patterns](crate::ClerkConfigBuilder::organization_patterns) browsers activate it.
///
/// ```
/// use axum::{Router, extract::Path, routing::get};
/// use axum_clerk::guard;
///
/// async fn invoices(Path(slug): Path<String>) -> String {
///     format!("the invoices of {slug}")
/// }
///
/// let organization = Router::new()
///     .route("/invoices", get(invoices))
///     .layer(guard::require(guard::permission("org:invoices:read")))
///     .layer(guard::organization_in_path("slug"));
/// let app: Router = Router::new().nest("/orgs/{slug}", organization);
/// ```
///
/// Add it where Axum knows the parameter: to the route or to the nested router, or to the router
/// that they are added to. If a route has no such parameter, every request is rejected, and a
/// warning is logged.
#[cfg(feature = "axum")]
#[cfg_attr(docsrs, doc(cfg(feature = "axum")))]
pub fn organization_in_path(parameter: impl Into<String>) -> Guard {
    Guard::new(Check::OrganizationInPath(parameter.into()))
}

/// Rejects requests that another site may have caused, with a 403: cross-site request forgery.
///
/// Browsers attach cookies to a request whichever page causes it. Clerk's session cookie is
/// `SameSite=Lax`, which restricts pages of other sites, but not those of other subdomains of the
/// application's own site; see the [security
/// model](crate::guide::security#cross-site-request-forgery). Add this guard to whatever changes
/// state, and to WebSockets, to which CORS does not apply.
///
/// ```
/// use axum::{Router, routing::{any, post}};
/// use axum_clerk::{guard, require_auth};
///
/// let app: Router = Router::new()
///     .route("/transfer", post(|| async { "done" }))
///     .route("/socket", any(|| async { "open" }))
///     .layer(guard::same_origin())
///     .layer(require_auth());
/// ```
///
/// It passes
///
/// - `GET`, `HEAD` and `OPTIONS` requests, unless they upgrade the connection to a WebSocket,
/// - requests that are authenticated by the `Authorization` header, which browsers do not attach by
///   themselves,
/// - requests with `Sec-Fetch-Site: same-origin` or `none`,
/// - requests without `Sec-Fetch-Site` whose `Origin` is the origin of the request's URL,
/// - requests whose `Origin` is one of the
///   [authorized parties](crate::ClerkConfigBuilder::authorized_parties),
/// - requests with neither header, if no session cookie authenticates them.
///
/// The origin of the request's URL depends on what the proxy in front of the application forwards,
/// unless [`public_origin`](crate::ClerkConfigBuilder::public_origin) is set. Not all browsers send
/// `Sec-Fetch-Site` with WebSockets, so this has to be right.
///
/// Add it inside of [`require_auth`], so that unauthenticated requests are rejected as such.
pub fn same_origin() -> Guard {
    Guard::new(Check::SameOrigin)
}
