//! An app with public and protected routes, and an in-process Clerk emulator to run it against.
//!
//! ```sh
//! cargo run --example quickstart --features emulator
//! ```
//!
//! It listens on `PORT` (3000 by default) and prints `curl` lines to try it with. If any `CLERK_*`
//! variable is set, it uses your Clerk instance instead, and fails if the configuration is
//! incomplete: the emulator accepts anyone, so it must not stand in for an instance whose key got
//! lost. The flag `--emulator` starts the emulator in any case.

use std::{env, error::Error, ffi::OsString, net::SocketAddr, time::Duration};

use axum::{
    Json, Router,
    response::Html,
    routing::{delete, get},
};
use axum_clerk::{
    ClerkAuth, ClerkConfig, ClerkLayer, Result, Reverification, SignedIn,
    api::{CreateOrganization, CreateUser, User},
    emulator::ClerkEmulator,
    guard, require_reverification,
};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use url::Url;

fn app(config: ClerkConfig) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/me", get(me))
        .route(
            "/billing",
            get(billing).layer(guard::require(guard::permission("org:billing:read"))),
        )
        .route(
            "/account",
            delete(close_account).layer(require_reverification(Reverification::STRICT)),
        )
        .route("/health", get(|| async { "ok\n" }))
        .layer(ClerkLayer::new(config))
}

/// A page for browsers, with links to sign in and out.
async fn home(auth: ClerkAuth) -> Html<String> {
    let link = |text: &str, url: Option<Url>| {
        url.map_or(String::new(), |url| {
            format!("<p><a href=\"{}\">{text}</a></p>\n", url.as_str().replace('&', "&amp;"))
        })
    };
    Html(match auth.user_id() {
        None => format!("<h1>Hello, stranger</h1>\n{}", link("Sign in", auth.sign_in_url())),
        Some(id) => {
            let can_close = if auth.reverified(Reverification::STRICT) {
                "can"
            } else {
                "must verify your identity to"
            };
            let links = link("Verify your identity", reverify_url(&auth))
                + &link("Sign out", auth.sign_out_url());
            format!("<h1>Hello, {id}</h1>\n<p>You {can_close} close your account.</p>\n{links}")
        }
    })
}

/// Returns the URL of the emulator's reverification page, which is next to its sign-out page.
///
/// A real Clerk instance has no such page: there, Clerk's frontend components verify the user.
fn reverify_url(auth: &ClerkAuth) -> Option<Url> {
    let mut url = auth.sign_out_url()?;
    url.set_path("/reverify");
    Some(url)
}

async fn me(session: SignedIn) -> Result<Json<User>> {
    Ok(Json((*session.user().await?).clone()))
}

async fn billing(session: SignedIn) -> String {
    format!("invoices of {}\n", session.organization_slug().unwrap_or("no organization"))
}

async fn close_account(session: SignedIn) -> String {
    format!("closing the account of {}\n", session.user_id())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()))
        .init();
    let port = env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let address = listener.local_addr()?;

    if !use_emulator() {
        // `/me` fetches the user, which verifying tokens would not require.
        if env::var("CLERK_SECRET_KEY").unwrap_or_default().is_empty() {
            return Err("no secret key is set; set CLERK_SECRET_KEY".into());
        }
        let config = ClerkConfig::builder().env().exclude(["/health"]).build()?;
        println!("Serving http://{address}/ with your Clerk instance. Press Ctrl-C to stop.");
        return serve(listener, app(config)).await;
    }
    let clerk = ClerkEmulator::start().await?;
    println!(
        "Serving http://{address}/ with a Clerk emulator at {}. Press Ctrl-C to stop both.\n",
        clerk.url()
    );
    print_requests(address, &clerk).await?;
    serve(listener, app(clerk.config_builder().exclude(["/health"]).build()?)).await
}

/// Returns whether to use the emulator: if requested, or if nothing in the environment refers to a
/// Clerk instance.
fn use_emulator() -> bool {
    let is_clerk = |(name, _): (OsString, OsString)| name.to_string_lossy().starts_with("CLERK_");
    env::args().skip(1).any(|argument| argument == "--emulator") || !env::vars_os().any(is_clerk)
}

async fn serve(listener: TcpListener, app: Router) -> Result<(), Box<dyn Error>> {
    axum::serve(listener, app)
        .with_graceful_shutdown(async { drop(tokio::signal::ctrl_c().await) })
        .await?;
    Ok(())
}

/// Creates two users and prints requests on their behalf, with the status that each returns.
async fn print_requests(address: SocketAddr, clerk: &ClerkEmulator) -> Result<(), Box<dyn Error>> {
    let user = |name: &str, email: &str| {
        clerk.create_user(CreateUser::default().first_name(name).email_address([email]))
    };
    let (ada, grace) = (user("Ada", "ada@example.com"), user("Grace", "grace@example.com"));
    let acme = clerk.create_organization(CreateOrganization::new("Acme"));
    clerk.add_member(&acme.id, &ada.id, "org:admin", ["org:billing:read"]);
    clerk.add_member(&acme.id, &grace.id, "org:member", ["org:reports:read"]);

    let session = |user: &User| {
        clerk.sign_in(&user.id).organization(&acme.id).expires_in(Duration::from_secs(3600))
    };
    let admin = session(&ada).token();
    // Her identity was verified half an hour ago.
    let member = session(&grace).factor_verification_age(30, -1).token();
    let expired = session(&ada).claim("exp", 1_700_000_000).token();
    let other_clerk = ClerkEmulator::start().await?;
    let other_ada = other_clerk.create_user(CreateUser::default().first_name("Ada"));
    let foreign = other_clerk.sign_in(&other_ada.id).token();

    let print = |method: Option<&str>, token: Option<&str>, path: &str, expected: &str| {
        let method = method.map_or(String::new(), |method| format!("-X {method} "));
        let header =
            token.map_or(String::new(), |token| format!("-H 'Authorization: Bearer {token}' "));
        println!("curl {method}{header}http://{address}{path}  # {expected}");
    };
    let get = |token, path, expected| print(None, token, path, expected);
    let delete = |token, path, expected| print(Some("DELETE"), token, path, expected);
    println!("In a browser: open http://{address}/ and sign in as Ada.\n");
    println!("Without a token:");
    get(None, "/", "200, signed out");
    get(None, "/me", "401");
    get(None, "/health", "200, excluded from authentication");
    println!("\nAs Ada, an admin of Acme (tokens are valid for an hour):");
    get(Some(&admin), "/", "200");
    get(Some(&admin), "/me", "200, with the user from the Backend API");
    get(Some(&admin), "/billing", "200");
    delete(Some(&admin), "/account", "200, because she has just signed in");
    println!("\nAs Grace, a member of Acme:");
    get(Some(&member), "/me", "200");
    get(Some(&member), "/billing", "403, without the permission org:billing:read");
    delete(Some(&member), "/account", "403, because she must verify her identity again");
    println!("\nWith an invalid token:");
    get(Some(&expired), "/me", "401, expired");
    get(Some(&foreign), "/me", "401, signed by another instance");
    get(Some("nonsense"), "/", "200, signed out");
    println!();
    Ok(())
}
