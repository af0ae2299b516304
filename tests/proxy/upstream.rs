//! A Frontend API on the loopback interface that records what arrives.

use std::{
    mem,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use super::message::Message;

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok";

#[derive(Clone)]
pub(crate) struct Upstream {
    /// `http://127.0.0.1:PORT`
    pub(crate) url: String,
    /// `127.0.0.1:PORT`
    pub(crate) host: String,
    state: Arc<State>,
}

struct State {
    connections: AtomicUsize,
    requests: Mutex<Vec<Message>>,
    response: Mutex<Vec<u8>>,
}

impl Upstream {
    /// Starts a server that responds to every request with 200.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let state = Arc::new(State {
            connections: AtomicUsize::new(0),
            requests: Mutex::default(),
            response: Mutex::new(OK.to_vec()),
        });
        let shared = state.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, shared.clone()));
            }
        });
        Self { url: format!("http://{host}"), host, state }
    }

    /// Sets the response to all further requests, as sent over the connection.
    pub(crate) fn respond(&self, response: impl AsRef<[u8]>) {
        *self.state.response.lock().unwrap() = response.as_ref().to_vec();
    }

    /// Returns the requests since the last call.
    pub(crate) fn take_requests(&self) -> Vec<Message> {
        mem::take(&mut self.state.requests.lock().unwrap())
    }

    /// Returns the only request since the last call.
    #[track_caller]
    pub(crate) fn take_request(&self) -> Message {
        let mut requests = self.take_requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests.remove(0)
    }

    /// The number of connections so far.
    pub(crate) fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }
}

async fn serve(stream: TcpStream, state: Arc<State>) {
    let mut stream = BufReader::new(stream);
    while let Ok(request) = Message::read(&mut stream).await {
        let mut response = state.response.lock().unwrap().clone();
        if request.start.starts_with("HEAD ")
            && let Some(end) = response.windows(4).position(|bytes| bytes == b"\r\n\r\n")
        {
            response.truncate(end + 4);
        }
        state.requests.lock().unwrap().push(request);
        if stream.write_all(&response).await.is_err() {
            return;
        }
    }
}
