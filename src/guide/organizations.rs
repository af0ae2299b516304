//! Organizations: the active one, roles and permissions, paths, plans and features.
//!
//! # The active organization
//!
//! A user can be a member of several
//! [organizations](https://clerk.com/docs/guides/organizations/overview), and a session token
//! describes one of them: the active organization, with the user's role and permissions in it.
//! Guards and extractors read the token, so they cost no calls to Clerk. A change of a membership
//! reaches the application with the next token, after up to a minute.
//!
//! [`ActiveOrganization`](crate::ActiveOrganization) extracts the organization's ID, slug, role and
//! permissions, and responds with a 403 to users without one. Select data by the ID, because slugs
//! can change.
//!
//! # Roles and permissions
//!
//! Guard routes with permissions rather than roles, so that roles can be redefined in the Clerk
//! Dashboard without a release. An enum keeps the names of permissions in one place:
//!
//! ```
//! use axum::{Router, routing::{delete, get}};
//! use axum_clerk::{ActiveOrganization, ClerkAuth, Permission, Reverification, Role, guard};
//!
//! #[derive(Clone, Copy)]
//! enum May {
//!     ReadInvoices,
//!     ManageInvoices,
//! }
//!
//! impl From<May> for Permission {
//!     fn from(may: May) -> Self {
//!         Self::new(match may {
//!             May::ReadInvoices => "org:invoices:read",
//!             May::ManageInvoices => "org:invoices:manage",
//!         })
//!     }
//! }
//!
//! const ADMIN: Role = Role::new("org:admin");
//!
//! fn organization() -> Router {
//!     let read = guard::require(guard::permission(May::ReadInvoices));
//!     let close = guard::require(guard::role(ADMIN).and(Reverification::STRICT));
//!     Router::new()
//!         .route("/invoices", get(invoices).layer(read))
//!         .route("/", delete(async || "closed").layer(close))
//!         .layer(guard::organization_in_path("slug"))
//! }
//!
//! async fn invoices(organization: ActiveOrganization, auth: ClerkAuth) -> String {
//!     let can_edit = auth.has(guard::permission(May::ManageInvoices));
//!     format!("the invoices of {}, editable: {can_edit}", organization.id())
//! }
//!
//! let app: Router = Router::new().nest("/orgs/{slug}", organization());
//! ```
//!
//! Clerk's [system
//! permissions](https://clerk.com/docs/guides/organizations/control-access/roles-and-permissions),
//! `org:sys_…`, are not part of session tokens, so a guard that requires one rejects every request.
//! Create custom permissions, or require a role.
//!
//! # Organizations in paths
//!
//! If the path names the organization, two things must agree: the path, which the user chooses, and
//! the active organization, whose permissions the guards check.
//! [`guard::organization_in_path`](crate::guard::organization_in_path) makes sure of it. Callers
//! with another active organization receive a 404, whether they are members of the one in the path
//! or not, and whether it exists or not. API keys of an organization pass if the path has its ID.
//!
//! Members do not have to switch manually. With [organization
//! sync](crate::ClerkConfigBuilder::organization_patterns), opening a page activates the
//! organization in its path:
//!
//! ```
//! use axum_clerk::ClerkConfig;
//!
//! # fn config() -> Result<ClerkConfig, axum_clerk::ConfigError> {
//! ClerkConfig::builder()
//!     .env()
//!     .organization_patterns(["/orgs/{slug}/*"])
//!     .personal_account_patterns(["/me/*"])
//!     .build()
//! # }
//! ```
//!
//! Sync is a convenience and protects nothing. If another organization is active, this happens:
//!
//! | request for `/orgs/acme` | without the guard | with it |
//! |---|---|---|
//! | a page, by a member of Acme | a [handshake](super::pages#handshakes), then the page with Acme active | the same |
//! | a page, by anyone else | three handshakes, then the page with the other organization active, whose permissions satisfy the guards | 404 after the handshakes |
//! | a `fetch`, a form, or a request with a bearer token | served with the other organization active | 404 |
//!
//! A script that calls the application for an organization that is not active sends a token for it,
//! from `session.getToken({ organizationId })` of clerk-js, or activates it first with
//! `Clerk.setActive({ organization })`.
//!
//! # Plans and features
//!
//! Session tokens also state the [plans and
//! features](https://clerk.com/docs/guides/billing/overview) of the user and of the active
//! organization:
//!
//! ```
//! use axum_clerk::guard;
//!
//! let team = guard::require(guard::plan("org:team"));
//! let export = guard::require(guard::feature("export").and(guard::permission("org:data:export")));
//! ```
//!
//! The prefix `org:` refers to the organization and `user:` to the user. Without a prefix, either
//! of them suffices. With Clerk's billing, a permission is only part of the token if the plan of
//! the organization [includes its feature](https://clerk.com/docs/guides/billing/for-b2b), which is
//! the middle part of its name.
