//! A multi-tenant application with tests: organizations, permissions, plans, API keys, machines,
//! reverification, custom pages, a WebSocket, a background job, rate limits and an OpenAPI document.
//!
//! ```sh
//! cargo run --example saas --features emulator,utoipa
//! cargo test --example saas --features emulator,utoipa
//! ```

use std::{
    collections::HashMap,
    env,
    error::Error,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{
        FromRef, State, WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    http::{Request, StatusCode, request::Parts},
    response::{Html, IntoResponse, Response},
    routing::{any, delete, get, post},
};
use axum_clerk::{
    ActiveOrganization, AuthRejection, Clerk, ClerkAuth, ClerkConfig, ClerkLayer, ConfigError,
    Permission, Principal, RejectionKind, ResponseFormat, Reverification, SessionLifetime,
    SignedIn, TokenType,
    api::{CreateOrganization, CreateUser, ListUsers, UpdateUserMetadata},
    emulator::ClerkEmulator,
    guard,
    openapi::utoipa::ClerkSecurity,
};
use futures_util::TryStreamExt;
use serde_json::json;
use tokio::{net::TcpListener, time};
use tower_governor::{
    GovernorError, GovernorLayer, governor::GovernorConfigBuilder, key_extractor::KeyExtractor,
};
use utoipa::{Modify, OpenApi};

/// The permissions of this application, as they are named in the Clerk Dashboard.
enum May {
    ReadNotes,
    WriteNotes,
    ReadOrders,
}

impl From<May> for Permission {
    fn from(may: May) -> Self {
        Self::new(match may {
            May::ReadNotes => "org:notes:read",
            May::WriteNotes => "org:notes:write",
            May::ReadOrders => "org:orders:read",
        })
    }
}

#[derive(Clone)]
struct AppState {
    clerk: Clerk,
    notes: Arc<Mutex<HashMap<String, Vec<String>>>>,
}

impl FromRef<AppState> for Clerk {
    fn from_ref(state: &AppState) -> Self {
        state.clerk.clone()
    }
}

fn app(clerk: Clerk) -> Router {
    let mut document = Api::openapi();
    ClerkSecurity::new(&clerk).modify(&mut document);
    let state = AppState { clerk: clerk.clone(), notes: Arc::default() };
    Router::new()
        .route("/", get(home))
        .route("/me", get(me))
        .route("/socket", any(open_socket).layer(guard::same_origin()))
        .route("/openapi.json", get(async move || Json(document)))
        .nest("/orgs/{slug}", organization())
        .nest("/api", api())
        .layer(ClerkLayer::new(clerk).on_rejection(respond_to_rejection))
        .with_state(state)
}

/// The pages of an organization, for its members.
fn organization() -> Router<AppState> {
    let read = guard::require(guard::permission(May::ReadNotes));
    let write = guard::require(guard::permission(May::WriteNotes));
    let pro = guard::require(guard::plan("o:pro"));
    let close = guard::require(guard::role("org:admin").and(Reverification::STRICT));
    Router::new()
        .route("/notes", get(list_notes).layer(read).merge(post(add_note).layer(write)))
        .route("/reports", get(async || "the reports of the pro plan").layer(pro))
        .route("/", delete(async || "closed").layer(close))
        .layer(guard::organization_in_path("slug"))
}

/// The API for users, their API keys, and the machines of partners.
fn api() -> Router<AppState> {
    let limit = GovernorConfigBuilder::default()
        .key_extractor(BySubject)
        .per_second(60)
        .burst_size(5)
        .finish()
        .expect("neither is zero");
    let is_machine = guard::when(|caller: &Principal| caller.machine_id().is_some());
    let read = guard::permission(May::ReadOrders).or(guard::scope("orders:read")).or(is_machine);
    Router::new()
        .route("/orders", get(list_orders))
        .layer(GovernorLayer::new(limit))
        .layer(guard::require(read).api())
}

async fn home(auth: ClerkAuth) -> Html<String> {
    Html(match auth.user_id() {
        Some(user_id) => format!("<h1>Hello, {user_id}</h1>"),
        None => "<a href=\"/sign-in\">Sign in</a>".into(),
    })
}

async fn me(session: SignedIn) -> axum_clerk::Result<Json<serde_json::Value>> {
    let user = session.user().await?;
    Ok(Json(json!({ "id": user.id, "name": user.first_name })))
}

async fn list_notes(
    organization: ActiveOrganization,
    State(state): State<AppState>,
) -> Json<Vec<String>> {
    let notes = state.notes.lock().unwrap_or_else(PoisonError::into_inner);
    Json(notes.get(organization.id()).cloned().unwrap_or_default())
}

async fn add_note(
    organization: ActiveOrganization,
    State(state): State<AppState>,
    note: String,
) -> StatusCode {
    let mut notes = state.notes.lock().unwrap_or_else(PoisonError::into_inner);
    notes.entry(organization.id().to_owned()).or_default().push(note);
    StatusCode::CREATED
}

#[derive(OpenApi)]
#[openapi(paths(list_orders))]
struct Api;

/// Lists the orders that the caller may see.
#[utoipa::path(get, path = "/api/orders", responses((status = 200, body = String), AuthRejection))]
async fn list_orders(caller: Principal) -> String {
    format!("the orders for {}", caller.subject())
}

/// Opens a WebSocket that ends with the session.
async fn open_socket(session: SignedIn, upgrade: WebSocketUpgrade) -> Response {
    let lifetime = session.session_lifetime();
    upgrade.on_upgrade(|socket| echo(socket, lifetime))
}

async fn echo(mut socket: WebSocket, lifetime: SessionLifetime) {
    loop {
        tokio::select! {
            _ = lifetime.expired() => return,
            message = socket.recv() => {
                let Some(Ok(Message::Text(text))) = message else { return };
                if socket.send(Message::Text(text)).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// Responds to browsers with pages of this application.
fn respond_to_rejection(rejection: &AuthRejection, _: &Parts) -> Response {
    let text = match (rejection.format(), rejection.kind()) {
        (ResponseFormat::Page, RejectionKind::Forbidden(_)) => "Ask your administrator for access.",
        (ResponseFormat::Page, RejectionKind::NotInOrganization) => "There is nothing here.",
        _ => return rejection.to_response(),
    };
    (rejection.status(), Html(format!("<h1>{text}</h1>"))).into_response()
}

#[derive(Clone, Debug)]
struct BySubject;

impl KeyExtractor for BySubject {
    type Key = String;

    fn extract<T>(&self, request: &Request<T>) -> Result<String, GovernorError> {
        let auth = ClerkAuth::from_request(request).ok();
        let subject = auth.as_ref().and_then(ClerkAuth::subject).map(str::to_owned);
        subject.ok_or(GovernorError::UnableToExtractKey)
    }
}

/// Marks new users as welcomed, in a background job. Returns how many there were.
async fn welcome_new_users(clerk: &Clerk) -> axum_clerk::Result<usize> {
    let mut users = clerk.users().stream(&ListUsers::default());
    let mut welcomed = 0;
    while let Some(user) = users.try_next().await? {
        if user.private_metadata.get("welcomed").is_none() {
            let mark = UpdateUserMetadata::default().private_metadata(json!({ "welcomed": true }));
            clerk.users().update_metadata(&user.id, &mark).await?;
            welcomed += 1;
        }
    }
    Ok(welcomed)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let emulator = ClerkEmulator::start().await?;
    let ada = emulator.create_user(CreateUser::default().first_name("Ada"));
    let acme = emulator.create_organization(CreateOrganization::new("Acme").slug("acme"));
    emulator.add_member(&acme.id, &ada.id, "org:admin", ["org:notes:read", "org:notes:write"]);
    let clerk = Clerk::new(config(&emulator)?);

    let job = clerk.clone();
    tokio::spawn(async move {
        loop {
            if let Err(error) = welcome_new_users(&job).await {
                eprintln!("new users were not welcomed: {error}");
            }
            time::sleep(Duration::from_secs(60)).await;
        }
    });
    let port = env::var("PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(3000);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    println!("curl -H 'Authorization: Bearer {}' \\", emulator.sign_in(&ada.id).token());
    println!("    {url}/me");
    axum::serve(listener, app(clerk)).await?;
    Ok(())
}

fn config(emulator: &ClerkEmulator) -> Result<ClerkConfig, ConfigError> {
    let types = [TokenType::SessionToken, TokenType::ApiKey, TokenType::M2mToken];
    emulator.config_builder().accept_tokens(types).build()
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use axum::{
        body::{Body, to_bytes},
        http::{Method, header},
    };
    use axum_clerk::{Clock, emulator::EmulatedSession};
    use tower::ServiceExt;

    use super::*;

    /// The application with Ada, who is an admin of Acme and has signed in.
    struct World {
        emulator: ClerkEmulator,
        app: Router,
        ada: EmulatedSession,
    }

    async fn world() -> World {
        let clock = Clock::manual(SystemTime::now());
        let emulator = ClerkEmulator::builder().clock(clock).start().await.unwrap();
        let ada = emulator.create_user(CreateUser::default().first_name("Ada"));
        let acme = emulator.create_organization(CreateOrganization::new("Acme").slug("acme"));
        let permissions = ["org:notes:read", "org:notes:write"];
        emulator.add_member(&acme.id, &ada.id, "org:admin", permissions);
        let app = app(Clerk::new(config(&emulator).unwrap()));
        let ada = emulator.sign_in(&ada.id).organization(&acme.id);
        World { emulator, app, ada }
    }

    impl World {
        async fn send(&self, method: Method, path: &str, token: &str) -> (u16, String) {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header(header::AUTHORIZATION, format!("Bearer {token}"))
                .body(Body::from("milk"));
            let response = self.app.clone().oneshot(request.unwrap()).await.unwrap();
            let status = response.status().as_u16();
            let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            (status, String::from_utf8(body.to_vec()).unwrap())
        }

        async fn status(&self, path: &str, token: &str) -> u16 {
            self.send(Method::GET, path, token).await.0
        }
    }

    #[tokio::test]
    async fn organizations_keep_their_notes_apart() {
        let world = world().await;
        let token = world.ada.token();
        assert_eq!(world.send(Method::POST, "/orgs/acme/notes", &token).await.0, 201);
        assert_eq!(
            world.send(Method::GET, "/orgs/acme/notes", &token).await,
            (200, r#"["milk"]"#.into())
        );
        assert_eq!(world.status("/orgs/other/notes", &token).await, 404);
        let stranger = world.emulator.create_user(CreateUser::default());
        let stranger = world.emulator.sign_in(&stranger.id).token();
        assert_eq!(world.status("/orgs/acme/notes", &stranger).await, 404);
    }

    #[tokio::test]
    async fn reports_require_the_pro_plan() {
        let world = world().await;
        assert_eq!(world.status("/orgs/acme/reports", &world.ada.token()).await, 403);
        let pro = world.ada.clone().plans(["o:pro"]).token();
        assert_eq!(world.status("/orgs/acme/reports", &pro).await, 200);
    }

    #[tokio::test]
    async fn closing_requires_a_recent_verification() {
        let world = world().await;
        let stale = world.ada.clone().factor_verification_age(11, -1).token();
        let (status, body) = world.send(Method::DELETE, "/orgs/acme", &stale).await;
        assert!(status == 403 && body.contains("reverification-error"), "{status} {body}");
        let fresh = world.ada.clone().factor_verification_age(1, -1).token();
        assert_eq!(world.send(Method::DELETE, "/orgs/acme", &fresh).await.0, 200);
    }

    #[tokio::test]
    async fn orders_are_read_by_users_keys_and_machines() {
        let world = world().await;
        let key = || world.emulator.create_api_key(world.ada.user_id());
        let machine = world.emulator.create_machine("partner");
        for (token, status) in [
            (world.ada.token(), 403),
            (key().token(), 403),
            (key().scopes(["orders:read"]).token(), 200),
            (world.emulator.create_m2m_token(&machine).token(), 200),
            ("nonsense".into(), 401),
        ] {
            assert_eq!(world.status("/api/orders", &token).await, status, "{token}");
        }
    }

    #[tokio::test]
    async fn callers_are_limited_one_by_one() {
        let world = world().await;
        let key = |user: &str| world.emulator.create_api_key(user).scopes(["orders:read"]).token();
        let (ada, other) =
            (key(world.ada.user_id()), world.emulator.create_user(CreateUser::default()));
        for _ in 0..5 {
            assert_eq!(world.status("/api/orders", &ada).await, 200);
        }
        assert_eq!(world.status("/api/orders", &ada).await, 429);
        assert_eq!(world.status("/api/orders", &key(&other.id)).await, 200);
    }

    #[tokio::test]
    async fn tokens_expire_and_outages_do_not_sign_users_out() {
        let world = world().await;
        let token = world.ada.token();
        assert_eq!(world.status("/orgs/acme/notes", &token).await, 200);
        world.emulator.go_down();
        assert_eq!(world.status("/orgs/acme/notes", &token).await, 200);
        assert_eq!(world.status("/me", &token).await, 503);
        world.emulator.come_up();
        assert_eq!(world.status("/me", &token).await, 200);
        world.emulator.clock().advance(Duration::from_secs(65));
        assert_eq!(world.status("/orgs/acme/notes", &token).await, 401);
    }

    #[tokio::test]
    async fn users_are_welcomed_once() {
        let world = world().await;
        let clerk = Clerk::new(world.emulator.config());
        assert_eq!(welcome_new_users(&clerk).await.unwrap(), 1);
        assert_eq!(welcome_new_users(&clerk).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn browsers_see_pages_of_the_application() {
        let world = world().await;
        let request = Request::get("/orgs/acme/reports")
            .header(header::ACCEPT, "text/html")
            .header(header::AUTHORIZATION, format!("Bearer {}", world.ada.token()));
        let request = request.body(Body::empty()).unwrap();
        let response = world.app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        assert_eq!(body, "<h1>Ask your administrator for access.</h1>");
    }

    #[tokio::test]
    async fn document_names_the_security_schemes() {
        let world = world().await;
        let (status, document) = world.send(Method::GET, "/openapi.json", "").await;
        assert!(status == 200 && document.contains("securitySchemes"), "{document}");
    }
}
