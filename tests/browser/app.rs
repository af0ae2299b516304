//! The app under test. Every page shows the authenticated user and links to sign in or out.

use axum::{Router, http::Uri, response::Html, routing::get};
use axum_clerk::{ClerkAuth, ClerkConfig, ClerkLayer};
use tokio::net::TcpListener;
use url::Url;

/// Serves the app and returns its URL, `http://HOST:PORT` without a trailing slash.
pub(crate) async fn serve(host: &str, config: ClerkConfig) -> String {
    serve_router(host, Router::new().fallback(get(page)).layer(ClerkLayer::new(config))).await
}

/// Serves the app with the Frontend API at `/__clerk`.
#[cfg(feature = "proxy")]
pub(crate) async fn serve_with_proxy(host: &str, config: ClerkConfig) -> String {
    let clerk = axum_clerk::Clerk::new(config);
    let app = Router::new()
        .fallback(get(page))
        .nest_service("/__clerk", clerk.frontend_api_proxy())
        .layer(ClerkLayer::new(clerk));
    serve_router(host, app).await
}

async fn serve_router(host: &str, app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async { axum::serve(listener, app).await });
    format!("http://{host}:{port}")
}

async fn page(auth: ClerkAuth, uri: Uri) -> Html<String> {
    let link = |id: &str, url: Option<Url>| {
        let href = url.expect("a URL").to_string().replace('&', "&amp;");
        format!("<p><a id=\"{id}\" href=\"{href}\">{id}</a></p>")
    };
    let links = if auth.is_signed_in() {
        let mut reverify = auth.sign_out_url().expect("a URL");
        reverify.set_path("/reverify");
        link("reverify", Some(reverify)) + &link("sign-out", auth.sign_out_url())
    } else {
        link("sign-in", auth.sign_in_url()) + &link("sign-up", auth.sign_up_url())
    };
    let user = auth.user_id().unwrap_or("none");
    let organization = auth.organization_slug().unwrap_or("none");
    let fva = auth
        .claims()
        .and_then(|claims| claims.get("fva"))
        .map(ToString::to_string)
        .unwrap_or_default();
    let reason = auth.reason().map(ToString::to_string).unwrap_or_default();
    let path = uri.path();
    Html(format!(
        "<h1>{path}</h1>\
         <p>user: {user}</p>\
         <p>organization: {organization}</p>\
         <p>fva: {fva}</p>\
         <p>reason: {reason}</p>\
         {links}"
    ))
}
