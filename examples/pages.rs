//! Server-rendered pages with maud, htmx and clerk-js, and a strict Content Security Policy.
//!
//! ```sh
//! CLERK_SECRET_KEY=… CLERK_PUBLISHABLE_KEY=… cargo run --example pages --features emulator
//! ```
//!
//! It listens on `PORT` (3000 by default). Save htmx as `htmx.js` next to where it is started; the
//! page works without it too, as a form. The flag `--emulator` runs it against an in-process
//! emulator, which serves the account pages but not clerk-js.

use std::{env, error::Error};

use axum::{
    Form, Router,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_clerk::{
    Clerk, ClerkAuth, ClerkConfig, ClerkLayer, SignedIn, emulator::ClerkEmulator, guard, pages,
};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde::Deserialize;
use tokio::net::TcpListener;

fn app(clerk: Clerk) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/notes", post(add_note).layer(guard::same_origin()))
        .route("/htmx.js", get(htmx))
        .layer(ClerkLayer::new(clerk))
}

async fn home(auth: ClerkAuth) -> Response {
    let content = html! {
        @if let Some(user_id) = auth.user_id() {
            p { "Signed in as " code { (user_id) } }
            div id="organization-switcher" {}
            div id="user-button" {}
            form method="post" action="/notes" hx-post="/notes" hx-target="#notes" hx-swap="beforeend" {
                input name="text" required;
                button { "Add a note" }
            }
            ul id="notes" {}
        } @else {
            p { "Hello, stranger" }
            @if let Some(url) = auth.sign_in_url() {
                p { a href=(url) { "Sign in" } }
            }
        }
    };
    page(auth.clerk(), &auth, &content)
}

#[derive(Deserialize)]
struct Note {
    text: String,
}

/// Responds to htmx with the new element, and to a plain form with a redirect.
async fn add_note(
    session: SignedIn,
    headers: axum::http::HeaderMap,
    Form(note): Form<Note>,
) -> Response {
    tracing::info!(user_id = session.user_id(), "a note was added");
    if headers.contains_key("hx-request") {
        Html(html! { li { (note.text) } }.into_string()).into_response()
    } else {
        Redirect::to("/").into_response()
    }
}

/// The part of the page that runs in the browser. clerk-js renews the session token before htmx
/// sends a request, so that a form still works after the page was left alone for a minute.
const SCRIPT: &str = "
addEventListener('load', async () => {
    if (!window.Clerk) return;
    await Clerk.load({ ui: { ClerkUI: window.__internal_ClerkUICtor } });
    const mount = (id, how) => {
        const element = document.getElementById(id);
        if (element) how(element);
    };
    mount('user-button', element => Clerk.mountUserButton(element));
    mount('organization-switcher', element => Clerk.mountOrganizationSwitcher(element));
});
document.addEventListener('htmx:confirm', event => {
    event.preventDefault();
    const fresh = Promise.resolve(window.Clerk?.session?.getToken());
    fresh.finally(() => event.detail.issueRequest(true));
});
";

fn page(clerk: &Clerk, auth: &ClerkAuth, content: &Markup) -> Response {
    let nonce = pages::Nonce::new();
    // The policy forbids htmx's own style element, and evaluating strings.
    let htmx = r#"{"includeIndicatorStyles":false,"allowEval":false}"#;
    let state = serde_json::json!({ "userId": auth.user_id() });
    let state = pages::json_for_script(&state).expect("a JSON value is JSON");
    let policy = pages::content_security_policy(clerk).nonce(&nonce);
    let body = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                title { "Notes" }
                meta name="htmx-config" content=(htmx);
                script defer nonce=(nonce) src="/htmx.js" {}
                (PreEscaped(pages::script_tags(clerk).nonce(&nonce).to_string()))
            }
            body {
                (content)
                script id="state" type="application/json" nonce=(nonce) { (PreEscaped(state)) }
                script nonce=(nonce) { (PreEscaped(SCRIPT)) }
            }
        }
    };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy.header_value()),
        (header::CACHE_CONTROL, header::HeaderValue::from_static("private, no-store")),
        (header::CONTENT_TYPE, header::HeaderValue::from_static("text/html; charset=utf-8")),
    ];
    (headers, body.into_string()).into_response()
}

async fn htmx() -> Response {
    match tokio::task::spawn_blocking(|| std::fs::read("htmx.js")).await {
        Ok(Ok(script)) => ([(header::CONTENT_TYPE, "text/javascript")], script).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt::init();
    let emulator = match env::args().nth(1).as_deref() {
        Some("--emulator") => Some(ClerkEmulator::start().await?),
        _ => None,
    };
    let config = match &emulator {
        Some(emulator) => emulator.config(),
        None => ClerkConfig::from_env()?,
    };
    let port = env::var("PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(3000);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("Serving http://{}", listener.local_addr()?);
    axum::serve(listener, app(Clerk::new(config))).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::{
        body::{Body, to_bytes},
        http::{HeaderMap, Request},
    };
    use axum_clerk::api::CreateUser;
    use tower::ServiceExt;

    use super::*;

    async fn send(app: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
        let (parts, body) = app.clone().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn page_carries_scripts_whose_nonce_the_policy_allows() {
        let clerk = ClerkEmulator::start().await.unwrap();
        let app = app(Clerk::new(clerk.config()));
        let token = clerk.sign_in(&clerk.create_user(CreateUser::default()).id).token();
        let request = || {
            let request = Request::get("/").header("host", "localhost:3000");
            request.header("authorization", format!("Bearer {token}")).body(Body::empty()).unwrap()
        };
        let (status, headers, body) = send(&app, request()).await;
        assert_eq!(status, StatusCode::OK);
        let policy = headers["content-security-policy"].to_str().unwrap();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
        let scripts = body.matches("<script").count();
        assert_eq!(body.matches(&format!("nonce=\"{nonce}\"")).count(), scripts, "{body}");
        assert!(body.contains(clerk.publishable_key()), "{body}");
        let (_, other, _) = send(&app, request()).await;
        assert_ne!(headers["content-security-policy"], other["content-security-policy"]);
    }

    #[tokio::test]
    async fn notes_are_escaped_and_require_a_user() {
        let clerk = ClerkEmulator::start().await.unwrap();
        let app = app(Clerk::new(clerk.config()));
        let token = clerk.sign_in(&clerk.create_user(CreateUser::default()).id).token();
        let add = |token: &str| {
            let request = Request::post("/notes")
                .header("host", "localhost:3000")
                .header("authorization", format!("Bearer {token}"))
                .header("hx-request", "true")
                .header("content-type", "application/x-www-form-urlencoded");
            request.body(Body::from("text=%3Cb%3E")).unwrap()
        };
        let (status, _, body) = send(&app, add(&token)).await;
        assert_eq!((status, body.as_str()), (StatusCode::OK, "<li>&lt;b&gt;</li>"));
        assert_eq!(send(&app, add("nonsense")).await.0, StatusCode::UNAUTHORIZED);
    }
}
