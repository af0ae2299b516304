//! The app under test: every page says who is signed in, and has links to sign in and out.

use axum::{Router, http::Uri, response::Html, routing::get};
use axum_clerk::{ClerkAuth, ClerkConfig, ClerkLayer};
use tokio::net::TcpListener;
use url::Url;

/// A served app, at `http://HOST:PORT` without a slash at the end.
pub(crate) async fn serve(host: &str, config: ClerkConfig) -> String {
    let app = Router::new().fallback(get(page)).layer(ClerkLayer::new(config));
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
    let links = match auth.is_signed_in() {
        false => link("sign-in", auth.sign_in_url()) + &link("sign-up", auth.sign_up_url()),
        true => {
            let mut reverify = auth.sign_out_url().expect("a URL");
            reverify.set_path("/reverify");
            link("reverify", Some(reverify)) + &link("sign-out", auth.sign_out_url())
        }
    };
    let who = auth.user_id().unwrap_or("nobody");
    let organization = auth.organization_slug().unwrap_or("personal");
    let fva = auth
        .claims()
        .and_then(|claims| claims.get("fva"))
        .map(ToString::to_string)
        .unwrap_or_default();
    let reason = auth.reason().map(ToString::to_string).unwrap_or_default();
    let path = uri.path();
    Html(format!(
        "<h1>{path}</h1><p id=\"who\">{who} in {organization}</p><p>fva {fva}</p><p>because {reason}</p>{links}"
    ))
}
