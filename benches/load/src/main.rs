//! Whole servers under load, with and without `ClerkLayer`:
//! `cargo run --release --manifest-path benches/load/Cargo.toml`.
//!
//! Each server is a process of its own that listens on 127.0.0.1: bare Axum, Axum with the layer,
//! and, if they are installed, bare Express and Express with `clerkMiddleware` of `@clerk/express`
//! (`npm install --prefix benches/peers/express`). All have the public key of the instance, as with
//! `CLERK_JWT_KEY`, and respond to each request with five bytes.
//!
//! This process is the client. It sends requests over a number of connections, each as soon as the
//! previous one was answered, with random ones of 64 or 10,000 tokens that the server has seen
//! before. The servers take turns, in several rounds. The medians of the rounds are printed as
//! tables, the second one for the README, and those with 10,000 tokens are drawn as a chart. Then
//! [`storm`] measures requests beside a thousand logins at once.
//!
//! The client needs as much time as a server. If cores are scarce, the times that the server's
//! process spent on a core are more reliable than the number of requests per second.

mod chart;
mod client;
#[path = "../../fixture/mod.rs"]
mod fixture;
mod report;
mod server;
mod storm;

use std::{error::Error, num::NonZero, path::PathBuf, sync::Arc, thread, time::Duration};

use axum::{body::Body, http::Request};
use axum_clerk::ClerkConfig;
use tokio::runtime;

use self::{
    client::{Connection, saturate},
    fixture::{Instance, PUBLISHABLE_KEY, api_request, page_request, suffixed_cookies},
    report::{Report, Row, Summary},
    server::{Server, ServerKind},
};

const USAGE: &str = "usage: axum-clerk-load [--seconds N] [--rounds N] [--connections N] \
                     [--threads N] [--chart PATH]";

#[derive(Clone)]
struct Options {
    /// The duration of a measurement of one server, of which there are four in a round.
    seconds: u64,
    rounds: usize,
    connections: usize,
    /// The number of threads of each server, and of the client.
    threads: usize,
    chart: PathBuf,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let mut options = Self {
            seconds: 3,
            rounds: 5,
            connections: 64,
            threads: (cores / 2).max(1),
            chart: concat!(env!("CARGO_MANIFEST_DIR"), "/target/chart.svg").into(),
        };
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or(USAGE)?;
            match name.as_str() {
                "--seconds" => options.seconds = value.parse()?,
                "--rounds" => options.rounds = value.parse()?,
                "--connections" => options.connections = value.parse()?,
                "--threads" => options.threads = value.parse()?,
                "--chart" => options.chart = value.into(),
                _ => return Err(USAGE.into()),
            }
        }
        if options.seconds == 0 || options.rounds == 0 || options.connections == 0 {
            return Err(USAGE.into());
        }
        Ok(options)
    }
}

/// The requests of one measurement, as bytes.
struct Scenario {
    name: String,
    tokens: usize,
    requests: Arc<[Vec<u8>]>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).peekable();
    if let Some(kind) = arguments.next_if(|argument| argument.starts_with("serve-")) {
        return server::run(&kind, &arguments.next().ok_or(USAGE)?);
    }
    let options = Options::parse(arguments)?;
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(options.threads)
        .enable_all()
        .build()?;
    runtime.block_on(run(&options))
}

async fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let instance = Instance::new();
    let scenarios = scenarios(&instance)?;
    let mut servers = Vec::new();
    for kind in ServerKind::available() {
        let server = Server::start(kind, &instance.pem(), options.threads).await?;
        for scenario in &scenarios {
            verify(&server, &scenario.requests).await?;
        }
        servers.push(server);
    }

    let mut report = Report::default();
    for scenario in &scenarios {
        for round in 0..options.rounds {
            eprintln!("{}, round {} of {}", scenario.name, round + 1, options.rounds);
            // In turn forwards and backwards, so that no server profits from its place.
            let mut order: Vec<_> = servers.iter().collect();
            if round % 2 == 1 {
                order.reverse();
            }
            for server in order {
                let requests = Arc::clone(&scenario.requests);
                let duration = Duration::from_secs(options.seconds);
                let start = server.cpu_time()?;
                let load =
                    saturate(server.address, requests, options.connections, duration).await?;
                report.add(scenario, server.kind, Row::new(&load, server.cpu_time()? - start));
            }
        }
    }
    println!(
        "rounds: {} of {} s each, connections: {}, threads per server: {}\n\n{report}\n{}",
        options.rounds,
        options.seconds,
        options.connections,
        options.threads,
        Summary(&report),
    );
    if let Some(directory) = options.chart.parent() {
        std::fs::create_dir_all(directory)?;
    }
    std::fs::write(&options.chart, report.chart())?;
    println!("The chart is in {}.\n", options.chart.display());

    let axum_clerk = servers.iter().find(|server| server.kind == ServerKind::AxumClerk);
    storm::run(axum_clerk.expect("a server"), &instance, &scenarios[0].requests).await
}

/// Returns bearers and cookies with few and with many tokens.
fn scenarios(instance: &Instance) -> Result<Vec<Scenario>, Box<dyn Error>> {
    let config =
        ClerkConfig::builder().publishable_key(PUBLISHABLE_KEY).jwt_key(instance.pem()).build()?;
    let suffix = config.publishable_key().ok_or("no publishable key")?.cookie_suffix();
    let tokens = instance.session_tokens(10_000);
    let bearer = |token: &String| to_bytes(&api_request(Some(token)));
    let cookie = |token: &String| to_bytes(&page_request(&suffixed_cookies(token, suffix)));
    let scenario = |name: &str, count: &str, tokens: &[String], request: &dyn Fn(&String) -> _| {
        let name = format!("{name}, {count} tokens");
        Scenario { name, tokens: tokens.len(), requests: tokens.iter().map(request).collect() }
    };
    Ok(vec![
        scenario("bearer", "64", &tokens[..64], &bearer),
        scenario("bearer", "10,000", &tokens, &bearer),
        scenario("cookie", "64", &tokens[..64], &cookie),
        scenario("cookie", "10,000", &tokens, &cookie),
    ])
}

/// Sends requests to `/me`, which returns the user ID if the server authenticates: each of them once
/// if the server caches tokens, and some otherwise.
async fn verify(server: &Server, requests: &[Vec<u8>]) -> Result<(), Box<dyn Error>> {
    let step = if server.kind == ServerKind::AxumClerk { 1 } else { requests.len() / 64 };
    let mut connection = Connection::open(server.address).await?;
    for request in requests.iter().step_by(step) {
        let request = [b"GET /me", request.strip_prefix(b"GET /").expect("a request")].concat();
        let response = connection.send(&request).await?;
        let is_authenticated = response.body.starts_with(b"user_");
        if response.status != 200 || is_authenticated != server.kind.authenticates() {
            return Err(format!("{:?} returned {response:?}", server.kind).into());
        }
    }
    Ok(())
}

/// Returns the request as HTTP/1.1.
fn to_bytes(request: &Request<Body>) -> Vec<u8> {
    let mut bytes = format!("{} {} HTTP/1.1\r\n", request.method(), request.uri()).into_bytes();
    for (name, value) in request.headers() {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    bytes.extend(b"\r\n");
    bytes
}
