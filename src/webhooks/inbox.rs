//! Handling each webhook once.

use std::{
    convert::Infallible,
    fmt,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use futures_util::{FutureExt, future::BoxFuture};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tower_layer::Layer;
use tower_service::Service;

use super::extract::receive;
use crate::clerk::{Clerk, Shared};

/// The time for which a handled webhook is remembered. Clerk retries a delivery for 28 hours.
const HANDLED_LIFETIME: Duration = Duration::from_secs(2 * 24 * 60 * 60);

/// The maximum time for which a webhook is considered in progress, in case its machine fails.
const HANDLING_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// The kind of webhooks in the cache.
const KIND: &str = "webhook";

/// A Tower layer that runs a handler once for each webhook, even if Clerk delivers the webhook
/// several times.
///
/// It verifies the request and remembers the ID of the webhook for two days, in the
/// [shared cache](crate::cache) or else in memory:
///
/// - If the handler returns a 2xx status, further deliveries receive a 200 without running it.
/// - If it returns another status, or is canceled, the next delivery runs it again.
/// - While it runs, on any machine, another delivery receives a 503, so that Clerk tries again later.
///
/// ```
/// use axum::{Router, http::StatusCode, routing::post};
/// use axum_clerk::{
///     Clerk,
///     webhooks::{Inbox, Webhook},
/// };
///
/// async fn receive(Webhook(event): Webhook) -> StatusCode {
///     println!("once for each webhook: {}", event.event_type());
///     StatusCode::NO_CONTENT
/// }
///
/// fn app(clerk: &Clerk) -> Router {
///     Router::new().route("/webhooks", post(receive).layer(Inbox::new(clerk)))
/// }
/// ```
///
/// The handler runs again if the machine fails after the handler has finished but before the ID is
/// stored, or if the cache loses the ID. A handler whose effects must not be repeated should check
/// for them itself.
#[derive(Clone)]
pub struct Inbox(Arc<Deliveries>);

impl Inbox {
    /// Creates an inbox with the webhook signing secrets and the shared cache of an instance.
    #[must_use]
    pub fn new(clerk: &Clerk) -> Self {
        Self(Arc::new(Deliveries {
            memory: Shared::in_memory(clerk.config().clock().clone()),
            clerk: clerk.clone(),
        }))
    }
}

impl<S> Layer<S> for Inbox {
    type Service = InboxService<S>;

    fn layer(&self, inner: S) -> InboxService<S> {
        InboxService { inner, deliveries: Arc::clone(&self.0) }
    }
}

/// The service of [`Inbox`].
#[derive(Clone)]
pub struct InboxService<S> {
    inner: S,
    deliveries: Arc<Deliveries>,
}

impl<S> Service<Request> for InboxService<S>
where
    S: Service<Request, Error = Infallible> + Clone + Send + 'static,
    S::Response: IntoResponse,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let clone = self.inner.clone();
        // The original is ready, the clone may not be.
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let deliveries = Arc::clone(&self.deliveries);
        async move {
            let (id, request) = match receive(&deliveries.clerk, request).await {
                Ok(webhook) => (webhook.id.clone(), webhook.into_request()),
                Err(error) => {
                    error.log();
                    return Ok(error.into_response());
                }
            };
            match deliveries.begin(&id).await {
                Begun::New => {}
                Begun::Repeated(State::Handled) => return Ok(StatusCode::OK.into_response()),
                Begun::Repeated(State::Handling) => return Ok(busy()),
            }
            let handling = Handling { deliveries: Some(deliveries), id };
            let response = inner.call(request).await?.into_response();
            handling.finish(response.status().is_success()).await;
            Ok(response)
        }
        .boxed()
    }
}

fn busy() -> Response {
    let retry_after = [(header::RETRY_AFTER, HeaderValue::from_static("5"))];
    (StatusCode::SERVICE_UNAVAILABLE, retry_after, Body::empty()).into_response()
}

/// The webhooks that were delivered.
struct Deliveries {
    clerk: Clerk,
    /// The fallback if no shared cache is configured, or while it is unavailable.
    memory: Shared,
}

/// The state of a webhook.
#[derive(Clone, Copy, Deserialize, Serialize)]
enum State {
    Handling,
    Handled,
}

impl State {
    fn lifetime(self) -> Duration {
        match self {
            Self::Handling => HANDLING_LIFETIME,
            Self::Handled => HANDLED_LIFETIME,
        }
    }
}

enum Begun {
    New,
    Repeated(State),
}

impl Deliveries {
    /// Claims a webhook for this machine, unless it is being or has been handled.
    async fn begin(&self, id: &str) -> Begun {
        for (claimed, cache) in self.caches().enumerate() {
            let state = State::Handling;
            let claim = cache.claim::<State>(KIND, id, &state, state.lifetime()).await;
            if let Some(Err(state)) = claim {
                // Restores the state in the caches that have lost it.
                for cache in self.caches().take(claimed) {
                    cache.set(KIND, id, &state, state.lifetime()).await;
                }
                return Begun::Repeated(state);
            }
        }
        Begun::New
    }

    async fn end(&self, id: &str, is_handled: bool) {
        for cache in self.caches() {
            if is_handled {
                let state = State::Handled;
                cache.set(KIND, id, &state, state.lifetime()).await;
            } else {
                cache.remove(KIND, id).await;
            }
        }
    }

    /// The shared cache comes first, so that a webhook handled by another machine is not claimed in
    /// memory.
    fn caches(&self) -> impl Iterator<Item = &Shared> {
        self.clerk.shared().map(|shared| &**shared).into_iter().chain([&self.memory])
    }
}

/// A webhook in progress. Dropping it releases the claim, for example when the client disconnects.
struct Handling {
    deliveries: Option<Arc<Deliveries>>,
    id: String,
}

impl Handling {
    async fn finish(mut self, is_handled: bool) {
        if let Some(deliveries) = &self.deliveries {
            deliveries.end(&self.id, is_handled).await;
        }
        self.deliveries = None;
    }
}

impl Drop for Handling {
    fn drop(&mut self) {
        if let (Some(deliveries), Ok(runtime)) = (self.deliveries.take(), Handle::try_current()) {
            let id = std::mem::take(&mut self.id);
            runtime.spawn(async move { deliveries.end(&id, false).await });
        }
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").field("clerk", &self.0.clerk).finish_non_exhaustive()
    }
}

impl<S: fmt::Debug> fmt::Debug for InboxService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboxService").field("inner", &self.inner).finish_non_exhaustive()
    }
}
