//! A fleet: four processes of an application that share a Redis server, against an emulated Clerk.
//!
//! ```sh
//! cargo run --release --example fleet --features emulator,redis,webhooks
//! ```
//!
//! It starts the emulator, a Redis server (`redis-server` from the `PATH`, or the one that
//! `CLERK_REDIS_URL` names), and the processes. Then it revokes sessions through one process and
//! measures how long the others still accept their tokens, changes a user at Clerk and measures how
//! long the processes return the old name, and prints the number of calls to Clerk. Without Redis,
//! the four applications run in one process and share a cache in memory.

use std::{
    env,
    error::Error,
    io::stdin,
    net::{Ipv4Addr, TcpListener},
    process::Stdio,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{Path, State},
    routing::{delete, get},
    serve,
};
use axum_clerk::{
    Clerk, ClerkConfig, ClerkConfigBuilder, ClerkLayer, Result, SignedIn,
    api::{CreateUser, UpdateUser},
    cache::MemoryCache,
    emulator::{ClerkEmulator, EmulatedSession},
    webhooks::keep_in_sync,
};
use futures_util::future::{join_all, try_join_all};
use http::StatusCode;
use reqwest::Client;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    task::spawn_blocking,
};

const MACHINES: usize = 4;
const ROUNDS: usize = 200;

/// The time after which a machine that has not received a message is considered cut off.
const LIMIT: Duration = Duration::from_secs(10);

type AnyError = Box<dyn Error + Send + Sync>;

/// The application: the name of the user, and an endpoint that revokes a session.
fn app(clerk: &Clerk) -> Router {
    Router::new()
        .route("/name", get(name))
        .route("/sessions/{id}", delete(revoke))
        .route("/webhooks", keep_in_sync(clerk))
        .layer(ClerkLayer::new(clerk.clone()))
        .with_state(clerk.clone())
}

async fn name(session: SignedIn) -> Result<String> {
    Ok(session.user().await?.first_name.clone().unwrap_or_default())
}

/// A real application would check that the session belongs to the user.
async fn revoke(
    _: SignedIn,
    State(clerk): State<Clerk>,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    clerk.revoke_session(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Caches users for hours, since webhooks report their changes.
fn config(config: ClerkConfigBuilder) -> ClerkConfigBuilder {
    config.resource_cache_lifetime(Duration::from_secs(12 * 60 * 60))
}

/// Starts the application on a free port, and returns its URL.
async fn start(config: ClerkConfigBuilder) -> Result<String, AnyError> {
    let clerk = Clerk::new(config.build()?);
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(serve(listener, app(&clerk)).into_future());
    Ok(url)
}

#[tokio::main]
async fn main() -> Result<(), AnyError> {
    if env::args().nth(1).as_deref() == Some("machine") {
        println!("{}", start(config(ClerkConfig::builder().env())).await?);
        // Until the process that started this one ends.
        spawn_blocking(|| stdin().lines().count()).await?;
        return Ok(());
    }
    let emulator = ClerkEmulator::start().await?;
    let redis = Redis::start().await?;
    let (machines, _processes) = if let Some(redis) = &redis {
        println!("{MACHINES} processes share Redis");
        let started = (0..MACHINES).map(|_| start_process(&emulator, &redis.url));
        try_join_all(started).await?.into_iter().unzip()
    } else {
        println!("redis-server is missing: {MACHINES} apps in one process share its memory");
        let cache = MemoryCache::new();
        let configs =
            (0..MACHINES).map(|_| config(emulator.config_builder()).shared_cache(cache.clone()));
        (try_join_all(configs.map(start)).await?, Vec::new())
    };
    let fleet = Fleet { client: Client::new(), machines };
    emulator.deliver_webhooks_to(format!("{}/webhooks", fleet.machines[0]));

    let user = emulator.create_user(CreateUser::default().first_name("Ada")).id;
    let session = emulator.sign_in(&user);
    fleet.wait_for(&session, StatusCode::OK, "Ada").await?;
    println!("  calls to Clerk so far: {}", calls(&emulator, &user));

    let mut delays = Vec::new();
    for _ in 0..ROUNDS {
        let revoked = emulator.sign_in(&user);
        fleet.wait_for(&revoked, StatusCode::OK, "Ada").await?;
        let start = Instant::now();
        let all = join_all(
            fleet.machines.iter().map(|machine| fleet.wait_for_revocation(machine, &revoked)),
        );
        let (response, rejected) = tokio::join!(fleet.revoke(&revoked, &session), all);
        response?;
        rejected.into_iter().collect::<Result<Vec<_>, _>>()?;
        delays.push(start.elapsed());
    }
    report("a session revoked through one was rejected by all", &mut delays);

    let clerk = Clerk::new(emulator.config());
    let mut delays = Vec::new();
    for round in 0..ROUNDS {
        let name = format!("Ada {round}");
        let start = Instant::now();
        clerk.users().update(&user, &UpdateUser::default().first_name(&*name)).await?;
        fleet.wait_for(&session, StatusCode::OK, &name).await?;
        delays.push(start.elapsed());
    }
    report("a user changed at Clerk was seen by all", &mut delays);
    println!("  calls to Clerk in all: {}", calls(&emulator, &user));
    Ok(())
}

fn calls(emulator: &ClerkEmulator, user: &str) -> String {
    let users = emulator.requests(&format!("/v1/users/{user}"));
    format!("{} for keys, {users} for the user or to change it", emulator.requests("/v1/jwks"))
}

fn report(what: &str, delays: &mut [Duration]) {
    delays.sort_unstable();
    let (median, worst) = (delays[delays.len() / 2], delays[delays.len() - 1]);
    println!("  {what} within {median:.1?} (median of {}), {worst:.1?} (worst)", delays.len());
}

/// The URLs of the machines, and a client to use them.
struct Fleet {
    client: Client,
    machines: Vec<String>,
}

impl Fleet {
    async fn get(
        &self,
        machine: &str,
        session: &EmulatedSession,
    ) -> Result<(StatusCode, String), AnyError> {
        let request = self.client.get(format!("{machine}/name")).bearer_auth(session.token());
        let response = request.send().await?;
        Ok((response.status(), response.text().await?))
    }

    /// Waits until every machine returns a response.
    async fn wait_for(
        &self,
        session: &EmulatedSession,
        status: StatusCode,
        body: &str,
    ) -> Result<(), AnyError> {
        let start = Instant::now();
        for machine in &self.machines {
            let expected = (status, body.to_owned());
            while self.get(machine, session).await? != expected {
                check_limit(start)?;
            }
        }
        Ok(())
    }

    async fn wait_for_revocation(
        &self,
        machine: &str,
        session: &EmulatedSession,
    ) -> Result<(), AnyError> {
        let start = Instant::now();
        while self.get(machine, session).await?.0 != StatusCode::UNAUTHORIZED {
            check_limit(start)?;
        }
        Ok(())
    }

    /// Revokes a session through the first machine, in the name of another one.
    async fn revoke(
        &self,
        revoked: &EmulatedSession,
        by: &EmulatedSession,
    ) -> Result<(), AnyError> {
        let url = format!("{}/sessions/{}", self.machines[0], revoked.id());
        self.client.delete(url).bearer_auth(by.token()).send().await?.error_for_status()?;
        Ok(())
    }
}

fn check_limit(start: Instant) -> Result<(), AnyError> {
    if start.elapsed() < LIMIT {
        Ok(())
    } else {
        Err("a machine does not receive messages; is Redis running?".into())
    }
}

/// Starts a process of the application, and returns its URL.
async fn start_process(
    emulator: &ClerkEmulator,
    redis_url: &str,
) -> Result<(String, Child), AnyError> {
    let mut process = Command::new(env::current_exe()?)
        .arg("machine")
        .env("CLERK_API_URL", emulator.url())
        .env("CLERK_SECRET_KEY", emulator.secret_key())
        .env("CLERK_PUBLISHABLE_KEY", emulator.publishable_key())
        .env("CLERK_WEBHOOK_SIGNING_SECRET", emulator.webhook_signing_secret())
        .env("CLERK_REDIS_URL", redis_url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let output = process.stdout.take().ok_or("the process has no output")?;
    let url = BufReader::new(output).lines().next_line().await?;
    Ok((url.ok_or("the process has stopped")?, process))
}

/// A Redis server.
struct Redis {
    url: String,
    /// The process, if this example has started it.
    _process: Option<Child>,
}

impl Redis {
    /// Returns the server that `CLERK_REDIS_URL` names, or starts one if it is installed.
    async fn start() -> Result<Option<Self>, AnyError> {
        if let Ok(url) = env::var("CLERK_REDIS_URL") {
            return Ok(Some(Self { url, _process: None }));
        }
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let process = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""])
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn();
        let Ok(process) = process else { return Ok(None) };
        while tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(Some(Self { url: format!("redis://127.0.0.1:{port}/"), _process: Some(process) }))
    }
}
