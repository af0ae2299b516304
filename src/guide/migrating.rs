//! Migrating from `clerk-rs` and from `@clerk/express`.
//!
//! # From `clerk-rs`
//!
//! | `clerk-rs` | this crate |
//! |---|---|
//! | `Clerk::from_secret_key(key)`, `Configuration::new(key)` | [`ClerkConfig::from_env`](crate::ClerkConfig::from_env), or [`builder`](crate::ClerkConfig::builder) |
//! | `Clerk::new(configuration)` | [`Clerk::new`](crate::Clerk::new) |
//! | `MemoryCacheJwksProvider::new(clerk)` | built in |
//! | `ClerkLayer::new(provider, None, true)`, which rejects requests | [`ClerkLayer::new`](crate::ClerkLayer::new), which rejects nothing, with [`require_auth`](crate::require_auth) |
//! | its list of routes | [`Guard::only`](crate::guard::Guard::only) |
//! | `ClerkJwt` from the extensions | the extractors [`SignedIn`](crate::SignedIn) and [`ClerkAuth`](crate::ClerkAuth) |
//! | `has_permission`, `has_role` | [`active_organization`](crate::ClerkAuth::active_organization), [`guard::permission`](crate::guard::permission()) |
//! | `users_api::get_user(&configuration, id)` | `clerk.users().get(id)`, or the cached [`Clerk::user`](crate::Clerk::user) |
//! | a function for each operation in `apis` | a method for each operation in [`api`](crate::api) |
//!
//! Sessions in cookies work as they are: this crate also reads suffixed cookies, and completes
//! handshakes. A browser whose token has expired is redirected to refresh it instead of being
//! rejected.
//!
//! # From `@clerk/express`
//!
//! | `@clerk/express` | this crate |
//! |---|---|
//! | `clerkMiddleware()` | [`ClerkLayer`](crate::ClerkLayer) |
//! | `clerkMiddleware((req) => options)` | [`ClerkLayer::resolve`](crate::ClerkLayer::resolve) |
//! | `requireAuth()` | [`require_auth`](crate::require_auth); for APIs, [`Guard::api`](crate::guard::Guard::api) |
//! | `getAuth(req)` | the extractor [`ClerkAuth`](crate::ClerkAuth) |
//! | `getAuth(req, { acceptsToken: ['api_key'] })` | [`accept_tokens`](crate::ClerkConfigBuilder::accept_tokens) and [`Principal`](crate::Principal) |
//! | `auth.has({ permission })`, `auth.has({ plan })` | [`ClerkAuth::has`](crate::ClerkAuth::has) with [`guard::permission`](crate::guard::permission()), [`guard::plan`](crate::guard::plan()) |
//! | `auth.has({ reverification: 'strict' })` | [`require_reverification`](crate::require_reverification), [`Reverification::STRICT`](crate::Reverification::STRICT) |
//! | `auth.orgId`, `auth.orgSlug`, `auth.orgRole` | [`organization_id`](crate::ClerkAuth::organization_id), [`organization_slug`](crate::ClerkAuth::organization_slug), [`organization_role`](crate::ClerkAuth::organization_role) |
//! | `auth.getToken({ template })` | [`token_for_template`](crate::ClerkAuth::token_for_template) |
//! | `auth.redirectToSignIn()` | [`redirect_to_sign_in`](crate::ClerkAuth::redirect_to_sign_in) |
//! | `clerkClient.users.getUser(id)` | `clerk.users().get(id)`, or the cached [`Clerk::user`](crate::Clerk::user) |
//! | `verifyWebhook(req)` | the extractors of [`webhooks`](crate::webhooks) |
//! | `frontendApiProxy` | [`proxy`](crate::proxy) |
//!
//! The environment variables have the same names. Requests are authenticated as by
//! `@clerk/backend`; the README lists where this crate is stricter.
