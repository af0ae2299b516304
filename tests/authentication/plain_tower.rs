//! The layer and guards around Tower services without Axum.

use std::{
    cell::Cell,
    convert::Infallible,
    future::{Ready, ready},
    task::{Context, Poll},
};

use axum_clerk::{Clerk, ClerkAuth, ClerkLayer, RequestState, guard, require_auth};
use http::{Request, Response};
use tower::{BoxError, Service, ServiceBuilder, ServiceExt, service_fn};

use super::support::{emulator, shared_emulator, sign_in};

fn request<B>(token: &str, body: B) -> Request<B> {
    Request::builder()
        .uri("/")
        .header("authorization", format!("Bearer {token}"))
        .body(body)
        .unwrap()
}

async fn user_id(request: Request<String>) -> Result<Response<String>, Infallible> {
    let auth = request.extensions().get::<ClerkAuth>().unwrap();
    Ok(Response::new(auth.user_id().unwrap_or("anonymous").to_owned()))
}

#[tokio::test]
async fn service_is_authenticated_and_guarded() {
    let clerk = shared_emulator().await;
    let session = sign_in(clerk).plans(["u:pro"]);
    let layer = ClerkLayer::new(clerk.config());
    let open = ServiceBuilder::new().layer(layer.clone()).service(service_fn(user_id));
    let guarded = ServiceBuilder::new()
        .layer(layer.clone())
        .layer(require_auth())
        .service(service_fn(user_id));
    let pro = ServiceBuilder::new()
        .layer(layer)
        .layer(guard::require(guard::plan("pro")))
        .service(service_fn(user_id));

    let response = open.oneshot(request("invalid", String::new())).await.unwrap();
    assert_eq!((response.status().as_u16(), response.body().as_str()), (200, "anonymous"));
    assert_eq!(response.headers()["x-clerk-auth-reason"], "token-invalid");

    let response = guarded.clone().oneshot(request("invalid", String::new())).await.unwrap();
    assert_eq!(response.status(), 401);
    assert!(response.body().contains("token-invalid"), "{}", response.body());
    let response = guarded.oneshot(request(&session.token(), String::new())).await.unwrap();
    assert_eq!((response.status().as_u16(), response.body().as_str()), (200, session.user_id()));

    let response =
        pro.clone().oneshot(request(&sign_in(clerk).token(), String::new())).await.unwrap();
    assert_eq!(response.status(), 403);
    let response = pro.oneshot(request(&session.token(), String::new())).await.unwrap();
    assert_eq!(response.status(), 200);
}

/// A body that is `Send` but not `Sync`.
#[derive(Default)]
struct NotSync(Cell<u8>);

#[tokio::test]
async fn bodies_need_not_be_sync() {
    let clerk = emulator().await;
    let echo = service_fn(async |request: Request<NotSync>| {
        Ok::<_, Infallible>(Response::new(request.into_body()))
    });
    let app = ServiceBuilder::new().layer(ClerkLayer::new(clerk.config())).service(echo);
    let token = sign_in(&clerk).token();
    for _ in ["keys not fetched", "keys fetched"] {
        let sent = tokio::spawn(app.clone().oneshot(request(&token, NotSync(Cell::new(7)))));
        assert_eq!(sent.await.unwrap().unwrap().into_body().0.get(), 7);
    }
}

/// A service that is pending at first and panics if it is called before it was polled ready, as
/// Tower's contract allows.
#[derive(Default)]
struct Strict {
    was_polled: bool,
    is_ready: bool,
}

impl Clone for Strict {
    /// A clone must be polled ready again.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<B> Service<Request<B>> for Strict {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        if !std::mem::replace(&mut self.was_polled, true) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        assert!(self.is_ready, "called before it was polled ready");
        *self = Self::default();
        ready(Ok(Response::new("called".to_owned())))
    }
}

#[tokio::test]
async fn ready_service_is_the_one_called() {
    let clerk = emulator().await;
    let layer = ClerkLayer::new(clerk.config());
    let mut app =
        ServiceBuilder::new().layer(layer).layer(require_auth()).service(Strict::default());
    let token = sign_in(&clerk).token();
    for _ in ["keys not fetched", "keys fetched", "keys fetched"] {
        let response = ServiceExt::<Request<()>>::ready(&mut app)
            .await
            .unwrap()
            .call(request(&token, ()))
            .await
            .unwrap();
        assert_eq!(response.body(), "called");
    }
}

#[tokio::test]
async fn service_errors_are_passed_through() {
    let clerk = emulator().await;
    let failing =
        service_fn(async |_: Request<()>| Err::<Response<String>, BoxError>("broken".into()));
    let app = ServiceBuilder::new().layer(ClerkLayer::new(clerk.config())).service(failing);
    let token = sign_in(&clerk).token();
    for _ in ["keys not fetched", "keys fetched"] {
        let error = app.clone().oneshot(request(&token, ())).await.unwrap_err();
        assert_eq!(error.to_string(), "broken");
    }
}

#[tokio::test]
async fn request_head_is_authenticated_without_a_service() {
    let clerk = emulator().await;
    let handle = Clerk::new(clerk.config());
    let session = sign_in(&clerk);
    let token = session.token();
    let (parts, ()) = request(&token, ()).into_parts();
    let state = handle.authenticate(&parts).await;
    assert_eq!(state.status(), "signed-in");
    let verified = state.session().unwrap();
    assert_eq!(
        (verified.claims().user_id(), verified.token()),
        (session.user_id(), token.as_str())
    );

    let (parts, ()) = request("invalid", ()).into_parts();
    let state = handle.authenticate(&parts).await;
    let RequestState::SignedOut { reason, .. } = &state else { panic!("{state:?}") };
    assert_eq!(reason.as_str(), "token-invalid");
}
