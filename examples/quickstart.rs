//! The whole thing in one command: an app, and a Clerk of its own for it to run against.
//!
//!     cargo run --example quickstart --features emulator
//!
//! prints what it serves and `curl` lines to try it with. With `CLERK_SECRET_KEY` set it uses the real Clerk instead.
//! The port is `PORT`, 3000 by default.

use std::{error::Error, net::SocketAddr, time::Duration};

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
        .route("/health", get(|| async { "fine\n" }))
        .layer(ClerkLayer::new(config))
}

/// A page, for browsers to sign in and out on.
async fn home(auth: ClerkAuth) -> Html<String> {
    let link = |text: &str, url: Option<Url>| {
        url.map_or(String::new(), |url| {
            format!("<p><a href=\"{}\">{text}</a></p>\n", url.as_str().replace('&', "&amp;"))
        })
    };
    Html(match auth.user_id() {
        None => format!("<h1>Hello, stranger</h1>\n{}", link("Sign in", auth.sign_in_url())),
        Some(id) => {
            let may_close = if auth.reverified(Reverification::STRICT) {
                "may"
            } else {
                "must verify who you are to"
            };
            let links = link("Verify who you are", reverify_url(&auth))
                + &link("Sign out", auth.sign_out_url());
            format!("<h1>Hello, {id}</h1>\n<p>You {may_close} close your account.</p>\n{links}")
        }
    })
}

/// The emulator verifies on a page beside the one to sign out; with the real Clerk, that is up to its components.
fn reverify_url(auth: &ClerkAuth) -> Option<Url> {
    let mut url = auth.sign_out_url()?;
    url.set_path("/reverify");
    Some(url)
}

async fn me(session: SignedIn) -> Result<Json<User>> {
    Ok(Json((*session.user().await?).clone()))
}

async fn billing(session: SignedIn) -> String {
    format!("the invoices of {}\n", session.organization_slug().unwrap_or("nobody"))
}

async fn close_account(session: SignedIn) -> String {
    format!("would close the account of {}\n", session.user_id())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()))
        .init();
    let port = std::env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let address = listener.local_addr()?;

    if std::env::var_os("CLERK_SECRET_KEY").is_some() {
        let config = ClerkConfig::builder().env().exclude(["/health"]).build()?;
        println!(
            "Serving http://{address}/ with the Clerk instance of the environment. Ctrl-C stops it."
        );
        return serve(listener, app(config)).await;
    }
    let clerk = ClerkEmulator::start().await?;
    println!(
        "Serving http://{address}/ with an emulated Clerk at {}. Ctrl-C stops both.\n",
        clerk.url()
    );
    print_requests(address, &clerk).await?;
    serve(listener, app(clerk.config_builder().exclude(["/health"]).build()?)).await
}

async fn serve(listener: TcpListener, app: Router) -> Result<(), Box<dyn Error>> {
    axum::serve(listener, app)
        .with_graceful_shutdown(async { drop(tokio::signal::ctrl_c().await) })
        .await?;
    Ok(())
}

/// Creates two users and prints what to ask on their behalf, each with the status that it answers.
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
    // She verified who she is half an hour ago.
    let member = session(&grace).factor_verification_age(30, -1).token();
    let expired = session(&ada).claim("exp", 1_700_000_000).token();
    let elsewhere = ClerkEmulator::start().await?;
    let foreign = elsewhere
        .sign_in(&elsewhere.create_user(CreateUser::default().first_name("Ada")).id)
        .token();

    let ask = |what: &str, token: &str, path: &str, answer: &str| {
        let header = if token.is_empty() {
            String::new()
        } else {
            format!("-H 'Authorization: Bearer {token}' ")
        };
        println!("curl {what}{header}http://{address}{path}  # {answer}");
    };
    println!("In a browser: open http://{address}/ and sign in as Ada.\n");
    println!("Nobody:");
    ask("", "", "/", "200, signed out");
    ask("", "", "/me", "401");
    ask("", "", "/health", "200, an excluded route");
    println!("\nAda, an admin of Acme (tokens live an hour):");
    ask("", &admin, "/", "200");
    ask("", &admin, "/me", "200, with the user from the Backend API");
    ask("", &admin, "/billing", "200");
    ask("-X DELETE ", &admin, "/account", "200, as she signed in just now");
    println!("\nGrace, a member:");
    ask("", &member, "/me", "200");
    ask("", &member, "/billing", "403: lacks org:billing:read");
    ask("-X DELETE ", &member, "/account", "403: must verify who she is once more");
    println!("\nTokens that do not count:");
    ask("", &expired, "/me", "401, expired");
    ask("", &foreign, "/me", "401, of another instance");
    ask("", "nonsense", "/", "200, signed out");
    println!();
    Ok(())
}
