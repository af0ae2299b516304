//! An in-process Clerk emulator, for development without a Clerk account and tests without a
//! network.
//!
//! It signs in anyone who asks, so never run it in production; a warning is logged when it starts.
//! The feature `emulator` is not part of `full`.
//!
//! [`ClerkEmulator`] is a server on 127.0.0.1 that keeps a Clerk instance in memory. It serves the
//! [Backend API](https://clerk.com/docs/reference/backend-api) of that instance and signs tokens
//! with its own RSA keys. [`config`](ClerkEmulator::config) points an app at all of it.
//!
//! Resources created through the Backend API can be listed, updated and deleted, and requests that
//! Clerk would reject are rejected: users with their email addresses, phone numbers, passwords and
//! second factors; organizations with their members, roles, role sets, permissions, invitations and
//! domains; sessions, sign-ups, clients and JWT templates; API keys, machines and their tokens, and
//! OAuth applications; invitations, the waitlist, sign-in tokens, actor tokens and agent tasks;
//! enterprise connections and directories, from which no users are provisioned; prices,
//! subscriptions, discounts and credits; the instance's domains, message templates, allowlist,
//! blocklist and settings. Unknown endpoints return 404 with the code `operation_not_emulated` and a
//! message that names the endpoint.
//!
//! For browsers, the emulator acts as the Frontend API and the account portal.
//! [clerk-js](https://www.npmjs.com/package/@clerk/clerk-js) and Clerk's components work with it as
//! with Clerk, if the app sets the emulator's URL as the proxy URL: users sign up and in with
//! passwords, codes, links, tickets, authenticator apps and social providers, and manage their
//! account and their organizations. [`UserSettings`] determine what they need.
//! If the npm packages are installed, the emulator also serves the scripts of Clerk's script tags;
//! see [`npm_packages`](ClerkEmulatorBuilder::npm_packages). Passkeys, wallets, trusted devices and
//! self-serve enterprise connections are disabled.
//!
//! Apps without clerk-js use its plain HTML pages to sign up (`/sign-up`), sign in (`/sign-in`),
//! reverify (`/reverify`) and sign out (`/sign-out`), each of which accepts a `redirect_url` to
//! return to. The links of invitations, sign-in tokens and actor tokens lead to these pages as well.
//!
//! It is also an OAuth 2 authorization server and OpenID Connect provider for the instance's OAuth
//! applications: `/oauth/authorize` with a consent page and PKCE, `/oauth/token`,
//! `/oauth/userinfo`, revocation and introspection, and the documents below `/.well-known/`. As at
//! Clerk, `PATCH /instance/oauth_application_settings` enables the registration of clients at
//! `/oauth/register`, and access tokens that are JWTs. The `resource` parameter (RFC 8707) becomes
//! the audience of JWT access tokens.
//!
//! [Plans](ClerkEmulator::user_plan) exist as soon as a test creates them. Free trials, renewals,
//! payments and the ends of subscriptions follow the emulator's clock.
//!
//! Changes are reported by [webhooks](ClerkEmulator::deliver_webhooks_to), if an endpoint is set.
//!
//! Messages are not sent but [kept](ClerkEmulator::sent_messages). The code that verifies an email
//! address or a phone number is always `424242`, the code of Clerk's test addresses and numbers.
//!
//! ```
//! use axum_clerk::{
//!     api::{Client, CreateOrganization, CreateUser},
//!     emulator::ClerkEmulator,
//! };
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let clerk = ClerkEmulator::start().await?;
//! let ada = clerk
//!     .create_user(CreateUser::default().first_name("Ada").email_address(["ada@example.com"]));
//! let acme = clerk.create_organization(CreateOrganization::new("Acme"));
//! clerk.add_member(&acme.id, &ada.id, "org:admin", ["org:billing:read"]);
//!
//! // What a signed-in browser or native app sends:
//! let session = clerk.sign_in(&ada.id).organization(&acme.id);
//! let authorization = format!("Bearer {}", session.token());
//! let cookie = session.cookies();
//!
//! // What a backend requests:
//! let api = Client::new(clerk.secret_key())?.with_base_url(clerk.url().parse()?);
//! assert_eq!(api.users().get(session.user_id()).await?, clerk.user(&ada.id));
//! # Ok(())
//! # }
//! ```
// Each folder only uses the ones before it: `clock`, `tokens` < `http`, `webhooks` < `store` <
// `backend_api`, `frontend_api` < `handles`.

mod backend_api;
mod clock;
mod frontend_api;
mod handles;
mod http;
mod store;
mod tokens;
mod webhooks;

pub use self::handles::{
    ClerkEmulator, ClerkEmulatorBuilder, EmulatedCredential, EmulatedDiscount, EmulatedMachine,
    EmulatedPlan, EmulatedSession,
};
pub use self::store::{Requirement, SentMessage, SignUpMode, UserSettings};
pub use self::webhooks::{SentWebhook, WebhookAttempt};
