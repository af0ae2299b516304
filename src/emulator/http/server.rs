//! The server, which can simulate an outage.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use axum::{
    Router,
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

/// The address that the emulator listens on.
pub(in crate::emulator) const HOST: &str = "127.0.0.1";

/// Runs the server until the returned guard is dropped, and then shuts down gracefully: idle
/// connections are closed, and requests in progress are completed.
pub(in crate::emulator) fn serve(
    listener: TcpListener,
    outage: Outage,
    app: Router,
) -> oneshot::Sender<()> {
    let (guard, dropped) = oneshot::channel::<()>();
    let listener = OutageListener { listener, outage };
    let app = app.into_make_service_with_connect_info::<Connection>();
    let server = axum::serve(listener, app).with_graceful_shutdown(async {
        let _ = dropped.await;
    });
    tokio::spawn(server.into_future());
    guard
}

/// A switch that simulates an outage: the port stays open, but every connection breaks when it is
/// used.
#[derive(Clone, Default)]
pub(in crate::emulator) struct Outage(Arc<AtomicBool>);

impl Outage {
    pub(in crate::emulator) fn set(&self, down: bool) {
        self.0.store(down, Ordering::SeqCst);
    }

    fn check(&self) -> io::Result<()> {
        if self.0.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

/// A connection, which a handler can break.
#[derive(Clone, Default)]
pub(in crate::emulator) struct Connection(Outage);

impl Connection {
    /// Breaks the connection instead of sending the response.
    pub(super) fn drop_response(&self) {
        self.0.set(true);
    }
}

impl Connected<IncomingStream<'_, OutageListener>> for Connection {
    fn connect_info(stream: IncomingStream<'_, OutageListener>) -> Self {
        stream.io().connection.clone()
    }
}

struct OutageListener {
    listener: TcpListener,
    outage: Outage,
}

impl Listener for OutageListener {
    type Io = OutageStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (OutageStream, SocketAddr) {
        let (stream, peer) = Listener::accept(&mut self.listener).await;
        let (outage, connection) = (self.outage.clone(), Connection::default());
        (OutageStream { stream, outage, connection }, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

struct OutageStream {
    stream: TcpStream,
    outage: Outage,
    connection: Connection,
}

impl OutageStream {
    fn check(&self) -> io::Result<()> {
        self.outage.check()?;
        self.connection.0.check()
    }
}

impl AsyncRead for OutageStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for OutageStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
