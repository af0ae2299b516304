//! The server: a port that can play dead.

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

use axum::{Router, serve::Listener};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

/// The address that emulators listen on.
pub(in crate::emulator) const HOST: &str = "127.0.0.1";

/// Serves until the returned guard is dropped: idle connections end then, and running requests are answered.
pub(in crate::emulator) fn serve(
    listener: TcpListener,
    outage: Outage,
    app: Router,
) -> oneshot::Sender<()> {
    let (running, stopped) = oneshot::channel::<()>();
    let listener = OutageListener { listener, outage };
    let server = axum::serve(listener, app).with_graceful_shutdown(async {
        let _ = stopped.await;
    });
    tokio::spawn(server.into_future());
    running
}

/// Whether the server plays dead: it keeps its port, and breaks every connection that is used.
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

struct OutageListener {
    listener: TcpListener,
    outage: Outage,
}

impl Listener for OutageListener {
    type Io = OutageStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (OutageStream, SocketAddr) {
        let (stream, peer) = Listener::accept(&mut self.listener).await;
        (OutageStream { stream, outage: self.outage.clone() }, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

struct OutageStream {
    stream: TcpStream,
    outage: Outage,
}

impl AsyncRead for OutageStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.outage.check()?;
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for OutageStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.outage.check()?;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
