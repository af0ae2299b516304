//! Webhooks: verified and typed events that Clerk sends when something changes.
//!
//! Add an endpoint on the Webhooks page of the Clerk Dashboard, and set
//! `CLERK_WEBHOOK_SIGNING_SECRET` to its signing secret, `whsec_…`. With Axum, the extractor
//! [`Webhook`] rejects requests that Clerk did not sign:
//!
//! ```
//! # #[cfg(feature = "axum")] {
//! use axum::{Router, http::StatusCode, routing::post};
//! use axum_clerk::{
//!     ClerkConfig, ClerkLayer,
//!     webhooks::{EventData, Webhook},
//! };
//!
//! async fn receive(Webhook(event): Webhook) -> StatusCode {
//!     match event.data() {
//!         EventData::UserCreated(user) => println!("hello, {:?}", user.first_name),
//!         EventData::UserDeleted(user) => println!("goodbye, {:?}", user.id),
//!         _ => {}
//!     }
//!     StatusCode::NO_CONTENT
//! }
//!
//! # fn app() -> Result<Router, axum_clerk::ConfigError> {
//! let app = Router::new()
//!     .route("/webhooks", post(receive))
//!     .layer(ClerkLayer::new(ClerkConfig::from_env()?));
//! # Ok(app) }
//! # }
//! ```
//!
//! Clerk is not signed in at your application: [`ClerkLayer`](crate::ClerkLayer) passes its requests
//! on as signed out. Do not put the route behind a [guard](crate::guard); the signature takes the
//! place of a session.
//!
//! Without Axum, [`Verifier`] checks the headers and the body of a request:
//!
//! ```
//! use axum_clerk::webhooks::{Verifier, WebhookError, WebhookEvent};
//! use http::HeaderMap;
//!
//! fn receive(headers: &HeaderMap, body: &[u8]) -> Result<WebhookEvent, WebhookError> {
//!     let verifier = Verifier::new(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
//!         .expect("the secret is well-formed");
//!     verifier.verify(headers, body)
//! }
//! # assert!(receive(&HeaderMap::new(), b"{}").is_err());
//! ```
//!
//! # Deliveries are repeated and out of order
//!
//! Respond with a 2xx status within 15 seconds. Otherwise Clerk delivers the event again, after 5
//! seconds, 5 minutes, 30 minutes, 2 hours, 5 hours, 10 hours and 10 hours. So an event may arrive
//! more than once, even after it was handled, and an older event may arrive after a newer one.
//! Repetitions have the same ID, in the header `svix-id`; an [`Inbox`] has the handler run once for
//! each. To overwrite a record only with newer
//! data, compare [`WebhookEvent::timestamp`] or the `updated_at` of the resource.
//!
//! # Keeping caches in sync
//!
//! [`keep_in_sync`] is a handler that forgets cached users and organizations when they change, and
//! rejects the tokens of sessions when they end. To do the same in a handler of your own, call
//! [`WebhookEvent::apply`].
//!
//! # Rotating a secret
//!
//! Separate several secrets by commas in `CLERK_WEBHOOK_SIGNING_SECRET`, or pass them to
//! [`webhook_signing_secrets`](crate::ClerkConfigBuilder::webhook_signing_secrets). A webhook that
//! was signed with any of them is accepted.

mod error;
mod event;
mod event_data;
#[cfg(feature = "axum")]
mod extract;
#[cfg(feature = "axum")]
mod inbox;
mod keep_in_sync;
mod signature;
mod verifier;

#[cfg(feature = "emulator")]
pub(crate) use self::signature::SigningKey;
pub use self::{
    error::{InvalidSecret, WebhookError},
    event::{EventAttributes, HttpRequest, WebhookEvent},
    event_data::EventData,
    verifier::Verifier,
};
#[cfg(feature = "axum")]
#[cfg_attr(docsrs, doc(cfg(feature = "axum")))]
pub use self::{
    extract::{StateWebhook, Webhook, keep_in_sync},
    inbox::{Inbox, InboxService},
};
