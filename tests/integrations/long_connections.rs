//! WebSockets and server-sent events that end with their session.

use std::{future::Future, time::Duration};

use axum::{Router, routing};
use axum_clerk::{
    Clerk, ClerkLayer, RenewalError, SessionEnd, SessionLifetime, SignedIn, Timestamp, TokenError,
    api::{CreateOrganization, CreateSessionToken},
    emulator::{ClerkEmulator, EmulatedSession},
};
use futures_util::{FutureExt, SinkExt, StreamExt};
use http::{HeaderValue, Request, StatusCode};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{
        self, Message, client::IntoClientRequest, handshake::client::Response,
        protocol::frame::coding::CloseCode,
    },
};

use super::{
    examples::websocket,
    support::{HOUR, MINUTE, START, emulator, get, seconds, sign_in},
};

async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(30), future).await.unwrap()
}

async fn lifetime_of(clerk: &Clerk, session: &EmulatedSession) -> SessionLifetime {
    SessionLifetime::verify(clerk, &session.token()).await.unwrap()
}

#[tokio::test]
async fn lifetime_ends_when_the_token_expires() {
    let emulator = emulator().await;
    let clerk = Clerk::new(emulator.config());
    let lifetime = lifetime_of(&clerk, &sign_in(&emulator)).await;
    assert_eq!(lifetime.expires_at(), Timestamp::from_millis((START as i64 + 60) * 1000));
    let expired = tokio::spawn(lifetime.expired());
    emulator.clock().advance(seconds(59));
    assert_eq!(lifetime.expired().now_or_never(), None);
    emulator.clock().advance(seconds(1));
    assert_eq!(soon(expired).await.unwrap(), SessionEnd::Expired);
    assert_eq!(lifetime.expired().now_or_never(), Some(SessionEnd::Expired));
}

#[tokio::test]
async fn revocation_ends_the_lifetime_at_once() {
    let emulator = emulator().await;
    let clerk = Clerk::new(emulator.config());
    let (session, other) = (sign_in(&emulator), sign_in(&emulator));
    let third = sign_in(&emulator).expires_in(HOUR);
    let (by_session, by_user) =
        (lifetime_of(&clerk, &session).await, lifetime_of(&clerk, &third).await);
    let unaffected = lifetime_of(&clerk, &other).await;
    let waiting = [tokio::spawn(by_session.expired()), tokio::spawn(by_user.expired())];
    tokio::task::yield_now().await;
    clerk.revoke_session(session.id()).await.unwrap();
    clerk.revoke_user_sessions(third.user_id()).await.unwrap();
    for end in waiting {
        assert_eq!(soon(end).await.unwrap(), SessionEnd::Revoked);
    }
    assert_eq!(unaffected.expired().now_or_never(), None);
    assert_eq!(
        by_session.renew(&session.token()).await,
        Err(RenewalError::Token(TokenError::SessionRevoked))
    );
}

#[tokio::test]
async fn renewal_extends_the_lifetime_for_all_clones() {
    let emulator = emulator().await;
    let clerk = Clerk::new(emulator.config());
    let session = sign_in(&emulator);
    let lifetime = lifetime_of(&clerk, &session).await;
    let (old, expired) = (session.token(), tokio::spawn(lifetime.clone().expired()));
    emulator.clock().advance(seconds(50));
    lifetime.renew(&session.token()).await.unwrap();
    let renewed_until = lifetime.expires_at();
    lifetime.renew(&old).await.unwrap();
    assert_eq!(lifetime.expires_at(), renewed_until, "an older token does not shorten it");
    emulator.clock().advance(seconds(59));
    tokio::task::yield_now().await;
    assert!(!expired.is_finished());
    emulator.clock().advance(seconds(1));
    assert_eq!(soon(expired).await.unwrap(), SessionEnd::Expired);
}

#[tokio::test]
async fn renewal_requires_same_user_session_and_organization() {
    let emulator = emulator().await;
    let clerk = Clerk::new(emulator.config());
    let session = sign_in(&emulator);
    let lifetime = lifetime_of(&clerk, &session).await;
    let same_user = emulator.sign_in(session.user_id());
    for other in [sign_in(&emulator), same_user] {
        assert_eq!(lifetime.renew(&other.token()).await, Err(RenewalError::OtherSession));
    }
    let acme = emulator.create_organization(CreateOrganization::new("Acme"));
    emulator.add_member(&acme.id, session.user_id(), "org:member", []);
    let switched = session.clone().organization(&acme.id);
    assert_eq!(lifetime.renew(&switched.token()).await, Err(RenewalError::OtherSession));
    for invalid in ["", "nonsense", "a.b.c"] {
        assert!(matches!(lifetime.renew(invalid).await, Err(RenewalError::Token(_))), "{invalid}");
    }
    let pending = session.status("pending");
    assert_eq!(lifetime.renew(&pending.token()).await, Err(RenewalError::Pending));
}

#[tokio::test]
async fn tokens_from_jwt_templates_do_not_open_connections() {
    let emulator = emulator().await;
    let clerk = Clerk::new(emulator.config());
    let session = sign_in(&emulator);
    emulator.create_jwt_template("external", serde_json::json!({ "role": "editor" }));
    let token = clerk
        .sessions()
        .create_token_from_template(session.id(), "external", &CreateSessionToken::default())
        .await;
    let token = token.unwrap().jwt;
    assert!(clerk.verify_token(token.expose()).await.is_ok());
    assert!(SessionLifetime::verify(&clerk, token.expose()).await.is_err());
}

#[tokio::test]
async fn requests_know_the_lifetime_of_their_session() {
    let emulator = emulator().await;
    let expiry = |session: SignedIn| async move {
        assert!((*session).session_lifetime().is_some());
        session.session_lifetime().expires_at().as_millis().to_string()
    };
    let app =
        Router::new().route("/", routing::get(expiry)).layer(ClerkLayer::new(emulator.config()));
    let response = get("/").bearer(sign_in(&emulator).token()).send(&app).await;
    assert_eq!(response.body, ((START + 60) * 1000).to_string());
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Serves the example and returns the address.
async fn serve(clerk: Clerk) -> String {
    super::serve(websocket::app(clerk)).await.trim_start_matches("http://").to_owned()
}

/// Opens a WebSocket, or returns the status of the response.
async fn connect(
    address: &str,
    path: &str,
    headers: &[(&'static str, String)],
) -> Result<(Socket, Response), StatusCode> {
    let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, HeaderValue::from_str(value).unwrap());
    }
    match tokio_tungstenite::connect_async(request).await {
        Ok(opened) => Ok(opened),
        Err(tungstenite::Error::Http(response)) => Err(response.status()),
        Err(error) => panic!("{error}"),
    }
}

async fn exchange(socket: &mut Socket, text: &str) -> Message {
    socket.send(Message::text(text)).await.unwrap();
    soon(socket.next()).await.unwrap().unwrap()
}

#[track_caller]
fn assert_closed(message: &Message, reason: &str) {
    let Message::Close(Some(frame)) = message else { panic!("{message:?}") };
    assert_eq!(frame.code, CloseCode::Library(4401));
    assert_eq!(frame.reason.as_str(), reason);
}

/// Opens a WebSocket as a page of the same origin does.
async fn connect_with_cookie(address: &str, session: &EmulatedSession) -> Socket {
    let headers = [("cookie", session.cookies()), ("origin", format!("http://{address}"))];
    connect(address, "/socket", &headers).await.unwrap().0
}

#[tokio::test]
async fn socket_closes_with_4401_when_the_token_expires() {
    let emulator = emulator().await;
    let address = serve(Clerk::new(emulator.config())).await;
    let session = sign_in(&emulator);
    let mut socket = connect_with_cookie(&address, &session).await;
    let echo = exchange(&mut socket, "hello").await;
    assert_eq!(echo.to_text().unwrap(), format!("{}: hello", session.user_id()));
    emulator.clock().advance(MINUTE);
    assert_closed(&soon(socket.next()).await.unwrap().unwrap(), "the session token expired");
}

#[tokio::test]
async fn socket_closes_with_4401_when_the_session_is_revoked() {
    let emulator = emulator().await;
    let clerk = Clerk::new(emulator.config());
    let address = serve(clerk.clone()).await;
    let session = sign_in(&emulator);
    let mut socket = connect_with_cookie(&address, &session).await;
    exchange(&mut socket, "hello").await;
    clerk.revoke_session(session.id()).await.unwrap();
    assert_closed(&soon(socket.next()).await.unwrap().unwrap(), "the session was revoked");
}

#[tokio::test]
async fn socket_is_renewed_by_message_for_the_same_session_only() {
    let emulator = emulator().await;
    let address = serve(Clerk::new(emulator.config())).await;
    let session = sign_in(&emulator);
    let mut socket = connect_with_cookie(&address, &session).await;
    emulator.clock().advance(seconds(50));
    let renewed = exchange(&mut socket, &format!("token {}", session.token())).await;
    assert_eq!(renewed.to_text().unwrap(), "renewed");
    emulator.clock().advance(seconds(50));
    let echo = exchange(&mut socket, "still here").await;
    assert!(echo.to_text().unwrap().ends_with(": still here"), "{echo}");
    let other = exchange(&mut socket, &format!("token {}", sign_in(&emulator).token())).await;
    assert_closed(&other, "the token belongs to another user, session or organization");
}

#[tokio::test]
async fn socket_with_cookie_requires_the_same_origin() {
    let emulator = emulator().await;
    let address = serve(Clerk::new(emulator.config())).await;
    let session = sign_in(&emulator);
    for (origin, status) in
        [(Some("https://evil.example"), StatusCode::FORBIDDEN), (None, StatusCode::FORBIDDEN)]
    {
        let mut headers = vec![("cookie", session.cookies())];
        headers.extend(origin.map(|origin| ("origin", origin.to_owned())));
        assert_eq!(connect(&address, "/socket", &headers).await.err(), Some(status), "{origin:?}");
    }
    let stranger = [("origin", format!("http://{address}"))];
    assert_eq!(connect(&address, "/socket", &stranger).await.err(), Some(StatusCode::UNAUTHORIZED));
}

#[tokio::test]
async fn socket_protocol_carries_a_token_that_is_not_echoed() {
    let emulator = emulator().await;
    let address = serve(Clerk::new(emulator.config())).await;
    let session = sign_in(&emulator);
    let protocols = |token: &str| [("sec-websocket-protocol", format!("notes.v1, token.{token}"))];
    let headers = protocols(&session.token());
    let (mut socket, response) = connect(&address, "/socket/token", &headers).await.unwrap();
    assert_eq!(response.headers()["sec-websocket-protocol"], "notes.v1");
    assert!(!format!("{response:?}").contains(&headers[0].1[16..]));
    let echo = exchange(&mut socket, "hello").await;
    assert_eq!(echo.to_text().unwrap(), format!("{}: hello", session.user_id()));
    for headers in [&protocols("nonsense")[..], &[("cookie", session.cookies())], &[]] {
        assert_eq!(
            connect(&address, "/socket/token", headers).await.err(),
            Some(StatusCode::UNAUTHORIZED)
        );
    }
}

/// Reads events until the stream ends.
async fn events(clerk: &ClerkEmulator, handle: &Clerk, end: impl AsyncFnOnce()) -> String {
    use tower::ServiceExt;
    let token = sign_in(clerk).token();
    let request = Request::get("/events")
        .header("host", "app.example.com")
        .header("authorization", format!("Bearer {token}"))
        .body(axum::body::Body::empty())
        .unwrap();
    let response = websocket::app(handle.clone()).oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let mut body = response.into_body().into_data_stream();
    let mut text = String::new();
    let mut end = Some(end);
    while let Some(chunk) = soon(body.next()).await {
        text.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
        if text.contains("data: tick")
            && let Some(end) = end.take()
        {
            end().await;
        }
    }
    text
}

#[tokio::test]
async fn server_sent_events_end_with_the_session() {
    let emulator = emulator().await;
    let clerk = Clerk::new(emulator.config());
    let text = events(&emulator, &clerk, async || emulator.clock().advance(MINUTE)).await;
    assert!(text.ends_with("event: end\ndata: the session token expired\n\n"), "{text}");
}
