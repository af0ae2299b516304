//! The Axum extractors of webhooks.

use axum::{
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, FromRef, FromRequest, Request},
    response::{IntoResponse, Response},
    routing::{MethodRouter, post},
};
use http::{Extensions, StatusCode, request::Parts};

use super::{error::WebhookError, event::WebhookEvent, verifier::Verifier};
use crate::{clerk::Clerk, middleware::ClerkAuth};

/// Extracts the event of a webhook, after verifying its signature.
///
/// The secrets are those of the [`ClerkLayer`](crate::ClerkLayer) that the request passed through,
/// or of a [`Clerk`] in the request's extensions, for routers without the layer. [`StateWebhook`]
/// takes them from the router's state.
///
/// ```
/// use axum::{Extension, Router, http::StatusCode, routing::post};
/// use axum_clerk::{Clerk, webhooks::Webhook};
///
/// async fn receive(Webhook(event): Webhook) -> StatusCode {
///     println!("{} at {:?}", event.event_type(), event.timestamp());
///     StatusCode::NO_CONTENT
/// }
///
/// fn app(clerk: Clerk) -> Router {
///     Router::new().route("/webhooks", post(receive)).layer(Extension(clerk))
/// }
/// ```
///
/// Rejects a request that lacks a header or is not signed with a 400, and one whose body is larger
/// than [`webhook_body_limit`](crate::ClerkConfigBuilder::webhook_body_limit) with a 413.
#[derive(Clone, Debug, PartialEq)]
pub struct Webhook(pub WebhookEvent);

/// Extracts the event of a webhook like [`Webhook`], with the [`Clerk`] in the router's state.
///
/// ```
/// use axum::{Router, extract::FromRef, routing::post};
/// use axum_clerk::{Clerk, webhooks::StateWebhook};
///
/// #[derive(Clone)]
/// struct AppState {
///     clerk: Clerk,
/// }
///
/// impl FromRef<AppState> for Clerk {
///     fn from_ref(state: &AppState) -> Self {
///         state.clerk.clone()
///     }
/// }
///
/// async fn receive(StateWebhook(event): StateWebhook) {
///     println!("{}", event.event_type());
/// }
///
/// fn app(clerk: Clerk) -> Router {
///     Router::new().route("/webhooks", post(receive)).with_state(AppState { clerk })
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct StateWebhook(pub WebhookEvent);

impl<S: Send + Sync> FromRequest<S> for Webhook {
    type Rejection = WebhookError;

    async fn from_request(request: Request, _: &S) -> Result<Self, WebhookError> {
        let clerk = handle(request.extensions()).cloned();
        extract(clerk, request).await.map(Self)
    }
}

impl<S: Send + Sync> FromRequest<S> for StateWebhook
where
    Clerk: FromRef<S>,
{
    type Rejection = WebhookError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebhookError> {
        extract(Some(Clerk::from_ref(state)), request).await.map(Self)
    }
}

fn handle(extensions: &Extensions) -> Option<&Clerk> {
    extensions.get::<ClerkAuth>().map(ClerkAuth::clerk).or_else(|| extensions.get())
}

/// Returns the event of a request, after verifying it unless an inbox has already done so.
async fn extract(clerk: Option<Clerk>, request: Request) -> Result<WebhookEvent, WebhookError> {
    if let Some(Verified(event)) = request.extensions().get() {
        return Ok(event.clone());
    }
    let webhook = match clerk {
        Some(clerk) => receive(&clerk, request).await,
        None => Err(WebhookError::MissingHandle),
    };
    webhook.map(|webhook| webhook.event).inspect_err(WebhookError::log)
}

/// A verified webhook.
pub(super) struct Received {
    pub(super) id: String,
    event: WebhookEvent,
    head: Parts,
    body: Bytes,
}

/// The event of a request that was verified before it reached the extractor.
#[derive(Clone)]
struct Verified(WebhookEvent);

impl Received {
    /// Returns the request, marked as verified for the extractors.
    pub(super) fn into_request(self) -> Request {
        let Self { event, mut head, body, .. } = self;
        head.extensions.insert(Verified(event));
        Request::from_parts(head, body.into())
    }
}

/// Receives and verifies a webhook.
pub(super) async fn receive(clerk: &Clerk, mut request: Request) -> Result<Received, WebhookError> {
    let verifier = Verifier::from_config(clerk.config())?;
    // Saves receiving the body of most requests that are not webhooks.
    verifier.check_headers(request.headers())?;
    DefaultBodyLimit::max(clerk.config().webhook_body_limit()).apply(&mut request);
    let (head, body) = request.into_parts();
    let body = Request::from_parts(head.clone(), body);
    let body = Bytes::from_request(body, &()).await.map_err(|rejection| {
        match rejection.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => WebhookError::TooLarge,
            _ => WebhookError::UnreadableBody,
        }
    })?;
    let id = verifier.verify_signature(&head.headers, &body)?.to_owned();
    Ok(Received { id, event: WebhookEvent::from_slice(&body)?, head, body })
}

/// Returns a handler that [applies](WebhookEvent::apply) each event to a Clerk handle, so that users
/// and organizations can be cached for hours instead of a minute, and the tokens of ended sessions
/// are rejected at once.
///
/// ```
/// use axum::Router;
/// use axum_clerk::{Clerk, webhooks};
///
/// fn app(clerk: &Clerk) -> Router {
///     Router::new().route("/webhooks", webhooks::keep_in_sync(clerk))
/// }
/// ```
///
/// In the Clerk Dashboard, subscribe the endpoint to the events `user.updated`, `user.deleted`,
/// `organization.updated`, `organization.deleted`, `organizationMembership.created`,
/// `organizationMembership.updated`, `organizationMembership.deleted`, `session.ended`,
/// `session.removed` and `session.revoked`. Other events are accepted and ignored.
///
/// Applying an event twice is harmless, so an [`Inbox`](super::Inbox) is not needed.
pub fn keep_in_sync<S: Clone + Send + Sync + 'static>(clerk: &Clerk) -> MethodRouter<S> {
    let clerk = clerk.clone();
    post(async move |request: Request| {
        let webhook = receive(&clerk, request).await.inspect_err(WebhookError::log)?;
        webhook.event.apply(&clerk).await;
        Ok::<_, WebhookError>(StatusCode::NO_CONTENT)
    })
}

impl IntoResponse for WebhookError {
    fn into_response(self) -> Response {
        self.to_response::<Body>()
    }
}
