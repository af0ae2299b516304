//! The app under test: guarded routes, and pages that load clerk-js.

use axum::{
    Json, Router,
    response::Html,
    routing::{delete, get},
};
use axum_clerk::{
    ClerkAuth, ClerkLayer, Principal, Reverification, SignedIn, TokenType, emulator::ClerkEmulator,
    guard, require_auth, require_reverification,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::version::Version;

/// Serves the app at `origin`.
pub(crate) fn serve(listener: TcpListener, origin: &str, clerk: &ClerkEmulator, version: Version) {
    let config = clerk
        .config_builder()
        .sign_in_url(format!("{origin}/sign-in"))
        .sign_up_url(format!("{origin}/sign-up"))
        .accept_tokens([TokenType::SessionToken, TokenType::ApiKey])
        .build()
        .expect("a valid configuration");
    let document = page(clerk, version);
    let home = get(move || async { Html(document) });
    let account = delete(me).layer(require_reverification(Reverification::STRICT).api());
    let app = Router::new()
        .route("/api/me", get(me).layer(require_auth().api()))
        .route("/api/user", get(user).layer(require_auth().api()))
        .route("/api/caller", get(async |caller: Principal| caller.subject().to_owned()))
        .route("/api/account", account)
        .route("/api/orgs/{slug}", get(me).layer(guard::organization_in_path("slug").api()))
        .route("/page", get(guarded_page).layer(require_auth()))
        .fallback(home.clone())
        .layer(ClerkLayer::new(config))
        // Without the layer, no handshake identifies the browser.
        .route("/static", home);
    tokio::spawn(async { axum::serve(listener, app).await });
}

async fn me(session: SignedIn) -> Json<Value> {
    let claims = session.claims();
    Json(json!({
        "user": session.user_id(),
        "session": claims.session_id(),
        "organization": claims.organization().map(|organization| organization.id()),
        "role": claims.organization().map(|organization| organization.role()),
        "factor_ages": claims.get("fva"),
        "token_issued_at": claims.get("iat"),
    }))
}

/// Looks the user up at Clerk.
async fn user(session: SignedIn) -> axum_clerk::Result<Json<Value>> {
    let user = session.user().await?;
    let verified = user.email_addresses.iter().filter(|own| {
        own.verification.as_ref().is_some_and(|own| own.status.as_str() == "verified")
    });
    Ok(Json(json!({
        "name": user.first_name,
        "verified": verified.map(|own| &own.email_address).collect::<Vec<_>>(),
        "two_factor_enabled": user.two_factor_enabled,
    })))
}

async fn guarded_page(auth: ClerkAuth) -> Html<String> {
    Html(format!("<p>user: {}</p>", auth.user_id().unwrap_or("none")))
}

/// Builds the page with Clerk's script tags.
fn page(clerk: &ClerkEmulator, version: Version) -> String {
    let (url, key) = (clerk.url(), clerk.publishable_key());
    let (number, ui) = match version {
        Version::Five => (5, String::new()),
        Version::Six => {
            let ui =
                "<script crossorigin src=\"{url}/npm/@clerk/ui@1/dist/ui.browser.js\"></script>";
            (6, ui.replace("{url}", url))
        }
    };
    let clerk_js = format!(
        "<script crossorigin data-clerk-publishable-key=\"{key}\" data-clerk-proxy-url=\"{url}\" \
         src=\"{url}/npm/@clerk/clerk-js@{number}/dist/clerk.browser.js\"></script>"
    );
    include_str!("page.html").replace("<!-- Clerk -->", &(clerk_js + &ui))
}
