//! The Axum extractors of webhooks.

use axum::{
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, FromRef, FromRequest, Request},
    response::{IntoResponse, Response},
};
use http::{Extensions, StatusCode};

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
        let event = match handle(request.extensions()) {
            Some(clerk) => receive(&clerk.clone(), request).await,
            None => Err(WebhookError::MissingHandle),
        };
        event.map(Self).inspect_err(WebhookError::log)
    }
}

impl<S: Send + Sync> FromRequest<S> for StateWebhook
where
    Clerk: FromRef<S>,
{
    type Rejection = WebhookError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebhookError> {
        receive(&Clerk::from_ref(state), request).await.map(Self).inspect_err(WebhookError::log)
    }
}

fn handle(extensions: &Extensions) -> Option<&Clerk> {
    extensions.get::<ClerkAuth>().map(ClerkAuth::clerk).or_else(|| extensions.get())
}

async fn receive(clerk: &Clerk, mut request: Request) -> Result<WebhookEvent, WebhookError> {
    let verifier = Verifier::from_config(clerk.config())?;
    // Saves receiving the body of most requests that are not webhooks.
    verifier.check_headers(request.headers())?;
    DefaultBodyLimit::max(clerk.config().webhook_body_limit()).apply(&mut request);
    let headers = std::mem::take(request.headers_mut());
    let body = Bytes::from_request(request, &()).await.map_err(|rejection| {
        match rejection.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => WebhookError::TooLarge,
            _ => WebhookError::UnreadableBody,
        }
    })?;
    verifier.verify(&headers, &body)
}

impl IntoResponse for WebhookError {
    fn into_response(self) -> Response {
        self.to_response::<Body>()
    }
}
