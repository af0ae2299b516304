//! An app behind `ClerkLayer` under load for a given time:
//! `cargo run --release --manifest-path benches/soak/Cargo.toml -- --seconds 3600 --users 100000`.
//!
//! Users send valid session tokens, as bearers and in cookies, and strangers send everything else.
//! Meanwhile Clerk rotates its keys, and its API fails in several ways. At the end it prints how many
//! valid requests were rejected and how many invalid ones were admitted, and fails unless both are 0.
//!
//! Everything runs in this process: requests are passed to the app without a network, and only the
//! app's calls to Clerk use the loopback interface. The memory is that of the app, of Clerk and of
//! the load together. It grows for the first minute, until the tokens of that minute are replaced.

mod clerk;
mod load;
mod report;
mod tokens;

use std::{process::ExitCode, sync::Arc, time::Duration};

use axum::{Router, routing::get};
use axum_clerk::{ClerkConfig, ClerkLayer, SignedIn, TokenType, guard, require_auth};
use tokio::time::{Instant, interval_at};

use self::{clerk::FakeClerk, load::Load, report::Report, tokens::TokenPool};

/// The origin of the app, and the authorized party of its tokens.
const ORIGIN: &str = "https://app.example.com";
/// The publishable key of the Frontend API `clerk.example.com`.
const PUBLISHABLE_KEY: &str = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k";
const SECRET_KEY: &str = "sk_live_soak";

const PROGRESS_INTERVAL: Duration = Duration::from_secs(30);

/// The number of tasks that send valid requests, without a pause.
const USER_TASKS: usize = 32;
/// The number of tasks that send invalid requests, with pauses. It exceeds the number of calls to
/// Clerk that the app makes at once.
const STRANGER_TASKS: usize = 96;

struct Options {
    seconds: u64,
    users: u32,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self { seconds: 60, users: 100_000 };
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("{name} lacks a value"))?;
            let invalid = |_| format!("{name} {value} is not a number");
            match name.as_str() {
                "--seconds" => options.seconds = value.parse().map_err(invalid)?,
                "--users" => options.users = value.parse().map_err(invalid)?,
                _ => return Err(format!("unknown argument {name}")),
            }
        }
        if options.seconds == 0 || options.users == 0 {
            return Err("--seconds and --users must not be 0".into());
        }
        Ok(options)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("{error}\nusage: axum-clerk-soak [--seconds N] [--users N]");
            return ExitCode::FAILURE;
        }
    };
    let clerk = FakeClerk::start().await;
    let pool = TokenPool::fill(Arc::clone(&clerk), options.users);
    let report = Arc::new(Report::new());
    let config = config(clerk.api_url());
    let suffix = config.publishable_key().expect("a publishable key").cookie_suffix().to_owned();
    let load = Arc::new(Load {
        app: app(config),
        suffix,
        clerk: Arc::clone(&clerk),
        pool: Arc::clone(&pool),
        report: Arc::clone(&report),
        end: Instant::now() + Duration::from_secs(options.seconds),
    });

    tokio::spawn(Arc::clone(&clerk).misbehave());
    let users = (0..USER_TASKS).map(|_| tokio::spawn(Arc::clone(&load).send_valid_requests()));
    let strangers =
        (0..STRANGER_TASKS).map(|_| tokio::spawn(Arc::clone(&load).send_invalid_requests()));
    let tasks: Vec<_> = users.chain(strangers).collect();
    let progress = tokio::spawn({
        let (report, clerk) = (Arc::clone(&report), Arc::clone(&clerk));
        async move {
            let mut ticks = interval_at(Instant::now() + PROGRESS_INTERVAL, PROGRESS_INTERVAL);
            loop {
                ticks.tick().await;
                report.print_progress(&clerk);
            }
        }
    });
    for task in tasks {
        task.await.expect("a task that does not panic");
    }
    progress.abort();
    report.print(&clerk, &pool);
    if report.has_failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn config(api_url: &str) -> ClerkConfig {
    ClerkConfig::builder()
        .secret_key(SECRET_KEY)
        .publishable_key(PUBLISHABLE_KEY)
        .api_url(api_url)
        .authorized_parties([ORIGIN])
        .public_origin(ORIGIN)
        .accept_tokens([TokenType::SessionToken, TokenType::ApiKey])
        .build()
        .expect("a configuration")
}

fn app(config: ClerkConfig) -> Router {
    let user_id = async |session: SignedIn| session.user_id().to_owned();
    Router::new()
        .route("/me", get(user_id).post(user_id))
        .layer(guard::same_origin())
        .layer(require_auth())
        .layer(ClerkLayer::new(config))
}
