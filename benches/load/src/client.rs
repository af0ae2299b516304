//! The client: an HTTP/1.1 client that does as little as possible, because it shares the processor
//! with the server that it measures.

use std::{
    io,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

/// A connection that is kept alive.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// The responses to a number of requests.
pub(crate) struct Load {
    pub(crate) duration: Duration,
    /// The number of responses, by the time from the request to its end in nanoseconds.
    pub(crate) latencies: Histogram<u64>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4096) })
    }

    /// Sends a request and reads the response, which must have a `content-length`.
    pub(crate) async fn send(&mut self, request: &[u8]) -> io::Result<Response> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some((status, body)) = parse(&self.buffer)? {
                return Ok(Response { status, body: body.to_vec() });
            }
        }
    }
}

/// Returns the status and the body of a response, if it is complete.
fn parse(bytes: &[u8]) -> io::Result<Option<(u16, &[u8])>> {
    let invalid = || io::Error::from(io::ErrorKind::InvalidData);
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(start) = response.parse(bytes).map_err(|_| invalid())? else {
        return Ok(None);
    };
    let length = response
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"))
        .and_then(|header| std::str::from_utf8(header.value).ok()?.parse::<usize>().ok())
        .ok_or_else(invalid)?;
    let status = response.code.ok_or_else(invalid)?;
    Ok(bytes.get(start..start + length).map(|body| (status, body)))
}

/// Sends random ones of the requests over each connection, one after the other.
pub(crate) async fn saturate(
    address: SocketAddr,
    requests: Arc<[Vec<u8>]>,
    connections: usize,
    duration: Duration,
) -> io::Result<Load> {
    let mut opened = Vec::new();
    for _ in 0..connections {
        opened.push(Connection::open(address).await?);
    }
    let (start, mut tasks) = (Instant::now(), JoinSet::new());
    for mut connection in opened {
        let requests = Arc::clone(&requests);
        tasks.spawn(async move {
            let mut latencies = new_histogram();
            while start.elapsed() < duration {
                let sent = Instant::now();
                let request = &requests[fastrand::usize(..requests.len())];
                expect_ok(&connection.send(request).await?)?;
                record(&mut latencies, sent.elapsed());
            }
            io::Result::Ok(latencies)
        });
    }
    let mut latencies = new_histogram();
    while let Some(task) = tasks.join_next().await {
        latencies += task??;
    }
    Ok(Load { duration: start.elapsed(), latencies })
}

pub(crate) fn expect_ok(response: &Response) -> io::Result<()> {
    match response.status {
        200 => Ok(()),
        status => Err(io::Error::other(format!("the status of a response is {status}"))),
    }
}

/// Returns an empty histogram of times in nanoseconds.
pub(crate) fn new_histogram() -> Histogram<u64> {
    Histogram::new(3).expect("three digits are valid")
}

pub(crate) fn record(histogram: &mut Histogram<u64>, latency: Duration) {
    histogram.record(latency.as_nanos() as u64).expect("a histogram that grows");
}
