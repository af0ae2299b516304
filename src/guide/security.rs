//! # Security model
//!
//! What this crate checks, what it leaves to the application, and how to configure both.
//!
//! - [What is checked](#what-is-checked)
//! - [What is not checked](#what-is-not-checked)
//! - [Guards and paths](#guards-and-paths)
//! - [Cross-site request forgery](#cross-site-request-forgery)
//! - [CORS and the order of layers](#cors-and-the-order-of-layers)
//! - [Caching](#caching)
//! - [Proxies](#proxies)
//! - [The Frontend API proxy](#the-frontend-api-proxy)
//! - [Calls to Clerk that strangers can cause](#calls-to-clerk-that-strangers-can-cause)
//! - [Revocation](#revocation)
//! - [Organizations in paths](#organizations-in-paths)
//! - [Secrets](#secrets)
//! - [Key rotation and outages](#key-rotation-and-outages)
//! - [Checklist](#checklist)
//!
//! # What is checked
//!
//! [`ClerkLayer`](crate::ClerkLayer) accepts a session token from the `Authorization` header, or
//! from Clerk's cookies, if
//!
//! - its RSA signature (RS256, RS384 or RS512) was made by one of the instance's keys; `none` and
//!   HMAC algorithms are rejected, and so are headers with `crit`,
//! - it is a session token: tokens created from a JWT template, OAuth access tokens and
//!   machine-to-machine tokens are never accepted in its place,
//! - it has not expired (`exp`), is active (`nbf`), and was not issued in the future (`iat`), with
//!   a tolerance of 5 seconds ([`clock_skew`](crate::ClerkConfigBuilder::clock_skew)),
//! - it was issued to one of the [authorized
//!   parties](crate::ClerkConfigBuilder::authorized_parties) (`azp`), if any are configured,
//! - it is intended for one of the [audiences](crate::ClerkConfigBuilder::audiences) (`aud`), if
//!   any are configured and the token has the claim,
//! - it names a user (`sub`).
//!
//! A verified token is cached, but its times, its class and its key are checked at every use.
//!
//! A token in a cookie must also be newer than the browser's last sign-in or sign-out, according to
//! the cookie `__client_uat`. A browser whose cookies contradict each other is redirected to Clerk
//! to sync them, which is called a handshake. Handshakes only start, and only end, in `GET`
//! requests for pages, so a request that changes something never runs as the user of a handshake
//! that another site slipped into its URL.
//!
//! API keys, machine-to-machine tokens and OAuth access tokens are rejected unless they are
//! [accepted](crate::ClerkConfigBuilder::accept_tokens). Opaque ones are verified by Clerk at every
//! request. With [`machine_id`](crate::ClerkConfigBuilder::machine_id), machine-to-machine tokens
//! must be scoped to that machine.
//!
//! # What is not checked
//!
//! - **Authorized parties, unless configured.** Subdomains can set cookies for the whole site.
//!   Without authorized parties, a token that was issued to another application of the instance, on
//!   a subdomain for example, is accepted. So is the OpenID Connect ID token that an OAuth
//!   application of the instance received for a user: it is signed with the same keys, but names no
//!   party. For production instances a warning is logged at startup.
//! - **The state of the session at Clerk.** See [revocation](#revocation).
//! - **Data.** A role in an organization is a claim about the active organization. Whether the
//!   invoice in the URL belongs to that organization is for the handler to check.
//! - **The age of the sign-in.** Protect sensitive actions with
//!   [`require_reverification`](crate::require_reverification).
//! - **How often someone calls.** Limit rates in front of the application.
//!
//! # Guards and paths
//!
//! The layer rejects no request; it passes requests without a valid token on as signed out. What
//! protects a route is a [guard](crate::guard) or an extractor such as
//! [`SignedIn`](crate::SignedIn). Routers disagree about which paths are the same, so guards fail
//! closed: [`only`](crate::guard::Guard::only) guards every spelling of a path that some router
//! could take for a match, while [`except`](crate::guard::Guard::except) and
//! [`exclude`](crate::ClerkConfigBuilder::exclude) exempt only paths that every router takes for
//! one. Forgetting a path is safe with `except`, and not with `only`:
//!
//! ```
//! use axum::{Router, routing::get};
//! use axum_clerk::{ClerkConfig, ClerkLayer, require_auth};
//!
//! fn app(config: ClerkConfig) -> Router {
//!     Router::new()
//!         .route("/", get(|| async { "welcome" }))
//!         .route("/settings", get(|| async { "settings" }))
//!         .layer(require_auth().except(["/", "/assets/*"]))
//!         .layer(ClerkLayer::new(config))
//! }
//! ```
//!
//! Routes that are added to a router after its layers are not covered by them.
//!
//! # Cross-site request forgery
//!
//! A browser attaches cookies to a request whichever page causes it. Clerk's session cookie is
//! `SameSite=Lax`, so pages of other sites cannot make a browser send it with a `POST` request or a
//! WebSocket. That leaves
//!
//! - other subdomains of the same site, which `SameSite` does not restrict: content of users at
//!   `pages.example.com`, or a subdomain that was taken over; CORS does not apply to their forms
//!   and WebSockets,
//! - `GET` requests that change something; do not write any,
//! - links that carry a handshake: opening one signs the browser in as the user who created the
//!   link, as with Clerk's official SDKs. Show users who they are signed in as.
//!
//! For requests that change something and for WebSockets,
//! [`guard::same_origin`](crate::guard::same_origin) closes these gaps by `Sec-Fetch-Site` and
//! `Origin`, which scripts cannot forge. It lets requests pass that carry their token in the
//! `Authorization` header, because browsers do not add it by themselves. Authorized parties count
//! as origins of the application.
//!
//! ```
//! use axum::{Router, routing::{any, get}};
//! use axum_clerk::{ClerkConfig, ClerkLayer, guard, require_auth};
//!
//! fn app(config: ClerkConfig) -> Router {
//!     Router::new()
//!         .route("/account", get(|| async { "account" }).delete(|| async { "closed" }))
//!         .route("/socket", any(|| async { "open" }))
//!         .layer(guard::same_origin())
//!         .layer(require_auth())
//!         .layer(ClerkLayer::new(config))
//! }
//! ```
//!
//! A WebSocket is authenticated once, when it opens; see how to [end it with the
//! session](super::websockets#staying-open).
//!
//! # CORS and the order of layers
//!
//! With Axum, the layer that is added last runs first. Add guards, then
//! [`ClerkLayer`](crate::ClerkLayer), then CORS. In this order preflight requests, which carry no
//! credentials, are answered before any guard sees them, and rejections have the CORS headers
//! without which a page cannot read their status.
//!
//! ```
//! # use tower::layer::util::Identity as CorsLayer;
//! use axum::{Router, routing::get};
//! use axum_clerk::{ClerkConfig, ClerkLayer, require_auth};
//!
//! fn app(config: ClerkConfig) -> Router {
//!     let cors = CorsLayer::new(); // tower-http's, with the origins of your frontends
//!     Router::new()
//!         .route("/me", get(|| async { "me" }))
//!         .layer(require_auth())
//!         .layer(ClerkLayer::new(config))
//!         .layer(cors)
//! }
//! ```
//!
//! Never allow credentials for all origins, or for whichever origin a request names: any site could
//! then read responses on behalf of the user. A frontend on another origin should send its token in
//! the `Authorization` header, which needs no credentials in CORS, and should be an [authorized
//! party](crate::ClerkConfigBuilder::authorized_parties).
//!
//! Layers that log headers belong inside [`ClerkLayer`](crate::ClerkLayer), or have to hide
//! `authorization` and `cookie` themselves; see [secrets](#secrets).
//!
//! # Caching
//!
//! A response that sets Clerk's cookies has `Cache-Control: private, no-store`, whatever the
//! application sets, and redirects to Clerk or to the sign-in page have `no-store`. Otherwise a
//! shared cache could hand the session of one user to another.
//!
//! The layer does not touch other responses. Set `Cache-Control: private` or `no-store` on pages
//! that depend on the user: caches do not know that they do.
//!
//! # Proxies
//!
//! The origin of the application appears in redirects to Clerk, in the URL that a user returns to
//! after signing in, and in the check of [`guard::same_origin`](crate::guard::same_origin). Set it:
//!
//! ```
//! use axum_clerk::ClerkConfig;
//!
//! # fn config() -> Result<ClerkConfig, axum_clerk::ConfigError> {
//! ClerkConfig::builder().env().public_origin("https://example.com").build()
//! # }
//! ```
//!
//! An application with several origins sets
//! [`trusted_hosts`](crate::ClerkConfigBuilder::trusted_hosts) instead. Browsers that use any other
//! host are not redirected.
//!
//! If neither is set, `x-forwarded-host`, `x-forwarded-proto` and `host` are believed, as by
//! Clerk's official SDKs. The proxy in front must then overwrite the first two, rather than pass on
//! or append to what the client sent. Otherwise a forged host ends up in redirects, and with a
//! [`proxy_url`](crate::ClerkConfigBuilder::proxy_url) that is a path, the forged host even
//! receives the session token. Clients must not be able to go around the proxy.
//!
//! Only use `http://` for the loopback interface. A production secret key is never sent over
//! `http://` to any other host, and neither is a session token to the Frontend API: both are
//! configuration errors.
//!
//! # The Frontend API proxy
//!
//! The [`proxy`](crate::proxy) forwards requests of browsers to Clerk's Frontend API and adds the
//! secret key, by which Clerk trusts it. It promises that
//!
//! - the secret key is sent to the [configured upstream](crate::ClerkConfigBuilder::frontend_api_url)
//!   and to no other host, whatever the path, the `Host` and the redirects are, and never
//!   unencrypted to another machine; paths are appended and never resolved, and redirects are not
//!   followed,
//! - browsers cannot set the headers that the proxy adds, cannot make it drop them by naming them in
//!   `Connection`, and cannot read them: `TRACE`, whose response shows the request, is rejected,
//! - nothing that a client sends is believed to be its address, unless
//!   [`client_ip_header`](crate::ClerkConfigBuilder::client_ip_header) says so,
//! - responses are passed on to the browser that caused them; nothing is cached.
//!
//! It requires of the server in front that it
//!
//! - sets the header of the client's address in every request, if one is configured; Clerk limits
//!   attempts to sign in by address, and an invented one evades the limit,
//! - overwrites `x-forwarded-host` and `x-forwarded-proto`, unless the proxy URL is absolute or the
//!   application sets [`public_origin`](crate::ClerkConfigBuilder::public_origin) or
//!   [`trusted_hosts`](crate::ClerkConfigBuilder::trusted_hosts); otherwise Clerk is told a forged
//!   proxy URL, which it rejects unless it is registered in the Clerk Dashboard,
//! - does not cache what is below the path of the proxy, and does not log its queries, which contain
//!   tokens in development.
//!
//! The path of the proxy is [excluded](crate::ClerkConfigBuilder::exclude) from authentication, so
//! guards let requests to it pass. This takes both a [`proxy_url`](crate::ClerkConfigBuilder::proxy_url)
//! with a path on the application's origin and a call of
//! [`frontend_api_proxy`](crate::Clerk::frontend_api_proxy): if nginx proxies the path, nothing is
//! excluded. Serve nothing else below it.
//!
//! An [HTTP client](crate::ClerkConfigBuilder::http_client) that stores cookies must not be used: all
//! browsers would share them.
//!
//! # Calls to Clerk that strangers can cause
//!
//! Anyone can send a request with made-up credentials, and all callers share the instance's rate
//! limit at Clerk. These calls are the only ones that authentication makes:
//!
//! | credentials | call | limit |
//! |---|---|---|
//! | a session token or another JWT with an unknown `kid` | `GET /jwks` | one call per 10 seconds; one per second while there are no keys |
//! | a handshake nonce, in a request for a page | `GET /clients/handshake_payload` | shared, see below |
//! | an expired session token with a valid signature, and a refresh cookie | `POST /sessions/{id}/refresh` | shared |
//! | an opaque machine token of an accepted type | `POST /api_keys/verify` and the like | shared |
//!
//! - Credentials that do not have the shape of Clerk's, or exceed its lengths (128 bytes for a
//!   nonce, 512 for an opaque token, 16 KiB for a JWT), are rejected without a call.
//! - Equal credentials share one call, and what Clerk does not recognize is rejected without
//!   another call for 30 seconds
//!   ([`not_found_cache_lifetime`](crate::ClerkConfigBuilder::not_found_cache_lifetime)).
//! - The calls are not retried and time out after 2 seconds
//!   ([`lookup_timeout`](crate::ClerkConfigBuilder::lookup_timeout)).
//! - At most 32 are made at once
//!   ([`max_concurrent_lookups`](crate::ClerkConfigBuilder::max_concurrent_lookups)). Beyond that,
//!   authentication of such requests is unavailable, which guards turn into a 503. Requests are not
//!   queued.
//!
//! Session tokens, and JWTs of machines, need none of these calls. A flood can therefore delay
//! opaque machine tokens, handshakes and refreshes, but not users who are signed in. Limit the rate
//! per client in front of the application if that matters.
//!
//! # Revocation
//!
//! Clerk's session tokens live for a minute, and are verified without asking Clerk. After a user
//! signed out, was banned, or lost a role, their last token is accepted until it expires: for up to
//! a minute, plus the clock skew.
//!
//! To reject the tokens of a session at once, revoke it with
//! [`Clerk::revoke_session`](crate::Clerk::revoke_session) or
//! [`revoke_user_sessions`](crate::Clerk::revoke_user_sessions), and mount
//! [`webhooks::keep_in_sync`](crate::webhooks) for sessions that end elsewhere and for users who
//! are banned, locked or deleted. This guarantees:
//!
//! - The machine that revokes a session rejects its tokens before the call returns, even if Clerk
//!   cannot be reached. The reason is `session-revoked`; pages of browsers go through a handshake, as
//!   with an expired token.
//! - All machines that share a [cache](crate::cache) do so shortly afterwards. A machine that
//!   starts reads the revocations before it accepts a token. It waits for up to 50 milliseconds,
//!   like for any other operation of the cache, and then continues without them.
//! - A machine that is cut off from the cache does not learn of new revocations. After it has
//!   reconnected, it loads all of them and sends its own again, even if the cache was emptied.
//! - A revocation applies for 10 minutes
//!   ([`revocation_lifetime`](crate::ClerkConfigBuilder::revocation_lifetime)), which must be
//!   longer than the lifetime of the tokens, and is lost if all machines stop and the cache is
//!   emptied.
//! - Webhooks arrive when Clerk delivers them, usually within seconds.
//! - A lost role or permission is not a revocation: the last token keeps it until it expires.
//! - An attacker who can write to the cache can delete revocations, but cannot forge them, because
//!   its values are encrypted and authenticated.
//!
//! Alternatively, ask Clerk at each request:
//!
//! ```
//! use axum_clerk::{Result, SignedIn, api::SessionStatus};
//!
//! async fn transfer(session: SignedIn) -> Result<&'static str> {
//!     let Some(session_id) = session.session_id() else { return Ok("no session") };
//!     match session.clerk().sessions().get(session_id).await?.status {
//!         SessionStatus::Active => Ok("done"),
//!         _ => Ok("the session has ended"),
//!     }
//! }
//! # let _ = axum::routing::post::<_, _, ()>(transfer);
//! ```
//!
//! Other delays:
//!
//! - Users and organizations that handlers fetch are cached for 60 seconds
//!   ([`resource_cache_lifetime`](crate::ClerkConfigBuilder::resource_cache_lifetime)), or until a
//!   webhook reports a change.
//! - Opaque machine tokens are verified at every request, unless
//!   [`machine_token_cache_lifetime`](crate::ClerkConfigBuilder::machine_token_cache_lifetime) is
//!   set. JWTs of machines are accepted until they expire.
//! - A withdrawn key is noticed when the keys are refreshed, after 5 minutes by default
//!   ([`jwks_refresh`](crate::ClerkConfigBuilder::jwks_refresh)). The tokens that it signed are
//!   then rejected, cached ones included.
//!
//! # Organizations in paths
//!
//! Guards check the permissions in the active organization, whichever organization is in the path,
//! and organization sync ([`organization_patterns`](crate::ClerkConfigBuilder::organization_patterns))
//! [protects nothing](super::organizations#organizations-in-paths). Add
//! [`guard::organization_in_path`](crate::guard::organization_in_path).
//!
//! # Types of token
//!
//! The configuration [accepts](crate::ClerkConfigBuilder::accept_tokens) types of token for the
//! whole application, and routes choose among them: with an extractor, or with
//! [`guard::accept`](crate::guard::accept). A route without guards and rejecting extractors is open
//! to unauthenticated requests.
//!
//! [`ClerkAuth::user_id`](crate::ClerkAuth::user_id) and
//! [`organization_id`](crate::ClerkAuth::organization_id) are set for API keys and OAuth tokens
//! too, if those are accepted. Where only sessions are acceptable, require one: an API key may have
//! been created to read a single report. Roles, permissions, features, plans and reverification
//! belong to sessions and are never satisfied by another token; scopes are never satisfied by a
//! session, and those of a machine-to-machine token are the IDs of the machines that it may be sent
//! to. Requirements about claims that a token lacks are not satisfied, even under
//! [`guard::not`](crate::guard::not).
//!
//! # Secrets
//!
//! No `Debug` output, error or log line of this crate contains a key, a token, a cookie, or the
//! query of a URL that may carry one. Responses state why a request is signed out
//! (`x-clerk-auth-reason`), but nothing about the configuration.
//!
//! The layer marks `authorization` and `cookie` as [sensitive](http::HeaderValue::set_sensitive),
//! which layers inside of it respect. Layers around it, and the proxy in front, see the request
//! first. Their logs should not contain these headers, and in development not the query either:
//! handshakes pass tokens in `__clerk_handshake` and `__clerk_db_jwt`.
//!
//! The HTTP client never follows redirects, so secrets reach no other server. Refreshing a session
//! forwards an allow-list of request headers to Clerk, and of the cookies only Clerk's own.
//!
//! The [`emulator`](crate::emulator) signs in anyone who asks. Enable its feature for development
//! and tests only; it is not part of `full`.
//!
//! # Key rotation and outages
//!
//! The instance's keys are fetched with the first token, and refreshed every 5 minutes in the
//! background. A token with an unknown `kid` triggers a fetch, at most every 10 seconds, and waits
//! for it. If strangers send unknown `kid`s at the same time, it may take these 10 seconds until
//! the tokens of a new key are accepted.
//!
//! While Clerk cannot be reached, the cached keys are used for up to a day
//! ([`jwks_grace`](crate::ClerkConfigBuilder::jwks_grace)). Without any keys, authentication is
//! unavailable: guards respond with 503 and `Retry-After`, and do not let requests pass. Session
//! tokens that were issued before an outage stay valid during it, but cannot be renewed.
//!
//! With [`jwt_key`](crate::ClerkConfigBuilder::jwt_key) no keys are fetched. An outage does not
//! matter then, but a rotation requires a new configuration.
//!
//! # Checklist
//!
//! 1. Set [`authorized_parties`](crate::ClerkConfigBuilder::authorized_parties).
//! 2. Set [`public_origin`](crate::ClerkConfigBuilder::public_origin) or
//!    [`trusted_hosts`](crate::ClerkConfigBuilder::trusted_hosts).
//! 3. Guard the whole application with [`require_auth`](crate::require_auth) and
//!    [`except`](crate::guard::Guard::except), and organizations in paths with
//!    [`organization_in_path`](crate::guard::organization_in_path).
//! 4. Add [`guard::same_origin`](crate::guard::same_origin) if browsers use cookies.
//! 5. Add CORS last, and allow credentials for no origin but your own.
//! 6. Require [reverification](crate::require_reverification) for what cannot be undone.
//! 7. Limit rates in front of the application.
