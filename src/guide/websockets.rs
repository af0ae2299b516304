//! WebSockets and server-sent events: authentication, origins, and connections that end with the
//! session.
//!
//! A connection is authenticated once, by the request that opens it. Two things remain to be done:
//! check that a page of your own opened it, and close it when the token expires or the session is
//! revoked.
//!
//! # Opening a WebSocket
//!
//! CORS does not apply to WebSockets, and `SameSite=Lax` does not restrict pages on other
//! subdomains of your site. Such a page could open a WebSocket with the cookie of your user, which
//! is called cross-site WebSocket hijacking. [`guard::same_origin`](crate::guard::same_origin)
//! prevents it by means of `Sec-Fetch-Site` and `Origin`:
//!
//! ```
//! use axum::{
//!     Router,
//!     extract::{WebSocketUpgrade, ws::{CloseFrame, Message, WebSocket}},
//!     response::Response,
//!     routing::any,
//! };
//! use axum_clerk::{
//!     Clerk, ClerkLayer, Principal, RenewalError, SessionLifetime, SignedIn, guard,
//! };
//!
//! fn app(clerk: Clerk) -> Router {
//!     Router::new()
//!         .route("/socket", any(open).layer(guard::same_origin()))
//!         .layer(ClerkLayer::new(clerk))
//! }
//!
//! async fn open(session: SignedIn, upgrade: WebSocketUpgrade) -> Response {
//!     let lifetime = session.session_lifetime();
//!     upgrade.on_upgrade(|socket| serve(socket, lifetime))
//! }
//!
//! async fn serve(mut socket: WebSocket, lifetime: SessionLifetime) {
//!     let reason = loop {
//!         tokio::select! {
//!             end = lifetime.expired() => break end.to_string(),
//!             message = socket.recv() => {
//!                 let Some(Ok(message)) = message else { return };
//!                 let Message::Text(text) = message else { continue };
//!                 let reply = match handle(&text, &lifetime).await {
//!                     Ok(reply) => reply,
//!                     Err(error) => break error.to_string(),
//!                 };
//!                 if socket.send(Message::Text(reply.into())).await.is_err() {
//!                     return;
//!                 }
//!             }
//!         }
//!     };
//!     let close = CloseFrame { code: 4401, reason: reason.into() };
//!     let _ = socket.send(Message::Close(Some(close))).await;
//! }
//!
//! async fn handle(text: &str, lifetime: &SessionLifetime) -> Result<String, RenewalError> {
//!     if let Some(token) = text.strip_prefix("token ") {
//!         lifetime.renew(token).await?;
//!         return Ok("renewed".into());
//!     }
//!     let caller = Principal::from(lifetime.session());
//!     let may_write = caller.has(guard::permission("org:notes:write"));
//!     Ok(if may_write { "saved".into() } else { "you may only read".into() })
//! }
//! ```
//!
//! Not all browsers send `Sec-Fetch-Site` with WebSockets. `Origin` is then compared with the
//! origin of the request, so set [`public_origin`](crate::ClerkConfigBuilder::public_origin) behind
//! a proxy. [Authorized parties](crate::ClerkConfigBuilder::authorized_parties) are admitted.
//!
//! Native clients send the token in the `Authorization` header of the opening request, and pass the
//! guard. Pages cannot set headers of WebSockets. A page without the cookie sends its token in the
//! first message, or as a second protocol, as in the example `websocket`. The server verifies it
//! with [`SessionLifetime::verify`](crate::SessionLifetime::verify), and ignores the cookie, so
//! that the origin does not matter. Do not put tokens into URLs, and keep `sec-websocket-protocol`
//! out of logs: the layer only marks `authorization` and `cookie` as sensitive.
//!
//! # Staying open
//!
//! [`SessionLifetime::expired`](crate::SessionLifetime::expired) completes when the token expires,
//! a minute after it was issued, or immediately when the session or the user is
//! [revoked](super::security#revocation). The tolerated clock skew of 5 seconds does not extend it.
//! The example closes the connection with the code 4401; codes from 4000 are for applications.
//!
//! To stay connected, the client sends a newer token in time:
//!
//! ```js
//! setInterval(async () => socket.send(`token ${await Clerk.session.getToken()}`), 30_000);
//! ```
//!
//! [`renew`](crate::SessionLifetime::renew) only takes a token of the same user, session and active
//! organization. If any of them differs, close the connection, and let the client open another one.
//! A renewed token has the current role and permissions, so check those of
//! [`session`](crate::SessionLifetime::session) for each message, as above, and not only once.
//!
//! # Server-sent events
//!
//! Any stream can end with the session:
//!
//! ```
//! use std::{convert::Infallible, time::Duration};
//!
//! use axum::response::sse::{Event, Sse};
//! use axum_clerk::SignedIn;
//! use futures_util::{Stream, StreamExt, stream};
//! use tokio::time;
//!
//! async fn events(session: SignedIn) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
//!     let ticks = stream::unfold(time::interval(Duration::from_secs(1)), |mut ticks| async {
//!         ticks.tick().await;
//!         Some((Ok(Event::default().data("tick")), ticks))
//!     });
//!     Sse::new(ticks.take_until(session.session_lifetime().expired()))
//! }
//! # let _ = axum::routing::get::<_, _, ()>(events);
//! ```
//!
//! Streams are not renewed: when one ends, `EventSource` opens another, with the cookie that
//! clerk-js has renewed in the meantime. It needs no check of the origin, because CORS applies to
//! it.
//!
//! # Several machines
//!
//! A revocation ends the connections of the machine that it happens on. With a [shared
//! cache](super::scaling), it ends those of all machines shortly afterwards.
