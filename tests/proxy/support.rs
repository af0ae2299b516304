//! Apps with the proxy, and requests to them.

use std::net::SocketAddr;

use axum::Router;
use axum_clerk::{Clerk, ClerkConfig, ClerkConfigBuilder, proxy::FrontendApiProxy};
use tokio::{
    io::{AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use super::{message::Message, upstream::Upstream};

pub(crate) const SECRET_KEY: &str = "sk_test_hidden";
pub(crate) const PUBLISHABLE_KEY: &str = "pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk";

/// The configuration of an app with the proxy at `/__clerk`.
pub(crate) fn config(upstream: &Upstream) -> ClerkConfigBuilder {
    ClerkConfig::builder()
        .secret_key(SECRET_KEY)
        .publishable_key(PUBLISHABLE_KEY)
        .frontend_api_url(&upstream.url)
        .proxy_url("/__clerk")
}

pub(crate) fn proxy(config: ClerkConfigBuilder) -> FrontendApiProxy {
    Clerk::new(config.build().unwrap()).frontend_api_proxy()
}

/// An app that serves the proxy at `/__clerk`.
pub(crate) struct App {
    /// `127.0.0.1:PORT`
    pub(crate) host: String,
}

impl App {
    pub(crate) async fn start(upstream: &Upstream) -> Self {
        Self::with_proxy(proxy(config(upstream))).await
    }

    pub(crate) async fn with_config(config: ClerkConfigBuilder) -> Self {
        Self::with_proxy(proxy(config)).await
    }

    pub(crate) async fn with_proxy(proxy: FrontendApiProxy) -> Self {
        Self::serve(Router::new().nest_service("/__clerk", proxy)).await
    }

    pub(crate) async fn serve(app: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async { axum::serve(listener, app).await });
        Self { host }
    }

    pub(crate) async fn connect(&self) -> BufReader<TcpStream> {
        BufReader::new(TcpStream::connect(&self.host).await.unwrap())
    }

    /// Sends a request without a body, with the given headers after `Host`.
    pub(crate) async fn get(&self, target: &str, headers: &[(&str, &str)]) -> Message {
        self.send(&request("GET", target, headers, "")).await
    }

    /// Sends a request as it is. If it lacks a host, that of the app is added.
    pub(crate) async fn send(&self, request: &str) -> Message {
        send(&self.host, request).await
    }
}

/// Writes a request with a `Connection: close` unless `Connection` is among the headers.
pub(crate) fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> String {
    let mut text = format!("{method} {target} HTTP/1.1\r\n");
    let has = |name: &str| headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    if !has("connection") {
        text += "Connection: close\r\n";
    }
    if !body.is_empty() && !has("transfer-encoding") && !has("content-length") {
        text += &format!("Content-Length: {}\r\n", body.len());
    }
    format!("{text}\r\n{body}")
}

/// Sends a request to a server at `HOST:PORT` and reads the response.
pub(crate) async fn send(host: &str, request: &str) -> Message {
    let mut connection = BufReader::new(TcpStream::connect(host).await.unwrap());
    let mut request = request.to_owned();
    if !request.to_ascii_lowercase().contains("\r\nhost:") {
        request = request.replacen("\r\n", &format!("\r\nHost: {host}\r\n"), 1);
    }
    connection.write_all(request.as_bytes()).await.unwrap();
    if request.starts_with("HEAD ") {
        return Message::read_head(&mut connection).await.unwrap();
    }
    Message::read(&mut connection).await.unwrap()
}
