//! The authentication of a whole request.

use std::convert::Infallible;

use axum::{body::Body, response::Response};
use axum_clerk::{ClerkAuth, ClerkLayer, RequestState, Reverification, guard};
use http::{HeaderName, HeaderValue, Method, Request, Uri, header, request::Parts};
use tower::{Layer, ServiceExt, service_fn};

use super::{
    MALFORMED,
    backend::Answer,
    instance::SignedToken,
    rules::{self, Class},
    world::World,
};

/// A request to one of the applications, and the answer of the Backend API:
///
/// ```text
/// a GET /path?query
/// host: example.com
/// cookie: __session=<<{"alg":"RS256"}.{"sub":"user_1","exp":1800000060}>>
///
/// 200 {"directives":[]}
/// ```
///
/// The first letter selects the application. A second URI is the one that the browser requested,
/// before middleware rewrote it. The answer is optional.
pub(super) struct Input {
    app: u8,
    parts: Parts,
    answer: Answer,
}

impl Input {
    fn parse(text: &[u8]) -> Option<Self> {
        let (head, answer) = match text.windows(2).position(|window| window == b"\n\n") {
            Some(at) => (&text[..at], &text[at + 2..]),
            None => (text, &[][..]),
        };
        let mut lines = head.split(|&byte| byte == b'\n');
        let mut words = lines.next()?.split(|&byte| byte == b' ');
        let app = *words.next()?.first()?;
        let method = Method::from_bytes(words.next()?).ok()?;
        let mut uris = words.map(Uri::try_from);
        let mut request = Request::new(());
        *request.method_mut() = method;
        *request.uri_mut() = uris.next()?.ok()?;
        if let Some(Ok(original)) = uris.next() {
            request.extensions_mut().insert(axum::extract::OriginalUri(original));
        }
        for line in lines {
            // Servers reject a request with an invalid header.
            let colon = line.iter().position(|&byte| byte == b':')?;
            let name = HeaderName::from_bytes(&line[..colon]).ok()?;
            let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?;
            request.headers_mut().append(name, value);
        }
        let answer = Answer::parse(answer).unwrap_or_else(Answer::not_found);
        Some(Self { app, parts: request.into_parts().0, answer })
    }
}

pub(super) fn run(input: &[u8]) -> &'static str {
    let world = World::get();
    let (text, signed) = world.instance.expand(input);
    let Some(Input { app, parts, answer }) = Input::parse(&text) else { return MALFORMED };
    let clerk = world.app(app);
    let is_success = answer.status.is_success();
    world.backend.set_answer(answer);

    let calls = world.backend.calls();
    let state = world.block_on(clerk.authenticate(&parts));
    let was_confirmed = is_success && world.backend.calls() > calls;
    check_state(&state, &signed, was_confirmed);

    // The second time, tokens are in the cache.
    let service = ClerkLayer::new(clerk.clone()).layer(service_fn(handler));
    let request = Request::from_parts(parts, Body::empty());
    let Ok(response) = world.block_on(service.oneshot(request));
    check_response(&state, &response);
    match state {
        RequestState::Machine { .. } => "machine",
        state => state.status(),
    }
}

/// Panics if the state is not justified. `was_confirmed` is whether the Backend API was asked and
/// gave a positive answer.
pub(super) fn check_state(state: &RequestState, signed: &[SignedToken], was_confirmed: bool) {
    match state {
        RequestState::SignedIn { session, .. } => {
            let claims = rules::check_accepted(signed, session.token(), Class::Session);
            assert_eq!(session.claims().user_id(), claims["sub"]);
            assert_eq!(
                session.claims().session_id(),
                claims.get("sid").and_then(|sid| sid.as_str())
            );
        }
        RequestState::Machine { machine_token } => {
            assert!(!machine_token.subject.is_empty());
            let is_signed = signed.iter().any(|token| {
                let claims = serde_json::from_slice::<serde_json::Value>(&token.claims);
                let is_subject = claims.is_ok_and(|claims| claims["sub"] == *machine_token.subject);
                is_subject && {
                    rules::check_accepted(signed, &token.text, Class::Machine);
                    true
                }
            });
            assert!(is_signed || was_confirmed, "{machine_token:?}");
        }
        RequestState::Redirect { reason: None, .. } => {
            assert!(!signed.is_empty(), "a handshake ends with a signed session token");
        }
        _ => {}
    }
    assert!(!format!("{state:?}").is_empty());
}

/// Uses what a handler can learn from the authentication, and adds it to the response.
async fn handler(request: Request<Body>) -> Result<Response, Infallible> {
    let auth = ClerkAuth::from_request(&request).expect("the layer");
    let combined = guard::permission("org:a:b").and(guard::feature("o:a")).and(guard::plan("b"));
    let met = [combined, guard::role("admin"), Reverification::STRICT.into()]
        .map(|requirement| auth.has(requirement));
    assert!(auth.is_signed_in() || met == [false; 3]);
    let urls = [auth.sign_in_url(), auth.sign_up_url(), auth.sign_out_url()];
    assert!(urls.iter().flatten().all(|url| matches!(url.scheme(), "http" | "https")), "{urls:?}");
    assert!(!format!("{auth:?}").is_empty());
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(auth);
    Ok(response)
}

/// Panics if the layer does not respond as the state demands.
fn check_response(state: &RequestState, response: &Response) {
    let auth = response.extensions().get::<ClerkAuth>();
    match (state, auth) {
        (RequestState::Redirect { .. }, None) => assert_eq!(response.status(), 307),
        (RequestState::HandshakeFailed(_), None) => assert_eq!(response.status(), 500),
        (RequestState::SignedIn { session, .. }, Some(auth)) => {
            assert!(auth.token().is_none_or(|token| token == session.token()));
            assert_eq!(auth.reason(), None);
        }
        (RequestState::Machine { machine_token }, Some(auth)) => {
            assert_eq!(auth.machine_token(), Some(&**machine_token));
        }
        (RequestState::SignedOut { reason, .. }, Some(auth)) => {
            assert!(!auth.is_authenticated());
            assert_eq!(auth.reason(), Some(reason));
        }
        _ => panic!("the layer disagrees: {state:?}, {response:?}"),
    }
    if response.headers().contains_key(header::SET_COOKIE) {
        let cache_control = response.headers()[header::CACHE_CONTROL].to_str().expect("text");
        assert!(cache_control.ends_with("no-store"), "{cache_control}");
    }
}
