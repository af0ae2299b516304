//! Login storms: requests with tokens that the server has seen before, while a thousand others
//! arrive at once.
//!
//! The steady requests are sent at a fixed rate. If a response is so late that the next request of
//! the connection is due, the latency of the latter counts from that time. Three storms are
//! compared: none, one with tokens that the server has seen before, and one with new tokens, of
//! which the server verifies the signatures.

use std::{
    error::Error,
    io,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use tokio::{task::JoinSet, time::sleep_until};

use crate::{
    client::{Connection, expect_ok, new_histogram, record},
    fixture::{Instance, api_request},
    server::Server,
    to_bytes,
};

/// The number of requests of a storm, each with a connection of its own.
const STORM: usize = 1_000;
const STORMS: usize = 10;
/// The connections of the steady requests, and the time between two requests of each.
const CONNECTIONS: u32 = 32;
const INTERVAL: Duration = Duration::from_millis(16);
/// The time after the start of a storm in which steady requests are measured.
const WINDOW: Duration = Duration::from_millis(100);

/// Prints the latencies of the steady requests as a table.
pub(crate) async fn run(
    server: &Server,
    instance: &Instance,
    seen: &[Vec<u8>],
) -> Result<(), Box<dyn Error>> {
    let seen: Arc<[Vec<u8>]> = seen.into();
    println!(
        "{} steady requests per second, in the {} ms after a storm of {STORM} requests begins\n",
        CONNECTIONS * 1000 / INTERVAL.as_millis() as u32,
        WINDOW.as_millis(),
    );
    println!("| storm | p50 | p99 | maximum | the storm takes |");
    println!("|---|--:|--:|--:|--:|");
    for name in ["none", "tokens seen before", "new tokens"] {
        let (mut latencies, mut durations) = (new_histogram(), Duration::ZERO);
        for _ in 0..STORMS {
            let storm: Vec<_> = match name {
                "none" => Vec::new(),
                "new tokens" => bearers(&instance.session_tokens(STORM)),
                _ => seen.iter().cycle().take(STORM).cloned().collect(),
            };
            durations += measure(server.address, &seen, storm, &mut latencies).await?;
        }
        let milliseconds = |nanoseconds: u64| format!("{:.2} ms", nanoseconds as f64 / 1e6);
        println!(
            "| {name} | {} | {} | {} | {:.1} ms |",
            milliseconds(latencies.value_at_quantile(0.5)),
            milliseconds(latencies.value_at_quantile(0.99)),
            milliseconds(latencies.max()),
            durations.as_secs_f64() * 1e3 / STORMS as f64,
        );
    }
    Ok(())
}

fn bearers(tokens: &[String]) -> Vec<Vec<u8>> {
    tokens.iter().map(|token| to_bytes(&api_request(Some(token)))).collect()
}

/// Sends steady requests and a storm, and returns how long the latter took.
async fn measure(
    address: SocketAddr,
    seen: &Arc<[Vec<u8>]>,
    storm: Vec<Vec<u8>>,
    latencies: &mut Histogram<u64>,
) -> Result<Duration, Box<dyn Error>> {
    let mut connections = Vec::new();
    for request in storm {
        connections.push((Connection::open(address).await?, request));
    }
    // The server accepts the connections, and the steady requests begin.
    let start = Instant::now() + Duration::from_millis(200);
    let mut steady = JoinSet::new();
    for index in 0..CONNECTIONS {
        let first = start - WINDOW + INTERVAL * index / CONNECTIONS;
        steady.spawn(send_steadily(address, Arc::clone(seen), first, start));
    }
    let mut stormy = JoinSet::new();
    for (mut connection, request) in connections {
        stormy.spawn(async move {
            sleep_until(start.into()).await;
            expect_ok(&connection.send(&request).await?)
        });
    }
    let mut duration = Duration::ZERO;
    while let Some(task) = stormy.join_next().await {
        task??;
        duration = start.elapsed();
    }
    while let Some(task) = steady.join_next().await {
        *latencies += task??;
    }
    Ok(duration)
}

/// Sends requests from `first` on until [`WINDOW`] ends, and measures those due after `start`.
async fn send_steadily(
    address: SocketAddr,
    requests: Arc<[Vec<u8>]>,
    first: Instant,
    start: Instant,
) -> io::Result<Histogram<u64>> {
    let mut connection = Connection::open(address).await?;
    let mut latencies = new_histogram();
    let mut due = first;
    while due < start + WINDOW {
        let mut sent = due;
        if due > Instant::now() {
            sleep_until(due.into()).await;
            sent = Instant::now(); // The timer is exact to a millisecond only.
        }
        let request = &requests[fastrand::usize(..requests.len())];
        expect_ok(&connection.send(request).await?)?;
        if due >= start {
            record(&mut latencies, sent.elapsed());
        }
        due += INTERVAL;
    }
    Ok(latencies)
}
