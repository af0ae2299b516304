//! A Clerk of one's own, in the process: for development without an account, and for tests without a network.
//!
//! [`ClerkEmulator`] is a server on 127.0.0.1 that keeps in memory what Clerk keeps, answers the
//! [Backend API](https://clerk.com/docs/reference/backend-api) about it, and signs tokens with RSA keys of its own.
//! [`config`](ClerkEmulator::config) points an app at all of it.
//!
//! What is created over the Backend API can be listed, changed and deleted, and is refused where Clerk would refuse it:
//! users with their email addresses, phone numbers, passwords and second factors; organizations with their members,
//! roles, permissions, invitations and domains; sessions, clients and JWT templates; API keys, machines and their tokens,
//! OAuth applications; invitations, sign-in tokens and actor tokens; the instance's domains, lists and settings. The rest,
//! such as billing and enterprise connections, answers 501 and a sentence that says so.
//!
//! To browsers it is a Frontend API and an account portal: it knows them again, answers handshakes, and has plain pages
//! to sign up (`/sign-up`), sign in (`/sign-in`), verify who one is once more (`/reverify`) and sign out (`/sign-out`),
//! each with a `redirect_url` to go back to. The links of invitations, sign-in tokens and actor tokens lead there, too.
//!
//! It sends no messages: the code that verifies an email address or a phone number is always `424242`, as it is at Clerk
//! for the addresses and numbers that are for tests.
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
//! let ada = clerk.create_user(CreateUser::default().first_name("Ada").email_address(["ada@example.com"]));
//! let acme = clerk.create_organization(CreateOrganization::new("Acme"));
//! clerk.add_member(&acme.id, &ada.id, "org:admin", ["org:billing:read"]);
//!
//! // What a signed-in browser or a native app sends:
//! let session = clerk.sign_in(&ada.id).organization(&acme.id);
//! let authorization = format!("Bearer {}", session.token());
//! let cookie = session.cookies();
//!
//! // What a backend asks:
//! let api = Client::new(clerk.secret_key())?.with_base_url(clerk.url().parse()?);
//! assert_eq!(api.users().get(session.user_id()).await?, clerk.user(&ada.id));
//! # Ok(())
//! # }
//! ```
// Each folder uses only those before it:
// `tokens` < `http` < `store` < `backend_api`, `frontend_api` < `handles`.

mod backend_api;
mod frontend_api;
mod handles;
mod http;
mod store;
mod tokens;

pub use self::handles::{
    ClerkEmulator, ClerkEmulatorBuilder, EmulatedCredential, EmulatedMachine, EmulatedSession,
};
