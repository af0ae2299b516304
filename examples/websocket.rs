//! A WebSocket and server-sent events that end with the session, or are renewed.
//!
//! ```sh
//! CLERK_SECRET_KEY=… CLERK_PUBLISHABLE_KEY=… cargo run --example websocket --features emulator
//! ```
//!
//! It listens on `PORT` (3000 by default). The flag `--emulator` runs it against an in-process
//! emulator.
//!
//! A browser opens the WebSocket with its cookie, if the page is of the same origin:
//!
//! ```js
//! const socket = new WebSocket('wss://example.com/socket', ['notes.v1']);
//! ```
//!
//! Other clients that cannot set headers send the token as a second protocol. The server only
//! selects the first one, so that the token does not appear in its response:
//!
//! ```js
//! new WebSocket('wss://api.example.com/socket', ['notes.v1', `token.${await session.getToken()}`]);
//! ```
//!
//! The server closes the connection with the code 4401 when the token expires or the session is
//! revoked. To stay connected, the client sends a newer token in time:
//!
//! ```js
//! setInterval(async () => socket.send(`token ${await Clerk.session.getToken()}`), 30_000);
//! ```

use std::{convert::Infallible, env, error::Error, time::Duration};

use axum::{
    Router,
    extract::{
        WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket},
    },
    http::{HeaderMap, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::{any, get},
};
use axum_clerk::{
    Clerk, ClerkConfig, ClerkLayer, SessionLifetime, SignedIn, emulator::ClerkEmulator, guard,
};
use futures_util::{Stream, stream};
use tokio::{net::TcpListener, time};

/// The protocol that the server speaks.
const PROTOCOL: &str = "notes.v1";

/// The prefix of the protocol that carries a token.
const TOKEN_PREFIX: &str = "token.";

/// The close code for clients that are no longer authenticated; codes from 4000 are for
/// applications.
const UNAUTHENTICATED: u16 = 4401;

pub(crate) fn app(clerk: Clerk) -> Router {
    Router::new()
        // CORS does not apply to WebSockets, so the origin must be checked.
        .route("/socket", any(open).layer(guard::same_origin()))
        .route("/socket/token", any(open_with_token))
        .route("/events", get(events))
        .layer(ClerkLayer::new(clerk))
}

/// Opens a WebSocket for a browser that is signed in by its cookie.
async fn open(session: SignedIn, upgrade: WebSocketUpgrade) -> Response {
    let lifetime = session.session_lifetime();
    upgrade.protocols([PROTOCOL]).on_upgrade(|socket| serve(socket, lifetime))
}

/// Opens a WebSocket for a client with a token among its protocols. The cookie is ignored, so that
/// the origin does not matter.
async fn open_with_token(clerk: Clerk, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    let Some(token) = token_among_protocols(&headers) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    match SessionLifetime::verify(&clerk, token).await {
        Ok(lifetime) => upgrade.protocols([PROTOCOL]).on_upgrade(|socket| serve(socket, lifetime)),
        Err(_) => StatusCode::UNAUTHORIZED.into_response(),
    }
}

fn token_among_protocols(headers: &HeaderMap) -> Option<&str> {
    let lists = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
    let mut protocols =
        lists.filter_map(|list| list.to_str().ok()).flat_map(|list| list.split(','));
    protocols.find_map(|protocol| protocol.trim().strip_prefix(TOKEN_PREFIX))
}

/// Echoes messages until the client leaves or its session ends.
async fn serve(mut socket: WebSocket, lifetime: SessionLifetime) {
    let reason = loop {
        tokio::select! {
            end = lifetime.expired() => break end.to_string(),
            message = socket.recv() => {
                let Some(Ok(message)) = message else { return };
                let Message::Text(text) = message else { continue };
                let reply = match text.strip_prefix("token ") {
                    Some(token) => match lifetime.renew(token).await {
                        Ok(()) => "renewed".to_owned(),
                        Err(error) => break error.to_string(),
                    },
                    None => format!("{}: {text}", lifetime.session().claims().user_id()),
                };
                if socket.send(Message::Text(reply.into())).await.is_err() {
                    return;
                }
            }
        }
    };
    let close = CloseFrame { code: UNAUTHENTICATED, reason: reason.into() };
    // The client may be gone.
    let _ = socket.send(Message::Close(Some(close))).await;
}

/// Streams events until the session ends. The last event contains the reason. Browsers reconnect
/// automatically, with a fresh cookie.
async fn events(session: SignedIn) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let interval = time::interval(Duration::from_secs(1));
    let events = stream::unfold(Some((session.session_lifetime(), interval)), |state| async move {
        let (lifetime, mut interval) = state?;
        let (event, state) = tokio::select! {
            biased;
            end = lifetime.expired() => (Event::default().event("end").data(end.to_string()), None),
            _ = interval.tick() => (Event::default().data("tick"), Some((lifetime, interval))),
        };
        Some((Ok(event), state))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt::init();
    let emulator = match env::args().nth(1).as_deref() {
        Some("--emulator") => Some(ClerkEmulator::start().await?),
        _ => None,
    };
    let config = match &emulator {
        Some(emulator) => emulator.config(),
        None => ClerkConfig::from_env()?,
    };
    let port = env::var("PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(3000);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("Serving http://{}", listener.local_addr()?);
    axum::serve(listener, app(Clerk::new(config))).await?;
    Ok(())
}
